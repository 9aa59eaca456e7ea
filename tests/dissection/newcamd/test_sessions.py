"""newcamd's connections: who logs in, which key opens what where the login is missing, and what order does to it."""

import re

import pytest

from tests.dissection import harness
from tests.dissection.newcamd import cases
from tests.dissection.newcamd import session_cases
from tests.peers import newcamd, pcap

DECODE_AS = ("-d", f"tcp.port=={cases.PORT},newcamd")
PORT_TABLE = {"newcamd_keys": [["", str(cases.PORT), cases.DESKEY, "", "", "mine"]]}
WEAK = ("--enable-heuristic", "newcamd_tcp_weak")
TWICE = ("-2",)


@pytest.fixture(scope="module")
def knowing(tshark):
    """A reader that has the password too."""
    return tshark(tables=session_cases.PASSWORD_TABLE)


def commands(reader, path, args=()):
    found = []
    for (text,) in reader.fields(path, "newcamd.command", filter="newcamd.command", args=args):
        found += text.split("|")
    return found


def experts(reader, path, name, args=()):
    return [row[0] for row in reader.fields(path, "_ws.expert.message", filter=f"newcamd.expert.{name}", args=args)]


# ---- Reverse login ----

REVERSE = ["0xe5", "0xe6", "0xe8", "0xe9", "0xe3", "0xe4", "0x80", "0x80"]


@pytest.mark.parametrize("version", [525, 524])
def test_a_reverse_login_is_followed_to_its_control_words(reader, path, version):
    session_cases.reverse_login(path, version)
    assert commands(reader, path) == REVERSE
    assert {row[0] for row in reader.fields(path, "newcamd.version", filter="newcamd.command")} == {str(version)}


def test_the_name_and_the_port_of_a_server_that_connects_are_fields(reader, path):
    session_cases.reverse_login(path)
    rows = reader.fields(path, "newcamd.server_name", "newcamd.server_port", "newcamd.key", "_ws.col.Info",
                         filter="newcamd.server_name")
    assert rows == [("attic", "15050", "none", "Server name attic, port 15050")]


def test_in_a_reverse_login_the_side_that_connected_is_the_server(reader, path):
    session_cases.reverse_login(path)
    assert len(reader.frames(path, f"newcamd.ecm and tcp.srcport == {session_cases.CLIENT_PORT}")) == 1
    assert len(reader.frames(path, f"newcamd.cw.even and tcp.dstport == {session_cases.CLIENT_PORT}")) == 1
    assert len(reader.frames(path, f"newcamd.card.caid and tcp.dstport == {session_cases.CLIENT_PORT}")) == 1


@pytest.mark.parametrize("server, port, opens", [
    ("10.0.0.1", "15050", True), ("10.0.0.1", "", True), ("", "15050", True),
    ("10.0.0.1", "12000", True), ("", str(session_cases.CLIENT_PORT), True), ("", "33333", True), ("10.0.0.2", "", False),
    ("10.0.0.2", "15050", False)])
def test_a_reverse_login_is_opened_by_any_row_of_its_server(tshark, path, server, port, opens):
    session_cases.reverse_login(path)
    found = tshark(tables={"newcamd_keys": [[server, port, cases.DESKEY, "", "", "attic"]]})
    rows = found.fields(path, "newcamd.key_row", filter="newcamd.user")
    assert rows == ([("row 1: attic",)] if opens else [])
    assert len(found.frames(path, "newcamd.expert.no_key")) == (0 if opens else 6)


def test_a_server_whose_name_is_refused_is_shown(reader, path):
    session_cases.reverse_login(path, name_tag=newcamd.SERVER_NAME_NAK)
    assert commands(reader, path) == ["0xe5", "0xe7"]


def test_a_reverse_login_that_is_refused_is_shown(reader, path):
    session_cases.reverse_login(path, login_tag=newcamd.SERVER_LOGIN_NAK)
    assert commands(reader, path) == ["0xe5", "0xe6", "0xe8", "0xea"]
    assert len(experts(reader, path, "login_refused")) == 1


def test_a_reverse_login_without_the_answer_to_the_name_opens(reader, path):
    session_cases.reverse_login(path, skip_reply=True)
    assert commands(reader, path) == [tag for tag in REVERSE if tag != "0xe6"]
    assert experts(reader, path, "checksum") == []


@pytest.mark.parametrize("cut", [1, 2, 13, 20])
def test_a_server_name_in_pieces_is_put_together(reader, path, cut):
    session_cases.reverse_login(path, name_cuts=(cut,))
    assert commands(reader, path) == REVERSE
    assert commands(reader, path, TWICE) == REVERSE


# ---- Clear mode, old layouts ----

