"""What every dissection test needs: tshark and sharkd with our plugins and nothing of the user's.

Wireshark ignores WIRESHARK_PLUGIN_DIR for root, so everything it touches is staged in a folder below /tmp that
an unprivileged user may read, and that user runs it. The tests themselves keep the rights of whoever runs them.
Most runs are forked from one tshark or sharkd that has started already: forkserver.py.

Environment, set by ./run:
  CAMSHARK_BUILD     build folder with plugins/<X.Y>/epan/*.so; default build/dev
  CAMSHARK_SANITIZE  1 if those modules need the sanitizer runtimes preloaded
  CAMSHARK_NO_FORK   1 to start a tshark or sharkd for each run, as users do, and fork none: it takes some times as
                     long, and shows whether a failure is the fork server's
"""

import collections
import functools
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

import pytest

from tests.dissection import forkserver

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("CAMSHARK_BUILD", ROOT / "build" / "dev"))
CAPTURES = ROOT / "captures"
KEYS = ROOT / "keys"
SANITIZE = os.environ.get("CAMSHARK_SANITIZE") == "1"
FORK = os.environ.get("CAMSHARK_NO_FORK") != "1"
TIMEOUT = 300

# What Wireshark prints on stderr for a bug of ours; its exit status stays 0.
# tshark 4.0 says it of each flow graph whose two ends have one address, and of one with more than 40 ends: flow,tcp, too.
FLOW_OF_ONE_ADDRESS = re.compile(r".*CRITICAL\] -- g_string_erase: assertion .*\n?")
BUG_MARKS = ("Dissector bug", "Couldn't load plugin", "AddressSanitizer", "runtime error:", "** (", "CRITICAL", "(nil)")


def without_privileges():
    """The words before a command that let Wireshark believe in our plugin folder even if root runs the tests."""
    if os.geteuid() != 0:
        return []
    return ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]


@functools.cache
def sanitizer_runtimes():
    """What has to be loaded before the sanitized plugins can be."""
    return [subprocess.run(["gcc", f"-print-file-name={lib}"], check=True, capture_output=True, text=True).stdout.strip()
            for lib in ("libasan.so", "libubsan.so")]


@functools.cache
def wireshark_version():
    """(major, minor) of the tshark that the tests run."""
    text = subprocess.run(["tshark", "--version"], capture_output=True, text=True, check=True).stdout
    return tuple(int(number) for number in re.search(r"TShark \(Wireshark\) (\d+)\.(\d+)", text).groups())


# With sanitizers, and on the other versions of Wireshark, one order, one way and fewer seeds have to do, and what costs most
# and depends on neither runs once: all would take CI a quarter of an hour more.
EVERYTHING = not SANITIZE and wireshark_version() < (4, 2)
ONCE = pytest.mark.skipif(not EVERYTHING, reason="without sanitizers, on Debian 12: it does not depend on either")


@functools.cache
def wireshark_folders():
    """What `tshark -G folders` prints."""
    return subprocess.run(["tshark", "-G", "folders"], capture_output=True, text=True, check=True).stdout


