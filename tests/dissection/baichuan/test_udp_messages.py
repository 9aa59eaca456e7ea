"""BC messages over BcUdp are put together whatever happens to their packets."""

import pytest

from tests.dissection.baichuan.messages import after_login, messages
from tests.dissection.state_rule import assert_state_rule
from tests.dissection.baichuan.test_udp import datagrams
from tests.peers import baichuan
from tests.peers import baichuan_udp as udp
from tests.peers.baichuan import CHANNEL, VERSION, Session
from tests.peers.baichuan_udp import Link
from tests.peers.pcap import Capture

PASSWORD = {"baichuan.password": "Secret-1"}
BIG = baichuan.body("<a>" + "x" * 5000 + "</a>\n")  # four packets
RELAY = ("203.0.113.5", 58100)


@pytest.fixture
def play(tmp_path):
    """play(...): a session with its login played, and what a test needs to go on."""

    class Play:
        def __init__(self, opened=True, login=True, cipher="aes", **link):
            self.capture = Capture()
            self.link = Link(self.capture, **link)
            if opened:
                self.link.open()
            self.session = Session(cipher)
            if login:
                self.session.play_login(self.link)

        def write(self):
            return self.capture.write(tmp_path / "c.pcap")

    return Play


def summary(tshark, capture):
    """[(frame, message id, XML payload), ...] behind the login."""
    return [(m["frame"], m["msg_id"], m["payload"]["xml"]) for m in after_login(tshark, capture)]


def obeys(tshark, sharkd, capture):
    return assert_state_rule(tshark, sharkd, capture, {"baichuan"}, prefs=PASSWORD)


# ---- cutting ------------------------------------------------------------------------------------------------------


def test_a_message_over_several_packets_is_shown_in_the_last_one(tshark, sharkd, play):
    p = play()
    frames = p.link.server(p.session.reply(80, BIG))
    capture = p.write()
    assert len(frames) == 4
    assert summary(tshark, capture) == [(frames[-1], 80, BIG)]
    obeys(tshark, sharkd, capture)


def test_its_fragments_are_shown_as_those_of_other_reassemblies(tshark, play):
    p = play()
    frames = p.link.server(p.session.reply(80, BIG))
    capture = p.write()
    out = tshark(prefs=PASSWORD).run(capture, "-V", "-Y", f"frame.number == {frames[-1]}").out
    sizes = [1330, 1330, 1330, len(p.session.reply(80, BIG)) - 3 * 1330]
    listed = ", ".join(f"#{frame}({size})" for frame, size in zip(frames, sizes))
    assert f"[4 BcUdp fragments ({sum(sizes)} bytes): {listed}]" in out
    rows = tshark(prefs=PASSWORD).fields(capture, "baichuan.udp.fragment", "baichuan.udp.fragment.count",
                                         "baichuan.udp.reassembled.length", filter="baichuan.udp.fragments")
    assert rows == [("|".join(map(str, frames)), "4", str(sum(sizes)))]


def test_packets_of_a_message_name_the_frame_that_shows_it(tshark, play):
    p = play()
    frames = p.link.server(p.session.reply(80, BIG))
    rows = tshark(prefs=PASSWORD).fields(p.write(), "frame.number", "baichuan.udp.reassembled_in", args=("-2",),
                                         filter="baichuan.udp.reassembled_in")
    assert rows == [(str(frame), str(frames[-1])) for frame in frames[:-1]]


def test_several_messages_in_one_packet_are_all_shown(tshark, sharkd, play):
    p = play()
    frames = p.link.server(b"".join(p.session.reply(id_, VERSION, exchange=id_) for id_ in (80, 104, 26)))
    capture = p.write()
    assert summary(tshark, capture) == [(frames[0], id_, VERSION) for id_ in (80, 104, 26)]
    info = tshark(prefs=PASSWORD).fields(capture, "_ws.col.Protocol", "_ws.col.Info", filter=f"frame.number == {frames[0]}")
    assert info == [("BC", "Data 2, Reply 200 Get Version, Reply 200 Get General Settings, Reply 200 Get Video Input")]
    obeys(tshark, sharkd, capture)