@pytest.mark.parametrize("version", [525, 524])
@pytest.mark.parametrize("cuts", [(), (1,), (20,)])
@pytest.mark.parametrize("args", [(), TWICE])
def test_a_connection_in_clear_is_read_without_a_key(tshark, path, version, cuts, args):
    session_cases.clear_mode(path, version, cuts)
    plain = tshark()
    assert commands(plain, path, args) == ["0xe0", "0xe1", "0xe3", "0x80", "0x80"]
    rows = plain.fields(path, "newcamd.version", "newcamd.key", "newcamd.user", filter="newcamd.expert.clear", args=args)
    assert rows == [(str(version), "none", "anna")]
    assert plain.fields(path, "newcamd.cw.even", filter="newcamd.cw.even", args=args) == [("11223366445566ff",)]


def test_no_field_of_a_connection_in_clear_shows_a_hidden_secret(tshark, path):
    session_cases.clear_mode(path)
    hiding = tshark(prefs={"newcamd.hide_secrets": "TRUE"})
    rows = hiding.fields(path, "newcamd.password_crypt", "newcamd.cw.even",
                         filter="newcamd.password_crypt or newcamd.cw.even")
    assert rows == [("*" * 34, ""), ("", "2a" * 8)]


@pytest.mark.parametrize("version", [525, 524])
@pytest.mark.parametrize("greeting, first", [(False, 1), (True, 5)], ids=["mid-session", "greeting"])
@pytest.mark.parametrize("args", [TWICE, (*TWICE, *DECODE_AS)], ids=["heuristic", "Decode As"])
def test_a_connection_in_clear_is_read_without_its_login_where_its_frames_prove_it(tshark, path, version, greeting, first, args):
    session_cases.clear_without_login(path, version, greeting)
    rows = tshark().fields(path, "frame.number", "newcamd.version", "newcamd.key", "newcamd.msg_id", filter="newcamd.command", args=args)
    assert [(int(row[0]), *row[1:]) for row in rows] == [
        (first + i + (i > 4), str(version), "none", str(msg_id)) for i, msg_id in enumerate((2, 2, 3, 3, 4, 4))]
    assert len(tshark().frames(path, "newcamd.greeting", args=args)) == greeting
    assert not tshark().frames(path, "newcamd.unread or newcamd.expert.reply_id", args=args)


def test_one_pass_reads_it_from_the_proof_on(tshark, path):
    session_cases.clear_without_login(path)
    assert tshark().frames(path, "newcamd.command") == [3, 4, 5, 7]
    assert tshark().fields(path, "frame.number", "newcamd.recognized_in", filter="newcamd.recognized_in", args=TWICE) == [
        ("1", "3"), ("2", "3")]


@pytest.mark.parametrize("build", [{"ecms": 1}, {"answered": False, "ecms": 10}], ids=["two frames", "nothing that answers"])
def test_less_is_no_proof_of_a_connection_in_clear(tshark, path, build):
    session_cases.clear_without_login(path, **build)
    assert tshark().frames(path, "newcamd", args=TWICE) == []


@pytest.mark.parametrize("with_length", [True, False])
def test_the_layout_of_old_releases_is_named_as_not_supported(reader, path, with_length):
    session_cases.old_layout(path, with_length)
    messages = experts(reader, path, "old_layout")
    assert len(messages) == 2
    assert "opened with row 1: mine" in messages[0] and "not supported" in messages[0]
    assert experts(reader, path, "no_key") == []


# ---- Captures that start mid-session ----

@pytest.mark.parametrize("version", [525, 524])
@pytest.mark.parametrize("table", [session_cases.PASSWORD_TABLE, session_cases.CRYPT_TABLE], ids=["password", "crypt string"])
def test_deskey_and_password_open_a_session_without_its_login(tshark, path, version, table):
    session_cases.mid_session(path, version)
    found = tshark(tables=table)
    assert len(found.frames(path, "newcamd.ecm", args=TWICE)) == 3
    assert len(found.frames(path, "newcamd.cw.even", args=TWICE)) == 3
    assert {row[0] for row in found.fields(path, "newcamd.version", filter="newcamd", args=TWICE)} == {str(version)}


def test_one_pass_opens_all_but_the_first_frame_of_such_a_session(knowing, path):
    session_cases.mid_session(path)
    assert knowing.frames(path, "newcamd") == [2, 3, 4, 5, 6]
    assert knowing.frames(path, "newcamd", args=TWICE) == [1, 2, 3, 4, 5, 6]


def test_the_row_that_opened_a_session_without_login_is_shown(knowing, path):
    session_cases.mid_session(path)
    rows = knowing.fields(path, "newcamd.key_row", "newcamd.key", filter="newcamd", args=TWICE)
    assert set(rows) == {("row 1: mine", "session")}


def test_frames_before_the_proof_point_to_it(knowing, path):
    session_cases.mid_session(path)
    assert knowing.fields(path, "frame.number", "newcamd.recognized_in", filter="newcamd.recognized_in",
                          args=TWICE) == [("1", "2")]


def test_the_single_preferences_open_a_session_without_login(tshark, path):
    session_cases.mid_session(path)
    found = tshark(prefs={"newcamd.deskey": cases.DESKEY, "newcamd.password": "sesame"})
    assert len(found.frames(path, "newcamd.cw.even", args=TWICE)) == 3


