"""Statistics > Baichuan media, `-z baichuan,media`: a row a stream, and the same from sharkd."""

import pytest

from tests.dissection import harness
from tests.dissection.newcamd.tables import from_sharkd, printed, some
from tests.peers import baichuan, baichuan_media as media
from tests.peers.baichuan import Session
from tests.peers.pcap import Capture

KEYS = {"baichuan.password": "Secret-1"}
VIDEO = harness.CAPTURES / "baichuan" / "video_tcp_aes.pcapng"
WAYS = pytest.mark.parametrize("args", [(), ("-2",)], ids=["one pass", "two passes"])

# What the sample holds, as captures/README.md and its .expected.json have it.
SAMPLE = [
    ("1", "127.0.0.1:9010", "Start Video", "0", "main", "H264, ADPCM", "512x288", 24, "", 24, 197083, "", "0.45", 0, "", 0),
    ("2", "127.0.0.1:9010", "Start Video", "0", "sub", "H265, AAC", "432x240", 24, "", 24, 171046, "", "0.90", 0, "", 0),
    ("3", "127.0.0.1:45378", "Talk Audio", "0", "", "ADPCM", "", 0, "", 12, 3120, "", "", 0, "", 0),
]
COLUMNS = ("Stream", "From", "Message", "Channel", "Kind", "Codec", "Picture", "Frames", "Frames/s", "Sound", "Bytes", "Bytes/s",
           "Key frame every (s)", "Gaps", "Longest gap (ms)", "Losses")


def rows(tshark, path, *args):
    return printed(tshark, path, "baichuan,media", *args)


class Film:
    """A stream that a client has asked for; its packets come 40 ms after one another."""

    def __init__(self, cipher="aes", stream="subStream", channel=2, step=0.04):
        self.capture = Capture(step=step)
        self.tcp = self.capture.tcp(server=("10.0.0.1", 9000)).open()
        self.session = Session(cipher).play_login(self.tcp)
        self.tcp.client(self.session.message(3, baichuan.body(
            f'<Preview version="1.1">\n<channelId>{channel}</channelId>\n<handle>0</handle>\n<streamType>{stream}</streamType>\n'
            "</Preview>\n"), exchange=0x05000000))
        self.stream = media.Stream(self.session, self.tcp)

    def frame(self, milliseconds, key=False):
        self.stream.send(media.video(media.key_frame_264(300) if key else media.p_frame_264(100), key,
                                     1_000_000 + milliseconds * 1000).wire)

    def write(self, path):
        return self.capture.write(path)


@WAYS
def test_the_sample_has_a_row_for_each_stream(keyed, args):
    assert [some(row, *COLUMNS) for row in rows(keyed, VIDEO, *args)] == [tuple(map(str, row)) for row in SAMPLE]


def test_sharkd_gives_the_same_table(sharkd):
    tables = {"baichuan_keys": (harness.KEYS / "baichuan_keys").read_text()}
    with sharkd(VIDEO, files=tables) as session:
        assert [some(row, *COLUMNS) for row in from_sharkd(session, "baichuan,media")] == SAMPLE


@WAYS
def test_frames_bytes_and_key_frames_have_their_rates(tshark, path, args):
    film = Film()
    for number in range(100):
        film.frame(number * 40, key=number % 25 == 0)
    (row,) = rows(tshark(prefs=KEYS), film.write(path), *args)
    assert some(row, "Channel", "Kind", "Codec", "Frames", "Frames/s", "Key frame every (s)", "Gaps", "Losses") == (
        "2", "sub", "H264", "100", "25.3", "1.00", "0", "0")
    sent = 4 * len(media.key_frame_264(300)) + 96 * len(media.p_frame_264(100))
    assert int(row["Bytes"]) == sent and abs(int(row["Bytes/s"]) - sent / (99 * 0.04)) < 1


def test_gaps_are_counted_by_the_clock_of_the_camera(tshark, path):
    film = Film()
    times = [number * 40 for number in range(20)] + [1500 + number * 40 for number in range(20)] + [2700, 2900]
    for number, time in enumerate(times):
        film.frame(time, key=number == 0)
    (row,) = rows(tshark(prefs=KEYS), film.write(path))
    assert some(row, "Frames", "Gaps", "Longest gap (ms)") == ("42", "3", "740")


def test_losses_are_counted(tshark, path):
    film = Film()
    for number in range(10):
        if number in (4, 7):
            film.tcp.skip("s", 400)
        film.frame(number * 40, key=number == 0)
    (row,) = rows(tshark(prefs=KEYS), film.write(path), "-2")
    assert row["Losses"] == "2"


@pytest.mark.parametrize("stream, kind", [("mainStream", "main"), ("subStream", "sub"), ("externStream", "extern"), ("odd", "odd")])
def test_the_kind_of_stream_is_what_the_client_asked_for(tshark, path, stream, kind):
    film = Film(stream=stream)
    film.frame(0, key=True)
    (row,) = rows(tshark(prefs=KEYS), film.write(path))
    assert row["Kind"] == kind


def test_a_stream_of_which_nobody_has_said_its_channel_has_none(tshark, path):
    """Byte 12 of its messages is 5."""
    capture = Capture()
    tcp = capture.tcp(server=("10.0.0.1", 9000)).open()
    session = Session("none").play_login(tcp)
    media.Stream(session, tcp, exchange=0x05000005).send(media.video(media.key_frame_264(300), True, 0).wire)
    (row,) = rows(tshark(), capture.write(path))
    assert some(row, "Channel", "Kind", "Frames") == ("", "", "1")


def test_a_capture_of_less_than_a_second_has_no_rates(tshark, path):
    film = Film(step=0.001)
    for number in range(20):
        film.frame(number * 40, key=number == 0)
    (row,) = rows(tshark(prefs=KEYS), film.write(path))
    assert some(row, "Frames", "Frames/s", "Bytes/s") == ("20", "", "")


@pytest.mark.parametrize("prefs", [{}, {"baichuan.password": "wrong"}])
def test_nothing_is_counted_that_was_not_opened(tshark, path, prefs):
    film = Film("full")
    for packet in media.film(seconds=2):
        film.tcp.server(film.stream.message(packet.wire, media.encrypt_len(packet)))
    film.write(path)
    assert rows(tshark(prefs=prefs), path) == []
    assert rows(tshark(prefs=KEYS), path) != []


def test_streams_beyond_those_that_have_a_row_are_counted_together(tshark, path):
    capture = Capture()
    tcp = capture.tcp(server=("10.0.0.1", 9000)).open()
    session = Session("none").play_login(tcp)
    frame = media.video(media.p_frame_264(40), False, 0)
    for number in range(4010):
        tcp.server(session.reply(3, ext=baichuan.extension(binaryData=1), data=frame.wire, exchange=number << 8))
        tcp.acknowledge("c")
    found = rows(tshark(), capture.write(path))
    assert len(found) == 4001
    assert some(found[-1], "Stream", "Bytes") == ("Further", str(10 * len(frame.payload)))


def test_bcudp_has_its_tree_under_the_same_menu(keyed):
    out = keyed.run(harness.CAPTURES / "baichuan" / "aio_udp_aes.pcapng", "-q", "-z", "baichuan_udp,tree").out
    assert any(line in ("Baichuan/UDP:", "Baichuan//UDP:", "Baichuan / UDP:", "UDP:") for line in out.splitlines()), out[:300]
