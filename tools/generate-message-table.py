#!/usr/bin/env python3
"""Writes plugins/baichuan/record/message-table.h from docs/baichuan-messages.tsv.

    tools/generate-message-table.py            rewrites the table
    tools/generate-message-table.py --check    exits with 1 if the table is not what would be written

The table is sorted by id, because value_string_ext searches it by halves.
"""

import csv
import pathlib
import sys

ROOT = pathlib.Path(__file__).resolve().parents[1]
SOURCE = ROOT / "docs" / "baichuan-messages.tsv"
TABLE = ROOT / "plugins" / "baichuan" / "record" / "message-table.h"

HEAD = """/* message-table.h
 * Written by tools/generate-message-table.py from docs/baichuan-messages.tsv: change that, not this.
 *
 * SPDX-License-Identifier: GPL-2.0-or-later
 */
/* clang-format off */
"""


def rows():
    with open(SOURCE, newline="", encoding="utf-8") as tsv:
        table = list(csv.DictReader(tsv, delimiter="\t", quoting=csv.QUOTE_NONE))
    return sorted(((int(row["id"]), row["name"], row["kind"]) for row in table))


def flags(kind):
    """The kinds that C code asks for."""
    known = {"request/reply": "KIND_ANSWERED", "push": "KIND_PUSH"}
    return " | ".join(known[word] for word in kind.split(", ") if word in known) or "0"


def text():
    table = rows()
    ids = [number for number, _, _ in table]
    assert len(ids) == len(set(ids)), "an id occurs twice"
    lines = [HEAD, "static const value_string message_names[] = {"]
    for number, name, _ in table:
        if name:
            quoted = name.replace("\\", "\\\\").replace('"', '\\"')
            lines.append(f'    {{ {number}, "{quoted}" }},')
    lines += ["    { 0, NULL }", "};", "", "/* What messages are for, sorted by id. */",
              "static const message_kind_t message_kinds[] = {"]
    kinds = [f"{{ {number}, {flags(kind)} }}" for number, _, kind in table]
    for i in range(0, len(kinds), 4):
        lines.append("    " + ", ".join(kinds[i:i + 4]) + ",")
    lines += ["};", "/* clang-format on */", ""]
    return "\n".join(lines)


def main():
    if sys.argv[1:] == ["--check"]:
        if not TABLE.exists() or TABLE.read_text(encoding="utf-8") != text():
            sys.exit(f"{TABLE.relative_to(ROOT)} is out of date: run tools/generate-message-table.py")
    elif not sys.argv[1:]:
        TABLE.write_text(text(), encoding="utf-8")
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main()
