"""camshark-batch on files that were made to harm it: each is named and costs itself alone, and what is said is plain text."""

import csv
import importlib
import functools
import importlib.util
import io
import json
import os
import re
import shutil
import sys

import pytest

from tests.batch import runs
from tests.dissection import harness
from tests.peers.baichuan import Session
from tests.peers.pcap import Capture

pytestmark = pytest.mark.skipif(harness.SANITIZE, reason="what is tested here is the program around the plugins")
GOOD = harness.CAPTURES / "newcamd" / "oscam-tsdecrypt-wrong-password.pcapng"
captures = functools.partial(runs.copies, GOOD)

BOTH_WAYS = pytest.mark.parametrize("more", [
    pytest.param([], id="workers"),
    pytest.param(["--parallel"], id="parallel", marks=pytest.mark.skipif(not shutil.which("parallel"), reason="not installed: parallel"))])

# A duckdb that writes down what it is asked for, and where; what it writes is no Parquet.
DUCKDB = """#!/bin/sh
[ "$1" = -c ] || exit 1
printf '%s\\n' "$2" >>'{log}'
made=${{2##*TO \\'}}
: >"${{made%%\\'*}}"
"""


@pytest.fixture(scope="module")
def batch(stage):
    return runs.Batch(stage)


def written(folder):
    return {path.name for path in folder.rglob("*") if path.is_file() and not path.name.startswith(".")}


def test_what_is_no_file_is_named_and_not_waited_for(batch):
    folder, out = captures(batch.new_folder(), "good.pcapng"), batch.new_folder()
    os.mkfifo(folder / "pipe.pcapng")
    (folder / "pipe.pcapng").chmod(0o666)
    done = batch.run(folder / "good.pcapng", folder / "pipe.pcapng", "--out", out, status=1, limit=30)
    assert "pipe.pcapng: not read: no file" in done.err and written(out) == {"good.pcapng.jsonl"}


def test_a_large_file_whose_compression_is_damaged_is_named(batch):
    folder, out = captures(batch.new_folder(), "good.pcapng"), batch.new_folder()
    (folder / "bad.pcap.gz").write_bytes(b"\x1f\x8b\x08\x00" + bytes(6) + b"\xff" * (3 << 20))
    done = batch.run(folder, "--out", out, status=1)
    assert "bad.pcap.gz: not read: not a capture" in done.err and "Traceback" not in done.err
    assert written(out) == {"good.pcapng.jsonl"}


@pytest.mark.parametrize("kind", ["jsonl", "csv"])
def test_captures_with_the_longest_names_have_outputs(batch, kind):
    names = [letter * 248 + ".pcapng" for letter in "ab"] + ["a" * 247 + "b.pcapng", "ü" * 124 + ".pcapng", "good.pcapng"]
    folder, out = captures(batch.new_folder(), *names), batch.new_folder()
    assert "5 captures without faults" in batch.run(folder, "--out", out, "--format", kind).err
    assert len(written(out)) == 5 and f"good.pcapng.{kind}" in written(out)
    assert "5 captures done before" in batch.run(folder, "--out", out, "--format", kind, "--resume").err


def test_an_output_that_can_not_be_written_costs_its_capture_alone(batch):
    folder, out = captures(batch.new_folder(), "a.pcapng", "b.pcapng"), batch.new_folder()
    (out / "a.pcapng.jsonl").mkdir(mode=0o777)
    done = batch.run(folder, "--out", out, status=1)
    assert "a.pcapng: not read: " in done.err and "a.pcapng.jsonl: Is a directory" in done.err and "Traceback" not in done.err
    assert written(out) == {"b.pcapng.jsonl"}


def test_a_folder_of_outputs_that_can_not_be_made_costs_its_captures_alone(batch):
    folder, out = captures(batch.new_folder(), "b.pcapng"), batch.new_folder()
    (folder / "a").mkdir()
    captures(folder / "a", "x.pcapng")
    (out / "a").write_text("a file\n")
    done = batch.run(folder, "--out", out, status=1)
    assert "x.pcapng: not read: " in done.err and "1 captures without faults, 1 with faults" in done.err
    assert written(out) == {"a", "b.pcapng.jsonl"}


def test_an_output_is_never_the_note_of_what_is_done(batch):
    folder, out = captures(batch.new_folder(), ".camshark-batch"), batch.new_folder()
    batch.run(folder, "--all-files", "--out", out)
    assert "1 captures done before" in batch.run(folder, "--all-files", "--out", out, "--resume").err
    made = [path for path in out.iterdir() if path.name.endswith(".jsonl") and path.name != ".camshark-batch.jsonl"]
    assert len(made) == 1 and all("frame" in json.loads(line) for line in made[0].read_text().splitlines())