@pytest.mark.parametrize("table", [
    [["", "", cases.DESKEY, "anna", "another", ""]], [["", "", cases.OTHER_DESKEY, "anna", "sesame", ""]],
    [["10.9.9.9", "", cases.DESKEY, "anna", "sesame", ""]], [["", "", cases.DESKEY, "", "", ""]]],
    ids=["password", "DESKEY", "address", "none"])
def test_a_session_that_no_row_opens_is_left_alone(tshark, path, table):
    session_cases.mid_session(path)
    assert tshark(tables={"newcamd_keys": table}).frames(path, "newcamd", args=TWICE) == []


def test_all_frames_of_one_segment_count_for_the_proof(knowing, path):
    session_cases.mid_session_in_one_segment(path)
    assert commands(knowing, path) == ["0x80"] * 6
    assert [row[0].count("|") for row in knowing.fields(path, "newcamd.ecm", filter="frame.number == 1")] == [2]


def test_an_ecm_as_long_as_two_long_control_words_is_known_for_a_request(knowing, path):
    assert len(newcamd.ECM_DATA) == 32
    session_cases.mid_session_in_one_segment(path)
    assert knowing.frames(path, "newcamd.ecm") == [1]
    assert knowing.frames(path, "newcamd.cw.even") == [2]


def test_replies_alone_are_known_for_replies(knowing, path):
    session_cases.mid_session_replies_only(path)
    assert len(knowing.frames(path, "newcamd.cw.even", args=TWICE)) == 3
    assert knowing.frames(path, "newcamd.ecm", args=TWICE) == []


def test_one_frame_is_no_proof(knowing, path):
    session_cases.mid_session_single_frame(path)
    assert knowing.frames(path, "newcamd", args=TWICE) == []
    assert len(experts(knowing, path, "not_proved", args=(*TWICE, *DECODE_AS))) == 1


def test_bytes_from_inside_a_frame_do_not_keep_a_session_from_opening(knowing, path):
    session_cases.mid_session_in_pieces(path)
    rows = knowing.fields(path, "newcamd.msg_id", filter="newcamd.ecm or newcamd.cw.even", args=TWICE)
    assert rows == [("2",), ("2",), ("3",), ("3",)]


@pytest.mark.parametrize("port", [cases.PORT, 16000])
def test_a_session_key_learned_from_another_login_opens_a_session(reader, path, port):
    session_cases.learned(path, port=port)
    rows = reader.fields(path, "newcamd.key_row", filter="newcamd.command and tcp.stream == 0", args=TWICE)
    assert len(rows) == 8 and set(rows) == {("row 1: mine",)}
    rows = reader.fields(path, "newcamd.key_row", filter="newcamd and tcp.stream == 1", args=TWICE)
    assert len(rows) == 6 and set(rows) == {("login in frame 5 (row 1: mine)",)}


def test_a_session_is_opened_to_its_beginning_when_the_login_comes_later(reader, path):
    session_cases.learned(path, before=False)
    assert len(reader.frames(path, "newcamd and tcp.stream == 0", args=TWICE)) == 10
    assert len(reader.frames(path, "newcamd and tcp.stream == 0")) == 6


@pytest.fixture(scope="module", params=[cases.TABLE, PORT_TABLE], ids=["heuristic", "port named"])
def learned_later(tshark, tmp_path_factory, request):
    """{frame: (command, request, reply, CA system, messages of expert items)} of what was sent before the login that
    opened it, and behind it."""
    capture = session_cases.learned_later(tmp_path_factory.mktemp("newcamd") / "later.pcap")
    rows = tshark(tables=request.param).fields(
        capture, "frame.number", "newcamd.command", "newcamd.response_to", "newcamd.response_in", "newcamd.section.ca_system",
        "_ws.expert.message", filter="newcamd && tcp.stream == 0", args=TWICE)
    return {int(row[0]): row[1:] for row in rows}


def test_requests_before_the_login_that_opens_them_are_linked_with_their_replies(learned_later):
    assert len(learned_later) == 51
    assert learned_later[1][:3] == ("0xe3", "", "2") and learned_later[2][:3] == ("0xe4", "1", "")
    for frame in range(3, 43, 2):
        assert learned_later[frame][:3] == ("0x80", "", str(frame + 1))
        assert learned_later[frame + 1][:3] == ("0x80", str(frame), "")


def test_card_data_before_the_login_that_opens_it_names_the_ca_system(learned_later):
    assert {row[3] for row in learned_later.values() if row[0] == "0x80" and row[1] == ""} == {"Viaccess"}


def test_requests_before_the_login_that_opens_them_may_be_unanswered(learned_later):
    said = {frame: row[4] for frame, row in learned_later.items() if "in the capture" in row[4] and "reply" in row[4]}
    assert list(said) == [45] and "No reply to this ECM" in said[45]
    assert not [row for row in learned_later.values() if "drop" in row[4]]


