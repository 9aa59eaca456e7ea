"""Random connections that look like newcamd in all that can be seen without a key, and a thousand keys: none of them
opens one. (tests/unit/test-newcamd-proof.c does the same with single frames.)"""

import random
import struct

from tests.dissection import harness
from tests.peers import newcamd, pcap

CONNECTIONS = 10_000
KEYS = 1_000


def frame(source, length):
    return struct.pack("!H", length) + source.randbytes(length)


def with_login(source, tcp):
    """Greeting, a frame as long as a login, one as long as an ACK, and more."""
    tcp.server(source.randbytes(14))
    tcp.client(frame(source, 8 * source.randrange(7, 18)))
    tcp.server(frame(source, 24))
    tcp.client(frame(source, 24))
    tcp.server(frame(source, 8 * source.randrange(3, 20)))


def without_login(source, tcp):
    """Frames as in the middle of a session."""
    for _ in range(2):
        tcp.client(frame(source, 8 * source.randrange(8, 25)))
        tcp.server(frame(source, 40))


@harness.ONCE
def test_ten_thousand_random_connections_are_not_opened_by_a_thousand_keys(tshark, tmp_path):
    source, capture = random.Random(2026), pcap.Capture(step=0.0001)
    for index in range(CONNECTIONS):
        address = f"10.{1 + index // 62500}.{index // 250 % 250}.{1 + index % 250}"
        tcp = capture.tcp((address, 49200 + index % 10_000))
        (without_login if index % 10 == 0 else with_login)(source, tcp)
    rows = [["", "", source.randbytes(14).hex(), f"user{i}", f"password{i}", f"key {i}"] for i in range(KEYS)]
    path = capture.write(tmp_path / "random.pcap")
    keys = {"newcamd_keys": rows}
    assert tshark(tables=keys).frames(path, "newcamd") == []


def test_the_same_question_finds_a_connection_among_random_ones(tshark, tmp_path):
    """So that the test above means something."""
    source, capture = random.Random(2026), pcap.Capture()
    for index in range(20):
        (without_login if index % 10 == 0 else with_login)(source, capture.tcp((f"10.1.0.{1 + index}", 49200)))
    peer = newcamd.Login(deskey=source.randbytes(14).hex())
    newcamd.connect(capture, peer)
    rows = [["", "", source.randbytes(14).hex(), "", "", ""] for _ in range(KEYS - 1)] + [["", "", peer.deskey.hex(), "", "", ""]]
    path = capture.write(tmp_path / "random.pcap")
    assert len(tshark(tables={"newcamd_keys": rows}).frames(path, "newcamd")) == 4