@pytest.mark.parametrize("cut", [1, 11, 19, 20, 23, 24, 25])
def test_a_header_may_be_cut_by_a_packet_border(tshark, sharkd, play, cut):
    p = play()
    one, two = p.session.reply(80, VERSION), p.session.reply(104, VERSION, exchange=2)
    frames = p.link.server(one + two, cuts=(len(one) + cut,))
    capture = p.write()
    assert summary(tshark, capture) == [(frames[0], 80, VERSION), (frames[1], 104, VERSION)]
    obeys(tshark, sharkd, capture)


def test_a_header_may_come_byte_by_byte(tshark, play):
    p = play()
    message = p.session.reply(80, VERSION)
    frames = p.link.server(message, cuts=range(1, 40))
    capture = p.write()
    assert summary(tshark, capture) == [(frames[-1], 80, VERSION)]
    assert tshark().frames(capture, "baichuan.continuation") == []


@pytest.mark.parametrize("next_", [0, 10], ids=["whole", "cut"])
def test_the_next_header_tells_the_length_of_an_old_one_on_every_pass(tshark, sharkd, play, next_):
    """Also where the next message goes on in another packet."""
    p = play(cipher="none")
    body = (40).to_bytes(4, "little") + b"structure" * 8
    old = baichuan.header(76, len(body), baichuan.DEVICE, 200, short=True) + body
    new = p.session.reply(104, VERSION)
    frames = p.link.server(old + new, cuts=(len(old) + len(new) - next_,) if next_ else ())
    capture = p.write()
    found = after_login(tshark, capture)
    assert [(m["frame"], m["msg_id"], m["bin_offset"]) for m in found] == [(frames[0], 76, None), (frames[-1], 104, 0)]
    assert found[0]["payload"]["data"] == body
    obeys(tshark, sharkd, capture)


def test_requests_and_replies_are_linked(tshark, sharkd, play):
    p = play()
    request = p.link.client(p.session.message(80))[0]
    reply = p.link.server(p.session.reply(80, BIG))[-1]
    capture = p.write()
    rows = tshark(prefs=PASSWORD).fields(capture, "baichuan.response_in", "baichuan.response_to", args=("-2",),
                                         filter=f"frame.number in {{{request}, {reply}}}")
    assert rows == [(str(reply), ""), ("", str(request))]


def test_without_a_tree_messages_are_the_same(tshark, play):
    p = play()
    p.link.server(p.session.reply(80, BIG))
    lines = tshark(prefs=PASSWORD).run(p.write()).out.splitlines()
    assert lines[-1].endswith("Data 5, Reply 200 Get Version")


# ---- order --------------------------------------------------------------------------------------------------------

ORDERS = {
    "reversed": [3, 2, 1, 0],
    "swapped": [1, 0, 3, 2],
    "the first comes last": [1, 2, 3, 0],
    "twice": [0, 0, 1, 1, 2, 3, 3, 1],
    "everything twice": [0, 1, 2, 3, 0, 1, 2, 3],
}


@pytest.mark.parametrize("order", ORDERS.values(), ids=ORDERS)
def test_order_and_repetitions_do_not_matter(tshark, sharkd, play, order):
    p = play()
    p.link.server(p.session.reply(26, VERSION))
    message = p.session.reply(80, BIG)
    frames = p.link.server(message, order=order)
    last = p.link.server(p.session.reply(104, VERSION))
    capture = p.write()
    complete = max(order.index(index) for index in range(4))
    assert summary(tshark, capture)[1:] == [(frames[complete], 80, BIG), (last[0], 104, VERSION)]
    obeys(tshark, sharkd, capture)


