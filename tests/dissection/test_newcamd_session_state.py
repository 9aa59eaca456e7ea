"""newcamd's logins, keys and order by the state rule: one pass, two passes and random access show the same."""

import inspect

import pytest

from tests.dissection import harness
from tests.dissection import state_rule
from tests.dissection.newcamd import cases
from tests.dissection.newcamd import message_cases as messages
from tests.dissection.newcamd import request_cases as requests
from tests.dissection.newcamd import session_cases as sessions

CASES = {
    "reverse login": (sessions.reverse_login, cases.TABLE, {}),
    "reverse login in pieces": (lambda path: sessions.reverse_login(path, name_cuts=(20,)), cases.TABLE, {}),
    "reverse login, name not answered": (lambda path: sessions.reverse_login(path, skip_reply=True), cases.TABLE, {}),
    "clear mode": (sessions.clear_mode, {}, {}),
    "clear mode in pieces": (lambda path: sessions.clear_mode(path, cuts=(20,)), {}, {}),
    "old layout": (sessions.old_layout, cases.TABLE, {}),
    "mid-session": (sessions.mid_session, sessions.PASSWORD_TABLE, {}),
    "mid-session, 524": (lambda path: sessions.mid_session(path, 524), sessions.PASSWORD_TABLE, {}),
    "mid-session, port named": (sessions.mid_session, sessions.PORT_PASSWORD_TABLE, {}),
    "mid-session, port named, no password": (sessions.mid_session, {"newcamd_keys": [["", str(cases.PORT), cases.DESKEY, "", "", ""]]}, {}),
    "mid-session in one segment": (sessions.mid_session_in_one_segment, sessions.PASSWORD_TABLE, {}),
    "mid-session in pieces": (sessions.mid_session_in_pieces, sessions.PASSWORD_TABLE, {}),
    "mid-session, replies only": (sessions.mid_session_replies_only, sessions.PASSWORD_TABLE, {}),
    "mid-session from card data": (sessions.mid_session_from_card_data, sessions.PASSWORD_TABLE, {}),
    "learned": (sessions.learned, cases.TABLE, {}),
    "learned later, with links": (sessions.learned_later, cases.TABLE, {}),
    "learned later": (lambda path: sessions.learned(path, before=False), cases.TABLE, {}),
    "lost login": (sessions.lost_login_then_session, sessions.PASSWORD_TABLE, {}),
    "lost login, port named": (sessions.lost_login_then_session, sessions.PORT_PASSWORD_TABLE, {}),
    "closed by the server": (sessions.closed_without_reply, cases.TABLE, {}),
    "reset": (lambda path: sessions.closed_without_reply(path, "rst"), cases.TABLE, {}),
    "retransmissions": (sessions.retransmissions, cases.TABLE, {}),
    "retransmissions unnoticed": (sessions.retransmissions, cases.TABLE, {"tcp.analyze_sequence_numbers": "FALSE"}),
    "out of order, reassembled": (sessions.out_of_order, cases.TABLE, {"tcp.reassemble_out_of_order": "TRUE"}),
    "out of order in the login": (sessions.out_of_order_login, cases.TABLE, {"tcp.reassemble_out_of_order": "TRUE"}),
    "reconnect without SYN": (sessions.reconnect_without_syn, cases.TABLE, {}),
    "two servers mid-session": (sessions.two_servers_mid_session, {"newcamd_keys": [
        ["", "", cases.DESKEY, "anna", "sesame", ""], ["", "", cases.OTHER_DESKEY, "berta", "sesame", ""]]}, {}),
    "forced version": (cases.every_command, cases.TABLE, {"newcamd.force_version": "524"}),
}


@pytest.mark.parametrize("build, tables, prefs", CASES.values(), ids=CASES)
def test_sessions_obey_the_state_rule(tshark, sharkd, tmp_path, build, tables, prefs):
    capture = build(tmp_path / "generated.pcap")
    assert state_rule.assert_state_rule(tshark, sharkd, capture, ["newcamd"], tables=tables, prefs=prefs) >= 2


NOBODY_REORDERS = pytest.mark.skipif(
    harness.wireshark_version() >= (4, 6),
    reason="where nobody reorders, Wireshark 4.6 hands over other segments on the first pass than later")


@NOBODY_REORDERS
@pytest.mark.parametrize("prefs", [{}, {"tcp.no_subdissector_on_error": "FALSE"}], ids=["held back", "passed on"])
def test_segments_out_of_order_obey_the_state_rule(tshark, sharkd, tmp_path, prefs):
    capture = sessions.out_of_order(tmp_path / "generated.pcap")
    assert state_rule.assert_state_rule(tshark, sharkd, capture, ["newcamd"], tables=cases.TABLE, prefs=prefs) >= 2


@pytest.mark.parametrize("build, shown", [
    (cases.every_command, 10), (lambda path: cases.client_cut_everywhere(path, step=11), 10),
    (lambda path: sessions.without_key(path, pipelined=True), 4), (lambda path: sessions.without_key(path, lose=("ack",)), 4),
    (lambda path: sessions.without_key(path, multics=True), 5)],
    ids=["whole login", "login in pieces", "pipelined", "ACK lost", "mark of MultiCS"])
def test_the_weak_heuristic_obeys_the_state_rule(tshark, sharkd, tmp_path, build, shown):
    capture = build(tmp_path / "generated.pcap")
    assert state_rule.assert_state_rule(tshark, sharkd, capture, ["newcamd"],
                                        files={"heuristic_protos": "newcamd_tcp_weak,1\n"}) >= shown


# Every function that makes a capture; no new one can be forgotten here. (Two need to be told what to make, and have tests
# of their own by this rule.)
BUILDERS = [build for module in (cases, messages, requests, sessions) for _, build in inspect.getmembers(module, inspect.isfunction)
            if build.__module__ == module.__name__ and next(iter(inspect.signature(build).parameters), "") == "path"
            and build not in (messages.emm_sections, messages.random_messages)]
OPTIONS = {requests.id_wraps: {"last": 900}, requests.overwritten_add_card: {"provider": 0x042820}}


OUT_OF_ORDER = (sessions.out_of_order, sessions.out_of_order_login)


@pytest.mark.parametrize("build", [pytest.param(build, marks=[NOBODY_REORDERS] * (build in OUT_OF_ORDER)) for build in BUILDERS],
                         ids=lambda build: build.__name__)
def test_every_generated_capture_obeys_the_state_rule_where_its_port_is_named(tshark, sharkd, tmp_path, build):
    capture = build(tmp_path / "generated.pcap", **OPTIONS.get(build, {}))
    assert state_rule.assert_state_rule(tshark, sharkd, capture, ["newcamd"], tables=sessions.PORT_PASSWORD_TABLE) >= 1
