"""Ways to spoil a capture: what editcap does, what a network does, and lengths that lie.

Every mutation takes a list of Packets (Ethernet) and a random.Random, and gives a list of Packets; nothing else decides
what comes out, so a seed repeats a file.
"""

import collections
import re
import struct
import subprocess

# time: seconds; data: captured bytes; length: bytes on the wire
Packet = collections.namedtuple("Packet", "time data length")

ETHERNET, RAW_IP = 1, 101
IP, TCP_PAYLOAD = 14, 54  # offsets in a packet without options
LYING_32 = (0, 1, 0xFFFFFFFF, 0x80000000, 0x7FFFFFFF, 0x00FFFFFF, 0x01000000, 0x000F4241)
LYING_16 = (0, 1, 0xFFFF, 0x8000, 0x7FFF, 2392, 2393, 2400)
LYING_TEXTS = (b"0", b"1", b"4294967295", b"-1", b"2147483648", b"-2147483648", b"99999999999999999999", b"16777216", b"")
BC_MAGICS = (b"\xf0\xde\xbc\x0a", b"\xa0\xcb\xed\x0f")
BCUDP_MAGIC = b"\xcf\x87\x2a"  # behind the type
NUMBER = re.compile(rb">(\d+)<")


# ---- files ----

def read(path):
    """The packets of a pcap or pcapng file of Ethernet or raw IP; editcap makes one kind out of both."""
    done = subprocess.run(["editcap", "-F", "pcap", str(path), "-"], check=True, capture_output=True)
    data = done.stdout
    _, _, _, _, _, _, link = struct.unpack_from("<IHHiIII", data)
    assert link in (ETHERNET, RAW_IP)
    before = b"" if link == ETHERNET else bytes(12) + b"\x08\0"
    at, packets = 24, []
    while at < len(data):
        seconds, fraction, captured, length = struct.unpack_from("<IIII", data, at)
        packets.append(Packet(seconds + fraction / 1e6, before + data[at + 16:at + 16 + captured], len(before) + length))
        at += 16 + captured
    return packets


def write(path, packets):
    with open(path, "wb") as out:
        out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 0x40000, ETHERNET))
        for packet in packets:
            seconds = int(packet.time)
            out.write(struct.pack("<IIII", seconds, int((packet.time - seconds) * 1e6), len(packet.data), packet.length))
            out.write(packet.data)


def move(packets, number):
    """Both ends at other addresses of the same networks, so that captures can stand in one file. IPv4."""
    moved = []
    for packet in packets:
        if len(packet.data) >= IP + 20:
            for at in (IP + 13, IP + 17):
                packet = spoil(packet, at, bytes([packet.data[at] + number & 0xFF]))
        moved.append(packet)
    return moved


def payload_offset(data):
    """Where the bytes of TCP or UDP begin; None if this is neither, or has none."""
    at = IP
    if len(data) < at + 20:
        return None
    if data[at] >> 4 == 6:
        protocol, at = data[at + 6], at + 40
    else:
        protocol, at = data[at + 9], at + (data[at] & 15) * 4
    if protocol == 17:
        at += 8
    elif protocol == 6 and len(data) > at + 12:
        at += (data[at + 12] >> 4) * 4
    else:
        return None
    return at if at < len(data) else None


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


def flip(rate, headers=False):
    """Errors in that share of the bytes; those of IP and TCP only with headers."""
    def mutate(packets, dice):
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
    out = list(packets)
    for packet in packets:
        if dice.random() < 0.15:
            out.insert(min(len(out), out.index(packet) + 1 + dice.choice((0, 0, 1, 3, 20))), packet)
    return out


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
        start = payload_offset(packet.data)
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
        at = payload_offset(packet.data)
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
        at = payload_offset(packet.data)
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
        start = payload_offset(packet.data)
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
        if dice.random() < 0.05 and len(packet.data) > IP + 34:
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
