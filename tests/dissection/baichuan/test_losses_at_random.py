"""Whole conversations over TCP and BcUdp of which frames were lost by chance, held against what was sent."""

import dataclasses
import functools

import pytest

from tests.dissection import harness
from tests.dissection.baichuan.ledger import Kinds, Shown, faults
from tests.dissection.state_rule import assert_state_rule
from tests.peers.baichuan_captured import OverTcp, OverUdp, dice_for, lost
from tests.peers.baichuan_conversation import CIPHERS, conversation
from tests.peers.pcap import Capture, NEAR_END

SEEDS = tuple(range(20 if harness.EVERYTHING else 8))
FEW = SEEDS[:8 if harness.EVERYTHING else 4]  # where nothing is lost, or nothing can be opened
RATES = (0.01, 0.05)
CARRIERS = ("tcp", "udp")
KEYS = {
    "key": {"baichuan_keys": '"","","Secret-1","","",""\n'},
    "wrong key": {"baichuan_keys": '"","","Not-This-One","","",""\n"","","","0000000000000000","",""\n'},
    "no key": {},
}
LATE_SEGMENTS_TOO = {"tcp.no_subdissector_on_error": "FALSE"}


def taken(capture, seed, cipher, carrier, rate):
    """One conversation, of which frames are lost at this rate behind the login, put into a capture."""
    dice = dice_for(seed, cipher, carrier, rate)
    talk = conversation(seed, cipher)
    size = dice.choice([536, 1000, 1330] + [1448] * (carrier == "tcp"))
    if carrier == "tcp":
        isn = (NEAR_END - 4000, 5000) if seed % 4 == 1 else (1000, NEAR_END - 15000) if seed % 4 == 2 else (1000, 5000)
        made = OverTcp(talk, size, client=("10.0.0.2", 50000 + seed), isn=isn)
    else:
        made = OverUdp(talk, size, client=("10.0.0.2", 53500 + seed), cid=82000 + seed, did=80 + seed)
    made.packets = lost(made.packets, rate, dice)
    return made.write(capture)


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """played(cipher, carrier, rate, seeds): (path of a capture, [Taken, ...]) of so many conversations."""
    folder = tmp_path_factory.mktemp("losses")

    @functools.cache
    def play(cipher, carrier, rate, seeds):
        capture = Capture()
        conversations = [taken(capture, seed, cipher, carrier, rate) for seed in seeds]
        return capture.write(folder / f"{cipher}-{carrier}-{rate}-{seeds[0]}-{seeds[-1]}.pcap"), conversations

    return play


ALL = [(carrier, cipher, key) for carrier in CARRIERS for cipher in CIPHERS for key in KEYS]


def each(cases):
    """A test for each of them."""
    return pytest.mark.parametrize("carrier, cipher, key", cases, ids=[" ".join(case) for case in cases])


@pytest.fixture(scope="module")
def judged(tshark, played):
    """judged(carrier, cipher, key, rate): ledger.Kinds of what is wrong with any conversation."""

    @functools.cache
    def judge(carrier, cipher, key, rate):
        by_default = carrier == "tcp by default"
        capture, conversations = played(cipher, carrier[:3], rate, SEEDS if key == "key" and rate else FEW)
        shown = Shown(tshark(files=KEYS[key], prefs={} if by_default else LATE_SEGMENTS_TOO), capture)
        found = Kinds()
        for made in conversations:
            for kind, sentences in faults(shown, made, key=key == "key", exact=carrier != "udp").items():
                found.note(kind, sentences)
        return found

    return judge


# ---- nothing is lost --------------------------------------------------------------------------------------------------


@each(ALL)
def test_without_a_loss_everything_is_shown_as_it_was_sent(judged, carrier, cipher, key):
    found = judged(carrier, cipher, key, 0).but("unopened")
    assert not found, str(found)


# ---- frames are lost --------------------------------------------------------------------------------------------------


RATED = pytest.mark.parametrize("rate", RATES)
ALL_OVER_TCP_TOO = ALL + [("tcp by default", cipher, "key") for cipher in CIPHERS]


@RATED
@each(ALL_OVER_TCP_TOO)
def test_every_whole_message_is_right(judged, carrier, cipher, key, rate):
    found = judged(carrier, cipher, key, rate).only("frames", "documents", "binaries", "encryptions")
    assert not found, str(found)


@RATED
@each(ALL_OVER_TCP_TOO)
def test_no_media_packet_is_shown_that_was_not_sent(judged, carrier, cipher, key, rate):
    found = judged(carrier, cipher, key, rate).only("untrue media")
    assert not found, str(found)


@RATED
@each([case for case in ALL_OVER_TCP_TOO if case[2] == "key"])
def test_every_media_packet_in_whole_messages_is_shown(judged, carrier, cipher, key, rate):
    found = judged(carrier, cipher, key, rate).only("media")
    assert not found, str(found)


# ---- the state rule ---------------------------------------------------------------------------------------------------

# Every carrier with every encryption and every key, and each of these with both rates.
RULED = [(carrier, cipher, key, RATES[(a + b + c) % 2], 6 * a + 3 * b + c)
         for a, carrier in enumerate(CARRIERS) for b, cipher in enumerate(CIPHERS) for c, key in enumerate(KEYS)]


@pytest.mark.parametrize("carrier, cipher, key, rate, seed", RULED)
def test_one_pass_two_passes_and_random_access_agree(tshark, sharkd, played, carrier, cipher, key, rate, seed):
    capture, _ = played(cipher, carrier, rate, (seed,))
    assert assert_state_rule(tshark, sharkd, capture, {"baichuan"}, files=KEYS[key], prefs=LATE_SEGMENTS_TOO) > 50


# ---- the comparison itself --------------------------------------------------------------------------------------------


def unsent(talk):
    talk.messages["s"].remove(next(message for message in talk.messages["s"] if message.msg_id == 33))


def unshown(talk):
    last = talk.messages["c"][-1]
    talk.messages["c"].append(dataclasses.replace(last, exchange=last.exchange ^ 0x01000000))


def otherwise_worded(talk):
    part = talk.messages["s"][-1].part("xml")
    part.plain = part.plain.replace(b"<item0>", b"<item9>")


def otherwise_answered(talk):
    talk.messages["s"][-1].answers = talk.messages["c"][5]


def other_media(talk):
    talk.media.remove(talk.media[1])


def other_bytes(talk):
    part = next(message for message in talk.messages["s"] if message.msg_id == 109 and message.part("binary")).part("binary")
    part.plain = part.plain[:-1]


def other_encryption(talk):
    talk.messages["s"][-1].part("xml").cipher = "xor"


TAMPERED = [(unsent, {"messages"}), (unshown, {"messages"}), (otherwise_worded, {"documents"}),
            (otherwise_answered, {"links"}), (other_media, {"untrue media"}), (other_bytes, {"binaries"}),
            (other_encryption, {"encryptions"})]


@pytest.mark.parametrize("change, kinds", TAMPERED, ids=lambda value: getattr(value, "__name__", ""))
def test_the_comparison_finds_what_is_wrong(tshark, path, change, kinds):
    """What is shown is right; the ledger is changed."""
    capture = Capture()
    made = taken(capture, 3, "aes", "tcp", 0)
    shown = Shown(tshark(files=KEYS["key"], prefs=LATE_SEGMENTS_TOO), capture.write(path))
    assert not faults(shown, made, key=True)
    change(made.talk)
    assert kinds <= set(faults(shown, made, key=True))
