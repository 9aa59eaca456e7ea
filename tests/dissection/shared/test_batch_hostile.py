"""camshark-batch on files that were made to harm it: each is named and costs itself alone, and what is said is plain text."""

import os
import shutil

import pytest

from tests.batch import runs
from tests.dissection import harness

pytestmark = pytest.mark.skipif(harness.SANITIZE, reason="what is tested here is the program around the plugins")
GOOD = harness.CAPTURES / "newcamd" / "oscam-tsdecrypt-wrong-password.pcapng"


@pytest.fixture(scope="module")
def batch(stage):
    return runs.Batch(stage)


def captures(folder, *names):
    for name in names:
        shutil.copy(GOOD, folder / name)
        os.chmod(folder / name, 0o644)
    return folder


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


@pytest.mark.parametrize("more", [[], ["--parallel"]], ids=["workers", "parallel"])
def test_nothing_is_said_that_a_terminal_obeys(batch, more):
    folder, out = batch.new_folder(), batch.new_folder()
    name = "cut\x1b[2J\u009b\u202e.pcapng"
    (folder / name).write_bytes(GOOD.read_bytes()[:len(GOOD.read_bytes()) // 2 + 3])
    (folder / ("junk " + name)).write_bytes(bytes(100))
    err = batch.run(folder, "--out", out, *more, status=1).err
    assert all(sign.isprintable() or sign == "\n" for sign in err)
    assert err.count('The file "cut\\x1b[2J\\x9b\\u202e.pcapng" appears to have been cut short') == 1
    assert err.count('The file "junk cut\\x1b[2J\\x9b\\u202e.pcapng" appears') == 1
