"""BcUdp packets: discovery, data, acknowledgements, alarms, and the statistics over them."""

import hashlib
import json

import pytest

from tests.dissection import harness
from tests.dissection.baichuan.messages import experts, named
from tests.dissection.state_rule import assert_state_rule
from tests.peers import baichuan_udp as udp
from tests.peers.baichuan import Session
from tests.peers.pcap import Capture

RECORDED = harness.CAPTURES / "baichuan" / "aio_udp_aes.pcapng"
KINDS = {0x3A: "disc", 0x10: "data", 0x20: "ack"}
CLIENT, DEVICE, SERVER = ("10.0.0.2", 53500), ("10.0.0.1", 16161), ("203.0.113.9", 58200)


def datagrams(tshark, capture, args=()):
    """{frame: tree} of every datagram; the tree is the packet's, not that of messages in it."""
    found = {}
    for layers in tshark.packets(capture, "baichuan", filter="baichuan.udp_magic", args=args):
        tree = next(t for t in harness.as_list(layers["baichuan"]) if "baichuan.udp_magic" in t)
        found[int(layers["frame"]["frame.number"])] = tree
    return found


def values(tree, name):
    return named(tree, f"baichuan.{name}")


def only(tree, name):
    found = values(tree, name)
    assert len(found) <= 1, (name, found)
    return found[0] if found else None


# ---- the recorded capture -----------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def recorded(keyed):
    """[(tree, what was written down while sending), ...]"""
    expected = json.loads(RECORDED.with_suffix(".expected.json").read_text())["datagrams"]
    found = datagrams(keyed, RECORDED)
    assert list(found) == list(range(1, len(expected) + 1))
    return list(zip(found.values(), expected))


def of_kind(recorded, kind):
    found = [pair for pair in recorded if pair[1]["type"] == kind]
    assert found
    return found


def test_every_recorded_datagram_is_of_its_kind(recorded):
    assert [KINDS[int(only(tree, "udp_type"), 0)] for tree, _ in recorded] == [e["type"] for _, e in recorded]


def test_recorded_discovery_is_in_plain_text_with_its_transmission_id(recorded):
    for tree, expected in of_kind(recorded, "disc"):
        assert (int(only(tree, "udp_tid")), only(tree, "udp.xml")) == (expected["tid"], expected["xml"])


def test_recorded_checksums_are_good(recorded):
    assert {only(tree, "udp_checksum.status") for tree, _ in of_kind(recorded, "disc")} == {"1"}


def test_recorded_data_has_its_packet_ids_and_bytes(recorded):
    for tree, expected in of_kind(recorded, "data"):
        data = bytes.fromhex(only(tree, "udp.data").replace(":", ""))
        assert (int(only(tree, "udp_packet_count")), int(only(tree, "udp_size")), hashlib.sha256(data).hexdigest()) == (
            expected["packet_id"], expected["size"], expected["sha256"])


def test_recorded_acknowledgements_name_their_packets(recorded):
    for tree, expected in of_kind(recorded, "ack"):
        shown = only(tree, "udp.ack.map") or ""
        assert (int(only(tree, "udp_last_ack_packet")), shown.replace(":", "")) == (
            expected["last_packet_id"], expected["map"])


def test_recorded_packets_go_to_the_connection_of_their_receiver(recorded):
    for tree, expected in of_kind(recorded, "data") + of_kind(recorded, "ack"):
        assert int(only(tree, "udp_connection_id")) == (96 if expected["dir"] == "c2d" else 22671)


def test_all_recorded_packets_belong_to_one_session(recorded):
    assert {only(tree, "udp.session") for tree, e in recorded if e["type"] != "disc"} == {"0"}


def test_nothing_is_wrong_with_recorded_packets(recorded):
    assert [experts(tree) for tree, _ in recorded if experts(tree)] == []


def test_media_of_the_recorded_session_is_put_together_from_its_packets(keyed):
    expected = json.loads(RECORDED.with_suffix(".expected.json").read_text())["media"][0]["packets"]
    found = keyed.fields(RECORDED, "baichuan.media.codec", "baichuan.media.size", filter="baichuan.media.size")
    assert found == [(p["codec"], str(p["size"])) for p in expected if p["type"] == "iframe"]


