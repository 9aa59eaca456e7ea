"""newcamd: expert items that come with every message are listed for the first of a connection, and summed up."""

import pytest

from tests.dissection import state_rule
from tests.dissection.newcamd import cases
from tests.peers import newcamd, pcap

TWICE = ("-2",)
LISTED = 20
BOTH = pytest.mark.parametrize("args", [(), TWICE], ids=["one pass", "two passes"])
NO_KEY = {"newcamd_keys": [["", str(cases.PORT), cases.OTHER_DESKEY, "", "", ""]]}


def refuse(peer, tcp, number):
    """An ECM, and the reply that it was not decoded; the number of the reply's frame."""
    tcp.client(peer.ecm(msg_id=number + 2))
    return tcp.server(peer.frame(newcamd.message(newcamd.ECM_EVEN), msg_id=number + 2))[0]


def not_decoded(path, count):
    """So many ECMs that are not decoded; the frames of the replies."""
    capture, peer, tcp = cases.connected()
    frames = [refuse(peer, tcp, number) for number in range(count)]
    capture.write(path)
    return frames


def unanswered(path, count):
    """So many ECMs without reply, and one with one; their frames."""
    capture, peer, tcp = cases.connected()
    frames = [tcp.client(peer.ecm(msg_id=number + 2))[0] for number in range(count)]
    tcp.client(peer.ecm(msg_id=1000))
    tcp.server(peer.cw(msg_id=1000))
    capture.write(path)
    return frames


def cards_not_asked_again(path, count):
    """An EMM reply that wants card data asked for again, which happens, and so many after which it does not."""
    capture, peer, tcp = cases.connected()
    frames = []
    for number in range(count + 1):
        tcp.client(peer.emm(0x88, msg_id=2 * number + 2))
        frames += tcp.server(peer.emm_reply(0x88, nibble=3, msg_id=2 * number + 2))
        if number == 0:
            tcp.client(peer.card_request(msg_id=3))
            tcp.server(peer.card_data(msg_id=3))
    capture.write(path)
    return frames[1:]


def many_in_a_segment(path):
    """50 replies in segments of 30 and 20 messages, and one more in a segment of its own."""
    capture, peer, tcp = cases.connected()
    for number in range(51):
        tcp.client(peer.ecm(msg_id=number + 2))
    replies = [peer.frame(newcamd.message(newcamd.ECM_EVEN), msg_id=number + 2) for number in range(51)]
    for part in (replies[:30], replies[30:50], replies[50:]):
        tcp.server(b"".join(part))
    return capture.write(path)


def listed(reader, path, args=(), name="ecm_not_decoded"):
    """The frames with that fault among the expert items that are listed."""
    summary = {"ecm_not_decoded": "could not decode this ECM", "unanswered": "No reply to this ",
               "no_key": "no key opened", "card_request_missing": "wants the client to ask for card data again"}
    return reader.frames(path, f'_ws.expert.message contains "{summary[name]}"', args)


@BOTH
def test_the_first_twenty_are_listed_and_all_are_found(reader, path, args):
    frames = not_decoded(path, 60)
    assert listed(reader, path, args) == frames[:LISTED]
    assert reader.frames(path, "newcamd.expert.ecm_not_decoded", args) == frames
    assert reader.frames(path, "newcamd && _ws.expert.severity == warning", args) == frames[:LISTED]


@BOTH
def test_the_last_one_that_is_listed_says_so(reader, path, args):
    frames = not_decoded(path, 60)
    rows = reader.fields(path, "frame.number", "_ws.expert.message", filter="newcamd.expert.last_listed", args=args)
    assert rows == [
        (str(frames[LISTED - 1]), "The server could not decode this ECM: card, provider or service is not there, or has "
         "no subscription|20 of these are listed for a connection, further ones stand in the trees alone: filter "
         "newcamd.expert.ecm_not_decoded")]


