"""The profile in profiles/ asks for fields that there are."""

import csv
import re

import pytest

from tests.dissection import harness

PROFILE = harness.ROOT / "profiles" / "camshark"
CAPTURE = harness.CAPTURES / "baichuan" / "aio_tcp_aes.pcapng"


def filters():
    for row in csv.reader((PROFILE / "dfilter_buttons").read_text().splitlines()):
        yield row[2]
    for line in (PROFILE / "colorfilters").read_text().splitlines():
        yield re.fullmatch(r"@[^@]*@(.*)@\[[\d,]+\]\[[\d,]+\]", line)[1]
    for line in (PROFILE / "profile_settings").read_text().splitlines():
        yield line.removeprefix("auto_switch_filter: ")
    yield from re.findall(r'"%Cus:([^:]*):', (PROFILE / "preferences").read_text())


@pytest.mark.parametrize("text", sorted(set(filters())))
def test_a_filter_of_the_profile_is_valid(stage, text):
    # "a or b" in a column names fields; as a filter it asks for either.
    harness.Tshark(stage).frames(CAPTURE, text)


def test_no_keys_are_in_the_profile():
    assert {path.name for path in PROFILE.iterdir()} == {"colorfilters", "dfilter_buttons", "preferences", "profile_settings"}
