"""UDP ports that cameras use and that belong to others: BcUdp and the LAN search are found there, and everything else
is dissected by its owner as if our plugins were not there."""

import struct

import pytest

from tests.dissection.baichuan.messages import named
from tests.dissection.state_rule import assert_state_rule
from tests.peers import baichuan_udp as udp
from tests.peers.baichuan import Session
from tests.peers.baichuan_udp import Link
from tests.peers.pcap import Capture

CLIENT, CAMERA = ("10.0.0.2", 53500), ("10.0.0.1", 16161)
PORTS = (2000, 3000, 9996, 9999)
OWNERS = {3000: "dis", 9996: "cflow", 9999: "tplink-smarthome"}


# ---- LAN search ---------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def search(tmp_path_factory):
    capture = Capture()
    capture.udp(("10.0.0.2", 41234), ("255.255.255.255", 2000), udp.MARK)
    capture.udp(("10.0.0.1", 2000), ("10.0.0.2", 3000), udp.lan_reply())
    capture.udp(("10.0.0.7", 5555), ("10.0.0.2", 3000), udp.lan_reply(name="Garage", identifier=""))
    return capture.write(tmp_path_factory.mktemp("search") / "c.pcap")


def test_the_lan_search_is_named_in_the_info_column(tshark, search):
    assert tshark().fields(search, "_ws.col.Protocol", "_ws.col.Info") == [
        ("BcUdp", "LAN search"),
        ("BcUdp", "LAN search reply: Porch, 192.168.7.31, UID 9527000960V21RL"),
        ("BcUdp", "LAN search reply: Garage, 192.168.7.31, UID 9527000960V21RL"),
    ]


def test_the_reply_has_its_fields(tshark, search):
    names = ("mark", "identifier", "mac", "ip", "port", "name", "mac_text", "model", "uid")
    assert tshark().fields(search, *(f"baichuan.lan.{name}" for name in names), filter="frame.number == 2") == [
        ("0xaaaa0000", "IPC", "ec:71:db:01:02:03", "192.168.7.31", "9000", "Porch", "ec:71:db:01:02:03",
         "IPC_566SD664M5MP", "9527000960V21RL")]


def test_texts_of_the_reply_may_fill_their_32_bytes(tshark, path):
    capture = Capture()
    capture.udp(("10.0.0.1", 2000), ("10.0.0.2", 3000), udp.lan_reply(mac_text="m" * 32, model="M" * 32, uid="U" * 32))
    assert tshark().fields(capture.write(path), *(f"baichuan.lan.{name}" for name in ("mac_text", "model", "uid"))) == [
        ("m" * 32, "M" * 32, "U" * 32)]


def test_unknown_bytes_of_the_reply_are_shown_as_bytes(tshark, search):
    tree = tshark().packets(search, "baichuan", filter="frame.number == 2")[0]["baichuan"]
    unknown = [bytes.fromhex(value.replace(":", "")) for value in named(tree, "baichuan.lan.unknown")]
    assert [len(value) for value in unknown] == [58, 4, 18, 128]
    assert unknown[0] == bytes(50) + b"\x01\x02" + bytes(6)


def test_the_lan_search_obeys_the_state_rule(tshark, sharkd, search):
    assert assert_state_rule(tshark, sharkd, search, {"baichuan"}) == 3


# ---- BcUdp on these ports -----------------------------------------------------------------------------------------


@pytest.mark.parametrize("port", PORTS)
def test_a_session_on_a_port_with_an_owner_is_read(tshark, sharkd, tmp_path, port):
    capture = Capture()
    link = Link(capture, device=("203.0.113.5", port)).open()
    Session().play_login(link)
    path = capture.write(tmp_path / "c.pcap")
    assert tshark().frames(path, "baichuan") == list(range(1, 7))
    assert len(tshark().frames(path, "baichuan.nonce")) == 1
    assert assert_state_rule(tshark, sharkd, path, {"baichuan"}) == 6


def test_decode_as_reads_a_session_on_any_port_of_somebody_else(tshark, tmp_path):
    capture = Capture()
    link = Link(capture, device=("203.0.113.5", 53)).open()
    Session().play_login(link)
    path = capture.write(tmp_path / "c.pcap")
    assert tshark().frames(path, "baichuan.nonce") == []  # a heuristic is not asked where the owner takes it
    assert len(tshark().frames(path, "baichuan.nonce", args=("-d", "udp.port==53,baichuan"))) == 1


