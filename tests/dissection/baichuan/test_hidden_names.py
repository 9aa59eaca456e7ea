"""Hide secrets: which elements, attributes and bytes hold some (docs/baichuan.md sections 4.1 and 7)."""

import pytest

from tests.dissection.baichuan.test_secrets import OUTPUTS, spellings
from tests.dissection.state_rule import assert_state_rule
from tests.peers import baichuan_udp
from tests.peers.baichuan import Session, body, extension
from tests.peers.pcap import Capture

PASSWORD = {"baichuan.password": "Secret-1"}

# (message, document); what begins with Hide- is a secret, what begins with Show- is none.
DOCUMENTS = [
    (80, "<DeviceInfo><bootSecret>Hide-bootSecret</bootSecret><secretCode>Hide-secretCode</secretCode>"
         "<name>Show-name</name></DeviceInfo>"),
    (268, "<CloudBindInfo><bindState>Show-bindState</bindState><secretCode>Hide-cloudCode</secretCode>"
          "</CloudBindInfo>"),
    (124, "<PushInfo><token>Hide-pushToken</token><phoneType>Show-phoneType</phoneType>"
          "<clientID>Hide-clientID</clientID></PushInfo>"),
    (806, "<HaCfg><enable>1</enable><url>http://192.0.2.7/api/Hide-webhook</url></HaCfg>"),
    (116, '<Wifi mode="Show-mode" wpaPsk="Hide-wpaPsk" passPhrase = \'Hide-passPhrase\'><ssid>Show-ssid</ssid>'
          '<scan><ap key="Hide-apKey" name="Show-apName"/></scan></Wifi>'),
    (68, "<Ftp><userPwd>Hide-userPwd</userPwd><anonymousPasswd>Hide-passwd</anonymousPasswd>"
         "<server>Show-server</server></Ftp>"),
    (42, "<Email><passwort>Hide-passwort</passwort><credentialId>Hide-credentialId</credentialId><pin>Hide-pin</pin>"
         "<pass>Hide-pass</pass><pinned>Show-pinned</pinned><authCode2>Hide-authCode2</authCode2></Email>"),
    (281, '<BindNasInfoList><nas access_key="Hide-accessKey"><url>Show-nasUrl</url><token>Show-nasToken</token></nas>'
          "</BindNasInfoList>"),
]
EXTENSION = extension(channelId=0, token="Show-ability, alarm")
TEXTS = sorted({word for _, xml in DOCUMENTS for word in xml.replace("<", " ").replace(">", " ").replace('"', " ")
                .replace("'", " ").replace("/", " ").split() if word.startswith(("Hide-", "Show-"))} | {"Show-ability"})
HIDDEN, SHOWN = ([text for text in TEXTS if text.startswith(prefix)] for prefix in ("Hide-", "Show-"))


def capture(path, cipher, declared):
    """declared: "documents", or "binary" where each Extension says that its payload is none."""
    made = Capture()
    tcp = made.tcp(server=("10.0.0.1", 9000)).open()
    tcp.mss = 60000
    session = Session(cipher).play_login(tcp)
    tcp.client(session.message(151, ext=EXTENSION, exchange=0x99))
    for number, (msg_id, xml) in enumerate(DOCUMENTS):
        exchange = (number + 1) << 16
        tcp.client(session.message(msg_id, exchange=exchange))
        if declared == "documents":
            tcp.server(session.reply(msg_id, body(xml), exchange=exchange))
        else:
            data = body(xml).encode()
            tcp.server(session.full(msg_id, data, len(data), exchange=exchange))
    return made.write(path)


def shown(tshark, path, output, hide):
    out = tshark(prefs={**PASSWORD, "baichuan.hide_secrets": hide}).run(path, *OUTPUTS[output]).out
    return [text for text in TEXTS if any(form in out for form in list(spellings(text))[:3])]


@pytest.mark.parametrize("declared", ["documents", "binary"])
@pytest.mark.parametrize("output", OUTPUTS)
def test_no_output_shows_what_holds_a_secret_by_its_name(tshark, path, output, declared):
    found = shown(tshark, capture(path, "full", declared), output, "TRUE")

    assert [text for text in found if text in HIDDEN] == []
    if output in ("tree", "pdml", "json", "ek") and declared == "documents":
        assert found == SHOWN


# All tables that there are for a capture of Baichuan, and Wireshark's own that take texts out of trees.
STATISTICS = ("baichuan,sessions", "baichuan_media,tree", "baichuan_udp,tree", "expert", "io,phs", "conv,tcp", "credentials")


