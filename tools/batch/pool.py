"""The workers of this machine: one process a core, each with a job at a time, so that none waits for another."""

import json
import os
import selectors
import signal
import subprocess
import sys

from . import progress

ABOVE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def command(module):
    """The words that start a process: a module's main(), of this very program, wherever it lies."""
    return [sys.executable, "-B", "-c", f"import sys; sys.path.insert(0, sys.argv[1]); from batch import {module}; {module}.main()",
            ABOVE]


class _Process:
    def __init__(self, setup):
        self.process = subprocess.Popen(command("worker"), stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.job, self.send = None, self._send
        self._send(setup)

    def _send(self, what):
        try:
            self.process.stdin.write(json.dumps(what) + "\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            pass  # its end is read where its answer would be

    def give(self, job):
        self.job = job
        self._send(job)

    def how_it_ended(self):
        status = self.process.wait()
        if status < 0:
            return f"the worker was ended by signal {-status} ({signal.Signals(-status).name})"
        return f"the worker ended with status {status}"

    def end(self):
        self.process.terminate()
        for stream in (self.process.stdin, self.process.stdout):
            try:
                stream.close()
            except OSError:
                pass


class Pool:
    """with Pool(setup, count) as pool: for job, result in pool.run(jobs, tick): ...
    A job is given to a second worker if the first one dies of it. tick(half_done=function) is called at least twice a second."""

    def __init__(self, setup, count):
        self.setup, self.count = setup, count
        self.selector = selectors.DefaultSelector()
        self.workers = []

    def __enter__(self):
        return self

    def _start(self):
        worker = _Process(self.setup)
        self.workers.append(worker)
        self.selector.register(worker.process.stdout, selectors.EVENT_READ, worker)
        return worker

    def _forget(self, worker):
        self.selector.unregister(worker.process.stdout)
        self.workers.remove(worker)
        worker.end()

    def half_done(self):
        """Bytes that were read of captures that are not done yet."""
        return sum(progress.read_under(worker.process.pid, worker.job["path"]) for worker in self.workers if worker.job)

    def run(self, jobs, tick):
        waiting = list(reversed(jobs))
        tried = set()
        for _ in range(min(self.count, len(jobs))):
            self._start().give(waiting.pop())
        while any(worker.job for worker in self.workers):
            for key, _ in self.selector.select(0.5):
                worker = key.data
                line = worker.process.stdout.readline()
                job, worker.job = worker.job, None
                if line.endswith("\n"):
                    yield job, json.loads(line)
                else:
                    why = worker.how_it_ended()
                    self._forget(worker)
                    if job["job"] in tried:
                        yield job, {"job": job["job"], "state": "failed", "why": f"{why}, twice", "records": 0, "closed": 0,
                                    "fatal": False, "seconds": 0}
                    else:
                        tried.add(job["job"])
                        waiting.append(job)
                    worker = self._start() if waiting else None
                if waiting and worker:
                    worker.give(waiting.pop())
            tick(half_done=self.half_done)

    def __exit__(self, *_):
        for worker in list(self.workers):
            self._forget(worker)
            try:
                worker.process.wait(20)  # it takes back what is not whole
            except subprocess.TimeoutExpired:
                worker.process.kill()
                worker.process.wait()
        self.selector.close()
