"""newcamd keys that are no rows of the key table: lines of a key log file, of a secrets block and of packet comments."""

import pytest

from tests.dissection import harness, key_lines
from tests.dissection.key_lines import BLOCKS, SOURCES, Lines, append, line, prefs_of
from tests.dissection.newcamd import cases, session_cases
from tests.dissection.state_rule import assert_state_rule
from tests.peers import newcamd, pcap, pcapng

PORT = str(cases.PORT)
KEY = cases.login().session_key.hex()
WRONG_KEY = cases.login(password="another").session_key.hex()
WAYS = pytest.mark.parametrize("args", [(), ("-2",)], ids=["one pass", "two passes"])
GREETING = 4  # the first frame of whole() with bytes


def key_line(key=KEY, server="10.0.0.1", port="", comment=""):
    return line(server, port, "", "", "", comment, key)


def deskey_line(deskey=cases.DESKEY, port="", comment=""):
    return line("", port, deskey, "", "", comment)


def comment_of(*lines):
    return key_lines.comment_of("newcamd", *lines)


def sentences(tshark, path, args=()):
    return key_lines.sentences(tshark, path, "newcamd", args)


def late(count=2):
    """A session whose login was in another file: an ECM and its control words, so often."""
    made = pcap.Capture()
    session_cases.session(made.tcp(), cases.login(), count=count)
    return made


def whole():
    """A session with greeting (frame 4), login (5), its reply (6), card data (7, 8) and a request (9, 10)."""
    made, peer = pcap.Capture(), cases.login()
    session_cases.session(newcamd.connect(made, peer), peer, count=1)
    return made


@pytest.fixture(params=SOURCES)
def source(request, stage, tmp_path, tshark):
    return Lines("newcamd", request.param, stage, tmp_path, tshark)


@pytest.fixture
def log_source(stage, tmp_path, tshark):
    return Lines("newcamd", "log", stage, tmp_path, tshark)


def opened(tshark, path, args=("-2",)):
    """{frame: what opened it} of the commands that are shown."""
    return {int(frame): row for frame, row in tshark.fields(path, "frame.number", "newcamd.key_row", filter="newcamd.command", args=args)}


# ---- What opens ----

@WAYS
def test_a_line_with_a_session_key_opens_a_session_without_its_login(source, args):
    keyed, path = source.open(late(), ["# keys", "", key_line()])
    assert opened(keyed, path, args) == dict.fromkeys([1, 2, 3, 4] if args else [2, 3, 4], source.origin(3))


@WAYS
def test_a_line_with_a_deskey_opens_the_login_and_all_behind_it(source, args):
    keyed, path = source.open(whole(), [deskey_line()], frame=GREETING)
    assert opened(keyed, path, args) == dict.fromkeys(range(5, 11), source.origin(1, GREETING))
    assert keyed.fields(path, "newcamd.user", filter="newcamd.user", args=args) == [("anna",)]


@WAYS
def test_a_line_with_a_session_key_opens_what_follows_the_login(source, args):
    keyed, path = source.open(whole(), [key_line()], frame=GREETING)
    assert opened(keyed, path, args) == dict.fromkeys(range(7, 11) if args else range(8, 11), source.origin(1, GREETING))
    if args:
        assert keyed.fields(path, "frame.number", "newcamd.opened", filter="newcamd.opened", args=args) == [
            ("5", "no DESKEY"), ("6", "no DESKEY")]


def test_a_line_with_deskey_and_password_opens_a_session_without_its_login(source):
    keyed, path = source.open(late(), [line("", "", cases.DESKEY, "anna", "sesame")])
    assert opened(keyed, path) == dict.fromkeys([1, 2, 3, 4], source.origin(1))


def test_without_the_line_nothing_is_newcamd(tshark, tmp_path):
    path = pcapng.write(tmp_path / "c.pcapng", late(), comments={1: "about the porch"})
    assert tshark().frames(path, "newcamd", args=("-2",)) == []


@pytest.mark.parametrize("text", [key_line(WRONG_KEY), key_line(server="10.0.0.9"), key_line(port="15051"),
                                  deskey_line(cases.OTHER_DESKEY), deskey_line(), line("", "", "", "anna", "sesame")],
                         ids=["another key", "another server", "another port", "another DESKEY", "no password", "a password alone"])
def test_a_line_that_does_not_fit_opens_nothing(source, text):
    keyed, path = source.open(late(), [text])
    assert keyed.frames(path, "newcamd", args=("-2",)) == []
    assert sentences(keyed, path) == {}


