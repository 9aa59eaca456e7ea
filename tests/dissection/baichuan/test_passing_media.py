"""Media that pass by: each packet shows what it brings of a message with video, a replay or talk, and the last one the message."""

import pytest

from tests.dissection import harness
from tests.dissection.baichuan.messages import after_login, experts, named
from tests.dissection.state_rule import assert_state_rule
from tests.peers import baichuan, baichuan_udp as udp
from tests.peers import baichuan_media as media
from tests.peers.baichuan import Session, body, extension
from tests.peers.pcap import Capture

PASSWORD = {"baichuan.password": "Secret-1"}
WHOLE = {**PASSWORD, "baichuan.reassemble_media": "TRUE"}
LATE_TOO = {**PASSWORD, "tcp.no_subdissector_on_error": "FALSE"}
MSS = 1448
DATA = media.video(media.key_frame_264(6000), True, 5_000_000).wire


class Message:
    """One message with video, as it was sent in segments."""

    def __init__(self, kind):
        session = Session({"clear": "none", "aes": "aes", "range": "full", "full": "full"}[kind])
        self.session, self.data, self.capture = session, DATA, Capture()
        self.tcp = self.capture.tcp(server=("10.0.0.1", 9000)).open()
        session.play_login(self.tcp)
        self.tcp.client(session.message(3, body("<Preview><channelId>0</channelId></Preview>")))
        if kind in ("range", "full"):
            self.wire = session.full(3, DATA, 2000 if kind == "range" else len(DATA))
        else:
            self.wire = session.reply(3, ext=extension(binaryData=1), data=DATA)
        self.head = len(self.wire) - len(DATA)

    def send(self, **how):
        self.frames = self.tcp.server(self.wire, **how)
        return self

    def plain(self, at, end):
        """Bytes at to end of the message that are bytes of its payload."""
        return self.data[max(0, at - self.head):max(0, end - self.head)]


KIND = pytest.mark.parametrize("kind", ["clear", "aes", "range", "full"])


def shown(tshark, path, prefs=PASSWORD, args=("-2",)):
    """{frame: [payload data, ...]} of messages 3 with media, and of their parts."""
    found = {}
    for layers in tshark(prefs=prefs).packets(path, "baichuan", filter="baichuan.payload.data", args=args):
        found[int(layers["frame"]["frame.number"])] = [
            bytes.fromhex(value.replace(":", "")) for tree in harness.as_list(layers["baichuan"])
            for value in named(tree, "baichuan.payload.data")]
    return found


def segments(message):
    return [message.plain(at, min(at + MSS, len(message.wire))) for at in range(0, len(message.wire), MSS)]


@KIND
def test_each_packet_shows_the_bytes_that_it_brings(tshark, sharkd, path, kind):
    message = Message(kind).send()
    capture = message.capture.write(path)
    assert shown(tshark, capture) == {frame: [plain] for frame, plain in zip(message.frames, segments(message))}
    assert_state_rule(tshark, sharkd, capture, {"baichuan"}, prefs=PASSWORD)


@KIND
def test_with_reassembly_all_bytes_are_in_the_last_packet(tshark, path, kind):
    message = Message(kind).send()
    assert shown(tshark, message.capture.write(path), WHOLE) == {message.frames[-1]: [DATA]}


def test_the_message_is_shown_in_its_last_packet_and_the_others_say_so(tshark, path):
    message = Message("aes").send()
    capture = message.capture.write(path)
    (found,) = [m for m in after_login(tshark, capture) if m["status_code"] == 200]
    assert (found["frame"], found["msg_id"], found["experts"]) == (message.frames[-1], 3, [])
    assert "binaryData" in found["extension"]["xml"]
    rows = tshark(prefs=PASSWORD).fields(capture, "frame.number", "_ws.col.Info", "baichuan.segment.offset", "baichuan.segment.length",
                                         "baichuan.segment.reassembled_in", filter="baichuan.segment.offset", args=["-2"])
    last = str(message.frames[-1])
    assert rows == [(str(frame), "Part of Start Video" + " (I-frame)" * (n == 0), str(MSS * n), str(MSS), last)
                    for n, frame in enumerate(message.frames[:-1])]
    ((listed, count, length),) = tshark(prefs=PASSWORD).fields(
        capture, "baichuan.segment", "baichuan.segment.count", "baichuan.reassembled.length", filter=f"frame.number == {last}")
    assert [int(frame) for frame in listed.split("|")] == message.frames
    assert (int(count), int(length)) == (len(message.frames), len(message.wire))


@KIND
def test_what_is_around_a_hole_is_shown(tshark, sharkd, path, kind):
    message = Message(kind).send(lose=(2,))
    message.tcp.server(message.session.reply(93))
    capture = message.capture.write(path)
    found = shown(tshark, capture)
    before, behind = segments(message)[:2], message.plain(3 * MSS, len(message.wire))
    assert [found[frame] for frame in message.frames[:2]] == [[plain] for plain in before]
    ((last, (data,)),) = [(frame, data) for frame, data in found.items() if frame not in message.frames[:2]]
    assert behind.endswith(data)
    assert len(behind) - len(data) < 32 if kind == "full" else data == behind
    (told,) = [m for m in after_login(tshark, capture) if m["msg_id"] == 3 and m["status_code"] == 200]
    assert told["frame"] == last and "hole" in told["experts"]
    (hole,) = tshark(prefs=PASSWORD).fields(capture, "baichuan.hole.offset", "baichuan.hole.length", filter="baichuan.hole")
    assert [int(value) for value in hole] == [2 * MSS, MSS]
    assert_state_rule(tshark, sharkd, capture, {"baichuan"}, prefs=PASSWORD)


