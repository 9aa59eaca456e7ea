"""Requests for recordings that are structures (docs/baichuan.md section 3.8)."""

import struct

import pytest

from tests.dissection import harness
from tests.dissection.baichuan.messages import named
from tests.dissection.state_rule import assert_state_rule
from tests.peers import baichuan, baichuan_media, baichuan_requests
from tests.peers.baichuan import Session
from tests.peers.pcap import Capture

PASSWORD = {"baichuan.password": "Secret-1"}
UID = "95270000FAKECAM7"
START, END = (2026, 9, 20, 7, 30, 15), (2026, 9, 20, 7, 35, 0)
PATH = "/mnt/sda/Mp4Record/2026-09-20/RecM03_073015.mp4"
FIELDS = ("channel", "uid", "replay.file_name", "replay.id", "replay.start_time", "replay.end_time", "request.channels",
          "request.stream")

FORMS = {
    "8": (8, baichuan_requests.download(3, UID, "0120260920073015"),
          {"channel": ["3"], "uid": [UID], "replay.file_name": ["0120260920073015"]}),
    "143, aligned": (143, baichuan_requests.download_by_time(2, UID, START, END, PATH, 1, mask=0xFF),
                     {"channel": ["2"], "uid": [UID], "replay.start_time": ["2026-09-20 07:30:15"],
                      "replay.end_time": ["2026-09-20 07:35:00"], "replay.id": [PATH],
                      "request.channels": ["0x00000000000000ff"], "request.stream": ["1"]}),
    "143, packed": (143, baichuan_requests.download_by_time(2, UID, START, END, PATH, 1, mask=0x7, aligned=False),
                    {"channel": ["2"], "uid": [UID], "replay.start_time": ["2026-09-20 07:30:15"],
                     "replay.end_time": ["2026-09-20 07:35:00"], "replay.id": [PATH],
                     "request.channels": ["0x0000000000000007"], "request.stream": ["1"]}),
    "143, no time": (143, baichuan_requests.download_by_time(2, UID, (0,) * 6, (0,) * 6, PATH, 0),
                     {"channel": ["2"], "uid": [UID], "replay.id": [PATH], "request.stream": ["0"]}),
    "381": (381, baichuan_requests.replay_by_time(5, PATH), {"channel": ["5"], "replay.id": [PATH]}),
    "8, all bytes text": (8, struct.pack("<I32s", 1, b"U" * 32) + b"n" * 3364,
                          {"channel": ["1"], "uid": ["U" * 32], "replay.file_name": ["n" * 3364]}),
}


def connection(cipher="aes"):
    made = Capture()
    tcp = made.tcp(server=("10.0.0.1", 9000)).open()
    return made, tcp, Session(cipher).play_login(tcp)


def last(tshark, capture):
    packets = tshark(prefs=PASSWORD).packets(capture, "baichuan", filter="baichuan.magic")
    return harness.as_list(packets[-1]["baichuan"])[-1]


@pytest.mark.parametrize("msg_class", [baichuan.REQUEST, baichuan.DOWNLOAD])
@pytest.mark.parametrize("cipher", ["none", "xor", "aes", "full"])
@pytest.mark.parametrize("form", FORMS)
def test_a_request_that_is_a_structure_shows_its_fields(tshark, tmp_path, form, cipher, msg_class):
    msg_id, data, expected = FORMS[form]
    made, tcp, session = connection(cipher)
    tcp.client(session.message(msg_id, data=data, msg_class=msg_class))
    tree = last(tshark, made.write(tmp_path / "c.pcap"))

    found = {name: named(tree, f"baichuan.{name}") for name in FIELDS}
    assert found == {name: expected.get(name, []) for name in FIELDS}
    assert "baichuan.request" in tree["baichuan.payload"]
    assert named(tree, "baichuan.payload.data") == [data.hex(":")]
    assert named(tree, "baichuan.media") == []