class Stage:
    """A world-readable folder with the plugins, and one configuration folder a set of keys and preferences.

    build: where the plugins are; sanitize: they need the sanitizer's runtimes; leaks: sanitized programs say on stderr
    what they have not freed when they end ("short", or "whole" to see who called, which is slow)."""

    def __init__(self, build=BUILD, sanitize=SANITIZE, leaks=None):
        self.sanitize, self.leaks = sanitize, leaks
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="camshark-test-"))
        self.path.chmod(0o755)
        shutil.copytree(build / "plugins", self.path / "plugins",
                        ignore=lambda folder, names: [n for n in names if n.startswith("CMake") or n.endswith(".cmake")
                                                      or n.endswith(".a")])
        (self.path / "home").mkdir()
        (self.path / "extcap").mkdir()
        self._leave_out_names()
        # Preloaded by who may not be able to read the build folder.
        for preloaded in ("forkserver.so", "keep-modules.so", "replace-rows.so"):
            shutil.copy(build / "tests" / "dissection" / preloaded, self.path)
        self._files, self._copies = {}, 0
        self._servers = {}
        self._open_up()

    def _leave_out_names(self):
        """A data folder like Wireshark's without the lists of vendors and services: no test wants them, and older
        versions read them for every capture, which takes longer than most captures do."""
        theirs = pathlib.Path(re.search(r"^Global configuration:\s*(.*)$", wireshark_folders(), re.MULTILINE)[1])
        (self.path / "data").mkdir()
        for entry in theirs.iterdir():
            if entry.name not in ("manuf", "services"):
                (self.path / "data" / entry.name).symlink_to(entry)

    def _open_up(self):
        subprocess.run(["chmod", "-R", "a+rX", str(self.path)], check=True)

    def environment(self, config):
        env = {k: v for k, v in os.environ.items() if not k.startswith(("XDG_", "WIRESHARK_", "LD_"))}
        env.update(HOME=str(self.path / "home"), WIRESHARK_CONFIG_DIR=str(config), TZ="UTC", LC_ALL="C.UTF-8",
                   WIRESHARK_PLUGIN_DIR=str(self.path / "plugins"), WIRESHARK_DATA_DIR=str(self.path / "data"),
                   # No capture helpers: some hang when the sanitizer runtimes are preloaded into them.
                   WIRESHARK_EXTCAP_DIR=str(self.path / "extcap"))
        if self.sanitize:
            keep = [str(self.path / "keep-modules.so")] if self.leaks else []
            env.update(LD_PRELOAD=":".join(sanitizer_runtimes() + keep), LSAN_OPTIONS="exitcode=0",
                       ASAN_OPTIONS=f"detect_leaks={int(bool(self.leaks))}:abort_on_error=1:"
                                    f"fast_unwind_on_malloc={int(self.leaks != 'whole')}:"
                                    "stack_trace_format='    #%n %p in %f %S (%m)'",
                       UBSAN_OPTIONS="print_stacktrace=1:halt_on_error=1", WIRESHARK_DEBUG_WMEM_OVERRIDE="simple",
                       WIRESHARK_ABORT_ON_DISSECTOR_BUG="1")
        return env

    def file(self, path):
        """A readable copy of a capture; the original may lie where only its owner can read."""
        path = pathlib.Path(path)
        version = (path, path.stat().st_mtime_ns, path.stat().st_size)  # a test may write another one over it
        if version not in self._files:
            self._copies += 1
            copy = self.path / f"{self._copies}-{path.name}"
            shutil.copyfile(path, copy)
            copy.chmod(0o644)
            self._files[version] = copy
        return self._files[version]

    def forget(self, path):
        """The copy of a capture that nobody asks for again."""
        for version in [version for version in self._files if version[0] == pathlib.Path(path)]:
            self._files.pop(version).unlink()

    def config(self, tables=None, files=None):
        """A configuration folder. tables: {UAT file name: [row, ...]} with each row a list of texts;
        files: {name: whole text}."""
        texts = dict(files or {})
        for name, rows in (tables or {}).items():
            texts[name] = "".join(",".join('"%s"' % cell for cell in row) + "\n" for row in rows)
        digest = hashlib.sha256(json.dumps(texts, sort_keys=True).encode()).hexdigest()[:16]
        folder = self.path / f"config-{digest}"
        if not folder.exists():
            folder.mkdir()
            for name, text in texts.items():
                (folder / name).write_text(text)
            subprocess.run(["chmod", "-R", "a+rX", str(folder)], check=True)
        return folder

    def writable_folder(self):
        """A new folder into which the user who runs tshark may write."""
        folder = pathlib.Path(tempfile.mkdtemp(prefix="written-", dir=self.path))
        folder.chmod(0o777)
        return folder

    def server(self, program, config, capture=None):
        """The fork server of tshark or sharkd, about to be asked for one run with this configuration folder and this
        capture: what a program reads of its arguments before it is forked goes through links."""
        links = self.path / f"{program}-links"
        if program not in self._servers:
            links.mkdir()
            # -n changes nothing: it fills the places of arguments.
            command = {"tshark": ["-r", str(links / "capture")] + ["-n"] * ARGUMENTS, "sharkd": ["-"]}[program]
            env = self.environment(links / "config")
            env["LD_PRELOAD"] = ":".join(filter(None, [env.get("LD_PRELOAD"), str(self.path / "forkserver.so")]))
            self._servers[program] = forkserver.ForkServer(
                without_privileges() + [program] + command, env, self.path)
        for name, target in (("config", config), ("capture", capture)):
            (links / name).unlink(missing_ok=True)
            if target is not None:
                (links / name).symlink_to(target)
        return self._servers[program]

    def close(self):
        for server in self._servers.values():
            server.close()
        shutil.rmtree(self.path, ignore_errors=True)


