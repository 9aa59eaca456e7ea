"""The Wireshark window itself opens every capture with our plugins and the shipped keys."""

import time

import pytest

from tests.dissection import harness
from tests.dissection.newcamd import cases
from tests.gui import window

# Go > Last, First, Next, Previous Packet.
TABLE = "555x330+352+166"  # where the rows of a statistic are on the screen
PLAYER = "1200x430+40+20"       # where it draws the sound
MOVES = ("ctrl+End", "ctrl+Home", "ctrl+Down", "ctrl+Down", "ctrl+Down", "ctrl+Up")


@pytest.mark.parametrize("capture", sorted(harness.CAPTURES.glob("*/*.pcapng")), ids=lambda path: path.stem)
def test_the_window_opens_the_capture_and_every_tree_without_a_complaint(stage, tmp_path, capture, monkeypatch):
    monkeypatch.setenv("WIRESHARK_ABORT_ON_DISSECTOR_BUG", "1")
    tables = {table.name: table.read_text() for table in harness.KEYS.glob("*_keys")}
    shown = window.Window(stage, capture, tables, arguments=["-Y", "newcamd or baichuan"])
    try:
        assert {"newcamd.so", "baichuan.so"} <= shown.modules()
        shown.picture(tmp_path / "before.png")
        for move in MOVES:
            shown.key(move, "ctrl+Right")  # View > Expand All
        # No dialog: neither about a key table, nor about the filter, nor about a bug.
        assert shown.titles() == [capture.name]
        shown.picture(tmp_path / "after.png")
        assert (tmp_path / "before.png").read_bytes() != (tmp_path / "after.png").read_bytes(), "no key did anything"
        assert shown.quit() == 0
        assert [mark for mark in harness.BUG_MARKS if mark in shown.stderr()] == [], shown.stderr()
    finally:
        shown.kill()


def test_a_dialog_does_not_go_unnoticed(stage, monkeypatch):
    """What the other test does not find is found where it is: a key table that Wireshark complains about."""
    monkeypatch.setattr(window, "PATIENCE", 12)
    with pytest.raises(AssertionError, match="windows: .*'Wireshark'"):
        window.Window(stage, harness.CAPTURES / "newcamd" / "oscam-tsdecrypt-conax.pcapng",
                      {"newcamd_keys": '"","","not hex","","",""\n'})


def test_the_export_dialog_opens_from_the_file_menu_with_the_files_of_a_camera(stage, tmp_path):
    tables = {"baichuan_keys": (harness.KEYS / "baichuan_keys").read_text()}
    shown = window.Window(stage, harness.CAPTURES / "baichuan" / "video_tcp_aes.pcapng", tables)
    try:
        # File > Export Objects, third from below; Baichuan is the first of its list.
        shown.key("alt+f", "Up", "Up", "Up", "Right")
        shown.press("Return")
        shown.wait_for_title("Baichuan object list")
        shown.press("Escape")
        shown.wait_for_title("Baichuan object list", gone=True)
        shown.focus()
        assert shown.quit() == 0
        assert [mark for mark in harness.BUG_MARKS if mark in shown.stderr()] == [], shown.stderr()
    finally:
        shown.kill()


def test_the_player_opens_with_the_sounds_of_a_camera_and_of_its_talk(stage, tmp_path):
    tables = {"baichuan_keys": (harness.KEYS / "baichuan_keys").read_text()}
    shown = window.Window(stage, harness.CAPTURES / "baichuan" / "video_tcp_aes.pcapng", tables)
    try:
        shown.key("alt+y")  # Telephony > RTP > RTP Streams
        for key in ("r", "Return"):
            time.sleep(1)
            shown.press(key)
        shown.wait_for_title("RTP Streams")
        empty = shown.wait_for_change(PLAYER)
        shown.click_and_go_on(200, 136)
        shown.press("ctrl+a")
        time.sleep(1)
        shown.click_and_go_on(717, 603)  # Play Streams
        shown.wait_for_title("RTP Player")
        assert shown.wait_for_change(PLAYER, empty)
        for title in ("RTP Player", "RTP Streams"):
            shown.focus(title)
            shown.press("Escape")
            shown.wait_for_title(title, gone=True)
        shown.focus()
        assert shown.quit() == 0
        assert [mark for mark in harness.BUG_MARKS if mark in shown.stderr()] == [], shown.stderr()
    finally:
        shown.kill()


