"""Output files: JSON Lines and CSV here, Parquet out of JSON Lines (parquet.py).

A file is written under another name and renamed when it is whole, so what has its name is whole.
"""

import csv
import json
import os

from . import columns, parquet

SUFFIXES = {"jsonl": ".jsonl", "csv": ".csv", "parquet": ".parquet"}

LINE = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"), check_circular=False)


class Full(Exception):
    """Nothing more can be written: the disk is full, or so."""


class Output:
    """One output file. with Output(...) as output: output.write(record, flat)
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
        if self.kind == "csv":
            self.csv = csv.writer(self.file, lineterminator="\n")
            self._write(self.csv.writerow, self.names or [name for name, _ in columns.TABLE])
        return self

    def write(self, record, flat):
        if self.names:
            record = columns.chosen(record, flat, self.names)
        elif self.kind != "jsonl":
            record = columns.row(record)
        if self.kind == "csv":
            self._write(self.csv.writerow, [columns.cell(value) for value in record.values()])
        else:
            self._write(self.file.write, LINE.encode(record) + "\n")

    def _write(self, write, what):
        try:
            write(what)
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
