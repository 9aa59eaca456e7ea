"""Spoiled captures through the whole of tshark.

    python3 -m tests.fuzz.mutate [--files N] [--seed S] [--only NUMBER...] [--jobs N] [--keep FOLDER]

Makes N files out of the captures (bases.py) and the mutations (mutations.py), and dissects each: with sanitized
plugins in one pass and in two, with keys and without; and with the release build against the clock. To start tshark
takes longer than to read such a file, so a few of them, moved to other addresses, are read in one run; each by itself
where that fails. What fails is kept, and the line that names it says how to make it again.
"""

import argparse
import concurrent.futures
import itertools
import os
import pathlib
import queue
import random
import re
import shutil
import subprocess
import sys
import tempfile
import threading
import time

from tests.dissection import harness
from tests.fuzz import bases, mutations

BUILD = bases.ROOT / "build"
SECONDS_EACH_1000 = 1.0   # that our plugins may add to a file of 1,000 packets, or of fewer
WORTH_A_LOOK = 0.8        # seconds of a run from which on it is compared with one without our plugins
BATCH = 10                # captures in one run
HANGS = 120               # seconds after which a sanitized run is a loop
MALFORMED = re.compile(r"\[Malformed Packet: (?:newcamd|BC|Baichuan)\b.*")


class Dice(random.Random):
    """Decides everything about one file; scratch: a folder for what editcap reads and writes."""

    def __init__(self, seed, scratch):
        super().__init__(seed)
        self.scratch = scratch


class Stage(harness.Stage):
    """One where a bug of a dissector does not end the run: those of others, which get spoiled video from us, are fenced
    and say so in an expert item; ours show in the tree and on stderr."""

    def environment(self, config):
        env = super().environment(config)
        env.pop("WIRESHARK_ABORT_ON_DISSECTOR_BUG", None)
        return env


class Bench:
    """What one worker has: programs with sanitized plugins, with those that are released, and with none."""

    def __init__(self):
        self.scratch = pathlib.Path(tempfile.mkdtemp(prefix="camshark-fuzz-"))
        self.stages = {
            "sanitize": Stage(BUILD / "sanitize", sanitize=True),
            "leaks": Stage(BUILD / "sanitize", sanitize=True, leaks="short"),
            "release": Stage(BUILD / "release", sanitize=False),
        }

    def stage(self, name):
        if name not in self.stages:
            self.stages[name] = harness.WithoutPlugins(BUILD / "release", sanitize=False)
        return self.stages[name]

    def tshark(self, name, tables):
        return harness.Tshark(self.stage(name), files=tables)

    def close(self):
        for stage in self.stages.values():
            stage.close()
        shutil.rmtree(self.scratch)


class Benches:
    """One for each thread, as long as the with lasts."""

    def __init__(self):
        self._all, self._of_thread = queue.SimpleQueue(), threading.local()

    def mine(self):
        if not hasattr(self._of_thread, "bench"):
            self._of_thread.bench = Bench()
            self._all.put(self._of_thread.bench)
        return self._of_thread.bench

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        while not self._all.empty():
            self._all.get().close()


def all_jobs(seed):
    """(number, base, mutation) without end: every pair once, in an order that the seed decides, and again."""
    names = [str(path.relative_to(path.parents[1])) for path in bases.recorded()] + list(bases.GENERATED)
    number = itertools.count()
    for turn in itertools.count():
        pairs = list(itertools.product(names, mutations.MUTATIONS))
        random.Random(f"{seed} {turn}").shuffle(pairs)
        for base, mutation in pairs:
            yield next(number), base, mutation


def make(bench, seed, number, base, mutation):
    """The packets of a spoiled capture."""
    dice = Dice(f"{seed} {number}", bench.scratch)
    if base in bases.GENERATED:
        source = bases.GENERATED[base](bench.scratch / "base.pcap", dice)
    else:
        source = next(path for path in bases.recorded() if str(path).endswith(base))
    return mutations.MUTATIONS[mutation](mutations.read(source), dice)


def leaks(path):
    """What our modules do not free of a file, found slowly."""
    stage = Stage(BUILD / "sanitize", sanitize=True, leaks="whole")
    try:
        words = ["tshark", "-n", "-r", str(stage.file(path)), "-2", "-V"]
        run = subprocess.run(harness.without_privileges() + words, env=stage.environment(stage.config(files=bases.TABLES)),
                             cwd=stage.path, capture_output=True)
    finally:
        stage.close()
    return harness.our_leaks(run.stderr.decode("utf-8", "replace"))


