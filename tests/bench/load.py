"""What a sender of BcUdp and of media can repeat, in bulk: each function writes one capture of count packets.

They ask what one more packet costs after 100,000. Packets go to the file at once, none is kept here.
docs/baichuan.md section 6 says what they look like.
"""

import struct

from tests.peers import baichuan, baichuan_media, baichuan_udp, pcap

CAMERA = ("10.0.0.1", 9000)
DEVICE = ("10.0.0.1", 16161)
CLIENT = ("10.0.0.2", 53500)
PING = baichuan.header(93, 0)  # a message without body
LATEST = 4_000_000_000         # seconds since 1970 that a capture file has room for


class Capture(pcap.Capture):
    """Frames that are in the file as soon as they are added."""

    def __init__(self, path, step=0.0001):
        super().__init__(step)
        self.out = open(path, "wb")
        self.out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 0x40000, 101))

    def add(self, packet, original_length=None):
        seconds = int(self.time)
        self.out.write(struct.pack("<IIII", seconds, int((self.time - seconds) * 1e6), len(packet),
                                   original_length or len(packet)) + packet)
        self.time += self.step
        self.frames = range(len(self.frames) + 1)
        return len(self.frames)

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.out.close()


def somewhere(number):
    """Another client's address each."""
    return f"10.{3 + (number >> 16)}.{number >> 8 & 0xFF}.{number & 0xFF}", 53500


# ---- connection ids and addresses ----------------------------------------------------------------------------


def udp_ids(path, count):
    """Between two addresses, each with another connection id."""
    with Capture(path) as capture:
        for number in range(count):
            capture.udp(CLIENT, DEVICE, baichuan_udp.data(number + 1, 0, PING))


def udp_contacts(path, count):
    """Sessions of one packet each, between other addresses and with another id."""
    with Capture(path) as capture:
        for number in range(count):
            capture.udp(somewhere(number), DEVICE, baichuan_udp.data(number + 1, 0, PING))


def udp_strangers(path, count):
    """One connection id, from everywhere."""
    with Capture(path) as capture:
        for number in range(count):
            capture.udp(somewhere(number), DEVICE, baichuan_udp.data(80, 0, baichuan.header(93, 0, exchange=number)))


def udp_beginnings(path, count):
    """One connection id between two addresses that begins again with each packet."""
    with Capture(path) as capture:
        for number in range(count):
            capture.udp(CLIENT, DEVICE, baichuan_udp.data(80, 0, baichuan.header(93, 0, exchange=number)))


def udp_moves(path, count):
    """One session whose client has another address each time."""
    with Capture(path) as capture:
        for number in range(count):
            capture.udp(somewhere(number), DEVICE, baichuan_udp.data(80, number, PING))


def udp_acks(path, count):
    """Acknowledgements between two addresses, each to another connection id."""
    with Capture(path) as capture:
        for number in range(count):
            capture.udp(DEVICE, CLIENT, baichuan_udp.ack(number + 1, number))


# ---- order and messages --------------------------------------------------------------------------------------


def udp_bytes(path, count):
    """One message in packets of one byte."""
    message = baichuan.header(2, count - 20, baichuan.LEGACY) + bytes(count - 20)
    with Capture(path) as capture:
        for number in range(count):
            capture.udp(DEVICE, CLIENT, baichuan_udp.data(82000, number, message[number:number + 1]))


def udp_holes(path, count):
    """Every other packet is not captured, and nothing is acknowledged."""
    with Capture(path) as capture:
        for number in range(count):
            capture.udp(CLIENT, DEVICE, baichuan_udp.data(80, 2 * number, PING))


def udp_backwards(path, count):
    """Packet ids that count down, each behind a hole of the one before."""
    with Capture(path) as capture:
        for number in range(count):
            block, at = divmod(number, 250)
            capture.udp(CLIENT, DEVICE, baichuan_udp.data(80, 251 * block + 250 - at, PING))


def udp_far(path, count):
    """Each packet id lies a thousand behind the one before."""
    with Capture(path) as capture:
        for number in range(count):
            capture.udp(CLIENT, DEVICE, baichuan_udp.data(80, 1000 * number, PING))


# ---- discovery -----------------------------------------------------------------------------------------------


def _discovery(path, count, ids):
    """ids: (cid, did) of a number. The transmission ids and checksums that a hash might add up meet in one sum."""
    with Capture(path) as capture:
        for number in range(count):
            cid, did = ids(number)
            text = baichuan_udp.p2p("D2C_T", sid=1, conn="local", cid=cid, did=did)
            capture.udp(DEVICE, CLIENT, baichuan_udp.discovery(text, number, crc=number))


def udp_discoveries(path, count):
    """Offers of a path between other ids each, with checksums that undo what the transmission ids do to a sum."""
    _discovery(path, count, lambda number: (82000 + number, 80 + number))


def udp_devices(path, count):
    """Offers of a path to one client's id, each of another device's id."""
    _discovery(path, count, lambda number: (82000, 80 + number))


# ---- media ---------------------------------------------------------------------------------------------------


def _frames(path, count, more):
    """A P-frame a segment, in a session without encryption. more(capture, number) is done behind each."""
    with Capture(path) as capture:
        tcp = capture.tcp(server=CAMERA).open()
        session = baichuan.Session("none")
        session.play_login(tcp)
        tcp.client(session.message(3, ext=baichuan.CHANNEL))
        for number in range(count):
            frame = baichuan_media.video(b"\0\0\0\1\x41\x9a\x21\x1c\x4b" + bytes(7), False, 33_000 * number)
            tcp.server(session.reply(3, ext=baichuan.extension(binaryData=1), data=frame.wire))
            tcp.acknowledge("c")
            more(capture, number)


def clock_jumps(path, count):
    """Frames of a video, with an hour between them as far as a capture's clock goes."""
    def jump(capture, _):
        capture.time = capture.time + 3600 if capture.time + 3600 < LATEST else LATEST

    _frames(path, count, jump)


def clock_turns(path, count):
    """Frames of a video, of which every other one is a day later."""
    def turn(capture, number):
        capture.time += -86_390 if number % 2 else 86_400

    _frames(path, count, turn)


def media_streams(path, count):
    """Frames of a video, each of another stream."""
    with Capture(path) as capture:
        tcp = capture.tcp(server=CAMERA).open()
        session = baichuan.Session("none")
        session.play_login(tcp)
        for number in range(count):
            frame = baichuan_media.video(b"\0\0\0\1\x41\x9a\x21\x1c\x4b" + bytes(7), False, 33_000 * number)
            tcp.server(session.reply(3, ext=baichuan.extension(binaryData=1), data=frame.wire, exchange=number << 8))
            tcp.acknowledge("c")
