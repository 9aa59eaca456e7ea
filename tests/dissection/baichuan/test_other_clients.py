"""Clients and cameras that do things otherwise than most: what docs/baichuan.md says of them."""

import struct
import subprocess

import pytest

from tests.dissection.baichuan.messages import after_login, experts
from tests.dissection.state_rule import assert_state_rule
from tests.peers import baichuan
from tests.peers import baichuan_media as media
from tests.peers.baichuan import VERSION, body

PASSWORD = {"baichuan.password": "Secret-1"}


def obeys(tshark, sharkd, capture):
    return assert_state_rule(tshark, sharkd, capture, {"baichuan"}, prefs=PASSWORD)


def info_of(tshark, capture, frame):
    ((info,),) = tshark(prefs=PASSWORD).fields(capture, "_ws.col.Info", filter=f"frame.number == {frame}")
    return info


# ---- replies in the class of requests (section 1.3) ---------------------------------------------------------------


@pytest.mark.parametrize("msg_class", [baichuan.DEVICE, baichuan.REQUEST, baichuan.DOWNLOAD])
def test_a_reply_is_one_in_every_class(tshark, sharkd, play, msg_class):
    p = play()
    (request,) = p.tcp.client(p.session.message(80))
    (reply,) = p.tcp.server(p.session.message(80, VERSION, msg_class=msg_class, code=200))
    capture = p.write()
    assert [info_of(tshark, capture, frame) for frame in (request, reply)] == ["Get Version", "Reply 200 Get Version"]
    assert tshark(prefs=PASSWORD).fields(capture, "baichuan.response_to", filter=f"frame.number == {reply}") == [(str(request),)]
    obeys(tshark, sharkd, capture)


def test_a_status_tells_the_camera_where_the_login_is_not_captured(tshark, play):
    p = play("none")
    p.capture.frames.clear()
    (reply,) = p.tcp.server(p.session.message(80, VERSION, msg_class=baichuan.REQUEST, code=200))
    (request,) = p.tcp.client(p.session.message(104, exchange=0x00020000))
    (answer,) = p.tcp.server(p.session.message(104, VERSION, msg_class=baichuan.REQUEST, code=200, exchange=0x00020000))
    capture = p.write()
    assert info_of(tshark, capture, reply) == "Reply 200 Get Version"
    assert tshark().fields(capture, "baichuan.response_to", filter="baichuan.response_to") == [(str(request),)]
    assert info_of(tshark, capture, answer).startswith("Reply 200 ")


@pytest.mark.parametrize("status", [0, 200])
def test_the_clients_answer_to_a_keep_alive_is_no_reply_of_the_camera(tshark, play, status):
    """aio answers with 0, nodelink with 200 (section 3.4)."""
    p = play()
    p.tcp.server(p.session.message(234, msg_class=baichuan.DEVICE, exchange=0x00090000))
    (answer,) = p.tcp.client(p.session.message(234, code=status, exchange=0x00090000))
    p.tcp.client(p.session.message(80))
    p.tcp.server(p.session.reply(80, VERSION))
    capture = p.write()
    assert not info_of(tshark, capture, answer).startswith("Reply")
    assert [m["experts"] for m in after_login(tshark, capture)] == [[]] * 4


# ---- classes with a header of their own (sections 1.3 and 1.4) ----------------------------------------------------


@pytest.mark.parametrize("word", [0, 7, 0x30303030])
def test_class_ffff_has_24_bytes_whose_last_word_is_no_offset(tshark, sharkd, play, word):
    """As the reply to 124 of an Argus Solar."""
    p = play()
    (request,) = p.tcp.client(p.session.message(124))
    data = p.session.encrypt(VERSION, 0)
    p.tcp.server(baichuan.header(124, len(data), 0xFFFF, 200, 0x00010000, word) + data + p.session.reply(80, VERSION))
    capture = p.write()
    _, reply, push = after_login(tshark, capture, links=("response_to", "last_word"))
    assert (reply["msg_class"], reply["bin_offset"], int(reply["last_word"], 0)) == (0xFFFF, None, word)
    assert (reply["payload"]["xml"], reply["extension"]["xml"], reply["response_to"]) == (VERSION, None, str(request))
    assert (reply["experts"], push["lost"], push["payload"]["xml"]) == ([], None, VERSION)
    obeys(tshark, sharkd, capture)


