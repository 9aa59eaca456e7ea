"""`-z credentials` lists who logged in, and no password."""

import pytest

from tests.dissection import harness
from tests.dissection.newcamd import cases
from tests.peers import newcamd
from tests.peers.baichuan import Session
from tests.peers.pcap import Capture

WAYS = pytest.mark.parametrize("args", [(), ("-2",)], ids=["one pass", "two passes"])


def listed(reader, path, *args):
    """[[frame, protocol, user, info], ...]"""
    lines = reader.run(path, "-q", "-z", "credentials", *args).out.splitlines()
    return [line.strip().split(None, 3) for line in lines if line[:1].isdigit()]


@pytest.fixture
def camera(path):
    capture = Capture()
    Session("aes", user="hof").play_login(capture.tcp(server=("10.0.0.1", 9000)).open())
    return capture.write(path)


@WAYS
def test_a_login_of_newcamd_is_listed_with_its_client(tshark, path, args):
    cases.every_command(path)
    assert listed(tshark(tables=cases.TABLE), path, *args) == [["5", "newcamd", "anna", "tsdecrypt"]]


@WAYS
@pytest.mark.parametrize("password, info", [("Secret-1", "hash of a password of the key table"),
                                            ("x", "hash of a password that is not in the key table")])
def test_a_login_of_a_camera_is_listed_where_its_user_is_known(tshark, camera, password, info, args):
    reader = tshark(tables={"baichuan_keys": [["", "hof", password, "", "", ""]]})
    assert [row[1:] for row in listed(reader, camera, *args)] == [["Baichuan", "hof", info]]


def test_a_login_of_a_user_whom_nobody_knows_is_not_listed(tshark, camera):
    assert listed(tshark(prefs={"baichuan.password": "Secret-1"}), camera) == []


def test_a_name_with_control_characters_is_listed_without_them(tshark, path):
    capture, peer, tcp = cases.connected()
    tcp.client(peer.frame(newcamd.message(newcamd.LOGIN, b"an\x1b[2J\nna\xe9\0x\0"), msg_id=4))
    assert listed(tshark(tables=cases.TABLE), capture.write(path))[-1][1:3] == ["newcamd", "an?[2J?na\u00e9"]


def test_hidden_secrets_hide_users_as_the_tree_does(tshark, path, camera):
    reader = tshark(tables={"baichuan_keys": [["", "hof", "Secret-1", "", "", ""]]}, prefs={"baichuan.hide_secrets": "TRUE"})
    assert [row[2] for row in listed(reader, camera)] == ["(hidden)"]
    cases.every_command(path)
    hidden = tshark(tables=cases.TABLE, prefs={"newcamd.hide_secrets": "TRUE"})
    assert [(row[2],) for row in listed(hidden, path)] == hidden.fields(path, "newcamd.user", filter="newcamd.user")


def test_no_password_is_in_the_list(tshark):
    tables = {table.name: table.read_text() for table in harness.KEYS.glob("*_keys")}
    for path in harness.CAPTURES.glob("*/*.pcapng"):
        out = tshark(files=tables).run(path, "-q", "-z", "credentials").out
        assert not [word for word in ("Sommer-2026", "Video-Hof-3", "frei", "secret123", "$1$") if word in out]
