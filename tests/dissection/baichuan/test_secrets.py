"""Hide secrets: nothing that is decrypted shows a password or a hash, in any output."""

import xml.etree.ElementTree as ElementTree

import pytest

from tests.dissection import harness
from tests.dissection.baichuan.messages import messages
from tests.dissection.baichuan.recordings import CAPTURES, expectation
from tests.dissection.state_rule import assert_state_rule
from tests.peers import baichuan
from tests.peers.baichuan import Session
from tests.peers.baichuan_udp import Link
from tests.peers.pcap import Capture

KEYS = (harness.KEYS / "baichuan_keys").read_text()
PREFS = {"baichuan.password": "Secret-1", "baichuan.hide_secrets": "TRUE"}
WIFI = baichuan.body('<Wifi version="1.1">\n<ssid>home</ssid>\n<key>wifi-Key-9</key>\n<mailPassword>mail-Pass-9</mailPassword>\n'
                     '</Wifi>\n')


@pytest.fixture
def capture(tmp_path):
    """XOR of the login hides the hashes in the raw frames; only what is decrypted could show them."""
    made = Capture()
    tcp = made.tcp(server=("10.0.0.1", 9000)).open()
    session = Session("aes").play_login(tcp)
    tcp.server(session.reply(116, WIFI))
    tcp.client(session.message(2, session.login_xml()))
    return made.write(tmp_path / "c.pcap")


SECRETS = [
    "Secret-1",
    baichuan.login_hash("Secret-1", Session().nonce),
    baichuan.login_hash("admin", Session().nonce),
    Session().key.decode(),
    "wifi-Key-9",
    "mail-Pass-9",
]
OUTPUTS = {
    "tree": ["-V"],
    "bytes": ["-V", "-x"],
    "pdml": ["-T", "pdml"],
    "json": ["-T", "json", "-x"],
    "fields": ["-T", "fields", "-e", "baichuan.username", "-e", "baichuan.password", "-e", "baichuan.payload.xml",
               "-e", "xml.cdata", "-e", "xml.tag", "-e", "_ws.col.Info"],
    "text": ["-T", "text"],
    "ek": ["-T", "ek"],
}


def spellings(secret):
    """As text, and as the hex of a bytes pane or a bytes field."""
    raw = secret.encode()
    yield secret
    yield raw.hex()
    yield raw.hex(":")
    yield raw[:6].hex(" ")


def leaks(tshark, capture, args):
    out = tshark.run(capture, *args).out
    return [secret for secret in SECRETS if any(text in out for text in spellings(secret))]


@pytest.mark.parametrize("name", OUTPUTS)
def test_no_output_shows_a_secret(tshark, capture, name):
    assert leaks(tshark(prefs=PREFS), capture, OUTPUTS[name]) == []


@pytest.mark.parametrize("name", ["tree", "bytes", "pdml", "json", "fields", "ek"])
def test_the_same_search_finds_them_where_they_are_not_hidden(tshark, capture, name):
    shown = leaks(tshark(prefs={"baichuan.password": "Secret-1"}), capture, OUTPUTS[name])

    # The password itself is never in a capture; the key is shown as baichuan.session_key.
    assert shown == (SECRETS[1:3] + SECRETS[4:] if name == "fields" else SECRETS[1:])


def test_hiding_leaves_nonce_and_everything_else(tshark, capture):
    found = messages(tshark(prefs=PREFS), capture)

    assert found[1]["nonce"] == Session().nonce
    assert found[2]["password"] == "*" * 31
    assert "<ssid>home</ssid>" in found[4]["payload"]["xml"]
    assert len(found[4]["payload"]["xml"]) == len(WIFI)
    assert [m["experts"] for m in found] == [[]] * len(found)


def test_a_cloud_login_key_shows_nothing_that_is_in_it(tshark, tmp_path):
    """What message 282 holds is not on record, so all of it counts."""
    made = Capture()
    tcp = made.tcp(server=("10.0.0.1", 9000)).open()
    session = Session("aes").play_login(tcp)
    xml = baichuan.body('<CloudLoginKey version="1.1">\n<one>cloud-A-9</one>\n<two><![CDATA[cloud-B-9]]></two>\n'
                        '</CloudLoginKey>\n<other>shown-9</other>\n')
    tcp.server(session.reply(282, xml))
    capture = made.write(tmp_path / "c.pcap")

    def found(hide):
        out = tshark(prefs={**PREFS, "baichuan.hide_secrets": hide}).run(capture, "-V", "-T", "json", "-x").out
        return [text for text in ("cloud-A-9", "cloud-B-9", "shown-9") if any(form in out for form in spellings(text))]

    assert found("TRUE") == ["shown-9"]
    assert found("FALSE") == ["cloud-A-9", "cloud-B-9", "shown-9"]