class ReplacingRows(Stage):
    """A stage where a row that sharkd is given (setconf of "uat:TABLE") replaces the table's rows, as the user may do in the
    window between two files."""

    def environment(self, config):
        env = super().environment(config)
        preloaded = [env.get("LD_PRELOAD"), str(self.path / "replace-rows.so")]
        return {**env, "LD_PRELOAD": ":".join(filter(None, preloaded))}


class WithoutPlugins(Stage):
    """A stage where Wireshark finds no plugin, so that there is nothing for a sanitizer to watch."""

    def environment(self, config):
        env = {**super().environment(config), "WIRESHARK_PLUGIN_DIR": str(self.path / "home")}
        return {k: v for k, v in env.items() if k not in ("LD_PRELOAD", "WIRESHARK_DEBUG_WMEM_OVERRIDE")}


# How TCP comes to hand over segments that come late: the user wants it, or it does not know what is late.
LATE_TOO = {"wanted": {"tcp.no_subdissector_on_error": "FALSE"}, "unknown": {"tcp.analyze_sequence_numbers": "FALSE"}}


def need_late_segments(plain, capture, port, prefs=LATE_TOO["wanted"]):
    """Skips a test of segments that come late where TCP keeps some of this capture's from every dissector all the same: that
    of Wireshark 4.6 takes most of them for retransmissions, if it looks. plain: without our plugins."""
    args = ["-d", f"tcp.port=={port},data"] + [word for name, value in prefs.items() for word in ("-o", f"{name}:{value}")]
    kept = plain.frames(capture, f"tcp.port == {port} && tcp.len > 0 && !data", args)
    if kept:
        pytest.skip(f"TCP hands frames {kept} to no dissector")


# The options of tshark that it reads after it is forked; others it reads before, or in both places.
FORKED = ("-2", "-d", "-e", "-E", "-j", "-J", "-N", "-o", "-q", "-R", "-T", "-t", "-Y", "-z", "--export-objects",
          "--no-duplicate-keys")
ARGUMENTS = 120  # that a forked run can have

Usage = collections.namedtuple("Usage", "seconds mebibytes")  # of processor, and of memory at most


# A program is told to have had the memory of whoever starts it: tests, which may have had more than tshark. So a small
# one starts it.
MEASURE = """
import os, subprocess, sys
process = subprocess.Popen(sys.argv[1:], stdout=subprocess.DEVNULL)
_, status, used = os.wait4(process.pid, 0)
print(os.waitstatus_to_exitcode(status), used.ru_utime + used.ru_stime, used.ru_maxrss / 1024)
"""


