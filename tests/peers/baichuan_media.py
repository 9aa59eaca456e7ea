"""Media packets (BcMedia) as cameras write them, and their streams across BC messages: an implementation of
docs/baichuan.md section 5 of its own, for captures.

Nothing here is taken from the plugin. Parameter sets, SEI and slice headers are what x264 and x265 write; the rest of a
slice is noise.
"""

import hashlib
import random
import struct

from tests.peers.baichuan import body, extension

SPS_264 = bytes.fromhex("674d4015d9008025b011000003000100000300280f162e48")
PPS_264 = bytes.fromhex("68ebc3cb20")
SEI_264 = bytes.fromhex("060531dc45e9bde6d948b7962cd820d923eeef") + b"x264 - core 164 - H.264/AVC codec\x80"
IDR_264 = bytes.fromhex("65888409ffc842944834")
SLICE_264 = bytes.fromhex("419a211c4b")
VPS_265 = bytes.fromhex("40010c01ffff01600000030090000003000003003c928090")
SPS_265 = bytes.fromhex("42010101600000030090000003000003003ca00d880f16592a4932bc05a0200000030020000003014100")
PPS_265 = bytes.fromhex("4401c171a11200")
IDR_265 = bytes.fromhex("2801af05b81fe63e439493df236f")
SLICE_265 = bytes.fromhex("0201d009")

ADTS = bytes.fromhex("fff160400000fc")  # MPEG-4, LC, 16 kHz, mono; the length is filled in


def noise(count, seed=1):
    """Bytes without start codes in them."""
    source = random.Random(seed)
    return bytes(source.randrange(2, 256) for _ in range(count))


def annex_b(*units):
    return b"".join(b"\0\0\0\1" + unit for unit in units)


def key_frame_264(size=300, seed=1):
    return annex_b(SPS_264, PPS_264, SEI_264, IDR_264 + noise(size, seed))


def p_frame_264(size=100, seed=1):
    return annex_b(SLICE_264 + noise(size, seed))


def key_frame_265(size=300, seed=1):
    return annex_b(VPS_265, SPS_265, PPS_265, IDR_265 + noise(size, seed))


def p_frame_265(size=100, seed=1):
    return annex_b(SLICE_265 + noise(size, seed))


class Packet:
    """One media packet: what goes on the wire, and what a reader should find."""

    def __init__(self, kind, head, payload, pad=True, **facts):
        self.kind, self.head, self.payload = kind, head, payload
        self.facts = facts
        padding = (-len(payload)) % 8 if pad else 0
        self.wire = head + payload + bytes.fromhex("f09b0a61290100")[:padding]

    def __len__(self):
        return len(self.wire)

    @property
    def sha256(self):
        return hashlib.sha256(self.payload).hexdigest()


def info(width=2560, height=1440, fps=20, version=1, start=(2024, 3, 3, 13, 4, 5), end=(2024, 3, 3, 13, 9, 59)):
    clock = bytes([start[0] - 1900, *start[1:], end[0] - 1900, *end[1:]])
    head = b"100%d" % version + struct.pack("<IIIBB", 32, width, height, 0, fps) + clock + b"\0\0"
    return Packet("Info", head, b"", width=width, height=height, fps=fps)


def video(payload, key, microseconds, codec="H264", channel=0, additional=b"", pad=True):
    head = b"%d%ddc" % (channel, 0 if key else 1) + codec.encode()
    head += struct.pack("<IIQ", len(payload), len(additional), microseconds) + additional
    return Packet("I-frame" if key else "P-frame", head, payload, pad, codec=codec, microseconds=microseconds)


def clock(posix):
    """The additional header of an I-frame: the camera's clock, and a word that nobody knows."""
    return struct.pack("<I", posix) + bytes.fromhex("c3ec0100")


def aac(count=100, channel=0, seed=1):
    """count: bytes behind the ADTS header."""
    length = len(ADTS) + count
    head = bytearray(ADTS)
    head[3] |= length >> 11
    head[4] = length >> 3 & 0xFF
    head[5] = (length & 7) << 5 | 0x1F
    payload = bytes(head) + noise(count, seed)
    return Packet("AAC", b"%d5wb" % channel + struct.pack("<HH", length, length), payload)