@pytest.mark.parametrize("other", [{"user": "berta", "password": "other"}])
def test_the_login_of_another_user_opens_nothing(reader, path, other):
    session_cases.learned(path, **other)
    assert reader.frames(path, "newcamd and tcp.stream == 1", args=TWICE) == []


@pytest.mark.parametrize("table, once", [(cases.TABLE, []), (PORT_TABLE, [1, 2, 3, 4])], ids=["heuristic", "port named"])
def test_a_login_that_comes_later_opens_connections_that_are_over(tshark, path, table, once):
    session_cases.learned_after_the_end(path)
    found = tshark(tables=table)
    assert found.frames(path, "newcamd and tcp.stream == 0") == once
    rows = found.fields(path, "newcamd.command", "newcamd.key_row", "newcamd.recognized_in", "newcamd.response_to",
                        filter="newcamd and tcp.stream == 0", args=TWICE)
    login = found.frames(path, "newcamd.user", args=TWICE)[0]
    row = f"login in frame {login} (row 1: mine)"
    assert rows == [("0x80", row, str(login), reply) for reply in ("", "1", "", "3")]


def test_such_a_connection_may_be_one_of_many(reader, path):
    session_cases.learned_after_the_end(path, users=("berta", "anna", "carla", "anna", "dora"))
    rows = reader.fields(path, "tcp.stream", filter="newcamd.cw.even and tcp.stream < 5", args=TWICE)
    assert [stream for (stream,) in rows] == ["1", "1", "3", "3"]


def test_frames_that_stay_closed_do_not_keep_such_a_connection_from_opening(reader, path):
    session_cases.learned_after_the_end(path, damaged=2)
    assert len(reader.frames(path, "newcamd.cw.even and tcp.stream == 0", args=TWICE)) == 2


def test_one_frame_of_a_connection_that_is_over_is_no_proof(reader, path):
    capture = pcap.Capture()
    capture.tcp(cases.client_port(1)).client(cases.login(seed=2).ecm())
    newcamd.connect(capture, cases.login(seed=1))
    capture.write(path)
    assert reader.frames(path, "newcamd and tcp.stream == 0", args=TWICE) == []


@pytest.mark.parametrize("args, logins", [(DECODE_AS, "no other login up to here"), ((*DECODE_AS, *TWICE), "no other login of this capture")],
                         ids=["one pass", "two passes"])
def test_what_is_said_of_other_logins_is_true_where_it_stands(tshark, path, args, logins):
    session_cases.learned_after_the_end(path, users=("berta",))
    found = tshark(tables={"newcamd_keys": [["", "", cases.DESKEY, "anna", "another", ""]]})
    messages = experts(found, path, "no_session_key", args)
    assert len(messages) == 4 and all(logins in message for message in messages)


def test_a_frame_that_a_later_login_opens_blames_no_login(tshark, path):
    session_cases.learned_after_the_end(path)
    found = tshark(tables={"newcamd_keys": [["", "", cases.DESKEY, "anna", "another", ""]]})
    assert len(experts(found, path, "no_session_key", DECODE_AS)) == 4
    assert experts(found, path, "no_session_key", (*DECODE_AS, *TWICE)) == []


# ---- The greeting is missing ----

LOST_GREETING = pytest.mark.parametrize("args", [TWICE, (*TWICE, *DECODE_AS)], ids=["heuristic", "Decode As"])


@LOST_GREETING
@pytest.mark.parametrize("ack", [None, session_cases.lucky_ack()], ids=["ACK", "ACK with a lucky checksum"])
def test_without_the_greeting_login_and_ack_stay_encrypted_and_say_so(knowing, path, args, ack):
    session_cases.lost_greeting(path, ack)
    rows = knowing.fields(path, "frame.number", "newcamd.key", "newcamd.command", filter="newcamd", args=args)
    assert rows == [("4", "", ""), ("5", "", ""), ("6", "session", "0xe3"), ("7", "session", "0xe4"),
                    *((str(frame), "session", "0x80") for frame in range(8, 12))]
    assert knowing.frames(path, "newcamd.expert.greeting_missing", args=args) == [4, 5]
    assert not knowing.frames(path, "newcamd.undecoded or newcamd.expert.checksum or newcamd.expert.login_missing", args=args)


@LOST_GREETING
def test_a_damaged_frame_behind_them_is_damaged(knowing, path, args):
    session_cases.lost_greeting(path, damage=True)
    assert knowing.frames(path, "newcamd.expert.checksum", args=args) == [11]
    assert knowing.frames(path, "newcamd.expert.greeting_missing", args=args) == [4, 5]


def test_a_deskey_without_a_password_says_so_where_the_login_is_missing(reader, path):
    session_cases.mid_session(path)
    messages = experts(reader, path, "password_missing", args=DECODE_AS)
    assert len(messages) == 6
    assert "Add the password beside the DESKEY of this server" in messages[0] and "newcamd.password" in messages[0]


