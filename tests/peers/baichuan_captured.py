"""A conversation on TCP or BcUdp, what happens to it on its way into a capture, and what of it the capture holds.

    talk = conversation(seed, "aes")
    taken = OverTcp(talk, dice)             # or OverUdp: .packets in the order in which they were sent
    taken.packets = lost(taken.packets, .05, dice)
    taken.write(capture)                    # any number of conversations in one capture
    taken.arrived(message)                  # what is there of it, and in which frames

A packet here is a TCP segment or a BcUdp packet.
"""

import bisect
import dataclasses
import random

from tests.peers import baichuan_udp
from tests.peers.baichuan_conversation import OTHER

DATA, ACK, KEEP_ALIVE = "data", "ack", "keep-alive"


@dataclasses.dataclass(eq=False)
class Packet:
    """start: of its bytes in its side's stream; acked: bytes of the other side's stream that its sender has; number: of
    BcUdp; safe: not to be lost; kept: bytes of data that the snap length leaves; frame: where it is in the capture."""
    side: str
    kind: str
    start: int
    data: bytes
    acked: int
    pause: float = 0.0
    number: int = 0
    safe: bool = False
    kept: int = None
    given: int = None
    frame: int = None

    def again(self, **changes):
        """A copy of it, sent once more."""
        return dataclasses.replace(self, pause=0.0, frame=None, **changes)


@dataclasses.dataclass
class Arrived:
    """What a capture has of a stretch of a stream. pieces: [(from, to, frame), ...] in the order of the stream, counted
    from the stretch's first byte; holes: [(from, to), ...]."""
    length: int
    pieces: list
    holes: list

    @property
    def whole(self):
        return not self.holes

    @property
    def last(self):
        """The frame in which the last of it arrived; None if nothing did."""
        return max((frame for *_, frame in self.pieces), default=None)

    def has(self, count):
        """Whether the first count bytes are there."""
        return not self.holes or self.holes[0][0] >= count


class Coverage:
    """Which bytes of a stream came in which frame; of a byte that came twice the first counts."""

    def __init__(self):
        self.starts, self.pieces = [], []  # (from, to, frame), apart from each other

    def add(self, start, end, frame):
        index = bisect.bisect_right(self.starts, start)
        index -= index > 0 and self.pieces[index - 1][1] > start
        fresh, at = [], start
        while at < end:
            piece = self.pieces[index] if index < len(self.pieces) else (end, end, None)
            if piece[0] > at:
                fresh.append((at, min(end, piece[0]), frame))
            at, index = max(at, piece[1]), index + 1
        for piece in fresh:
            index = bisect.bisect_left(self.starts, piece[0])
            self.starts.insert(index, piece[0])
            self.pieces.insert(index, piece)

    def of(self, start, end):
        pieces, holes, at = [], [], start
        index = bisect.bisect_right(self.starts, start)
        index -= index > 0 and self.pieces[index - 1][1] > start
        while at < end and index < len(self.pieces) and self.pieces[index][0] < end:
            a, b, frame = self.pieces[index]
            a, b, index = max(a, start), min(b, end), index + 1
            if a > at:
                holes.append((at - start, a - start))
            pieces.append((a - start, b - start, frame))
            at = b
        if at < end:
            holes.append((at - start, end - start))
        return Arrived(end - start, pieces, holes)


class Taken:
    """What both carriers have. size: bytes of a packet at most; safe_end: the last packets of both sides are not lost."""

    def __init__(self, talk, size, safe_end=True):
        self.talk, self.size = talk, size
        self.packets = []
        sent, streams = {"c": 0, "s": 0}, {side: talk.stream(side) for side in "cs"}
        for turn in talk.turns:
            last = safe_end and turn in talk.turns[-4:]
            for at in range(turn.start, turn.end, size):
                data = streams[turn.side][at:min(at + size, turn.end)]
                self.packets.append(Packet(turn.side, DATA, at, data, sent[OTHER[turn.side]], turn.pause if at == turn.start else 0.0,
                                           safe=turn.login or last))
            sent[turn.side] = turn.end
            other = OTHER[turn.side]
            self.packets.append(Packet(other, ACK, sent[other], b"", sent[turn.side], safe=turn.login or last))

    def _put(self, capture):
        for packet in self.packets:
            capture.time += packet.pause
            packet.frame = self._frame(packet)
            if packet.kept is not None:
                self._cut(capture, packet)

    @staticmethod
    def _cut(capture, packet):
        time, bytes_, length = capture.frames[packet.frame - 1]
        capture.frames[packet.frame - 1] = (time, bytes_[:len(bytes_) - len(packet.data) + packet.kept], length)

    def handed_over(self, given):
        """Tells how many bytes of a packet TCP hands over to whom it calls: {frame: bytes}. Others it keeps."""
        for packet in self.packets:
            packet.given = given.get(packet.frame, 0)
        self._cover()

    def _account(self, capture):
        self.times = {packet.frame: capture.frames[packet.frame - 1][0] for packet in self.packets}
        self.sides = {packet.frame: packet.side for packet in self.packets}
        self._cover()

    def _cover(self):
        self.coverage = {"c": Coverage(), "s": Coverage()}
        for packet in self.packets:
            if packet.kind == DATA:
                end = packet.start + (len(packet.data) if packet.kept is None else packet.kept)
                start = packet.start if packet.given is None else end - packet.given
                self.coverage[packet.side].add(start, end, packet.frame)

    def arrived(self, message):
        return self.coverage[message.side].of(message.start, message.end)

    def write(self, capture):
        """Puts it behind what the capture has already. Frames are known from now on."""
        self._open(capture)
        self._put(capture)
        self._account(capture)
        return self


