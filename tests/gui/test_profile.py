"""The profile camshark in the window: its columns, colours, filter buttons and graphs, and that Wireshark takes it by itself."""

import re

import pytest

from tests.dissection import harness
from tests.gui import window
from tests.peers import baichuan_media as media
from tests.peers import baichuan_udp, foreign
from tests.peers.baichuan import Session
from tests.peers.pcap import Capture

VIDEO = harness.CAPTURES / "baichuan" / "video_tcp_aes.pcapng"
CARDS = harness.CAPTURES / "newcamd" / "oscam-tsdecrypt-conax.pcapng"
WRONG_KEY = harness.CAPTURES / "newcamd" / "oscam-tsdecrypt-wrong-deskey.pcapng"
FOLDER = harness.ROOT / "profiles" / "camshark"
PROFILE = {path.name: path.read_text() for path in FOLDER.iterdir()}

LIST = ("tree", "Packet list")
BUTTONS = ("Not opened", "Problems", "Slow")
GRAPHS = ("dialog", "Wireshark . I/O Graphs.*")
DOT = 12                   # pixels
ROW_OF_PIXELS = 1000       # of the ground of a row


NO_KEYS = {}
NO_KEY_BUT_A_PORT = {"newcamd_keys": '"","15050","","","",""\n'}


def with_profile(stage, capture, keys=None, **words):
    """The profile camshark as the configuration of a window; keys: the tables, the shipped ones if not given."""
    files = {**PROFILE, **(window.key_tables() if keys is None else keys)}
    return window.opened(stage, capture, files, preferences=files.pop("preferences"), recent=files.pop("recent"), **words)


def ground(name):
    """The colour behind the rows to which a rule of the profile gives one."""
    numbers = re.search(rf"^@camshark: {name}@.*@\[(\d+),(\d+),(\d+)\]\[", PROFILE["colorfilters"], re.MULTILINE)
    return tuple(int(number) >> 8 for number in numbers.groups())


def columns():
    """What the profile says of its columns: (title, pixels)."""
    titles = re.findall(r'^\s*"([^"]*)", "%', PROFILE["preferences"], re.MULTILINE)
    widths = [int(width) for width in re.findall(r", (\d+)(?:,?$)", PROFILE["recent"], re.MULTILINE)]
    assert len(titles) == len(widths) > 9, "a width for each column"
    return list(zip(titles, widths))


@pytest.mark.parametrize("capture", [VIDEO, CARDS], ids=["baichuan", "newcamd"])
def test_the_columns_of_the_profile_are_as_wide_as_it_says(stage, capture):
    with with_profile(stage, capture) as shown:
        assert shown.titles() == [capture.name]
        titles = shown.wait_for(LIST, texts=["table column header"])["texts"]
        widths = [shown.wait_for(LIST, ("table column header", re.escape(title)))["area"][2] for title in titles]
        assert list(zip(titles, widths)) == columns()


@pytest.mark.parametrize("capture, keys, there, not_there", [
    (VIDEO, None, ["login", "media", "everything else"], ["not opened", "problem"]),
    (VIDEO, NO_KEYS, ["login", "media", "not opened", "problem"], ["control word"]),
    (CARDS, None, ["login", "control word", "everything else"], ["not opened", "problem"]),
    (WRONG_KEY, None, ["problem"], ["not opened"]),
    (WRONG_KEY, NO_KEY_BUT_A_PORT, ["not opened"], ["login"]),
], ids=["camera", "camera without a key", "card server", "login that is not answered", "card server without a key"])
def test_rows_have_the_colours_of_the_profile(stage, capture, keys, there, not_there):
    with with_profile(stage, capture, keys) as shown:
        shown.move_pointer(window.WIDTH - 1, window.HEIGHT - 1)
        colours = shown.colours(shown.area(LIST))
        assert [name for name in there if colours[ground(name)] < ROW_OF_PIXELS] == [], colours.most_common(9)
        assert [name for name in not_there if colours[ground(name)] >= ROW_OF_PIXELS] == [], colours.most_common(9)


