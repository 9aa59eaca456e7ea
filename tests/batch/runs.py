"""Runs of camshark-batch with the plugins that are built and nothing of the user's."""

import collections
import json
import shutil
import subprocess

from tests.dissection import harness

PYTHON = "/usr/bin/python3"
Done = collections.namedtuple("Done", "status out err")
KEYS = [word for protocol in ("newcamd", "baichuan")
        for word in (f"--{protocol}-keys", "{keys}/" + f"{protocol}_keys")]


def copies(capture, folder, *names):
    """A folder with copies of a capture, by their names."""
    for name in names:
        shutil.copy(capture, folder / name)
        (folder / name).chmod(0o644)
    return folder


class Batch:
    """camshark-batch, its modules, the samples and their keys where an unprivileged user may read them."""

    def __init__(self, stage):
        self.stage = stage
        self.folder = stage.writable_folder()
        for name in ("tools/batch", "captures", "keys"):
            shutil.copytree(harness.ROOT / name, self.folder / name)
        shutil.copy(harness.ROOT / "tools" / "camshark-batch", self.folder / "tools")
        self.samples, self.keys = self.folder / "captures", self.folder / "keys"
        self.program = self.folder / "tools" / "camshark-batch"
        subprocess.run(["chmod", "-R", "a+rX", str(self.folder)], check=True)
        self.count = 0

    def new_folder(self):
        """A folder that the unprivileged user may write into."""
        self.count += 1
        made = self.folder / f"folder-{self.count}"
        made.mkdir(mode=0o777)
        made.chmod(0o777)
        return made

    def words(self, *words, keys=True):
        with_keys = [word.format(keys=self.keys) for word in KEYS] if keys else []
        return harness.without_privileges() + [PYTHON, str(self.program), *with_keys, *map(str, words)]

    def environment(self, **more):
        return {**self.stage.environment(self.stage.config()), "PYTHONDONTWRITEBYTECODE": "1", **more}

    def start(self, *words, cwd=None, env=None, keys=True, **keywords):
        return subprocess.Popen(self.words(*words, keys=keys), env=self.environment(**(env or {})), cwd=cwd or self.folder,
                                text=True,
                                stdout=subprocess.PIPE, stderr=subprocess.PIPE, **keywords)

    def run(self, *words, status=0, limit=60, **keywords):
        process = self.start(*words, **keywords)
        out, err = process.communicate(timeout=limit)
        assert status is None or process.returncode == status, f"exit status {process.returncode}:\n{err}"
        return Done(process.returncode, out, err)

    def records(self, *words, **keywords):
        return [json.loads(line) for line in self.run(*words, **keywords).out.splitlines()]


def with_odd_sharkd(stage):
    """A Batch, with `odd`: a sharkd that does what the names of captures say (odd_sharkd.py)."""
    batch = Batch(stage)
    batch.odd = batch.folder / "odd_sharkd.py"
    shutil.copy(harness.ROOT / "tests" / "batch" / "odd_sharkd.py", batch.odd)
    batch.odd.chmod(0o755)
    return batch


def without_names(records):
    """Records, but for the names of their files."""
    return [{name: value for name, value in record.items() if name != "file"} for record in records]


def by_file(records):
    found = collections.defaultdict(list)
    for record in records:
        found[record["file"]].append(record)
    return found