def adpcm(samples=252, channel=0, predictor=-300, index=17, seed=1):
    """samples: bytes behind the header of the DVI-4 block."""
    block = struct.pack("<hBB", predictor, index, 0) + noise(samples, seed)
    payload = struct.pack("<HH", 0x0100, len(block) // 2) + block
    return Packet("ADPCM", b"%d1wb" % channel + struct.pack("<HH", len(payload), len(payload)), payload)


def film(seconds=1, fps=5, codec="H264", channel=0, start=913_440_000, width=640, height=360, audio=None, size=300):
    """Info, then frames with a key frame each second and audio between them."""
    key, inter = (key_frame_264, p_frame_264) if codec == "H264" else (key_frame_265, p_frame_265)
    packets = [info(width, height, fps)]
    for n in range(seconds * fps):
        at = start + n * 1_000_000 // fps
        if n % fps == 0:
            packets.append(video(key(size, n), True, at, codec, channel, clock(1_709_471_045 + n // fps)))
        else:
            packets.append(video(inter(size // 3, n), False, at, codec, channel))
        if audio:
            packets.append(audio(channel=channel, seed=n))
    return packets


class Stream:
    """Media packets of one exchange, cut into messages and put on a connection. session: baichuan.Session."""

    def __init__(self, session, tcp, msg_id=3, exchange=0x05000000, side="s", code=200):
        self.session, self.tcp, self.msg_id, self.exchange = session, tcp, msg_id, exchange
        self.side, self.code = side, code
        self.started = False

    def message(self, data, encrypt_len=None):
        """One message with these bytes of the stream. encrypt_len: full AES of so many."""
        if encrypt_len is not None:
            return self.session.full(self.msg_id, data, encrypt_len, exchange=self.exchange)
        ext = None if self.started else extension(binaryData=1)
        self.started = True
        if self.side == "c":
            return self.session.message(self.msg_id, ext=extension(binaryData=1, channelId=0), data=data,
                                        exchange=self.exchange)
        return self.session.reply(self.msg_id, ext=ext, data=data, exchange=self.exchange, code=self.code)

    def send(self, data, **how):
        """One message; how as in pcap.Tcp.send(). Returns its frames."""
        return self.tcp.send(self.side, self.message(data), **how)

    def send_packets(self, packets, cuts=()):
        """Their bytes as messages that end at the offsets in cuts, and at the end."""
        wire = b"".join(packet.wire for packet in packets)
        borders = sorted({0, len(wire), *(cut for cut in cuts if 0 < cut < len(wire))})
        return [self.send(wire[a:b]) for a, b in zip(borders, borders[1:])]

    def send_full(self, packets, encrypt_len):
        """Full AES, a message each packet. encrypt_len(packet): how many of its bytes are AES."""
        return [self.tcp.send(self.side, self.message(packet.wire, encrypt_len(packet))) for packet in packets]


def encrypt_len(packet):
    """As cameras choose it: 1024 bytes of a key frame, the header of a P-frame, all of the rest."""
    if packet.kind == "I-frame":
        return 1024
    if packet.kind == "P-frame":
        return len(packet.head)
    return len(packet)


class Talk:
    """A talk of the client on one channel: 201, blocks in 202, 11 (section 3.5). session, tcp: as of Stream.
      numbers  the exchange ids of its messages, one after the other; without them all have one number"""

    def __init__(self, session, tcp, channel=0, rate=16000, numbers=None):
        self.session, self.tcp, self.channel, self.rate = session, tcp, channel, rate
        self.numbers = iter(numbers) if numbers is not None else None
        self.exchange = 0x0D000000 | channel

    def _number(self):
        return self.exchange if self.numbers is None else next(self.numbers)

    def _ask(self, msg_id, xml=""):
        number = self._number()
        ext = extension(channelId=self.channel)
        self.tcp.client(self.session.message(msg_id, xml, ext=ext, exchange=number))
        self.tcp.server(self.session.reply(msg_id, exchange=number))

    def config(self):
        self._ask(201, body(f'<TalkConfig version="1.1">\n<channelId>{self.channel}</channelId>\n<duplex>FDX</duplex>\n'
                            '<audioStreamMode>followVideoStream</audioStreamMode>\n<audioConfig>\n'
                            f'<audioType>adpcm</audioType>\n<sampleRate>{self.rate}</sampleRate>\n'
                            '<samplePrecision>16</samplePrecision>\n<lengthPerEncoder>1024</lengthPerEncoder>\n'
                            '<soundTrack>mono</soundTrack>\n</audioConfig>\n</TalkConfig>\n'))
        return self

    def send(self, wire):
        """One 202 with these bytes."""
        return self.tcp.client(self.session.message(202, ext=extension(binaryData=1, channelId=self.channel), data=wire,
                                                    exchange=self._number()))

    def stop(self):
        self._ask(11)
        return self
