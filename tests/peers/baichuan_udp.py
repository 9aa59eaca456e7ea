"""BcUdp as cameras and clients write it: an implementation of docs/baichuan.md sections 6 and 7 of its own, for captures.

Nothing here is taken from the plugin. Integers are little endian.
"""

import ipaddress
import struct
import zlib

from tests.peers.baichuan import xor_bytes
from tests.peers.plaintext import plaintext

DISCOVERY, DATA, ACK, ALARM, HUB = (bytes([kind]) + bytes.fromhex("cf872a") for kind in (0x3A, 0x10, 0x20, 0x31, 0x32))
WORDS = (0x1F2D3C4B, 0x5A6C7F8D, 0x38172E4B, 0x8271635A, 0x863F1A2B, 0xA5C6F7D8, 0x8371E1B4, 0x17F2D3A5)
MARK = bytes.fromhex("aaaa0000")
MTU = 1350


def xor(data, tid):
    return xor_bytes(data, b"".join(struct.pack("<I", (word + tid) & 0xFFFFFFFF) for word in WORDS))


def checksum(data):
    """CRC-32 that begins with 0 and is not inverted."""
    return zlib.crc32(data, 0xFFFFFFFF) ^ 0xFFFFFFFF


def discovery(xml, tid=87, crc=None):
    payload = xor(plaintext("discovery", xml), tid)
    crc = checksum(payload) if crc is None else crc
    return DISCOVERY + struct.pack("<IIII", len(payload), 1, tid, crc) + payload


def p2p(name, **fields):
    """A document; a field may be a dict of further elements."""
    def element(key, value):
        if isinstance(value, dict):
            return f"<{key}>\n" + "".join(element(*item) for item in value.items()) + f"</{key}>\n"
        return f"<{key}>{value}</{key}>\n"

    return "<P2P>\n" + element(name, fields) + "</P2P>\n"


def data(connection, packet, payload):
    """connection, packet: any number; the low 32 bits go onto the wire."""
    return DATA + struct.pack("<IIII", connection & 0xFFFFFFFF, 0, packet & 0xFFFFFFFF, len(payload)) + payload


def ack(connection, last, received=b"", rate=0, group=0):
    """received: one byte a packet behind the last one, 1 received, 0 missing; rate: bytes received in the last second."""
    words = struct.pack("<IIIIII", connection & 0xFFFFFFFF, 0, group, last & 0xFFFFFFFF, rate, len(received))
    return ACK + words + received


def ack_of_nothing(connection):
    return ACK + struct.pack("<IIIIII", connection & 0xFFFFFFFF, 0, 0xFFFFFFFF, 0xFFFFFFFF, 0, 0)


def alarm(text, counter=5, uid="9527000960V21RLK"):
    payload = xor(plaintext("discovery", text), counter)
    return (ALARM + struct.pack("<III", len(payload), counter, 0xFFFFFFFF) + bytes(4) + uid.encode().ljust(32, b"\0")
            + struct.pack("<I", checksum(payload)) + payload)


def hub(payload, sequence=9, uid="9527000960V21RLK"):
    return HUB + struct.pack("<II", len(payload), sequence) + uid.encode().ljust(32, b"\0") + payload


def lan_reply(ip="192.168.7.31", port=9000, name="Porch", uid="9527000960V21RL", mac="ec:71:db:01:02:03", identifier="IPC",
              model="IPC_566SD664M5MP", mac_text=None):
    reply = bytearray(388)

    def put(offset, value):
        reply[offset:offset + len(value)] = value

    put(50, b"\x01\x02")
    put(58, identifier.encode())
    put(80, bytes.fromhex(mac.replace(":", "")))
    put(104, MARK)
    put(108, str(ipaddress.ip_address(ip)).encode())
    put(128, struct.pack("<I", port))
    put(132, name.encode())
    put(164, (mac if mac_text is None else mac_text).encode())
    put(196, model.encode())
    put(228, uid.encode())
    return bytes(reply)


