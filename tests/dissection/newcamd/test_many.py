"""What a capture may have much of, and what must be found in it nevertheless."""

import pytest

from tests.bench import hostile
from tests.dissection.newcamd import cases
from tests.peers import newcamd, pcap

LOGINS = 300
KEYS = {"newcamd_keys": [["", "", hostile.DESKEY, "", "", "mine"]]}


def logins_and_a_late_connection(path, whose):
    """Logins with a session key each, then frames of a connection without a login, on another port."""
    capture = pcap.Capture()
    logins = [hostile.CheapLogin(number) for number in range(LOGINS)]
    for number, login in enumerate(logins):
        newcamd.log_in(capture, login, ("10.3.0.1", 50000 + number))
    tcp = capture.tcp(server=("10.0.0.1", cases.PORT + 1))
    for number in range(4):
        tcp.client(logins[whose].ecm(msg_id=number + 2))
    return capture.write(path)


@pytest.mark.parametrize("whose", [0, LOGINS - 1], ids=["the first login", "the last login"])
def test_a_connection_is_opened_with_the_key_of_any_of_many_logins(tshark, tmp_path, whose):
    capture = logins_and_a_late_connection(tmp_path / "many.pcap", whose)
    rows = tshark(tables=KEYS).fields(capture, "newcamd.command", filter=f"tcp.dstport == {cases.PORT + 1}", args=("-2",))
    assert rows == [("0x80",)] * 4


def login_across_the_wrap(path):
    """A login in two pieces, of which the first ends where sequence numbers begin anew."""
    capture, peer = pcap.Capture(), cases.login()
    tcp = capture.tcp(client_isn=2**32 - 31, server_isn=2**32 - 8).open()
    tcp.server(peer.greeting)
    tcp.client(peer.login(), cuts=(30,))
    tcp.server(peer.ack())
    tcp.client(peer.ecm())
    return capture.write(path)


def test_a_login_in_pieces_across_the_wrap_of_sequence_numbers_is_found_again(reader, tmp_path):
    capture = login_across_the_wrap(tmp_path / "wrap.pcap")
    assert reader.fields(capture, "newcamd.command", filter="newcamd.command", args=("-2",)) == [("0xe0",), ("0xe1",), ("0x80",)]
    assert reader.fields(capture, "frame.number", "newcamd.login_frame", filter="newcamd.login_frame", args=("-2",)) == [("5", "6")]


def restarts(path, count):
    """Connections one after the other on one pair of ports, and no SYN between them: only the numbers of TCP are others."""
    capture = pcap.Capture()
    tcp = capture.tcp().open()
    for number in range(count):
        peer = cases.login(seed=number + 1)
        tcp.server(peer.greeting)
        tcp.client(peer.login())
        tcp.server(peer.ack())
        tcp.client(peer.ecm())
        tcp.skip("c", 100_000)
        tcp.skip("s", 100_000)
    return capture.write(path)


@pytest.mark.parametrize("args", [(), ("-2",)], ids=["one pass", "two passes"])
def test_each_of_many_restarts_is_read_with_its_own_login_key(reader, tmp_path, args):
    rows = reader.fields(restarts(tmp_path / "restarts.pcap", 200), "newcamd.command", filter="newcamd.command", args=args)
    assert rows == [("0xe0",), ("0xe1",), ("0x80",)] * 200
