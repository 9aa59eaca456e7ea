"""Keys that are no rows of the key table: lines of a key log file, of a secrets block and of packet comments."""

import os
import random

import pytest

from tests.dissection import harness, key_lines
from tests.dissection.baichuan import test_keys
from tests.dissection.baichuan.messages import messages, named
from tests.dissection.key_lines import BLOCKS, SOURCES, Lines, append, line, prefs_of
from tests.dissection.state_rule import assert_state_rule
from tests.peers import baichuan, pcapng
from tests.peers.baichuan import VERSION, Session
from tests.peers.baichuan_udp import Link
from tests.peers.pcap import Capture

BLOCK = key_lines.TYPES["baichuan"]
CAMERA = ("10.0.0.1", 9000)
WAYS = pytest.mark.parametrize("args", [(), ("-2",)], ids=["one pass", "two passes"])


def key_line(session, comment=""):
    return line("10.0.0.1", "", "", session.key.decode(), "", comment)


def comment_of(*lines):
    return key_lines.comment_of("baichuan", *lines)


def carrier(made, name):
    return made.tcp(server=CAMERA) if name == "tcp" else Link(made)


def late_capture(session, name="tcp"):
    """One request and its reply, of a session whose login was in another file."""
    made = Capture()
    test_keys.one_request(carrier(made, name), session)
    return made


@pytest.fixture(params=SOURCES)
def source(request, stage, tmp_path, tshark):
    return Lines("baichuan", request.param, stage, tmp_path, tshark)


@pytest.fixture
def session():
    return Session("aes")


def xml_and_row(tshark, path, **keywords):
    message = test_keys.version(messages(tshark, path, **keywords))
    return message["payload"]["xml"], message["key_row"]


def sentences(tshark, path, args=()):
    return key_lines.sentences(tshark, path, "baichuan", args)


# ---- what opens ---------------------------------------------------------------------------------------------------


@WAYS
@pytest.mark.parametrize("name", ["tcp", "udp"])
def test_a_line_opens_a_session_without_its_login(source, session, name, args):
    keyed, path = source.open(late_capture(session, name), ["# keys", "", key_line(session)])
    assert xml_and_row(keyed, path, args=args) == (VERSION, source.origin(3))


@pytest.mark.parametrize("name", ["tcp", "udp"])
def test_without_the_line_the_session_stays_closed(tshark, tmp_path, session, name):
    path = pcapng.write(tmp_path / "c.pcapng", late_capture(session, name), comments={1: "about the porch"})
    message = test_keys.version(messages(tshark(), path))
    assert (message["payload"]["xml"], message["experts"]) == (None, ["no_login"])


def test_what_keys_of_a_capture_are_called_is_followed_by_their_comment(source, session):
    keyed, path = source.open(late_capture(session), [key_line(session, "porch")])
    assert xml_and_row(keyed, path)[1] == source.origin(1) + ": porch"


@pytest.mark.parametrize("written, shown", [("a\\x1b[31mb\\nc", "a?[31mb?c"), ("a\u009b31mb", "a??31mb"), ("Gartentür ✓", "Gartentür ✓")])
def test_what_does_not_print_in_a_comment_reaches_no_terminal(source, session, written, shown):
    keyed, path = source.open(late_capture(session), [line("", "", "", "0" * 16, "", written)])
    assert f"the raw keys of {source.origin(1)}: {shown} do not fit" in keyed.run(path, "-q", "-z", "expert").out


def test_the_rows_that_are_printed_are_lines(source, session, tshark, tmp_path):
    made = Capture()
    test_keys.one_request(made.tcp(server=CAMERA).open(), session.play_login(made.tcp(server=CAMERA)))
    whole = made.write(tmp_path / "whole.pcap")
    printed = tshark(prefs={"baichuan.password": "Secret-1"}).run(whole, "-q", "-z", "baichuan_keys").out.splitlines()
    keyed, path = source.open(late_capture(session), printed)
    assert xml_and_row(keyed, path)[0] == VERSION


