"""The marks by which tests/fuzz/mutate.py knows whether hidden secrets are shown."""

import random

import pytest

from tests.fuzz import bases, plaintexts
from tests.peers import newcamd, plaintext

MARK = b"mask.me.0123abcd"


def test_marks_are_found_in_a_text_a_field_of_bytes_and_a_dump():
    dump = "0000  00 01 02 03 04 05 06 07 6d 61 73 6b 2e 6d 65 2e   ........mask.me.\n0010  30 31 32 33 61 62 63 64 00                        0123abcd.\n"
    for text in (f"x{MARK.decode()}y", MARK.hex(), MARK.hex(":"), dump):
        assert plaintexts.shown(text) == {MARK}
    assert plaintexts.shown("mask.me. 0123abcd " + MARK.hex()[:-2]) == set()


def test_a_secret_is_told_for_one_only_where_its_element_is_whole():
    assert plaintexts.told_for_secrets("xml", b"<a><key>" + MARK + b"</key></a>") == {MARK}
    assert plaintexts.told_for_secrets("xml", b"<a><keX>" + MARK + b"</key></a>") == set()
    assert plaintexts.told_for_secrets("message", newcamd.message(newcamd.ECM_EVEN, MARK)) == {MARK}
    assert plaintexts.told_for_secrets("message", newcamd.message(newcamd.KEEPALIVE, MARK)) == set()


def test_a_secret_that_also_stands_where_it_cannot_be_told_may_be_shown():
    spoiler = plaintexts.Spoiler(None, random.Random(1))
    spoiler("xml", b"<key>" + MARK + b"</key>")
    assert spoiler.secrets == {MARK}
    spoiler("xml", b"<name>" + MARK + b"</name>")
    assert spoiler.secrets == set()


@pytest.mark.parametrize("base", ("baichuan-secrets", "newcamd-secrets"))
def test_marks_are_shown_if_and_only_if_secrets_are_not_hidden(tshark, tmp_path, base):
    spoiler, dice = plaintexts.Spoiler(None, random.Random(3)), random.Random(3)
    with plaintext.spoiled(spoiler):
        capture = bases.GENERATED[base](tmp_path / "c.pcap", dice)

    def shown(hide):
        prefs = {f"{name}.hide_secrets": hide for name in ("newcamd", "baichuan")}
        return spoiler.secrets & plaintexts.shown(tshark(files=bases.TABLES, prefs=prefs).run(capture, "-2", "-V", "-x").out)

    assert len(spoiler.secrets) > 10
    assert shown("FALSE") == spoiler.secrets
    assert shown("TRUE") == set()
