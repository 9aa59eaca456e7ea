"""BC shows the same whatever the order in which frames are looked at."""

import pytest

import harness
from state_rule import assert_state_rule

KEYS = {
    "key": {"baichuan_keys": (harness.KEYS / "baichuan_keys").read_text()},
    "wrong key": {"baichuan_keys": '"","","Not-This-One","","",""\n"","","","0000000000000000","",""\n'},
    "no key": {},
}
PROTOCOLS = {"baichuan"}


@pytest.mark.parametrize("keys", KEYS.values(), ids=KEYS)
@pytest.mark.parametrize("capture", sorted((harness.CAPTURES / "baichuan").glob("*.pcapng")), ids=lambda p: p.stem)
def test_recorded_captures_obey_the_state_rule(tshark, sharkd, capture, keys):
    assert assert_state_rule(tshark, sharkd, capture, PROTOCOLS, files=keys) > 40