def test_the_second_pass_says_how_many_there_are(reader, path):
    frames = not_decoded(path, 60)
    assert reader.fields(path, "frame.number", "newcamd.fault.count", filter="newcamd.fault.count", args=TWICE) == [
        (str(frames[LISTED - 1]), "60")]
    assert reader.frames(path, "newcamd.fault.count") == []


@BOTH
def test_nineteen_are_all_listed_and_nothing_is_summed_up(reader, path, args):
    frames = not_decoded(path, LISTED - 1)
    assert listed(reader, path, args) == frames
    assert reader.frames(path, "newcamd.expert.last_listed || newcamd.fault.count", args) == []


def test_each_connection_and_each_kind_is_counted_by_itself(reader, path):
    capture = pcap.Capture()
    frames = []
    for index in range(2):
        peer = cases.login(seed=index + 1)
        tcp = newcamd.connect(capture, peer, cases.client_port(index))
        frames += [refuse(peer, tcp, number) for number in range(15)]
        for number in range(15):
            tcp.client(peer.ecm(msg_id=number + 100, sid=0))
    capture.write(path)
    assert listed(reader, path) == frames
    assert reader.frames(path, "newcamd.expert.last_listed") == []


@BOTH
def test_all_that_are_in_the_frame_of_the_last_one_are_listed(reader, path, args):
    many_in_a_segment(path)
    first, second, third = reader.frames(path, "newcamd.expert.ecm_not_decoded", args)
    messages, = reader.fields(path, "_ws.expert.message", filter=f"frame.number == {first}", args=args)
    assert messages[0].count("could not decode") == 30 and messages[0].count("20 of these") == 1
    assert listed(reader, path, args) == [first]
    assert not reader.frames(path, f"_ws.expert && (frame.number == {second} || frame.number == {third})", args)


def test_unanswered_requests_are_summed_up_too(reader, path):
    frames = unanswered(path, 50)
    assert listed(reader, path, TWICE, "unanswered") == frames[:LISTED]
    assert reader.frames(path, "newcamd.expert.unanswered", TWICE) == frames
    assert reader.fields(path, "frame.number", "newcamd.fault.count", filter="newcamd.fault.count", args=TWICE) == [
        (str(frames[LISTED - 1]), "50")]


def test_replies_after_which_no_card_data_are_asked_for_are_summed_up_too(reader, path):
    frames = cards_not_asked_again(path, 300)
    assert listed(reader, path, TWICE, "card_request_missing") == frames[:LISTED]
    assert reader.frames(path, "newcamd.expert.card_request_missing", TWICE) == frames
    assert reader.fields(path, "frame.number", "newcamd.fault.count", filter="newcamd.fault.count", args=TWICE) == [
        (str(frames[LISTED - 1]), "300")]


@BOTH
def test_frames_that_no_key_opens_are_summed_up(tshark, path, args):
    not_decoded(path, 40)
    reader = tshark(tables=NO_KEY)
    closed = reader.frames(path, "newcamd.encrypted", args)
    assert len(closed) == 84 and reader.frames(path, "newcamd.expert.no_key", args) == closed
    assert listed(reader, path, args, "no_key") == closed[:LISTED]


def test_the_expert_window_has_the_sum(reader, path):
    not_decoded(path, 60)
    out = reader.run(path, "-q", "-z", "expert,newcamd", "-2").out
    assert "  20  " in out and "  60  " not in out and out.count("of these are listed for a connection") == 1


@pytest.mark.parametrize("build", [lambda path: not_decoded(path, 30), lambda path: unanswered(path, 30),
                                   lambda path: cards_not_asked_again(path, 30), many_in_a_segment],
                         ids=["not decoded", "unanswered", "cards not asked again", "many in a segment"])
@pytest.mark.parametrize("tables", [cases.TABLE, NO_KEY], ids=["key", "no key"])
def test_the_state_rule_holds(tshark, sharkd, path, build, tables):
    build(path)
    assert state_rule.assert_state_rule(tshark, sharkd, path, ["newcamd"], tables=tables) > LISTED