def test_messages_that_waited_are_shown_where_the_hole_closes(tshark, sharkd, play):
    p = play()
    wholes = [p.session.reply(80 + i, VERSION, exchange=i) for i in range(5)]
    cuts = [sum(map(len, wholes[:i])) for i in range(1, 5)]
    frames = p.link.server(b"".join(wholes), cuts=cuts, order=[1, 2, 4, 0, 3])
    capture = p.write()
    assert [(m["frame"], m["msg_id"]) for m in after_login(tshark, capture)] == [
        (frames[3], 80), (frames[3], 81), (frames[3], 82), (frames[4], 83), (frames[4], 84)]
    assert {m["payload"]["xml"] for m in after_login(tshark, capture)} == {VERSION}
    fragments = tshark(prefs=PASSWORD).fields(capture, "baichuan.udp.fragment", filter=f"frame.number == {frames[3]}")
    assert fragments == [(f"{frames[0]}|{frames[1]}",)]
    obeys(tshark, sharkd, capture)


def test_the_first_packet_of_a_session_may_come_second(tshark, sharkd, play):
    p = play(login=False)
    hello = p.session.hello(legacy=True)
    frames = p.link.client(hello, order=[1, 0])
    capture = p.write()
    assert [(m["frame"], m["msg_id"]) for m in messages(tshark(), capture)] == [(frames[1], 1)]
    obeys(tshark, sharkd, capture)


@pytest.mark.parametrize("first", [(0xFFFFFFFE, 0xFFFFFFFF), (2 ** 31 - 1, 2 ** 31 - 2), (5000, 70000)])
def test_ids_begin_anywhere_and_wrap(tshark, sharkd, play, first):
    p = play(opened=False, first=first)
    frames = p.link.server(p.session.reply(80, BIG), order=[0, 2, 1, 3])
    capture = p.write()
    assert summary(tshark, capture) == [(frames[-1], 80, BIG)]
    ids = tshark().fields(capture, "baichuan.udp_packet_count")
    assert ids[0] == (str(first[0]),) and ids[-1] == (str((first[1] + 5) & 0xFFFFFFFF),)
    obeys(tshark, sharkd, capture)


def test_a_capture_that_begins_inside_a_message_goes_on_at_the_next_header(tshark, sharkd, play):
    p = play(opened=False, login=False, cipher="none", first=(900, 4000))
    p.link.server(p.session.reply(80, BIG), lose=(0, 1))
    frames = p.link.server(p.session.reply(104, VERSION))
    capture = p.write()
    assert summary(tshark, capture) == [(frames[0], 104, VERSION)]
    assert len(tshark().frames(capture, "baichuan.continuation")) == 2
    obeys(tshark, sharkd, capture)


def test_a_packet_before_the_first_one_is_not_used(tshark, play):
    p = play(opened=False, login=False, cipher="none", first=(900, 4000))
    p.link.server(p.session.reply(80, VERSION))
    late = p.link.packet("s", 3999, p.session.reply(104, VERSION))
    capture = p.write()
    assert [m["msg_id"] for m in messages(tshark(), capture)] == [80]
    assert tshark().frames(capture, "baichuan.expert.udp_late") == [late]


def test_a_retransmission_with_other_bytes_is_named_and_not_used(tshark, play):
    p = play()
    p.link.server(p.session.reply(80, VERSION))
    again = p.link.packet("s", p.link.next["s"] - 1, p.session.reply(104, VERSION))
    capture = p.write()
    assert [m["msg_id"] for m in after_login(tshark, capture)] == [80]
    assert tshark().frames(capture, "baichuan.expert.udp_changed") == [again]


# ---- losses -------------------------------------------------------------------------------------------------------


def lossy(p, lose, rest):
    """A message of which packets are not captured, although they have arrived; then others."""
    p.link.server(p.session.reply(80, BIG), lose=lose)
    p.link.ack("s", p.link.next["s"] - 1)
    return [p.link.server(p.session.reply(id_, VERSION, exchange=id_))[0] for id_ in rest]


