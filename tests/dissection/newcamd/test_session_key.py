"""A login shows the key that it gives, and `-z newcamd_keys` prints a row that opens its connection, wherever a capture begins."""

import csv

import pytest

from tests.dissection import state_rule
from tests.dissection.newcamd import cases, session_cases, tables
from tests.peers import newcamd, pcap

HIDDEN = {"newcamd.hide_secrets": "TRUE"}
WAYS = pytest.mark.parametrize("args", [(), ("-2",)], ids=["one pass", "two passes"])


KEY = cases.login().session_key.hex()
WRONG_KEY = cases.login(password="another").session_key.hex()


def table(*keys, port="", deskey=""):
    """Rows with session keys, without a password."""
    return {"newcamd_keys": [["10.0.0.1", port, deskey, "", "", "given", key] for key in keys]}


def connection(path, opened=True):
    capture, peer = pcap.Capture(), cases.login()
    tcp = newcamd.connect(capture, peer) if opened else capture.tcp()
    session_cases.session(tcp, peer)
    return capture.write(path)


def rows(reader, path, *args):
    out = reader.run(path, "-q", "-z", "newcamd_keys", *args).out
    return [row for row in csv.reader(out.splitlines()) if not row[0].startswith("#")]


@WAYS
def test_the_login_shows_its_session_key(tshark, path, args):
    connection(path)
    key = cases.login().session_key
    assert tshark(tables=cases.TABLE).fields(path, "newcamd.session_key", "newcamd.user", filter="newcamd.session_key",
                                             args=args) == [(key.hex(), "anna")]


@WAYS
def test_the_row_opens_a_capture_without_the_login(tshark, path, tmp_path, args):
    connection(path)
    (row,) = rows(tshark(tables=cases.TABLE), path, *args)
    assert row == ["10.0.0.1", str(cases.PORT), "", "anna", "", "login in frame 5", KEY]
    late = connection(tmp_path / "late.pcap", opened=False)
    reader = tshark(tables={"newcamd_keys": [row]})
    assert len(reader.frames(late, "newcamd.command", args=("-2",))) == 4
    assert rows(reader, late, *args) == [["10.0.0.1", str(cases.PORT), "", "", "", "proved in frame 2", KEY]]


@WAYS
def test_the_row_has_neither_deskey_nor_password(tshark, path, args):
    connection(path)
    out = tshark(tables=session_cases.PASSWORD_TABLE).run(path, "-q", "-z", "newcamd_keys", *args).out
    assert KEY in out
    assert [secret for secret in (cases.DESKEY, "sesame", newcamd.md5_crypt("sesame")) if secret in out] == []


def test_what_was_not_opened_has_no_row(tshark, path):
    connection(path)
    closed = tshark(tables={"newcamd_keys": [["", str(cases.PORT), cases.OTHER_DESKEY, "", "", ""]]})
    assert rows(closed, path) == []
    assert closed.frames(path, "newcamd.session_key") == []


def test_hidden_secrets_hide_the_keys_everywhere(tshark, path):
    connection(path)
    hidden = tshark(tables=cases.TABLE, prefs=HIDDEN)
    assert hidden.fields(path, "newcamd.session_key", filter="newcamd.session_key") == [("(hidden)",)]
    for args in (["-V", "-x"], ["-T", "pdml"], ["-T", "json"], ["-q", "-z", "newcamd_keys"]):
        out = hidden.run(path, *args).out
        assert not [secret for secret in (cases.login().session_key.hex(), cases.DESKEY, newcamd.md5_crypt("sesame"))
                    if secret in out]
    assert rows(hidden, path) == []


@pytest.mark.parametrize("prefs", [{}, HIDDEN], ids=["shown", "hidden"])
def test_keys_obey_the_state_rule(tshark, sharkd, path, prefs):
    connection(path)
    assert state_rule.assert_state_rule(tshark, sharkd, path, ["newcamd"], tables=cases.TABLE, prefs=prefs) == 9


# ---- Rows with a session key ----

PORTS = pytest.mark.parametrize("port", ["", str(cases.PORT)], ids=["any port", "named port"])
LOGIN_AND_REPLY, BEHIND = [5, 6], [7, 8, 9, 10, 11, 12]  # frames of connection()


