"""What a message is and who sends it, as values of fields."""

import pytest

from tests.dissection.newcamd import cases, session_cases
from tests.peers import newcamd, pcap

WAYS = pytest.mark.parametrize("args", [(), ("-2",)], ids=["one pass", "two passes"])


def identities(reader, path, args=()):
    return reader.fields(path, "newcamd.command_name", "newcamd.from_server", filter="newcamd.command", args=args)


@WAYS
def test_a_message_has_name_and_sender(tshark, path, args):
    capture, peer = pcap.Capture(), cases.login()
    session_cases.session(newcamd.connect(capture, peer), peer)
    capture.write(path)
    assert [(name, sender in ("1", "True")) for name, sender in identities(tshark(tables=cases.TABLE), path, args)] == [
        ("Login", False), ("Login accepted", True), ("Card data request", False), ("Card data", True),
        ("ECM even", False), ("ECM even", True), ("ECM even", False), ("ECM even", True)]


def test_a_command_without_a_name_says_so(tshark, path):
    capture, peer, tcp = cases.connected()
    tcp.client(peer.frame(newcamd.message(0x55), msg_id=9))
    capture.write(path)
    assert identities(tshark(tables=cases.TABLE), path)[-1][0] == "Unknown command"


def test_what_was_not_opened_has_neither(tshark, path):
    capture, peer = pcap.Capture(), cases.login()
    session_cases.session(newcamd.connect(capture, peer), peer)
    capture.write(path)
    closed = tshark(tables={"newcamd_keys": [["", str(cases.PORT), "", "", "", ""]]})
    assert closed.frames(path, "newcamd.opened && (newcamd.command_name || newcamd.from_server)") == []
    assert len(closed.frames(path, "newcamd.opened")) == 8
