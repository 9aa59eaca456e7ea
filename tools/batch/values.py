"""The nodes of a dissection tree as sharkd gives them: name, value and text of a field.

A node has the label that Wireshark shows ("l") and a display filter that selects it ("f"): `newcamd.msg_id == 3`. Both
come from Wireshark, so a value is what a filter compares with.
"""

import json
import os
import re

OURS = ("baichuan", "newcamd")
INTEGERS = {"FT_UINT8", "FT_UINT16", "FT_UINT24", "FT_UINT32", "FT_UINT64", "FT_INT8", "FT_INT16", "FT_INT32", "FT_INT64",
            "FT_FRAMENUM"}
NAMED = re.compile(r": (.+) \((?:0x[0-9a-f]+|-?\d+)\)$")
ESCAPES = {"n": "\n", "r": "\r", "t": "\t", "a": "\a", "b": "\b", "f": "\f", "v": "\v", "0": "\0"}
ESCAPED = re.compile(r"\\(x[0-9a-fA-F]{2}|[0-7]{3}|.)", re.DOTALL)
DAY = re.compile(r"^(\d{4})-(\d\d)-(\d\d)[ T](\d\d:\d\d:\d\d)(\.\d+)?")
SHOWN_DAY = re.compile(r"^(?P<month>[A-Z][a-z][a-z]) +(?P<day>\d+), (?P<year>\d{4}) (?P<clock>\d\d:\d\d:\d\d)(?P<part>\.\d+)?")
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()


def field_types():
    """{filter name: FT_ type} of the plugins' fields, as generated from them."""
    with open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "fields.json"), encoding="utf-8") as file:
        return json.load(file)


TYPES = field_types()


def _unescape(match):
    word = match[1]
    if word[0] == "x" and len(word) == 3:
        return chr(int(word[1:], 16))
    if len(word) == 3:
        return chr(int(word, 8))
    return ESCAPES.get(word, word)


def text_of(word):
    """The text that a string of a display filter stands for."""
    if len(word) < 2 or word[0] != '"' or word[-1] != '"':
        return word
    body = word[1:-1]
    if "\\" not in body:
        return body
    text = ESCAPED.sub(_unescape, body)
    if "\\x" in body:  # bytes of UTF-8 that were escaped one by one
        try:
            text = text.encode("latin-1").decode("utf-8")
        except UnicodeError:
            pass
    return text


def name_of(node):
    """(filter name, word of its value or None) of a node; name "" where it has none."""
    name, found, word = node.get("f", "").partition(" == ")
    if name.startswith("frame["):  # bytes of a node without a value
        return node.get("fn", ""), None
    return name, word if found else None


def _integer(text, label):
    if text[:1].isdigit() or text[:1] == "-":
        try:
            return int(text, 0)
        except ValueError:
            pass
        try:
            return int(text)  # 007 is no number for int(text, 0)
        except ValueError:
            pass
    return label.rpartition(": ")[2]


def _seconds(text):
    try:
        return float(text)
    except ValueError:
        return text


def _moment(text):
    """An absolute time (sharkd runs in UTC) as ISO 8601, whether it is as a filter has it or as it is shown."""
    found = DAY.match(text)
    if found:
        year, month, day, clock, part = found.groups()
    else:
        found = SHOWN_DAY.match(text)
        if not found or found["month"] not in MONTHS:
            return text
        year, month, day, clock, part = (found["year"], f"{MONTHS.index(found['month']) + 1:02}", f"{int(found['day']):02}",
                                         found["clock"], found["part"])
    return f"{year}-{month}-{day}T{clock}{(part or '').rstrip('0').rstrip('.')}Z"


def typed(name, word, label):
    """The value of a field: int, bool, float (seconds), or text; bytes as hexadecimal digits."""
    text = text_of(word)
    kind = TYPES.get(name)
    if kind is None:
        kind = "FT_STRING" if word.startswith('"') else "FT_UINT32" if re.fullmatch(r"-?\d+|0x[0-9a-f]+", text) else "FT_STRING"
    if kind in INTEGERS:
        # What is shown by its name alone (a checksum's status) is compared by name or by number, by version.
        return label.rpartition(": ")[2] if name.endswith(".status") else _integer(text, label)
    if kind == "FT_BOOLEAN":
        return text.lower() in ("1", "true")
    if kind == "FT_RELATIVE_TIME":
        return _seconds(text)
    if kind == "FT_ABSOLUTE_TIME":
        return _moment(text)
    if kind == "FT_BYTES":
        return text.replace(":", "")
    return text


def name_of_value(name, label):
    """What Wireshark calls a number, "Login" of "Message ID: Login (1)"; None if it has no name for it."""
    if TYPES.get(name) not in INTEGERS:
        return None
    found = NAMED.search(label)
    return found[1] if found else None
