"""BC shows the same whatever the order in which frames are looked at."""

import pytest

import harness
from state_rule import assert_state_rule

KEYS = {"baichuan_keys": (harness.KEYS / "baichuan_keys").read_text()}
PROTOCOLS = {"baichuan"}


@pytest.mark.parametrize("capture", sorted((harness.CAPTURES / "baichuan").glob("*_tcp*.pcapng")), ids=lambda p: p.stem)
def test_recorded_captures(tshark, sharkd, capture):
    assert assert_state_rule(tshark, sharkd, capture, PROTOCOLS, files=KEYS) > 40


@pytest.mark.parametrize("capture", sorted((harness.CAPTURES / "baichuan").glob("*_tcp*.pcapng")), ids=lambda p: p.stem)
def test_recorded_captures_without_a_key(tshark, sharkd, capture):
    assert assert_state_rule(tshark, sharkd, capture, PROTOCOLS) > 40