@pytest.mark.parametrize("lost", [0, 10])
def test_class_ffff_is_found_after_a_loss(tshark, play, lost):
    p = play()
    data = p.session.encrypt(VERSION, 0)
    p.tcp.skip("s", lost)
    p.tcp.server(baichuan.header(124, len(data), 0xFFFF, 200, 0x00010000, 0x30303030) + data)
    (found,) = after_login(tshark, p.write())
    assert (found["msg_id"], found["payload"]["xml"]) == (124, VERSION)


@pytest.mark.parametrize("short, word", [(True, 0x30303030), (True, 0), (False, 0), (False, 7), (False, 0x30303030)])
def test_the_next_header_decides_about_a_class_that_nobody_knows(tshark, sharkd, play, short, word):
    """word: what the header ends with, or what the body begins with."""
    p = play("none")
    data = VERSION.encode()
    if short:
        data = word.to_bytes(4, "little") + data
    head = baichuan.header(124, len(data), 0x1234, 200, 0x00010000, word, short=short)
    p.tcp.server(head + data + p.session.reply(80, VERSION))
    capture = p.write()
    one, two = after_login(tshark, capture, prefs={})
    assert (one["msg_id"], one["bin_offset"], two["msg_id"], two["lost"]) == (124, None if short else word, 80, None)
    shown = one["payload"]
    assert (data in (shown["data"], shown["encrypted"])) if short else (shown["xml"] == VERSION)
    obeys(tshark, sharkd, capture)


@pytest.mark.parametrize("msg_class", [0x6620, 0x0000])
@pytest.mark.parametrize("cuts", [(1448, 2000), (1000, 3020), (1000, 3024), (1000, 3022)])
def test_the_next_header_decides_in_whatever_segments_it_comes(tshark, sharkd, play, msg_class, cuts):
    """Its message has 3020 bytes with a header of 20."""
    p = play("none")
    old = baichuan.header(80, 3000, msg_class, 200, short=True) + b"\0" * 4 + b"x" * 2996
    p.tcp.server(old + p.session.reply(104, VERSION), cuts=cuts)
    p.tcp.server(p.session.reply(115, VERSION))

    capture = p.write()
    assert [(m["msg_id"], m["lost"]) for m in after_login(tshark, capture, prefs={})] == [(80, None), (104, None), (115, None)]
    assert tshark().frames(capture, "baichuan.continuation || baichuan.hole") == []
    obeys(tshark, sharkd, capture)


@pytest.mark.parametrize("word", [0, 7])
def test_an_unknown_class_at_the_end_of_the_bytes_leaves_none_over(tshark, play, word):
    p = play("none")
    data = VERSION.encode()
    p.tcp.server(baichuan.header(124, len(data), 0x1234, 200, 0x00010000, word) + data)
    p.tcp.client(p.session.message(80))
    p.tcp.server(p.session.reply(80, VERSION))
    found = after_login(tshark, p.write(), prefs={})
    assert [(m["msg_id"], m["lost"]) for m in found] == [(124, None), (80, None), (80, None)]
    assert found[0]["payload"]["xml"] == VERSION


# ---- talks (section 3.5) ------------------------------------------------------------------------------------------

BLOCKS = [media.adpcm(252, seed=n) for n in range(6)] + [media.adpcm(100, seed=9)]  # the last one is shorter


def anew():
    """A number for each message."""
    return iter(range(0x00010000, 0x01000000, 0x00010000))