# ---- discovery ----------------------------------------------------------------------------------------------------

VECTOR = bytes.fromhex(
    "3acf872a640000000100000057000000b6fff6259e6c1f4fda75501e906d486c8f694df1eb7e01b01dc8ff9233db48bfd3a09b739c36117c8b11"
    "0264ce417459dd5f5ee1ed7451b825c4a5cc6fdc49b1cce3c22b8d5f447bda75503ecb4a2900815f5ee6eb7e018c13d7829748bd25bdf6efdd47"
    "906c1315")
ELEMENTS = {
    "C2D_S": "client asks the LAN who is there", "D2C_S_R": "device says that it is there", "C2D_C": "connect request",
    "D2C_C_R": "connect reply", "D2C_T": "device offers a path", "C2D_T": "client accepts a path",
    "C2D_A": "client accepts a mapped path", "D2C_CFM": "device confirms the path", "C2D_HB": "heartbeat of the client",
    "D2C_HB": "heartbeat of the device", "C2D_DISC": "client disconnects", "D2C_DISC": "device disconnects",
    "C2M_Q": "client asks where a UID is", "M2C_Q_R": "servers for a UID", "C2R_C": "client asks for a connection",
    "R2C_C_R": "addresses of the device", "R2C_T": "client is told to try now", "C2R_CFM": "result of the client",
    "C2R_HB": "heartbeat of the client to the server", "R2C_DISC": "server gives up",
    "D2M_Q": "device asks for its servers", "M2D_Q_R": "servers for a device", "D2R_R": "device registers",
    "R2D_R_R": "answer to the registration", "D2R_HB": "heartbeat of the device to the server",
    "R2D_HB_R": "answer to the heartbeat", "R2D_C": "device is woken: a client wants it",
    "D2R_C_R": "device answers the wake-up", "D2R_DISC": "device reports the end", "R2D_DC_R": "answer to the report",
}


@pytest.fixture(scope="module")
def discovery(tshark, tmp_path_factory):
    """{name: (frame, tree, Info column)} of a capture with one datagram of each kind."""
    capture, names = Capture(), []

    def add(name, source, destination, datagram):
        capture.udp(source, destination, datagram)
        names.append(name)

    for tid, name in enumerate(ELEMENTS):
        add(name, CLIENT, DEVICE, udp.discovery(udp.p2p(name), 500 + tid))
    add("vector", DEVICE, CLIENT, VECTOR)
    add("servers", SERVER, CLIENT, udp.discovery(udp.p2p(
        "M2C_Q_R", reg={"ip": "198.51.100.1", "port": 58200}, relay={"ip": "198.51.100.2", "port": 58100},
        log={"ip": "198.51.100.3", "port": 57850}, t={"ip": "198.51.100.4", "port": 9996}, mtu=1350, rsp=0), 40))
    add("client", CLIENT, SERVER, udp.discovery(udp.p2p(
        "C2R_C", uid="9527000960V21RL", cli={"ip": "10.0.0.2", "port": 53500}, relay={"ip": "198.51.100.2", "port": 58100},
        cid=-1836311903, r=3), 41))
    add("device", SERVER, CLIENT, udp.discovery(udp.p2p(
        "R2C_C_R", dmap={"ip": "192.0.2.8", "port": 40000}, dev={"ip": "10.0.0.1", "port": 16161}, sid=62097899, rsp=-3), 42))
    add("search", CLIENT, ("10.0.0.255", 2015), udp.discovery(udp.p2p("C2D_S", to={"port": 53500}), 43))
    add("bad crc", CLIENT, DEVICE, udp.discovery(udp.p2p("C2D_S"), 44, crc=0x12345678))
    add("unknown", CLIENT, DEVICE, udp.discovery(udp.p2p("X2Y_Z", cid=5), 45))
    add("no xml", CLIENT, DEVICE, udp.discovery("\0\1\2\3nonsense", 46))
    add("token", DEVICE, SERVER, udp.discovery(udp.p2p("D2R_R", token="TOPSECRET", r=3), 47))
    add("empty", CLIENT, DEVICE, udp.discovery("", 48))
    path = capture.write(tmp_path_factory.mktemp("discovery") / "c.pcap")
    trees = datagrams(tshark(), path)
    assert len(trees) == len(names)
    info = tshark().fields(path, "_ws.col.Protocol", "_ws.col.Info")
    return path, {name: (frame, trees[frame], info[frame - 1]) for frame, name in enumerate(names, 1)}


