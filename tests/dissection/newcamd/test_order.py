"""newcamd over TCP in any disorder: what arrives late is put into its place, what is lost costs no more than itself, and
nothing is shown that was not sent. Compared with what the generator sent."""

import random

import pytest

from tests.dissection import harness
from tests.dissection import state_rule
from tests.dissection.newcamd import cases
from tests.peers import newcamd, pcap

MESSAGES = 40
LATE_TOO = harness.LATE_TOO["wanted"]
EITHER_WAY = pytest.mark.parametrize("prefs", harness.LATE_TOO.values(), ids=harness.LATE_TOO)
SEEDS = range(6)
TABLES = {"heuristic": cases.TABLE, "port named": {"newcamd_keys": [["", str(cases.PORT), cases.DESKEY, "", "", ""]]}}


def disorder(path, seed, loss=0.0):
    """A connection of which each message is cut in up to four segments; some come behind one of the two that follow them,
    and some (loss: how many of all) are not in the capture. Returns {side: [(message id, whether all of it is there)]}."""
    dice = random.Random(seed)
    capture, peer = pcap.Capture(step=0.0001), cases.login(seed=seed + 1)
    tcp = newcamd.connect(capture, peer)
    sent = {"c": [], "s": []}
    for start in range(2, MESSAGES, 4):
        for side, make in (("c", peer.ecm), ("s", peer.cw)):
            frames = [make(msg_id=msg_id) for msg_id in range(start, start + 4)]
            stream = b"".join(frames)
            cuts = sorted(dice.sample(range(1, len(stream)), dice.randrange(1, 8)))
            borders = [0, *cuts, len(stream)]
            order = list(range(len(borders) - 1))
            for i in range(len(order) - 1):
                if dice.random() < 0.3:
                    order[i], order[i + 1] = order[i + 1], order[i]
            lost = {i for i in order if dice.random() < loss}
            tcp.send(side, stream, cuts=cuts, order=order, lose=lost)
            at = 0
            for msg_id, frame in enumerate(frames, start):
                gone = any(borders[i] < at + len(frame) and at < borders[i + 1] for i in lost)
                sent[side].append((msg_id, not gone))
                at += len(frame)
    tcp.close()
    capture.write(path)
    return sent


def shown(reader, path, side):
    field = {"c": "newcamd.ecm", "s": "newcamd.cw.even"}[side]
    rows = reader.fields(path, "newcamd.msg_id", filter=f"{field} and frame.number > 8", args=("-2",))
    return [int(text) for (ids,) in rows for text in ids.split("|")]


@pytest.mark.parametrize("seed", SEEDS)
@pytest.mark.parametrize("table", TABLES.values(), ids=TABLES)
@EITHER_WAY
def test_every_message_is_read_once_in_whatever_order_its_segments_come(tshark, plain, path, table, seed, prefs):
    sent = disorder(path, seed)
    harness.need_late_segments(plain, path, cases.PORT, prefs)
    reader = tshark(tables=table, prefs=prefs)
    for side, messages in sent.items():
        assert sorted(shown(reader, path, side)) == [msg_id for msg_id, _ in messages]
    assert reader.frames(path, "newcamd.expert.checksum or newcamd.undecoded", args=("-2",)) == []
    assert reader.frames(path, "newcamd.unread", args=("-2",)) == []


@pytest.mark.parametrize("loss", [0.02, 0.1])
@pytest.mark.parametrize("seed", SEEDS)
@EITHER_WAY
def test_where_segments_are_lost_no_message_is_shown_that_is_not_whole(tshark, plain, path, seed, loss, prefs):
    sent = disorder(path, seed, loss)
    harness.need_late_segments(plain, path, cases.PORT, prefs)
    reader = tshark(tables=cases.TABLE, prefs=prefs)
    for side, messages in sent.items():
        found = shown(reader, path, side)
        assert len(found) == len(set(found))
        assert set(found) <= {msg_id for msg_id, whole in messages if whole}
        broken = [not whole for _, whole in messages]
        first = broken.index(True) if True in broken else len(broken)
        assert set(found) >= {msg_id for msg_id, _ in messages[:first]}
    assert reader.frames(path, "newcamd.expert.checksum or newcamd.undecoded", args=("-2",)) == []


@pytest.mark.parametrize("loss", [0.0, 0.1])
@pytest.mark.parametrize("seed", SEEDS[:3])
def test_disorder_obeys_the_state_rule(tshark, sharkd, path, seed, loss):
    disorder(path, seed, loss)
    assert state_rule.assert_state_rule(tshark, sharkd, path, ["newcamd"], tables=cases.TABLE, prefs=LATE_TOO) >= 20


@pytest.mark.parametrize("build", [
    lambda path: cases.greeting_cut_everywhere(path, step=0.0001), lambda path: cases.greeting_cut_everywhere(path, (1, 0), 0.0001),
    cases.byte_by_byte], ids=["greeting", "greeting, late", "single bytes"])
def test_pieces_before_the_login_obey_the_state_rule(tshark, sharkd, path, build):
    assert state_rule.assert_state_rule(tshark, sharkd, build(path), ["newcamd"], tables=cases.TABLE, prefs=LATE_TOO) >= 4


@pytest.mark.parametrize("isn", [0xFFFFFFF0, 0xFFFFFF00])
@EITHER_WAY
def test_sequence_numbers_may_wrap_inside_a_message(tshark, plain, path, isn, prefs):
    capture, peer = pcap.Capture(step=0.0001), cases.login()
    tcp = newcamd.connect(capture, peer, client_isn=isn, server_isn=isn)
    for msg_id in range(2, 12):
        tcp.client(peer.ecm(msg_id=msg_id), cuts=(20, 40), order=(1, 0, 2))
        tcp.server(peer.cw(msg_id=msg_id), cuts=(1,))
    harness.need_late_segments(plain, capture.write(path), cases.PORT, prefs)
    for relative in ("TRUE", "FALSE"):
        reader = tshark(tables=cases.TABLE, prefs={**prefs, "tcp.relative_sequence_numbers": relative})
        for side in ("c", "s"):
            assert shown(reader, path, side) == list(range(2, 12))
