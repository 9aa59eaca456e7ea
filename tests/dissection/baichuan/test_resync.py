"""After lost bytes dissection goes on at the next message, and says what is missing and what is left of a message."""

import json

import pytest

from tests.dissection import harness
from tests.dissection.baichuan.messages import after_login, experts, messages
from tests.dissection.state_rule import assert_state_rule
from tests.peers import baichuan
from tests.peers.baichuan import CHANNEL, VERSION, Session
from tests.peers.pcap import Capture

PASSWORD = {"baichuan.password": "Secret-1"}
ITEMS = "".join(f"<item{i}>value {i}</item{i}>\n" for i in range(400))
BIG = baichuan.body(f"<Support>\n{ITEMS}</Support>\n")


def continuations(tshark, capture, prefs=PASSWORD):
    """(frame, length, frame with the header, encryption, text, experts) of each continuation."""
    found = []
    for layers in tshark(prefs=prefs).packets(capture, "baichuan", filter="baichuan.continuation.length"):
        for tree in harness.as_list(layers["baichuan"]):
            if "baichuan.continuation.length" in tree:
                header = tree.get("baichuan.continuation.header_frame")
                found.append((int(layers["frame"]["frame.number"]), int(tree["baichuan.continuation.length"]),
                              header and int(header), tree.get("baichuan.encryption"),
                              tree.get("baichuan.continuation.text"), experts(tree)))
    return found


