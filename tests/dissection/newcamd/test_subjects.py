"""newcamd: a reply says which service its request is for, and which ECM it answers."""

import hashlib

import pytest

from tests.dissection import state_rule
from tests.dissection.newcamd import cases, request_cases
from tests.peers import newcamd, pcap

CONAX = {"caid": 0x0B00, "provider": 0x000001}


def one_of_each(path, version=525):
    """ECM (9, 11) and EMM (13) with the service in their headers, each with its reply behind it."""
    capture, peer, tcp = cases.connected(version=version)
    tcp.client(peer.ecm(msg_id=2, sid=1, **CONAX))
    tcp.server(peer.cw(msg_id=2))
    tcp.client(peer.ecm(msg_id=3, sid=0x1234, **CONAX))
    tcp.server(peer.frame(newcamd.message(newcamd.ECM_EVEN), msg_id=3))
    tcp.client(peer.emm(msg_id=4, sid=0x4321, **CONAX))
    tcp.server(peer.emm_reply(msg_id=4))
    return capture.write(path)


def without_caid(path, version=525, card=True):
    """An ECM and its reply, of a client that leaves CAID and provider to the server."""
    capture, peer, tcp = cases.logged_in(version=version)
    if card:
        tcp.client(peer.card_request())
        tcp.server(peer.card_data(caid=0x0500))
    tcp.client(peer.ecm(msg_id=2, sid=7))
    tcp.server(peer.cw(msg_id=2))
    return capture.write(path)


def ecm_id(tag, data):
    """What newcamd.request.ecm_hash is said to be."""
    return "0x" + hashlib.sha256(bytes([tag]) + data).hexdigest()[:16]


SUBJECT = ("newcamd.request.sid", "newcamd.request.caid", "newcamd.request.provider")


def test_a_reply_says_service_caid_and_provider_of_its_request(reader, path):
    one_of_each(path)
    assert reader.fields(path, "frame.number", *SUBJECT, filter="newcamd.request.caid") == [
        ("10", "0x0001", "0x0b00", "0x000001"), ("12", "0x1234", "0x0b00", "0x000001"),
        ("14", "0x4321", "0x0b00", "0x000001")]


def test_a_request_does_not_say_once_more_what_its_header_says(reader, path):
    one_of_each(path)
    assert not reader.frames(path, "(newcamd.request.sid || newcamd.request.caid) && tcp.dstport == 15050")


def test_the_info_column_of_a_reply_has_service_and_time(reader, path):
    one_of_each(path)
    assert reader.fields(path, "_ws.col.Info", filter="frame.number >= 10 && tcp.srcport == 15050") == [
        ("CW 11223366445566ff 2122236631323396 for 0B00:0001, 1.00 ms",),
        ("ECM even not decoded for 0B00:1234, 1.00 ms",), ("EMM 0x82 accepted for 0B00:4321, 1.00 ms",)]


@pytest.mark.parametrize("version", [524, 525])
def test_the_caid_is_that_of_the_card_where_the_request_leaves_it_out(reader, path, version):
    without_caid(path, version)
    assert reader.fields(path, *SUBJECT, "_ws.col.Info", filter="newcamd.cw.even") == [
        ("0x0007", "0x0500", "", "CW 11223366445566ff 2122236631323396 for 0500:0007, 1.00 ms")]


def test_a_caid_that_nobody_has_said_is_not_shown(reader, path):
    without_caid(path, card=False)
    assert reader.fields(path, *SUBJECT, "_ws.col.Info", filter="newcamd.cw.even") == [
        ("0x0007", "", "", "CW 11223366445566ff 2122236631323396 for SID 0007, 1.00 ms")]


def test_a_second_reply_names_the_service_and_no_time(reader, path):
    request_cases.duplicate(path)
    assert reader.fields(path, "newcamd.request.sid", "_ws.col.Info", filter="frame.number == 11") == [
        ("0x0001", "CW 11223366445566ff 2122236631323396 for 0500:0001")]


def test_a_reply_without_request_names_no_service(reader, path):
    request_cases.reply_without_request(path)
    assert reader.fields(path, *SUBJECT, "newcamd.request.ecm_hash", "_ws.col.Info", filter="newcamd.cw.even") == [
        ("", "", "", "", "CW 11223366445566ff 2122236631323396")]


def test_an_emm_without_service_names_none(reader, path):
    cases.every_command(path)
    rows = reader.fields(path, *SUBJECT, "_ws.col.Info", filter="newcamd.emm.accepted")
    assert rows[0] == ("", "0x0500", "", "EMM 0x88 accepted for 0500, 1.00 ms")


def test_request_and_reply_have_the_id_of_the_ecm(reader, path):
    one_of_each(path)
    expected = ecm_id(newcamd.ECM_EVEN, newcamd.ECM_DATA)
    assert reader.frames(path, f"newcamd.request.ecm_hash == {expected}") == [9, 10, 11, 12]


def test_other_replies_have_no_id_of_an_ecm(reader, path):
    one_of_each(path)
    assert not reader.frames(path, "newcamd.request.ecm_hash && !(newcamd.command in {0x80, 0x81})")


def test_one_filter_finds_an_ecm_over_connections_versions_and_flags(reader, path):
    """The flags beside the length are another program's; the tag and every byte of data count."""
    capture = pcap.Capture()
    tag, data = newcamd.ECM_ODD, bytes(range(40))
    for number, version in enumerate((524, 525)):
        peer = cases.login(seed=number + 1, version=version)
        tcp = newcamd.connect(capture, peer, cases.client_port(number))
        tcp.client(peer.frame(newcamd.message(tag, data, nibble=number * 7), msg_id=2))
        tcp.client(peer.frame(newcamd.message(tag, data[:-1] + b"\0"), msg_id=3))
        tcp.client(peer.frame(newcamd.message(newcamd.ECM_EVEN, data), msg_id=4))
    capture.write(path)

    found = reader.fields(path, "newcamd.version", "newcamd.msg_id",
                          filter=f"newcamd.request.ecm_hash == {ecm_id(tag, data)}")
    assert found == [("524", "2"), ("525", "2")]


def test_hidden_secrets_leave_service_and_ecm_id(tshark, path):
    one_of_each(path)
    hidden = tshark(tables=cases.TABLE, prefs={"newcamd.hide_secrets": "TRUE"})
    assert hidden.fields(path, "newcamd.request.ecm_hash", "_ws.col.Info", filter="frame.number == 10") == [
        (ecm_id(newcamd.ECM_EVEN, newcamd.ECM_DATA), "CW (hidden) for 0B00:0001, 1.00 ms")]


@pytest.mark.parametrize("version", [524, 525])
def test_the_state_rule_holds(tshark, sharkd, path, version):
    without_caid(path, version)
    assert state_rule.assert_state_rule(tshark, sharkd, path, ["newcamd"], tables=cases.TABLE) == 7
