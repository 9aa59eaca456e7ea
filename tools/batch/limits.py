"""How large a process is, and ending it when it becomes too large or takes too long."""

import os
import signal
import threading
import time

PAGE = os.sysconf("SC_PAGE_SIZE") if hasattr(os, "sysconf") else 4096
EVERY = 0.1  # seconds between looks


def resident(pid):
    """Bytes that a process has in memory; 0 where the system does not say."""
    try:
        with open(f"/proc/{pid}/statm", encoding="ascii") as file:
            return int(file.read().split()[1]) * PAGE
    except (OSError, ValueError, IndexError):
        return 0


def memory_of_machine():
    try:
        return os.sysconf("SC_PHYS_PAGES") * PAGE
    except (ValueError, OSError):
        return 4 << 30


class Watch:
    """Kills a process that takes longer or more memory than it may while `with watch.over(pid)` lasts."""

    def __init__(self, seconds, memory):
        self.seconds, self.memory = seconds, memory
        self.why = None  # what it was killed for
        self._pid, self._until = None, None
        self._lock = threading.Lock()
        threading.Thread(target=self._look, daemon=True).start()

    def over(self, pid):
        self.why = None
        with self._lock:
            self._pid, self._until = pid, time.monotonic() + self.seconds if self.seconds else None
        return self

    def __enter__(self):
        return self

    def __exit__(self, *_):
        with self._lock:
            self._pid = None

    def _look(self):
        while True:
            time.sleep(EVERY)
            with self._lock:
                if self._pid is None:
                    continue
                if self._until and time.monotonic() > self._until:
                    self.why = f"time limit: not done after {self.seconds:g} s"
                elif self.memory and resident(self._pid) > self.memory:
                    self.why = f"memory limit: more than {self.memory >> 20} MiB"
                else:
                    continue
                try:
                    os.kill(self._pid, signal.SIGKILL)
                except ProcessLookupError:
                    pass
                self._pid = None