def test_a_clear_login_is_masked_in_the_tree(tshark, tmp_path):
    """Its bytes are in the frame as they are; nothing can hide those."""
    made = Capture()
    tcp = made.tcp(server=("10.0.0.1", 9000)).open()
    session = Session("none")
    tcp.client(session.hello(legacy=True))
    tcp.server(session.nonce_reply())
    tcp.client(session.login())
    found = messages(tshark(prefs=PREFS), made.write(tmp_path / "c.pcap"))

    assert (found[0]["username"], found[0]["password"]) == ("*" * 32, "*" * 32)
    assert found[2]["password"] == "*" * 31
    assert baichuan.login_hash("Secret-1", session.nonce) not in found[2]["payload"]["xml"]


# ---- a logout with the password itself (docs/baichuan.md 2.5) ----

LOGOUT = ["Logout-Pass-9", "logout-user-9"]
CARRIERS = {"tcp": lambda made: made.tcp(server=("10.0.0.1", 9000)).open(), "udp": lambda made: Link(made, acks=True).open()}


def logout_capture(path, cipher, carrier, lost=False):
    """A session that ends with a logout. lost: only its second half is captured."""
    made = Capture(step=0.01)
    session = Session(cipher, user=LOGOUT[1], password=LOGOUT[0])
    connection = CARRIERS[carrier](made)
    session.play_login(connection)
    logout = session.logout()
    connection.client(logout, cuts=(24 + 85,), lose=(0,) if lost else ())
    connection.server(session.reply(2, exchange=0x00070000))
    return made.write(path)


def logout_leaks(tshark, capture, name, hide):
    prefs = {"baichuan.password": LOGOUT[0], "baichuan.hide_secrets": hide}
    out = tshark(prefs=prefs).run(capture, *OUTPUTS[name]).out
    return [secret for secret in LOGOUT if any(text in out for text in spellings(secret))]


@pytest.mark.parametrize("name", OUTPUTS)
@pytest.mark.parametrize("carrier", CARRIERS)
@pytest.mark.parametrize("cipher", ["xor", "aes", "full"])
def test_no_output_shows_the_password_of_a_logout(tshark, path, cipher, carrier, name):
    capture = logout_capture(path, cipher, carrier)
    assert logout_leaks(tshark, capture, name, "TRUE") == []
    if name != "text":
        assert logout_leaks(tshark, capture, name, "FALSE") == LOGOUT


@pytest.mark.parametrize("cipher", ["xor", "aes"])
def test_no_output_shows_the_password_of_a_logout_whose_beginning_is_lost(tshark, path, cipher):
    """The hole ends inside <userName>."""
    capture = logout_capture(path, cipher, "tcp", lost=True)
    assert logout_leaks(tshark, capture, "bytes", "TRUE") == []
    assert logout_leaks(tshark, capture, "bytes", "FALSE") == LOGOUT[:1]


@pytest.mark.parametrize("carrier", CARRIERS)
def test_a_clear_logout_is_masked_in_the_tree(tshark, path, carrier):
    """Its bytes are in the frame as they are; nothing can hide those."""
    capture = logout_capture(path, "none", carrier)
    for name in ("tree", "pdml", "fields"):
        out = tshark(prefs={"baichuan.hide_secrets": "TRUE"}).run(capture, *OUTPUTS[name], "-Y", "baichuan.msg_id == 2").out
        assert not [secret for secret in LOGOUT if secret in out]
    shown = logout_leaks(tshark, capture, "fields", "FALSE")
    assert shown == LOGOUT


def test_the_state_rule_holds_with_secrets_hidden(tshark, sharkd, capture):
    assert assert_state_rule(tshark, sharkd, capture, {"baichuan"}, prefs=PREFS) == 6


# ---- recorded captures --------------------------------------------------------------------------------------------------

# Where the connection itself is encrypted, no output at all may show a secret. XOR counts: raw bytes are not readable.
ENCRYPTED = ["aio_tcp_aes", "aio_tcp_xor", "video_tcp_aes", "midstream_tcp_aes"]


