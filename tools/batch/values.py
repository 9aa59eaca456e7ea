"""The nodes of a dissection tree: name, value and text of a field.

A value is what Wireshark has in a display filter that selects it (`newcamd.msg_id == 3`), and its text is the label that
Wireshark shows: sharkd gives both (answers.py), and so does tshark (pdml.py).
"""

import collections
import functools
import json
import os
import re

OURS = ("baichuan", "newcamd")
MEDIA = "baichuan.media."
# Fields that repeat under the name of another dissector what the record has already.
ALIASES = {"baichuan.xml_encryption_offset", "baichuan.unknown", "baichuan.udp_message_id", "baichuan.encrypt_xml",
           "baichuan.msg_understood"}
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


# Where a field of ours stands in a record: topic and key of a filter name (newcamd.card.provider.id is provider_id of card), name:
# the key of what Wireshark calls a number, media: the key in a media packet or None, xml, bytes: whether it is a document, or bytes
Place = collections.namedtuple("Place", "topic key name media xml bytes")
# name: filter name, "" where it has none; value: None where it has none; called: what Wireshark calls a number, or None;
# label: as it is shown; proto: whether it is a protocol; nodes: those below it; place: its Place, None for what is in no record
Node = collections.namedtuple("Node", "name value called label proto nodes place", defaults=((), None))


@functools.lru_cache(maxsize=8192)
def place_of(name):
    if name.partition(".")[0] not in OURS or name in ALIASES:
        return None
    words = name.split(".")[1:]
    topic, key = (words[0], "_".join(words[1:])) if len(words) > 1 else ("message", "_".join(words))
    media = name[len(MEDIA):].replace(".", "_") if name.startswith(MEDIA) else None
    return Place(topic, key, key + "_name", media, name.endswith(".xml"), TYPES.get(name) == "FT_BYTES")


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


def _kind(name, word):
    """The FT_ type of a field; of one that is not known, what its value in a filter looks like."""
    known = TYPES.get(name)
    return known or ("FT_UINT32" if re.fullmatch(r"-?\d+|0x[0-9a-f]+", word) else "FT_STRING")


def typed(kind, name, text, label):
    """The value of a field: int, bool, float (seconds), or text; bytes as hexadecimal digits."""
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
    if TYPES.get(name) not in INTEGERS or label[-1:] != ")":
        return None
    found = NAMED.search(label)
    return found[1] if found else None


def _node(name, kind, text, label, proto, nodes):
    return Node(name, typed(kind, name, text, label), name_of_value(name, label), label, proto, nodes, place_of(name))


def node(name, word, label, proto=False, nodes=()):
    """A Node. word: its value as a filter has it, None where it has none."""
    if word is None:
        return Node(name, None, None, label, proto, nodes, None)
    return _node(name, _kind(name, word), text_of(word), label, proto, nodes)


def node_of_text(name, text, label):
    """A Node of a field's value without the quotation marks and escapes of a filter."""
    return _node(name, TYPES.get(name, "FT_STRING"), text, label, False, ())


def above(node, nodes):
    """The node with nodes below it."""
    name, value, called, label, proto, _, place = node
    return Node(name, value, called, label, proto, nodes, place)


class Kept(dict):
    """What is made of texts (a tuple of them), once for each. Most fields come in every message."""

    def __init__(self, make):
        self.make = make

    def __missing__(self, key):
        made = self.make(*key)
        if sum(map(len, key)) < 200:
            if len(self) > 20000:
                self.clear()
            self[key] = made
        return made