def test_a_password_opens_a_login(source, session):
    made = Capture()
    tcp = made.tcp(server=CAMERA).open()
    test_keys.one_request(tcp, session.play_login(tcp))
    keyed, path = source.open(made, [line("", "admin", "Secret-1")], frame=4)
    assert xml_and_row(keyed, path) == (VERSION, source.origin(1, frame=4))
    assert keyed.frames(path, "baichuan.login.user_ok == 1") == [6]


def test_a_password_with_a_quotation_mark_is_written_with_an_escape(source):
    session = Session("aes", password='a"b\\c')
    made = Capture()
    tcp = made.tcp(server=CAMERA).open()
    test_keys.one_request(tcp, session.play_login(tcp))
    keyed, path = source.open(made, [r'"","","a\x22b\x5cc"'], frame=4)
    assert xml_and_row(keyed, path)[0] == VERSION


@pytest.mark.parametrize("lines", [
    [line("", "", "", "0123456789abcdef")],
    [line("", "", "wrong")],
    [line("10.0.0.2", "", "", "7C3E19A0D4F25B86")],
], ids=["another key", "a password", "another camera"])
def test_a_line_that_does_not_fit_opens_nothing(source, session, lines):
    keyed, path = source.open(late_capture(session), lines)
    message = test_keys.version(messages(keyed, path))
    assert (message["payload"]["xml"], message["key_row"], message["experts"]) == (None, None, ["no_login"])
    assert sentences(keyed, path) == {}


def test_the_key_of_a_line_for_another_camera_is_not_tried(source, session):
    keyed, path = source.open(late_capture(session), [line("10.0.0.3", "", "", session.key.decode())])
    assert xml_and_row(keyed, path) == (None, None)


def test_lines_obey_the_state_rule(source, session, sharkd):
    keyed, path = source.open(late_capture(session), ["broken", key_line(session)])
    assert assert_state_rule(source.tshark, sharkd, path, {"baichuan"}, prefs=prefs_of(keyed)) == 2


# ---- the order ----------------------------------------------------------------------------------------------------


def test_rows_of_the_table_are_tried_before_lines(source, session):
    tables = test_keys.table(test_keys.row(key=session.key.decode(), comment="mine"))
    keyed, path = source.open(late_capture(session), [key_line(session)], tables=tables)
    assert xml_and_row(keyed, path) == (VERSION, "row 1: mine")


def test_lines_of_the_user_are_tried_before_those_of_the_capture(stage, tmp_path, tshark, session):
    log = tmp_path / "keys.log"
    log.write_text(key_line(session) + "\n")
    path = pcapng.write(tmp_path / "c.pcapng", late_capture(session), comments={1: comment_of(key_line(session))},
                        secrets=[(BLOCK, key_line(session), 1)])
    keyed = tshark(prefs={"baichuan.keylog_file": str(stage.file(log))})
    assert xml_and_row(keyed, path) == (VERSION, "key log line 1")


def test_the_single_password_is_tried_before_lines_of_the_capture(tmp_path, tshark, session):
    made = Capture()
    tcp = made.tcp(server=CAMERA).open()
    test_keys.one_request(tcp, session.play_login(tcp))
    path = pcapng.write(tmp_path / "c.pcapng", made, comments={4: comment_of(line("", "", "Secret-1"))})
    assert xml_and_row(tshark(prefs={"baichuan.password": "Secret-1"}), path)[1] == "preference baichuan.password"
    assert xml_and_row(tshark(), path)[1] == "comment of frame 4"


# ---- comments -----------------------------------------------------------------------------------------------------


def test_a_packet_may_have_several_comments_and_a_comment_several_lines(tmp_path, tshark, session):
    comments = ["the porch", "camshark-key: newcamd " + line("", "", "0102"),
                "what follows is a key\n" + comment_of(line("", "", "x"), key_line(session)) + "\nwhat went before was one"]
    path = pcapng.write(tmp_path / "c.pcapng", late_capture(session), comments={1: comments})
    assert xml_and_row(tshark(), path) == (VERSION, "comment of frame 1")
    assert sentences(tshark(), path) == {}


