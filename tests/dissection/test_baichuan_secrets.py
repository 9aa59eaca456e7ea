"""Hide secrets: nothing that is decrypted shows a password or a hash, in any output."""

import pytest

import harness
from baichuan_messages import messages
from state_rule import assert_state_rule
from tests.peers import baichuan
from tests.peers.baichuan import Session
from tests.peers.pcap import Capture

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

    # The password itself and the key are never in a capture.
    assert shown == SECRETS[1:3] + SECRETS[4:]


def test_hiding_leaves_nonce_and_everything_else(tshark, capture):
    found = messages(tshark(prefs=PREFS), capture)

    assert found[1]["nonce"] == Session().nonce
    assert found[2]["password"] == "*" * 31
    assert "<ssid>home</ssid>" in found[4]["payload"]["xml"]
    assert len(found[4]["payload"]["xml"]) == len(WIFI)
    assert [m["experts"] for m in found] == [[]] * len(found)


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


def test_the_state_rule_holds_with_secrets_hidden(tshark, sharkd, capture):
    assert assert_state_rule(tshark, sharkd, capture, {"baichuan"}, prefs=PREFS) == 6


@pytest.mark.parametrize("name", ["aio_tcp_aes", "aio_tcp_xor"])
def test_recorded_logins_do_not_show_their_hashes(tshark, name):
    import json
    connection = json.loads((harness.CAPTURES / "baichuan" / f"{name}.expected.json").read_text())["connections"][0]
    keyed = tshark(files={"baichuan_keys": (harness.KEYS / "baichuan_keys").read_text()}, prefs={"baichuan.hide_secrets": "TRUE"})
    out = keyed.run(harness.CAPTURES / "baichuan" / f"{name}.pcapng", "-V", "-x").out

    for secret in (connection["password"], baichuan.login_hash(connection["password"], connection["nonce"]),
                   connection["aes_key"]):
        assert not any(text in out for text in spellings(secret))