@pytest.mark.parametrize("name", ELEMENTS)
def test_the_info_column_names_a_discovery_message_and_its_meaning(discovery, name):
    _, tree, info = discovery[1][name]
    assert info == ("BcUdp", f"{name}: {ELEMENTS[name]}")
    assert only(tree, "udp.message") == name


def test_the_vector_of_the_specification_shows_its_fields(discovery):
    tree = discovery[1]["vector"][1]
    assert {name: only(tree, name) for name in ("udp_magic", "udp_type", "udp_tid", "udp_size", "udp_unknown", "udp_checksum",
                                                "udp_checksum.status", "udp.sid", "udp.conn", "udp.cid", "udp.did")} == {
        "udp_magic": "0x2a87cf3a", "udp_type": "0x3a", "udp_tid": "87", "udp_size": "100", "udp_unknown": "0x00000001",
        "udp_checksum": "0x25f6ffb6", "udp_checksum.status": "1", "udp.sid": "62097899", "udp.conn": "local",
        "udp.cid": "82000", "udp.did": "80"}


def test_the_document_goes_to_the_xml_dissector(tshark, discovery):
    frame = discovery[1]["vector"][0]
    assert tshark().frames(discovery[0], 'xml.tag contains "<D2C_T>"') == [list(ELEMENTS).index("D2C_T") + 1, frame]


def test_elements_of_discovery_have_fields(tshark, path):
    capture = Capture()
    capture.udp(SERVER, DEVICE, udp.discovery(udp.p2p("M2D_Q_R", ac="a1b2", timer={"hb": 7000}), 50))
    capture.udp(DEVICE, SERVER, udp.discovery(udp.p2p("D2R_HB", needrsp=1), 51))
    capture.udp(CLIENT, DEVICE, udp.discovery(udp.p2p("C2D_C", cid=5, lver=3), 52))
    capture.udp(DEVICE, CLIENT, udp.discovery(udp.p2p(
        "D2C_C_R", timer={"def": 3000, "hb": 10000, "hbt": 60000}, cid=5, did=6, pl="P4"), 53))
    names = ("ac", "needrsp", "lver", "pl", "timer.def", "timer.hb", "timer.hbt")
    assert tshark().fields(capture.write(path), *(f"baichuan.udp.{name}" for name in names)) == [
        ("a1b2", "", "", "", "", "7000", ""), ("", "1", "", "", "", "", ""), ("", "", "3", "", "", "", ""),
        ("", "", "", "P4", "3000", "10000", "60000")]


@pytest.mark.parametrize("place, ip, port", [("reg", "198.51.100.1", "58200"), ("relay", "198.51.100.2", "58100"),
                                             ("log", "198.51.100.3", "57850"), ("t", "198.51.100.4", "9996")])
def test_servers_are_fields(discovery, place, ip, port):
    tree = discovery[1]["servers"][1]
    assert (only(tree, f"udp.{place}.ip"), only(tree, f"udp.{place}.port")) == (ip, port)


def test_addresses_of_the_device_are_fields(discovery):
    tree = discovery[1]["device"][1]
    assert [only(tree, f"udp.{name}") for name in ("dmap.ip", "dmap.port", "dev.ip", "dev.port", "sid", "rsp")] == [
        "192.0.2.8", "40000", "10.0.0.1", "16161", "62097899", "-3"]


def test_uid_and_a_negative_connection_id_are_fields(discovery):
    tree = discovery[1]["client"][1]
    assert [only(tree, f"udp.{name}") for name in ("uid", "cid", "cli.port", "relay.ip")] == [
        "9527000960V21RL", "-1836311903", "53500", "198.51.100.2"]


def test_the_port_for_the_answer_is_a_field(discovery):
    assert only(discovery[1]["search"][1], "udp.port") == "53500"


