"""What every dissection test needs: tshark and sharkd with our plugins and nothing of the user's.

Wireshark ignores WIRESHARK_PLUGIN_DIR for root, so everything it touches is staged in a folder below /tmp that
an unprivileged user may read, and that user runs it. The tests themselves keep the rights of whoever runs them.

Environment, set by ./run:
  CAMSHARK_BUILD     build folder with plugins/<X.Y>/epan/*.so; default build/dev
  CAMSHARK_SANITIZE  1 if those modules need the sanitizer runtimes preloaded
"""

import collections
import hashlib
import json
import os
import pathlib
import re
import shutil
import subprocess
import tempfile

ROOT = pathlib.Path(__file__).resolve().parents[2]
BUILD = pathlib.Path(os.environ.get("CAMSHARK_BUILD", ROOT / "build" / "dev"))
CAPTURES = ROOT / "captures"
KEYS = ROOT / "keys"
THIRD_PARTY = ROOT.parent / "shared" / "captures" / "third-party"
SANITIZE = os.environ.get("CAMSHARK_SANITIZE") == "1"
TIMEOUT = 300

# What Wireshark prints on stderr for a bug of ours; its exit status stays 0.
BUG_MARKS = ("Dissector bug", "Couldn't load plugin", "AddressSanitizer", "runtime error:", "** (", "CRITICAL", "(nil)")


def without_privileges():
    """The words before a command that let Wireshark believe in our plugin folder even if root runs the tests."""
    if os.geteuid() != 0:
        return []
    return ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"]


def wireshark_version():
    """(major, minor) of the tshark that the tests run."""
    text = subprocess.run(["tshark", "--version"], capture_output=True, text=True, check=True).stdout
    return tuple(int(number) for number in re.search(r"TShark \(Wireshark\) (\d+)\.(\d+)", text).groups())


class Stage:
    """A world-readable folder with the plugins, and one configuration folder a set of keys and preferences."""

    def __init__(self):
        self.path = pathlib.Path(tempfile.mkdtemp(prefix="camshark-test-"))
        self.path.chmod(0o755)
        shutil.copytree(BUILD / "plugins", self.path / "plugins",
                        ignore=lambda folder, names: [n for n in names if n.startswith("CMake") or n.endswith(".cmake")
                                                      or n.endswith(".a")])
        (self.path / "home").mkdir()
        (self.path / "extcap").mkdir()
        self._files = {}
        self._open_up()

    def _open_up(self):
        subprocess.run(["chmod", "-R", "a+rX", str(self.path)], check=True)

    def environment(self, config):
        env = {k: v for k, v in os.environ.items() if not k.startswith(("XDG_", "WIRESHARK_", "LD_"))}
        env.update(HOME=str(self.path / "home"), WIRESHARK_CONFIG_DIR=str(config), TZ="UTC", LC_ALL="C.UTF-8",
                   WIRESHARK_PLUGIN_DIR=str(self.path / "plugins"),
                   # No capture helpers: some hang when the sanitizer runtimes are preloaded into them.
                   WIRESHARK_EXTCAP_DIR=str(self.path / "extcap"))
        if SANITIZE:
            runtimes = [subprocess.run(["gcc", f"-print-file-name={lib}"], check=True, capture_output=True,
                                       text=True).stdout.strip() for lib in ("libasan.so", "libubsan.so")]
            env.update(LD_PRELOAD=":".join(runtimes), ASAN_OPTIONS="detect_leaks=0:abort_on_error=1",
                       UBSAN_OPTIONS="print_stacktrace=1:halt_on_error=1", WIRESHARK_DEBUG_WMEM_OVERRIDE="simple",
                       WIRESHARK_ABORT_ON_DISSECTOR_BUG="1")
        return env

    def file(self, path):
        """A readable copy of a capture; the original may lie where only its owner can read."""
        path = pathlib.Path(path)
        if path not in self._files:
            copy = self.path / f"{len(self._files)}-{path.name}"
            shutil.copyfile(path, copy)
            copy.chmod(0o644)
            self._files[path] = copy
        return self._files[path]

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

    def close(self):
        shutil.rmtree(self.path, ignore_errors=True)


Result = collections.namedtuple("Result", "out err status")


class Tshark:
    """tshark with one set of keys. tables and files as in Stage.config(); prefs: {"newcamd.deskey": "00..."}."""

    def __init__(self, stage, tables=None, prefs=None, files=None):
        self.stage = stage
        self.conf = stage.config(tables, files)
        self.prefs = [word for name, value in (prefs or {}).items() for word in ("-o", f"{name}:{value}")]

    def run(self, capture, *args, check=True, raw=False):
        """One tshark run over a capture (None: no -r). Fails the test on any sign of a bug of ours."""
        words = without_privileges() + ["tshark"]
        if capture is not None:
            words += ["-n", "-r", str(self.stage.file(capture))]
        words += self.prefs + [str(a) for a in args]
        done = subprocess.run(words, env=self.stage.environment(self.conf), capture_output=True, timeout=TIMEOUT,
                              cwd=self.stage.path)
        err = done.stderr.decode("utf-8", "replace")
        out = done.stdout if raw else done.stdout.decode("utf-8", "replace")
        bug = [mark for mark in BUG_MARKS if mark in err]
        if not raw and "[Dissector bug" in out:
            bug.append("[Dissector bug")
        assert not bug, f"{bug} in the output of {words}:\n{err}"
        if check:
            assert done.returncode == 0, f"exit status {done.returncode} of {words}:\n{err}"
        return Result(out, err, done.returncode)

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
        conf = stage.config(tables, files)
        words = without_privileges() + ["sharkd", "-"]
        env = stage.environment(conf)
        if SANITIZE:
            env["WIRESHARK_ABORT_ON_DISSECTOR_BUG"] = "1"
        self._stderr = tempfile.TemporaryFile()
        self._process = subprocess.Popen(words, stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=self._stderr,
                                         env=env, text=True, cwd=stage.path)
        self._id = 0
        for name, value in (prefs or {}).items():
            self.request("setconf", name=name, value=value)
        self.request("load", file=str(stage.file(capture)))
        self.count = self.request("status")["frames"]

    def request(self, method, **params):
        self._id += 1
        self._process.stdin.write(json.dumps({"jsonrpc": "2.0", "id": self._id, "method": method, "params": params})
                                  + "\n")
        self._process.stdin.flush()
        line = self._process.stdout.readline()
        assert line, f"sharkd ended during {method} {params}: {self.stderr()}"
        answer = json.loads(line)
        assert "error" not in answer, f"{method} {params}: {answer['error']}"
        return answer["result"]

    def frame(self, number):
        """The tree of one frame, with columns."""
        return self.request("frame", frame=number, proto=True, columns=True)

    def stderr(self):
        self._stderr.seek(0)
        return self._stderr.read().decode("utf-8", "replace")

    def close(self):
        self._process.stdin.close()
        self._process.wait(TIMEOUT)
        err = self.stderr()
        assert not [mark for mark in BUG_MARKS if mark in err], err

    def __enter__(self):
        return self

    def __exit__(self, *exc):
        self.close()