def streams(tshark, capture):
    """[(stream, [size of each of its packets, ...]), ...] of talks."""
    found = {}
    rows = tshark(prefs=PASSWORD).fields(capture, "baichuan.media.stream", "baichuan.media.size", filter="baichuan.msg_id == 202")
    for stream, size in rows:
        found.setdefault(stream, []).append(int(size))
    return list(found.values())


def wavs(tshark, capture, *args):
    return {name.rpartition("-frame")[0]: data
            for name, data in sorted(tshark(prefs=PASSWORD).exported(capture, "baichuan", *args).items())}


def sound(blocks):
    return b"".join(block.payload[4:] for block in blocks)


@pytest.mark.parametrize("numbers", [anew, lambda: None], ids=["anew", "one"])
@pytest.mark.parametrize("cipher", ["none", "xor", "aes", "full"])
def test_a_talk_is_one_stream_and_one_file_whatever_its_messages_are_numbered(tshark, sharkd, play, cipher, numbers):
    p = play(cipher)
    talk = media.Talk(p.session, p.tcp, numbers=numbers()).config()
    for block in BLOCKS:
        talk.send(block.wire)
    talk.stop()
    capture = p.write()
    assert streams(tshark, capture) == [[len(block.payload) for block in BLOCKS]]
    assert wavs(tshark, capture).keys() == {"10.0.0.1-ch0-talk"}
    assert [m["experts"] for m in after_login(tshark, capture)] == [[]] * (4 + len(BLOCKS))
    obeys(tshark, sharkd, capture)


