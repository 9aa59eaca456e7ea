"""newcamd by the state rule: one pass, two passes and random access show the same."""

import pytest

from tests.dissection import harness
from tests.dissection import state_rule
from tests.dissection.newcamd import cases

RECORDED = sorted((harness.CAPTURES / "newcamd").glob("*.pcapng"))
KEYS = {
    "key": (harness.KEYS / "newcamd_keys").read_text(),
    # The default DESKEY, which is always tried, opens two of the captures nevertheless.
    "wrong key": f'"","15050","{cases.OTHER_DESKEY}","","",""\n',
    "no key": "",
}
PORT_ROW = {"newcamd_keys": [["", str(cases.PORT), cases.DESKEY, "", "", ""]]}
WRONG_PORT_ROW = {"newcamd_keys": [["", str(cases.PORT), cases.OTHER_DESKEY, "", "", ""]]}

GENERATED = {
    "every command, 525": (cases.every_command, cases.TABLE),
    "every command, 524": (lambda path: cases.every_command(path, 524), cases.TABLE),
    "client cut": (lambda path: cases.client_cut_everywhere(path, step=11), cases.TABLE),
    "server cut": (lambda path: cases.server_cut_everywhere(path, step=11), cases.TABLE),
    "client cut, port named": (lambda path: cases.client_cut_everywhere(path, step=11), PORT_ROW),
    "single bytes": (cases.byte_by_byte, cases.TABLE),
    "pipelined": (cases.pipelined, cases.TABLE),
    "lost between frames": (cases.lost_between_frames, cases.TABLE),
    "lost inside a frame": (cases.lost_inside_a_frame, cases.TABLE),
    "lost head": (cases.lost_head_of_a_frame, cases.TABLE),
    "login missing": (cases.lost_login, PORT_ROW),
    "no key fits": (cases.every_command, WRONG_PORT_ROW),
    "snapped": (cases.snapped, cases.TABLE),
    "damaged": (cases.damaged, cases.TABLE),
    "impossible lengths": (cases.impossible_lengths, cases.TABLE),
    "two servers": (cases.two_servers, {"newcamd_keys": [["", "", cases.DESKEY, "", "", ""], ["", "", cases.OTHER_DESKEY, "", "", ""]]}),
    "reconnect": (cases.reconnect, cases.TABLE),
}


@pytest.mark.parametrize("keys", KEYS.values(), ids=KEYS)
@pytest.mark.parametrize("capture", RECORDED, ids=lambda path: path.stem)
def test_recorded_captures_obey_the_state_rule(tshark, sharkd, capture, keys):
    shown = state_rule.assert_state_rule(tshark, sharkd, capture, ["newcamd"], files={"newcamd_keys": keys})
    assert shown >= 2 or (keys == "" and "wrong-deskey" in capture.name)


@pytest.mark.parametrize("build, tables", GENERATED.values(), ids=GENERATED)
def test_generated_captures_obey_the_state_rule(tshark, sharkd, tmp_path, build, tables):
    capture = build(tmp_path / "generated.pcap")
    assert state_rule.assert_state_rule(tshark, sharkd, capture, ["newcamd"], tables=tables) >= 3
