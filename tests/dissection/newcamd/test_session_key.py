"""A login shows the key that it gives, and `-z newcamd_keys` prints a row that opens its connection, wherever a capture begins."""

import csv

import pytest

from tests.dissection import state_rule
from tests.dissection.newcamd import cases, session_cases
from tests.peers import newcamd, pcap

HIDDEN = {"newcamd.hide_secrets": "TRUE"}
WAYS = pytest.mark.parametrize("args", [(), ("-2",)], ids=["one pass", "two passes"])


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
    assert row == ["10.0.0.1", str(cases.PORT), cases.DESKEY, "anna", newcamd.md5_crypt("sesame"), "login in frame 5"]
    late = connection(tmp_path / "late.pcap", opened=False)
    reader = tshark(tables={"newcamd_keys": [row]})
    assert len(reader.frames(late, "newcamd.command", args=("-2",))) == 4


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
