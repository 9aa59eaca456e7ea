"""The workers of other hosts: GNU parallel sends captures there, starts camshark-batch, and brings back what it wrote.

A job of GNU parallel is a folder of links to some captures with a list of them (jobs.json); parallel copies what they point to,
so names of captures appear in no command line. `camshark-batch --work FOLDER` does such a folder and leaves FOLDER.out.
The setup, keys included, travels with it as a file that only its owner may read, and is removed when the folder is done.
"""

import csv
import json
import os
import shlex
import shutil
import signal
import subprocess
import sys
import tempfile
import time

from . import capture, parquet, pool, worker, writers

JOBLOG = "camshark-batch.joblog"
SETUP = "setup.json"


class Missing(Exception):
    """There is no GNU parallel: the text says so."""


def chunks(jobs, size, bytes_at_most=256 << 20):
    """Jobs in lists of at most `size`, and of no more bytes than that unless one alone has more."""
    part, total = [], 0
    for job in jobs:
        try:
            length = os.path.getsize(job["path"])
        except OSError:
            length = 0
        if part and (len(part) == size or total + length > bytes_at_most):
            yield part
            part, total = [], 0
        part.append(job)
        total += length
    if part:
        yield part


def _failed(job, why):
    return job, {"job": job["job"], "state": "failed", "why": why, "records": 0, "closed": 0, "fatal": False}


def _why_not(job):
    """Why a capture can not be sent anywhere; None if it can."""
    try:
        capture.check_file(job["path"])
    except capture.Unreadable as why:
        return str(why)
    return None


