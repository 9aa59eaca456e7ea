"""Ways to give lines with keys to tshark: a key log file, a secrets block, packet comments; and a capture that grows."""

import subprocess

import pytest

from tests.dissection import harness
from tests.peers import pcapng

BLOCKS = pytest.mark.skipif(harness.wireshark_version() < (4, 4), reason="own secrets blocks are read from 4.4 on")
SOURCES = ["log", "comment", pytest.param("block", marks=BLOCKS)]
TYPES = {"baichuan": 0x42434B59, "newcamd": 0x4E434B59}  # of secrets blocks: "BCKY", "NCKY"


def line(*cells):
    return ",".join(f'"{cell}"' for cell in cells)


def comment_of(protocol, *lines):
    return "\n".join(f"camshark-key: {protocol} {text}" for text in lines)


class Lines:
    """Gives lines to tshark in one of the ways; origin(n): what the tree calls the line number n."""

    def __init__(self, protocol, way, stage, tmp_path, tshark):
        self.protocol, self.way, self.stage, self.tmp_path, self.tshark = protocol, way, stage, tmp_path, tshark

    def open(self, made, lines, prefs=None, tables=None, frame=1):
        """(tshark, capture) with the lines; frame: before which a block stands, and whose comment they are."""
        prefs, path = dict(prefs or {}), self.tmp_path / "c.pcapng"
        if self.way == "log":
            log = self.tmp_path / "keys.log"
            log.write_text("".join(text + "\n" for text in lines))
            prefs[f"{self.protocol}.keylog_file"] = str(self.stage.file(log))
        comments = {frame: comment_of(self.protocol, *lines)} if self.way == "comment" else None
        secrets = [(TYPES[self.protocol], "\n".join(lines), frame)] if self.way == "block" else ()
        pcapng.write(path, made, comments=comments, secrets=secrets)
        return self.tshark(prefs=prefs, tables=tables), path

    def origin(self, number, frame=1):
        return {"log": f"key log line {number}", "block": f"secrets block line {number}",
                "comment": f"comment of frame {frame}"}[self.way]


def prefs_of(keyed):
    """The preferences that a tshark is called with."""
    return dict(word.split(":", 1) for word in keyed.prefs if word != "-o")


def sentences(tshark, path, protocol, args=()):
    """What is said of lines, by frame."""
    found = tshark.fields(path, "frame.number", "_ws.expert.message", filter=f"{protocol}.expert.key_line", args=args)
    return {int(frame): [text for text in texts.split("|") if "Left out" in text or "left out" in text or "key log file" in text]
            for frame, texts in found}


class Growing:
    """A tshark that reads a capture as it is written. It reads 4 KiB at a time, so foreign packets push what is to be read."""

    FILLER = 40

    def __init__(self, stage, protocol, log):
        words = ["tshark", "-l", "-n", "-r", "-", "-o", f"{protocol}.keylog_file:{log}", "-T", "fields", "-e", "frame.number",
                 "-e", f"{protocol}.key_row"]
        self.process = subprocess.Popen(harness.without_privileges() + words, stdin=subprocess.PIPE, stdout=subprocess.PIPE,
                                        stderr=subprocess.PIPE, env=stage.environment(stage.config()), cwd=stage.path)
        self.written, self.rows = 0, {}

    def write(self, made, path):
        """Writes the new frames of a capture, and waits until tshark has shown those before the foreign ones behind them."""
        last = len(made.frames)
        for _ in range(self.FILLER):
            made.udp(("10.9.9.9", 40000), ("10.9.9.8", 40001), bytes(1000))
        data = made.write(path).read_bytes()
        self.process.stdin.write(data[self.written:])
        self.process.stdin.flush()
        self.written = len(data)
        while last not in self.rows:
            self._read_line()

    def _read_line(self):
        text = self.process.stdout.readline().decode()
        assert text, self.process.stderr.read().decode()
        frame, row = text.rstrip("\n").split("\t")
        self.rows[int(frame)] = row

    def close(self):
        out, err = self.process.communicate(timeout=harness.TIMEOUT)
        assert not [mark for mark in harness.BUG_MARKS if mark in err.decode()], err
        return err.decode()


def growing_ones(stage, protocol):
    """What a fixture yields from: growing(log) gives a Growing."""
    started = []

    def start(log):
        started.append(Growing(stage, protocol, log))
        return started[-1]

    yield start
    for one in started:
        one.process.kill()
        one.process.wait()


def empty_log(stage):
    """A key log file that tshark may read and the test write."""
    path = stage.writable_folder() / "keys.log"
    path.write_text("")
    path.chmod(0o644)
    return path


def append(path, text):
    with open(path, "a") as out:
        out.write(text)
