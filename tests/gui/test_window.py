"""The Wireshark window itself opens every capture with our plugins and the shipped keys."""

import pytest

from tests.dissection import harness
from tests.gui import window

# Go > Last, First, Next, Previous Packet.
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
