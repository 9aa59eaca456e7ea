"""What our plugins add to Wireshark's dialogs is in their windows: statistics, Follow, Export Objects, player, credentials."""

import re

import pytest

from tests.dissection import harness
from tests.dissection.newcamd import cases
from tests.gui import window

VIDEO = harness.CAPTURES / "baichuan" / "video_tcp_aes.pcapng"
CARDS = harness.CAPTURES / "newcamd" / "oscam-tsdecrypt-conax.pcapng"

TABLE = ("tree", "")
DIALOGUE = (144, 238, 144)  # the ground of a flow graph that has no colours of the list


def dialog(title):
    return ("dialog", rf"Wireshark . {re.escape(title)}( . .*)?")


def close(shown, title):
    shown.focus(title)
    shown.press("Escape")
    shown.wait_for_title(title, gone=True)


def test_the_export_dialog_opens_from_the_file_menu_with_the_files_of_a_camera(stage):
    with window.opened(stage, VIDEO, window.key_tables("baichuan_keys")) as shown:
        shown.choose("File", "Export Objects", "Baichuan…")
        shown.wait_for(dialog("Export"), TABLE, texts=window.CELLS,
                       true=lambda found: any(cell.endswith(".ts") for cell in found["texts"]))
        close(shown, "Baichuan object list")


def test_the_player_opens_with_the_sounds_of_a_camera_and_of_its_talk(stage):
    with window.opened(stage, VIDEO, window.key_tables("baichuan_keys")) as shown:
        shown.choose("Telephony", "RTP", "RTP Streams")
        shown.click_on(dialog("RTP Streams"), TABLE, ("table cell", "ADPCM 16000 from Baichuan"))
        shown.press("ctrl+a")
        shown.click_on(dialog("RTP Streams"), ("button", "Play Streams"))
        cells = shown.cells(dialog("RTP Player"), TABLE)
        assert {"ADPCM 16000 from Baichuan", "ADPCM 8000 from Baichuan"} <= set(cells), cells
        close(shown, "RTP Player")
        close(shown, "RTP Streams")


@pytest.mark.parametrize("statistic, title", [
    ("newcamd,services", "newcamd services"), ("newcamd,logins", "newcamd logins"),
    ("newcamd,srt", "newcamd Service Response Time Statistics")])
def test_the_tables_of_newcamd_are_filled_again_with_each_filter(stage, tmp_path, statistic, title):
    capture = cases.two_servers(tmp_path / "two.pcap")
    keys = "".join(f'"","","{key}","","",""\n' for key in (cases.DESKEY, cases.OTHER_DESKEY))
    with window.opened(stage, capture, {"newcamd_keys": keys}, arguments=["-z", statistic]) as shown:
        def apply(filter, before):
            """Gives the rows that are there once they are others."""
            shown.focus(title)
            shown.write(filter, dialog(title), ("text", "Display filter entry"))
            shown.click_on(dialog(title), ("button", "Apply"))
            return shown.cells(dialog(title), TABLE, true=lambda cells: cells != before)

        everything = shown.cells(dialog(title), TABLE)
        one_server = apply("ipv6", everything)
        assert 0 < len(one_server)
        assert apply("ip or ipv6", one_server) == everything


@pytest.mark.parametrize("statistic, title, cell", [
    ("baichuan,srt", "Baichuan Service Response Time Statistics", "Get Version"), ("baichuan,media", "Baichuan media", "H264, ADPCM"),
    ("baichuan,sessions", "Baichuan sessions", "127.0.0.1:9010")])
def test_the_tables_of_cameras_have_rows_where_a_capture_has_a_camera(stage, statistic, title, cell):
    for capture in (VIDEO, CARDS):
        with window.opened(stage, capture, window.key_tables(), arguments=["-z", statistic]) as shown:
            if capture == VIDEO:
                cells = shown.cells(dialog(title), TABLE, true=bool)
                assert any(cell in text for text in cells), cells
            else:
                shown.settle()
                assert shown.cells(dialog(title), TABLE) == []


def coloured(stage, capture):
    """The colours of the profile alone."""
    files = {**window.key_tables(), "colorfilters": (harness.ROOT / "profiles" / "camshark" / "colorfilters").read_text()}
    return window.opened(stage, capture, files)


@pytest.mark.skipif(harness.wireshark_version() < (4, 4), reason="the menu of Wireshark 4.0 and 4.2 has a fixed list")
@pytest.mark.parametrize("capture, frame, name, title, beginning", [
    (VIDEO, 12, "Baichuan Stream", "Follow Baichuan Stream (baichuan.connection == 0)",
     "client: Login\n\ncamera: Login\n<?xml version"),
    (CARDS, 13, "newcamd Stream", "Follow newcamd Stream (tcp.stream == 0 && newcamd)",
     "Greeting\n\nLogin dummy (tsdecrypt)\n\nLogin accepted\n")], ids=["baichuan", "newcamd"])
def test_follow_shows_the_dialogue_from_the_menu(stage, capture, frame, name, title, beginning):
    with window.opened(stage, capture, window.key_tables(), arguments=["-g", frame]) as shown:
        shown.choose("Analyze", "Follow", name)
        shown.wait_for_title(title)
        shown.wait_for(dialog(title), texts=["text"], true=lambda found: any(text.startswith(beginning) for text in found["texts"]))
        close(shown, "Follow")


@pytest.mark.parametrize("capture, login", [
    (VIDEO, ["8", "Baichuan", "hof"]), (CARDS, ["6", "newcamd", "dummy"])], ids=["baichuan", "newcamd"])
def test_the_credentials_window_lists_the_login(stage, capture, login):
    with window.opened(stage, capture, window.key_tables()) as shown:
        shown.choose("Tools", "Credentials")
        assert shown.cells(dialog("Credentials"), TABLE, true=bool)[:3] == login
        close(shown, "Credentials")


@pytest.mark.parametrize("capture, kind, of_all", [
    (VIDEO, "Baichuan dialogue", (234, 234, 234)), (CARDS, "newcamd dialogue", (210, 234, 255))], ids=["baichuan", "newcamd"])
def test_the_flow_graph_draws_the_dialogue(stage, capture, kind, of_all):
    """All of a dialogue is on one ground, while all flows have the colours of the list."""
    with coloured(stage, capture) as shown:
        shown.choose("Statistics", "Flow Graph")
        whole = shown.area(dialog("Flow"))
        shown.wait_for_colour(whole, of_all, 1000)
        shown.pick(kind, dialog("Flow"), ("label", "Flow type:"), ("next combo box", ".*"))
        # Letters have greys of their own.
        shown.wait_for_colours(whole, lambda colours: colours[DIALOGUE] > 100_000 and colours[of_all] < 100)


@pytest.mark.parametrize("capture, filled, empty", [(VIDEO, "Baichuan", "newcamd"), (CARDS, "newcamd", "Baichuan")],
                         ids=["baichuan", "newcamd"])
def test_conversations_have_a_tab_by_camera_and_by_card_server_that_has_a_row_where_there_is_one(stage, capture, filled, empty):
    with window.opened(stage, capture, window.key_tables(), recent="gui.conversation_tabs: Baichuan,newcamd\n") as shown:
        shown.choose("Statistics", "Conversations")
        shown.wait_for(dialog("Conversations"), ("page tab", f"{filled} . 1"))
        shown.wait_for(dialog("Conversations"), ("page tab", empty))
