"""camshark-batch against one tshark a file, on all samples and on many generated captures: equal records, whether sharkd reads
them or, as if they were large, a tshark of its own; all times; and a large capture of others' traffic.

    ./run batch-check [N [BYTES]]       N: generated captures (1000); BYTES: of others' traffic (1000000000)
"""

import json
import os
import subprocess
import sys
import time

from tests.batch import made, reference, runs
from tests.bench import traffic
from tests.bench.batching import TSHARK
from tests.dissection import harness


def say(text):
    print(text, flush=True)


def taken(work):
    """(seconds, seconds of processor time of what it started) of work()."""
    before, start = os.times(), time.monotonic()
    work()
    after = os.times()
    return (time.monotonic() - start,
            after.children_user + after.children_system - before.children_user - before.children_system)


def run_batch(batch, folder, out, large):
    done = batch.run(folder, "captures", "--out", out, "--large", large, *made.OPTIONS, limit=1800)
    say(done.err.strip())


def run_tsharks(stage, tshark, paths):
    for path in paths:
        subprocess.run(harness.without_privileges() + ["tshark", "-n", "-r", str(path)] + tshark.prefs + TSHARK, cwd=stage.path,
                       env=stage.environment(tshark.conf), stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=True)


def differing(batch, tshark, folder, outs, paths):
    """The captures of which the batch says something else than one tshark does."""
    found = []
    for number, path in enumerate(paths, 1):
        generated = path.parent == folder
        shown = str(path) if generated else str(path.relative_to(batch.folder))
        expected = json.loads(json.dumps(reference.expected(tshark, path, shown)))
        name = path.name if generated else str(path.relative_to(batch.samples))
        for reader, out in outs.items():
            with open(out / f"{name}.jsonl", encoding="utf-8") as file:
                got = [json.loads(line) for line in file]
            if got != expected:
                found.append(path)
                say(f"not equal: {name}, read by {reader}")
        tshark.stage.forget(path)
        if number % 100 == 0:
            say(f"{number} of {len(paths)} captures compared")
    return found


def reads_foreign(batch, size):
    """Whether a large capture without a message of ours is read to its end, and gives an output without a record."""
    folder, out = batch.new_folder(), batch.new_folder()
    path = folder / "foreign.pcap"
    traffic.foreign_traffic(path, size)
    path.chmod(0o644)
    done = []
    wall, cpu = taken(lambda: done.append(batch.run(path, "--out", out, status=None, limit=3600)))
    found = [output.read_text() for output in out.glob("foreign*.jsonl")]
    path.unlink()
    good = done[0].status == 0 and found == [""]
    say(f"{size} bytes of others' traffic: {wall:.1f} s, {cpu:.1f} s of processor time, "
        + ("no record" if good else f"not as expected: {done[0].err.strip()}"))
    return good


def main(count, size):
    stage = harness.Stage()
    try:
        batch = runs.Batch(stage)
        files = {path.name: path.read_text() for path in harness.KEYS.glob("*_keys")}
        tshark = harness.Tshark(stage, prefs=made.PREFERENCES, files=files)
        folder, outs = batch.new_folder(), {reader: batch.new_folder() for reader in ("sharkd", "tshark")}
        say(f"making {count} captures")
        paths = [made.write(folder, seed) for seed in range(count)] + sorted(batch.samples.glob("*/*.pcapng"))
        wall, cpu = taken(lambda: run_batch(batch, folder, outs["sharkd"], "-1"))
        say(f"camshark-batch: {wall:.1f} s, {cpu:.1f} s of processor time")
        run_batch(batch, folder, outs["tshark"], "0")
        part = paths[:100] + paths[count:]
        other_wall, other_cpu = taken(lambda: run_tsharks(stage, tshark, part))
        share = len(paths) / len(part)
        say(f"one tshark a file: {other_wall * share:.1f} s, {other_cpu * share:.1f} s of processor time"
            + (f" (of {len(part)} captures, for all of them)" if share > 1 else ""))
        say(f"processor time: {cpu / (other_cpu * share):.3f} of that")
        bad = differing(batch, tshark, folder, outs, paths)
        say(f"{len(paths) - len(set(bad))} of {len(paths)} captures are equal")
        return 0 if not bad and reads_foreign(batch, size) else 1
    finally:
        stage.close()


if __name__ == "__main__":
    sys.exit(main(*(int(word) for word in (sys.argv[1:] + ["1000", "1000000000"][len(sys.argv) - 1:]))))
