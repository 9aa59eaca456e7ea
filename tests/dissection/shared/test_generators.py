"""The generators of tests/peers by themselves: what they write, read again by nothing but struct."""

import functools
import itertools
import operator
import struct
import time

import pytest
from Cryptodome.Cipher import DES3

from tests.peers import baichuan, baichuan_udp, exported_pdu, newcamd, pcap, plaintext

MANY = 100_000


def packets(path):
    """(seconds, bytes) of a pcap file."""
    data = path.read_bytes()
    at = 24
    while at < len(data):
        seconds, fraction, captured, _ = struct.unpack_from("<IIII", data, at)
        yield seconds + fraction / 1e6, data[at + 16:at + 16 + captured]
        at += 16 + captured


def segments(path):
    """(client's, sequence number, acknowledged, flags, bytes) of a file of TCP over IPv4."""
    for _, packet in packets(path):
        sport, _, seq, ack, _, flags = struct.unpack_from("!HHIIBB", packet, 20)
        yield sport == 50000, seq, ack, flags, packet[40:]


def ones_complement(data):
    data += b"\0" * (len(data) % 2)
    total = sum(struct.unpack(f"!{len(data) // 2}H", data))
    while total >> 16:
        total = (total & 0xFFFF) + (total >> 16)
    return total


def test_sequence_numbers_go_on_behind_2_32(tmp_path):
    capture = pcap.Capture()
    tcp = capture.tcp(client_isn=0xFFFFFFFE, server_isn=0xFFFFFFFF).open()
    tcp.client(b"abcd", cuts=(1,))
    tcp.server(b"efg")
    tcp.close()
    numbers = [(seq, ack) for _, seq, ack, flags, _ in segments(capture.write(tmp_path / "wrap.pcap"))]
    assert numbers == [(0xFFFFFFFE, 0), (0xFFFFFFFF, 0xFFFFFFFF), (0xFFFFFFFF, 0),  # handshake
                       (0xFFFFFFFF, 0), (0, 0), (0, 3),  # data
                       (3, 3), (3, 4), (4, 4)]  # FINs


def test_a_newcamd_connection_begins_where_it_is_told(tmp_path):
    capture, login = pcap.Capture(), newcamd.Login()
    newcamd.connect(capture, login, client_isn=pcap.NEAR_END, server_isn=0xFFFFFFFF)
    sent = b"".join(data for client, *_, data in segments(capture.write(tmp_path / "newcamd.pcap")) if not client)
    first = next(seq for client, seq, *_ in segments(tmp_path / "newcamd.pcap") if not client)
    assert (first, sent[:14]) == (0xFFFFFFFF, login.greeting)


def test_message_ids_of_newcamd_begin_anew_behind_65535():
    assert newcamd.Login().header(msg_id=0x10001)[:2] == b"\0\1"


def bcudp(path):
    """(connection id, packet id, bytes) of the data packets of a file."""
    for _, packet in packets(path):
        if packet[28:32] == baichuan_udp.DATA:
            connection, _, number, length = struct.unpack_from("<IIII", packet, 32)
            yield connection, number, packet[48:48 + length]


def test_ids_of_bcudp_go_up_to_2_32_and_begin_anew(tmp_path):
    capture = pcap.Capture()
    link = baichuan_udp.Link(capture, cid=0xFFFFFFFF, did=0x80000000, first=(0xFFFFFFFE, 0xFFFFFFFF))
    link.client(b"abc", cuts=(1, 2))
    link.server(b"de", cuts=(1,))
    assert list(bcudp(capture.write(tmp_path / "ids.pcap"))) == [
        (0x80000000, 0xFFFFFFFE, b"a"), (0x80000000, 0xFFFFFFFF, b"b"), (0x80000000, 0, b"c"),
        (0xFFFFFFFF, 0xFFFFFFFF, b"d"), (0xFFFFFFFF, 0, b"e")]


def test_gaps_carry_packet_ids_far(tmp_path):
    capture = pcap.Capture()
    link = baichuan_udp.Link(capture)
    link.gaps("c", b"x", 5, lost=1000)
    assert [number for _, number, _ in bcudp(capture.write(tmp_path / "gaps.pcap"))] == [1000, 2001, 3002, 4003, 5004]