@pytest.mark.parametrize("statistic, title", [
    ("newcamd,services", "newcamd services"), ("newcamd,logins", "newcamd logins"),
    ("newcamd,srt", "newcamd Service Response Time Statistics")])
def test_the_tables_of_newcamd_are_filled_again_with_each_filter(stage, tmp_path, statistic, title):
    capture = cases.two_servers(tmp_path / "two.pcap")
    keys = "".join(f'"","","{key}","","",""\n' for key in (cases.DESKEY, cases.OTHER_DESKEY))
    shown = window.Window(stage, capture, {"newcamd_keys": keys}, arguments=["-z", statistic])

    def apply(keys):
        """Into the filter, and its button, in the middle of the screen; the first click may only close a completion."""
        shown.focus(title)
        shown.click_and_go_on(630, 535)
        for key in keys:
            shown.press(key)
        for _ in range(2):
            time.sleep(1)
            shown.click_and_go_on(872, 535)

    try:
        shown.wait_for_title(title)
        shown.settle()
        everything = shown.wait_for_change(TABLE)
        apply("ipv6")
        one_server = shown.wait_for_change(TABLE, everything)
        apply(["BackSpace"] * 4)
        assert shown.wait_for_change(TABLE, one_server) == everything
        shown.focus()
        assert shown.quit() == 0
        assert [mark for mark in harness.BUG_MARKS if mark in shown.stderr()] == [], shown.stderr()
    finally:
        shown.kill()


def profile_in_window(stage, capture, arguments=()):
    """The profile camshark as the configuration of a window."""
    folder = harness.ROOT / "profiles" / "camshark"
    files = {path.name: path.read_text() for path in [*folder.iterdir(), *harness.KEYS.glob("*_keys")]}
    return window.Window(stage, capture, files, preferences=files.pop("preferences"), recent=files.pop("recent"),
                         arguments=arguments)


@pytest.mark.parametrize("capture", ["baichuan/video_tcp_aes.pcapng", "newcamd/oscam-tsdecrypt-conax.pcapng"])
def test_the_window_reads_the_profile_without_a_complaint(stage, tmp_path, capture):
    path = harness.CAPTURES / capture
    shown = profile_in_window(stage, path)
    try:
        assert shown.titles() == [path.name]
        shown.picture(tmp_path / "profile.png")
        assert shown.quit() == 0
        assert [mark for mark in (*harness.BUG_MARKS, "rror loading") if mark in shown.stderr()] == [], shown.stderr()
    finally:
        shown.kill()


def test_the_graphs_of_the_profile_are_drawn(stage, tmp_path):
    shown = profile_in_window(stage, harness.CAPTURES / "baichuan" / "video_tcp_aes.pcapng", ["-z", "io,stat"])
    try:
        shown.wait_for_title("I/O Graphs")
        time.sleep(2)
        shown.picture(tmp_path / "graphs.png")
        assert [mark for mark in (*harness.BUG_MARKS, "rror loading") if mark in shown.stderr()] == [], shown.stderr()
    finally:
        shown.kill()


@pytest.mark.parametrize("statistic, title", [
    ("baichuan,srt", "Baichuan Service Response Time Statistics"), ("baichuan,media", "Baichuan media")])
def test_the_statistics_of_cameras_open_in_the_window(stage, tmp_path, statistic, title):
    tables = {"baichuan_keys": (harness.KEYS / "baichuan_keys").read_text()}
    shown = window.Window(stage, harness.CAPTURES / "baichuan" / "video_tcp_aes.pcapng", tables, arguments=["-z", statistic])
    try:
        shown.wait_for_title(title)
        time.sleep(2)
        shown.picture(tmp_path / "statistic.png")
        shown.focus()
        assert shown.quit() == 0
        assert [mark for mark in harness.BUG_MARKS if mark in shown.stderr()] == [], shown.stderr()
    finally:
        shown.kill()