def test_the_last_block_of_a_talk_may_be_shorter(tshark, play, tmp_path):
    p = play()
    talk = media.Talk(p.session, p.tcp, rate=16000, numbers=anew()).config()
    for block in BLOCKS:
        talk.send(block.wire)
    capture = p.write()
    for args in ((), ("-2",)):
        ((name, data),) = wavs(tshark, capture, *args).items()
        assert data[60:] == sound(BLOCKS)
    samples = 6 * (252 * 2 + 1) + 100 * 2 + 1
    assert struct.unpack_from("<I", data, 24) == (16000,)
    assert struct.unpack_from("<H", data, 32) == (256,)
    assert struct.unpack_from("<I", data, 48) == (samples,)
    (tmp_path / "talk.wav").write_bytes(data)
    done = subprocess.run(["ffmpeg", "-v", "error", "-i", str(tmp_path / "talk.wav"), "-f", "s16le", "-"], capture_output=True)
    assert (done.stderr, len(done.stdout) // 2) == (b"", samples)


def test_a_block_that_follows_a_shorter_one_begins_another_file(tshark, play):
    p = play()
    talk = media.Talk(p.session, p.tcp, numbers=anew()).config()
    for block in (BLOCKS[0], BLOCKS[-1], BLOCKS[1]):
        talk.send(block.wire)
    found = tshark(prefs=PASSWORD).exported(p.write(), "baichuan")
    assert [data[60:] for _, data in sorted(found.items(), key=lambda item: -len(item[1]))] == [
        sound([BLOCKS[0], BLOCKS[-1]]), sound([BLOCKS[1]])]


def test_a_packet_of_a_talk_goes_on_in_a_message_with_another_number(tshark, play):
    p = play()
    talk = media.Talk(p.session, p.tcp, numbers=anew()).config()
    wire = b"".join(block.wire for block in BLOCKS)
    for at in range(0, len(wire), 100):
        talk.send(wire[at:at + 100])
    ((_, data),) = wavs(tshark, p.write()).items()
    assert data[60:] == sound(BLOCKS)


def test_talks_on_two_channels_at_once_are_two_streams(tshark, sharkd, play):
    """Their messages have the numbers of one count."""
    p = play()
    numbers = anew()
    talks = [media.Talk(p.session, p.tcp, channel, rate, numbers) for channel, rate in ((0, 8000), (1, 16000))]
    for talk in talks:
        talk.config()
    for n in range(3):
        for talk in talks:
            talk.send(media.adpcm(252, seed=10 * talk.channel + n).wire)
    talks[0].stop()
    talks[1].send(media.adpcm(252, seed=13).wire)
    capture = p.write()
    assert [len(stream) for stream in streams(tshark, capture)] == [3, 4]
    found = wavs(tshark, capture)
    assert {name: (struct.unpack_from("<I", data, 24)[0], data[60:]) for name, data in found.items()} == {
        f"10.0.0.1-ch{channel}-talk": (rate, sound(media.adpcm(252, seed=10 * channel + n) for n in range(count)))
        for channel, rate, count in ((0, 8000, 3), (1, 16000, 4))}
    obeys(tshark, sharkd, capture)


@pytest.mark.parametrize("numbers", [anew, lambda: None], ids=["anew", "one"])
def test_the_next_talk_is_another_stream_with_a_rate_of_its_own(tshark, sharkd, play, numbers):
    p = play()
    count = numbers()
    for rate in (8000, 16000):
        talk = media.Talk(p.session, p.tcp, rate=rate, numbers=count).config()
        talk.send(BLOCKS[0].wire)
        talk.send(BLOCKS[1].wire[:100])  # the client stops inside a block
        talk.stop()
    capture = p.write()
    assert len(set(streams_of_whole(tshark, capture))) == 2
    found = tshark(prefs=PASSWORD).exported(capture, "baichuan")
    assert sorted((struct.unpack_from("<I", data, 24)[0], data[60:]) for data in found.values()) == [
        (8000, sound(BLOCKS[:1])), (16000, sound(BLOCKS[:1]))]
    obeys(tshark, sharkd, capture)


def streams_of_whole(tshark, capture):
    rows = tshark(prefs=PASSWORD).fields(capture, "baichuan.media.stream", filter="baichuan.media.stream && baichuan.msg_id == 202")
    return [stream for row in rows for stream in row[0].split("|") if stream]


def test_a_talk_without_its_beginning_is_one_stream(tshark, play):
    p = play()
    talk = media.Talk(p.session, p.tcp, channel=2, numbers=anew())
    for block in BLOCKS:
        talk.send(block.wire)
    ((name, data),) = wavs(tshark, p.write()).items()
    assert (name, data[60:]) == ("10.0.0.1-ch2-talk", sound(BLOCKS))


# ---- an Extension in the payload: replays of an E1 (section 3.8) --------------------------------------------------

FILM = media.film(seconds=1, fps=3)
INNER = baichuan.extension(binaryData=1, channelId=3)
PREFIX = bytes(range(32))


def replay(p, data, inner=INNER, msg_id=5, **how):
    return p.tcp.server(p.session.inner(msg_id, inner, data, exchange=0x00000007, **how))[0]


def frames_of(tshark, capture):
    """[(type, size), ...] of the media packets."""
    rows = tshark(prefs=PASSWORD).fields(capture, "baichuan.media.type", "baichuan.media.size", filter="baichuan.media.type")
    return [row[0] for row in rows]


@pytest.mark.parametrize("how", [{}, {"prefix": PREFIX}, {"ext": baichuan.extension(binaryData=1)}, {"clear": True},
                                 {"prefix": PREFIX, "ext": baichuan.extension(binaryData=1)}],
                         ids=["bare", "prefix", "outer", "clear", "all"])
@pytest.mark.parametrize("cipher", ["aes", "full"])
def test_an_extension_in_the_payload_is_shown_and_the_media_behind_it_are_read(tshark, sharkd, play, cipher, how):
    p = play(cipher)
    frames = [replay(p, packet.wire, **how) for packet in FILM]
    capture = p.write()
    texts = "|".join(filter(None, [how.get("ext"), INNER])).replace("\n", "\\n")  # as tshark writes them
    rows = tshark(prefs=PASSWORD).fields(capture, "frame.number", "baichuan.payload.data", "baichuan.payload.prefix",
                                         "baichuan.extension.xml", filter="baichuan.payload.data")
    assert rows == [(str(frame), packet.wire.hex(), how.get("prefix", b"").hex(), texts)
                    for frame, packet in zip(frames, FILM)]
    found = tshark(prefs=PASSWORD).packets(capture, "baichuan", filter="baichuan.msg_id == 5")
    assert [experts(layers["baichuan"]) for layers in found] == [[]] * len(FILM)
    assert frames_of(tshark, capture) == [packet.kind for packet in FILM]
    ((name, data),) = tshark(prefs=PASSWORD).exported(capture, "baichuan").items()
    assert data == b"".join(packet.payload for packet in FILM[1:])
    obeys(tshark, sharkd, capture)


@pytest.mark.parametrize("line", ["", "\r\n"])
def test_the_line_end_behind_it_may_be_another_or_none(tshark, play, line):
    p = play()
    inner = INNER.rstrip("\n") + line
    replay(p, FILM[1].wire, inner)
    (found,) = after_login(tshark, p.write())
    assert (found["payload"]["data"], found["experts"]) == (FILM[1].wire, [])


def test_media_behind_it_may_go_on_in_the_next_message(tshark, sharkd, play):
    p = play()
    wire = FILM[1].wire
    for part in (wire[:150], wire[150:300], wire[300:]):
        replay(p, part)
    capture = p.write()
    assert [m["payload"]["data"] for m in after_login(tshark, capture)] == [wire[:150], wire[150:300], wire[300:]]
    assert [data for _, data in tshark(prefs=PASSWORD).exported(capture, "baichuan").items()] == [FILM[1].payload]
    obeys(tshark, sharkd, capture)


def test_a_file_behind_it_is_exported_without_it(tshark, play):
    p = play()
    file = bytes.fromhex("0000001c") + b"ftypisom" + bytes(range(200))
    replay(p, file)
    capture = p.write()
    assert [m["payload"]["data"] for m in after_login(tshark, capture)] == [file]
    assert list(tshark(prefs=PASSWORD).exported(capture, "baichuan").values()) == [file]


def test_it_may_name_the_encrypted_range_of_what_follows(tshark, play):
    p = play("full")
    wire = FILM[1].wire
    inner = baichuan.extension(binaryData=1, encryptLen=64)
    replay(p, baichuan.aes(p.session.key, wire[:64]) + wire[64:], inner, clear=True)
    (found,) = after_login(tshark, p.write())
    assert (found["payload"]["data"], found["payload"]["encryption"]) == (wire, "Full AES")


def test_without_the_key_nothing_is_taken_for_an_extension(tshark, play):
    p = play()
    replay(p, FILM[1].wire)
    (found,) = after_login(tshark, p.write(), prefs={})
    assert found["extension"]["xml"] is None
    assert frames_of(lambda prefs: tshark(), p.write()) == []


@pytest.mark.parametrize("msg_id", [102, 3])
def test_other_messages_have_none(tshark, play, msg_id):
    """What looks like one there is what it was."""
    p = play()
    replay(p, FILM[1].wire, msg_id=msg_id)
    (found,) = after_login(tshark, p.write())
    assert found["extension"]["xml"] is None


def test_a_document_of_a_replay_stays_one(tshark, play):
    p = play()
    text = body('<FileInfoList version="1.1">\n<FileInfo>\n<channelId>0</channelId>\n</FileInfo>\n</FileInfoList>\n')
    p.tcp.server(p.session.reply(5, text))
    p.tcp.server(p.session.message(5, INNER, msg_class=baichuan.DEVICE, code=200))
    one, two = after_login(tshark, p.write())
    assert (one["payload"]["xml"], two["payload"]["xml"]) == (text, INNER)
