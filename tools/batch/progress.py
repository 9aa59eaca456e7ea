"""How far a run is, on standard error: a bar on a terminal, a line every ten seconds elsewhere."""

import sys
import time

EVERY_BAR, EVERY_LINE = 0.2, 10
WIDTH = 24


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

    def text(self, now):
        passed = max(now - self.began, 1e-6)
        share = self.done_bytes / self.bytes if self.bytes else self.done / max(self.files, 1)
        left = clock(passed / share - passed) if share > 0 else "?"
        words = f"{self.done}/{self.files} files, {self.done / passed:.1f} files/s, {left} left"
        if self.failed:
            words += f", {self.failed} with faults"
        return share, words

    def show(self, last=False):
        now = time.monotonic()
        if not self.wanted or not last and now - self.last < (EVERY_BAR if self.bar else EVERY_LINE):
            return
        self.last = now
        share, words = self.text(now)
        if self.bar:
            full = int(share * WIDTH)
            words = f"\r[{'#' * full}{' ' * (WIDTH - full)}] {words}\x1b[K"
        print(words, end="\n" if last or not self.bar else "", file=self.stream, flush=True)