@pytest.mark.parametrize("lose", [(1,), (0,), (3,), (1, 2), (0, 1, 2, 3)], ids=str)
def test_a_hole_is_given_up_at_the_next_header(tshark, sharkd, play, lose):
    p = play()
    frames = lossy(p, lose, (104, 26))
    capture = p.write()
    found = [m for m in after_login(tshark, capture) if m["msg_id"] != 80]
    assert [(m["frame"], m["msg_id"], m["payload"]["xml"]) for m in found] == [
        (frames[0], 104, VERSION), (frames[1], 26, VERSION)]
    assert tshark().frames(capture, "baichuan.hole || baichuan.lost_packets")
    assert tshark().fields(capture, "frame.number", "baichuan.udp.lost", filter="baichuan.expert.udp_lost") == [
        (str(frames[0]), str(len(lose)))]
    obeys(tshark, sharkd, capture)


@pytest.mark.parametrize("lose", [(1,), (2,), (1, 2)], ids=str)
def test_a_torn_message_is_read_before_its_hole_and_behind_it(tshark, play, lose):
    """The next message begins where it must if each lost packet was full, so the hole has that length."""
    p = play()
    frames = lossy(p, lose, (104,))
    capture = p.write()
    (torn,) = [m for m in after_login(tshark, capture) if m["msg_id"] == 80]
    assert (torn["frame"], torn["experts"]) == (frames[0], ["hole"])
    assert torn["payload"]["xml"] == BIG[:lose[0] * 1330 - 24]
    ((offset, length, text),) = tshark(prefs=PASSWORD).fields(
        capture, "baichuan.hole.offset", "baichuan.hole.length", "baichuan.payload.text", filter="baichuan.hole")
    assert (int(offset), int(length)) == (lose[0] * 1330, len(lose) * 1330)
    rest = BIG[(lose[-1] + 1) * 1330 - 24:]
    text = text.replace("\\n", "\n")
    assert rest.endswith(text) and 16 <= len(rest) - len(text) < 32


def test_a_hole_of_unknown_length_ends_its_message(tshark, sharkd, play):
    """The packet before it was short, and the lost one was not: where the message goes on is not known."""
    p = play()
    message = p.session.reply(80, BIG)
    p.link.server(message, cuts=(100,), lose=(1,))
    p.link.ack("s", p.link.next["s"] - 1)
    (frame,) = p.link.server(p.session.reply(104, VERSION))
    capture = p.write()
    torn, whole = [m for m in after_login(tshark, capture)]
    assert (torn["frame"], torn["msg_id"], torn["experts"]) == (frame, 80, ["cut"])
    assert torn["payload"]["xml"] == BIG[:100 - 24]
    assert (whole["msg_id"], whole["payload"]["xml"]) == (104, VERSION)
    assert tshark().frames(capture, "baichuan.hole || baichuan.payload.text") == []
    obeys(tshark, sharkd, capture)


def test_packets_behind_a_wrongly_guessed_hole_are_no_part_of_its_message(tshark, sharkd, play):
    p = play()
    p.link.server(p.session.reply(80, BIG), cuts=(1330 + 700,), lose=(1,))
    p.link.ack("s", p.link.next["s"] - 1)
    (frame,) = p.link.server(p.session.reply(104, VERSION))
    capture = p.write()
    rows = tshark(prefs=PASSWORD).fields(capture, "_ws.col.Info", "baichuan.segment.offset",
                                         filter="baichuan.segment.offset", args=["-2"])
    assert [offset for info, offset in rows if "Part of Get Version" in info] == ["0"]
    assert [m["msg_id"] for m in after_login(tshark, capture)][-1] == 104
    obeys(tshark, sharkd, capture)


def test_a_guess_is_not_believed_where_what_follows_its_message_is_lost_too(tshark, sharkd, play):
    """The lost packet has 700 bytes, not 1330, and the message would end where another packet does."""
    p = play()
    message = p.session.reply(80, baichuan.body("<a>" + "x" * (1330 * 3 + 700 - 24 - len(baichuan.body("<a></a>\n"))) + "</a>\n"))
    p.link.server(message, cuts=(1330 + 700,), lose=(1,))
    p.link.server(p.session.reply(26), lose=(0,))
    p.link.ack("s", p.link.next["s"] - 1)
    p.link.server(p.session.reply(104, VERSION))
    capture = p.write()
    assert tshark(prefs=PASSWORD).frames(capture, "baichuan.payload.text") == []
    obeys(tshark, sharkd, capture)