def test_a_million_comments_of_a_packet_are_read_in_one_walk(tmp_path, tshark, session):
    comments = [b"x"] * 1_000_000 + [comment_of(key_line(session))]
    path = pcapng.write(tmp_path / "c.pcapng", late_capture(session), comments={1: comments})
    # Wireshark itself puts no more than so many items into a tree, so there is none here. A walk for each would take hours.
    assert session.key.decode() in tshark().run(path, "-q", "-z", "baichuan_keys").out


@pytest.mark.parametrize("comment", ["camshark-key: newcamd ", "camshark-key:baichuan ", "see camshark-key: baichuan "])
def test_a_comment_that_begins_otherwise_is_no_key(tmp_path, tshark, session, comment):
    path = pcapng.write(tmp_path / "c.pcapng", late_capture(session), comments={1: comment + key_line(session)})
    assert xml_and_row(tshark(), path) == (None, None)
    assert sentences(tshark(), path) == {}


@WAYS
def test_a_comment_opens_what_follows_it_and_nothing_before(tmp_path, tshark, session, args):
    made = late_capture(session)
    test_keys.one_request(made.tcp(server=CAMERA, client=("10.0.0.2", 50001)), session)
    path = pcapng.write(tmp_path / "c.pcapng", made, comments={3: comment_of(key_line(session))})
    replies = [m for m in messages(tshark(), path, args=args) if m["status_code"] == 200]
    assert [m["key_row"] for m in replies] == [None, "comment of frame 3"]


@WAYS
def test_a_comment_behind_the_login_opens_what_follows_it(tmp_path, tshark, session, args):
    made = Capture()
    tcp = made.tcp(server=CAMERA).open()
    session.play_login(tcp)
    for _ in range(3):
        test_keys.one_request(tcp, session)
    for text in (key_line(session), line("", "", "Secret-1")):
        path = pcapng.write(tmp_path / "c.pcapng", made, comments={11: comment_of(text)})
        replies = [m for m in messages(tshark(), path, args=args) if m["msg_id"] == 80 and m["status_code"] == 200]
        assert [m["key_row"] for m in replies] == [None, None, "comment of frame 11"][:1] + ["comment of frame 11"] * 2


# ---- blocks -------------------------------------------------------------------------------------------------------


@BLOCKS
def test_a_block_behind_the_first_packets_opens_what_follows_it(tmp_path, tshark, session):
    made = late_capture(session)
    test_keys.one_request(made.tcp(server=CAMERA, client=("10.0.0.2", 50001)), session)
    path = pcapng.write(tmp_path / "c.pcapng", made, secrets=[(BLOCK, line("", "", "x"), 1), (BLOCK, key_line(session), 3)])
    replies = [m for m in messages(tshark(), path) if m["status_code"] == 200]
    assert [m["key_row"] for m in replies] == [None, "secrets block 2 line 1"]


@BLOCKS
@pytest.mark.parametrize("kind", [0x4E434B59, 0x544C534B])
def test_a_block_of_another_type_is_not_read(tmp_path, tshark, session, kind):
    path = pcapng.write(tmp_path / "c.pcapng", late_capture(session), secrets=[(kind, key_line(session), 1)])
    assert xml_and_row(tshark(), path) == (None, None)


@pytest.mark.skipif(harness.wireshark_version() >= (4, 4), reason="from 4.4 on they are read")
def test_older_versions_read_no_block(tmp_path, tshark, session):
    path = pcapng.write(tmp_path / "c.pcapng", late_capture(session), secrets=[(BLOCK, key_line(session), 1)])
    assert xml_and_row(tshark(), path) == (None, None)


def test_keys_of_a_capture_end_with_it(source, session, sharkd, tmp_path):
    """The next file of the same program does not know them."""
    keyed, path = source.open(late_capture(session), [key_line(session)])
    with sharkd(path, prefs=prefs_of(keyed)) as opened:
        assert "Opened by: " + source.origin(1) in str(opened.frame(2))
        opened.request("load", file=opened.file(late_capture(session).write(tmp_path / "other.pcap")))
        assert ("Opened by: " in str(opened.frame(2))) == (source.way == "log")


# ---- what can not be used -----------------------------------------------------------------------------------------

