"""The ledger of generated conversations by itself: what it says is what the capture holds, read by nothing but struct."""

import struct

import pytest

from tests.peers import baichuan, baichuan_udp
from tests.peers.baichuan_captured import (ACK, DATA, Coverage, OverTcp, OverUdp, delayed, dice_for, lost, repeated, since,
                                           snapped, swapped)
from tests.peers.baichuan_conversation import CIPHERS, OTHER, conversation
from tests.peers.pcap import NEAR_END, Capture


def payloads(taken, capture):
    """{frame: (side, place, bytes)} of the packets with data, from their addresses and numbers."""
    found = {}
    for number, (_, packet, length) in enumerate(capture.frames, 1):
        sport = struct.unpack_from("!H", packet, 20)[0]
        if packet[9] == 6:
            side = "c" if sport == 50000 else "s"
            place = (struct.unpack_from("!I", packet, 24)[0] - taken.isn[side] - 1) & 0xFFFFFFFF
            data = packet[40:]
        else:
            if packet[28:32] != baichuan_udp.DATA:
                continue
            side = "c" if sport == 53500 else "s"
            place = struct.unpack_from("<I", packet, 40)[0]
            data = packet[48:]
        if data:
            found[number] = side, place, data
    return found


def streams(found, by_number):
    """The bytes of both sides; by_number: places count packets."""
    both = {}
    for side in "cs":
        parts = dict(sorted((place, data) for s, place, data in found.values() if s == side))
        assert not by_number or list(parts) == list(range(len(parts)))
        both[side] = b"".join(parts.values())
    return both


@pytest.mark.parametrize("carrier", [OverTcp, OverUdp])
@pytest.mark.parametrize("seed, cipher", enumerate(CIPHERS))
def test_a_conversation_lies_in_the_capture_byte_for_byte(carrier, seed, cipher):
    talk, capture = conversation(seed, cipher), Capture()
    taken = carrier(talk, 1000).write(capture)
    assert streams(payloads(taken, capture), carrier is OverUdp) == {side: talk.stream(side) for side in "cs"}


def test_sequence_numbers_of_a_conversation_go_on_behind_2_32():
    talk, capture = conversation(5, "none"), Capture()
    taken = OverTcp(talk, 1000, isn=(NEAR_END, 0xFFFFFFFF)).write(capture)
    numbers = [struct.unpack_from("!I", packet, 24)[0] for _, packet, _ in capture.frames if packet[20:22] == b"\xc3\x50"]
    assert min(numbers) < len(talk.stream("c")) and max(numbers) >= NEAR_END
    assert streams(payloads(taken, capture), False)["c"] == talk.stream("c")


@pytest.mark.parametrize("cipher", CIPHERS)
def test_every_message_is_what_its_ledger_says(cipher):
    """Its header by struct, its parts by the ciphers of baichuan.py, its media packets by their bytes."""
    talk = conversation(7, cipher)
    for side in "cs":
        stream = talk.stream(side)
        for message in talk.messages[side]:
            _, msg_id, length, exchange, code, _ = struct.unpack_from("<IIIIHH", stream, message.start)
            assert (msg_id, exchange, length) == message.facts and code == message.code
            assert message.end == message.start + message.head + length
            for part in message.parts:
                sealed = message.wire[part.offset:part.offset + part.sealed]
                opened = {"none": lambda data: data, "xor": lambda data: baichuan.xor(data, exchange & 0xFF),
                          "aes": lambda data: baichuan.aes_open(talk.session.key, data)}[part.cipher](sealed)
                assert opened + message.wire[part.offset + part.sealed:part.offset + len(part.plain)] == part.plain
    for media in talk.media:
        data = b"".join(message.part("binary").plain[at - message.part("binary").offset:][:length]
                        for message, at, length in media.pieces)
        assert data == media.packet.wire


@pytest.mark.parametrize("seed", range(20))
def test_media_packets_differ_from_each_other_and_answers_have_their_requests(seed):
    talk = conversation(seed, "aes")
    for side in "cs":
        facts = [media.facts for media in talk.media if media.side == side]
        assert len(facts) == len(set(facts)) > 3
        answered = [message.answers for message in talk.messages[side] if message.answers]
        assert answered and all(request in talk.messages[OTHER[side]] for request in answered)


def test_a_conversation_has_one_of_every_kind_and_requests_with_the_same_number():
    for seed in range(20):
        talk = conversation(seed, "full")
        ids = [message.msg_id for side in "cs" for message in talk.messages[side]]
        assert {1, 33, 67, 93, 109, 202, 234} <= set(ids) and {3, 5} & set(ids)
        assert ids.count(93) == 8


@pytest.mark.parametrize("carrier", [OverTcp, OverUdp])
@pytest.mark.parametrize("rate", [0.01, 0.05, 0.5])
def test_the_ledger_knows_what_of_each_message_the_capture_holds(carrier, rate):
    talk, capture, dice = conversation(3, "aes"), Capture(), dice_for(carrier, rate)
    taken = carrier(talk, 700)
    all_packets = taken.packets
    taken.packets = repeated(delayed(swapped(snapped(lost(all_packets, rate, dice), 600), rate, dice), rate, dice), rate, dice)
    taken.write(capture)
    held = {"c": {}, "s": {}}
    for frame, (side, place, data) in payloads(taken, capture).items():
        start = place if carrier is OverTcp else next(
            packet.start for packet in all_packets if (packet.side, packet.kind, packet.number) == (side, DATA, place))
        for at in range(len(data)):
            held[side].setdefault(start + at, frame)
    for side in "cs":
        for message in talk.messages[side]:
            there = taken.arrived(message)
            frames = [held[side].get(place) for place in range(message.start, message.end)]
            told = [None] * len(message.wire)
            for a, b, frame in there.pieces:
                told[a:b] = [frame] * (b - a)
            assert told == frames
            assert all(told[a:b] == [None] * (b - a) for a, b in there.holes)
            assert sum(b - a for a, b in there.holes) == frames.count(None)


def test_coverage_counts_a_byte_that_came_twice_once():
    coverage = Coverage()
    for start, end, frame in ((10, 20, 1), (30, 40, 2), (15, 35, 3), (0, 50, 4), (5, 45, 5)):
        coverage.add(start, end, frame)
    assert coverage.of(0, 60).pieces == [(0, 10, 4), (10, 20, 1), (20, 30, 3), (30, 40, 2), (40, 50, 4)]
    assert coverage.of(12, 52).holes == [(38, 40)]
    assert coverage.of(12, 15).last == 1


def test_losses_spare_the_login_and_the_end():
    taken = OverTcp(conversation(1, "aes"), 1000)
    left = lost(taken.packets, 1, dice_for(1))
    assert left == [packet for packet in taken.packets if packet.safe]
    assert {packet.kind for packet in left} == {DATA, ACK}
    assert b"".join(packet.data for packet in left[:8]).startswith(baichuan.MAGIC.to_bytes(4, "little"))


def test_a_capture_may_begin_anywhere():
    taken = OverTcp(conversation(1, "aes"), 1000)
    message = taken.talk.messages["s"][10]
    first = since(taken.packets, message.start)[0]
    assert first.side == "s" and first.start <= message.start < first.start + len(first.data)