def test_a_hole_of_unknown_length_does_no_harm_to_the_next_one(tshark, play):
    """The first lies behind a short packet at the end of a message; the second in the next message."""
    p = play()
    p.link.server(p.session.reply(80, VERSION), lose=(0,))
    p.link.ack("s", p.link.next["s"] - 1)
    p.link.server(p.session.reply(26, VERSION))
    (frame,) = lossy(p, (1,), (104,))
    capture = p.write()
    found = [(m["msg_id"], m["frame"] == frame, m["experts"]) for m in after_login(tshark, capture)]
    assert found == [(26, False, ["lost"]), (80, True, ["hole"]), (104, True, [])]


@pytest.mark.parametrize("lose, said", [((1, 2), None), ((3,), "1"), ((0, 1), "2")], ids=str)
def test_the_message_behind_a_hole_says_what_is_lost(tshark, play, lose, said):
    """Unless the message before it is known to have all of the hole, and tells of it."""
    p = play()
    lossy(p, lose, (104,))
    found = [m for m in messages(tshark(prefs=PASSWORD), p.write(), links=("lost_packets",)) if m["msg_id"] == 104]
    assert [(m["lost_packets"], m["experts"]) for m in found] == [(said, ["lost"] if said else [])]


def test_a_hole_without_acknowledgements_is_given_up_after_some_seconds(tshark, sharkd, play):
    p = play()
    p.link.server(p.session.reply(80, BIG), lose=(1,))
    waiting = p.link.server(p.session.reply(104, VERSION))
    p.capture.time += 4
    frames = p.link.server(p.session.reply(26, VERSION))
    capture = p.write()
    assert [(m["frame"], m["msg_id"]) for m in after_login(tshark, capture)] == [
        (frames[0], id_) for id_ in (80, 104, 26)]
    assert waiting[0] in tshark().frames(capture, "baichuan.expert.udp_held")
    obeys(tshark, sharkd, capture)


def test_a_packet_that_comes_after_its_message_was_shown_says_so(tshark, sharkd, play):
    p = play()
    message = p.session.reply(80, BIG)
    lossy(p, (1,), (104,))
    late = p.link.packet("s", p.link.next["s"] - 4, message[1330:2660])
    capture = p.write()
    assert tshark().frames(capture, "baichuan.expert.udp_late") == [late]
    (torn,) = [m["frame"] for m in after_login(tshark, capture) if m["msg_id"] == 80]
    assert tshark(prefs=PASSWORD).fields(capture, "frame.number", "baichuan.continuation.header_frame", "baichuan.continuation.length",
                                         filter="baichuan.continuation") == [(str(late), str(torn), "1330")]
    obeys(tshark, sharkd, capture)


def test_a_late_packet_fills_its_hole_in_a_message_that_is_not_shown_yet(tshark, sharkd, play):
    """The hole was given up after some seconds, while the message went on."""
    p = play()
    message = p.session.reply(80, BIG)
    first = p.link.next["s"]
    pieces = [message[at:at + 1330] for at in range(0, len(message), 1330)]
    p.link.packet("s", first, pieces[0])
    p.capture.time += 1
    p.link.packet("s", first + 2, pieces[2])
    p.capture.time += 4
    p.link.packet("s", first + 3, pieces[3])
    p.link.packet("s", first + 1, pieces[1])
    p.link.next["s"] = first + 4
    frames = p.link.server(p.session.reply(104, VERSION))
    capture = p.write()
    assert len(pieces) == 4
    assert [(m["frame"], m["msg_id"], m["payload"]["xml"], m["experts"]) for m in after_login(tshark, capture)] == \
        [(frames[0], 80, BIG, []), (frames[0], 104, VERSION, [])]
    obeys(tshark, sharkd, capture)


