"""One large capture, made into records by several processes: each takes a piece of what tshark writes in its turn, so that the
records come in the order of the packets.

A process has its setup on the first line of its standard input, then pieces with a line before each that says how long it is; it
answers each with such a line and the text of the records.
"""

import collections
import gc
import json
import signal
import subprocess
import sys

from . import keys, pdml, pool, records, sharkd, writers

# text: of the records; count: of them; closed: those that were not opened; why: which key was wrong (None: none)
Made = collections.namedtuple("Made", "text count closed why")


def of_records(lines, found):
    """A Made of each (record, {filter name: value})."""
    for record, flat in found:
        closed = record["opened"] is False
        yield Made(lines.line(record, flat), 1, int(closed), keys.bad_key(record) if closed else None)


def _found(piece, shown, bytes_too):
    reader = pdml.Reader()
    for packet in pdml.packets(piece):
        number, tree = reader.tree(packet)
        for record, flat in records.Frame(shown, number, tree, bytes_too).records():
            if record["connection"] is None and record["transport"]:
                raise pdml.Unsaid("a stream without a number")
            yield record, flat


def of_piece(setup, lines, shown, piece):
    """A Made of all packets of a piece of PDML."""
    made = list(of_records(lines, _found(piece, shown, setup["bytes"])))
    return Made("".join(one.text for one in made), len(made), sum(one.closed for one in made),
                next((one.why for one in made if one.why), None))


class _Process:
    def __init__(self, setup, shown):
        self.process = subprocess.Popen(pool.command("parts"), stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        preexec_fn=sharkd.end_with_parent)
        self.busy = False
        self._send({"setup": {name: setup[name] for name in ("format", "fields", "bytes")}, "shown": shown}, b"")

    def _send(self, head, data):
        try:
            self.process.stdin.write(json.dumps(head).encode() + b"\n" + data)
            self.process.stdin.flush()
        except BrokenPipeError:
            raise pdml.Odd("a process of ours ended") from None

    def give(self, piece):
        self._send({"size": len(piece)}, piece)
        self.busy = True

    def take(self):
        self.busy = False
        line = self.process.stdout.readline()
        head = json.loads(line) if line.endswith(b"\n") else {"odd": "a process of ours ended"}
        if "odd" in head:
            raise (pdml.Unsaid if head.get("unsaid") else pdml.Odd)(head["odd"])
        return Made(self.process.stdout.read(head["size"]).decode("utf-8"), head["count"], head["closed"], head["why"])

    def end(self):
        self.process.kill()
        self.process.wait()
        for stream in (self.process.stdin, self.process.stdout):
            try:
                stream.close()
            except OSError:  # what it did not read any more
                pass


def of_pieces(setup, shown, pieces, count):
    """A Made of each piece, in order; by so many processes, or by this one."""
    if count < 2:
        lines = writers.Lines(setup["format"], setup["fields"])
        for piece in pieces:
            yield of_piece(setup, lines, shown, piece)
        return
    processes = collections.deque()
    try:
        for piece in pieces:
            if len(processes) < count:
                process = _Process(setup, shown)
            else:
                process = processes.popleft()
                yield process.take()
            processes.append(process)
            process.give(piece)
        for process in processes:
            yield process.take()
    finally:
        for process in processes:
            process.end()


def main():
    sys.dont_write_bytecode = True
    gc.set_threshold(100_000, 50)  # as in worker.py
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    told = json.loads(sys.stdin.buffer.readline())
    setup = told["setup"]
    lines = writers.Lines(setup["format"], setup["fields"])
    while head := sys.stdin.buffer.readline():
        piece = sys.stdin.buffer.read(json.loads(head)["size"])
        try:
            made = of_piece(setup, lines, told["shown"], piece)
        except pdml.Odd as odd:
            answer, text = {"odd": str(odd), "unsaid": isinstance(odd, pdml.Unsaid)}, b""
        else:
            text = made.text.encode("utf-8", "backslashreplace")
            answer = {"size": len(text), "count": made.count, "closed": made.closed, "why": made.why}
        sys.stdout.buffer.write(json.dumps(answer).encode() + b"\n" + text)
        sys.stdout.buffer.flush()
