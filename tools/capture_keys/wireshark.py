"""What tshark with the plugins says of a capture: the keys of its sessions, and where each protocol begins; and other formats.

Keys that are given go to tshark in a file that nobody else can read, as a key log file: they stand in no list of processes.
"""

import os
import shutil
import subprocess
import tempfile

from . import rows
from .errors import Bad

FIELDS = ("frame.number", "frame.cap_len", "newcamd", "baichuan")
SHOWN = [word for name in rows.PROTOCOLS for word in ("-o", f"{name}.hide_secrets:FALSE")]


class Answer:
    """rows: [(protocol, row)] of all sessions that were opened; first: {protocol: (frame number, bytes of it that are there)}."""

    def __init__(self):
        self.rows, self.first = [], {}

    def take_line(self, line):
        """One of tshark's output: a frame, or, behind its head, a row."""
        number, _, rest = line.partition("\t")
        if number.isdecimal() and rest.count("\t") == len(FIELDS) - 2:
            length, *named = rest.split("\t")
            for name, value in zip(FIELDS[2:], named):
                if value:
                    self.first.setdefault(name, (int(number), int(length)))
            return
        if line.startswith("#"):
            head = line.lstrip("# ").partition(",")[0]
            self._whose = [name for name, known in rows.PROTOCOLS.items() if known.head == head]
        elif line.startswith('"') and self._whose:
            self.rows.append((self._whose[0], line))

    _whose = ()


def _key_log_options(folder, given):
    """Options of tshark for keys that are given."""
    words = []
    for name in rows.PROTOCOLS:
        lines = [row for protocol, row in given if protocol == name]
        if lines:
            path = os.path.join(folder, name)
            with open(path, "x", encoding="utf-8", errors="surrogateescape") as out:
                out.write("".join(line + "\n" for line in lines))
            words += ["-o", f"{name}.keylog_file:{path}"]
    return words


def _run(words):
    answer = Answer()
    with tempfile.TemporaryFile("w+", encoding="utf-8", errors="backslashreplace") as said:
        try:
            process = subprocess.Popen(words, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=said,
                                       encoding="utf-8", errors="surrogateescape")
        except OSError as error:
            raise Bad(f"{words[0]} can not be started: {error.strerror}; Wireshark's tshark is needed") from None
        try:
            for line in process.stdout:
                answer.take_line(line.rstrip("\n"))
            status = process.wait()
        finally:
            process.kill()
            process.wait()
        said.seek(0)
        lines = [line.strip() for line in said if line.strip() and not line.startswith("Running as user")]
    if status != 0:
        why = lines[-1] if lines else f"exit status {status}"
        if any("newcamd" in line or "baichuan" in line for line in lines):
            why += " (does it have camshark's plugins?)"
        raise Bad(f"tshark can not read it: {why}")
    return answer


def ask(capture, options, given):
    """The Answer to a capture; given: rows besides those that the user has."""
    words = [options.tshark, "-n", "-2", "-r", capture]
    for name in options.preferences:
        words += ["-o", name]
    for rule in options.decode_as:
        words += ["-d", rule]
    if options.profile:
        words += ["-C", options.profile]
    words += SHOWN
    words += ["-Y", "newcamd || baichuan", "-T", "fields", "-E", "occurrence=f"]
    words += [word for name in FIELDS for word in ("-e", name)]
    words += [word for name in rows.PROTOCOLS for word in ("-z", f"{name}_keys")]
    with tempfile.TemporaryDirectory(prefix="camshark-keys-") as folder:
        return _run(words + _key_log_options(folder, given))


def convert(capture, target):
    """Makes a pcapng file of a capture of another format."""
    capture = os.path.abspath(capture)  # what begins with - would be an option
    if shutil.which("editcap"):
        words = ["editcap", "-F", "pcapng", capture, target]
    elif shutil.which("tshark"):
        words = ["tshark", "-n", "-r", capture, "-F", "pcapng", "-w", target]
    else:
        raise Bad("it is no pcapng file, and neither editcap nor tshark is there to make one of it")
    done = subprocess.run(words, stdin=subprocess.DEVNULL, capture_output=True, encoding="utf-8", errors="backslashreplace", check=False)
    if done.returncode != 0:
        said = [line.strip() for line in done.stderr.splitlines() if line.strip()]
        raise Bad(f"it is no pcapng file, and {words[0]} can not make one of it: {said[-1] if said else done.returncode}")