def usage(stage, capture, *args, files=None):
    """What a run of its own takes, which prints for nobody. files: of the configuration."""
    words = without_privileges() + ["tshark", "-n", "-r", str(stage.file(capture)), *args]
    done = subprocess.run([sys.executable, "-I", "-S", "-c", MEASURE, *words], env=stage.environment(stage.config(files=files)), cwd=stage.path,
                          check=True, stdout=subprocess.PIPE, text=True)
    status, seconds, mebibytes = done.stdout.split()
    assert status == "0", f"exit status {status} of {words}"
    return Usage(float(seconds), float(mebibytes))


LEAK = re.compile(r"^(?:Direct|Indirect) leak of .*(?:\n.+)*", re.MULTILINE)


def our_leaks(stderr):
    """What our modules have not freed, of what a program of Stage(leaks="whole") says at its end: the call chains."""
    return [chain for chain in LEAK.findall(stderr) if re.search(r"/(?:newcamd|baichuan)\.so\b", chain)]


Result = collections.namedtuple("Result", "out err status")


class Tshark:
    """tshark with one set of keys. tables and files as in Stage.config(); prefs: {"newcamd.deskey": "00..."}."""

    def __init__(self, stage, tables=None, prefs=None, files=None):
        self.stage = stage
        self.conf = stage.config(tables, files)
        self.prefs = [word for name, value in (prefs or {}).items() for word in ("-o", f"{name}:{value}")]

    def run(self, capture, *args, check=True, raw=False):
        """One tshark run over a capture (None: no -r). Fails the test on any sign of a bug of ours."""
        words = self.prefs + [str(a) for a in args]
        if capture is None:
            status, out, err = self._start(words)
        else:
            file = self.stage.file(capture)
            forked = FORK and len(words) <= ARGUMENTS and all(word.startswith(FORKED) for word in words if word.startswith("-"))
            status, out, err = self._fork(words, file) if forked else self._start(["-n", "-r", str(file)] + words)
        err = err.decode("utf-8", "replace")
        if any(word.startswith("flow,") for word in words):
            err = FLOW_OF_ONE_ADDRESS.sub("", err)
        out = out if raw else out.decode("utf-8", "replace")
        bug = [mark for mark in BUG_MARKS if mark in err]
        if not raw and "[Dissector bug" in out:
            bug.append("[Dissector bug")
        assert not bug, f"{bug} in the output of tshark {words}:\n{err}"
        if check:
            assert status == 0, f"exit status {status} of tshark {words}:\n{err}"
        return Result(out, err, status)

    def _start(self, words):
        done = subprocess.run(without_privileges() + ["tshark"] + words, env=self.stage.environment(self.conf),
                              capture_output=True, timeout=TIMEOUT, cwd=self.stage.path)
        return done.returncode, done.stdout, done.stderr

    def _fork(self, words, file):
        server = self.stage.server("tshark", self.conf, file)
        with open(os.devnull) as stdin, tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
            # -n and -r are among what the server was started with.
            run = server.start(["-r", str(file)] + words, stdin.fileno(), out.fileno(), err.fileno())
            status = server.wait(run, TIMEOUT)
            out.seek(0)
            err.seek(0)
            return status, out.read(), err.read()

    def fields(self, capture, *names, filter=None, args=()):
        """A list of tuples, one a frame that the filter lets through: the texts of the fields, several values of
        one field joined by '|'."""
        words = ["-T", "fields", "-E", "aggregator=|", "-E", "separator=/t"]
        words += [w for name in names for w in ("-e", name)]
        if filter:
            words += ["-Y", filter]
        lines = self.run(capture, *words, *args).out.splitlines()
        return [tuple(line.split("\t")) for line in lines]

    def frames(self, capture, filter, args=()):
        """The numbers of the frames that a display filter lets through."""
        return [int(row[0]) for row in self.fields(capture, "frame.number", filter=filter, args=args)]

    def exported(self, capture, protocol, *args):
        """{name: bytes} of the files that `--export-objects` writes."""
        folder = self.stage.writable_folder()
        try:
            self.run(capture, "-q", "--export-objects", f"{protocol},{folder}", *args)
            return {path.name: path.read_bytes() for path in folder.iterdir()}
        finally:
            shutil.rmtree(folder)

    def packets(self, capture, *protocols, filter=None, args=()):
        """Frames as parsed `-T json --no-duplicate-keys`: each a dict of layers; several PDUs of one protocol in a
        frame are a list."""
        words = ["-T", "json", "--no-duplicate-keys"]
        if protocols:
            words += ["-J", " ".join(("frame",) + protocols)]
        if filter:
            words += ["-Y", filter]
        return [p["_source"]["layers"] for p in json.loads(self.run(capture, *words, *args).out)]


