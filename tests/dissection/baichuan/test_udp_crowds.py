"""Many BcUdp sessions, ids and repetitions: what belongs together stays together, whoever crowds in between."""

import pytest

from tests.dissection.state_rule import assert_state_rule
from tests.peers import baichuan, baichuan_udp as udp
from tests.peers.pcap import Capture

CLIENT, DEVICE, RELAY = ("10.0.0.2", 53500), ("10.0.0.1", 16161), ("198.51.100.2", 58100)
PING = baichuan.header(93, 0)
CROWD = 200


@pytest.fixture(scope="module")
def sessions(tshark):
    """sessions(path): {frame: number of its session}."""
    return lambda path: {int(frame): int(number) for frame, number in tshark().fields(
        path, "frame.number", "baichuan.udp.session", filter="baichuan.udp.session")}


def crowd(capture, first=1000):
    """Others between the same addresses."""
    return [capture.udp(CLIENT, DEVICE, udp.data(first + number, 0, PING)) for number in range(CROWD)]


def test_each_connection_id_between_two_addresses_is_a_session_of_its_own(sessions, tmp_path):
    capture = Capture()
    crowd(capture)
    assert list(sessions(capture.write(tmp_path / "c.pcap")).values()) == list(range(CROWD))


def test_a_session_goes_on_behind_a_crowd_between_its_addresses(tshark, sharkd, sessions, tmp_path):
    capture = Capture()
    link = udp.Link(capture, CLIENT, DEVICE).open()
    mine = [link.packet("c", 0, PING), link.packet("s", 0, PING)]
    crowd(capture)
    mine += [link.packet("c", 1, PING), link.packet("s", 1, PING), link.ack("c", 1)]
    path = capture.write(tmp_path / "c.pcap")
    found = sessions(path)
    assert {found[frame] for frame in mine} == {0}
    assert len(set(found.values())) == CROWD + 1
    assert_state_rule(tshark, sharkd, path, {"baichuan"})


def test_a_session_comes_back_from_a_relay_to_addresses_that_are_crowded(sessions, tmp_path):
    capture = Capture()
    link = udp.Link(capture, CLIENT, DEVICE).open()
    mine = [link.packet("c", 0, PING)]
    link.ends["s"] = RELAY
    mine += [link.packet("c", 1, PING), link.packet("s", 0, PING)]
    crowd(capture)
    link.ends["s"] = DEVICE
    mine += [link.packet("c", 2, PING), link.packet("s", 1, PING), link.ack("s", 1)]
    found = sessions(capture.write(tmp_path / "c.pcap"))
    assert {found[frame] for frame in mine} == {0}


def test_many_addresses_of_a_client_are_one_session(sessions, tmp_path):
    capture = Capture()
    for number in range(CROWD):
        capture.udp((f"10.3.0.{number}", 53500), DEVICE, udp.data(80, number, PING))
    assert set(sessions(capture.write(tmp_path / "c.pcap")).values()) == {0}


def test_discovery_messages_whose_numbers_make_one_sum_are_no_repetitions(tshark, tmp_path):
    capture = Capture()
    for tid in range(CROWD):
        capture.udp(DEVICE, CLIENT, udp.discovery(udp.p2p("D2C_T", sid=1, cid=1, did=tid), tid, crc=tid))
    again = capture.udp(DEVICE, CLIENT, udp.discovery(udp.p2p("D2C_T", sid=1, cid=1, did=7), 7, crc=7))
    assert tshark().frames(capture.write(tmp_path / "c.pcap"), "baichuan.expert.udp_message_again") == [again]


def test_a_message_in_packets_of_one_byte_is_listed_byte_by_byte(tshark, sharkd, tmp_path):
    message = baichuan.header(93, 380, baichuan.LEGACY) + bytes(380)
    capture = Capture()
    frames = [capture.udp(DEVICE, CLIENT, udp.data(82000, number, message[number:number + 1])) for number in range(400)]
    after = capture.udp(DEVICE, CLIENT, udp.data(82000, 400, PING))
    path = capture.write(tmp_path / "c.pcap")
    (count, length, parts), = tshark().fields(path, "baichuan.udp.fragment.count", "baichuan.udp.reassembled.length",
                                              "baichuan.udp.fragment", filter=f"frame.number == {frames[-1]}")
    assert (count, length, parts) == ("400", "400", "|".join(map(str, frames)))
    assert tshark().frames(path, f"baichuan.udp.reassembled_in == {frames[-1]}", args=("-2",)) == frames[:-1]
    assert tshark().frames(path, "baichuan.msg_id == 93") == [frames[-1], after]
    assert_state_rule(tshark, sharkd, path, {"baichuan"})


def test_packets_that_have_no_line_in_the_list_are_counted(tshark, tmp_path):
    """The list has 16,384 lines at most."""
    message = baichuan.header(93, 16_980, baichuan.LEGACY) + bytes(16_980)
    capture = Capture()
    frames = [capture.udp(DEVICE, CLIENT, udp.data(82000, number, message[number:number + 1])) for number in range(len(message))]
    (counts,) = tshark().fields(capture.write(tmp_path / "c.pcap"), "baichuan.udp.fragment.count", "baichuan.udp.reassembled.length",
                                filter=f"frame.number == {frames[-1]}")
    assert counts == ("17000", "17000")