@BOTH_WAYS
def test_nothing_is_said_that_a_terminal_obeys(batch, more):
    folder, out = batch.new_folder(), batch.new_folder()
    name = "cut\x1b[2J\u009b\u202e.pcapng"
    (folder / name).write_bytes(GOOD.read_bytes()[:len(GOOD.read_bytes()) // 2 + 3])
    (folder / ("junk " + name)).write_bytes(bytes(100))
    err = batch.run(folder, "--out", out, *more, status=1).err
    assert all(sign.isprintable() or sign == "\n" for sign in err)
    assert err.count('The file "cut\\x1b[2J\\x9b\\u202e.pcapng" appears to have been cut short') == 1
    assert len(re.findall(r'The file "junk cut\\x1b\[2J\\x9b\\u202e.pcapng" (?:appears|isn.t a capture file)', err)) == 1


ODD = "=a\"',\t\x7f\u009b2J\u00a0\u202e\u2028\ufeff\U0001f600é"


@pytest.fixture
def documents(batch):
    """A capture with a document whose texts have what terminals obey, and what formats mean something by."""
    capture, peer, path = Capture(), Session("none"), batch.new_folder() / "odd.pcap"
    tcp = capture.tcp(server=("10.0.0.1", 9000)).open()
    peer.play_login(tcp)
    tcp.server(peer.message(33, f"<body><AlarmEventList><AlarmEvent><status>{ODD}</status></AlarmEvent></AlarmEventList></body>"))
    return capture.write(path)


@pytest.mark.parametrize("large", ["0", "-1"])
def test_records_are_whole_and_have_nothing_that_a_terminal_obeys(batch, documents, large):
    out = batch.run(documents, "--large", large).out
    assert all(sign.isprintable() or sign == "\n" for sign in out)
    record = json.loads(out.splitlines()[-1])
    assert record["fields"]["event"]["status"] == ODD and ODD in record["xml"][0]["text"]


def test_a_name_that_is_no_utf8_is_a_text_in_records(batch):
    folder = captures(batch.new_folder(), "a\udcff.pcapng")
    names = {record["file"] for record in batch.records(folder)}
    assert names == {f"{folder}/a\\xff.pcapng"}  # a half of a surrogate pair is no text for DuckDB and others


def test_cells_have_nothing_that_a_terminal_obeys(batch, documents):
    out = batch.run(documents, "--format", "csv", "--fields", "baichuan.event.status,xml").out
    assert all(sign.isprintable() or sign in "\n\t" for sign in out)
    status, xml = list(csv.reader(io.StringIO(out)))[-1]
    assert status == ODD.replace("\x7f\u009b2J\u00a0\u202e\u2028\ufeff", r"\x7f\x9b2J\xa0\u202e\u2028\ufeff")
    assert ODD in json.loads(xml)[0]["text"]


@pytest.mark.skipif(importlib.util.find_spec("duckdb"), reason="Python's duckdb comes before the program")
@pytest.mark.parametrize("name", ["*.pcapng", "x) TO y.pcapng", "q'.pcapng", "\udcff.pcapng", "day=3.pcapng"])
def test_no_name_of_a_capture_is_in_what_duckdb_is_asked_for(batch, name):
    tools, folder, out = batch.new_folder(), captures(batch.new_folder(), name), batch.new_folder()
    log = tools / "log"
    (tools / "duckdb").write_text(DUCKDB.format(log=log))
    (tools / "duckdb").chmod(0o755)
    out = out / name.removesuffix(".pcapng")
    words = ["--filter", "frame.number == 0"] if "TO" in name else []
    batch.run(folder, "--out", out, "--format", "parquet", *words, env={"PATH": f"{tools}:/usr/bin:/bin"})
    asked = log.read_text(errors="surrogateescape")
    assert "read_json('." in asked and not any(part in asked for part in ("*.p", "x)", "q'", "\udcff", "day=3", str(out)))
    assert asked.count(" TO ") == 1 and ("WHERE false" in asked) == ("TO" in name)
    assert [path.name for path in out.iterdir() if path.name != ".camshark-batch.jsonl"] == [f"{name}.parquet"]


NODE = """#!/bin/sh
[ -d "$NODE_PATH/@duckdb/node-api" ] || exit 1
made=${CAMSHARK_SQL##*TO \\'}
: >"${made%%\\'*}"
"""


@pytest.mark.skipif(importlib.util.find_spec("duckdb") or shutil.which("duckdb"), reason="another DuckDB comes before that of Node")
@BOTH_WAYS
def test_a_duckdb_in_the_working_folder_is_found_wherever_outputs_are(batch, more):
    tools, folder, out = batch.new_folder(), captures(batch.new_folder(), "a.pcapng"), batch.new_folder()
    (tools / "node").write_text(NODE)
    (tools / "node").chmod(0o755)
    (tools / "node_modules" / "@duckdb" / "node-api").mkdir(parents=True)
    batch.run(folder, "--out", out, "--format", "parquet", *more, cwd=tools, env={"PATH": f"{tools}:/usr/bin:/bin"})
    assert written(out) - {"camshark-batch.joblog"} == {"a.pcapng.parquet"}


@pytest.fixture
def modules(monkeypatch):
    monkeypatch.syspath_prepend(str(harness.ROOT / "tools"))
    for name in [name for name in sys.modules if name.partition(".")[0] == "batch"]:
        monkeypatch.delitem(sys.modules, name)
    return lambda name: importlib.import_module(f"batch.{name}")


@pytest.fixture
def writers(modules):
    return modules("writers")


def test_a_host_without_duckdb_says_so(modules, tmp_path, monkeypatch):
    parquet = modules("parquet")
    monkeypatch.setattr(parquet, "engine", lambda: None)
    (tmp_path / "x").write_text("{}\n")
    with pytest.raises(parquet.Failed, match="no DuckDB"):
        parquet.convert(str(tmp_path), "x", None)


def test_two_runs_never_write_one_output_at_a_time(writers, tmp_path):
    path = str(tmp_path / "x.pcapng.jsonl")
    with writers.Output(path, "jsonl") as first:
        first.write("first\n")
        with pytest.raises(writers.Unwritable, match="another run"):
            with writers.Output(path, "jsonl") as second:
                second.write("second\n")
        first.write("first\n")
    assert (tmp_path / "x.pcapng.jsonl").read_text() == "first\nfirst\n"
    with writers.Output(path, "jsonl") as third:
        third.write("third\n")
    assert (tmp_path / "x.pcapng.jsonl").read_text() == "third\n" and len(list(tmp_path.iterdir())) == 1
