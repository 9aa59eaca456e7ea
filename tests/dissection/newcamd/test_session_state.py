"""newcamd's logins, keys and order by the state rule: one pass, two passes and random access show the same."""

import inspect

import pytest

from tests.dissection import harness
from tests.dissection import state_rule
from tests.dissection.newcamd import cases
from tests.dissection.newcamd import message_cases
from tests.dissection.newcamd import request_cases
from tests.dissection.newcamd import session_cases

CASES = {
    "reverse login": (session_cases.reverse_login, cases.TABLE, {}),
    "reverse login in pieces": (lambda path: session_cases.reverse_login(path, name_cuts=(20,)), cases.TABLE, {}),
    "reverse login, name not answered": (lambda path: session_cases.reverse_login(path, skip_reply=True), cases.TABLE, {}),
    "clear mode": (session_cases.clear_mode, {}, {}),
    "clear mode in pieces": (lambda path: session_cases.clear_mode(path, cuts=(20,)), {}, {}),
    "clear mode without its login": (session_cases.clear_without_login, {}, {}),
    "clear mode, login lost": (lambda path: session_cases.clear_without_login(path, greeting=True), {}, {}),
    "old layout": (session_cases.old_layout, cases.TABLE, {}),
    "mid-session": (session_cases.mid_session, session_cases.PASSWORD_TABLE, {}),
    "mid-session, 524": (lambda path: session_cases.mid_session(path, 524), session_cases.PASSWORD_TABLE, {}),
    "mid-session, port named": (session_cases.mid_session, session_cases.PORT_PASSWORD_TABLE, {}),
    "mid-session, port named, no password": (session_cases.mid_session, {"newcamd_keys": [["", str(cases.PORT), cases.DESKEY, "", "", ""]]}, {}),
    "mid-session in one segment": (session_cases.mid_session_in_one_segment, session_cases.PASSWORD_TABLE, {}),
    "mid-session in pieces": (session_cases.mid_session_in_pieces, session_cases.PASSWORD_TABLE, {}),
    "mid-session, replies only": (session_cases.mid_session_replies_only, session_cases.PASSWORD_TABLE, {}),
    "mid-session from card data": (session_cases.mid_session_from_card_data, session_cases.PASSWORD_TABLE, {}),
    "learned": (session_cases.learned, cases.TABLE, {}),
    "learned later, with links": (session_cases.learned_later, cases.TABLE, {}),
    "learned later": (lambda path: session_cases.learned(path, before=False), cases.TABLE, {}),
    "learned after the end": (session_cases.learned_after_the_end, cases.TABLE, {}),
    "lost greeting": (session_cases.lost_greeting, session_cases.PASSWORD_TABLE, {}),
    "lost greeting, learned": (session_cases.lost_greeting_then_login, cases.TABLE, {}),
    "lost login": (session_cases.lost_login_then_session, session_cases.PASSWORD_TABLE, {}),
    "lost login, port named": (session_cases.lost_login_then_session, session_cases.PORT_PASSWORD_TABLE, {}),
    "closed by the server": (session_cases.closed_without_reply, cases.TABLE, {}),
    "reset": (lambda path: session_cases.closed_without_reply(path, "rst"), cases.TABLE, {}),
    "retransmissions": (session_cases.retransmissions, cases.TABLE, {}),
    "retransmissions unnoticed": (session_cases.retransmissions, cases.TABLE, {"tcp.analyze_sequence_numbers": "FALSE"}),
    "out of order, reassembled": (session_cases.out_of_order, cases.TABLE, {"tcp.reassemble_out_of_order": "TRUE"}),
    "out of order in the login": (session_cases.out_of_order_login, cases.TABLE, {"tcp.reassemble_out_of_order": "TRUE"}),
    "reconnect without SYN": (session_cases.reconnect_without_syn, cases.TABLE, {}),
    "two servers mid-session": (session_cases.two_servers_mid_session, {"newcamd_keys": [
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
    capture = session_cases.out_of_order(tmp_path / "generated.pcap")
    assert state_rule.assert_state_rule(tshark, sharkd, capture, ["newcamd"], tables=cases.TABLE, prefs=prefs) >= 2


@pytest.mark.parametrize("build, shown", [
    (cases.every_command, 10), (lambda path: cases.client_cut_everywhere(path, step=11), 10),
    (lambda path: session_cases.without_key(path, pipelined=True), 4), (lambda path: session_cases.without_key(path, lose=("ack",)), 4),
    (lambda path: session_cases.without_key(path, multics=True), 5)],
    ids=["whole login", "login in pieces", "pipelined", "ACK lost", "mark of MultiCS"])
def test_the_weak_heuristic_obeys_the_state_rule(tshark, sharkd, tmp_path, build, shown):
    capture = build(tmp_path / "generated.pcap")
    assert state_rule.assert_state_rule(tshark, sharkd, capture, ["newcamd"],
                                        files={"heuristic_protos": "newcamd_tcp_weak,1\n"}) >= shown


# Every function that makes a capture; no new one can be forgotten here. (Two need to be told what to make, and have tests
# of their own by this rule.)
BUILDERS = [build for module in (cases, message_cases, request_cases, session_cases)
            for _, build in inspect.getmembers(module, inspect.isfunction)
            if build.__module__ == module.__name__ and next(iter(inspect.signature(build).parameters), "") == "path"
            and build not in (message_cases.emm_sections, message_cases.random_messages)]
OPTIONS = {request_cases.id_wraps: {"last": 900}, request_cases.overwritten_add_card: {"provider": 0x042820}}


OUT_OF_ORDER = (session_cases.out_of_order, session_cases.out_of_order_login)


@pytest.mark.parametrize("build", [pytest.param(build, marks=[NOBODY_REORDERS] * (build in OUT_OF_ORDER)) for build in BUILDERS],
                         ids=lambda build: build.__name__)
def test_every_generated_capture_obeys_the_state_rule_where_its_port_is_named(tshark, sharkd, tmp_path, build):
    capture = build(tmp_path / "generated.pcap", **OPTIONS.get(build, {}))
    assert state_rule.assert_state_rule(tshark, sharkd, capture, ["newcamd"], tables=session_cases.PORT_PASSWORD_TABLE) >= 1