BROKEN = [
    ('"10.0.0.1","","', "A quotation mark at the end of a text is missing."),
    ("10.0.0.1", "Each column is a text in quotation marks, with a comma before the next one."),
    (line(*"1234567"), "There are more columns than the table has."),
    (line("nowhere", "", "x"), "Its camera is no IPv4 or IPv6 address, with or without the length of a prefix."),
    (line("", "", "", "5e3c"), "Its key is neither 16 characters nor 32 hexadecimal digits."),
    (line("", "", "", "0123456789abcdef", "5e3c"), "Its IV is neither 16 characters nor 32 hexadecimal digits."),
    (line("", "", "5e3c", "", "0123456789abcdef"), "It has an IV, which is only used together with a key."),
    (line("", r"\xff", "5e3c"), "Its user is no text in UTF-8, or has control characters."),
    (line("", r"\x1b[31m", "5e3c"), "Its user is no text in UTF-8, or has control characters."),
    (line("", "", r"5e\x003c"), "A text has no zero byte."),
    ('"' + "5" * 2100 + '"', "The line is longer than 2048 bytes."),
]


@WAYS
@pytest.mark.parametrize("broken, reason", BROKEN, ids=[reason for _, reason in BROKEN])
def test_a_line_that_can_not_be_used_is_left_out_and_said(source, session, broken, reason, args):
    keyed, path = source.open(late_capture(session), [broken, key_line(session)])
    assert sentences(keyed, path, args) == {1: [f"Left out: {source.origin(1)} can not be used as a key. {reason}"]}
    assert xml_and_row(keyed, path, args=args) == (VERSION, source.origin(2))
    if source.way != "comment":  # Wireshark shows those itself
        out = keyed.run(path, "-q", "-z", "expert")
        assert "5e3c" not in out.out + out.err


def test_what_is_wrong_with_the_key_log_file_is_told_at_the_start(stage, tmp_path, tshark, session):
    log = tmp_path / "keys.log"
    log.write_text(f"broken\n{key_line(session)}\n")
    keyed = tshark(prefs={"baichuan.keylog_file": str(stage.file(log))})
    err = keyed.run(late_capture(session).write(tmp_path / "c.pcap"), "-q").err
    assert err.count("Left out: key log line 1 can not be used as a key.") == 1
    log.write_text(key_line(session) + "\n")
    keyed = tshark(prefs={"baichuan.keylog_file": str(stage.file(log))})
    assert "key log" not in keyed.run(late_capture(session).write(tmp_path / "c.pcap"), "-q").err


def test_a_capture_with_broken_lines_asks_nobody(tmp_path, tshark, session):
    """They are an expert item, and no message of the program."""
    path = pcapng.write(tmp_path / "c.pcapng", late_capture(session), comments={1: comment_of("broken")})
    assert "Left out" not in tshark().run(path, "-q").err


def test_many_broken_lines_are_summed_up(source, session):
    keyed, path = source.open(late_capture(session), [line(f"host {i}") + "x" * i for i in range(100)] + [key_line(session)])
    (said,) = keyed.fields(path, "_ws.expert.message", filter="baichuan.expert.key_line")
    assert said[0].count("Left out") == (2 if source.way == "comment" else 16)  # with the one of Wireshark, which shows the comment
    assert ("More lines with keys can not be used" in said[0]) == (source.way != "comment")
    assert xml_and_row(keyed, path)[0] == VERSION


@pytest.mark.parametrize("way", SOURCES[1:])
def test_more_keys_of_a_capture_than_are_taken_are_left_out(way, stage, tmp_path, tshark, session):
    source = Lines("baichuan", way, stage, tmp_path, tshark)
    others = [line("", "", "", f"{i:016}") for i in range(255)]
    keyed, path = source.open(late_capture(session), others * 2 + [key_line(session)])
    assert xml_and_row(keyed, path)[0] == VERSION
    assert sentences(keyed, path) == {}
    keyed, path = source.open(late_capture(session), others + [line("", "", "", f"{256:016}"), key_line(session)])
    assert xml_and_row(keyed, path)[0] is None
    assert sentences(keyed, path) == {1: ["The capture itself has more than 256 keys: those behind are left out."]}