def test_a_packet_that_the_capture_has_cut_tears_its_message_only(tshark, sharkd, play):
    p = play()
    p.link.server(p.session.reply(80, BIG))
    frames = p.link.server(p.session.reply(104, VERSION))
    time, packet, length = p.capture.frames[-4]
    p.capture.frames[-4] = (time, packet[:200], length)
    capture = p.write()
    found = after_login(tshark, capture)
    assert [(m["msg_id"], "cut" in m["experts"]) for m in found] == [(80, True), (104, False)]
    assert found[1]["frame"] == frames[0]
    assert len(tshark().frames(capture, "baichuan.expert.udp_cut")) == 1
    obeys(tshark, sharkd, capture)


def test_an_impossible_length_stops_nothing(tshark, play):
    p = play()
    bad = baichuan.header(80, 0x7FFFFFFF, baichuan.DEVICE, 200)
    p.link.server(bad)
    frames = p.link.server(p.session.reply(104, VERSION))
    found = after_login(tshark, p.write())
    assert [(m["msg_id"], m["frame"]) for m in found][-1] == (104, frames[0])
    assert "length" in found[0]["experts"]


def test_rubbish_is_skipped_up_to_the_next_header(tshark, sharkd, play):
    p = play()
    rubbish = p.link.server(b"rubbish, and not a little of it" + p.session.reply(80, VERSION))
    capture = p.write()
    assert summary(tshark, capture) == [(rubbish[0], 80, VERSION)]
    assert tshark().fields(capture, "baichuan.continuation.length", filter="baichuan.continuation") == [("31",)]
    obeys(tshark, sharkd, capture)


# ---- sessions -----------------------------------------------------------------------------------------------------


def sessions(tshark, capture):
    """{session number: [connection ids of receivers]}"""
    found = {}
    for number, receiver in tshark().fields(capture, "baichuan.udp.session", "baichuan.udp_connection_id",
                                            filter="baichuan.udp_connection_id"):
        found.setdefault(int(number), set()).add(int(receiver))
    return found


@pytest.mark.parametrize("opened", [True, False], ids=["discovery", "learned"])
def test_both_connection_ids_are_one_session(tshark, play, opened):
    p = play(opened=opened)
    assert sessions(tshark, p.write()) == {0: {82000, 80}}


@pytest.mark.parametrize("opened", [True, False], ids=["discovery", "learned"])
def test_two_cameras_behind_one_address_are_two_sessions(tshark, sharkd, tmp_path, opened):
    capture = Capture()
    links = [Link(capture, device=RELAY, cid=cid, did=did) for cid, did in ((82000, 80), (93000, 96))]
    plays = [Session("aes", nonce=nonce) for nonce in ("7C3E19A0D4F25B86", "0123456789ABCDEF")]
    if opened:
        for link in links:
            link.open()
    for link, session in zip(links, plays):
        session.play_login(link)
    messages_ = [session.reply(80, BIG) for session in plays]
    for part in range(4):  # in turns
        for link, message in zip(links, messages_):
            link.packet("s", link.next["s"] + part, message[part * 1330:(part + 1) * 1330])
    path = capture.write(tmp_path / "c.pcap")

    assert sessions(tshark, path) == {0: {82000, 80}, 1: {93000, 96}}
    assert [m["payload"]["xml"] for m in after_login(tshark, path)] == [BIG, BIG]
    obeys(tshark, sharkd, path)


def test_cameras_with_the_same_device_id_are_told_apart_by_their_addresses(tshark, tmp_path):
    capture = Capture()
    for port, cid in ((16161, 82000), (16162, 93000)):
        link = Link(capture, client=("10.0.0.2", port + 1000), device=("10.0.0.1", port), cid=cid, did=80)
        Session().play_login(link)
    assert sessions(tshark, capture.write(tmp_path / "c.pcap")) == {0: {82000, 80}, 1: {93000, 80}}


