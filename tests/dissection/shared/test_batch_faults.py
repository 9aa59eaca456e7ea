"""camshark-batch among bad files, dying workers and full disks: nothing is lost, nothing comes twice, the rest goes on."""

import functools
import json
import os
import re
import resource
import shutil
import signal
import time

import pytest

from tests.batch import runs
from tests.dissection import harness
from tests.peers.pcap import Capture

pytestmark = pytest.mark.skipif(harness.SANITIZE, reason="what is tested here is the program around the plugins")
GOOD = harness.CAPTURES / "newcamd" / "oscam-tsdecrypt-conax.pcapng"
captures = functools.partial(runs.copies, GOOD)


@pytest.fixture(scope="module")
def batch(stage):
    return runs.with_odd_sharkd(stage)


@pytest.fixture(scope="module")
def good(batch):
    """What the good capture gives, but for its name."""
    return runs.without_names(batch.records(f"captures/newcamd/{GOOD.name}"))


def outputs(folder):
    """{name of an output: its records}."""
    return {path.name: [json.loads(line) for line in path.read_text().splitlines()]
            for path in folder.iterdir() if not path.name.startswith(".") and path.suffix == ".jsonl"}


def leftovers(folder):
    return [path.name for path in folder.iterdir() if path.name.startswith(".") and path.name != ".camshark-batch.jsonl"]


def test_bad_files_are_named_with_the_reason_and_the_others_are_done(batch, good):
    folder, out = captures(batch.new_folder(), "good.pcapng", "locked.pcapng"), batch.new_folder()
    (folder / "empty.pcap").write_bytes(b"")
    (folder / "text.pcap").write_text("no capture, but words\n")
    (folder / "cut.pcapng").write_bytes(GOOD.read_bytes()[:1500])
    (folder / "locked.pcapng").chmod(0)
    done = batch.run(folder, folder / "gone.pcap", "--out", out, status=1)
    said = {line.partition(": ")[2].partition(": ")[0].rpartition("/")[2]: line for line in done.err.splitlines() if "/" in line}
    assert "not read: empty file" in said["empty.pcap"]
    assert "not read: not a capture" in said["text.pcap"]
    assert "no permission" in said["locked.pcapng"] and "no such file" in said["gone.pcap"]
    assert re.search(r"read in part: broken capture: .*cut short.* [1-9]\d* frames before that were read", said["cut.pcapng"])
    assert "1 captures without faults, 5 with faults" in done.err
    written = outputs(out)
    assert set(written) == {"good.pcapng.jsonl", "cut.pcapng.jsonl"} and leftovers(out) == []
    assert runs.without_names(written["good.pcapng.jsonl"]) == good
    assert 0 < len(written["cut.pcapng.jsonl"]) < len(good)


def test_names_with_blanks_quotes_and_newlines_are_read(batch, good):
    folder, out = batch.new_folder(), batch.new_folder()
    names = ["a b.pcapng", "new\nline.pcapng", "quo'te\".pcapng", "\udcff.pcapng", "ümlaut $(x) `y`.pcapng", "-o.pcapng"]
    captures(folder, *names)
    batch.run(folder, "--out", out)
    written = outputs(out)
    assert set(written) == {f"{name}.jsonl" for name in names}
    assert all(runs.without_names(records) == good for records in written.values())


def test_inputs_of_one_name_have_outputs_of_two(batch):
    first, second, out = captures(batch.new_folder(), "x.pcapng"), captures(batch.new_folder(), "x.pcapng"), batch.new_folder()
    batch.run(first, second, first / "x.pcapng", "--out", out)
    assert len(outputs(out)) == 2


def test_a_sharkd_that_dies_costs_its_capture_alone(batch, good):
    folder, out = captures(batch.new_folder(), "a.pcapng", "die.pcapng", "z.pcapng"), batch.new_folder()
    done = batch.run(folder, "--out", out, "--jobs", "1", "--sharkd", batch.odd, status=1)
    assert re.search(r"die\.pcapng: not read: sharkd was ended by signal 11 .*twice", done.err)
    assert {name: runs.without_names(records) for name, records in outputs(out).items()} == \
        {"a.pcapng.jsonl": good, "z.pcapng.jsonl": good}


