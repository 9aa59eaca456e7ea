"""Which captures are read, what they are called in records, and where what is found goes."""

import collections
import hashlib
import os

from . import state

SUFFIXES = (".pcap", ".pcapng", ".cap", ".ntar", ".dmp", ".erf", ".snoop", ".trc", ".pkt", ".5vw", ".bfr", ".enc")
PACKED = (".gz", ".zst", ".lz4")
LONGEST_NAME = 240  # bytes: with the suffix of an output it is still a name that file systems take

# path: the file; shown: what records call it; name: path of its output below the output folder, without a suffix
Input = collections.namedtuple("Input", "path shown name size mtime")


def is_capture_name(name):
    lower = name.lower()
    for packed in PACKED:
        lower = lower.removesuffix(packed)
    return lower.endswith(SUFFIXES)


def _one(path, name):
    try:
        status = os.stat(path)
        size, mtime = status.st_size, status.st_mtime_ns
    except OSError:
        size = mtime = 0  # whoever reads it says what is wrong
    shown = os.fsencode(path).decode("utf-8", "backslashreplace")  # what is no UTF-8 is no text in JSON, either
    return Input(path, shown, name, size, mtime)


def _folder(folder, all_files):
    for place, folders, names in os.walk(folder):
        folders.sort()
        for name in sorted(names):
            path = os.path.join(place, name)
            if (all_files or is_capture_name(name)) and os.path.isfile(path):
                yield _one(path, os.path.relpath(path, folder))


def find(words, all_files=False):
    """The inputs that files and folders stand for, each once. Outputs of two inputs never have one name: where they would, or where
    a name can not be that of an output, each has a mark of its own path, which is the same in every run."""
    found = {}
    for word in words:
        each = _folder(word, all_files) if os.path.isdir(word) else [_one(word, os.path.basename(word))]
        for one in each:
            found.setdefault(os.path.realpath(one.path), one)
    names = collections.Counter(one.name for one in found.values())
    return [one if names[one.name] == 1 and _is_fit(one.name) else one._replace(name=_marked(one)) for one in found.values()]


def _is_fit(name):
    return name != os.path.splitext(state.NAME)[0] and len(os.fsencode(os.path.basename(name))) <= LONGEST_NAME


def _marked(one):
    mark = f"-{_mark(one.path)}"
    folder, name = os.path.split(one.name)
    while len(os.fsencode(name + mark)) > LONGEST_NAME:
        name = name[:-1]
    return os.path.join(folder, name + mark)


def _mark(path):
    return hashlib.sha256(os.fsencode(os.path.abspath(path))).hexdigest()[:8]
