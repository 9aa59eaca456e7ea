"""Ways to spoil a capture: what editcap does, what a network does, and lengths that lie. plaintexts.py has those that
reach behind a cipher.

Every mutation takes a list of Packets and a random.Random, and gives a list of Packets; nothing else decides what comes
out, so a seed repeats a file.
"""

import collections
import re
import struct
import subprocess

ETHERNET, RAW_IP, UPPER_PDU = 1, 101, 252

# time: seconds; data: captured bytes; length: bytes on the wire; link: ETHERNET or UPPER_PDU
Packet = collections.namedtuple("Packet", "time data length link", defaults=(ETHERNET,))

IP, TCP_PAYLOAD = 14, 54  # offsets in a packet without options
LYING_32 = (0, 1, 0xFFFFFFFF, 0x80000000, 0x7FFFFFFF, 0x00FFFFFF, 0x01000000, 0x000F4241)
LYING_16 = (0, 1, 0xFFFF, 0x8000, 0x7FFF, 2392, 2393, 2400)
LYING_TEXTS = (b"0", b"1", b"4294967295", b"-1", b"2147483648", b"-2147483648", b"99999999999999999999", b"16777216", b"")
BC_MAGICS = (b"\xf0\xde\xbc\x0a", b"\xa0\xcb\xed\x0f")
BCUDP_MAGIC = b"\xcf\x87\x2a"  # behind the type
NUMBER = re.compile(rb">(\d+)<")


# ---- files ----

def read(path):
    """The packets of a pcap or pcapng file of Ethernet, raw IP or Exported PDUs; editcap makes one kind out of both."""
    done = subprocess.run(["editcap", "-F", "pcap", str(path), "-"], check=True, capture_output=True)
    data = done.stdout
    _, _, _, _, _, _, link = struct.unpack_from("<IHHiIII", data)
    assert link in (ETHERNET, RAW_IP, UPPER_PDU)
    before = bytes(12) + b"\x08\0" if link == RAW_IP else b""
    link = ETHERNET if link == RAW_IP else link
    at, packets = 24, []
    while at < len(data):
        seconds, fraction, captured, length = struct.unpack_from("<IIII", data, at)
        packets.append(Packet(seconds + fraction / 1e6, before + data[at + 16:at + 16 + captured], len(before) + length, link))
        at += 16 + captured
    return packets


def write(path, packets):
    """All of one kind: a file has one link type."""
    with open(path, "wb") as out:
        out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 0x40000, packets[0].link if packets else ETHERNET))
        for packet in packets:
            seconds = int(packet.time)
            out.write(struct.pack("<IIII", seconds, int((packet.time - seconds) * 1e6), len(packet.data), packet.length))
            out.write(packet.data)


PDU_ADDRESSES = tuple(struct.pack("!HH", tag, 4) for tag in (20, 21))  # IPv4; see peers/exported_pdu.py


def move(packets, number):
    """Both ends at other addresses of the same networks, so that captures can stand in one file. IPv4."""
    moved = []
    for packet in packets:
        places = (IP + 13, IP + 17)
        if packet.link == UPPER_PDU:
            places = [packet.data.find(tag) + 5 for tag in PDU_ADDRESSES if tag in packet.data]
        for at in places:
            if at < len(packet.data):
                packet = spoil(packet, at, bytes([packet.data[at] + number & 0xFF]))
        moved.append(packet)
    return moved


def _ip_payload_offset(data):
    at = IP
    if len(data) < at + 20:
        return None
    if data[at] >> 4 == 6:
        protocol, at = data[at + 6], at + 40
    else:
        protocol, at = data[at + 9], at + (data[at] & 15) * 4
    if protocol == 17:
        return at + 8
    if protocol == 6 and len(data) > at + 12:
        return at + (data[at + 12] >> 4) * 4
    return None


def _pdu_payload_offset(data):
    at = 0
    while at + 4 <= len(data):
        tag, length = struct.unpack_from("!HH", data, at)
        at += 4 + length
        if tag == 0:
            return at
    return None