def test_limits_of_time_and_memory_end_one_capture(batch):
    folder, out = captures(batch.new_folder(), "a.pcapng", "hang.pcapng", "swell.pcapng"), batch.new_folder()
    done = batch.run(folder, "--out", out, "--jobs", "1", "--sharkd", batch.odd, "--time-limit", "3", "--memory-limit", "250",
                     status=1)
    assert "hang.pcapng: not read: time limit: not done after 3 s" in done.err
    assert "swell.pcapng: not read: memory limit: more than 250 MiB" in done.err
    assert set(outputs(out)) == {"a.pcapng.jsonl"} and leftovers(out) == []


def workers_of(pid):
    with open(f"/proc/{pid}/task/{pid}/children") as file:
        return [int(word) for word in file.read().split()]


def until(condition, what):
    for _ in range(400):
        if condition():
            return
        time.sleep(0.05)
    pytest.fail(f"{what} did not come")


def test_a_worker_that_dies_in_the_middle_loses_nothing(batch, good):
    names = [f"slow-{number}.pcapng" for number in range(6)]
    folder, out = captures(batch.new_folder(), *names), batch.new_folder()
    process = batch.start(folder, "--out", out, "--jobs", "2", "--sharkd", batch.odd)
    until(lambda: outputs(out), "the first output")
    os.kill(workers_of(process.pid)[0], signal.SIGKILL)
    _, err = process.communicate(timeout=harness.TIMEOUT)
    assert process.returncode == 0, err
    assert {name: runs.without_names(records) for name, records in outputs(out).items()} == {f"{name}.jsonl": good for name in names}


def test_a_run_that_is_ended_goes_on_where_it_stopped(batch, good):
    names = [f"slow-{number}.pcapng" for number in range(8)]
    folder, out = captures(batch.new_folder(), *names), batch.new_folder()
    process = batch.start(folder, "--out", out, "--jobs", "2", "--sharkd", batch.odd)
    until(lambda: len(outputs(out)) >= 2, "two outputs")
    process.send_signal(signal.SIGINT)
    _, err = process.communicate(timeout=harness.TIMEOUT)
    assert process.returncode == 130 and "--resume goes on" in err, err
    assert leftovers(out) == []
    before = {path.name: path.stat().st_mtime_ns for path in out.iterdir() if path.suffix == ".jsonl" and path.name[0] != "."}
    assert 2 <= len(before) < len(names)
    done = batch.run(folder, "--out", out, "--resume")
    skipped, new = re.search(r"(\d+) captures done before, (\d+) captures without faults", done.err).groups()
    assert int(skipped) >= 1 and int(skipped) + int(new) == len(names)
    assert {name: runs.without_names(records) for name, records in outputs(out).items()} == {f"{name}.jsonl": good for name in names}
    again = batch.run(folder, "--out", out, "--resume")
    assert f"{len(names)} captures done before, 0 captures without faults" in again.err


def test_resume_does_again_what_has_changed(batch):
    folder, out = captures(batch.new_folder(), "a.pcapng", "b.pcapng"), batch.new_folder()
    batch.run(folder, "--out", out)
    shutil.copy(harness.CAPTURES / "newcamd" / "oscam-tsdecrypt-wrong-deskey.pcapng", folder / "b.pcapng")
    assert "1 captures done before" in batch.run(folder, "--out", out, "--resume", status=None).err
    assert len(outputs(out)["b.pcapng.jsonl"]) < len(outputs(out)["a.pcapng.jsonl"])
    assert "captures done before" not in batch.run(folder, "--out", out, "--resume", "--hide-secrets", status=None).err


def test_resume_does_again_what_a_wrong_key_did_not_open(batch):
    folder, out = batch.new_folder(), batch.new_folder()
    shutil.copy(harness.CAPTURES / "baichuan" / "aio_tcp_aes.pcapng", folder / "a.pcapng")
    words = (folder, "--out", out, "--resume")
    batch.run(*words, "-o", "baichuan.password:no-such-password", keys=False, status=1)
    assert "1 captures without faults" in batch.run(*words, "-o", "baichuan.password:Sommer-2026", keys=False).err
    assert "1 captures done before" in batch.run(*words, "-o", "baichuan.password:Sommer-2026", keys=False).err


