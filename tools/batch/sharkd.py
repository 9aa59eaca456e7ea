"""One sharkd process and what is asked of it.

Traps of 4.0: the result of a filter text is kept from one capture to the next, so each load has a text of its own; each
load reads its lists of names once more (makers of network cards, ports, enterprises) and leaks what it has read (36 of 40 ms
and 11 MB), so it gets a folder of data without those lists, and a process serves a number of captures and no more
(worker.py); requests may not be longer than 2 KB, so captures are loaded through a link with a short name.
"""

import ctypes
import functools
import json
import os
import shutil
import signal
import subprocess
import tempfile

from . import answers, profile

NAMES = ("manuf", "wka", "services", "enterprises.tsv")
LONGEST_REQUEST = 2000
AHEAD = 64  # requests that are sent before their answers are read: less than a pipe holds
PR_SET_PDEATHSIG = 1


class Died(Exception):
    """sharkd ended: by itself, or because it was ended."""


class Refused(Exception):
    """sharkd does not do what it was asked: the text is its own."""


def end_with_parent():
    """sharkd reads of its end only when it is idle; the kernel tells it at once."""
    try:
        ctypes.CDLL(None).prctl(PR_SET_PDEATHSIG, signal.SIGKILL)
    except (OSError, AttributeError):
        pass
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@functools.lru_cache(maxsize=None)
def data_folder():
    """Wireshark's folder of data; None where it is not found."""
    told = os.environ.get("WIRESHARK_DATA_DIR")
    for folder in [told] if told else ["/usr/share/wireshark", "/usr/local/share/wireshark"]:
        if os.path.isfile(os.path.join(folder, "manuf")):
            return folder
    return None


def without_names(folder):
    """Makes a folder of data in `folder` that has all but the lists of names; gives its path, or None."""
    whole = data_folder()
    if not whole:
        return None
    made = os.path.join(folder, "data")
    os.mkdir(made)
    for name in os.listdir(whole):
        if name not in NAMES:
            os.symlink(os.path.join(whole, name), os.path.join(made, name))
    return made


def environment(folder, config):
    """For Wireshark's programs: times in UTC, `config` for the user's configuration, and (in `folder`) no lists of names."""
    env = {**os.environ, "TZ": "UTC", "LC_ALL": "C.UTF-8", "WIRESHARK_CONFIG_DIR": config}
    data = without_names(folder)
    return {**env, "WIRESHARK_DATA_DIR": data} if data else env


class Sharkd:
    """settings: [(name, value)] of preferences, key table rows included; they go through a pipe, where nobody reads them.
    configuration: the configuration profile whose preferences and keys apply; disabled: protocols that are not dissected."""

    def __init__(self, program, settings=(), configuration=None, disabled=()):
        self.folder = tempfile.mkdtemp(prefix="camshark-batch-")
        self.loads = 0
        self._id = 0
        self._said = open(os.path.join(self.folder, "said"), "w+b")
        self._read = 0
        # `sharkd -` takes no -C: a profile's folder is a configuration folder of its own.
        config = os.path.join(self.folder, "config")
        try:
            profile.made_of(config, configuration, disabled=disabled)
            self.process = subprocess.Popen([program, "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._said,
                                            env=environment(self.folder, config), preexec_fn=end_with_parent)
            for name, value in (("nameres.mac_name", "FALSE"), ("nameres.network_name", "FALSE"),
                                ("nameres.transport_name", "FALSE")) + tuple(settings):
                self.set(name, value)
        except BaseException:
            self.close()
            raise

    def set(self, name, value):
        try:
            self.ask("setconf", name=name, value=value)
        except Refused as why:
            shown = value.partition(":")[0] if name == "uat" else name
            raise Refused(f"Wireshark does not take what is given for {shown}: {why}") from None

    def ask(self, method, **params):
        self._send(method, params)
        return self._answer()

    def _lines(self, method, each):
        """The answers to one method for many parameters, in order."""
        waiting = 0
        for params in each:
            self._send(method, params)
            waiting += 1
            if waiting == AHEAD:
                yield self._line()
                waiting -= 1
        for _ in range(waiting):
            yield self._line()

    def _send(self, method, params):
        self._id += 1
        line = json.dumps({"jsonrpc": "2.0", "id": self._id, "method": method, "params": params})
        if len(line) > LONGEST_REQUEST:
            raise Refused(f"too long for sharkd ({len(line)} bytes)")
        try:
            self.process.stdin.write(line.encode("utf-8") + b"\n")
            self.process.stdin.flush()
        except BrokenPipeError:
            raise Died(self._end()) from None

    def _line(self):
        line = self.process.stdout.readline()
        if not line.endswith(b"\n"):
            raise Died(self._end())
        return line

    def _answer(self, or_none=False):
        line = self._line()
        try:
            self.answer = json.loads(line)
        except ValueError:
            self.answer = json.loads(line.decode("utf-8", "replace"), strict=False)
        if "error" in self.answer:
            if or_none:
                return None
            raise Refused(self.answer["error"].get("message", "no reason given"))
        return self.answer["result"]

    def load(self, path):
        """Loads a capture; gives (number of its frames, what sharkd said on the way: "" if nothing)."""
        self.loads += 1
        link = os.path.join(self.folder, f"c{self.loads}")
        os.symlink(os.path.abspath(path), link)
        self.said()
        self._send("load", {"file": link})
        load = self._id
        # 4.0 does not answer to the load of a capture that was cut short, so something else is asked with it.
        self._send("status", {})
        refused = None
        try:
            status = self._answer()
        except Refused as why:
            refused, status = why, None
        if self.answer["id"] == load:
            status = self._answer(or_none=True)
        if refused:
            raise refused
        return (status or {}).get("frames", 0), self.said()

    def unique(self, filter):
        """The filter with a text that no earlier load of this process had."""
        return f"({filter}) && frame.number < {4294967295 - self.loads}"

    def frames(self, filter):
        """The numbers of the frames that a filter lets through."""
        rows = self.ask("frames", filter=self.unique(filter), column0="frame.number:1")
        return [row["num"] for row in rows]

    def trees(self, numbers):
        """(number, tree) of frames."""
        lines = self._lines("frame", ({"frame": number, "proto": True} for number in numbers))
        for number, line in zip(numbers, lines):
            yield number, answers.tree(line)

    def said(self):
        """What it has said since the last time, but for what it says of every file."""
        self._said.seek(self._read)
        text = self._said.read().decode("utf-8", "replace")
        self._read += len(text.encode("utf-8", "replace"))
        return "\n".join(line for line in text.splitlines() if not line.startswith(("load: filename=", "Hello in child")))

    def _end(self):
        status = self.process.wait()
        if status < 0:
            return f"sharkd was ended by signal {-status} ({signal.Signals(-status).name})"
        words = self.said().strip().splitlines()
        return f"sharkd ended with status {status}" + (f": {words[-1]}" if words else "")

    def close(self):
        process = getattr(self, "process", None)
        if process:
            process.kill()
            process.wait()
            for stream in (process.stdin, process.stdout):
                try:
                    stream.close()
                except OSError:  # what it did not read any more
                    pass
        self._said.close()
        shutil.rmtree(self.folder, ignore_errors=True)