def test_a_wrong_checksum_is_said_and_the_document_still_opened(discovery):
    tree = discovery[1]["bad crc"][1]
    assert (only(tree, "udp_checksum.status"), experts(tree)) == ("0", ["udp_checksum"])
    assert only(tree, "udp.message") == "C2D_S"


def test_an_unknown_message_is_named_and_opened(discovery):
    _, tree, info = discovery[1]["unknown"]
    assert (info[1], only(tree, "udp.cid")) == ("Discovery, X2Y_Z", "5")


def test_a_payload_that_is_no_document_says_so(discovery):
    _, tree, info = discovery[1]["no xml"]
    assert (info[1], experts(tree)) == ("Discovery", ["udp_not_opened"])


def test_a_discovery_packet_without_document_shows_its_header(discovery):
    _, tree, info = discovery[1]["empty"]
    assert (info[1], only(tree, "udp_tid"), only(tree, "udp.xml")) == ("Discovery", "48", None)


def test_hide_secrets_masks_the_token_in_every_output(tshark, discovery):
    path = discovery[0]
    assert "TOPSECRET" in tshark().run(path, "-V").out
    hidden = tshark(prefs={"baichuan.hide_secrets": "TRUE"})
    for args in (["-V"], ["-x"], ["-T", "pdml"], ["-T", "json"]):
        out = hidden.run(path, *args).out
        assert "TOPSECRET" not in out and "544f505345435245" not in out.replace(":", "")
    assert len(hidden.frames(path, "baichuan.udp.message")) == len(ELEMENTS) + 8


def test_discovery_obeys_the_state_rule(tshark, sharkd, discovery):
    assert assert_state_rule(tshark, sharkd, discovery[0], {"baichuan"}) == len(discovery[1])


def test_a_repeated_message_is_linked_to_the_first(tshark, sharkd, tmp_path):
    capture = Capture(step=0.5)
    request = udp.discovery(udp.p2p("C2D_C", cid=82000), 99)
    for destination in (("10.0.0.1", 2015), ("10.0.0.1", 2015), ("10.0.0.1", 2018)):
        capture.udp(CLIENT, destination, request)
    capture.udp(CLIENT, ("10.0.0.1", 2015), udp.discovery(udp.p2p("C2D_C", cid=82000), 100))
    capture.udp(("10.0.0.3", 53500), ("10.0.0.1", 2015), request)
    capture.time += 20
    capture.udp(CLIENT, ("10.0.0.1", 2015), request)
    path = capture.write(tmp_path / "c.pcap")

    rows = tshark().fields(path, "baichuan.udp.message.first_frame", "baichuan.udp.message.first_time")
    assert rows == [("", ""), ("1", "0.500000000"), ("1", "1.000000000"), ("", ""), ("", ""), ("", "")]
    assert tshark().frames(path, "baichuan.expert.udp_message_again") == [2, 3]
    assert_state_rule(tshark, sharkd, path, {"baichuan"})


def test_heartbeats_are_no_repetitions(tshark, tmp_path):
    capture = Capture(step=1)
    for _ in range(3):
        capture.udp(CLIENT, DEVICE, udp.discovery(udp.p2p("C2D_HB", cid=82000, did=80), 7))
    path = capture.write(tmp_path / "c.pcap")
    assert tshark().frames(path, "baichuan.udp.message.retransmission") == []


# ---- alarms and hub packets ---------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def alarms(tshark, tmp_path_factory):
    capture = Capture()
    capture.udp(DEVICE, SERVER, bytes.fromhex(
        "31cf872a0b00000005000000ffffffff0000000039353237303030393630563231524c4b00000000000000000000000000000000"
        "b28837b62b1e4869f71118786a1d6a"))
    capture.udp(DEVICE, SERVER, udp.alarm("<P2P>\n<X>1</X>\n</P2P>\n", 6))
    capture.udp(DEVICE, ("10.0.0.9", 7777), udp.hub(udp.xor(b'{"event":3}', 9), 9))
    capture.udp(DEVICE, ("10.0.0.9", 7777), udp.hub(b"\x01\x02\x03\x04\x05", 10))
    capture.udp(DEVICE, SERVER, udp.alarm("[" * 900, 11))
    path = capture.write(tmp_path_factory.mktemp("alarms") / "c.pcap")
    return path, datagrams(tshark(), path)


