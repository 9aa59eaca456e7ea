"""Capture files with TCP conversations in them, byte for byte as a test wants them.

A Capture collects frames in the order in which they are made; a Tcp is one connection inside it and keeps both
sequence numbers, so a test can leave segments out, repeat them, or put them in another order. Sequence numbers may begin
anywhere and go on behind 2^32. What is too long for memory goes to its file as it is made: Stream.
"""

import functools
import ipaddress
import struct

LINK_RAW_IP, LINK_UPPER_PDU = 101, 252

NEAR_END = 0xFFFFFF00  # a sequence number from which 2^32 is not far


def _checksum(data):
    """Of IP: the sum with end-around carry is what a number leaves when it is divided by 2^16 - 1."""
    if len(data) % 2:
        data += b"\0"
    rest = int.from_bytes(data, "big") % 0xFFFF
    return 0xFFFF - rest if rest else 0


def _file_header(link):
    return struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 0x40000, link)


def _record(time, packet, length):
    seconds = int(time)
    return struct.pack("<IIII", seconds, int(round((time - seconds) * 1e6)) % 1000000, len(packet), length) + packet


class Capture:
    """Frames of a libpcap file (raw IP, or what link says). Time advances by step seconds a frame; set .time to jump."""

    def __init__(self, step=0.001, start=1_700_000_000.0, link=LINK_RAW_IP):
        self.frames = []
        self.link = link
        self.time = start
        self.step = step

    def add(self, packet, original_length=None):
        """Adds an IP packet and returns its frame number. original_length: bytes on the wire, where the capture
        was cut by a snap length."""
        self.frames.append((self.time, packet, original_length or len(packet)))
        self.time += self.step
        return len(self.frames)

    def tcp(self, client=("10.0.0.2", 50000), server=("10.0.0.1", 15050), **keywords):
        """A connection. The client's port is one that nobody registers: without a handshake, Wireshark asks the owners
        of both ports before any heuristic."""
        return Tcp(self, client, server, **keywords)

    def udp(self, source, destination, data):
        """One datagram from (address, port) to (address, port)."""
        udp = struct.pack("!HHHH", source[1], destination[1], 8 + len(data), 0) + data
        return self.add(_ip(source[0], destination[0], 17, udp, 6))

    def write(self, path):
        with open(path, "wb") as out:
            out.write(_file_header(self.link))
            for frame in self.frames:
                out.write(_record(*frame))
        return path


class Stream(Capture):
    """A Capture whose frames go to a file at once and are not kept: 100,000 of them take no memory.

    with Stream(path) as capture: ... as with any Capture, but for .frames and write()."""

    def __init__(self, path, **keywords):
        super().__init__(**keywords)
        self.path, self.count = path, 0
        self._out = open(path, "wb")
        self._out.write(_file_header(self.link))

    def add(self, packet, original_length=None):
        self._out.write(_record(self.time, packet, original_length or len(packet)))
        self.time += self.step
        self.count += 1
        return self.count

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self._out.close()


@functools.lru_cache(maxsize=65536)
def _packed(address):
    """The version and the bytes of an address."""
    parsed = ipaddress.ip_address(address)
    return parsed.version, parsed.packed


def _ip(source, destination, protocol, payload, checksum_offset):
    """An IPv4 or IPv6 packet around a TCP or UDP payload, whose checksum is filled in."""
    (version, src), (_, dst) = _packed(source), _packed(destination)
    pseudo = src + dst + struct.pack("!II", len(payload), protocol)
    sum_ = _checksum(pseudo + payload)
    payload = payload[:checksum_offset] + struct.pack("!H", sum_) + payload[checksum_offset + 2:]
    if version == 6:
        return struct.pack("!IHBB", 0x60000000, len(payload), protocol, 64) + src + dst + payload
    head = struct.pack("!BBHHHBBH4s4s", 0x45, 0, 20 + len(payload), 0, 0x4000, 64, protocol, 0, src, dst)
    return head[:10] + struct.pack("!H", _checksum(head)) + head[12:] + payload


FIN, SYN, RST, PSH, ACK = 1, 2, 4, 8, 16


class Tcp:
    """One TCP connection. The client is the side that opens it. client_isn, server_isn: any 32 bits."""

    def __init__(self, capture, client, server, client_isn=1000, server_isn=5000, mss=1448):
        self.capture = capture
        self.ends = {"c": client, "s": server}
        self.next = {"c": client_isn, "s": server_isn}
        self.mss = mss

    def open(self):
        """The three-way handshake. Leave it out for a capture that starts later."""
        self._segment("c", b"", SYN, self.next["c"], 0)
        self.skip("c", 1)
        self._segment("s", b"", SYN | ACK, self.next["s"], self.next["c"])
        self.skip("s", 1)
        self._segment("c", b"", ACK)
        return self

    def client(self, data, **keywords):
        """The client sends data; see send()."""
        return self.send("c", data, **keywords)

    def server(self, data, **keywords):
        """The server sends data; see send()."""
        return self.send("s", data, **keywords)

    def send(self, side, data, cuts=(), lose=(), order=None):
        """Sends data in segments and returns the frame numbers of those that are in the capture.
          cuts   offsets in data where a new segment begins, besides every mss bytes
          lose   indexes of segments that are not captured
          order  indexes of segments in the order of capture"""
        borders = sorted({0, len(data), *cuts} | set(range(0, len(data), self.mss)))
        segments = list(zip(borders, borders[1:]))
        start = self.next[side]
        self.next[side] = (start + len(data)) & 0xFFFFFFFF
        frames = []
        for index in (order if order is not None else range(len(segments))):
            if index not in lose:
                a, b = segments[index]
                frames.append(self._segment(side, data[a:b], PSH | ACK, (start + a) & 0xFFFFFFFF))
        return frames

    def acknowledge(self, side):
        """A segment without data, with which a side says how much of the other's it has got."""
        return self._segment(side, b"", ACK)

    def skip(self, side, count):
        """count bytes of a side that are not in the capture."""
        self.next[side] = (self.next[side] + count) & 0xFFFFFFFF

    def again(self, side, data, back):
        """Sends data once more, beginning back bytes before the next byte of the side (a retransmission)."""
        return self._segment(side, data, PSH | ACK, (self.next[side] - back) & 0xFFFFFFFF)

    def segment(self, side, data, seq, ack):
        """One segment with numbers that the caller has counted."""
        return self._segment(side, data, PSH | ACK if data else ACK, seq, ack)

    def close(self, first="c"):
        """FIN of one side, then of the other, then the last ACK."""
        other = "s" if first == "c" else "c"
        for side in (first, other):
            self._segment(side, b"", FIN | ACK)
            self.skip(side, 1)
        self._segment(first, b"", ACK)
        return self

    def reset(self, side="s"):
        self._segment(side, b"", RST | ACK)
        return self

    def _segment(self, side, data, flags, seq=None, ack=None):
        other = "s" if side == "c" else "c"
        seq = self.next[side] if seq is None else seq
        ack = self.next[other] if ack is None else ack
        (source, sport), (destination, dport) = self.ends[side], self.ends[other]
        tcp = struct.pack("!HHIIBBHHH", sport, dport, seq, ack, 0x50, flags, 64000, 0, 0) + data
        return self.capture.add(_ip(source, destination, 6, tcp, 16))