def sanitized(bench, path, well_formed):
    """What is wrong with the sanitized runs of a file; nothing if all is well."""
    for tables, args in itertools.product((bases.TABLES, {}), ([], ["-2"])):
        how = " ".join(["keys" if tables else "no keys", *args])
        thorough = bool(tables and args)
        try:
            result = bench.tshark("leaks" if thorough else "sanitize", tables).run(path, *args, "-V")
        except AssertionError as error:
            text = str(error)
            if "LeakSanitizer" in text and text.count("ERROR: ") == 1:
                # Nearly all chains are cut short; what is not freed may be Wireshark's.
                text = "\n\n".join(leaks(path))
                if not text:
                    continue
            yield f"{how}: {text}"
            continue
        except (TimeoutError, subprocess.TimeoutExpired) as error:
            yield f"{how}: {error}"
            continue
        malformed = MALFORMED.search(result.out)
        if malformed and well_formed:
            yield f"{how}: {malformed[0]} in a capture whose packets are all sound"


def slow(bench, path, count):
    """What is wrong with the time that the released plugins take. The clock says where to look; what counts is the
    processor's time, since other programs run too."""
    start = time.monotonic()
    try:
        bench.tshark("release", bases.TABLES).run(path, "-2", "-V", check=False)
    except (AssertionError, TimeoutError) as error:
        yield f"released plugins: {error}"
        return
    if time.monotonic() - start <= WORTH_A_LOOK:
        return
    used = harness.usage(bench.stage("release"), path, "-2", "-V", files=bases.TABLES).seconds
    floor = harness.usage(bench.stage("plain"), path, "-2", "-V").seconds
    if used - floor > SECONDS_EACH_1000 * max(1, count / 1000):
        yield f"{used:.2f} s with our plugins, {floor:.2f} s without, for {count} packets"


def is_sound(base, mutation):
    """Whether all that is in the capture is well formed."""
    return mutation in mutations.WELL_FORMED and not base.startswith("lying")


def wrong_with(bench, name, packets, sound, keep):
    """What is wrong with a file of these packets, as a list of texts. It is kept then."""
    path = bench.scratch / f"{name}.pcap"
    if not packets:
        return []
    mutations.write(path, packets)
    try:
        wrong = [*sanitized(bench, path, sound), *slow(bench, path, len(packets))]
        if wrong:
            keep.mkdir(parents=True, exist_ok=True)
            shutil.copy(path, keep)
    finally:
        for stage in bench.stages.values():
            stage.forget(path)
        path.unlink()
    return wrong


def check(bench, seed, batch, keep):
    """{job: texts} of the jobs of a batch that fail; of the first one where they fail only together."""
    made = {job: make(bench, seed, *job) for job in batch}
    sound = is_sound(*batch[0][1:])
    together = [packet for at, packets in enumerate(made.values()) for packet in mutations.move(packets, at)]
    wrong = wrong_with(bench, f"{seed}-{batch[0][0]}-batch", together, sound, keep)
    if not wrong:
        return {}
    alone = {}
    for job, packets in made.items():
        texts = wrong_with(bench, f"{seed}-{job[0]}-{pathlib.Path(job[1]).stem}-{job[2]}", packets, sound, keep)
        if texts:
            alone[job] = texts
    return alone or {batch[0]: ["together with the others of its batch: " + text for text in wrong]}


def batches(jobs):
    """Jobs in lists of up to BATCH that are all sound or all are not."""
    lists = {True: [], False: []}
    for job in jobs:
        waiting = lists[is_sound(*job[1:])]
        waiting.append(job)
        if len(waiting) == BATCH:
            yield list(waiting)
            waiting.clear()
    yield from filter(None, lists.values())


def main():
    parser = argparse.ArgumentParser(description="Spoiled captures through tshark.")
    parser.add_argument("--files", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=None, help="decides about every byte; default: another one each time")
    parser.add_argument("--only", type=int, nargs="+", help="numbers of files, as they are named when they fail")
    parser.add_argument("--jobs", type=int, default=os.cpu_count())
    parser.add_argument("--keep", type=pathlib.Path, default=BUILD / "fuzz" / "failed")
    options = parser.parse_args()
    seed = random.SystemRandom().randrange(1 << 32) if options.seed is None else options.seed
    harness.TIMEOUT = HANGS
    jobs = list(itertools.islice(all_jobs(seed), max(options.only) + 1 if options.only else options.files))
    if options.only:
        jobs = [jobs[number] for number in options.only]
    print(f"{len(jobs)} spoiled captures, seed {seed}", flush=True)

    failed, start = 0, time.monotonic()

    with Benches() as benches, concurrent.futures.ThreadPoolExecutor(options.jobs) as pool:
        for failures in pool.map(lambda batch: check(benches.mine(), seed, batch, options.keep), batches(jobs)):
            failed += len(failures)
            for (number, base, mutation), texts in failures.items():
                print(f"FAILED {number}: {base}, {mutation}; again with: tests/fuzz/mutate.py --seed {seed} --only {number}")
                for text in texts:
                    print("    " + text[:4000].replace("\n", "\n    "), flush=True)
    print(f"{len(jobs) - failed} passed, {failed} failed in {time.monotonic() - start:.1f}s")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