@PORTS
def test_a_session_key_opens_what_follows_a_login_that_no_deskey_opens(tshark, path, port):
    connection(path)
    reader = tshark(tables=table(KEY, port=port))
    assert reader.frames(path, 'newcamd.command && newcamd.key == "session" && newcamd.key_row == "row 1: given"', args=("-2",)) == BEHIND
    assert reader.frames(path, "newcamd.greeting", args=("-2",)) == [4]
    assert reader.fields(path, "frame.number", "newcamd.opened", filter="newcamd.opened", args=("-2",)) == [
        (str(frame), "no DESKEY") for frame in LOGIN_AND_REPLY]


@PORTS
def test_in_one_pass_it_opens_what_follows_its_proof(tshark, path, port):
    connection(path)
    assert tshark(tables=table(KEY, port=port)).frames(path, "newcamd.command") == BEHIND[1:]


@WAYS
def test_of_the_login_it_says_that_the_deskey_is_missing_and_not_who_logged_in(tshark, path, args):
    connection(path)
    reader = tshark(tables=table(KEY, port=str(cases.PORT)))
    sentences = reader.fields(path, "_ws.expert.message", filter="newcamd.expert.no_deskey", args=args)
    assert sentences == [("Only this server's DESKEY opens the login and the reply to it: the session key opens what follows them",)] * 2
    assert reader.frames(path, "newcamd.user || newcamd.session_key", args=args) == []
    (row,) = tables.printed(reader, path, "newcamd,logins", *args)
    assert tables.some(row, "User", "Result") == ("-", "login not opened, only what follows it")


@WAYS
@PORTS
def test_a_wrong_session_key_opens_nothing_and_is_named(tshark, path, port, args):
    connection(path)
    reader = tshark(tables=table(WRONG_KEY, port=port))
    assert reader.frames(path, "newcamd.command", args=args) == []
    assert rows(reader, path, *args) == []
    sentences = set(reader.fields(path, "newcamd.opened", "_ws.expert.message", filter="newcamd.expert.no_key", args=args))
    assert sentences == ({("wrong key", "Check the session key in row 1: given (newcamd_keys): none opens two frames behind the login "
                                        "in frame 5, which no DESKEY opened")} if port else set())


def test_the_right_one_of_several_is_found(tshark, path):
    connection(path)
    reader = tshark(tables=table(WRONG_KEY, KEY))
    assert reader.frames(path, 'newcamd.key_row == "row 2: given"', args=("-2",)) == BEHIND


@WAYS
def test_a_wrong_deskey_beside_it_is_named_at_the_login(tshark, path, args):
    connection(path)
    reader = tshark(tables=table(KEY, port=str(cases.PORT), deskey=cases.OTHER_DESKEY))
    assert reader.fields(path, "frame.number", "newcamd.opened", filter='newcamd.opened == "wrong key"', args=args) == [
        (str(frame), "wrong key") for frame in LOGIN_AND_REPLY]
    assert reader.frames(path, "newcamd.command", args=args) == (BEHIND if args else BEHIND[1:])


def test_a_deskey_opens_all_whatever_session_key_stands_beside_it(tshark, path):
    connection(path)
    reader = tshark(tables=table(WRONG_KEY, deskey=cases.DESKEY))
    assert reader.frames(path, "newcamd.command") == LOGIN_AND_REPLY + BEHIND


@WAYS
@pytest.mark.parametrize("build, opened", [
    (session_cases.mid_session, 6), (session_cases.mid_session_replies_only, 3), (session_cases.mid_session_in_one_segment, 2),
    (session_cases.mid_session_in_pieces, 4)])
def test_a_session_key_opens_a_capture_that_begins_behind_the_login(tshark, path, build, opened, args):
    """As DESKEY and password do."""
    build(path)
    with_password = tshark(tables=session_cases.PASSWORD_TABLE).fields(
        path, "frame.number", "newcamd.command", "newcamd.opened", "newcamd.request.sid", "newcamd.cw.even", filter="newcamd", args=args)
    with_key = tshark(tables=table(KEY)).fields(
        path, "frame.number", "newcamd.command", "newcamd.opened", "newcamd.request.sid", "newcamd.cw.even", filter="newcamd", args=args)
    assert with_key == with_password
    assert len([command for _, command, *_ in with_key if command]) in ([opened] if args else [opened - 1, opened])