@pytest.mark.parametrize("declared", ["documents", "binary"])
@pytest.mark.parametrize("hide", ["TRUE", "FALSE"])
def test_no_table_shows_any_of_it(tshark, path, hide, declared):
    words = [word for name in STATISTICS for word in ("-z", name)]
    out = tshark(prefs={**PASSWORD, "baichuan.hide_secrets": hide}).run(capture(path, "aes", declared), "-q", "-2", *words).out

    assert "Baichuan sessions" in out and "Baichuan media" in out
    assert [text for text in HIDDEN if text in out] == []


@pytest.mark.parametrize("field", ["baichuan.webhook.url", "xml.attribute", "xml.cdata", "baichuan.payload.text", "xml.tag",
                                   "baichuan.payload.data", "_ws.expert.message"])
def test_no_field_that_is_asked_for_shows_any_of_it(tshark, path, field):
    reader = tshark(prefs={**PASSWORD, "baichuan.hide_secrets": "TRUE"})
    out = reader.run(capture(path, "full", "documents"), "-T", "fields", "-e", field).out

    assert [text for text in HIDDEN if any(form in out for form in list(spellings(text))[:3])] == []


def test_no_exported_file_shows_any_of_it(tshark, path):
    reader = tshark(prefs={**PASSWORD, "baichuan.hide_secrets": "TRUE"})
    for declared in ("documents", "binary"):
        files = reader.exported(capture(path, "full", declared), "baichuan")
        assert [text for text in HIDDEN if any(text.encode() in data for data in files.values())] == []


@pytest.mark.parametrize("cipher", ["xor", "aes", "full"])
def test_the_same_search_finds_all_of_it_where_nothing_is_hidden(tshark, path, cipher):
    assert shown(tshark, capture(path, cipher, "documents"), "pdml", "FALSE") == TEXTS


def test_a_binary_payload_shows_it_where_nothing_is_hidden(tshark, path):
    assert set(HIDDEN) <= set(shown(tshark, capture(path, "full", "binary"), "pdml", "FALSE"))


def test_hidden_names_obey_the_state_rule(tshark, sharkd, path):
    prefs = {**PASSWORD, "baichuan.hide_secrets": "TRUE"}
    made = capture(path, "full", "documents")

    assert assert_state_rule(tshark, sharkd, made, {"baichuan"}, prefs=prefs) == 21


# ---- LAN search ----------------------------------------------------------------------------------------------------

# Somewhere in the reply is an access key. Its bytes travel in clear: other outputs than these show the frame itself.
OURS = {
    "tree": ["-V", "-O", "baichuan"],
    "pdml": ["-T", "pdml", "-J", "baichuan"],
    "fields": ["-T", "fields", "-e", "baichuan.lan.unknown", "-e", "baichuan.lan.name", "-e", "_ws.col.Info"],
    "json": ["-T", "json", "-J", "baichuan"],
    "ek": ["-T", "ek", "-J", "baichuan"],
}


def lan_search(path, place):
    made = Capture()
    reply = bytearray(baichuan_udp.lan_reply(name="Porch"))
    reply[place:place + 8] = b"AcCe55-9"
    made.udp(("10.0.0.2", 1234), ("255.255.255.255", 2000), baichuan_udp.MARK)
    made.udp(("10.0.0.1", 2000), ("10.0.0.2", 3000), bytes(reply))
    return made.write(path)


def lan_shown(tshark, path, output, hide):
    out = tshark(prefs={"baichuan.hide_secrets": hide}).run(path, *OURS[output]).out
    return any(form in out for form in list(spellings("AcCe55-9"))[:3]), "Porch" in out


@pytest.mark.parametrize("place", [0, 50, 86, 96, 260, 300, 380])
@pytest.mark.parametrize("output", OURS)
def test_bytes_of_a_lan_search_that_nobody_knows_are_hidden(tshark, path, output, place):
    capture = lan_search(path, place)

    assert lan_shown(tshark, capture, output, "TRUE") == (False, True)
    if output != "tree" or place in (0, 86, 260):  # a label has the first bytes only
        assert lan_shown(tshark, capture, output, "FALSE") == (True, True)


def test_a_hidden_lan_search_obeys_the_state_rule(tshark, sharkd, path):
    prefs = {"baichuan.hide_secrets": "TRUE"}

    assert assert_state_rule(tshark, sharkd, lan_search(path, 300), {"baichuan"}, prefs=prefs) == 2