def readable(text, lost):
    """What AES-CFB leaves of a part whose first bytes are lost: what follows the first whole block."""
    return text[(lost + 15) // 16 * 16 + 16:]


# ---- tails --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("lost", range(24, 24 + 16))
def test_an_aes_tail_is_decrypted_at_every_alignment(tshark, play, lost):
    """The segment with the header is lost, which has 0 to 15 bytes of the body, too."""
    p = play()
    (frame,) = p.tcp.server(p.session.reply(80, VERSION) + p.session.reply(104, VERSION), cuts=(lost,), lose=(0,))

    capture = p.write()
    text = VERSION if lost == 24 else readable(VERSION, lost - 24)
    assert continuations(tshark, capture) == [(frame, len(VERSION) - (lost - 24), None, "AES", text, ["continuation"])]
    (message,) = after_login(tshark, capture)
    assert (message["msg_id"], message["lost"], message["payload"]["xml"]) == (104, lost, VERSION)


@pytest.mark.parametrize("cipher, name", [("none", "None"), ("xor", "BC XOR")])
@pytest.mark.parametrize("lost", [24, 29, 48])
def test_a_tail_in_the_clear_or_in_xor_is_read_from_its_first_byte(tshark, play, cipher, name, lost):
    p = play(cipher)
    message = p.session.reply(80, VERSION, exchange=0x0001008C)
    (frame,) = p.tcp.server(message, cuts=(lost,), lose=(0,))

    assert continuations(tshark, p.write()) == [
        (frame, len(message) - lost, None, name, VERSION[lost - 24:], ["continuation"])]


def test_every_segment_of_a_tail_is_decrypted(tshark, sharkd, play):
    p = play()
    big = p.session.reply(80, BIG)
    frames = p.tcp.server(big, lose=(0,))

    capture = p.write()
    found = continuations(tshark, capture)
    assert [(row[0], row[3]) for row in found] == [(frame, "AES") for frame in frames]
    for index, row in enumerate(found):
        start = 1448 * (index + 1) - 24
        assert row[4] == readable(BIG[:start + row[1]], start)
    assert_state_rule(tshark, sharkd, capture, {"baichuan"}, prefs=PASSWORD)


def test_a_tail_that_no_key_opens_is_shown_as_bytes(tshark, play):
    p = play()
    (frame,) = p.tcp.server(p.session.reply(80, VERSION), cuts=(40,), lose=(0,))

    assert continuations(tshark, p.write(), prefs={}) == [(frame, len(VERSION) - 16, None, None, None, ["continuation"])]


def test_a_capture_that_begins_inside_a_message_proves_a_key_by_its_end(tshark, sharkd, tmp_path):
    """What follows has a header and no body, so nothing else could."""
    capture = Capture()
    tcp = capture.tcp(server=("10.0.0.1", 9000))
    session = Session("aes")
    tcp.server(session.reply(80, VERSION)[50:] + session.reply(115))
    path = capture.write(tmp_path / "c.pcap")
    other, right = "0123456789ABCDEF", session.key.decode()

    rows = {"baichuan_keys": [["", "", "", other, "", "not this"], ["", "", "", right, "", "this"]]}
    ((cipher, text),) = tshark(tables=rows).fields(path, "baichuan.encryption", "baichuan.continuation.text",
                                                   filter="baichuan.continuation")
    assert (cipher, text.replace("\\n", "\n")) == ("AES", readable(VERSION, 26))
    assert_state_rule(tshark, sharkd, path, {"baichuan"}, tables=rows)


def test_a_tail_of_binary_data_is_shown_as_bytes(tshark, play):
    p = play()
    video = bytes((i * 7 + i // 256) & 0xFF for i in range(3000))
    frames = p.tcp.server(p.session.reply(3, ext=baichuan.extension(binaryData=1), data=video), lose=(0,))

    found = continuations(tshark, p.write())
    assert [(row[0], row[3], row[4]) for row in found] == [(frame, None, None) for frame in frames]


def test_an_extension_and_a_payload_behind_a_lost_header_give_the_payload(tshark, play):
    p = play()
    (frame,) = p.tcp.server(p.session.reply(80, VERSION, ext=CHANNEL), cuts=(30,), lose=(0,))

    ((found_frame, length, _, cipher, text, _),) = continuations(tshark, p.write())
    assert (found_frame, length, cipher, text) == (frame, len(CHANNEL) - 6 + len(VERSION), "AES", VERSION)


@pytest.mark.parametrize("cipher, name", [("none", "None"), ("xor", "BC XOR"), ("aes", "AES"), ("full", "AES")])
def test_an_extension_in_front_of_binary_data_is_decrypted(tshark, sharkd, play, cipher, name):
    p = play(cipher)
    ext = baichuan.extension(binaryData=1, channelId=0)
    video = bytes((i * 7 + i // 256) & 0xFF for i in range(3000))
    lost = 24 + 21
    frames = p.tcp.server(p.session.reply(3, ext=ext, data=video), cuts=(lost,), lose=(0,))

    capture = p.write()
    found = continuations(tshark, capture)
    text = readable(ext, lost - 24) if name == "AES" else ext[lost - 24:]
    assert [(row[0], row[3], row[4]) for row in found] == [(frames[0], name, text)] + [(f, None, None) for f in frames[1:]]
    assert_state_rule(tshark, sharkd, capture, {"baichuan"}, prefs=PASSWORD)


@pytest.mark.parametrize("cipher", ["none", "xor", "aes"])
def test_hide_secrets_masks_a_tail_whose_element_is_cut(tshark, play, cipher):
    secret = "Hunter-2-Hunter-2-Hunter-2-Hunter-2-Hunter-2-Hunter-2"
    xml = baichuan.body(f"<User>\n<password>{secret}</password>\n<level>admin</level>\n</User>\n")
    cut = 24 + xml.index(secret) + 2

    p = play(cipher)
    p.tcp.server(p.session.reply(80, xml), cuts=(cut,), lose=(0,))
    capture = p.write()
    hidden = tshark(prefs={**PASSWORD, "baichuan.hide_secrets": "TRUE"})
    ((text,),) = hidden.fields(capture, "baichuan.continuation.text", filter="baichuan.continuation.text")
    assert text.endswith("*</password>\\n<level>admin</level>\\n</User>\\n</body>\\n")
    own = json.dumps([layers["baichuan"] for layers in hidden.packets(capture, "baichuan", filter="baichuan.continuation.length")])
    assert "Hunter-2" not in own and b"Hunter-2".hex(":") not in own


# ---- loss ---------------------------------------------------------------------------------------------------------


def lost_texts(tshark, capture):
    return [row[0] for row in tshark(prefs=PASSWORD).fields(capture, "_ws.expert.message", filter="baichuan.expert.lost")]


def test_the_message_after_a_hole_names_its_sequence_numbers(tshark, play):
    p = play()
    start = p.tcp.next["s"] - 5000
    p.tcp.server(p.session.reply(80, VERSION), lose=(0,))
    p.tcp.server(p.session.reply(104, VERSION))

    lost = 24 + len(VERSION)
    (text,) = lost_texts(tshark, p.write())
    assert f"{lost} bytes before this message are missing, with the sequence numbers {start} to {start + lost - 1}:" in text


def test_two_holes_before_a_message_are_named_together(tshark, sharkd, play):
    p = play()
    start = p.tcp.next["s"] - 5000
    p.tcp.skip("s", 100)
    p.tcp.server(b"\1" * 50)
    p.tcp.skip("s", 200)
    p.tcp.server(p.session.reply(104, VERSION))

    capture = p.write()
    assert [m["lost"] for m in after_login(tshark, capture)] == [300]
    (text,) = lost_texts(tshark, capture)
    assert f"300 bytes before this message are missing, in 2 places within the sequence numbers {start} to {start + 349}:" in text
    assert_state_rule(tshark, sharkd, capture, {"baichuan"}, prefs=PASSWORD)


@pytest.mark.parametrize("cut", range(1, 25))
def test_a_header_cut_by_a_border_whose_rest_is_lost_costs_its_message_and_no_more(tshark, play, cut):
    p = play()
    one, two, three = (p.session.reply(i, VERSION) for i in (80, 104, 115))
    p.tcp.server(one + two, cuts=(len(one) + cut,), lose=(1,))
    p.tcp.server(three)
    p.tcp.server(p.session.reply(26, VERSION))

    # With its header whole, the message has a hole; without, its beginning is skipped.
    torn = [(104, None)] if cut == 24 else []
    assert [(m["msg_id"], m["lost"]) for m in after_login(tshark, p.write())] == [
        (80, None), *torn, (115, None if torn else len(two) - cut), (26, None)]


@pytest.mark.parametrize("cut", range(1, 21))
def test_a_20_byte_header_may_be_cut_at_every_offset(tshark, tmp_path, cut):
    capture = Capture()
    tcp = capture.tcp(server=("10.0.0.1", 9000)).open()
    session = Session("aes")
    tcp.client(session.hello())
    tcp.server(session.nonce_reply(), cuts=(cut,))

    assert [m["nonce"] for m in messages(tshark(), capture.write(tmp_path / "c.pcap"))] == [None, session.nonce]


# ---- messages that are not whole ------------------------------------------------------------------------------------


def decoy(session):
    """A document that holds a header, such as a search for headers would find."""
    return b"<?xml " + b"a" * 2000 + session.reply(104) * 2 + b"b" * 3000


def holes(tshark, capture, prefs=PASSWORD):
    """(frame, [offset of a hole, ...], [its length, ...]) of each frame whose messages have some."""
    rows = tshark(prefs=prefs).fields(capture, "frame.number", "baichuan.hole.offset", "baichuan.hole.length",
                                      filter="baichuan.hole")
    return [(int(frame), *([int(value) for value in values.split("|")] for values in row)) for frame, *row in rows]


def test_the_end_of_a_message_that_the_snap_length_cut_is_known(tshark, sharkd, play):
    """What stands inside is not taken for messages, even if it looks like one."""
    p = play("none")
    big = p.session.reply(80, data=decoy(p.session))
    frames = p.tcp.server(big)
    p.cut(frames[0], 500)
    p.tcp.server(p.session.reply(115, VERSION))

    capture = p.write()
    assert [(m["frame"], m["msg_id"]) for m in after_login(tshark, capture)] == [(frames[-1], 80), (frames[-1] + 1, 115)]
    assert holes(tshark, capture) == [(frames[-1], [500], [948])]
    assert continuations(tshark, capture) == []
    assert_state_rule(tshark, sharkd, capture, {"baichuan"}, prefs=PASSWORD)


def test_a_segment_cut_inside_a_message_leaves_a_hole_in_it(tshark, sharkd, play):
    p = play("none")
    big = p.session.reply(80, data=decoy(p.session))
    frames = p.tcp.server(big + p.session.reply(115, VERSION))
    p.cut(frames[1], 1000)

    capture = p.write()
    assert [(m["frame"], m["msg_id"]) for m in after_login(tshark, capture)] == [(frames[-1], 80), (frames[-1], 115)]
    assert holes(tshark, capture) == [(frames[-1], [2448], [448])]
    assert continuations(tshark, capture) == []
    assert_state_rule(tshark, sharkd, capture, {"baichuan"}, prefs=PASSWORD)


def test_messages_whose_segments_are_all_cut_by_the_snap_length_are_shown(tshark, sharkd, play):
    p = play("none")
    frames = []
    for msg_id in (80, 104, 115):
        sent = p.tcp.server(p.session.reply(msg_id, BIG))
        frames.append(sent[-1])
        for frame in sent:
            p.cut(frame, 60)

    capture = p.write()
    found = after_login(tshark, capture)
    assert [(m["frame"], m["msg_id"], set(m["experts"])) for m in found] == [
        (frame, msg_id, {"cut"}) for frame, msg_id in zip(frames, (80, 104, 115))]
    assert [len(lengths) for _, _, lengths in holes(tshark, capture)] == [len(sent)] * 3
    assert_state_rule(tshark, sharkd, capture, {"baichuan"}, prefs=PASSWORD)


def test_without_tcp_reassembly_a_message_is_whole_and_its_inside_is_no_message(tshark, sharkd, play):
    p = play("none")
    big = p.session.reply(80, data=decoy(p.session))
    frames = p.tcp.server(big + p.session.reply(115, VERSION))
    prefs = {**PASSWORD, "tcp.desegment_tcp_streams": "FALSE"}

    capture = p.write()
    assert [(m["frame"], m["msg_id"]) for m in after_login(tshark, capture, prefs=prefs)] == [
        (frames[-1], 80), (frames[-1], 115)]
    assert tshark(prefs=prefs).frames(capture, "baichuan.hole || baichuan.expert.cut") == []
    assert continuations(tshark, capture, prefs=prefs) == []
    assert_state_rule(tshark, sharkd, capture, {"baichuan"}, prefs=prefs)


def test_a_header_at_the_beginning_of_a_segment_belies_a_length_that_is_too_long(tshark, play):
    p = play("none")
    (one,) = p.tcp.server(baichuan.header(80, 900_000, baichuan.DEVICE, 200) + b"<?xml " + b"x" * 500)
    p.cut(one, 300)
    (two,) = p.tcp.server(p.session.reply(104, VERSION))

    assert [(m["frame"], m["msg_id"]) for m in after_login(tshark, p.write())] == [(two, 80), (two, 104)]


def test_a_magic_inside_firmware_is_no_message(tshark, sharkd, play):
    """Of each chunk only the last segment was captured, and the firmware has the magic as a constant."""
    p = play("none")
    data = b"".join(bytes((i * 37 + i // 251) & 0xFF for i in range(n, n + 700)) + baichuan.MAGIC.to_bytes(4, "little")
                    + b"\x67\0\0\0" for n in range(0, 37870, 708))[:37870]
    chunks = []
    for _ in range(3):
        sent = p.session.message(67, ext=baichuan.extension(binaryData=1), data=data, exchange=0x31 << 24)
        segments = len(range(0, len(sent), 1448))
        chunks += p.tcp.client(sent, lose=range(segments - 1))
        p.tcp.server(p.session.reply(67, exchange=0x31 << 24))
    p.tcp.client(p.session.message(115))

    capture = p.write()
    assert [m["msg_id"] for m in after_login(tshark, capture)] == [67, 67, 67, 115]
    assert [row[0] for row in continuations(tshark, capture)] == chunks
    (message,) = after_login(tshark, capture)[-1:]
    assert message["lost"] == 3 * (len(sent) - len(sent) % 1448)
    assert_state_rule(tshark, sharkd, capture, {"baichuan"}, prefs=PASSWORD)


# ---- progress -------------------------------------------------------------------------------------------------------


def test_beginnings_of_magics_everywhere_do_not_stop_dissection(tshark, sharkd, play):
    p = play("none")
    junk = b"".join(baichuan.MAGIC.to_bytes(4, "little")[:1 + i % 4] for i in range(2000))
    p.tcp.skip("s", 10)
    p.tcp.server(junk + p.session.reply(104, VERSION), cuts=range(97, 5000, 97))
    p.tcp.server(p.session.reply(115, VERSION))

    capture = p.write()
    assert [m["msg_id"] for m in after_login(tshark, capture)][-2:] == [104, 115]
    assert_state_rule(tshark, sharkd, capture, {"baichuan"}, prefs=PASSWORD)
