"""Statistics > Conversations and Endpoints by camera and by card server: -z conv,baichuan, endpoints,newcamd and so on."""

import re

import pytest

from tests.dissection import harness
from tests.dissection.newcamd import cases
from tests.peers import baichuan_media as media, baichuan_udp as udp, newcamd
from tests.peers.baichuan import VERSION, Session
from tests.peers.pcap import Capture

WAYS = pytest.mark.parametrize("args", [(), ("-2",)], ids=["one pass", "two passes"])
KEYS = {"baichuan.password": "Secret-1"}


def conversations(reader, path, name, *args):
    """{(one end, other end): (messages from the other one, messages from the one)} of -z conv,NAME."""
    out = reader.run(path, "-q", "-z", f"conv,{name}", *args).out
    row = re.compile(r"(\S+) +<-> (\S+) +(\d+) \d+ \w+ +(\d+) \d+ \w+ +")
    return {found.groups()[:2]: tuple(map(int, found.groups()[2:])) for found in row.finditer(out)}


def endpoints(reader, path, name, *args):
    """{end: (messages sent, messages received)} of -z endpoints,NAME. Wireshark 4.6 prints bytes with their unit."""
    out = reader.run(path, "-q", "-z", f"endpoints,{name}", *args).out
    row = re.compile(r"^(\S+) +\d+ +\d+(?: \w+)? +(\d+) +\d+(?: \w+)? +(\d+) +\d+(?: \w+)? *$", re.MULTILINE)
    return {found[1]: (int(found[2]), int(found[3])) for found in row.finditer(out)}


def sent_bytes(sharkd, path, name, **keys):
    """{end: bytes that it sent}"""
    with sharkd(path, **keys) as session:
        return {row["host"]: row["txb"] for row in from_sharkd(session, f"endpt:{name}")}


def from_sharkd(session, tap):
    (answer,) = session.request("tap", tap0=tap)["taps"]
    return answer["convs"] if "convs" in answer else answer["hosts"]


@pytest.fixture
def cameras(tmp_path):
    """A client at a camera over TCP and BcUdp and at another one, by IPv6, over TCP."""
    capture = Capture()
    links = [capture.tcp(server=("10.0.0.1", 9000)).open(), udp.Link(capture).open(),
             capture.tcp(client=("2001:db8::2", 50000), server=("2001:db8::9", 9000)).open()]
    for link in links:
        session = Session("aes").play_login(link)
        link.client(session.message(80))
        link.server(session.reply(80, VERSION))
    return capture.write(tmp_path / "cameras.pcap")


@pytest.fixture
def servers(tmp_path):
    """Two card servers on one host: a client that logs in twice at the first, and another one at the second."""
    capture = Capture()
    for number, (client, port) in enumerate([("10.0.0.2", 15050), ("10.0.0.2", 15050), ("10.0.0.3", 16000)]):
        peer = cases.login(seed=number)
        tcp = newcamd.connect(capture, peer, (client, 50000 + number), ("10.0.0.1", port))
        for message in range(2, 4):
            tcp.client(peer.ecm(msg_id=message))
            tcp.server(peer.cw(msg_id=message))
    return capture.write(tmp_path / "servers.pcap")


@WAYS
def test_a_camera_is_its_address_whatever_carries_its_messages(tshark, cameras, args):
    reader = tshark(prefs=KEYS)
    assert conversations(reader, cameras, "baichuan", *args) == {("10.0.0.2", "10.0.0.1"): (6, 6),
                                                                 ("2001:db8::2", "2001:db8::9"): (3, 3)}
    assert endpoints(reader, cameras, "baichuan", *args) == {
        "10.0.0.2": (6, 6), "10.0.0.1": (6, 6), "2001:db8::2": (3, 3), "2001:db8::9": (3, 3)}


@WAYS
def test_a_card_server_is_its_address_with_its_port_and_a_client_its_address(tshark, servers, args):
    reader = tshark(tables=cases.TABLE)
    found = conversations(reader, servers, "newcamd", *args)
    assert set(found) == {("10.0.0.2", "10.0.0.1:15050"), ("10.0.0.3", "10.0.0.1:16000")}
    one, other = found["10.0.0.2", "10.0.0.1:15050"], found["10.0.0.3", "10.0.0.1:16000"]
    assert one == tuple(2 * number for number in other) and sum(other) == 4 + 4  # two ECMs, login and card data
    assert set(endpoints(reader, servers, "newcamd", *args)) == {"10.0.0.2", "10.0.0.3", "10.0.0.1:15050", "10.0.0.1:16000"}