def test_what_a_line_is_called_is_followed_by_its_comment(source):
    keyed, path = source.open(late(), [key_line(comment="porch")])
    assert set(opened(keyed, path).values()) == {source.origin(1) + ": porch"}


def test_the_rows_that_are_printed_are_lines(source, tshark, tmp_path):
    printed = tshark(tables=cases.TABLE).run(whole().write(tmp_path / "whole.pcap"), "-q", "-z", "newcamd_keys").out.splitlines()
    keyed, path = source.open(late(), printed)
    assert len(opened(keyed, path)) == 4


@pytest.mark.parametrize("made", [late, whole])
def test_lines_obey_the_state_rule(source, sharkd, made):
    keyed, path = source.open(made(), ["broken", key_line()], frame=1 if made == late else GREETING)
    assert assert_state_rule(source.tshark, sharkd, path, {"newcamd"}, prefs=prefs_of(keyed)) == (4 if made == late else 7)


# ---- The order ----

def test_rows_of_the_table_are_tried_before_lines(source):
    keyed, path = source.open(late(), [key_line()], tables={"newcamd_keys": [["", "", "", "", "", "mine", KEY]]})
    assert set(opened(keyed, path).values()) == {"row 1: mine"}


def test_lines_of_the_user_are_tried_before_the_preference_and_that_before_those_of_the_capture(stage, tmp_path, tshark):
    log = tmp_path / "keys.log"
    log.write_text(deskey_line() + "\n")
    path = pcapng.write(tmp_path / "c.pcapng", whole(), comments={GREETING: comment_of(deskey_line())})
    prefs = {"newcamd.deskey": cases.DESKEY, "newcamd.keylog_file": str(stage.file(log))}
    for name, origin in (("newcamd.keylog_file", "key log line 1"), ("newcamd.deskey", "preference newcamd.deskey"),
                         (None, f"comment of frame {GREETING}")):
        assert set(opened(tshark(prefs=prefs), path).values()) == {origin}
        prefs.pop(name, None)


def test_the_default_deskey_is_tried_behind_all_lines(source):
    made, peer = pcap.Capture(), newcamd.Login()
    newcamd.connect(made, peer)
    keyed, path = source.open(made, [deskey_line(newcamd.DEFAULT_DESKEY)], frame=GREETING)
    assert set(opened(keyed, path).values()) == {source.origin(1, GREETING)}
    keyed, path = source.open(made, [deskey_line(cases.OTHER_DESKEY)], frame=GREETING)
    assert set(opened(keyed, path).values()) == {"default DESKEY"}


# ---- Ports ----

@WAYS
@pytest.mark.parametrize("text", [key_line(WRONG_KEY, port=PORT), deskey_line(cases.OTHER_DESKEY, port=PORT), line("10.0.0.1", PORT)])
def test_a_line_of_the_key_log_file_gives_its_port_to_newcamd(log_source, text, args):
    keyed, path = log_source.open(whole(), [text])
    assert keyed.frames(path, "newcamd", args=args) == [4, 5, 6, 7, 8, 9, 10]
    assert keyed.frames(path, "newcamd.greeting", args=args) == [GREETING]


@WAYS
@pytest.mark.parametrize("way", SOURCES[1:])
@pytest.mark.parametrize("text", [key_line(WRONG_KEY, port=PORT), deskey_line(cases.OTHER_DESKEY, port=PORT), line("10.0.0.1", PORT)])
def test_a_line_of_a_capture_gives_no_port_to_newcamd(way, stage, tmp_path, tshark, text, args):
    keyed, path = Lines("newcamd", way, stage, tmp_path, tshark).open(whole(), [text], frame=GREETING)
    assert keyed.frames(path, "newcamd", args=args) == []


def test_a_port_of_the_key_log_file_is_taken_from_its_owner_and_given_back(log_source, sharkd, tmp_path):
    """15050 is nobody's; 5900 is VNC's."""
    made, peer = pcap.Capture(), cases.login()
    tcp = made.tcp(server=("10.0.0.1", 5900)).open()
    tcp.server(peer.greeting)
    tcp.client(peer.login())
    keyed, path = log_source.open(made, [line("", "5900")])
    assert keyed.frames(path, "newcamd") == [4, 5]
    log_source.tmp_path.joinpath("keys.log").write_text("")
    assert log_source.tshark().frames(path, "newcamd") == []


