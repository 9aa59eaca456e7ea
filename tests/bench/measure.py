"""Runs of tshark in turn: processor time, wall time and peak memory of each.

Processor time (user and system) is what ratios are made of: tshark has one thread, and other programs on the machine
change it least.
"""

import collections
import os
import re
import shutil
import statistics
import subprocess
import time

from tests.dissection import harness

Run = collections.namedtuple("Run", "cpu wall memory lines")  # seconds, seconds, bytes, lines that were written


class Command:
    """One way to run tshark. words: after "tshark -n -r FILE"; plugins: whether ours are loaded; files: name and
    text of what is in the configuration folder; program: the words of another one; all_cores: on all processors, not on one."""

    def __init__(self, capture, words, plugins=True, files=None, program=None, all_cores=False):
        self.capture = capture
        self.words = [str(word) for word in words]
        self.plugins = plugins
        self.files = files
        self.program = program
        self.all_cores = all_cores

    def argv(self):
        return self.program or ["tshark", "-n", "-r", str(self.capture)] + self.words

    def text(self):
        """The command line, for a shell."""
        quoted = [word if word.replace("_", "").replace("-", "").isalnum() or not set(word) & set(" \"'=,;$*?&|()<>")
                  else "'" + word.replace("'", "'\\''") + "'" for word in self.argv()]
        tables = f" ({', '.join(sorted(self.files))})" if self.files else ""
        return " ".join(quoted) + tables + ("" if self.plugins or self.program else "   [plugins not loaded]")


class Runner:
    """Starts commands with a stage's plugins and with nothing of the user's."""

    def __init__(self, stage):
        self.stage = stage
        self.plain = stage.path / "no-plugins"
        self.plain.mkdir()
        self.plain.chmod(0o755)

    def stage_capture(self, path):
        """The name of a capture in the folder where the commands are run."""
        staged = self.stage.path / path.name
        if not staged.exists():
            try:
                os.link(path, staged)
            except OSError:  # another file system
                shutil.copyfile(path, staged)
            staged.chmod(0o644)
        return path.name

    def environment(self, command):
        env = self.stage.environment(self.stage.config(files=command.files))
        if not command.plugins:
            env["WIRESHARK_PLUGIN_DIR"] = str(self.plain)
        return env

    @staticmethod
    def settle():
        """All commands on one processor: virtual ones are not equally fast."""
        os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})

    def run(self, command):
        """A Run. Fails on a sign of a bug on stderr."""
        out, err = self.stage.path / "out", self.stage.path / "err"
        with open(out, "wb") as stdout, open(err, "wb") as stderr:
            start = time.monotonic()
            process = subprocess.Popen(harness.without_privileges() + command.argv(), cwd=self.stage.path,
                                       env=self.environment(command), stdout=stdout, stderr=stderr,
                                       preexec_fn=None if command.all_cores else self.settle)
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
            wall = time.monotonic() - start
        said = err.read_text("utf-8", "replace")
        if process.returncode != 0 or any(mark in said for mark in harness.BUG_MARKS):
            raise RuntimeError(f"{command.text()}\nended with {process.returncode}:\n{said}")
        with open(out, "rb") as file:
            lines = sum(1 for line in file if line.strip())
        return Run(usage.ru_utime + usage.ru_stime, wall, usage.ru_maxrss * 1024, lines)

    def instructions(self, command):
        """The instructions of a run, which nothing disturbs. None without valgrind, which can not run what is sanitized."""
        if shutil.which("valgrind") is None or harness.SANITIZE:
            return None
        words = harness.without_privileges() + ["valgrind", "--tool=callgrind", "--callgrind-out-file=/dev/null"] + command.argv()
        done = subprocess.run(words, cwd=self.stage.path, env=self.environment(command), stdout=subprocess.DEVNULL,
                              stderr=subprocess.PIPE, encoding="utf-8", errors="replace", check=True)
        return int(re.search(r"Collected : (\d+)", done.stderr)[1])

    def rounds(self, commands, least, seconds=0):
        """[{name: Run}] of {name: Command}: each round runs every command once; so many rounds, and on for so many
        seconds, because what is short is what other programs disturb most."""
        rounds, end = [], time.monotonic() + seconds
        while len(rounds) < least or time.monotonic() < end:
            # Every other round backwards: nothing is always the first.
            names = list(commands)[::-1 if len(rounds) % 2 else 1]
            rounds.append({name: self.run(commands[name]) for name in names})
        return rounds


def median(rounds, value):
    """The median of what value() makes of a round. What disturbs one round disturbs all of its commands alike, so a
    ratio within a round says more than a ratio of medians."""
    return statistics.median(value(run) for run in rounds)
