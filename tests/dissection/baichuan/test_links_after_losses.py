"""Where requests or replies are not in the capture, no link is wrong, and links go on behind the gap."""

import random

import pytest

from tests.dissection.baichuan.messages import messages
from tests.dissection.state_rule import assert_state_rule
from tests.peers import baichuan, pcap

LINKS = ("response_to", "response_in", "response_first_in", "push")


class Talk:
    """A connection without encryption; messages may get lost. sent: {frame of a message: frame of its request, or None if
    that is not in the capture}."""

    def __init__(self, seed=0, rate=0.0):
        self.random, self.rate = random.Random(seed), rate
        self.capture = pcap.Capture()
        self.tcp = self.capture.tcp(server=("10.0.0.1", 9000)).open()
        self.peer = baichuan.Session("none").play_login(self.tcp)
        self.sent = {}
        self.of = {}  # frames of replies, by message id
        self.lost = 0

    def _send(self, side, data, lose):
        lost = self.random.random() < self.rate if lose is None else lose
        if lost:
            self.lost += 1
            self.tcp.skip(side, len(data))
            return None
        return self.tcp.send(side, data)[0]

    def ask(self, msg_id, exchange, lose=None):
        """Returns a token for answer()."""
        return msg_id, exchange, self._send("c", self.peer.message(msg_id, exchange=exchange), lose)

    def answer(self, token, lose=None, code=200, data=b""):
        msg_id, exchange, asked = token
        ext = baichuan.extension(binaryData=1) if data else None
        frame = self._send("s", self.peer.reply(msg_id, exchange=exchange, code=code, ext=ext, data=data), lose)
        if frame:
            self.sent[frame] = asked
            self.of.setdefault(msg_id, []).append(frame)
        return frame

    def links(self, tshark, path):
        """{frame of each reply: the request it is linked to, or None}."""
        found = messages(tshark, self.capture.write(path), args=("-2",), links=LINKS)
        return {m["frame"]: m["response_to"] and int(m["response_to"]) for m in found if m["frame"] in self.sent}


@pytest.fixture(scope="module")
def bare(tshark):
    return tshark()


def test_a_lost_reply_does_not_shift_the_links_behind_it(bare, path):
    talk = Talk()
    for n in range(8):
        talk.answer(talk.ask(93, 0), lose=n == 2)

    links = talk.links(bare, path)
    assert [links[frame] == asked for frame, asked in talk.sent.items()] == [True, True, False, True, True, True, True]
    assert [asked for asked in links.values() if asked is None] == [None]


def test_a_lost_request_does_not_shift_the_links_behind_it(bare, path):
    talk = Talk()
    for n in range(8):
        talk.answer(talk.ask(93, 0, lose=n == 2))

    assert talk.links(bare, path) == talk.sent


def test_a_lost_reply_with_an_exchange_id_of_its_own_costs_no_link(bare, path):
    talk = Talk()
    tokens = [talk.ask(80, 0x100 + n) for n in range(6)]
    for n, token in enumerate(tokens):
        talk.answer(token, lose=n == 2)

    assert talk.links(bare, path) == talk.sent


def test_requests_whose_replies_may_be_lost_are_not_called_unanswered(bare, path):
    talk = Talk()
    for n in range(8):
        tokens = [talk.ask(93, 0), talk.ask(93, 0)]
        for token in tokens:
            talk.answer(token, lose=n == 2)
    talk.capture.time += 30
    talk.answer(talk.ask(80, 0x100))
    talk.links(bare, path)

    assert bare.frames(path, "baichuan.expert.unanswered", args=("-2",)) == []


def test_a_client_that_does_not_wait_gets_its_links_back_some_seconds_behind_a_gap(bare, path):
    talk = Talk()
    for n in range(12):
        tokens = [talk.ask(93, 0) for _ in range(3)]
        for i, token in enumerate(tokens):
            talk.answer(token, lose=(n, i) == (2, 0))
        talk.capture.time += 1

    links = talk.links(bare, path)
    assert all(links[frame] in (None, asked) for frame, asked in talk.sent.items())
    assert [frame for frame in links if links[frame] is None][-1] < list(links)[8 * 3]
    assert list(links.values())[-12:] == list(talk.sent.values())[-12:]


def test_a_snapshot_whose_request_was_lost_does_not_go_on_the_one_before(bare, path):
    talk = Talk()
    for n in range(3):
        token = talk.ask(109, 0, lose=n == 1)
        for i in range(3):
            talk.answer(token, code=201 if i == 2 else 200, data=b"\xff\xd8\xff" * 9)

    assert talk.links(bare, path) == talk.sent


def talk_at_random(seed, rate):
    """Clients of all manners: a new exchange id each time, or always the same; waiting for each reply, or not; with answers
    of one message, or of several."""
    talk = Talk(seed, rate)
    for n in range(60):
        match talk.random.randrange(5):
            case 0:
                talk.answer(talk.ask(80, 0x10000 + n))
            case 1:
                talk.answer(talk.ask(93, 0))
            case 2:
                tokens = [talk.ask(104, 0x20000 + 8 * n + i) for i in range(3)]
                for token in tokens:
                    talk.answer(token)
            case 3:
                token = talk.ask(109, 0x30000 + n)
                for i in range(3):
                    talk.answer(token, code=201 if i == 2 else 200, data=b"\xff\xd8\xff" * 9)
            case 4:
                tokens = [talk.ask(115, 0) for _ in range(2)]
                for token in tokens:
                    talk.answer(token)
    return talk


@pytest.mark.parametrize("rate", [0.0, 0.01, 0.05, 0.2])
@pytest.mark.parametrize("seed", range(5))
def test_no_link_is_wrong_whatever_is_lost(bare, path, seed, rate):
    talk = talk_at_random(seed, rate)
    links = talk.links(bare, path)

    assert {frame: (links[frame], asked) for frame, asked in talk.sent.items() if links[frame] not in (None, asked)} == {}
    # Of the client that always writes one id and waits, a gap costs one link at most.
    missing = [frame for frame in talk.of[93] if talk.sent[frame] and links[frame] is None]
    assert len(missing) <= talk.lost
    assert all(links[frame] == talk.sent[frame] for msg_id in (80, 104, 109) for frame in talk.of[msg_id])


@pytest.mark.parametrize("rate", [0.05, 0.2])
def test_links_after_losses_obey_the_state_rule(tshark, sharkd, path, rate):
    assert assert_state_rule(tshark, sharkd, talk_at_random(3, rate).capture.write(path), {"baichuan"}) > 100