def test_passwords_that_open_nothing_say_so_where_the_login_is_missing(tshark, path):
    session_cases.mid_session(path)
    found = tshark(tables={"newcamd_keys": [["", "", cases.DESKEY, "anna", "another", ""]]})
    assert len(experts(found, path, "no_session_key", args=DECODE_AS)) == 6
    assert experts(found, path, "password_missing", args=DECODE_AS) == []


@pytest.mark.parametrize("args", [(), DECODE_AS], ids=["heuristic", "Decode As"])
def test_with_greeting_and_password_the_ack_of_a_lost_login_opens_too(knowing, path, args):
    session_cases.lost_login_then_session(path)
    rows = knowing.fields(path, "newcamd.command", "newcamd.key", filter="newcamd.command", args=(*TWICE, *args))
    assert rows[:3] == [("0xe1", "login"), ("0xe3", "session"), ("0xe4", "session")]
    assert len(rows) == 7
    assert experts(knowing, path, "checksum", args=(*TWICE, *args)) == []


NAMED_OR_NOT = pytest.mark.parametrize("table", [session_cases.PASSWORD_TABLE, session_cases.PORT_PASSWORD_TABLE],
                                       ids=["heuristic", "port named"])


@pytest.mark.parametrize("version", [525, 524])
@pytest.mark.parametrize("reply, tag", [(newcamd.LOGIN_ACK, "0xe1"), (newcamd.LOGIN_NAK, "0xe2")])
def test_with_greeting_and_deskey_alone_the_reply_to_a_lost_login_opens(reader, path, version, reply, tag):
    cases.lost_login(path, version, reply)
    rows = reader.fields(path, "newcamd.command", "newcamd.key", "newcamd.key_row", "newcamd.version",
                         filter="newcamd.command", args=DECODE_AS)
    assert rows == [(tag, "login", "row 1: mine", str(version))]
    assert len(experts(reader, path, "password_missing", DECODE_AS)) == 2
    assert experts(reader, path, "reply_id", DECODE_AS) == []


def test_the_reply_to_a_lost_reverse_login_opens(reader, path):
    session_cases.reverse_login(path, skip_login=True)
    assert commands(reader, path, TWICE) == ["0xe5", "0xe6", "0xe9"]


def test_another_deskey_does_not_open_the_reply_to_a_lost_login(tshark, path):
    cases.lost_login(path)
    other = tshark(tables={"newcamd_keys": [["", "", cases.OTHER_DESKEY, "", "", ""]]})
    assert other.frames(path, "newcamd.command", args=DECODE_AS) == []


@NAMED_OR_NOT
@pytest.mark.parametrize("build", [session_cases.mid_session, session_cases.mid_session_in_one_segment])
def test_the_frame_before_the_proof_is_linked_with_its_reply(tshark, path, table, build):
    build(path)
    found = tshark(tables=table)
    first_reply = found.fields(path, "newcamd.response_to", "_ws.expert.message", filter="newcamd.cw.even", args=TWICE)[0]
    first_request = found.fields(path, "newcamd.response_in", filter="newcamd.ecm", args=TWICE)[0]
    assert (first_request, first_reply) == ((("2",), ("1", "")) if build is session_cases.mid_session else
                                            (("2|2|2",), ("1|1|1", "")))


@NAMED_OR_NOT
def test_the_frame_before_the_proof_gives_its_context(tshark, path, table):
    session_cases.mid_session_from_card_data(path)
    rows = tshark(tables=table).fields(path, "frame.number", "newcamd.section.ca_system", "newcamd.section.caid_frame",
                                       filter="newcamd.ecm", args=TWICE)
    assert rows == [("2", "Viaccess", "1")]


@NAMED_OR_NOT
def test_a_reply_to_what_was_sent_before_the_capture_is_not_blamed(tshark, path, table):
    session_cases.mid_session_replies_only(path)
    found = tshark(tables=table)
    assert len(found.frames(path, "newcamd.cw.even", args=TWICE)) == 3
    assert experts(found, path, "reply_id", TWICE) == []


def test_a_port_in_the_table_shows_such_a_session_from_its_first_frame(tshark, path):
    session_cases.mid_session(path)
    found = tshark(tables=session_cases.PORT_PASSWORD_TABLE)
    assert found.frames(path, "newcamd") == [1, 2, 3, 4, 5, 6]
    assert found.frames(path, "newcamd.expert.not_proved") == [1]
    assert found.frames(path, "newcamd.expert.not_proved", args=TWICE) == []
    assert len(found.frames(path, "newcamd.ecm", args=TWICE)) == 3


# ---- The version that the user forces ----

@pytest.mark.parametrize("version", [525, 524])
def test_the_forced_version_that_is_right_changes_nothing(tshark, path, version):
    cases.every_command(path, version)
    forced = tshark(tables=cases.TABLE, prefs={"newcamd.force_version": str(version)})
    auto = tshark(tables=cases.TABLE)
    assert forced.run(path, "-V").out == auto.run(path, "-V").out