def test_what_is_no_bcudp_in_a_known_conversation_goes_to_its_owner(tshark, tmp_path):
    capture = Capture()
    link = Link(capture, device=("203.0.113.5", 3000)).open()
    other = capture.udp(link.ends["c"], link.ends["s"], dis())
    path = capture.write(tmp_path / "c.pcap")
    assert tshark().frames(path, "dis") == [other]


# ---- what is not ours ---------------------------------------------------------------------------------------------


def dis():
    """An entity state PDU of Distributed Interactive Simulation, cut to its header and zeros."""
    return struct.pack("!BBBBIHH", 6, 1, 1, 1, 0, 144, 0) + bytes(132)


def cflow():
    return struct.pack("!HHIIIIBBH", 5, 1, 1000, 1_700_000_000, 0, 1, 0, 0, 0) + bytes(48)


def kasa():
    key, out = 171, bytearray()
    for byte in b'{"system":{"get_sysinfo":{}}}':
        key ^= byte
        out.append(key)
    return bytes(out)


NEAR_MISSES = {
    "reply too short": udp.lan_reply()[:-1],
    "reply too long": udp.lan_reply() + b"\0",
    "reply without mark": udp.lan_reply().replace(udp.MARK, b"\xaa\xaa\0\1"),
    "request with more": udp.MARK + b"\0",
    "data with a wrong length": udp.data(80, 0, b"x" * 20)[:-1],
    "data with another magic": b"\x10\xcf\x87\x2b" + udp.data(80, 0, b"x" * 20)[4:],
    "ack with a wrong map": udp.ack(80, 5, b"\2"),
    "only the magic": udp.DATA,
    "empty": b"",
}


@pytest.fixture(scope="module")
def foreign(tmp_path_factory):
    """Datagrams of the owners, and ones that are nearly ours, to, from and between the ports."""
    capture = Capture()
    for bytes_ in (dis(), cflow(), kasa(), *NEAR_MISSES.values()):
        for port in PORTS:
            capture.udp(CLIENT, ("10.0.0.9", port), bytes_)
            capture.udp(("10.0.0.9", port), CLIENT, bytes_)
            capture.udp(("10.0.0.9", port), ("10.0.0.8", 53), bytes_)
        capture.udp(("10.0.0.9", 2000), ("10.0.0.8", 9999), bytes_)
        capture.udp(("10.0.0.9", 9996), ("10.0.0.8", 3000), bytes_)
        capture.udp(CLIENT, CAMERA, bytes_)
    return capture.write(tmp_path_factory.mktemp("foreign") / "c.pcap")


def account(tshark, capture, *args):
    return tshark.run(capture, "-T", "fields", "-e", "frame.number", "-e", "frame.protocols", "-e", "_ws.col.Protocol",
                      "-e", "_ws.col.Info", "-z", "expert", *args).out.splitlines()


WAYS = {"one pass": [], "two passes": ["-2"], "heuristics first": ["-o", "udp.try_heuristic_first:TRUE"],
        "the owner moved": ["-o", "dis.udp.port:4000"], "the owner moved here": ["-o", "dis.udp.port:2000"],
        "we are disabled": ["--disable-protocol", "baichuan"], "the owner is disabled": ["--disable-protocol", "dis"],
        "decode as": ["-d", "udp.port==3000,cflow"]}


@pytest.mark.parametrize("way", WAYS.values(), ids=WAYS)
def test_foreign_datagrams_are_dissected_as_without_our_plugins(tshark, plain, foreign, way):
    with_us = account(tshark(), foreign, *way)
    # Where there is no Baichuan, later versions refuse to disable it.
    without_us = account(plain, foreign, *([] if "baichuan" in way else way))
    assert [pair for pair in zip(with_us, without_us) if pair[0] != pair[1]][:5] == []
    assert len(with_us) == len(without_us) > 100


@pytest.mark.parametrize("port, owner", OWNERS.items())
def test_the_owner_of_a_port_has_its_datagrams(tshark, foreign, port, owner):
    bytes_ = {"dis": 0, "cflow": 1, "tplink-smarthome": 2}[owner]
    mine = [row for row in tshark().fields(foreign, "frame.number", "udp.dstport", filter=owner)
            if int(row[1]) == port and (int(row[0]) - 1) // 15 == bytes_]
    assert mine


def test_no_foreign_datagram_is_ours(tshark, foreign):
    assert tshark().frames(foreign, "baichuan") == []


def test_the_lan_search_is_found_where_the_owner_moved_away(tshark, search):
    assert tshark(prefs={"dis.udp.port": "4000"}).frames(search, "baichuan") == [1, 2, 3]


def test_who_disables_us_has_no_lan_search(tshark, search):
    assert tshark().frames(search, "baichuan", args=("--disable-protocol", "baichuan")) == []