def test_one_frame_is_no_proof(tshark, path):
    session_cases.mid_session_single_frame(path)
    reader = tshark(tables=table(KEY, port=str(cases.PORT)))
    assert reader.fields(path, "newcamd.opened", filter="newcamd", args=("-2",)) == [("key not proved",)]
    assert rows(reader, path, "-2") == []


def test_behind_a_lost_login_the_reply_needs_the_deskey(tshark, path):
    session_cases.lost_login_then_session(path)
    reader = tshark(tables=table(KEY))
    assert reader.fields(path, "frame.number", "newcamd.opened", filter="newcamd.opened", args=("-2",)) == [("5", "no DESKEY")]
    assert len(reader.frames(path, "newcamd.command", args=("-2",))) == 6


def test_the_row_of_a_reverse_login_opens_it_from_whatever_port_the_server_came(tshark, path, tmp_path):
    session_cases.reverse_login(path)
    (row,) = rows(tshark(tables=cases.TABLE), path)
    assert row[:3] == ["10.0.0.1", "", ""] and row[6] == KEY
    reader = tshark(tables={"newcamd_keys": [row]})
    closed = reader.fields(path, "frame.number", "newcamd.opened", filter="newcamd.opened", args=("-2",))
    assert [reason for _, reason in closed] == ["no DESKEY"] * 2
    assert len(reader.frames(path, 'newcamd.key == "session" && newcamd.command', args=("-2",))) == 4


def test_the_same_key_opens_every_connection_of_that_password_and_no_other(tshark, path):
    """There is no randomness in it, and not even the user's name: section 4.1."""
    capture = pcap.Capture()
    for number, (user, password) in enumerate([("anna", "sesame"), ("berta", "sesame"), ("anna", "another")]):
        peer = cases.login(seed=number + 1, user=user, password=password)
        session_cases.session(newcamd.connect(capture, peer, cases.client_port(number)), peer)
    capture.write(path)
    streams = {int(stream) for (stream,) in tshark(tables=table(KEY)).fields(path, "tcp.stream", filter="newcamd.command", args=("-2",))}
    assert streams == {0, 1}


@pytest.mark.parametrize("columns", [6, 7])
@pytest.mark.parametrize("where", ["file", "-o"])
def test_rows_may_end_with_the_comment_as_they_did_before_there_were_session_keys(tshark, path, where, columns):
    connection(path)
    row = ["", "", cases.DESKEY, "anna", "", "mine", ""][:columns]
    reader = tshark(tables={"newcamd_keys": [row, row]} if where == "file" else {})
    args = ("-o", "uat:newcamd_keys:" + ",".join(f'"{cell}"' for cell in row)) if where == "-o" else ()
    done = reader.run(path, "-T", "fields", "-e", "newcamd.key_row", "-Y", "newcamd.user", *args)
    assert (done.out.strip(), done.err) == ("row 1: mine", "")


@pytest.mark.parametrize("key, sentence", [
    (KEY[:27], "A session key is 28 hexadecimal digits, not 27."),
    ("g" + KEY[1:], 'A session key is 28 hexadecimal digits (0-9, a-f; spaces and colons are skipped), and "g" is not one of them.')])
def test_a_bad_session_key_is_refused_with_a_sentence(tshark, path, key, sentence):
    connection(path)
    done = tshark().run(path, "-o", f'uat:newcamd_keys:"","","","","","","{key}"', check=False)
    assert done.status != 0 and sentence in done.err
    assert sentence in tshark(tables=table(key)).run(path).err


def test_spaces_and_colons_are_skipped_in_a_session_key(tshark, path):
    connection(path)
    spaced = ":".join(KEY[i:i + 2] for i in range(0, len(KEY), 2)).replace(":", " ", 3).upper()
    assert tshark(tables=table(spaced)).frames(path, "newcamd.command") == BEHIND[1:]


@pytest.mark.parametrize("keys, port", [((KEY,), ""), ((KEY,), str(cases.PORT)), ((WRONG_KEY,), str(cases.PORT))],
                         ids=["found", "named port", "wrong"])
@pytest.mark.parametrize("opened", [True, False], ids=["whole", "late"])
def test_session_keys_obey_the_state_rule(tshark, sharkd, path, keys, port, opened):
    connection(path, opened)
    assert state_rule.assert_state_rule(tshark, sharkd, path, ["newcamd"], tables=table(*keys, port=port)) == (9 if opened else 4)