@pytest.mark.parametrize("version", [525, 524])
def test_the_forced_version_is_what_messages_are_read_with(tshark, path, version):
    other = 525 + 524 - version
    cases.every_command(path, version)
    forced = tshark(tables=cases.TABLE, prefs={"newcamd.force_version": str(other)})
    rows = forced.fields(path, "newcamd.version", "newcamd.user", filter="newcamd.version")
    assert rows[0] == (str(version), "anna")
    assert {row[0] for row in rows[1:]} == {str(other)}
    assert len(experts(forced, path, "version_forced")) == 1


def test_the_forced_version_holds_without_a_login(tshark, path):
    session_cases.mid_session(path, 524)
    assert len(tshark(tables=session_cases.PASSWORD_TABLE, prefs={"newcamd.force_version": "524"}).frames(path, "newcamd.ecm", args=TWICE)) == 3
    assert tshark(tables=session_cases.PASSWORD_TABLE, prefs={"newcamd.force_version": "525"}).frames(path, "newcamd", args=TWICE) == []


def test_hide_secrets_holds_where_a_wrong_version_is_forced(tshark, path):
    for version, other in ((525, 524), (524, 525)):
        cases.every_command(path, version)
        out = tshark(tables=cases.TABLE, prefs={"newcamd.force_version": str(other), "newcamd.hide_secrets": "TRUE"}).run(
            path, "-V", "-x").out
        digits = re.sub(r"\s", "", re.sub(r"^[0-9a-f]{4}  ((?:[0-9a-f]{2} ?){1,16}).*$", r"\1", out, flags=re.M))
        for secret in ("11223366445566ff", "22233132", *cases.LONG_WORDS):
            assert secret not in digits


# ---- Many keys ----

def test_the_last_of_a_thousand_rows_opens_the_login_and_is_shown(tshark, path):
    rows = [["", "", f"{i:028x}", f"user{i}", "", f"key {i}"] for i in range(1, 1000)] + [["", "", cases.DESKEY, "", "", "last"]]
    cases.every_command(path)
    found = tshark(tables={"newcamd_keys": rows})
    assert {row[0] for row in found.fields(path, "newcamd.key_row", filter="newcamd")} == {"row 1000: last"}


def test_the_last_of_a_thousand_passwords_opens_a_session_and_is_shown(tshark, path):
    rows = [["", "", f"{i:028x}", "anna", "sesame", f"key {i}"] for i in range(1, 1000)]
    session_cases.mid_session(path)
    found = tshark(tables={"newcamd_keys": rows + [["", "", cases.DESKEY, "anna", "sesame", "last"]]})
    assert {row[0] for row in found.fields(path, "newcamd.key_row", filter="newcamd", args=TWICE)} == {"row 1000: last"}
    assert len(found.frames(path, "newcamd.cw.even", args=TWICE)) == 3


def test_two_servers_with_different_deskeys_open_without_their_logins(tshark, path):
    session_cases.two_servers_mid_session(path)
    found = tshark(tables={"newcamd_keys": [["", "", cases.DESKEY, "anna", "sesame", "house"],
                                            ["", "", cases.OTHER_DESKEY, "berta", "sesame", "garden"]]})
    rows = found.fields(path, "ip.version", "newcamd.key_row", filter="newcamd.cw.even or newcamd.ecm", args=TWICE)
    assert sorted(set(rows)) == [("4", "row 1: house"), ("6", "row 2: garden")]
    assert len(rows) == 12


# ---- Order ----

@pytest.mark.parametrize("args", [(), TWICE, ("-o", "tcp.reassemble_out_of_order:TRUE"), DECODE_AS],
                         ids=["one pass", "two passes", "out of order", "Decode As"])
def test_retransmissions_are_read_once(reader, path, args):
    session_cases.retransmissions(path)
    assert commands(reader, path, args) == ["0xe0", "0xe3", "0x80", "0xe1", "0xe4", "0x80", "0x80", "0x80"]
    assert experts(reader, path, "checksum", args) == []


def test_where_tcp_does_not_look_a_retransmission_is_named(reader, path):
    session_cases.retransmissions(path)
    args = ("-o", "tcp.analyze_sequence_numbers:FALSE")
    repeated = experts(reader, path, "repeated", args)
    assert len(repeated) == 3
    assert experts(reader, path, "checksum", args) == []


@pytest.mark.parametrize("case", [session_cases.out_of_order, session_cases.out_of_order_login])
@pytest.mark.parametrize("args", [(), TWICE])
def test_segments_out_of_order_are_read_where_tcp_puts_them_in_order(reader, path, case, args):
    case(path)
    ordered = ("-o", "tcp.reassemble_out_of_order:TRUE", *args)
    ids = [id for (text,) in reader.fields(path, "newcamd.msg_id", filter="newcamd.ecm", args=ordered) for id in text.split("|")]
    assert ids == (["11", "12", "13", "14", "15", "16"] if case is session_cases.out_of_order else ["2", "3"])
    assert experts(reader, path, "out_of_order", ordered) == experts(reader, path, "lost", ordered) == []


