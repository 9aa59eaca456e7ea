"""Hide secrets, whatever a sender declares its bytes to be: a document stays a document."""

import pytest

from tests.peers import baichuan
from tests.peers.baichuan import Session
from tests.peers.pcap import Capture

SECRET = "wifi-Key-9"
DOCUMENT = baichuan.body(f'<Wifi version="1.1">\n<ssid>home</ssid>\n<key>{SECRET}</key>\n</Wifi>\n')
OURS = ["-V", "-O", "baichuan,xml", "-T", "json", "-J", "baichuan xml"]


def binary(session, declared):
    """Messages whose payload is a document that the sender calls something else."""
    data = DOCUMENT.encode()
    clear = baichuan.extension(binaryData=1)
    return {
        "binary": lambda: session.reply(116, ext=clear, data=data),
        "binary, opened": lambda: session.full(116, data, len(data)),
        "media": lambda: session.reply(3, ext=clear, data=data),
        "snapshot": lambda: session.reply(109, ext=clear, data=data),
        "document with zeros before it": lambda: session.reply(116, ext=clear, data=bytes(16) + data),
        "not well-formed": lambda: session.reply(116, ext=clear, data=data[:-20]),
    }[declared]()


NAMES = ["binary", "binary, opened", "media", "snapshot", "document with zeros before it", "not well-formed"]


def shown(tshark, tmp_path, declared, hide):
    made = Capture()
    tcp = made.tcp(server=("10.0.0.1", 9000)).open()
    session = Session("full" if "opened" in declared else "aes").play_login(tcp)
    tcp.client(session.message(116))
    tcp.server(binary(session, declared))
    keyed = tshark(prefs={"baichuan.password": "Secret-1", "baichuan.hide_secrets": hide})
    out = keyed.run(made.write(tmp_path / "c.pcap"), *OURS).out
    return any(text in out for text in (SECRET, SECRET.encode().hex(":")))


@pytest.mark.parametrize("declared", NAMES)
def test_a_document_that_is_called_something_else_is_masked(tshark, tmp_path, declared):
    assert not shown(tshark, tmp_path, declared, "TRUE")


@pytest.mark.parametrize("declared", NAMES)
def test_the_same_document_is_shown_where_nothing_is_hidden(tshark, tmp_path, declared):
    assert shown(tshark, tmp_path, declared, "FALSE")