# ---- Comments ----

@WAYS
def test_a_comment_opens_what_follows_it_and_nothing_before(tmp_path, tshark, args):
    made = late(count=1)
    session_cases.session(made.tcp(client=cases.client_port(1)), cases.login(seed=2), count=2)
    path = pcapng.write(tmp_path / "c.pcapng", made, comments={3: comment_of(key_line())})
    assert set(opened(tshark(), path, args)) == ({3, 4, 5, 6} if args else {4, 5, 6})


def test_a_comment_behind_the_login_opens_what_follows_it(tmp_path, tshark):
    path = pcapng.write(tmp_path / "c.pcapng", whole(), comments={8: comment_of(key_line())})
    assert set(opened(tshark(), path, ())) == {9, 10}
    port = tshark(tables={"newcamd_keys": [["", PORT, "", "", "", ""]]})
    assert set(opened(port, path, ())) == {9, 10}
    assert set(opened(port, path)) == {7, 8, 9, 10}


def opened_and_advice(tshark, path, args):
    """What is said of the last frame."""
    said = tshark.fields(path, "newcamd.opened", "_ws.expert.message", filter="newcamd.opened", args=args)[-1]
    return said[0], said[1].split("|")


@WAYS
def test_a_deskey_that_comes_behind_the_login_is_not_said_to_be_wrong(tmp_path, tshark, args):
    path = pcapng.write(tmp_path / "c.pcapng", whole(), comments={8: comment_of(deskey_line())})
    port = tshark(tables={"newcamd_keys": [["", PORT, "", "", "", "", ""]]})
    reason, said = opened_and_advice(port, path, args)
    assert reason == "no key" and not any("Check the DESKEY" in text for text in said)


@WAYS
def test_a_deskey_that_was_tried_on_the_login_is_said_to_be_wrong(tmp_path, tshark, args):
    path = pcapng.write(tmp_path / "c.pcapng", whole(), comments={GREETING: comment_of(deskey_line("00" * 14), deskey_line("11" * 14))})
    port = tshark(tables={"newcamd_keys": [["", PORT, "", "", "", "", ""]]})
    reason, said = opened_and_advice(port, path, args)
    assert reason == "wrong key"
    assert any("Check the DESKEY in comment of frame 4 and 1 more for this server" in text for text in said)


@WAYS
def test_a_session_key_that_comes_behind_the_connection_is_not_said_to_be_wrong(tmp_path, tshark, args):
    made = late()
    last = len(made.frames)
    made.tcp(client=cases.client_port(1)).client(bytes(20))
    port = tshark(tables={"newcamd_keys": [["", PORT, "", "", "", "", ""]]})
    for frame, checked in ((1, True), (last + 1, False)):
        path = pcapng.write(tmp_path / "c.pcapng", made, comments={frame: comment_of(key_line(WRONG_KEY))})
        said = port.fields(path, "_ws.expert.message", filter=f"newcamd && frame.number <= {last}", args=args)
        assert any("Check session key" in texts for (texts,) in said) == checked


def test_a_comment_for_the_other_protocol_is_no_key(tmp_path, tshark):
    path = pcapng.write(tmp_path / "c.pcapng", late(), comments={1: "camshark-key: baichuan " + key_line()})
    assert tshark().frames(path, "newcamd", args=("-2",)) == []


@BLOCKS
def test_a_block_of_the_other_protocol_is_no_key(tmp_path, tshark):
    path = pcapng.write(tmp_path / "c.pcapng", late(), secrets=[(key_lines.TYPES["baichuan"], key_line(), 1)])
    assert tshark().frames(path, "newcamd", args=("-2",)) == []


def test_keys_of_a_capture_end_with_it(source, sharkd, tmp_path):
    """The next file of the same program does not know them."""
    keyed, path = source.open(late(), [key_line()])
    with sharkd(path, prefs=prefs_of(keyed)) as session:
        assert source.origin(1) in str(session.frame(4))
        session.request("load", file=session.file(late().write(tmp_path / "other.pcap")))
        assert ("Key from: " in str(session.frame(4))) == (source.way == "log")


# ---- What can not be used ----

