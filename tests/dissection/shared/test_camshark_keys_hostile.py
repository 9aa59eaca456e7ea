"""camshark-keys on captures that were made to harm it: what is in them costs no more than its bytes, and stays in its place."""

import importlib
import io
import struct
import time

import pytest

from tests.dissection import harness
from tests.peers import pcap, pcapng

pytestmark = pytest.mark.skipif(harness.SANITIZE, reason="what is tested here is the program beside the plugins")


@pytest.fixture
def module(monkeypatch):
    """module(name): one of the program's."""
    monkeypatch.syspath_prepend(str(harness.ROOT / "tools"))
    return lambda name: importlib.import_module(f"capture_keys.{name}")


def one_packet():
    made = pcap.Capture()
    made.tcp().client(bytes(20))
    return made


def seconds(work, *words):
    start = time.process_time()
    work(*words)
    return time.process_time() - start


def test_blanks_in_a_row_cost_no_more_than_their_number(module):
    cells_of = module("rows").cells_of
    assert cells_of('"a" , "b"\t,, ') == ["a", "b", "", ""]
    assert cells_of('"a" x') is None
    assert seconds(cells_of, " " * 100_000 + "x") < 5  # tried in all ways they take minutes


def test_list_prints_nothing_that_a_terminal_obeys(module, tmp_path, capsys, monkeypatch):
    row = '"",\t"","","0123456789abcdef","","a\x1b[31mb\x7f\u009b\u202e\udcff\r ü"'
    text = f"camshark-key: baichuan {row}\ncamshark-key: baichuan \"x\"".encode("utf-8", "surrogateescape")
    path = pcapng.write(tmp_path / "c.pcapng", one_packet(), comments={1: text})
    main = module("main")
    monkeypatch.setattr(main.sys, "argv", ["camshark-keys", "list", str(path)])
    assert main.main() == 0
    assert capsys.readouterr().out == (
        '# comment of frame 1\nbaichuan "",\t"","","0123456789abcdef","","a\\x1b[31mb\\x7f\\xc2\\x9b\\xe2\\x80\\xae\\xff\\x0d ü"\n'
        '# comment of frame 1\nbaichuan "x"\n')


def test_nothing_is_said_of_a_name_that_a_terminal_obeys(module, tmp_path, capsys, monkeypatch):
    path = tmp_path / "a\x1b[2J\u009b\u202e\udcff.pcapng"
    main = module("main")
    for content in (bytes(100), pcapng.Writer().section([], pcap.LINK_RAW_IP), None):
        if content is None:
            path.unlink()
        else:
            path.write_bytes(content)
        for command in ("list", "remove", "add"):
            monkeypatch.setattr(main.sys, "argv", ["camshark-keys", command, str(path)])
            main.main()
            said = capsys.readouterr().err
            assert "a\\x1b[2J\\xc2\\x9b\\xe2\\x80\\xae\\xff" in said
            assert all(sign.isprintable() or sign == "\n" for sign in said)


def test_many_sections_with_many_edits_cost_no_more_than_their_number(module):
    blocks = module("pcapng")
    count, size = 20_000, 28
    header = struct.pack("<IIIHHQI", blocks.SECTION, size, 0x1A2B3C4D, 1, 0, 100 - size, size)
    starts = [blocks.Block(number * 100, blocks.SECTION, "<", header, number, None) for number in range(count)]
    edits = [blocks.Edit(number * 100 + 50, 4, bytes(12)) for number in range(count)]
    made = []
    assert seconds(lambda: made.extend(blocks.section_lengths(starts, edits, count * 100))) < 5  # each with all: minutes
    assert len(made) == count
    assert made[1] == blocks.Edit(100 + blocks.SECTION_LENGTH_AT, 8, struct.pack("<Q", 100 - size + 8))


def test_options_of_sections_are_not_kept(module):
    size = 1 << 20
    section = struct.pack("<IIIHHQ", 0x0A0D0D0A, size, 0x1A2B3C4D, 1, 0, 0) + bytes(size - 28) + struct.pack("<I", size)
    scan = module("carried").Scan(io.BytesIO(20 * section))
    assert len(scan.sections) == 20
    assert sum(len(header.raw) for header in scan.sections) < 1000


def test_a_capture_whose_name_looks_like_an_option_is_none(module, tmp_path, monkeypatch):
    wireshark = module("wireshark")
    said = []

    class Done:
        returncode = 0

    monkeypatch.setattr(wireshark.shutil, "which", lambda name: name)
    monkeypatch.setattr(wireshark.subprocess, "run", lambda words, **_: said.append(words) or Done)
    monkeypatch.chdir(tmp_path)
    wireshark.convert("-T.pcap", "made.pcapng")
    assert said == [["editcap", "-F", "pcapng", str(tmp_path / "-T.pcap"), "made.pcapng"]]