def test_the_alarm_of_the_specification_opens(alarms):
    tree = alarms[1][1]
    assert [only(tree, name) for name in ("udp.counter", "udp.device_uid", "udp_checksum.status", "udp.json", "udp.event")] == [
        "5", "9527000960V21RLK", "1", '{"event":3}', "3"]


def test_the_json_of_an_alarm_goes_to_the_json_dissector(tshark, alarms):
    assert tshark().frames(alarms[0], 'json.key == "event"') == [1, 3]


def test_an_alarm_with_a_document_opens(alarms):
    assert only(alarms[1][2], "udp.xml") == "<P2P>\n<X>1</X>\n</P2P>\n"


def test_a_hub_packet_opens_if_it_is_json(alarms):
    assert [only(alarms[1][3], name) for name in ("udp.counter", "udp.json", "udp.event")] == ["9", '{"event":3}', "3"]


def test_another_hub_packet_shows_its_bytes(alarms):
    assert (only(alarms[1][4], "udp.body"), experts(alarms[1][4])) == ("01:02:03:04:05", ["udp_not_opened"])


def test_alarms_obey_the_state_rule(tshark, sharkd, alarms):
    assert assert_state_rule(tshark, sharkd, alarms[0], {"baichuan"}) == 5


# ---- acknowledgements and losses ----------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def lossy(tshark, tmp_path_factory):
    """A session with packets 1 (sent twice), 4 before 3, 6 lost on the way, and acknowledgements."""
    capture = Capture(step=0.01)
    link = udp.Link(capture).open()
    frames = {"first": link.client(Session().hello())[0]}
    frames["ack 0"] = link.ack("c", 0, rate=250000)
    frames["nothing"] = capture.udp(CLIENT, DEVICE, udp.ack_of_nothing(80))
    for name, number in (("1", 1), ("1 again", 1), ("2", 2), ("4", 4), ("3", 3), ("5", 5), ("7", 7), ("8", 8), ("10", 10)):
        frames[name] = link.packet("c", number, b"\xf0\xde\xbc\x0a" + bytes([number]) * 40)
    frames["ack 1"] = link.ack("c", 1)
    frames["ack 5"] = link.ack("c", 5, b"\0\1\1\0\1")
    frames["ack 5 again"] = link.ack("c", 5, b"\0\1\1\0\1")
    path = capture.write(tmp_path_factory.mktemp("lossy") / "c.pcap")
    return path, frames, datagrams(tshark(), path)


def test_an_acknowledgement_shows_its_receive_rate_and_round_trip_time(lossy):
    tree = lossy[2][lossy[1]["ack 0"]]
    assert [only(tree, f"udp.{name}") for name in ("receive_rate", "receive_kilobytes", "ack.rtt", "ack.frame")] == [
        "250000", "250", "0.010000000", str(lossy[1]["first"])]
    assert "baichuan.udp.receive_kilobytes" not in str(lossy[2][lossy[1]["ack 1"]])  # 0: no estimate


def test_the_receive_rate_is_found_under_its_old_name(tshark, lossy):
    frame = str(lossy[1]["ack 0"])
    assert tshark().fields(lossy[0], "frame.number", filter="baichuan.udp.latency == 250000") == [(frame,)]
    assert tshark().fields(lossy[0], "frame.number", filter="baichuan.udp.receive_rate == 250000") == [(frame,)]


def test_the_group_of_packets_has_a_name_and_stays_an_unknown_word(tshark, path):
    capture = Capture()
    capture.udp(CLIENT, DEVICE, udp.ack(80, 7, group=3))
    found = tshark().fields(capture.write(path), "baichuan.udp.group_id", "baichuan.udp_unknown")
    assert [[int(value, 0) for cell in row for value in cell.split("|")] for row in found] == [[3, 0, 3]]


