"""Captures that attacked the suite: tests/fuzz/hostile/README.md says what each one did."""

import pytest

from tests.dissection import harness

HOSTILE = sorted((harness.ROOT / "tests" / "fuzz" / "hostile").glob("*.pcap"))
PASSWORD = {"baichuan.password": "Secret-1"}
HIDE = {**PASSWORD, "baichuan.hide_secrets": "TRUE", "newcamd.hide_secrets": "TRUE"}
TAPS = ["-q", "-z", "expert", "-z", "baichuan_media,tree", "-z", "baichuan_udp,tree", "-z", "baichuan,sessions",
        *(word for name in ("baichuan", "newcamd") for tap in (f"flow,{name},standard", f"conv,{name}", f"endpoints,{name}", f"{name},srt")
          for word in ("-z", tap))]


@pytest.fixture(params=HOSTILE, ids=lambda path: path.stem)
def hostile(request):
    return request.param


def test_it_ends_well_and_prints_the_same_twice(tshark, hostile):
    first, second = (tshark(prefs=PASSWORD).run(hostile, "-2", "-V", "-x").out for _ in range(2))

    assert first == second and first != ""


def test_statistics_of_it_end_well(tshark, hostile):
    assert "Baichuan" in tshark(prefs=PASSWORD).run(hostile, *TAPS).out


def test_it_ends_well_with_secrets_hidden(tshark, hostile):
    assert tshark(prefs=HIDE).run(hostile, "-2", "-V", "-x").out != ""


def test_a_document_declared_binary_shows_no_secret(tshark):
    capture = harness.ROOT / "tests" / "fuzz" / "hostile" / "hide-secrets-binary-xml.pcap"

    def found(prefs):
        out = tshark(prefs=prefs).run(capture, "-2", "-V", "-T", "json", "-x").out
        return any(text in out for text in ("HideMeKey77", "HideMeKey77".encode().hex()))

    assert found(PASSWORD)
    assert not found(HIDE)