@KIND
@pytest.mark.skipif(harness.wireshark_version() >= (4, 6), reason="Wireshark 4.6 takes a segment that comes late for a retransmission")
def test_a_segment_that_comes_late_lets_those_behind_it_be_shown(tshark, sharkd, path, kind):
    message = Message(kind).send(order=(0, 2, 3, 1, 4))
    capture = message.capture.write(path)
    parts = segments(message)
    found = shown(tshark, capture, LATE_TOO)
    assert found == {message.frames[0]: [parts[0]], message.frames[3]: [b"".join(parts[1:4])], message.frames[4]: [parts[4]]}
    assert_state_rule(tshark, sharkd, capture, {"baichuan"}, prefs=LATE_TOO)


@KIND
def test_what_waits_at_the_end_is_shown_with_its_message(tshark, path, kind):
    message = Message(kind).send(lose=(2, 4))
    capture = message.capture.write(path)
    found = shown(tshark, capture, LATE_TOO)
    (data,) = found[message.frames[-1]]
    behind = message.plain(3 * MSS, 4 * MSS)
    assert behind.endswith(data)
    assert len(behind) - len(data) < 32 if kind == "full" else data == behind
    (told,) = [m for m in after_login(tshark, capture, LATE_TOO, args=["-2"]) if m["msg_id"] == 3 and m["status_code"] == 200]
    assert told["frame"] == message.frames[-1] and "waiting" in told["experts"]


@pytest.mark.parametrize("cut", [10, 24, 60, 120, 135, 150])
def test_a_beginning_that_is_cut_is_shown_with_what_follows(tshark, sharkd, path, cut):
    message = Message("full").send(cuts=[cut])
    capture = message.capture.write(path)
    found = shown(tshark, capture)
    assert b"".join(data for frame in sorted(found) for data in found[frame]) == DATA
    assert_state_rule(tshark, sharkd, capture, {"baichuan"}, prefs=PASSWORD)


def test_documents_of_the_same_messages_are_whole(tshark, path):
    message = Message("aes")
    text = body("<Preview><channelId>0</channelId>" + "<x>1</x>" * 500 + "</Preview>")
    frames = message.tcp.server(message.session.reply(3, text))
    (found,) = [m for m in after_login(tshark, message.capture.write(path)) if m["status_code"] == 200]
    assert (found["frame"], found["payload"]["xml"]) == (frames[-1], text)


def test_what_nobody_can_open_is_shown_as_encrypted(tshark, sharkd, path):
    message = Message("full").send()
    capture = message.capture.write(path)
    rows = tshark().fields(capture, "frame.number", "baichuan.encryption", "baichuan.payload.data", "baichuan.media",
                           filter=f"frame.number in {{{message.frames[0]}..{message.frames[-1]}}}")
    assert [(int(frame), data, packets) for frame, _, data, packets in rows] == [(frame, "", "") for frame in message.frames]
    assert {name for row in rows for name in row[1].split("|")} == {"Unknown"}
    sizes = [len(value) // 2 for row in tshark().fields(capture, "baichuan.encrypted", filter="baichuan.segment.offset")
             for value in row[0].split("|")]
    assert sizes == [len(plain) for plain in segments(message)[:-1]]
    (last,) = [m for m in after_login(tshark, capture, {}) if m["frame"] == message.frames[-1]]
    assert last["experts"].count("no_key") == 1
    assert_state_rule(tshark, sharkd, capture, {"baichuan"})


@pytest.mark.parametrize("where", [[0], [0, 3], [-12], [-12, -5, 2], range(-40, 20)], ids=str)
def test_a_secret_that_packets_share_is_masked(tshark, path, where):
    """Whatever its sender calls it, bytes may be a document."""
    message = Message("clear")
    data = b"\0" * 100 + b"<?xml version='1.0'?><User><password>open-sesame</password></User>" + b"\0" * 3000
    wire = message.session.reply(3, ext=extension(binaryData=1), data=data)
    cut = wire.index(b"sesame")
    message.tcp.server(wire, cuts=[cut + at for at in where])
    capture = message.capture.write(path)
    hidden = b"".join(data for found in shown(tshark, capture, {**PASSWORD, "baichuan.hide_secrets": "TRUE"}).values() for data in found)
    open_ = b"".join(data for found in shown(tshark, capture).values() for data in found)
    assert open_ == data
    assert len(hidden) == len(data)
    assert not {b"open", b"en-s", b"sesa", b"same"} & {hidden[at:at + 4] for at in range(len(hidden))}


@pytest.mark.parametrize("order", [(0, 1, 2, 3, 4), (0, 2, 1, 3, 4), (0, 3, 2, 1, 4)], ids=str)
def test_packets_of_bcudp_pass_by_in_their_order(tshark, sharkd, path, order):
    message = Message("full")
    capture = Capture()
    ends = ("10.0.0.1", 22000), ("10.0.0.2", 53500)
    greeting = [message.session.hello(), message.session.nonce_reply(), message.session.login(), message.session.login_reply()]
    numbers = [0, 0]
    for n, piece in enumerate(greeting):
        side = n % 2
        capture.udp(ends[1 - side], ends[side], udp.data((82, 80)[side], numbers[side], piece))
        numbers[side] += 1
    pieces = [message.wire[at:at + MSS] for at in range(0, len(message.wire), MSS)]
    frames = {n: capture.udp(ends[0], ends[1], udp.data(80, numbers[1] + n, pieces[n])) for n in order}
    found = shown(tshark, capture.write(path))
    assert b"".join(data for frame in sorted(found) for data in found[frame]) == DATA
    assert set(found) <= set(frames.values()) and found[frames[4]] == [segments(message)[4]]
    assert_state_rule(tshark, sharkd, path, {"baichuan"}, prefs=PASSWORD)