def test_the_filter_buttons_are_on_the_toolbar(stage):
    with with_profile(stage, VIDEO, NO_KEYS) as shown:
        before = shown.cells(LIST)
        for name in BUTTONS:
            shown.click_on(("button", name))
            before = shown.cells(LIST, true=lambda cells: cells != before)
        assert before == [], "nothing was answered after more than a second"
    used = re.findall(r"^recent\.display_filter: (.*)", (shown.config / "recent_common").read_text(), re.MULTILINE)
    wanted = {text for label, text in re.findall(r'^"TRUE","([^"]*)","([^"]*)"', PROFILE["dfilter_buttons"], re.MULTILINE)
              if label in BUTTONS}
    assert wanted <= set(used) and len(wanted) == len(BUTTONS)


def live_view(path):
    """Twelve seconds of a battery camera's video, whose client says how much of it comes and asks now and then."""
    capture = Capture(step=0.0004)
    link = baichuan_udp.Link(capture).open()
    session = Session("aes").play_login(link)
    link.client(session.message(3, exchange=0x05000000))
    stream, start, first = media.Stream(session, link), capture.time, link.next["s"]
    for number, packet in enumerate(media.film(12, 15, size=24000)):
        capture.time = start + number / 15
        stream.send_packets([packet])
        if number % 15 == 14:
            packets = link.next["s"] - first
            first = link.next["s"]
            link.ack("s", first - 1, rate=packets * (baichuan_udp.MTU - 20))
        if number % 20 == 10:
            link.client(session.message(93))
            capture.time += number / 1000
            link.server(session.reply(93))
    return capture.write(path)


def drawn(colours, name):
    """How many pixels have the colour of a graph of the profile, or one between it and the white behind it."""
    text = re.search(rf'^"Enabled","{re.escape(name)}","[^"]*","#(\w+)"', PROFILE["io_graphs"], re.MULTILINE)[1]
    wanted = bytes.fromhex(text)
    strongest = max(range(3), key=lambda i: 255 - wanted[i])

    def is_it(colour):
        part = (255 - colour[strongest]) / (255 - wanted[strongest])
        return 0.5 < part <= 1 and all(abs(255 - part * (255 - wanted[i]) - colour[i]) < 6 for i in range(3))

    return sum(pixels for colour, pixels in colours.items() if is_it(colour))


@pytest.mark.parametrize("capture, by_itself", [(VIDEO, True), (CARDS, True), (None, False)],
                         ids=["baichuan", "newcamd", "banners of others"])
def test_wireshark_switches_to_the_profile_where_a_capture_has_our_protocols(stage, tmp_path, capture, by_itself):
    if capture is None:
        capture = tmp_path / "banners.pcap"
        foreign.write("banners", capture)
    by_itself = by_itself and harness.wireshark_version() >= (4, 4)
    with window.opened(stage, capture, profiles={"camshark": PROFILE}) as shown:
        if by_itself:
            shown.wait_for_colour(shown.area(LIST), ground("login"), ROW_OF_PIXELS)
    used = re.search(r"^gui\.last_used_profile: (.*)", (shown.config / "recent_common").read_text(), re.MULTILINE)
    assert used[1] == ("camshark" if by_itself else "Default")


def plot(shown):
    """The left half of the graphs, above their list and without the legend, which have their colours, too."""
    x, y, width, _ = shown.wait_for(GRAPHS)["area"]
    bottom = shown.wait_for(GRAPHS, ("tree", ""))["area"][1]
    return f"{width // 2}x{bottom - y}+{x}+{y}"


@pytest.mark.parametrize("made, there, not_there", [
    (live_view, ["Video frames", "Receive rate that the client reports (kB/s)", "Longest response time, Baichuan (ms)"],
     ["Longest response time, newcamd (ms)"]),
    (lambda path: CARDS, ["Longest response time, newcamd (ms)"], ["Video frames", "Longest response time, Baichuan (ms)"]),
], ids=["battery camera", "card server"])
def test_the_graphs_of_the_profile_are_drawn(stage, tmp_path, made, there, not_there):
    capture = made(tmp_path / "live.pcap")
    with with_profile(stage, capture, arguments=["-z", "io,stat", "-o", "baichuan.password:Secret-1"]) as shown:
        shown.wait_for_title("I/O Graphs")
        shown.settle()
        colours = shown.colours(plot(shown))
    assert [name for name in there if drawn(colours, name) < DOT] == [], colours.most_common(30)
    assert [name for name in not_there if drawn(colours, name)] == [], colours.most_common(30)