@pytest.mark.parametrize("opened", [True, False], ids=["discovery", "learned"])
def test_a_session_goes_on_over_other_addresses(tshark, sharkd, play, opened):
    p = play(opened=opened)
    message = p.session.reply(80, BIG)
    start = p.link.next["s"]
    p.link.packet("s", start, message[:1330])
    p.link.ends["s"] = RELAY
    for part in (1, 2, 3):
        last = p.link.packet("s", start + part, message[part * 1330:(part + 1) * 1330])
    p.link.ends["c"] = ("10.0.0.77", 40000)
    request = p.link.client(p.session.message(104))
    capture = p.write()
    assert sessions(tshark, capture) == {0: {82000, 80}}
    assert summary(tshark, capture) == [(last, 80, BIG), (request[0], 104, None)]
    obeys(tshark, sharkd, capture)


def test_a_new_session_with_the_same_ids_begins_anew(tshark, sharkd, play):
    p = play()
    p.link.close()
    p.link.next = {"c": 0, "s": 0}
    p.link.open()
    second = Session(nonce="0123456789ABCDEF")
    second.play_login(p.link)
    frames = p.link.server(second.reply(80, VERSION))
    capture = p.write()
    assert sessions(tshark, capture) == {0: {82000, 80}, 1: {82000, 80}}
    assert summary(tshark, capture) == [(frames[0], 80, VERSION)]
    assert tshark().frames(capture, "baichuan.udp.retransmission") == []
    obeys(tshark, sharkd, capture)


def test_a_new_login_with_the_old_ids_and_no_discovery_begins_anew(tshark, play):
    p = play(opened=False)
    p.link.next = {"c": 0, "s": 0}
    p.link.ids["c"] = 83000
    second = Session(nonce="0123456789ABCDEF", requested=0x03)
    second.play_login(p.link)
    frames = p.link.server(second.reply(80, VERSION))
    capture = p.write()
    assert sessions(tshark, capture) == {0: {82000, 80}, 1: {83000, 80}}
    assert summary(tshark, capture) == [(frames[0], 80, VERSION)]


def test_a_login_behind_the_end_of_an_old_session_begins_anew(tshark, sharkd, play):
    p = play(opened=False, login=False, cipher="none", first=(5000, 70000))
    p.link.server(p.session.reply(26, VERSION))
    p.link.client(p.session.message(26))
    p.link.next = {"c": 0, "s": 0}
    second = Session()
    second.play_login(p.link)
    frames = p.link.server(second.reply(80, VERSION))
    capture = p.write()
    assert sessions(tshark, capture) == {0: {82000, 80}, 1: {82000, 80}}
    assert summary(tshark, capture)[-1] == (frames[0], 80, VERSION)
    obeys(tshark, sharkd, capture)


def test_a_message_that_begins_where_the_ids_wrap_begins_no_session(tshark, play):
    p = play(opened=False, first=(0, 0xFFFFFFFE))
    frames = p.link.server(p.session.reply(80, VERSION))
    capture = p.write()
    assert tshark().fields(capture, "baichuan.udp_packet_count", filter=f"frame.number == {frames[0]}") == [("0",)]
    assert sessions(tshark, capture) == {0: {82000, 80}}
    assert summary(tshark, capture) == [(frames[0], 80, VERSION)]


def test_a_cloud_login_has_its_nonce_from_discovery(tshark, sharkd, play):
    p = play(opened=False, login=False)
    p.link.open(nc=p.session.nonce, pl="V=1;")
    p.link.client(p.session.login())
    p.link.server(p.session.login_reply())
    frames = p.link.server(p.session.reply(80, VERSION, ext=CHANNEL))
    capture = p.write()
    assert summary(tshark, capture) == [(frames[0], 80, VERSION)]
    rows = tshark(prefs=PASSWORD).fields(capture, "baichuan.login.password_ok", filter="baichuan.login.password_ok")
    assert rows
    assert tshark().fields(capture, "baichuan.udp.nonce", filter="baichuan.udp.nonce") == [(p.session.nonce,)]
    obeys(tshark, sharkd, capture)


