"""The list says why a frame was not opened, in a few stable words."""

import pytest

from tests.dissection import state_rule
from tests.dissection.newcamd import cases, session_cases
from tests.peers import newcamd, pcap

DECODE_AS = ("-d", f"tcp.port=={cases.PORT},newcamd")
TWICE = pytest.mark.parametrize("args", [(), ("-2",)], ids=["one pass", "two passes"])


def table(*rows):
    return {"newcamd_keys": [list(row) for row in rows]}


def connection(path, opened=True):
    """A whole connection; opened=False: without greeting and login."""
    capture, peer = pcap.Capture(), cases.login()
    tcp = newcamd.connect(capture, peer) if opened else capture.tcp()
    session_cases.session(tcp, peer)
    return capture.write(path)


def closed(reader, path, *args):
    """{(reason, bracket in Info)} of all frames that were not opened."""
    rows = reader.fields(path, "newcamd.opened", "_ws.col.Info", filter="newcamd.opened", args=args)
    return {(reason, info[info.index("["):]) for reason, info in rows}


@TWICE
@pytest.mark.parametrize("rows, reason", [
    ([("", str(cases.PORT), cases.OTHER_DESKEY, "", "", "")], "wrong key"),
    ([("", str(cases.PORT), "", "", "", "")], "no key"),
    ([("10.0.0.1", str(cases.PORT), "", "", "", "")], "no key"),
    ([("", str(cases.PORT), "", "", "", ""), ("10.0.0.9", "", cases.DESKEY, "", "", "")], "no key"),
    ([("", str(cases.PORT), "", "", "", ""), ("10.0.0.2", "", cases.DESKEY, "", "", "of the client")], "no key"),
])
def test_a_wrong_or_missing_deskey_on_a_named_port_is_explained(tshark, path, rows, reason, args):
    connection(path)
    reader = tshark(tables=table(*rows))
    assert closed(reader, path, *args) == {(reason, f"[{reason}]")}
    assert len(reader.frames(path, "newcamd.opened", args=args)) == 8
    assert len(reader.frames(path, "newcamd.greeting && !newcamd.opened", args=args)) == 1


def test_a_deskey_that_opens_is_found_behind_a_row_that_only_names_the_port(tshark, path):
    connection(path)
    reader = tshark(tables=table(("", str(cases.PORT), "", "", "", ""), ("", "", cases.DESKEY, "", "", "good")))
    assert closed(reader, path) == set()
    assert len(reader.frames(path, 'newcamd.key_row == "row 2: good"')) == 8


def test_without_any_row_a_login_has_no_key(tshark, path):
    connection(path)
    assert closed(tshark(), path, *DECODE_AS) == {("no key", "[no key]")}


def test_more_than_one_row_is_counted(tshark, path):
    connection(path)
    reader = tshark(tables=table(*[("", "", cases.OTHER_DESKEY, "", "", "porch")] * 3))
    texts = {text for (text,) in reader.fields(path, "_ws.expert.message", filter="newcamd.expert.no_key", args=DECODE_AS)}
    assert texts == {"Check the DESKEY in row 1: porch and 2 more for this server (newcamd_keys): no key opened the login in "
                     "frame 5"}


@pytest.mark.parametrize("rows", [
    [], [("", "", cases.DESKEY, "", "", "")], [("", "", cases.DESKEY, "anna", "another", "")],
    [("", str(cases.PORT), "", "", "", "")]])
def test_a_late_capture_says_that_its_login_is_missing(tshark, path, rows):
    connection(path, opened=False)
    assert closed(tshark(tables=table(*rows)), path, *DECODE_AS) == {
        ("login not in the capture", "[login not in the capture]")}


@TWICE
def test_what_was_opened_says_nothing(tshark, path, args):
    connection(path)
    reader = tshark(tables=cases.TABLE)
    assert closed(reader, path, *args) == set()
    assert len(reader.frames(path, "newcamd.command", args=args)) == 8


@pytest.mark.parametrize("rows", [[("", str(cases.PORT), cases.OTHER_DESKEY, "", "", "")],
                                  [("", str(cases.PORT), "", "", "", "")]], ids=["wrong", "missing"])
def test_reasons_obey_the_state_rule(tshark, sharkd, path, rows):
    connection(path)
    assert state_rule.assert_state_rule(tshark, sharkd, path, ["newcamd"], tables=table(*rows)) == 9


@pytest.mark.parametrize("rows, begin", [
    ([("", str(cases.PORT), cases.OTHER_DESKEY, "", "", "porch")], "Check the DESKEY in row 1: porch (newcamd_keys): "),
    ([("", str(cases.PORT), "", "", "", "")], "Add this server's DESKEY to Keys ("),
])
def test_a_sentence_begins_with_what_helps(tshark, path, rows, begin):
    connection(path)
    found = tshark(tables=table(*rows)).fields(path, "_ws.expert.message", filter="newcamd.opened")
    assert len(found) == 8 and all(text.startswith(begin) for (text,) in found)