def payload_offset(packet):
    """Where the bytes of TCP or UDP, or of an Exported PDU begin; None if this is neither, or has none."""
    at = (_pdu_payload_offset if packet.link == UPPER_PDU else _ip_payload_offset)(packet.data)
    return at if at is not None and at < len(packet.data) else None


# ---- what editcap does ----

def editcap(packets, dice, *options):
    """editcap over a capture; -E takes its seed from the dice."""
    whole = ["editcap", "-F", "pcap", *options]
    if "-E" in options:
        whole += ["--seed", str(dice.randrange(1 << 31))]
    scratch = dice.scratch / "editcap.pcap"
    write(scratch, packets)
    done = dice.scratch / "edited.pcap"
    subprocess.run(whole + [str(scratch), str(done)], check=True, capture_output=True)
    return read(done)


def flip_payload(packet, rate, dice):
    for at in range(payload_offset(packet) or len(packet.data), len(packet.data)):
        if dice.random() < rate:
            packet = spoil(packet, at, bytes([dice.randrange(256)]))
    return packet


def flip(rate, headers=False):
    """Errors in that share of the bytes; those of IP and TCP only with headers. Tags of Exported PDUs are left alone: what
    Wireshark cannot read of them it calls a bug of its own."""
    def mutate(packets, dice):
        if packets and packets[0].link == UPPER_PDU:
            return [flip_payload(packet, rate, dice) for packet in packets]
        skip = IP if headers else TCP_PAYLOAD
        return editcap(packets, dice, "-E", str(rate), "-o", str(skip))
    return mutate


def snap(packets, dice):
    """As if captured with a snap length."""
    return editcap(packets, dice, "-s", str(dice.choice((60, 68, 80, 96, 128, 256, 512, 1000)) + dice.randrange(24)))


# ---- what a network does, and who captures ----

def drop(share):
    def mutate(packets, dice):
        return [packet for packet in packets if dice.random() >= share]
    return mutate


def begin_late(packets, dice):
    """A capture that begins and ends somewhere in the middle."""
    first = dice.randrange(max(1, len(packets) - 4))
    return packets[first:dice.randrange(first + 1, len(packets) + 1)]


def duplicate(packets, dice):
    """Packets come twice, the second time at once or later."""
    keyed = [(index, packet) for index, packet in enumerate(packets)]
    keyed += [(index + dice.choice((0.5, 0.5, 1.5, 3.5, 20.5)), packet) for index, packet in keyed if dice.random() < 0.15]
    return [packet for _, packet in sorted(keyed, key=lambda pair: pair[0])]


def reorder(packets, dice):
    """Packets overtake others, by a few places and now and then by many."""
    times = [packet.time for packet in packets]
    keys = [index + (dice.choice((0, 0, 0, 1.5, 2.5, 5.5, 30.5)) if dice.random() < 0.3 else 0) for index in range(len(packets))]
    moved = [packet for _, packet in sorted(zip(keys, packets), key=lambda pair: pair[0])]
    return [packet._replace(time=time) for time, packet in zip(times, moved)]


# ---- lengths that lie ----

def spoil(packet, at, data):
    return packet._replace(data=packet.data[:at] + data + packet.data[at + len(data):])


def _bc_lengths(data, start):
    """Places of 32-bit lengths in BC messages that begin in this packet: body, payload offset."""
    at = start
    while (at := min((found for magic in BC_MAGICS if (found := data.find(magic, at)) >= 0), default=-1)) >= 0:
        yield from (place for place in (at + 8, at + 20) if place + 4 <= len(data))
        at += 4