LATE_TOO = {"tcp.no_subdissector_on_error": "FALSE"}


def test_where_tcp_keeps_back_what_is_late_a_gap_names_the_preference(reader, path):
    session_cases.out_of_order(path)
    messages = experts(reader, path, "lost")
    assert messages and all("tcp.no_subdissector_on_error to FALSE" in message for message in messages)


def test_where_tcp_keeps_nothing_back_a_gap_names_no_preference(tshark, path):
    session_cases.out_of_order(path)
    messages = experts(tshark(tables=cases.TABLE, prefs=LATE_TOO), path, "lost")
    assert messages and not any("no_subdissector_on_error" in message for message in messages)


@pytest.mark.parametrize("args", [(), TWICE])
def test_segments_that_come_late_are_put_into_their_places(tshark, plain, path, args):
    harness.need_late_segments(plain, session_cases.out_of_order(path), cases.PORT)
    reader = tshark(tables=cases.TABLE, prefs=LATE_TOO)
    ids = [id for (text,) in reader.fields(path, "newcamd.msg_id", filter="newcamd.ecm", args=args) for id in text.split("|")]
    assert ids == ["12", "11", "13", "14", "15", "16"]
    assert len(experts(reader, path, "out_of_order", args)) == 2


@pytest.mark.parametrize("table", [cases.TABLE, PORT_TABLE], ids=["heuristic", "port named"])
@pytest.mark.parametrize("args", [(), TWICE])
def test_a_login_whose_first_segment_comes_late_is_read(tshark, path, table, args):
    session_cases.out_of_order_login(path)
    reader = tshark(tables=table, prefs=LATE_TOO)
    assert commands(reader, path, args) == ["0xe0", "0xe1", "0x80", "0x80", "0x80", "0x80"]


def test_a_reconnect_without_its_syn_is_a_login_of_its_own(reader, path):
    session_cases.reconnect_without_syn(path)
    rows = reader.fields(path, "newcamd.password_crypt", filter="newcamd.user")
    assert len(rows) == len(set(rows)) == 2
    assert len(reader.frames(path, "newcamd.cw.even")) == 2
    assert experts(reader, path, "checksum") == []


def test_the_greeting_of_a_reconnect_without_syn_is_shown_on_later_looks(reader, path):
    session_cases.reconnect_without_syn(path)
    assert len(reader.frames(path, "newcamd.greeting", args=TWICE)) == 2
    assert reader.frames(path, "newcamd.unread", args=TWICE) == []


def test_a_reconnect_with_another_deskey_is_named(reader, path):
    session_cases.reconnect_without_syn(path, key=cases.OTHER_DESKEY)
    assert len(reader.frames(path, "newcamd.cw.even")) == 0
    assert len(experts(reader, path, "no_key")) == 6


# ---- Logins that fail ----

@pytest.mark.parametrize("how, named", [("fin", 1), ("rst", 1), ("client", 0), ("none", 0)])
def test_a_server_that_closes_without_a_reply_is_named(reader, path, how, named):
    session_cases.closed_without_reply(path, how)
    messages = experts(reader, path, "closed_without_reply", TWICE)
    assert len(messages) == named
    assert all("DESKEY" in message and "less than 60 seconds" in message and "in the name" in message for message in messages)


def test_a_refused_login_is_no_missing_reply(reader, path):
    cases.refused(path)
    assert len(experts(reader, path, "login_refused", TWICE)) == 1
    assert experts(reader, path, "closed_without_reply", TWICE) == []


# ---- Without a key ----

def test_the_weak_heuristic_is_off_by_default(tshark, path):
    cases.every_command(path)
    assert tshark().frames(path, "newcamd", args=TWICE) == []


def test_the_weak_heuristic_shows_frames_from_the_greeting_on(tshark, path):
    cases.every_command(path)
    plain = tshark()
    rows = plain.fields(path, "newcamd.greeting", "newcamd.length", filter="newcamd", args=(*WEAK, *TWICE))
    assert len(rows) == 18
    assert rows[0][0] and rows[1] == ("", "64") and rows[2] == ("", "24")
    assert len(experts(plain, path, "no_key", (*WEAK, *TWICE))) == 17
    assert len(plain.frames(path, "newcamd", args=WEAK)) == 16


