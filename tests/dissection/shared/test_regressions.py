"""What fuzzing has found stays found. The sanitizers' run of these tests is the one that counts for most of it."""

import pytest

from tests.dissection import harness
from tests.dissection.baichuan import regression_cases as baichuan
from tests.dissection.newcamd import regression_cases as newcamd

KEYS = {"baichuan_keys": [["", "admin", "Secret-1", "", "", "generated"]],
        "newcamd_keys": [["", "", "0102030405060708091011121314", "anna", "sesame", "generated"]]}
SECONDS = 1  # of processor that our plugins may add to such a capture


@pytest.fixture(scope="module", params=baichuan.CASES + newcamd.CASES, ids=lambda case: case.__name__)
def capture(request, tmp_path_factory):
    return request.param(tmp_path_factory.mktemp("regressions") / f"{request.param.__name__}.pcap")


@pytest.mark.parametrize("args", [(), ("-2", "-V")], ids=["one pass", "two passes"])
def test_it_is_dissected_without_a_complaint(tshark, capture, args):
    for tables in (KEYS, None):
        tshark(tables=tables).run(capture, *args)


@pytest.mark.skipif(harness.SANITIZE, reason="sanitized programs take time of their own")
def test_it_takes_little_longer_than_without_the_plugin(stage, plain, capture):
    used, floor = (harness.usage(which, capture, "-2", "-V") for which in (stage, plain.stage))

    assert used.seconds - floor.seconds < SECONDS


def test_no_password_is_shown(tshark, tmp_path):
    capture = baichuan.password_behind_a_nested_element(tmp_path / "password.pcap")
    out = tshark(prefs={"baichuan.hide_secrets": "TRUE"}).run(capture, "-V").out

    assert "password" in out and baichuan.PASSWORD not in out


def test_a_session_key_opens_what_follows_a_login_that_nothing_opens(tshark, tmp_path):
    capture = newcamd.session_key_behind_a_login_that_nothing_opens(tmp_path / "login.pcap")
    assert len(tshark(tables=KEYS).frames(capture, "newcamd.cw.even", args=["-2"])) > 0