BROKEN = [
    ('"10.0.0.1","","', "A quotation mark at the end of a text is missing."),
    (line(*"12345678"), "There are more columns than the table has."),
    (line("nowhere", "", cases.DESKEY), "Its server is no IPv4 or IPv6 address, with or without the length of a prefix."),
    (line("", "70000", cases.DESKEY), "Its port is no number from 1 to 65535."),
    (line("", "", "5e3c"), "Its DESKEY is not 28 hexadecimal digits."),
    (key_line("5e3c"), "Its session key is not 28 hexadecimal digits."),
    (line("", "", cases.DESKEY, "", "$1$abcdefgh$5e3c"), "Its password begins like a crypt string, and is none."),
]


@WAYS
@pytest.mark.parametrize("broken, reason", BROKEN, ids=[reason for _, reason in BROKEN])
def test_a_line_that_can_not_be_used_is_left_out_and_said(source, broken, reason, args):
    keyed, path = source.open(late(), [broken, key_line()])
    assert sentences(keyed, path, args) == {2: [f"Left out: {source.origin(1)} can not be used as a key. {reason}"]}
    assert set(opened(keyed, path, args).values()) == {source.origin(2)}
    if source.way != "comment":  # Wireshark shows those itself
        out = keyed.run(path, "-q", "-z", "expert")
        assert "5e3c" not in out.out + out.err


def test_with_foreign_packets_alone_nothing_is_said(source):
    made = pcap.Capture()
    tcp = made.tcp(server=("10.0.0.1", 8080)).open()
    tcp.client(b"GET / HTTP/1.0\r\n\r\n")
    keyed, path = source.open(made, ["broken"], frame=4)
    assert keyed.frames(path, "newcamd") == []
    assert sentences(keyed, path) == {}


@pytest.mark.parametrize("way", SOURCES[1:])
def test_more_keys_of_a_capture_than_are_taken_are_left_out(way, stage, tmp_path, tshark):
    source = Lines("newcamd", way, stage, tmp_path, tshark)
    others = [key_line(f"{i:028x}") for i in range(1, 257)]
    keyed, path = source.open(late(), others[:255] * 2 + [key_line()])
    assert len(opened(keyed, path)) == 4
    assert sentences(keyed, path) == {}
    keyed, path = source.open(late(), [*others, key_line()], tables={"newcamd_keys": [["", PORT, "", "", "", ""]]})
    assert opened(keyed, path) == {}
    assert sentences(keyed, path) == {1: ["The capture itself has more than 256 keys: those behind are left out."]}


@harness.ONCE
def test_keys_of_a_capture_that_were_tried_too_often_are_tried_no_more(tmp_path, tshark):
    made = pcap.Capture()
    for number in range(1100):
        tcp = made.tcp(client=(f"10.3.{number >> 8}.{number & 0xFF}", 50000))
        for msg_id in range(8):
            tcp.client(cases.login(password=f"{number % 50}").ecm(msg_id=msg_id))
    session_cases.session(made.tcp(), cases.login(), count=2)
    last = len(made.frames)
    comment = comment_of(*[key_line(f"{i:028x}") for i in range(1, 256)], key_line())
    path = pcapng.write(tmp_path / "c.pcapng", made, comments={1: comment})
    named = [["", PORT, "", "", "", ""]]
    assert opened(tshark(tables={"newcamd_keys": named}), path, ()) == {}
    ((frame, said),) = tshark(tables={"newcamd_keys": named}).fields(
        path, "frame.number", "_ws.expert.message", filter="newcamd.expert.key_line")
    assert "those of the capture itself had 2000000 tries, and are tried no more." in said
    assert int(frame) > 2000000 // 256
    keyed = tshark(tables={"newcamd_keys": named + [["", "", "", "", "", "mine", KEY]]})
    assert set(opened(keyed, path, ())) == {last - 2, last - 1, last}


# ---- A capture that runs ----

@pytest.fixture
def growing(stage):
    """growing(log) gives a Growing."""
    yield from key_lines.growing_ones(stage, "newcamd")


@pytest.fixture
def log(stage):
    return key_lines.empty_log(stage)


@pytest.fixture
def sessions(log, path):
    """sessions(running, made, tcp, peer, texts): a session behind each text that comes into the log, to the end of the capture. Gives
    the frame with the last message of each."""
    def write(running, made, tcp, peer, texts):
        replies = []
        for number, text in enumerate(texts):
            append(log, text)
            session_cases.session(tcp, peer, first=2 * number + 2)
            replies += [len(made.frames)]
            running.write(made, path)
        running.close()
        return replies
    return write