def test_frames_that_stay_closed_say_what_their_length_hints_at(tshark, path):
    cases.every_command(path)
    rows = tshark().fields(path, "newcamd.length", "newcamd.hint", filter="newcamd.length", args=(*WEAK, *TWICE))
    assert rows == [
        ("64", "login"), ("24", "reply to the login"), ("24", "short message"), ("56", "card data"), ("56", ""),
        ("40", "control words"), ("56", ""), ("24", "short message"), ("72", ""), ("24", "short message"), ("72", ""),
        ("24", "short message"), ("24", "short message"), ("24", "short message"), ("56", ""), ("56", ""), ("48", "")]
    infos = [row[0] for row in tshark().fields(path, "_ws.col.Info", filter="newcamd.hint", args=(*WEAK, *TWICE))]
    assert infos[0] == "Encrypted, 56 bytes (length of: login) [no key]"


def test_frames_that_open_have_no_hint(reader, path):
    cases.every_command(path)
    assert reader.frames(path, "newcamd.hint", args=TWICE) == []


def test_the_weak_heuristic_does_not_take_what_a_key_opens(reader, path):
    cases.every_command(path)
    assert reader.run(path, "-V", *TWICE).out == reader.run(path, "-V", *TWICE, *WEAK).out


def test_the_weak_heuristic_alone_opens_what_it_can(reader, path):
    cases.every_command(path)
    args = (*WEAK, "--disable-heuristic", "newcamd_tcp", *TWICE)
    assert len(commands(reader, path, args)) == 17
    assert commands(reader, path, ("--disable-heuristic", "newcamd_tcp", *TWICE)) == []


def test_the_weak_heuristic_reads_a_login_in_pieces(tshark, path):
    cases.client_cut_everywhere(path, step=11)
    rows = tshark().fields(path, "newcamd.login_frame", filter="newcamd.login_frame", args=(*WEAK, *TWICE))
    assert len(rows) == 6  # cut at 1, 12, ..., 56
    assert len(tshark().frames(path, "newcamd.length == 64", args=(*WEAK, *TWICE))) == 7  # these, and one that is whole


@pytest.mark.parametrize("case, shown", [
    ({}, [4, 5, 6, 7, 8]), ({"wrong": {"ack": b"\0\x20" + bytes(32)}}, []), ({"wrong": {"login": b"\0\x30" + bytes(48)}}, []),
    ({"wrong": {"greeting": b"220 my.server\n"}}, []), ({"before": b"hello"}, []), ({"first": "c"}, []),
    ({"lose": ("ack",)}, [4, 5, 6, 7]), ({"lose": ("ack",), "wrong": {"request": b"\0\x20" + bytes(32)}}, []),
    ({"pipelined": True}, [4, 5, 6, 7]), ({"multics": True, "wrong": {"ack": b"\0\x20" + bytes(32)}}, [4, 5, 6, 7, 8]),
], ids=["all signals", "no ACK", "no login", "text", "not first", "from the connector", "card request instead of ACK",
        "neither", "card request in the same segment", "mark of MultiCS"])
def test_the_weak_heuristic_goes_by_greeting_login_and_what_follows(tshark, path, case, shown):
    session_cases.without_key(path, **case)
    assert tshark().frames(path, "newcamd", args=(*WEAK, *TWICE)) == shown


@pytest.mark.parametrize("preference", ["tcp.relative_sequence_numbers", "tcp.analyze_sequence_numbers"])
def test_preferences_of_tcp_change_nothing_for_the_weak_heuristic(tshark, path, preference):
    session_cases.without_key(path)
    assert tshark().frames(path, "newcamd", args=(*WEAK, *TWICE, "-o", f"{preference}:FALSE")) == [4, 5, 6, 7, 8]


def test_the_greeting_of_a_multics_server_is_known_by_its_mark(reader, path):
    session_cases.without_key(path, multics=True)
    rows = reader.fields(path, "frame.number", "_ws.col.Info", filter="newcamd.greeting.multics == 1", args=DECODE_AS)
    assert rows == [("4", "Greeting of a MultiCS server")]
    session_cases.without_key(path)
    assert reader.frames(path, "newcamd.greeting.multics", args=DECODE_AS) == []


# ---- Names ----

@pytest.mark.parametrize("user", ["J\u00fcrgen", "J\u00c3\u00bcrgen"], ids=["ISO 8859-1", "UTF-8"])
def test_user_names_are_read_as_utf_8_or_else_as_iso_8859_1(reader, path, user):
    """The generator writes the characters as bytes; the second name is J\u00fcrgen in UTF-8."""
    capture = pcap.Capture()
    newcamd.connect(capture, cases.login(user=user))
    capture.write(path)
    assert reader.fields(path, "newcamd.user", "_ws.col.Info", filter="newcamd.user") == [
        ("J\u00fcrgen", "Login J\u00fcrgen (tsdecrypt)")]


def test_a_server_name_may_be_iso_8859_1(reader, path):
    capture, peer = pcap.Capture(), cases.login()
    tcp = capture.tcp(session_cases.SERVER, session_cases.CLIENT).open()
    tcp.server(peer.greeting)
    tcp.client(peer.server_name("K\u00f6ln"))
    capture.write(path)
    assert reader.fields(path, "newcamd.server_name", filter="newcamd.server_name") == [("K\u00f6ln",)]