def test_the_map_is_a_list_of_missing_and_received_packets(lossy):
    tree = lossy[2][lossy[1]["ack 5"]]
    assert (values(tree, "udp.ack.missing"), values(tree, "udp.ack.received")) == (["6", "9"], ["7", "8", "10"])
    assert only(tree, "udp_ack_payload_size") == "5"
    assert experts(tree) == ["udp_missing"]


def test_an_acknowledgement_of_nothing_says_so(tshark, lossy):
    frame = lossy[1]["nothing"]
    assert tshark().fields(lossy[0], "_ws.col.Info", filter=f"frame.number == {frame}") == [("Ack, nothing received yet",)]


def test_a_packet_that_was_sent_twice_has_no_round_trip_time(lossy):
    tree = lossy[2][lossy[1]["ack 1"]]
    assert (only(tree, "udp.ack.rtt"), only(tree, "udp.ack.frame")) == (None, str(lossy[1]["1"]))


def test_a_repeated_acknowledgement_has_no_round_trip_time(lossy):
    assert only(lossy[2][lossy[1]["ack 5 again"]], "udp.ack.rtt") is None


def test_a_retransmission_names_the_first_and_the_time_since(tshark, lossy):
    path, frames, trees = lossy
    tree = trees[frames["1 again"]]
    assert (only(tree, "udp.first_frame"), only(tree, "udp.first_time"), experts(tree)) == (
        str(frames["1"]), "0.010000000", ["udp_retransmission"])
    assert tshark().frames(path, "baichuan.udp.retransmission") == [frames["1 again"]]


def test_a_reordered_packet_is_marked(tshark, lossy):
    assert tshark().frames(lossy[0], "baichuan.udp.reordered") == [lossy[1]["3"]]


def test_packets_behind_a_hole_say_that_messages_wait(tshark, lossy):
    assert tshark().frames(lossy[0], "baichuan.expert.udp_held") == [lossy[1][name] for name in ("4", "7", "8", "10")]


def statistics(tshark, capture):
    """[(name, numbers), ...] in the order of the tree."""
    out = tshark().run(capture, "-q", "-z", "baichuan_udp,tree").out
    return [(line[:50].strip(), line[50:].split()) for line in out.splitlines() if line[:50].strip()]


def test_the_statistics_have_the_receive_rates_that_are_no_0(tshark, tmp_path):
    capture = Capture()
    for rate in (250000, 0, 0, 350000):
        capture.udp(CLIENT, DEVICE, udp.ack(80, 7, rate=rate))
    capture.udp(CLIENT, DEVICE, udp.ack_of_nothing(80))
    rows = statistics(tshark, capture.write(tmp_path / "c.pcap"))
    at = [name[:20] for name, _ in rows].index("Receive rate in ackn")
    assert [rows[at][1][:4], rows[at + 1]] == [["2", "300000.00", "250000", "350000"],
                                               ("Session 0, acknowledgements to connection 80", rows[at + 1][1])]
    assert rows[at + 1][1][:2] == ["2", "300000.00"]
    assert [(name, numbers[0]) for name, numbers in rows[at + 2:at + 4]] == [
        ("Acknowledgements without a receive rate", "2"), ("Session 0, acknowledgements to connection 80", "2")]


def test_the_statistics_count_packets_losses_and_round_trip_times(tshark, tmp_path, lossy):
    rows = {name: numbers for name, numbers in reversed(statistics(tshark, lossy[0]))}
    assert {name: rows[name][0] for name in ("BcUdp packets", "Data", "Acknowledgements", "Discovery",
                                             "Session 0, data to connection 80", "First transmissions", "Retransmitted",
                                             "Reordered")} == {
        "BcUdp packets": "17", "Data": "10", "Acknowledgements": "5", "Discovery": "2",
        "Session 0, data to connection 80": "10", "First transmissions": "9", "Retransmitted": "1", "Reordered": "1"}
    assert rows["Ack round-trip time (microseconds)"][0] == "2"
    assert rows["Session 0, acknowledgements to connection 82000"][0] == "2"


def test_losses_obey_the_state_rule(tshark, sharkd, lossy):
    assert assert_state_rule(tshark, sharkd, lossy[0], {"baichuan"}) == len(lossy[2])
