"""How far a run is, on standard error: a bar on a terminal, a line every ten seconds elsewhere.

Of a capture that is being read the kernel knows how far: Wireshark has it open twice, to read it from its beginning to its end and
then to go to each frame once more, and closes the first when it is done with it.
"""

import os
import sys
import time

EVERY_BAR, EVERY_LINE = 0.2, 10
WIDTH = 24
FIRST_PASS = 0.25  # of the time that a capture takes, about: records are made in the second pass


def _places(pid, path):
    """Where each file is that a process has of a capture, in bytes."""
    for number in os.listdir(f"/proc/{pid}/fd"):
        if os.path.samefile(f"/proc/{pid}/fd/{number}", path):
            with open(f"/proc/{pid}/fdinfo/{number}", encoding="ascii") as file:
                yield int(file.readline().partition(":")[2])  # pos: 4096


def read_by(pid, path):
    """The share of a capture that a process of Wireshark has done; 0 where the system does not say."""
    try:
        size, places = os.path.getsize(path), list(_places(pid, path))
    except (OSError, ValueError):
        return 0
    if not places or not size:
        return 0
    share = min(1, max(places) / size)
    return FIRST_PASS * share if len(places) > 1 else FIRST_PASS + (1 - FIRST_PASS) * share


def children(pid):
    try:
        with open(f"/proc/{pid}/task/{pid}/children", encoding="ascii") as file:
            return [int(word) for word in file.read().split()]
    except (OSError, ValueError):
        return []


def read_under(pid, path):
    """The bytes of a capture that the processes of a worker have done."""
    share = max((read_by(child, path) for child in children(pid)), default=0)
    return int(share * os.path.getsize(path)) if share else 0


def clock(seconds):
    minutes, seconds = divmod(int(seconds + 0.5), 60)
    return f"{minutes // 60}:{minutes % 60:02}:{seconds:02}"


class Progress:
    def __init__(self, wanted, sizes, stream=None):
        self.stream = stream or sys.stderr
        self.bar = self.stream.isatty()
        self.wanted = wanted
        self.files, self.bytes = len(sizes), sum(sizes)
        self.done, self.done_bytes, self.failed = 0, 0, 0
        self.began = time.monotonic()
        self.last = self.began if not self.bar else 0

    def add(self, size, good):
        self.done += 1
        self.done_bytes += size
        self.failed += not good
        self.show()

    def text(self, now, half_done=0):
        """half_done: bytes that were read of captures that are not done yet."""
        passed = max(now - self.began, 1e-6)
        share = min(1, (self.done_bytes + half_done) / self.bytes) if self.bytes else self.done / max(self.files, 1)
        left = clock(passed / share - passed) if share > 0 else "?"
        words = f"{self.done}/{self.files} files, {self.done / passed:.1f} files/s, {left} left"
        if self.failed:
            words += f", {self.failed} with faults"
        return share, words

    def show(self, last=False, half_done=None):
        """half_done: a function that gives the bytes that were read of captures that are not done yet."""
        now = time.monotonic()
        if not self.wanted or not last and now - self.last < (EVERY_BAR if self.bar else EVERY_LINE):
            return
        self.last = now
        share, words = self.text(now, half_done() if half_done else 0)
        if self.bar:
            full = int(share * WIDTH)
            words = f"\r[{'#' * full}{' ' * (WIDTH - full)}] {words}\x1b[K"
        print(words, end="\n" if last or not self.bar else "", file=self.stream, flush=True)
