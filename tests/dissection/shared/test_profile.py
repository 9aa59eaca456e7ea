"""The profile in profiles/ asks for fields that there are, and does in tshark what it is for."""

import csv
import re

import pytest

from tests.dissection import harness
from tests.dissection.newcamd import cases
from tests.peers import newcamd, pcap

PROFILE = harness.ROOT / "profiles" / "camshark"
FILES = {"colorfilters", "dfilter_buttons", "io_graphs", "preferences", "profile_settings", "recent"}
CAPTURE = harness.CAPTURES / "baichuan" / "aio_tcp_aes.pcapng"


def text_of(name):
    return "".join(line + "\n" for line in (PROFILE / name).read_text().splitlines() if not line.startswith("#"))


def rows(name):
    return list(csv.reader(text_of(name).splitlines()))


def colours():
    """{name: filter}, in their order."""
    return dict(re.fullmatch(r"@camshark: ([^@]*)@(.*)@\[[\d,]+\]\[[\d,]+\]", line).groups()
                for line in text_of("colorfilters").splitlines())


def columns():
    """Title, fields."""
    return re.findall(r'"([^"]*)", "%Cus:([^:]*):', text_of("preferences"))


def filters():
    yield from (row[2] for row in rows("dfilter_buttons"))
    yield from colours().values()
    yield from (row[2] for row in rows("io_graphs"))
    yield from (row[6] for row in rows("io_graphs") if row[6])
    yield from (line.removeprefix("auto_switch_filter: ") for line in text_of("profile_settings").splitlines())
    for _, fields in columns():
        yield fields  # as a filter it asks for either
        yield from fields.split(" or ")


@pytest.fixture
def profile(stage):
    """tshark with the profile as its configuration, as far as tshark reads it."""
    prefs = (PROFILE / "preferences").read_text()
    return lambda **more: harness.Tshark(stage, files={"preferences": prefs, **more.pop("files", {})}, **more)


@pytest.mark.parametrize("text", sorted(set(filters())))
def test_a_filter_of_the_profile_is_valid(stage, text):
    harness.Tshark(stage).frames(CAPTURE, text)


def test_no_keys_and_nothing_else_are_in_the_profile():
    assert {path.name for path in PROFILE.iterdir()} == FILES


def test_there_are_colours_for_what_people_look_for():
    assert list(colours()) == ["not opened", "problem", "login", "push", "control word", "media", "everything else"]


def test_there_are_graphs_of_rates_and_response_times():
    fields = [row[6] for row in rows("io_graphs")]
    assert {"baichuan.udp.receive_kilobytes", "baichuan.media.codec", "baichuan.response_time", "newcamd.response_time"} <= set(fields)
    assert {len(row) for row in rows("io_graphs")} == {9}


def test_every_column_has_a_width():
    formats = [re.sub(r"(%Cus:[^:]*):.*", r"\1", code) for code in re.findall(r'"[^"]*", "([^"]*)"', text_of("preferences"))]
    assert re.findall(r'^\t"?(%.*?)"?, \d+', text_of("recent"), re.MULTILINE) == formats


def test_columns_show_names_and_direction(profile):
    titles = [title for title, _ in columns()]
    assert titles == ["Conn.", "Sender", "Message", "Status", "Resp. time", "Ch"]
    keys = (harness.ROOT / "keys" / "baichuan_keys").read_text()
    line = profile(files={"baichuan_keys": keys}).run(CAPTURE, "-Y", "frame.number == 13").out
    assert re.search(r"\b0\s+Camera\s+Get Version\s+200\s+0\.\d+\s+Reply 200 Version", line), line


def test_a_request_has_no_status_in_its_column(profile):
    line = profile().run(CAPTURE, "-Y", "frame.number == 12").out
    assert re.search(r"\b0\s+Client\s+Get Version\s+Get Version", line), line


def test_columns_show_newcamd_as_well(profile):
    keys = (harness.ROOT / "keys" / "newcamd_keys").read_text()
    line = profile(files={"newcamd_keys": keys}).run(
        harness.CAPTURES / "newcamd" / "oscam-tsdecrypt-conax.pcapng", "-Y", "newcamd.cw.even", "-c", "20").out
    assert re.search(r"Server\s+ECM (even|odd)\s+0\.\d+\s+CW ", line), line


def test_the_profile_lets_tcp_hand_over_what_comes_late(profile, tmp_path):
    shown = profile().run(None, "-G", "currentprefs").out
    assert re.search(r"^tcp\.no_subdissector_on_error: FALSE$", shown, re.MULTILINE)


@pytest.mark.parametrize("rows_, name", [
    ([["", str(cases.PORT), cases.OTHER_DESKEY, "", "", ""]], "not opened"), (cases.TABLE["newcamd_keys"], "control word")])
def test_the_first_colour_that_fits_is_that_of_what_happened(tshark, path, rows_, name):
    capture, peer = pcap.Capture(), cases.login()
    tcp = newcamd.connect(capture, peer)
    tcp.client(peer.ecm(msg_id=2))
    tcp.server(peer.cw(msg_id=2))
    capture.write(path)
    reader = tshark(tables={"newcamd_keys": rows_})
    last = reader.frames(path, "newcamd")[-1]
    fitting = [colour for colour, text in colours().items() if last in reader.frames(path, text)]
    assert fitting[0] == name