@pytest.mark.parametrize("size", (0, 1, 2, 7, 1448))
def test_checksums_are_those_of_the_rfc(size):
    data = bytes(range(1, 256)) * 6
    packet = pcap._ip("10.0.0.1", "10.0.0.2", 17, struct.pack("!HHHH", 1, 2, 8 + size, 0) + data[:size], 6)
    pseudo = packet[12:20] + struct.pack("!II", 8 + size, 17)
    assert (ones_complement(packet[:20]), ones_complement(pseudo + packet[20:])) == (0xFFFF, 0xFFFF)


def test_xor_begins_anew_behind_its_key():
    data = bytes(range(100))
    assert baichuan.xor(data, 3) == bytes(byte ^ baichuan.XOR_KEY[(3 + i) % 8] ^ 3 for i, byte in enumerate(data))


def test_a_stream_writes_what_a_capture_writes(tmp_path):
    def talk(capture):
        tcp = capture.tcp().open()
        tcp.client(b"abc")
        capture.time += 5
        capture.udp(("10.0.0.1", 1), ("10.0.0.2", 2), b"d")

    kept = pcap.Capture()
    talk(kept)
    with pcap.Stream(tmp_path / "stream.pcap") as stream:
        talk(stream)
    assert (tmp_path / "stream.pcap").read_bytes() == kept.write(tmp_path / "kept.pcap").read_bytes()


def many_newcamd(capture, count):
    login = newcamd.Login()
    tcp = newcamd.connect(capture, login, client_isn=pcap.NEAR_END)
    for number in range(count // 2):
        tcp.client(login.ecm(msg_id=number))
        tcp.server(login.cw(msg_id=number))


def many_bcudp(capture, count):
    link = baichuan_udp.Link(capture, first=(0xFFFFFFF0, 0xFFFFFFF0))
    session = baichuan.Session("aes").play_login(link)
    message = session.message(80, ext=baichuan.CHANNEL)
    for _ in range(count):
        link.client(message)


def many_bc(capture, count):
    session = baichuan.Session("xor")
    tcp = capture.tcp(server=("10.0.0.1", 9000), client_isn=pcap.NEAR_END).open()
    session.play_login(tcp)
    for number in range(count // 2):
        tcp.client(session.message(80, ext=baichuan.CHANNEL, exchange=number << 16))
        tcp.server(session.reply(80, baichuan.VERSION, exchange=number << 16))


@pytest.mark.parametrize("make", (many_newcamd, many_bcudp, many_bc))
def test_a_hundred_thousand_packets_cost_no_more_each_than_a_few(tmp_path, make):
    took = []
    for count in (MANY // 8, MANY):
        start = time.process_time()
        with pcap.Stream(tmp_path / f"{count}.pcap") as capture:
            make(capture, count)
        took.append(time.process_time() - start)
        assert count <= capture.count <= count + 20
    assert sum(1 for _ in itertools.islice(packets(tmp_path / f"{MANY}.pcap"), MANY)) == MANY
    assert took[1] < 2 * (MANY // (MANY // 8)) * took[0] + 1  # twice what eight times as much should take


def test_spoiled_plaintext_goes_out_with_lengths_and_sums_that_fit():
    def longer(kind, data):
        return data + kind.encode()

    login, session = newcamd.Login(), baichuan.Session("none")
    with plaintext.spoiled(longer):
        frame = login.frame(newcamd.message(newcamd.CARD_REQUEST))
        message = session.message(80, "<a/>", ext="<b/>")
    plain = DES3.new(newcamd.spread(login.session_key), DES3.MODE_CBC, frame[-8:]).decrypt(frame[2:-8])
    assert functools.reduce(operator.xor, plain) == 0 and plain[10:20] == b"\xe3\0\0message"
    assert message[24:] == b"<b/>extension<a/>xml" and struct.unpack_from("<I", message, 8) == (20,) and message[20] == 13


def test_plaintext_is_spoiled_only_inside():
    with plaintext.spoiled(lambda kind, data: b"!"):
        pass
    assert plaintext.plaintext("xml", "<a/>") == b"<a/>"


def test_an_exported_pdu_names_its_dissector_and_its_ends():
    data = exported_pdu.pdu("newcamd", b"bytes", ("10.0.0.7", 7), ("2001:db8::1", 8), carrier=exported_pdu.SCTP)
    assert data == (b"\0\x0c\0\x08newcamd\0" b"\0\x14\0\x04\x0a\0\0\x07" b"\0\x17\0\x10\x20\x01\x0d\xb8" + bytes(11) + b"\x01"
                    b"\0\x18\0\x04\0\0\0\x01" b"\0\x19\0\x04\0\0\0\x07" b"\0\x1a\0\x04\0\0\0\x08" b"\0\0\0\0" b"bytes")