def as_list(value):
    """JSON without duplicate keys turns one of something into the thing itself; this turns it back into a list."""
    return value if isinstance(value, list) else [] if value is None else [value]


class Sharkd:
    """A sharkd that has loaded one capture; frames can be asked for in any order, as the Wireshark window does."""

    def __init__(self, stage, capture, tables=None, prefs=None, files=None):
        self._stderr = tempfile.TemporaryFile()
        theirs_in, ours_in = os.pipe()
        ours_out, theirs_out = os.pipe()
        start = self._fork if FORK else self._start
        self._pid, self._wait = start(stage, stage.config(tables, files), theirs_in, theirs_out)
        os.close(theirs_in)
        os.close(theirs_out)
        self._requests, self._answers = open(ours_in, "w"), open(ours_out)
        self._id = 0
        for name, value in (prefs or {}).items():
            self.request("setconf", name=name, value=value)
        # tshark runs with -n; without this, MAC addresses are followed by their names.
        self.request("setconf", name="nameres.mac_name", value="FALSE")
        self._stage = stage
        self.request("load", file=self.file(capture))
        self.count = self.request("status")["frames"]

    def _fork(self, stage, config, stdin, stdout):
        """(process id, function that waits for the end of the process) of a sharkd out of the fork server."""
        server = stage.server("sharkd", config)
        run = server.start(["-"], stdin, stdout, self._stderr.fileno())
        return run.pid, lambda: server.wait(run, TIMEOUT)

    def _start(self, stage, config, stdin, stdout):
        """The same of one that is started for this capture."""
        process = subprocess.Popen(without_privileges() + ["sharkd", "-"], env=stage.environment(config),
                                   cwd=stage.path, stdin=stdin, stdout=stdout, stderr=self._stderr)
        return process.pid, lambda: process.wait(TIMEOUT)

    def request(self, method, **params):
        self._id += 1
        self._requests.write(json.dumps({"jsonrpc": "2.0", "id": self._id, "method": method, "params": params}) + "\n")
        self._requests.flush()
        line = self._answers.readline()
        assert line, f"sharkd ended during {method} {params}: {self.stderr()}"
        answer = json.loads(line)
        assert "error" not in answer, f"{method} {params}: {answer['error']}"
        return answer["result"]

    def file(self, capture):
        """The name under which it can load a capture."""
        return str(self._stage.file(capture))

    def frame(self, number):
        """The tree of one frame, with columns."""
        return self.request("frame", frame=number, proto=True, columns=True)

    def stderr(self):
        self._stderr.seek(0)
        return self._stderr.read().decode("utf-8", "replace")

    def memory(self):
        """KiB that it has now."""
        with open(f"/proc/{self._pid}/status") as status:
            return int(re.search(r"^VmRSS:\s+(\d+) kB", status.read(), re.MULTILINE)[1])

    def end(self):
        """As close(), and whatever it has said is not looked at: stderr() gives it."""
        self._requests.close()
        self._wait()
        self._answers.close()

    def close(self):
        self.end()
        err = self.stderr()
        self._stderr.close()
        assert not [mark for mark in BUG_MARKS if mark in err], err

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()