def test_more_keys_of_the_key_log_file_than_are_taken_are_left_out(stage, tmp_path, tshark, session):
    source = Lines("baichuan", "log", stage, tmp_path, tshark)
    others = [line("", "", "", f"{i:016}") for i in range(4095)]
    keyed, path = source.open(late_capture(session), others + [key_line(session)])
    assert xml_and_row(keyed, path) == (VERSION, "key log line 4096")
    keyed, path = source.open(late_capture(session), others + [line("", "", "", f"{4096:016}"), key_line(session)])
    assert xml_and_row(keyed, path)[0] is None
    assert sentences(keyed, path) == {1: ["The key log file has more than 4096 keys: those behind are left out."]}


def test_a_key_log_file_that_is_too_long_is_read_so_far(stage, tmp_path, tshark, session):
    source = Lines("baichuan", "log", stage, tmp_path, tshark)
    filler = ["# " + "x" * 1021] * 1024
    keyed, path = source.open(late_capture(session), [key_line(session)] + filler)
    assert xml_and_row(keyed, path)[0] == VERSION
    assert sentences(keyed, path) == {1: ["The key log file is longer than 1 MiB: what is behind that is left out."]}


def test_a_last_line_that_is_not_written_to_its_end_waits(stage, tmp_path, tshark, session):
    log = tmp_path / "keys.log"
    log.write_text(key_line(session))
    keyed = tshark(prefs={"baichuan.keylog_file": str(stage.file(log))})
    path = late_capture(session).write(tmp_path / "c.pcap")
    assert xml_and_row(keyed, path)[0] is None
    assert "It is the last line and has no end (a newline) yet." in keyed.run(path, "-q").err


def test_a_key_log_file_that_is_not_there_is_told(tmp_path, tshark, session):
    keyed = tshark(prefs={"baichuan.keylog_file": "/nowhere/keys.log"})
    out = keyed.run(late_capture(session).write(tmp_path / "c.pcap"), "-q")
    assert "The key log file of the preference baichuan.keylog_file can not be read: No such file or directory." in out.err


@pytest.mark.parametrize("kind", ["pipe", "folder", "device"])
def test_what_is_no_regular_file_is_not_read(stage, tmp_path, tshark, session, kind):
    folder = stage.writable_folder()
    path = {"pipe": folder / "pipe", "folder": folder, "device": "/dev/zero"}[kind]
    if kind == "pipe":
        os.mkfifo(path)
    out = tshark(prefs={"baichuan.keylog_file": str(path)}).run(late_capture(session).write(tmp_path / "c.pcap"), "-q")
    assert "can not be read: it is no file but a folder, a pipe or a device." in out.err


@harness.ONCE
def test_keys_of_a_capture_that_were_tried_too_often_are_tried_no_more(tmp_path, tshark, session):
    made, rng = Capture(), random.Random("tries")
    for number in range(400):
        tcp = made.tcp(server=CAMERA, client=(f"10.3.{number >> 8}.{number & 0xFF}", 50000))
        for _ in range(20):
            tcp.client(baichuan.header(80, 32) + rng.randbytes(32))
    comment = comment_of(*[line("", "", "", f"{i:016}") for i in range(255)], key_line(session))
    test_keys.one_request(made.tcp(server=CAMERA), session)
    reply = len(made.frames)
    path = pcapng.write(tmp_path / "c.pcapng", made, comments={1: comment})
    assert tshark().frames(path, "baichuan.key_row") == []
    ((frame, said),) = tshark().fields(path, "frame.number", "_ws.expert.message", filter="baichuan.expert.key_line")
    assert "those of the capture itself had 2000000 tries, and are tried no more." in said
    assert int(frame) > 2000000 // 256
    keyed = tshark(tables=test_keys.table(test_keys.row(key=session.key.decode())))
    assert keyed.frames(path, "baichuan.key_row") == [reply]


# ---- a capture that runs ------------------------------------------------------------------------------------------


@pytest.fixture
def growing(stage):
    """growing(log) gives a Growing."""
    yield from key_lines.growing_ones(stage, "baichuan")