@pytest.mark.parametrize("case", ["longer", "shorter", "from the camera", "another message"])
def test_other_bytes_are_no_such_request(tshark, tmp_path, case):
    msg_id, data, _ = FORMS["8"]
    made, tcp, session = connection()
    if case == "from the camera":
        tcp.client(session.message(8, baichuan.body("<FileInfoList/>")))
        tcp.server(session.reply(8, data=data))
    else:
        data = {"longer": data + b"\0", "shorter": data[:-1]}.get(case, data)
        tcp.client(session.message(13 if case == "another message" else msg_id, data=data))
    capture = made.write(tmp_path / "c.pcap")

    assert tshark(prefs=PASSWORD).frames(capture, "baichuan.request") == []
    whole = {**PASSWORD, "baichuan.reassemble_media": "TRUE"}
    assert len(tshark(prefs=whole).frames(capture, "baichuan.payload.data")) == 1


@pytest.mark.parametrize("form", ["8", "143, aligned", "381"])
def test_a_request_is_no_media_and_what_it_asks_for_is(tshark, tmp_path, form):
    msg_id, data, _ = FORMS[form]
    made, tcp, session = connection("full")
    tcp.client(session.message(msg_id, data=data))
    tcp.server(session.reply(msg_id, ext=baichuan.extension(binaryData=1), data=baichuan_media.info().wire))
    capture = made.write(tmp_path / "c.pcap")

    frames = tshark(prefs=PASSWORD).frames(capture, "baichuan.media")
    assert frames == tshark(prefs=PASSWORD).frames(capture, "baichuan.payload.data && baichuan.status_code == 200")
    assert tshark(prefs=PASSWORD).frames(capture, "_ws.expert.severity >= note") == []


def test_a_request_that_is_a_structure_is_not_exported(tshark, tmp_path):
    made, tcp, session = connection("full")
    for msg_id, data, _ in FORMS.values():
        tcp.client(session.message(msg_id, data=data))

    assert tshark(prefs=PASSWORD).exported(made.write(tmp_path / "c.pcap"), "baichuan") == {}


def test_requests_that_are_structures_obey_the_state_rule(tshark, sharkd, tmp_path):
    made, tcp, session = connection("full")
    for msg_id, data, _ in FORMS.values():
        tcp.client(session.message(msg_id, data=data, msg_class=baichuan.DOWNLOAD))
        tcp.client(session.message(msg_id, data=data))

    assert assert_state_rule(tshark, sharkd, made.write(tmp_path / "c.pcap"), {"baichuan"}, prefs=PASSWORD) > 12


# ---- what begins a replay --------------------------------------------------------------------------------------------


def replay_head(path, head, code=200, msg_id=5):
    made, tcp, session = connection()
    tcp.client(session.message(msg_id, baichuan.body("<FileInfoList/>"), exchange=7 << 16))
    tcp.server(session.reply(msg_id, ext=baichuan.extension(binaryData=1), data=head, code=code, exchange=7 << 16))
    return made.write(path)


def sized(size, again=None):
    return bytes(16) + struct.pack("<QQ", size, size if again is None else again)


def test_the_head_of_a_replay_says_the_size_of_the_file(tshark, path):
    tree = last(tshark, replay_head(path, sized(5_000_000_123)))
    assert named(tree, "baichuan.recording.size") == ["5000000123"]


@pytest.mark.parametrize("head, code, msg_id", [
    (sized(1000, 1001), 200, 5), (sized(0), 200, 5), (sized(1000), 201, 5), (sized(1000), 200, 8), (sized(1000)[:31], 200, 5),
    (sized(1000) + b"\0", 200, 5), (baichuan_media.info().head[:16] + sized(1000)[16:], 200, 5)],
    ids=["two sizes", "no size", "end", "another message", "shorter", "longer", "media"])
def test_other_bytes_say_no_size(tshark, path, head, code, msg_id):
    tree = last(tshark, replay_head(path, head, code, msg_id))
    assert named(tree, "baichuan.recording.size") == []


def test_the_head_of_a_replay_obeys_the_state_rule(tshark, sharkd, path):
    assert assert_state_rule(tshark, sharkd, replay_head(path, sized(1000)), {"baichuan"}, prefs=PASSWORD) == 6
