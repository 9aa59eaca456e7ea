"""Output files: JSON Lines and CSV here, Parquet out of JSON Lines (parquet.py).

A file is written under another name and renamed when it is whole, so what has its name is whole. While it is written it is locked: two
runs that have an output in common do not write it at a time.
"""

import csv
import errno
import fcntl
import hashlib
import io
import json
import os

from . import columns, parquet

SUFFIXES = {"jsonl": ".jsonl", "csv": ".csv", "parquet": ".parquet"}

LINE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)
ESCAPED_LINE = json.JSONEncoder(separators=(",", ":"), check_circular=False)


# What is wrong with one output: others can be written all the same.
OF_ONE = (errno.EISDIR, errno.ENOTDIR, errno.EEXIST, errno.ENOENT, errno.ENAMETOOLONG)


class Full(Exception):
    """Nothing more can be written: the disk is full, or so."""


class Unwritable(Exception):
    """This output can not be written."""


def failure(path, error):
    """What an OSError means for an output."""
    return (Unwritable if error.errno in OF_ONE else Full)(f"{path}: {os.strerror(error.errno)}")


def _opened(path):
    """An empty file that is ours alone until it is closed, removed or renamed."""
    while True:
        file = open(path, "a", encoding="utf-8", errors="backslashreplace", newline="")
        try:
            _lock(file, path)
        except BaseException:
            file.close()
            raise
        if _is_at(file, path):
            file.truncate(0)
            return file
        file.close()  # another one had the lock, and has given it its name by now


def _is_at(file, path):
    """Whether a file that is open is still that of this name."""
    try:
        return os.path.samestat(os.fstat(file.fileno()), os.stat(path))
    except FileNotFoundError:
        return False


def _lock(file, path):
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise Unwritable(f"{path}: another run is writing it") from None
    except OSError:
        pass  # a file system without locks


class Lines:
    """Records as the text of an output. names: fields that were chosen, or None."""

    def __init__(self, kind, names=None):
        self.kind, self.names = kind, names

    def _row(self, cells):
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerow(cells)
        return text.getvalue()

    def head(self):
        """What is before the first record."""
        return self._row(self.names or [name for name, _ in columns.TABLE]) if self.kind == "csv" else ""

    def line(self, record, flat):
        if self.names:
            record = columns.chosen(record, flat, self.names)
        elif self.kind != "jsonl":
            record = columns.row(record)
        if self.kind == "csv":
            return self._row([columns.cell(value) for value in record.values()])
        text = LINE.encode(record)
        # JSON escapes control characters of one byte by itself. What else a terminal obeys is the same record with escapes.
        return (text if text.isprintable() else ESCAPED_LINE.encode(record)) + "\n"


class Output:
    """One output file. with Output(...) as output: output.write(text)
    Where the with ends by an exception, nothing is left."""

    def __init__(self, path, kind, names=None):
        self.path, self.kind, self.names = path, kind, names
        self.folder, name = os.path.split(path)
        # A short name of letters and digits, whatever the capture is called: DuckDB takes others for patterns.
        mark = hashlib.sha256(os.fsencode(name)).hexdigest()[:16]
        self.unfinished = os.path.join(self.folder, f".{mark}.part")

    def __enter__(self):
        try:
            self.file = _opened(self.unfinished)
        except OSError as error:
            raise failure(self.path, error) from None
        try:
            self.write(Lines(self.kind, self.names).head())
        except BaseException:
            self._forget()
            raise
        return self

    def write(self, text):
        try:
            self.file.write(text)
        except OSError as error:
            raise failure(self.path, error) from None

    def _finish(self):
        """Gives the file its name; it stays open, and so ours, until it has it."""
        self.file.flush()
        whole = self.unfinished
        if self.kind == "parquet":
            whole = os.path.join(self.folder, parquet.convert(self.folder, os.path.basename(whole), self.names))
        os.replace(whole, self.path)

    def __exit__(self, kind, *_):
        try:
            if kind is None:
                self._finish()
        except OSError as error:
            raise failure(self.path, error) from None
        finally:
            self._forget()

    def _forget(self):
        """Closes the file, and removes what has not become the output."""
        try:
            if _is_at(self.file, self.unfinished):
                os.unlink(self.unfinished)
        except OSError:
            pass
        try:
            self.file.close()
        except OSError:  # what was not written yet can not be written: that was said
            pass
