"""Messages are put together whatever TCP and BcUdp do to their bytes; what is shown is held against what was sent."""

import pytest

from tests.dissection.baichuan.ledger import Shown, faults
from tests.dissection.state_rule import assert_state_rule
from tests.peers import baichuan
from tests.peers import baichuan_captured as captured
from tests.peers.baichuan_captured import DATA, OverTcp, OverUdp, dice_for
from tests.peers.baichuan_conversation import CIPHERS, Conversation, conversation
from tests.peers.pcap import Capture

PASSWORD = {"baichuan.password": "Secret-1"}
LATE_TOO = {**PASSWORD, "tcp.no_subdissector_on_error": "FALSE"}
PREFS = pytest.mark.parametrize("prefs", [PASSWORD, LATE_TOO], ids=["default", "late segments too"])
CARRIERS = pytest.mark.parametrize("carrier", [OverTcp, OverUdp], ids=["tcp", "udp"])
CIPHER = pytest.mark.parametrize("cipher", CIPHERS)


def small_talk(cipher="aes", login=True):
    """Small and large messages of both sides."""
    talk = Conversation(1, cipher, login)
    talk.ask((80, 0, 2500))
    talk.ask((104, 300, 700), (26, 0, 0), (44, 0, 1200))
    talk.push()
    talk.ask((102, 1900, 300))
    talk.snapshot(2500)
    talk.ask((115, 0, 3000))
    talk.ask((31, 0, 0))
    return talk


def shown_right(tshark, path, *conversations, prefs=LATE_TOO, args=("-2",), **how):
    """What is shown of a capture with these, of which nothing is wrong."""
    shown = Shown(tshark(prefs=prefs), path, args=args)
    for taken in conversations:
        found = faults(shown, taken, key=True, **how)
        assert not found, str(found)
    return shown


