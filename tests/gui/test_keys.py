"""Keys that are given in the window, to captures that begin behind the login: the preferences page, and a comment typed by hand."""

import pytest

from tests.dissection import key_lines
from tests.dissection.baichuan import test_key_sources as baichuan_keys
from tests.dissection.newcamd import test_key_sources as newcamd_keys
from tests.gui import window
from tests.peers import pcapng
from tests.peers.baichuan import Session

LIST = ("tree", "Packet list")
PREFERENCES = ("dialog", r"Wireshark . Preferences")
COMMENT = ("dialog", r"Wireshark . Add Packet Comment")


def camera():
    session = Session("aes")
    return baichuan_keys.late_capture(session), baichuan_keys.key_line(session)


def card_server():
    return newcamd_keys.late(), newcamd_keys.key_line()


BOTH = pytest.mark.parametrize("protocol, made, closed, opened", [
    ("baichuan", camera, "Reply 200 Get Version [login not in the capture]", "Reply 200 Get Version"),
    ("newcamd", card_server, "50000 → 15050 [PSH, ACK] Seq=1 Ack=1 Win=64000 Len=58", "ECM even, SID 0x0001")], ids=["baichuan", "newcamd"])


def wait_for_row(shown, text):
    shown.wait_for(LIST, texts=["table cell"], true=lambda found: text in found["texts"])


@BOTH
def test_a_key_log_file_that_is_set_in_the_preferences_opens_the_capture_that_is_shown(stage, tmp_path, protocol, made, closed, opened):
    capture, row = made()
    log = tmp_path / "keys.log"
    log.write_text(row + "\n")
    with window.opened(stage, pcapng.write(tmp_path / "late.pcapng", capture)) as shown:
        wait_for_row(shown, closed)
        shown.choose("Edit", "Preferences…")
        shown.wait_for_title("Preferences")
        shown.focus("Preferences")
        # The tree of pages takes what is typed for the beginning of a page's name.
        shown.type("Protocols")
        shown.key("Right")
        shown.type(protocol)
        shown.write(str(stage.file(log)), PREFERENCES, ("label", "Key log file"), ("next text", ""))
        shown.click_on(PREFERENCES, ("button", "OK"))
        wait_for_row(shown, opened)


@BOTH
def test_a_key_typed_as_a_packet_comment_opens_the_capture_once_it_is_saved_and_read_again(stage, tmp_path, protocol, made, closed, opened):
    capture, row = made()
    with window.opened(stage, pcapng.write(tmp_path / "late.pcapng", capture)) as shown:
        wait_for_row(shown, closed)
        shown.choose("Edit", "Packet Comments", "Add New Comment…")
        shown.wait_for_title("Add Packet Comment")
        shown.focus("Add Packet Comment")
        shown.write(key_lines.comment_of(protocol, row), COMMENT, ("text", ""))
        shown.click_on(COMMENT, ("button", "OK"))
        shown.wait_for_title("*late.pcapng")
        shown.choose("File", "Save")
        shown.wait_for_title("*late.pcapng", gone=True)
        shown.choose("View", "Reload")
        wait_for_row(shown, opened)
