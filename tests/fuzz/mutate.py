"""Spoiled captures through the whole of tshark.

    python3 -m tests.fuzz.mutate [--files N] [--seed S] [--only NUMBER...] [--jobs N] [--keep FOLDER]

Makes N files out of the captures (bases.py) and the mutations, of packets (mutations.py) and of what is behind the ciphers
(plaintexts.py), and dissects each: with sanitized plugins in one pass and in two, with keys and without; with taps and
exported objects, mostly while secrets are hidden, none of which may be shown then; and with the release build against the
clock. To start tshark
takes longer than to read such a file, so a few of them, moved to other addresses, are read in one run; each by itself
where that fails. What fails is kept, and the line that names it says how to make it again.
"""

import argparse
import collections
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
from tests.fuzz import bases, mutations, plaintexts
from tests.peers import plaintext

BUILD = bases.ROOT / "build"
SECONDS_EACH_1000 = 1.0   # that our plugins may add to a file of 1,000 packets, or of fewer
WORTH_A_LOOK = 0.8        # seconds of a run from which on it is compared with one without our plugins
BATCH = 10                # captures in one run
HANGS = 120               # seconds after which a sanitized run is a loop
UNSOUND = ("lying", "exported-pdus", "hostile")  # how bases begin that are not well formed from the start
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
    """(number, base, mutation) without end: every pair once, in an order that the seed decides, and again. Only generators
    can have their plaintext spoiled."""
    names = [str(path.relative_to(path.parents[1])) for path in bases.recorded()] + list(bases.GENERATED)
    number = itertools.count()
    for turn in itertools.count():
        pairs = [*itertools.product(names, mutations.MUTATIONS), *itertools.product(bases.GENERATED, plaintexts.MUTATIONS)]
        random.Random(f"{seed} {turn}").shuffle(pairs)
        for base, mutation in pairs:
            yield next(number), base, mutation


class Made(collections.namedtuple("Made", "packets secrets")):
    """A spoiled capture, and the marks in it that hide-secrets has to hide."""


def make(bench, seed, number, base, mutation):
    dice = Dice(f"{seed} {number}", bench.scratch)
    spoiler = plaintexts.Spoiler(mutation, dice)
    if base in bases.GENERATED:
        with plaintext.spoiled(spoiler):
            source = bases.GENERATED[base](bench.scratch / "base.pcap", dice)
    else:
        source = next(path for path in bases.recorded() if str(path).endswith(base))
    packets = mutations.read(source)
    if mutation in mutations.MUTATIONS:
        packets = mutations.MUTATIONS[mutation](packets, dice)
    # Where a byte of a packet is another one, nobody can say what is behind the cipher.
    return Made(packets, set() if mutation in mutations.SPOILED else spoiler.secrets)


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


OUTPUTS = (["-V", "-x"], ["-V", "-x"], ["-V", "-x"], ["-T", "pdml"], ["-T", "json", "-x"], ["-T", "ek"], ["-T", "text", "-P", "-V"])
TAPS = ("baichuan_media,tree", "baichuan_udp,tree", "baichuan,sessions", "expert", "io,phs", "conv,tcp", "follow,tcp,ascii,0",
        "flow,baichuan,standard", "flow,newcamd,standard", "conv,baichuan", "endpoints,newcamd", "newcamd,services", "newcamd,logins")


class Extras:
    """Another way to read a file: what tshark prints, from which taps, and whether secrets are hidden."""

    def __init__(self, dice):
        self.output = dice.choice(OUTPUTS)
        self.hide = dice.random() < 0.75
        self.taps = dice.sample(TAPS, 3)
        self.settings = [name for name in ("baichuan.reassemble_media:TRUE", "tcp.no_subdissector_on_error:FALSE", "tcp.reassemble_out_of_order:TRUE",
                                           "newcamd.force_version:525") if dice.random() < 0.25]

    def args(self, folder):
        words = ["-2", *self.output, "--export-objects", f"baichuan,{folder}"]
        words += [word for tap in self.taps for word in ("-z", tap)]
        settings = self.settings + [f"{name}.hide_secrets:{'TRUE' if self.hide else 'FALSE'}" for name in ("newcamd", "baichuan")]
        return words + [word for setting in settings for word in ("-o", setting)]


def with_extras(bench, path, extras, secrets):
    """What is wrong with a run that taps, exports and hides."""
    stage = bench.stage("sanitize")
    folder = stage.writable_folder()
    args = extras.args(folder)
    how = " ".join(args[:-1]).replace(str(folder), "FOLDER")
    try:
        result = bench.tshark("sanitize", bases.TABLES).run(path, *args, check=False)
        if result.status < 0 or result.status > 2:
            yield f"{how}: exit status {result.status}: {result.err[-500:]}"
        if extras.hide:
            out = plaintexts.shown(result.out).union(*(plaintexts.MARK.findall(file.read_bytes()) for file in folder.iterdir()))
            for secret in sorted(secrets & out):
                yield f"{how}: {secret.decode()} is shown"
    except (AssertionError, TimeoutError, subprocess.TimeoutExpired) as error:
        yield f"{how}: {error}"
    finally:
        shutil.rmtree(folder)


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
    return mutation in mutations.WELL_FORMED and not base.startswith(UNSOUND)


def wrong_with(bench, name, made, sound, extras, keep):
    """What is wrong with a file of these packets, as a list of texts. It is kept then."""
    packets = made.packets
    path = bench.scratch / f"{name}.pcap"
    if not packets:
        return []
    mutations.write(path, packets)
    try:
        wrong = [*sanitized(bench, path, sound), *with_extras(bench, path, extras, made.secrets), *slow(bench, path, len(packets))]
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
    extras = Extras(random.Random(f"{seed} {batch[0][0]} extras"))
    together = Made([packet for at, one in enumerate(made.values()) for packet in mutations.move(one.packets, at)],
                    set().union(*(one.secrets for one in made.values())))
    wrong = wrong_with(bench, f"{seed}-{batch[0][0]}-batch", together, sound, extras, keep)
    if not wrong:
        return {}
    alone = {}
    for job, one in made.items():
        texts = wrong_with(bench, f"{seed}-{job[0]}-{pathlib.Path(job[1]).stem}-{job[2]}", one, sound, extras, keep)
        if texts:
            alone[job] = texts
    return alone or {batch[0]: ["together with the others of its batch: " + text for text in wrong]}


def batches(jobs):
    """Jobs in lists of up to BATCH that can stand in one file: all are sound or none, and all have one link type."""
    lists = {}
    for job in jobs:
        waiting = lists.setdefault((is_sound(*job[1:]), "exported-pdu" in job[1]), [])
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
