"""The Wireshark window itself opens every capture with our plugins and the shipped keys."""

import pytest

from tests.dissection import harness
from tests.gui import window

# Go > Last, First, Next, Previous Packet.
MOVES = ("ctrl+End", "ctrl+Home", "ctrl+Down", "ctrl+Down", "ctrl+Down", "ctrl+Up")


@pytest.mark.parametrize("capture", sorted(harness.CAPTURES.glob("*/*.pcapng")), ids=lambda path: path.stem)
def test_the_window_opens_the_capture_and_every_tree_without_a_complaint(stage, tmp_path, capture, monkeypatch):
    monkeypatch.setenv("WIRESHARK_ABORT_ON_DISSECTOR_BUG", "1")
    with window.opened(stage, capture, window.key_tables(), arguments=["-Y", "newcamd or baichuan"]) as shown:
        assert {"newcamd.so", "baichuan.so"} <= shown.modules()
        shown.picture(tmp_path / "before.png")
        for move in MOVES:
            shown.key(move, "ctrl+Right")  # View > Expand All
        # No dialog: neither about a key table, nor about the filter, nor about a bug.
        assert shown.titles() == [capture.name]
        shown.picture(tmp_path / "after.png")
        assert (tmp_path / "before.png").read_bytes() != (tmp_path / "after.png").read_bytes(), "no key did anything"


def test_a_dialog_does_not_go_unnoticed(stage, monkeypatch):
    """What the other test does not find is found where it is: a key table that Wireshark complains about."""
    monkeypatch.setattr(window, "PATIENCE", 12)
    with pytest.raises(AssertionError, match="windows: .*'Wireshark'"):
        window.Window(stage, harness.CAPTURES / "newcamd" / "oscam-tsdecrypt-conax.pcapng",
                      {"newcamd_keys": '"","","not hex","","",""\n'})
