"""The key of a session is shown where it is known first, and `-z baichuan_keys` prints it as a row that opens the session."""

import csv

import pytest

from tests.dissection.baichuan import test_keys
from tests.dissection.baichuan.messages import messages
from tests.dissection.state_rule import assert_state_rule
from tests.peers import baichuan
from tests.peers.baichuan import VERSION, Session
from tests.peers.pcap import Capture

KEYS = {"baichuan.password": "Secret-1"}
HIDDEN = {**KEYS, "baichuan.hide_secrets": "TRUE"}
WAYS = pytest.mark.parametrize("args", [(), ("-2",)], ids=["one pass", "two passes"])


def rows(keyed, path, *args):
    out = keyed.run(path, "-q", "-z", "baichuan_keys", *args).out
    return [row for row in csv.reader(out.splitlines()) if not row[0].startswith("#")]


@pytest.fixture
def session():
    return Session("aes")


@pytest.fixture
def capture(tmp_path, session):
    made = Capture()
    tcp = made.tcp(server=("10.0.0.1", 9000)).open()
    test_keys.one_request(tcp, session.play_login(tcp))
    return made.write(tmp_path / "c.pcap")


@WAYS
def test_the_login_shows_the_key_that_its_password_gives(tshark, capture, session, args):
    found = tshark(prefs=KEYS).fields(capture, "baichuan.session_key", "baichuan.session_iv", "baichuan.username",
                                      filter="baichuan.session_key", args=args)
    assert [(key, iv, bool(user)) for key, iv, user in found] == [(session.key.decode(), "", True)]


def test_without_a_password_no_key_is_shown(tshark, capture):
    assert tshark().frames(capture, "baichuan.session_key") == []
    assert rows(tshark(), capture) == []


@WAYS
def test_the_row_opens_the_capture_without_its_login(tshark, capture, tmp_path, session, args):
    (row,) = rows(tshark(prefs=KEYS), capture, *args)
    assert row[:5] == ["10.0.0.1", "", "", session.key.decode(), ""]

    late = Capture()
    test_keys.one_request(late.tcp(server=("10.0.0.1", 9000)), session)
    message = messages(tshark(tables={"baichuan_keys": [row]}), late.write(tmp_path / "late.pcap"))[-1]
    assert message["payload"]["xml"] == VERSION


def test_the_row_opens_the_whole_capture_without_the_password(tshark, capture):
    (row,) = rows(tshark(prefs=KEYS), capture)
    message = messages(tshark(tables={"baichuan_keys": [row]}), capture)[-1]
    assert message["payload"]["xml"] == VERSION


def test_a_key_that_is_no_text_and_its_iv_are_digits(tshark, tmp_path):
    key, iv = "06881bd01dbca5c8fbefedcf3617dd2d", "878e6778e1394b9ddd60703b8c413d66"
    made = Capture()
    data = baichuan.aes(bytes.fromhex(key), VERSION.encode(), bytes.fromhex(iv))
    made.tcp(server=("10.0.0.1", 9000)).server(baichuan.header(80, len(data), baichuan.DEVICE, 200) + data)
    keyed = tshark(tables={"baichuan_keys": [["", "", "", key, iv, ""]]})
    (row,) = rows(keyed, made.write(tmp_path / "c.pcap"))
    assert row[3:5] == [key, iv]


def test_each_login_of_a_connection_has_its_own_key(tshark, tmp_path):
    made = Capture()
    tcp = made.tcp(server=("10.0.0.1", 9000)).open()
    sessions = [Session("aes").play_login(tcp), Session("aes", nonce="2222222222222222").play_login(tcp)]
    path = made.write(tmp_path / "c.pcap")
    assert [row[3] for row in rows(tshark(prefs=KEYS), path)] == [session.key.decode() for session in sessions]


def test_hidden_secrets_hide_the_key_everywhere(tshark, capture, session):
    hidden = tshark(prefs=HIDDEN)
    assert hidden.fields(capture, "baichuan.session_key", filter="baichuan.session_key") == [("(hidden)",)]
    for args in (["-V", "-x"], ["-T", "pdml"], ["-T", "json"], ["-q", "-z", "baichuan_keys"]):
        assert session.key.decode() not in hidden.run(capture, *args).out
    assert "hidden" in hidden.run(capture, "-q", "-z", "baichuan_keys").out


@pytest.mark.parametrize("prefs", [KEYS, HIDDEN], ids=["shown", "hidden"])
def test_keys_obey_the_state_rule(tshark, sharkd, capture, prefs):
    assert assert_state_rule(tshark, sharkd, capture, {"baichuan"}, prefs=prefs) == 6