class OverTcp(Taken):
    """client, server: (address, port); isn: (client's, server's). opened: with its handshake."""

    def __init__(self, talk, size=1448, client=("10.0.0.2", 50000), server=("10.0.0.1", 9000), isn=(1000, 5000), opened=True,
                 **keywords):
        super().__init__(talk, size, **keywords)
        self.client, self.server, self.isn, self.opened = client, server, dict(zip("cs", isn)), opened

    def _open(self, capture):
        self.tcp = capture.tcp(self.client, self.server, client_isn=self.isn["c"], server_isn=self.isn["s"])
        if self.opened:
            self.tcp.open()

    def sequence(self, side, place):
        """The sequence number of a byte."""
        return (self.isn[side] + 1 + place) & 0xFFFFFFFF

    def _frame(self, packet):
        return self.tcp.segment(packet.side, packet.data, self.sequence(packet.side, packet.start),
                                self.sequence(OTHER[packet.side], packet.acked))


class OverUdp(Taken):
    """Packet ids are those of sending, whatever becomes of the packets later."""

    def __init__(self, talk, size=1330, client=("10.0.0.2", 53500), device=("10.0.0.1", 16161), cid=82000, did=80,
                 first=(0, 0), opened=True, **keywords):
        super().__init__(talk, size, **keywords)
        self.ends, self.ids, self.opened, self.first = (client, device), (cid, did), opened, dict(zip("cs", first))
        count = dict(self.first)
        for packet in self.packets:
            if packet.kind == DATA:
                packet.number = count[packet.side]
                count[packet.side] += 1
            else:
                packet.number = count[OTHER[packet.side]] - 1

    def _open(self, capture):
        self.link = baichuan_udp.Link(capture, *self.ends, *self.ids)
        if self.opened:
            self.link.open()

    def _frame(self, packet):
        if packet.kind == DATA:
            return self.link.packet(packet.side, packet.number, packet.data)
        return self.link.ack(OTHER[packet.side], packet.number)


# ---- what happens on the way: packets in, packets out ------------------------------------------------------------------


def lost(packets, rate, dice):
    """Without as many as chance takes; those of the login and of the end stay."""
    return [packet for packet in packets if packet.safe or dice.random() >= rate]


def in_order(packets, order):
    """The packets in another order: [index, ...]. The times at which there is one stay as they are."""
    changed = [packets[index] for index in order]
    for packet, pause in zip(changed, [packet.pause for packet in packets]):
        packet.pause = pause
    return changed


def swapped(packets, rate, dice):
    """Some change places with the next one of their side that has data."""
    order = list(range(len(packets)))
    for index, packet in enumerate(packets):
        if packet.kind == DATA and not packet.safe and dice.random() < rate:
            other = next((i for i in range(index + 1, min(index + 4, len(packets)))
                          if packets[i].side == packet.side and packets[i].kind == DATA and not packets[i].safe), None)
            if other is not None:
                order[index], order[other] = order[other], order[index]
    return in_order(packets, order)


def delayed(packets, rate, dice, most=5):
    """Some come up to so many packets later."""
    order = list(range(len(packets)))
    for index, packet in enumerate(packets):
        if packet.kind == DATA and not packet.safe and dice.random() < rate:
            place = order.index(index)
            order.insert(min(place + dice.randrange(1, most + 1), len(order) - 1), order.pop(place))
    return in_order(packets, order)


def repeated(packets, rate, dice, most=3):
    """Some are sent again, up to so many packets later."""
    packets = packets[:]
    for packet in [p for p in packets if p.kind == DATA and not p.safe]:
        if dice.random() < rate:
            packets.insert(min(packets.index(packet) + dice.randrange(1, most + 1), len(packets)), packet.again())
    return packets


def snapped(packets, length):
    """No packet behind the login has more of its data than so many bytes."""
    for packet in packets:
        if not packet.safe and len(packet.data) > length:
            packet.kept = length
    return packets


def overlapping(packets, rate, dice, most=400):
    """Some begin earlier than they did, with bytes that the one before had already."""
    before, changed = {"c": b"", "s": b""}, []
    for packet in packets:
        if packet.kind == DATA:
            back = dice.randrange(1, most) if not packet.safe and dice.random() < rate else 0
            back = min(back, len(before[packet.side]))
            tail = before[packet.side][len(before[packet.side]) - back:]
            before[packet.side] = packet.data
            if back:
                packet = packet.again(start=packet.start - back, data=tail + packet.data)
        changed.append(packet)
    return changed


def with_keep_alives(packets, rate, dice):
    """After some comes a TCP keep-alive of their side: a segment of one byte that was sent already, or of none."""
    changed = []
    for packet in packets:
        changed.append(packet)
        if packet.kind == DATA and not packet.safe and dice.random() < rate:
            end = packet.start + len(packet.data)
            changed.append(Packet(packet.side, KEEP_ALIVE, end - 1, dice.choice([b"", b"\0"]), packet.acked, pause=1.0))
    return changed


def one_side(packets, side):
    return [packet for packet in packets if packet.side == side]


def since(packets, start, side="s"):
    """From the first packet on that has bytes of a side behind start."""
    first = next(i for i, packet in enumerate(packets) if packet.side == side and packet.start + len(packet.data) > start)
    return packets[first:]


def dice_for(*words):
    """Chance that is the same in every run."""
    return random.Random(" ".join(map(str, words)))