def test_a_cloud_login_that_is_announced_twice_keeps_its_key(tshark, play):
    p = play(opened=False, login=False)
    p.link.open(nc=p.session.nonce)
    p.link.client(p.session.login())
    p.link.message("s", "D2C_C_R", tid=1, rsp=0, cid=82000, did=80, nc=p.session.nonce)
    frames = p.link.server(p.session.reply(80, VERSION))
    assert summary(tshark, p.write()) == [(frames[0], 80, VERSION)]


def test_the_password_is_looked_for_by_the_address_of_the_camera(tshark, play):
    p = play()
    p.link.server(p.session.reply(80, VERSION))
    capture = p.write()
    for address, opened in (("10.0.0.1", True), ("10.0.0.2", False)):
        keyed = tshark(tables={"baichuan_keys": [[address, "", "Secret-1", "", "", ""]]})
        found = [m for m in messages(keyed, capture) if m["msg_id"] == 80]
        assert [m["payload"]["xml"] for m in found] == [VERSION if opened else None]


def test_hide_secrets_hides_the_pieces_of_the_stream(tshark, play):
    p = play(login=False, cipher="none")
    p.link.client(p.session.hello(legacy=True))
    capture = p.write()
    digest = baichuan.login_hash("Secret-1")
    hidden = tshark(prefs={"baichuan.hide_secrets": "TRUE"})
    names = ("baichuan.udp.data", "baichuan.password", "baichuan.payload.data")
    assert digest.encode().hex() not in str(hidden.fields(capture, *names)).replace(":", "")
    assert digest in str(tshark().fields(capture, *names))


def test_a_packet_quoted_in_icmp_is_no_part_of_a_session(tshark, play):
    p = play(login=False)
    first = p.link.client(p.session.hello())[0]
    quoted = p.capture.frames[first - 1][1]
    icmp = bytes([3, 3, 0, 0, 0, 0, 0, 0]) + quoted
    from tests.peers.pcap import _ip  # noqa: PLC0415
    p.capture.add(_ip("10.0.0.1", "10.0.0.2", 1, icmp, 2))
    capture = p.write()
    assert tshark().frames(capture, "baichuan.udp_packet_count") == [first]


def test_packets_without_their_session_are_shown_with_their_header(tshark, tmp_path):
    """Ids that fit nothing make sessions of their own; nothing is thrown away."""
    capture = Capture()
    for i in range(300):
        capture.udp(("10.0.0.2", 53500), ("10.0.0.1", 16161), udp.data(i * 7, i * 1000, b"x" * 30))
    path = capture.write(tmp_path / "c.pcap")
    assert len(datagrams(tshark(), path)) == 300
    assert len(sessions(tshark, path)) == 300


# ---- the end of a capture -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("cut", [0, 100])
def test_packets_that_wait_at_the_end_are_shown_in_the_last_one(tshark, sharkd, play, cut):
    """cut: bytes of the first of them that belong to a message whose header is lost."""
    p = play()
    lost = p.session.reply(80, VERSION)
    p.link.server(lost, cuts=(len(lost) - cut,) if cut else (), lose=(0,))
    frames = [p.link.server(p.session.reply(id_, VERSION, exchange=id_))[0] for id_ in (104, 26)]
    capture = p.write()
    keyed = tshark(prefs=PASSWORD)
    assert [m["msg_id"] for m in after_login(tshark, capture)] == []
    found = [m for m in messages(keyed, capture, args=["-2"]) if m["msg_id"] != 1]
    assert [(m["frame"], m["msg_id"], m["payload"]["xml"], m["experts"]) for m in found] == \
        [(frames[-1], id_, VERSION, ["waiting"]) for id_ in (104, 26)]
    assert [int(length) for (length,) in keyed.fields(capture, "baichuan.continuation.length", args=["-2"],
                                                      filter="baichuan.continuation.length")] == [cut] * bool(cut)
    obeys(tshark, sharkd, capture)