class Engine:
    """As pool.Pool: with Engine(options, setup) as engine: for job, result in engine.run(jobs, tick): ..."""

    def __init__(self, options, setup):
        if not shutil.which("parallel"):
            raise Missing("there is no GNU parallel here (Debian: parallel, and rsync for hosts)")
        self.options, self.setup = options, setup
        self.joblog = os.path.join(os.path.abspath(options.out), JOBLOG)
        self.process = None

    def __enter__(self):
        # Beside the outputs, so that these are moved and not copied.
        self.folder = tempfile.mkdtemp(prefix=".camshark-batch-", dir=self.options.out)
        return self

    def command(self, count):
        """The command line of GNU parallel. One job after the other is read from its standard input."""
        words = ["parallel", "--will-cite", "--no-notice", "--joblog", self.joblog, "--retries", "2"]
        run = [sys.executable, os.path.join(pool.ABOVE, "camshark-batch")]
        if not os.path.exists(run[1]):
            run = [sys.executable, os.path.join(os.path.dirname(os.path.dirname(pool.ABOVE)), "bin", "camshark-batch")]
        if not self.options.hosts:
            return words + ["--jobs", str(self.options.jobs), " ".join(shlex.quote(word) for word in run) + " --work {}"]
        words += ["--sshloginfile", os.path.abspath(self.options.hosts), "--transferfile", "{}", "--return", "{}.out",
                  "--cleanup", "--workdir", "..."]
        if self.options.ssh:
            words += ["--ssh", self.options.ssh]
        return words + [self.options.remote + " --work {}"]

    def _write_setup(self, name):
        path = os.path.join(self.folder, name, SETUP)
        with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
            json.dump(self.setup, file)

    def _write(self, jobs):
        self.waiting = {}
        for number, part in enumerate(chunks(jobs, self.options.chunk)):
            name = f"chunk-{number:05}"
            os.mkdir(os.path.join(self.folder, name), 0o700)
            self._write_setup(name)
            listed = []
            for job in part:
                link = f"c{job['job']}"
                os.symlink(job["path"], os.path.join(self.folder, name, link))
                listed.append({"job": job["job"], "path": link, "shown": job["shown"]})
            with open(os.path.join(self.folder, name, "jobs.json"), "w", encoding="utf-8") as file:
                json.dump(listed, file)
            self.waiting[name] = part

    def _start(self):
        # -L: what the links point to; -p: the setup stays unreadable for others.
        env = {**os.environ, "PARALLEL_RSYNC_OPTS": "-rLpDzR"}
        if self.setup["format"] == "parquet":
            env.update(parquet.environment())
        # GNU parallel says every failure of ssh; that of a chunk is named in the summary.
        with tempfile.TemporaryFile("w+") as names:
            names.write("".join(name + "\n" for name in self.waiting))
            names.seek(0)
            self.process = subprocess.Popen(self.command(len(self.waiting)), cwd=self.folder, env=env, stdin=names,
                                            stdout=subprocess.DEVNULL, start_new_session=True)

    def run(self, jobs, tick):
        bad = {job["job"]: why for job in jobs if (why := _why_not(job))}
        yield from (_failed(job, bad[job["job"]]) for job in jobs if job["job"] in bad)
        jobs = [job for job in jobs if job["job"] not in bad]
        if not jobs:
            return
        self._write(jobs)
        if os.path.exists(self.joblog):
            os.replace(self.joblog, self.joblog + ".before")
        self._start()
        ended = False
        while self.waiting and not ended:
            ended = self.process.poll() is not None
            finished = set(self._exits())
            for name in [name for name in self.waiting if name in finished]:
                yield from self._take(name, self.waiting.pop(name))
            tick()
            if not ended:
                time.sleep(0.2)
        for name, part in list(self.waiting.items()):
            yield from self._take(name, self.waiting.pop(name))

    def _exits(self):
        """{chunk: (host, exit status)} of the jobs that GNU parallel has ended with."""
        try:
            with open(self.joblog, encoding="utf-8", errors="replace", newline="") as file:
                rows = list(csv.DictReader(file, delimiter="\t", quoting=csv.QUOTE_NONE))
        except FileNotFoundError:
            return {}
        done = [row for row in rows if row.get("Command")]
        return {row["Command"].rpartition(" ")[2]: (row["Host"], row["Exitval"]) for row in done}

    def _take(self, name, part):
        out = os.path.join(self.folder, name + ".out")
        results = {}
        try:
            with open(os.path.join(out, "results.jsonl"), encoding="utf-8") as file:
                results = {result["job"]: result for result in map(json.loads, file)}
        except (OSError, ValueError):
            pass
        host, status = self._exits().get(name, ("?", "?"))
        for job in part:
            result = results.get(job["job"])
            if result is None:
                _, result = _failed(job, f"host {host} did not do it (status {status}; {JOBLOG} has more)")
            if result["state"] != "failed":
                try:
                    os.replace(os.path.join(out, f"c{job['job']}"), job["out"])
                except OSError as error:
                    result.update(state="failed", why=f"{job['out']}: {os.strerror(error.errno)}")
            yield job, result
        shutil.rmtree(os.path.join(self.folder, name), ignore_errors=True)
        shutil.rmtree(out, ignore_errors=True)

    def __exit__(self, *_):
        if self.process and self.process.poll() is None:
            for _ in range(2):  # the second one makes it end its jobs at once
                os.killpg(self.process.pid, signal.SIGTERM)
                time.sleep(0.3)
            try:
                self.process.wait(10)
            except subprocess.TimeoutExpired:
                os.killpg(self.process.pid, signal.SIGKILL)
                self.process.wait()
        shutil.rmtree(self.folder, ignore_errors=True)


def work(folder):
    """Does a folder of an Engine, on whatever host; exit status 0 if each of its captures was tried."""
    with open(os.path.join(folder, SETUP), encoding="utf-8") as file:
        setup = json.load(file)
    with open(os.path.join(folder, "jobs.json"), encoding="utf-8") as file:
        jobs = json.load(file)
    out = folder + ".out"
    shutil.rmtree(out, ignore_errors=True)
    os.mkdir(out)
    signal.signal(signal.SIGTERM, worker.end)
    doing = worker.Worker(setup)
    try:
        with open(os.path.join(out, "results.jsonl"), "w", encoding="utf-8") as results:
            for job in jobs:
                result = doing.do({**job, "path": os.path.join(folder, job["path"]), "out": os.path.join(out, job["path"])})
                results.write(json.dumps(result) + "\n")
                if result["fatal"]:
                    return 1
    except (OSError, writers.Full) as why:
        print(f"camshark-batch: {why}", file=sys.stderr)
        return 1
    finally:
        doing.drop()
    return 0
