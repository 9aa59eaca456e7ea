"""camshark-batch: from the command line to the summary."""

import os
import shutil
import signal
import sys
import tempfile

from . import hosts, inputs, keys, options as command_line, parquet, pool, progress, sharkd, state, writers
from .printable import printable


def say(text):
    print(f"camshark-batch: {printable(text)}", file=sys.stderr, flush=True)


class Ended(Exception):
    """Ctrl-C, or SIGTERM."""


def _ended(*_):
    raise Ended


def setup_of(options):
    profile = os.path.abspath(options.config) if options.config else None
    return {"sharkd": options.sharkd, "settings": keys.settings(options), "keys_from": keys.origin(options),
            "profile": profile, "filter": options.filter, "fields": options.fields, "format": options.format,
            "bytes": options.bytes, "hidden": options.hide_secrets,
            "time_limit": options.time_limit, "memory_limit": options.memory_limit << 20,
            "large": int(options.large * (1 << 20))}


def try_setup(setup):
    """A sharkd that takes the keys and the filter, so that a mistake in them is said once and before anything is read."""
    server = sharkd.Sharkd(setup["sharkd"], setup["settings"], setup["profile"])
    try:
        if setup["filter"]:
            server.ask("check", filter=setup["filter"])
    finally:
        server.close()


class Run:
    def __init__(self, options, setup):
        self.options, self.setup = options, setup
        self.faults, self.records, self.done, self.skipped, self.left = [], 0, 0, 0, 0
        self.stopped = None

    def plan(self, folder):
        """[(input, path of its output)] of what is to be done."""
        planned = []
        for one in inputs.find(self.options.inputs, self.options.all_files):
            planned.append((one, os.path.join(folder, one.name) + writers.SUFFIXES[self.setup["format"]]))
        if self.options.resume:
            left = [pair for pair in planned if not self.state.is_done(*pair)]
            self.skipped = len(planned) - len(left)
            planned = left
        # The largest first: at the end no worker is left alone with a large one.
        return sorted(planned, key=lambda pair: -pair[0].size)

    def jobs(self, planned):
        for number, (one, out) in enumerate(planned):
            try:
                os.makedirs(os.path.dirname(out) or ".", exist_ok=True)
            except (FileExistsError, NotADirectoryError):
                pass  # what is in the way is named where the output can not be written
            yield {"job": number, "path": os.path.abspath(one.path), "shown": one.shown, "out": os.path.abspath(out)}

    def into_folder(self, folder):
        os.makedirs(folder, exist_ok=True)
        self.state = state.State(folder, self.setup)
        self._all(self.plan(folder), self._keep)

    def to_stdout(self):
        self.header = True
        with tempfile.TemporaryDirectory(prefix="camshark-batch-") as folder:
            self._all(self.plan(folder), self._print)

    def _all(self, planned, take):
        self.progress = progress.Progress(self.options.progress, [one.size for one, _ in planned])
        self.left = len(planned)
        jobs = list(self.jobs(planned))
        # Where there are fewer captures than workers, each large one is read by several processes.
        self.setup["parts"] = max(1, self.options.jobs // max(1, len(jobs)))
        if self.options.hosts or self.options.parallel:
            engine = hosts.Engine(self.options, self.setup)
        else:
            engine = pool.Pool(self.setup, self.options.jobs)
        with engine:
            for job, result in engine.run(jobs, self.progress.show):
                one, out = planned[job["job"]]
                if result["fatal"]:
                    self.stopped = result["why"]
                    break
                take(one, out, result)
                self._count(one, result)
        self.progress.show(last=True)

    def _count(self, one, result):
        self.left -= 1
        self.records += result["records"]
        self.done += result["state"] == "done"
        if result["state"] != "done":
            self.faults.append((one, result))
        self.progress.add(one.size, result["state"] == "done")

    def _keep(self, one, out, result):
        self.state.add(one, out, result)

    def _print(self, one, out, result):
        if not os.path.exists(out):
            return
        with open(out, "rb") as file:
            if self.setup["format"] == "csv" and not self.header:
                file.readline()
            self.header = False
            shutil.copyfileobj(file, sys.stdout.buffer)
        sys.stdout.buffer.flush()
        os.unlink(out)

    def summary(self, ended):
        for one, result in sorted(self.faults):
            what = "not read" if result["state"] == "failed" else "read in part" if "broken" in result["why"] else "read"
            say(f"{one.shown}: {what}: {result['why']}")
        words = [f"{self.done} captures without faults", f"{len(self.faults)} with faults", f"{self.records} records"]
        if self.skipped:
            words.insert(0, f"{self.skipped} captures done before")
        if self.left:
            words.append(f"{self.left} captures not done" + ("; --resume goes on" if self.options.out else ""))
        if self.stopped:
            say(f"stopped: {self.stopped}")
        elif ended:
            say("ended before all was done")
        say(", ".join(words))


def main():
    options = command_line.read(sys.argv[1:])
    if options.work:
        return hosts.work(options.work)
    try:
        setup = setup_of(options)
        if setup["format"] == "parquet" and not parquet.engine():
            say(parquet.MISSING)
            setup["format"] = "jsonl"
        if not options.hosts and (setup["settings"] or setup["filter"]):
            try_setup(setup)
    except (keys.Bad, sharkd.Refused, sharkd.Died) as why:
        say(str(why))
        return 2
    return carry_out(Run(options, setup))


def carry_out(run):
    signal.signal(signal.SIGINT, _ended)
    signal.signal(signal.SIGTERM, _ended)
    ended = False
    try:
        if run.options.out:
            run.into_folder(run.options.out)
        else:
            run.to_stdout()
    except Ended:
        ended = True
    except BrokenPipeError:  # whoever read standard output has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except (hosts.Missing, OSError) as why:
        run.stopped = str(why)
    run.summary(ended)
    return 130 if ended else 1 if run.faults or run.stopped or run.left else 0
