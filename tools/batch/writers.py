"""Output files: JSON Lines and CSV here, Parquet out of JSON Lines (parquet.py).

A file is written under another name and renamed when it is whole, so what has its name is whole.
"""

import csv
import io
import json
import os

from . import columns, parquet

SUFFIXES = {"jsonl": ".jsonl", "csv": ".csv", "parquet": ".parquet"}

LINE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)


class Full(Exception):
    """Nothing more can be written: the disk is full, or so."""


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
        return LINE.encode(record) + "\n"


class Output:
    """One output file. with Output(...) as output: output.write(text)
    Where the with ends by an exception, nothing is left."""

    def __init__(self, path, kind, names=None):
        self.path, self.kind, self.names = path, kind, names
        folder, name = os.path.split(path)
        self.unfinished = os.path.join(folder, f".{name}.part")

    def __enter__(self):
        try:
            self.file = open(self.unfinished, "w", encoding="utf-8", errors="backslashreplace", newline="")
        except OSError as error:
            raise Full(f"{self.unfinished}: {os.strerror(error.errno)}") from None
        self.write(Lines(self.kind, self.names).head())
        return self

    def write(self, text):
        try:
            self.file.write(text)
        except OSError as error:
            raise Full(f"{self.path}: {os.strerror(error.errno)}") from None

    def _close(self):
        try:
            self.file.close()
        except OSError as error:
            raise Full(f"{self.path}: {os.strerror(error.errno)}") from None

    def __exit__(self, kind, *_):
        try:
            self._close()
            if kind is None:
                if self.kind == "parquet":
                    parquet.convert(self.unfinished, self.names)
                os.replace(self.unfinished, self.path)
        except BaseException:
            self._forget()
            raise
        if kind is not None:
            self._forget()

    def _forget(self):
        try:
            os.unlink(self.unfinished)
        except OSError:
            pass
