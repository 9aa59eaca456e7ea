"""What a run has done in its output folder, so that the next one can go on: one JSON line an input, written after its output
has its name. A run that is ended between the two does that input again, and its output takes the place of the same.
"""

import hashlib
import json
import os

from . import keys

NAME = ".camshark-batch.jsonl"


def _mark(said):
    return hashlib.sha256(json.dumps(said).encode()).hexdigest()[:16]


def how(setup):
    """A mark of all options that change what is written; of keys nothing, for the mark is kept."""
    return _mark([setup[name] for name in ("format", "fields", "filter", "bytes", "hidden")])


class State:
    def __init__(self, folder, setup):
        self.folder = folder
        self.path = os.path.join(folder, NAME)
        self.how = how(setup)
        self.keys_from = _mark(setup["keys_from"])
        self.known = {}
        try:
            with open(self.path, encoding="utf-8") as file:
                for line in file:
                    self._read(line)
        except FileNotFoundError:
            pass

    def _read(self, line):
        try:
            entry = json.loads(line)
            self.known[entry["input"]] = entry
        except (ValueError, KeyError, TypeError):
            pass  # the last line of a run that was ended while it wrote

    def _entry(self, one, out):
        return {"input": os.path.abspath(one.path), "size": one.size, "mtime": one.mtime,
                "out": os.path.relpath(out, self.folder), "how": self.how}

    def is_done(self, one, out):
        entry = self.known.get(os.path.abspath(one.path), {})
        wanted = self._entry(one, out)
        return entry.get("state") in ("done", "partly") and os.path.exists(out) and self._keys_did_it(entry) and \
            all(entry.get(name) == value for name, value in wanted.items())

    def _keys_did_it(self, entry):
        """Whether other keys could open no more, and a key was not wrong."""
        closed = entry.get("closed", 0)
        return not closed or entry.get("keys_from") == self.keys_from and not (entry.get("why") or "").startswith(keys.BAD_KEY)

    def add(self, one, out, result):
        entry = {**self._entry(one, out), "state": result["state"], "why": result["why"], "records": result["records"],
                 "closed": result["closed"], "keys_from": self.keys_from}
        with open(self.path, "ab") as file:
            # Begins with a line break: the line before may have been cut.
            file.write(b"\n" + json.dumps(entry).encode() + b"\n")
