"""The process that reads captures: a sharkd of its own, jobs on standard input, what came of them on standard output.

The first line is the setup, each further line a job; both are JSON, so that nothing of them stands in the list of processes.
"""

import gc
import json
import os
import signal
import sys
import time

from . import capture, keys, limits, parquet, parts, pdml, sharkd, tshark, writers

LOADS = 200  # what a load leaks is little, but is not nothing
LARGE = 768 << 20  # a process that holds more than this after a capture is ended


class Worker:
    def __init__(self, setup):
        self.setup = setup
        self.server = None
        self.streams = False  # whether large captures need the numbers of TCP streams
        self.watch = limits.Watch(setup["time_limit"], setup["memory_limit"])

    def _server(self):
        if self.server and (self.server.loads >= LOADS or limits.resident(self.server.process.pid) > LARGE):
            self.drop()
        if self.server is None:
            self.server = sharkd.Sharkd(self.setup["sharkd"], [tuple(pair) for pair in self.setup["settings"]],
                                        self.setup["profile"], capture.needless(self.setup["filter"]))
        return self.server

    def drop(self):
        if self.server:
            self.server.close()
            self.server = None

    def do(self, job):
        """What came of a job: state (done, partly, failed), why, records, closed (messages that were not opened)."""
        began = time.monotonic()
        result = {"job": job["job"], "state": "failed", "why": None, "records": 0, "closed": 0, "fatal": False}
        try:
            capture.check_file(job["path"])
            self._twice(job, result)
        except capture.Unreadable as why:
            result["why"] = str(why)
        except sharkd.Died as why:
            self.drop()
            result["why"] = self.watch.why or f"{why}, twice"
        except sharkd.Refused as why:
            result["why"] = str(why)
        except (writers.Full, writers.Unwritable, parquet.Failed) as why:
            result.update(why=str(why), fatal=isinstance(why, writers.Full))
        result["seconds"] = round(time.monotonic() - began, 3)
        return result

    def _twice(self, job, result):
        """A sharkd that dies may have died of what came before: a new one tries once more."""
        fresh = self.server is None
        try:
            self._once(job, result)
        except sharkd.Died:
            self.drop()
            if self.watch.why and (fresh or not self.watch.why.startswith("memory")):
                raise
            self._once(job, result)

    def _once(self, job, result):
        if self._is_large(job["path"]) and self._by_tshark(job, result):
            return
        server = self._server()
        with self.watch.over(server.process.pid):
            reader = capture.Reader(server, job["path"], job["shown"], self.setup["filter"], self.setup["bytes"])
            lines = writers.Lines(self.setup["format"], self.setup["fields"])
            why = self._write(job, result, parts.of_records(lines, reader))
        result.update(state="partly" if reader.damage or why else "done", why=reader.damage or why)

    def _by_tshark(self, job, result):
        """Whether a tshark has read it."""
        try:
            with tshark.Tshark(self.setup, job["path"], self.streams) as reader, self.watch.over(reader.process.pid):
                why = self._write(job, result, reader.made(job["shown"]))
        except pdml.Odd as odd:
            if self.watch.why:
                raise sharkd.Died(str(odd)) from None
            if self.streams or not isinstance(odd, pdml.Unsaid):
                return False
            self.streams = True  # and from now on: captures of one run are alike
            return self._by_tshark(job, result)
        result.update(state="partly" if why else "done", why=why)
        return True

    def _is_large(self, path):
        return self.setup["large"] >= 0 and os.path.getsize(path) >= self.setup["large"] and tshark.is_capture(path)

    def _write(self, job, result, made):
        """Writes each parts.Made; says which key was wrong, if one was."""
        result.update(records=0, closed=0)
        why = None
        with writers.Output(job["out"], self.setup["format"], self.setup["fields"]) as output:
            for one in made:
                output.write(one.text)
                result["records"] += one.count
                result["closed"] += one.closed
                why = why or one.why
        return why and f"{keys.BAD_KEY}{result['closed']} messages not opened; the first one: {why}"


def end(*_):
    sys.exit(143)


def main():
    sys.dont_write_bytecode = True
    gc.set_threshold(100_000, 50)  # what is made here has no circles, and much of it is made
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    signal.signal(signal.SIGTERM, end)
    worker = Worker(json.loads(sys.stdin.readline()))
    try:
        for line in sys.stdin:
            answer = json.dumps(worker.do(json.loads(line)))
            try:
                print(answer, flush=True)
            except BrokenPipeError:  # nobody asks any more
                os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
                break
    finally:
        worker.drop()