def test_resume_does_again_what_was_closed_where_keys_come_from_elsewhere(batch):
    folder, out = captures(batch.new_folder(), "open.pcapng"), batch.new_folder()
    shutil.copy(harness.CAPTURES / "baichuan" / "aio_tcp_aes.pcapng", folder / "closed.pcapng")
    table = batch.new_folder() / "keys"
    table.write_text('"","","","4D2C923E651AB640","","another one"\n'.replace("4D2C", "0000"))
    words = (folder, "--out", out, "--resume")
    batch.run(*words, keys=False, status=None)
    assert "2 captures done before" in batch.run(*words, keys=False).err
    assert "1 captures done before" in batch.run(*words, "--baichuan-keys", table, keys=False, status=None).err
    table.write_text('"","","Sommer-2026","","",""\n')
    assert "1 captures done before, 1 captures without faults" in batch.run(*words, "--baichuan-keys", table, keys=False).err
    assert all(record["opened"] is not False for record in outputs(out)["closed.pcapng.jsonl"])
    assert "2 captures done before" in batch.run(*words, "--baichuan-keys", table, keys=False).err
    assert "Sommer" not in (out / ".camshark-batch.jsonl").read_text()


def test_a_full_disk_ends_the_run_and_leaves_no_half_output(batch, good):
    folder, out = captures(batch.new_folder(), "a.pcapng", "b.pcapng"), batch.new_folder()
    full = (20000, 20000)
    done = batch.run(folder, "--out", out, "--jobs", "1", status=1,
                     preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, full))
    assert "stopped: " in done.err and "2 captures not done; --resume goes on" in done.err
    assert outputs(out) == {} and leftovers(out) == []
    batch.run(folder, "--out", out, "--resume")
    assert all(runs.without_names(records) == good for records in outputs(out).values()) and len(outputs(out)) == 2


def test_foreign_traffic_gives_an_empty_output(batch):
    folder, out = batch.new_folder(), batch.new_folder()
    capture = Capture()
    tcp = capture.tcp(server=("10.0.0.1", 80))
    for _ in range(50):
        tcp.client(b"GET / HTTP/1.1\r\n\r\n")
        tcp.server(b"HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n")
    capture.write(folder / "foreign.pcap")
    (folder / "foreign.pcap").chmod(0o644)
    batch.run(folder, "--out", out)
    assert outputs(out) == {"foreign.pcap.jsonl": []}


def test_a_wrong_key_is_named_for_each_capture(batch):
    done = batch.run("captures/baichuan/aio_tcp_aes.pcapng", "-o", "baichuan.password:no-such-password", keys=False, status=1)
    assert re.search(r"aio_tcp_aes.pcapng: read: bad key: \d+ messages not opened; the first one: ", done.err)
    assert "no-such-password" not in done.out + done.err


def test_progress_is_plain_lines_where_there_is_no_terminal(batch):
    err = batch.run("captures/newcamd", "--progress").err
    assert re.search(r"^3/3 files, [\d.]+ files/s, 0:00:00 left$", err, re.MULTILINE) and "\r" not in err


def test_keys_of_the_command_line_are_in_no_list_of_processes(batch):
    folder = captures(batch.new_folder(), "hang.pcapng")
    secrets = batch.folder / "preferences"
    secrets.write_text("baichuan.password:very-secret-word\n")
    process = batch.start(folder, "--preferences-from", secrets, "--sharkd", batch.odd, "--jobs", "1")
    try:
        until(lambda: workers_of(process.pid) and workers_of(workers_of(process.pid)[0]), "sharkd")
        seen = ""
        for pid in [process.pid] + workers_of(process.pid) + workers_of(workers_of(process.pid)[0]):
            for file in ("cmdline", "environ"):
                with open(f"/proc/{pid}/{file}", "rb") as text:
                    seen += text.read().decode("latin-1")
        assert "camshark-batch" in seen and "very-secret-word" not in seen
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=harness.TIMEOUT)


@pytest.mark.parametrize("words, said", [(["--config", "/no/such"], "/no/such: there is no such folder"),
                                         (["--hosts", "/no/such", "--out", "records"], "/no/such: there is no such file")])
def test_what_an_option_names_has_to_be_there(batch, words, said):
    assert said in batch.run("captures/newcamd", *words, status=2).err


def test_a_folder_that_can_not_be_made_is_named(batch):
    err = batch.run("captures/newcamd", "--out", "/proc/no/such", status=1).err
    assert re.search(r"stopped: .*/proc/no", err) and "0 captures without faults" in err