@pytest.fixture
def log(stage):
    return key_lines.empty_log(stage)


@pytest.mark.parametrize("name", ["tcp", "udp"])
@pytest.mark.parametrize("with_login", [True, False])
def test_a_line_that_comes_while_the_capture_runs_opens_what_follows(growing, log, path, session, name, with_login):
    made = Capture()
    stream = carrier(made, name)
    if with_login:
        session.play_login(stream.open())
    running = growing(log)
    replies = []
    for text in ("", key_line(session)[:30], key_line(session)[30:] + "\n", ""):
        append(log, text)
        stream.client(session.message(80))
        replies += stream.server(session.reply(80, VERSION))
        running.write(made, path)
    running.close()
    assert [running.rows[frame] for frame in replies] == ["", "", "key log line 1", "key log line 1"]


def test_a_password_that_comes_behind_the_login_opens_what_follows(growing, log, path, session):
    made = Capture()
    tcp = made.tcp(server=CAMERA).open()
    session.play_login(tcp)
    running = growing(log)
    replies = []
    for text in (line("", "", "wrong") + "\n", line("", "admin", "Secret-1") + "\n"):
        append(log, text)
        tcp.client(session.message(80))
        replies += tcp.server(session.reply(80, VERSION))
        running.write(made, path)
    running.close()
    assert [running.rows[frame] for frame in replies] == ["", "key log line 2"]


@pytest.mark.parametrize("new", ["replaced", "shorter", "gone"])
def test_a_file_that_was_replaced_is_read_anew(growing, log, path, new):
    sessions = [Session("aes", nonce=str(i) * 16) for i in range(2)]
    made = Capture()
    running = growing(log)
    append(log, key_line(sessions[0]) + "\n" + "# more\n" * 10)
    replies = []
    for i, session in enumerate(sessions):
        if i == 1 and new != "gone":
            (log.parent / "new").write_text(key_line(session) + "\n")
            os.replace(log.parent / "new", log) if new == "replaced" else log.write_text(key_line(session) + "\n")
        if i == 1 and new == "gone":
            log.unlink()
        for port in (50000, 51000):
            tcp = made.tcp(server=CAMERA, client=("10.0.0.2", port + i))
            tcp.client(session.message(80))
            replies += tcp.server(session.reply(80, VERSION))
        running.write(made, path)
    running.close()
    one = "key log line 1"
    assert [running.rows[frame] for frame in replies] == [one, one, *(["", ""] if new == "gone" else [one, one])]


# ---- hidden secrets -----------------------------------------------------------------------------------------------

HIDDEN = {"baichuan.hide_secrets": "TRUE"}


@pytest.mark.parametrize("way", ["log", pytest.param("block", marks=BLOCKS)])
def test_hidden_secrets_hide_the_keys_of_lines(way, stage, tmp_path, tshark, session):
    source = Lines("baichuan", way, stage, tmp_path, tshark)
    keyed, path = source.open(late_capture(session), [key_line(session), line("", "", "", "5e3cret")], prefs=HIDDEN)
    assert xml_and_row(keyed, path) == (VERSION, source.origin(1))
    for args in (["-V"], ["-T", "pdml"], ["-T", "json"], ["-q", "-z", "baichuan_keys"], ["-q", "-z", "expert"]):
        out = keyed.run(path, *args)
        assert session.key.decode() not in out.out + out.err and "5e3cret" not in out.out + out.err


def test_hidden_secrets_can_not_hide_a_comment_but_the_protocol_repeats_none(tmp_path, tshark, session):
    path = pcapng.write(tmp_path / "c.pcapng", late_capture(session), comments={1: comment_of(key_line(session))})
    hidden = tshark(prefs=HIDDEN)
    assert xml_and_row(hidden, path) == (VERSION, "comment of frame 1")
    (layers,) = hidden.packets(path, "baichuan", filter="baichuan.session_key")
    assert named(layers, "baichuan.session_key") == ["(hidden)"]
    assert session.key.decode() not in str(layers["baichuan"])
    assert session.key.decode() in hidden.run(path, "-V").out