@pytest.fixture
def handed_over(plain):
    """handed_over(capture, prefs, taken, ...) tells the ledger what TCP hands over: it keeps retransmissions, and some of what
    comes late. Wireshark's own data dissector is asked, which takes what it gets and never asks for more."""
    def ask(path, prefs, *conversations):
        words = [word for name, value in prefs.items() if name.startswith("tcp.") for word in ("-o", f"{name}:{value}")]
        rows = plain.fields(path, "frame.number", "data.data", filter="data", args=["-2", "-d", "tcp.port==9000,data", *words])
        given = {int(frame): len(data.replace(":", "")) // 2 for frame, data in rows}
        for taken in conversations:
            taken.handed_over(given)

    return ask


def by_message(shown, message):
    """How a message of the ledger is shown; every one of small_talk() has facts of its own."""
    (found,) = [each for each in shown.messages if each.facts == message.facts]
    return found


def message_with(taken, msg_id, side="s"):
    return next(message for message in taken.talk.messages[side] if message.msg_id == msg_id and message.facts[2] > 0)


def lone_message(cipher, carrier, size, xml=4000, **keywords):
    """A conversation whose message 80 fills packets of its own; (Taken, Message, [Packet, ...] of the message)."""
    talk = Conversation(1, cipher)
    talk.ask((80, 0, xml))
    talk.ask((104, 0, 700))
    talk.push()
    talk.ask((31, 0, 0))
    taken = carrier(talk, size, **keywords)
    message = message_with(taken, 80)
    return taken, message, [packet for packet in taken.packets if packet.kind == DATA and packet.side == "s"
                            and message.start <= packet.start < message.end]


def reorder(taken, packets, order):
    """Sends packets that follow each other in this order of their indexes."""
    at = taken.packets.index(packets[0])
    assert taken.packets[at:at + len(packets)] == packets
    taken.packets[at:at + len(packets)] = captured.in_order(packets, order)


# ---- repeated, overlapping, late --------------------------------------------------------------------------------------


@CARRIERS
@pytest.mark.parametrize("cipher", ["none", "aes"])
def test_a_retransmission_of_what_was_not_captured_fills_its_hole(tshark, sharkd, path, handed_over, carrier, cipher):
    """Where TCP hands it over; it has come behind the others of its message."""
    capture = Capture()
    taken, message, packets = lone_message(cipher, carrier, 500)
    again = packets[3].again()
    taken.packets.remove(packets[3])
    taken.packets.insert(taken.packets.index(packets[-1]) + 1, again)
    taken.write(capture)
    capture.write(path)
    if carrier is OverTcp:
        handed_over(path, LATE_TOO, taken)
    assert carrier is OverTcp or taken.arrived(message).whole
    if not taken.arrived(message).whole:
        pytest.skip("this Wireshark's TCP keeps what comes so late, and a message with a hole is not shown")
    shown = shown_right(tshark, path, taken, exact=carrier is OverTcp)
    assert by_message(shown, message).holes == [(a, b - a) for a, b in taken.arrived(message).holes]
    assert_state_rule(tshark, sharkd, path, {"baichuan"}, prefs=LATE_TOO)


# ---- cut, one-sided, begun late ---------------------------------------------------------------------------------------


@CARRIERS
@CIPHER
@pytest.mark.parametrize("side", ["c", "s"])
def test_one_direction_alone_is_shown(tshark, sharkd, path, carrier, cipher, side):
    """The nonce is the camera's: without it the client's messages keep their headers."""
    capture, taken = Capture(), carrier(small_talk(cipher), 500, opened=False)
    taken.packets = captured.one_side(taken.packets, side)
    taken.write(capture)
    shown = Shown(tshark(prefs=LATE_TOO), capture.write(path))
    found = faults(shown, taken, key=side == "s")
    assert not found, str(found)
    assert len(shown.messages) == len(taken.talk.messages[side])
    assert all(not message.links.keys() - {"response_first_in"} for message in shown.messages)
    assert_state_rule(tshark, sharkd, path, {"baichuan"}, prefs=LATE_TOO)


@CARRIERS
@CIPHER
@pytest.mark.parametrize("into", [10, 24, 500, 1700])
def test_a_capture_may_begin_inside_a_message(tshark, sharkd, path, carrier, cipher, into):
    """It goes on at the next header. The key is given, since there is no login."""
    capture, taken = Capture(), carrier(small_talk(cipher), 500, opened=False)
    message = message_with(taken, 80)
    taken.packets = captured.since(taken.packets, message.start + into)
    taken.write(capture)
    key = {"baichuan_keys": f'"","","","{taken.talk.session.key.decode()}","",""\n'}
    shown = Shown(tshark(files=key, prefs=LATE_TOO), capture.write(path))
    found = faults(shown, taken, key=True, links=False, exact=False)
    assert not found, str(found)
    assert_state_rule(tshark, sharkd, path, {"baichuan"}, files=key, prefs=LATE_TOO)


@PREFS
def test_keep_alives_of_tcp_are_no_bytes_of_the_stream(tshark, sharkd, path, prefs):
    capture, taken = Capture(), OverTcp(small_talk(), 500)
    taken.packets = captured.with_keep_alives(taken.packets, .5, dice_for("keep-alive"))
    taken.write(capture)
    shown = shown_right(tshark, capture.write(path), taken, prefs=prefs)
    assert not [message for message in shown.messages if message.all("lost") or message.all("hole")]
    assert_state_rule(tshark, sharkd, path, {"baichuan"}, prefs=prefs)


# ---- numbers and ports ------------------------------------------------------------------------------------------------


@CIPHER
@pytest.mark.parametrize("before", [1, 24, 700, 1500, 2400])
def test_sequence_numbers_go_on_behind_2_32(tshark, sharkd, path, cipher, before):
    """So many bytes into a message."""
    capture, talk = Capture(), small_talk(cipher)
    wrap = [next(message.start for message in talk.messages[side] if message.facts[2] > 1500) for side in "cs"]
    taken = OverTcp(talk, 500, isn=tuple((0xFFFFFFFF - start - min(before, 1500)) & 0xFFFFFFFF for start in wrap)).write(capture)
    shown_right(tshark, capture.write(path), taken)
    assert_state_rule(tshark, sharkd, path, {"baichuan"}, prefs=LATE_TOO)


@pytest.mark.parametrize("end", ["fin", "reset", "nothing"])
@pytest.mark.parametrize("isn", [(70_000_000, 90_000_000), (2000, 6000)], ids=["far", "near"])
def test_several_conversations_on_one_port_pair_are_told_apart(tshark, sharkd, path, end, isn):
    """The second begins in the middle of a message of the first, whose rest never comes."""
    capture = Capture()
    first, second = (Conversation(seed, "aes") for seed in (1, 2))
    for talk in (first, second):
        talk.ask((80, 0, 2500))
        talk.ask((104, 100, 900))
    first = OverTcp(first, 500, safe_end=False)
    first.packets = first.packets[:-4] if end == "nothing" else first.packets
    first.write(capture)
    if end == "fin":
        first.tcp.next = {side: first.sequence(side, len(first.talk.stream(side))) for side in "cs"}
        first.tcp.close()
    elif end == "reset":
        first.tcp.next = {side: first.sequence(side, len(first.talk.stream(side))) for side in "cs"}
        first.tcp.reset()
    capture.time += 60
    second = OverTcp(second, 500, isn=isn).write(capture)
    shown_right(tshark, capture.write(path), first, second)
    assert_state_rule(tshark, sharkd, path, {"baichuan"}, prefs=LATE_TOO)


# ---- media, and the generator -------------------------------------------------------------------------------------------


@CARRIERS
def test_media_of_full_aes_are_read_behind_a_lost_message(tshark, sharkd, path, carrier):
    capture, taken = Capture(), carrier(conversation(4, "full"), 536)
    streams = [message for message in taken.talk.messages["s"] if message.msg_id in (3, 5) and message.part("binary")]
    gone = streams[len(streams) // 2]
    taken.packets = [packet for packet in taken.packets if packet.side != "s" or packet.kind != DATA
                     or packet.start + len(packet.data) <= gone.start or packet.start >= gone.end]
    taken.write(capture)
    shown_right(tshark, capture.write(path), taken, links=False, exact=carrier is OverTcp)
    assert_state_rule(tshark, sharkd, path, {"baichuan"}, prefs=LATE_TOO)


def test_texts_of_this_file_are_long_enough_for_its_cuts():
    """The generator, not the dissector."""
    for carrier in (OverTcp, OverUdp):
        _, message, packets = lone_message("aes", carrier, 500)
        assert len(packets) == 9 and packets[0].start == message.start
        assert len(packets[-1].data) < 500 and baichuan.PROLOG in message.part("xml").text