def lie_in_baichuan(packets, dice):
    """Body lengths and payload offsets of BC, and numbers in clear XML."""
    out = []
    for packet in packets:
        start = payload_offset(packet)
        if start is not None:
            for at in _bc_lengths(packet.data, start):
                if dice.random() < 0.1:
                    true = struct.unpack_from("<I", packet.data, at)[0]
                    packet = spoil(packet, at, struct.pack("<I", dice.choice(LYING_32 + (true + 1, true - 1, true * 2)) & 0xFFFFFFFF))
            for found in NUMBER.finditer(packet.data, start):
                if dice.random() < 0.1:
                    # In its place: the length of the message stays right.
                    packet = spoil(packet, found.start(1), dice.choice(LYING_TEXTS).rjust(len(found[1]), b" ")[:len(found[1])])
        out.append(packet)
    return out


def lie_in_bcudp(packets, dice):
    """Lengths, ids and counts of BcUdp, whose places depend on the packet."""
    out = []
    for packet in packets:
        at = payload_offset(packet)
        if at is not None and packet.data[at + 1:at + 4] == BCUDP_MAGIC and dice.random() < 0.3:
            field = at + dice.choice((4, 8, 12, 16, 20, 24))
            if field + 4 <= len(packet.data):
                true = struct.unpack_from("<I", packet.data, field)[0]
                packet = spoil(packet, field, struct.pack("<I", dice.choice(LYING_32 + (true + 1, true - 1, true + 300)) & 0xFFFFFFFF))
        out.append(packet)
    return out


def lie_in_newcamd(packets, dice):
    """The clear lengths of newcamd's frames."""
    out = []
    for packet in packets:
        at = payload_offset(packet)
        while at is not None and at + 2 <= len(packet.data):
            true = struct.unpack_from("!H", packet.data, at)[0]
            if dice.random() < 0.1:
                packet = spoil(packet, at, struct.pack("!H", dice.choice(LYING_16 + (true + 1, true - 1, true + 8, true - 8)) & 0xFFFF))
            at += 2 + true
        out.append(packet)
    return out


def lie_anywhere(packets, dice):
    """Numbers of 1, 2 and 4 bytes that are no lengths here, in places that are."""
    out = []
    for packet in packets:
        start = payload_offset(packet)
        if start is not None and dice.random() < 0.3:
            size = dice.choice((1, 2, 4))
            at = start + dice.randrange(len(packet.data) - start)
            lie = dice.choice(LYING_32)
            packet = spoil(packet, at, struct.pack(dice.choice("<>") + "I", lie)[:min(size, len(packet.data) - at)])
        out.append(packet)
    return out


def lie_in_headers(packets, dice):
    """Lengths of IP and TCP themselves."""
    out = []
    for packet in packets:
        if dice.random() < 0.05 and packet.link == ETHERNET and len(packet.data) > IP + 34:
            at, size = dice.choice(((IP + 2, 2), (IP + 32, 1), (IP + 24, 4)))
            packet = spoil(packet, at, struct.pack("!I", dice.choice(LYING_32))[:size])
        out.append(packet)
    return out


def both(*mutations):
    def mutate(packets, dice):
        for one in mutations:
            packets = one(packets, dice)
        return packets
    return mutate


# Those that leave every byte of a connection that is there as it was: what is left is well formed.
WELL_FORMED = {
    "as it is": lambda packets, dice: packets,
    "snap": snap,
    "drop-5": drop(0.05),
    "drop-30": drop(0.3),
    "begin-late": begin_late,
    "duplicate": duplicate,
    "reorder": reorder,
    "drop-reorder-duplicate": both(drop(0.05), reorder, duplicate),
}
SPOILED = {
    "flip-0.0005": flip(0.0005),
    "flip-0.003": flip(0.003),
    "flip-0.02": flip(0.02),
    "flip-0.2": flip(0.2),
    "flip-0.01-headers": flip(0.01, headers=True),
    "lie-in-baichuan": lie_in_baichuan,
    "lie-in-bcudp": lie_in_bcudp,
    "lie-in-newcamd": lie_in_newcamd,
    "lie-anywhere": lie_anywhere,
    "lie-in-headers": lie_in_headers,
    "lie-and-reorder": both(lie_anywhere, reorder, drop(0.05)),
    "flip-and-snap": both(flip(0.003), snap),
}
MUTATIONS = {**WELL_FORMED, **SPOILED}
