"""What our plugins add to Wireshark's dialogs is in their windows: statistics, Follow, Export Objects, player, credentials."""

import time

import pytest

from tests.dissection import harness
from tests.dissection.newcamd import cases
from tests.gui import window

VIDEO = harness.CAPTURES / "baichuan" / "video_tcp_aes.pcapng"
CARDS = harness.CAPTURES / "newcamd" / "oscam-tsdecrypt-conax.pcapng"

TABLE = "555x330+352+166"       # where the rows of a statistic are on the screen
PLAYER = "1200x430+40+20"       # where the player draws the sound
DIALOGUE = "840x660+210+20"     # where Follow has its text
CREDENTIALS = "600x380+350+120"
FLOW = "900x480+125+45"         # the arrows of a flow graph
PAIRS = "1000x18+232+118"       # the first row of the conversations


def test_the_export_dialog_opens_from_the_file_menu_with_the_files_of_a_camera(stage):
    with window.opened(stage, VIDEO, window.key_tables("baichuan_keys")) as shown:
        # File > Export Objects, third from below; Baichuan is the first of its list.
        shown.key("alt+f", "Up", "Up", "Up", "Right")
        shown.press("Return")
        shown.wait_for_title("Baichuan object list")
        shown.press("Escape")
        shown.wait_for_title("Baichuan object list", gone=True)


def test_the_player_opens_with_the_sounds_of_a_camera_and_of_its_talk(stage):
    with window.opened(stage, VIDEO, window.key_tables("baichuan_keys")) as shown:
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


@pytest.mark.parametrize("statistic, title", [
    ("newcamd,services", "newcamd services"), ("newcamd,logins", "newcamd logins"),
    ("newcamd,srt", "newcamd Service Response Time Statistics")])
def test_the_tables_of_newcamd_are_filled_again_with_each_filter(stage, tmp_path, statistic, title):
    capture = cases.two_servers(tmp_path / "two.pcap")
    keys = "".join(f'"","","{key}","","",""\n' for key in (cases.DESKEY, cases.OTHER_DESKEY))
    with window.opened(stage, capture, {"newcamd_keys": keys}, arguments=["-z", statistic]) as shown:
        def apply(keys):
            """Into the filter, and its button, in the middle of the screen; the first click may only close a completion."""
            shown.focus(title)
            shown.click_and_go_on(630, 535)
            for key in keys:
                shown.press(key)
            for _ in range(2):
                time.sleep(1)
                shown.click_and_go_on(872, 535)

        shown.wait_for_title(title)
        shown.settle()
        everything = shown.wait_for_change(TABLE)
        apply("ipv6")
        one_server = shown.wait_for_change(TABLE, everything)
        apply(["BackSpace"] * 4)
        assert shown.wait_for_change(TABLE, one_server) == everything


@pytest.mark.parametrize("statistic, title", [
    ("baichuan,srt", "Baichuan Service Response Time Statistics"), ("baichuan,media", "Baichuan media"),
    ("baichuan,sessions", "Baichuan sessions")])
def test_the_tables_of_cameras_have_rows_where_a_capture_has_a_camera(stage, statistic, title):
    written = {}
    for capture in (VIDEO, CARDS):
        with window.opened(stage, capture, window.key_tables(), arguments=["-z", statistic]) as shown:
            shown.wait_for_title(title)
            shown.settle()
            written[capture] = dark(shown, TABLE)
    # One row at least: some letters and figures more than the headings, which both have.
    assert written[VIDEO] > written[CARDS] + 150, written


def coloured(stage, capture):
    """The colours of the profile alone."""
    files = {**window.key_tables(), "colorfilters": (harness.ROOT / "profiles" / "camshark" / "colorfilters").read_text()}
    return window.opened(stage, capture, files)


def dark(shown, area):
    """How many pixels of a part of the screen are as dark as text."""
    return sum(pixels for colour, pixels in shown.colours(area).items() if max(colour) < 96)


@pytest.mark.skipif(harness.wireshark_version() < (4, 4), reason="the menu of Wireshark 4.0 and 4.2 has a fixed list")
@pytest.mark.parametrize("capture, frame, keys, title", [
    # Of the menu's entries that can be chosen, ours is the first one, or the last one, in the order of their letters.
    (VIDEO, 12, [], "Follow Baichuan Stream (baichuan.connection == 0)"),
    (CARDS, 13, ["Up"], "Follow newcamd Stream (tcp.stream == 0 && newcamd)")], ids=["baichuan", "newcamd"])
def test_follow_shows_the_dialogue_from_the_menu(stage, capture, frame, keys, title):
    with window.opened(stage, capture, window.key_tables(), arguments=["-g", frame]) as shown:
        shown.key("alt+a", "Up", "Up", "Right", *keys)  # Analyze > Follow: the last entry but one that can be chosen
        shown.press("Return")
        shown.wait_for_title(title)
        # Both sides have a word: each writes on a ground of its own.
        shown.wait_for_colour(DIALOGUE, (251, 237, 237), 1000)
        shown.wait_for_colour(DIALOGUE, (237, 237, 251), 1000)
        shown.focus("Follow")
        shown.press("Escape")
        shown.wait_for_title("Follow", gone=True)


@pytest.mark.parametrize("capture", [VIDEO, CARDS], ids=["baichuan", "newcamd"])
def test_the_credentials_window_lists_the_login(stage, capture):
    with window.opened(stage, capture, window.key_tables()) as shown:
        shown.key("alt+t", "Down")  # Tools > Credentials
        shown.press("Return")
        shown.wait_for_title("Credentials")
        # The frame and the user are links.
        shown.wait_for_colour(CREDENTIALS, (0, 0, 255), 20)
        shown.focus("Credentials")
        shown.press("Escape")
        shown.wait_for_title("Credentials", gone=True)


@pytest.mark.parametrize("capture, letter, gone", [
    (VIDEO, "B", (234, 234, 234)), (CARDS, "n", (210, 234, 255))], ids=["baichuan", "newcamd"])
def test_the_flow_graph_draws_the_dialogue(stage, capture, letter, gone):
    """All of a dialogue is on one ground, while all flows have the colours of the list."""
    with coloured(stage, capture) as shown:
        # Statistics > Flow Graph; 4.6 has Plots above it.
        shown.key("alt+s", *["Down"] * (21 if harness.wireshark_version() >= (4, 6) else 20))
        shown.press("Return")
        shown.wait_for_title("Flow")
        shown.settle()
        assert shown.colours(FLOW)[gone] > 1000
        shown.focus("Flow")
        shown.click_and_go_on(676, 590)  # Flow type
        for key in (letter, "Return"):
            time.sleep(1)
            shown.press(key)
        shown.wait_for_colour(FLOW, (144, 238, 144), 100_000)
        assert shown.colours(FLOW)[gone] < 100  # letters have greys of their own


@pytest.mark.parametrize("capture", [VIDEO, CARDS], ids=["baichuan", "newcamd"])
def test_conversations_have_a_tab_by_camera_that_has_a_row_where_there_is_one(stage, capture):
    with window.opened(stage, capture, window.key_tables(), recent="gui.conversation_tabs: Baichuan,TCP\n") as shown:
        shown.key("alt+s")
        shown.press("c")
        shown.wait_for_title("Conversations")
        shown.settle()
        assert (dark(shown, PAIRS) > 100) == (capture == VIDEO)