def recorded_secrets(name):
    """What is secret in a recorded capture, each as it is spelled in its messages."""
    connection = expectation(name)["connections"][0]
    user, password, nonce = connection["user"], connection["password"], connection["nonce"]
    secrets = [password, baichuan.login_hash(password, nonce), baichuan.login_hash(user, nonce), connection["aes_key"]]
    if name == "none_tcp":
        secrets += [baichuan.login_hash(password), baichuan.login_hash(user)]
    return secrets


def recorded_leaks(tshark, name, args, hide):
    keyed = tshark(files={"baichuan_keys": KEYS}, prefs={"baichuan.hide_secrets": hide})
    out = keyed.run(CAPTURES / f"{name}.pcapng", *args).out
    # The key table's comment is the user's own text.
    out = out.replace("midstream_tcp_aes: a capture without login needs the key itself", "")
    return [secret for secret in recorded_secrets(name) if any(text in out for text in spellings(secret))]


@pytest.mark.parametrize("output", OUTPUTS)
@pytest.mark.parametrize("name", ENCRYPTED)
def test_no_output_of_a_recorded_capture_shows_a_secret(tshark, name, output):
    assert recorded_leaks(tshark, name, OUTPUTS[output], "TRUE") == []


# Bytes of the frame itself, of IP and TCP are shown by others.
CLEAR_OUTPUTS = {
    "tree": ["-V", "-O", "baichuan,xml"],
    "pdml": ["-T", "pdml", "-J", "baichuan xml"],
    "json": ["-T", "json", "-J", "baichuan xml"],
    "fields": OUTPUTS["fields"],
    "text": ["-T", "text"],
}


@pytest.mark.parametrize("output", CLEAR_OUTPUTS)
def test_what_we_show_of_a_clear_capture_has_no_secret(tshark, output):
    assert recorded_leaks(tshark, "none_tcp", CLEAR_OUTPUTS[output], "TRUE") == []


@pytest.mark.parametrize("name", ENCRYPTED + ["none_tcp"])
def test_the_same_search_finds_them_in_every_recorded_capture(tshark, name):
    args = CLEAR_OUTPUTS["pdml"] if name == "none_tcp" else OUTPUTS["bytes"]
    shown = recorded_leaks(tshark, name, args, "FALSE")
    expected = recorded_secrets(name)

    # A capture that starts after the login has the logout with the password, and the key by its field.
    assert shown == ([expected[0], expected[3]] if name == "midstream_tcp_aes" else expected)


@pytest.mark.parametrize("name", ENCRYPTED + ["none_tcp"])
def test_hiding_changes_no_message_and_no_expert_item(tshark, name):
    def account(hide):
        keyed = tshark(files={"baichuan_keys": KEYS}, prefs={"baichuan.hide_secrets": hide})
        return [(m["frame"], m["msg_id"], m["extension"]["encryption"], m["payload"]["encryption"], m["experts"],
                 len(m["payload"]["xml"] or "")) for m in messages(keyed, CAPTURES / f"{name}.pcapng")]

    assert account("TRUE") == account("FALSE")


LOWER_PROTOCOLS = ("geninfo", "frame", "raw", "ip", "tcp")  # whose bytes are as they were sent


@pytest.mark.parametrize("cut, lose", [(-4, ()), (-4, (2,)), (None, (0,)), (-4, (0,)), (30, (2,))])
def test_clear_secrets_are_hidden_in_whatever_segments_they_come(tshark, tmp_path, cut, lose):
    """In lists of segments, messages with holes, bytes without a header, and what is not complete at the end."""
    secret = "Tr0ub4dorq3x"
    document = baichuan.body(f"<User><userName>bob</userName><password>{secret}</password><x>{'y' * 40}</x></User>\n")
    at = 24 if cut is None else 24 + document.index(secret) - 4 if cut < 0 else 24 + document.index(secret) + cut
    made = Capture()
    tcp = made.tcp(server=("10.0.0.1", 9000)).open()
    session = Session("none").play_login(tcp)
    message = session.reply(57, document)
    tcp.server(message, cuts=sorted({at, at + 34} - {len(message)}), lose=lose)
    path = made.write(tmp_path / "clear.pcap")

    def shown(prefs):
        packets = ElementTree.fromstring(tshark(prefs=prefs).run(path, "-2", "-T", "pdml").out)
        return "".join(ElementTree.tostring(proto, encoding="unicode") for packet in packets for proto in packet
                       if proto.get("name") not in LOWER_PROTOCOLS)

    assert not any(text in shown(PREFS) for text in (secret, secret.encode().hex(), secret.encode().hex()[8:]))
    assert "userName" in shown({}) or "baichuan.continuation" in shown({})
