#!/usr/bin/python3
"""Speed and memory against the budgets: ./run bench --help

SPDX-License-Identifier: GPL-2.0-or-later
"""

import argparse
import os
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[2]
os.environ.setdefault("CAMSHARK_BUILD", str(ROOT / "build" / "release"))

# harness reads the environment when it is imported.
from tests.bench import measure, rows, traffic  # noqa: E402
from tests.dissection import harness  # noqa: E402


def say(text):
    print(text, flush=True)


def verdict(result):
    if result.value is None:
        return "left out"
    if result.budget is None:
        return ""
    return "within" if result.value <= result.budget else "OVER"


def show(table):
    """A table of Markdown: a line a result."""
    say("\n| row | what | measured | budget | |\n| --- | --- | ---: | ---: | --- |")
    for name, result in table:
        value, budget = ("-" if number is None else f"{number:.3f} {result.unit}".strip()
                         for number in (result.value, result.budget))
        say(f"| {name} | {result.what} | {value} | {budget} | {verdict(result)} |")


def arguments():
    parser = argparse.ArgumentParser(
        prog="./run bench", description="Measures the release build against the budgets: medians of rounds in which the commands take turns.",
        epilog="The captures (1.5 GB at full size) are made on first use and kept in " + str(traffic.cache_folder()))
    parser.add_argument("rows", nargs="*", metavar="ROW", help="of: " + ", ".join(rows.ROWS)
                        + "; all of them if none is given")
    parser.add_argument("--size", type=float, default=1.0, metavar="FACTOR",
                        help="captures of this fraction of the full size (1)")
    parser.add_argument("--rounds", type=int, default=5, metavar="N", help="least number of runs of each command (5)")
    parser.add_argument("--seconds", type=int, default=60, metavar="N",
                        help="commands whose times are compared are run again and again for so long (60)")
    parser.add_argument("--lua", metavar="FILE", help="a Lua dissector of Baichuan to compare with")
    parser.add_argument("--lua-option", action="append", default=[], metavar="NAME:VALUE",
                        help="a preference for it, as of tshark -o; may be repeated")
    asked = parser.parse_args()
    unknown = [name for name in asked.rows if name not in rows.ROWS]
    if unknown:
        parser.error(f"there is no row {', '.join(unknown)}")
    return asked


def main():
    asked = arguments()
    stage = harness.Stage()
    try:
        lua = None
        if asked.lua:
            lua = (stage.file(asked.lua), [word for option in asked.lua_option for word in ("-o", option)])
        bench = rows.Bench(measure.Runner(stage), asked.size, asked.rounds, asked.seconds, lua, say)
        table = []
        for name in asked.rows or rows.ROWS:
            say(f"\n== {name}: {rows.ROWS[name].__doc__.splitlines()[0]}")
            table += [(name, result) for result in rows.ROWS[name](bench)]
    finally:
        stage.close()
    show(table)
    return 1 if any(verdict(result) == "OVER" for _, result in table) else 0


if __name__ == "__main__":
    sys.exit(main())