class Link:
    """One session. Sides are "c" and "s" as those of pcap.Tcp, so that what plays on a connection plays here.
      cid, did  connection ids, any 32 bits
      first   packet ids with which the two sides begin; they count on behind 2^32
      acks    whether each packet is acknowledged at once"""

    def __init__(self, capture, client=("10.0.0.2", 53500), device=("10.0.0.1", 16161), cid=82000, did=80, first=(0, 0),
                 acks=False):
        self.capture = capture
        self.ends = {"c": client, "s": device}
        self.ids = {"c": cid, "s": did}
        self.next = dict(zip("cs", first))
        self.acks = acks
        self.tid = 1000

    def message(self, side, name, tid=None, **fields):
        """A discovery message; side sends it."""
        self.tid += 1
        return self._datagram(side, discovery(p2p(name, **fields), self.tid if tid is None else tid))

    def open(self, **more):
        """Connect request and reply."""
        cid, did = self.ids["c"], self.ids["s"]
        self.message("c", "C2D_C", uid="9527000960V21RL", cli={"port": self.ends["c"][1]}, cid=cid, mtu=MTU)
        self.message("s", "D2C_C_R", rsp=0, cid=cid, did=did, **more)
        return self

    def close(self):
        for side, name in (("c", "C2D_DISC"), ("s", "D2C_DISC")):
            self.message(side, name, cid=self.ids["c"], did=self.ids["s"])

    def answer(self, did=None, port=None, **more):
        """The reply to one of several hellos, under a did and from a port of its own."""
        return self._from(port, "D2C_C_R", rsp=0, cid=self.ids["c"], did=self.ids["s"] if did is None else did, **more)

    def release(self, side, did, port=None):
        """A did that the client does not go on with, or with which it is done."""
        if side == "c":
            return self.message("c", "C2D_DISC", cid=self.ids["c"], did=did)
        return self._from(port, "D2C_DISC", cid=self.ids["c"], did=did)

    def _from(self, port, name, **fields):
        address, usual = self.ends["s"]
        self.ends["s"] = (address, usual if port is None else port)
        frame = self.message("s", name, **fields)
        self.ends["s"] = (address, usual)
        return frame

    def client(self, data_, **keywords):
        return self.send("c", data_, **keywords)

    def server(self, data_, **keywords):
        return self.send("s", data_, **keywords)

    def send(self, side, data_, cuts=(), lose=(), order=None):
        """Sends bytes in packets and returns the frame numbers of those that are in the capture.
          cuts   offsets in them where a new packet begins, besides every 1330 bytes
          lose   indexes of packets that are not captured
          order  indexes of packets in the order of capture; one that is there twice is sent twice"""
        size = MTU - 20
        borders = sorted({0, len(data_), *cuts} | set(range(0, len(data_), size)))
        pieces = list(zip(borders, borders[1:]))
        start = self.next[side]
        self.next[side] = start + len(pieces)
        frames = []
        for index in (order if order is not None else range(len(pieces))):
            if index not in lose:
                a, b = pieces[index]
                frames.append(self.packet(side, start + index, data_[a:b]))
                if self.acks:
                    self.ack(side, start + index)
        return frames

    def skip(self, side, count):
        """count packets of a side that are not in the capture."""
        self.next[side] += count

    def gaps(self, side, payload, count, lost):
        """A packet count times, in front of each so many lost ones: what a reader takes for the place in the stream grows
        by their bytes, which it can but guess. Returns the frame numbers."""
        frames = []
        for _ in range(count):
            self.skip(side, lost)
            frames += self.send(side, payload)
        return frames

    def packet(self, side, number, payload, **keywords):
        return self._datagram(side, data(self._receiver(side), number, payload), **keywords)

    def ack(self, side, last, received=b"", rate=0, group=0):
        """The other side acknowledges packets of side."""
        other = "s" if side == "c" else "c"
        return self._datagram(other, ack(self._receiver(other), last, received, rate, group))

    def _receiver(self, side):
        return self.ids["s" if side == "c" else "c"]

    def _datagram(self, side, bytes_):
        other = "s" if side == "c" else "c"
        return self.capture.udp(self.ends[side], self.ends[other], bytes_)