def test_bytes_are_those_of_the_messages(tshark, sharkd):
    video = harness.CAPTURES / "baichuan" / "video_tcp_aes.pcapng"
    keys = {"files": {"baichuan_keys": (harness.KEYS / "baichuan_keys").read_text()}}
    segments = tshark(**keys).fields(video, "tcp.len", filter="baichuan && !tcp.analysis.retransmission")
    assert sent_bytes(sharkd, video, "Baichuan", **keys) == {"127.0.0.1": sum(int(length) for (length,) in segments)}


def test_bytes_of_newcamd_are_those_of_the_frames(tshark, sharkd, servers):
    segments = tshark(tables=cases.TABLE).fields(servers, "tcp.len", filter="newcamd.command && tcp.dstport == 16000")
    assert sent_bytes(sharkd, servers, "newcamd", tables=cases.TABLE)["10.0.0.3"] == sum(int(length) for (length,) in segments)


def test_sharkd_gives_filters_that_find_the_frames_of_a_row(tshark, sharkd, cameras):
    with sharkd(cameras, prefs=KEYS) as session:
        pairs, ends = from_sharkd(session, "conv:Baichuan"), from_sharkd(session, "endpt:Baichuan")
    reader = tshark(prefs=KEYS)
    for row in pairs + ends:
        assert len(reader.frames(cameras, row["filter"])) == row["rxf"] + row["txf"]  # a message a frame


def test_sharkd_gives_filters_that_find_the_frames_of_a_card_server(tshark, sharkd, servers):
    with sharkd(servers, tables=cases.TABLE) as session:
        pairs, ends = from_sharkd(session, "conv:newcamd"), from_sharkd(session, "endpt:newcamd")
    reader = tshark(tables=cases.TABLE)
    assert [(row["saddr"], row["daddr"]) for row in pairs] == [("10.0.0.2", "10.0.0.1:15050"), ("10.0.0.3", "10.0.0.1:16000")]
    for row in pairs + ends:
        assert len(reader.frames(servers, row["filter"])) == row["rxf"] + row["txf"]


def test_the_ends_of_a_newcamd_connection_are_hidden_in_the_tree(tshark, servers):
    reader = tshark(tables=cases.TABLE)
    assert "10.0.0.1:16000" not in reader.run(servers, "-V", "-O", "newcamd").out
    assert set(reader.fields(servers, "newcamd.end", filter="tcp.port == 16000 && newcamd.command")) == {
        ("10.0.0.3|10.0.0.1:16000",)}


def test_where_nobody_knows_the_server_there_is_no_such_field(tshark, path):
    """What comes in the middle of a stream, on a port that a row names."""
    capture = Capture()
    peer = cases.login()
    tcp = newcamd.connect(capture, peer)
    del capture.frames[:]
    tcp.client(peer.ecm(msg_id=2))
    capture.write(path)
    reader = tshark(tables={"newcamd_keys": [["", str(cases.PORT), "", "", "", ""]]})
    assert reader.frames(path, "newcamd.encrypted") and reader.frames(path, "newcamd.end") == []


def test_a_message_of_which_bytes_are_missing_counts_with_those_that_are_there(sharkd, path):
    capture = Capture()
    tcp = capture.tcp(server=("10.0.0.1", 9000)).open()
    session = Session("none").play_login(tcp)
    reply, push = session.reply(80, VERSION + " " * 2000), session.reply(33, VERSION, exchange=0)
    before = sent_bytes(sharkd, capture.write(path), "Baichuan")["10.0.0.1"]
    tcp.server(reply[:1000])
    tcp.skip("s", 100)
    tcp.server(reply[1100:])
    tcp.server(push)
    assert sent_bytes(sharkd, capture.write(path), "Baichuan")["10.0.0.1"] - before == len(reply) - 100 + len(push)


def test_a_video_that_is_cut_off_counts_with_what_is_there(sharkd, path):
    capture = Capture()
    tcp = capture.tcp(server=("10.0.0.1", 9000)).open()
    session = Session("none").play_login(tcp)
    before = sent_bytes(sharkd, capture.write(path), "Baichuan")["10.0.0.1"]
    message = media.Stream(session, tcp).message(media.video(media.key_frame_264(5000), True, 0).wire)
    tcp.server(message[:2000])
    assert sent_bytes(sharkd, capture.write(path), "Baichuan")["10.0.0.1"] - before == 2000
    tcp.server(message[2000:])
    assert sent_bytes(sharkd, capture.write(path), "Baichuan")["10.0.0.1"] - before == len(message)