@pytest.mark.parametrize("with_login", [True, False])
def test_a_line_that_comes_while_the_capture_runs_opens_what_follows(growing, log, sessions, with_login):
    made, peer = pcap.Capture(), cases.login()
    tcp = newcamd.connect(made, peer) if with_login else made.tcp()
    running = growing(log)
    replies = sessions(running, made, tcp, peer, ("", key_line(port=PORT)[:30], key_line(port=PORT)[30:] + "\n", ""))
    assert [running.rows[frame] for frame in replies] == ["", "", "key log line 1", "key log line 1"]


@pytest.mark.parametrize("named", [True, False], ids=["its port is named", "nobody knows its port"])
def test_a_deskey_that_comes_behind_the_login_opens_what_follows(growing, log, sessions, named):
    """What was decided before stays: the login, its reply, and what came before the line."""
    made, peer = pcap.Capture(), cases.login()
    append(log, line("", PORT, "", "", "", "") + "\n" if named else "")
    running = growing(log)
    tcp = newcamd.connect(made, peer)
    login = len(made.frames)
    replies = sessions(running, made, tcp, peer, ("", deskey_line("00" * 14) + "\n", deskey_line() + "\n", ""))
    opener = f"key log line {3 if named else 2}"
    assert [running.rows[frame] for frame in replies] == ["", "", opener, opener]
    assert {running.rows[frame] for frame in range(1, login + 1)} == {""}


@pytest.mark.parametrize("named", [True, False], ids=["its port is named", "nobody knows its port"])
def test_a_deskey_of_another_login_opens_nothing(growing, log, sessions, named):
    made, peer = pcap.Capture(), cases.login()
    append(log, line("", PORT, "", "", "", "") + "\n" if named else "")
    running = growing(log)
    tcp = newcamd.connect(made, peer)
    sessions(running, made, tcp, peer, ("", deskey_line("00" * 14) + "\n" + deskey_line("11" * 14) + "\n", ""))
    assert set(running.rows.values()) == {""}


def test_many_other_lines_may_come_before_the_right_one(growing, log, path):
    made, peer = pcap.Capture(), cases.login()
    tcp = made.tcp()
    running = growing(log)
    for number in range(20):
        append(log, key_line(f"{number + 1:028x}" if number < 19 else KEY) + "\n")
        session_cases.session(tcp, peer, first=10 * number + 2, count=5)
        last = len(made.frames)
        running.write(made, path)
    running.close()
    assert running.rows[last] == "key log line 20"


@pytest.mark.parametrize("with_log", [True, False])
def test_after_a_reset_of_tshark_the_key_log_file_opens_what_the_login_did(log_source, with_log):
    """tshark -M forgets the login with all that came before."""
    made, peer = pcap.Capture(), cases.login()
    session_cases.session(newcamd.connect(made, peer), peer, count=12)
    keyed, path = log_source.open(made, [key_line()] if with_log else [], tables=cases.TABLE)
    numbers = [int(number) for number, in keyed.fields(path, "frame.number", filter="newcamd.command", args=("-M", "10"))]
    assert numbers == [*range(5, 11), *([*range(2, 11)] * 2 + [2] if with_log else [])]


# ---- Hidden secrets ----

HIDDEN = {"newcamd.hide_secrets": "TRUE"}


@pytest.mark.parametrize("way", ["log", pytest.param("block", marks=BLOCKS)])
def test_hidden_secrets_hide_the_keys_of_lines(way, stage, tmp_path, tshark):
    source = Lines("newcamd", way, stage, tmp_path, tshark)
    keyed, path = source.open(late(), [key_line(), key_line("5e3c")], prefs=HIDDEN)
    assert set(opened(keyed, path).values()) == {source.origin(1)}
    for args in (["-V"], ["-T", "pdml"], ["-T", "json"], ["-q", "-z", "newcamd_keys"], ["-q", "-z", "expert"]):
        out = keyed.run(path, *args)
        assert KEY not in out.out + out.err and "5e3c" not in out.out + out.err


def test_hidden_secrets_can_not_hide_a_comment(tmp_path, tshark):
    """Wireshark shows it; newcamd repeats none."""
    path = pcapng.write(tmp_path / "c.pcapng", late(), comments={1: comment_of(key_line())})
    hidden = tshark(prefs=HIDDEN)
    assert set(opened(hidden, path).values()) == {"comment of frame 1"}
    assert KEY not in hidden.run(path, "-2", "-q", "-z", "newcamd_keys").out
    assert KEY in hidden.run(path, "-V").out
