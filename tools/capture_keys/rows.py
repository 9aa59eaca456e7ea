"""Rows of key tables: which ones may be given away, and how they stand in a capture."""

import collections
import re

from .errors import Bad

COMMENT_MARK = "camshark-key: "
MOST_ROWS = 256  # of a protocol that the plugins read out of a capture
MAX_LINE = 2048  # bytes of a row that they read
COMMENT_CELL = 5

# columns: of the table; user: the cell that has one; block: type of the secrets block; head: the first word behind # of what -z prints; secrets: {cell: what it
# is} that are not to be given away; keys: {cell: (what it is, what it has to look like)} of which one opens something by itself
Protocol = collections.namedtuple("Protocol", "columns user block head secrets keys")

HEX14 = re.compile(r"(?:[0-9a-fA-F][ :]*){28}")
AES = re.compile(r"(?:[0-9a-fA-F][ :]*){32}|[^\0]{16}")
PROTOCOLS = {
    "newcamd": Protocol(7, 3, 0x4E434B59, "server", {2: "a DESKEY", 4: "a password"}, {6: ("session key", HEX14)}),
    "baichuan": Protocol(6, 1, 0x42434B59, "camera", {2: "a password"}, {3: ("key", AES), 4: ("IV", AES)}),
}
NAMES = {protocol.block: name for name, protocol in PROTOCOLS.items()}
# Blanks stand where one part alone can take them: else many of them would be tried in all ways.
CELL = re.compile(r'[ \t]*(?:"((?:[^"\\]|\\.)*)"[ \t]*)?(,|$)')


def cells_of(text):
    """The texts of a row's columns, with their escapes; None if it is no row."""
    found, at = [], 0
    while match := CELL.match(text, at):
        found.append(match[1] or "")
        at = match.end()
        if match[2] == "":
            return found
    return None


def printable(text):
    """A row for a terminal: whoever made the capture wrote it. What does not print is escaped as it may be in a row."""
    return "".join(sign if sign.isprintable() or sign == "\t" else _escaped(sign) for sign in text)


def _escaped(sign):
    return "".join(f"\\x{byte:02x}" for byte in sign.encode("utf-8", "surrogateescape"))


def opens_the_same(protocol, text):
    """A row without what only informs: what it has in common with those of the same key."""
    known = PROTOCOLS[protocol]
    cells = cells_of(text) or [text]
    cells += [""] * (known.columns - len(cells))
    informs = [COMMENT_CELL] if any(cells[at] for at in known.secrets) else [COMMENT_CELL, known.user]
    return (protocol, *(cell for at, cell in enumerate(cells) if at not in informs))


def complaint(protocol, text, with_password):
    """Why a row can not go into a capture, without a word of what it has; None if it can."""
    known = PROTOCOLS[protocol]
    cells = cells_of(text)
    if cells is None or len(cells) > known.columns or len(text.encode("utf-8", "surrogateescape")) > MAX_LINE:
        return f"is no row of {protocol}_keys: texts in quotation marks, with commas between them, {known.columns} at most"
    cells += [""] * (known.columns - len(cells))
    for at, (name, looks) in known.keys.items():
        if cells[at] and not looks.fullmatch(re.sub(r"\\x[0-9a-fA-F]{2}", "x", cells[at])):
            return f"has a {name} that is none"
    for at, name in known.secrets.items():
        if cells[at] and not with_password:
            return f"has {name}: give the session key instead, as -z {protocol}_keys prints it; --with-password takes this all the same"
    if not any(cells[at] for at in {**known.keys, **known.secrets}):
        return "has no key"
    if protocol == "baichuan" and cells[4] and not cells[3]:
        return "has an IV and no key"
    return None


def read(path, lines, protocol=None):
    """[(protocol, row)] of a file's lines. protocol: of a key table; None: what -z newcamd_keys, -z baichuan_keys and list print,
    which say whose rows they are."""
    found = []
    for number, line in enumerate(lines, 1):
        text, whose = line.strip(), protocol
        if text.startswith("#"):
            head = text.lstrip("# ").partition(",")[0]
            found_heads = [name for name, known in PROTOCOLS.items() if known.head == head]
            protocol = found_heads[0] if found_heads and "," in text else protocol
            continue
        text = text.removeprefix(COMMENT_MARK)
        for name in PROTOCOLS:
            if text.startswith(name + " "):
                whose, text = name, text[len(name) + 1:]
        if text and whose is None:
            raise Bad(f"{path}: line {number} does not say whose row it is; give key tables with --newcamd-keys and --baichuan-keys")
        if text:
            found.append((whose, number, text))
    return found


def in_comment(text):
    """[(protocol, row)] of a packet comment."""
    found = []
    for line in text.split("\n"):
        whose, blank, row = line.removeprefix(COMMENT_MARK).partition(" ")
        if line.startswith(COMMENT_MARK) and blank and whose in PROTOCOLS:
            found.append((whose, row.rstrip("\r")))
    return found


def without_keys(text):
    """A packet comment without its lines with keys: None if nothing is left of it, the same text if it has none."""
    lines = text.split("\n")
    kept = [line for line in lines if not in_comment(line)]
    if len(kept) == len(lines):
        return text
    return "\n".join(kept) if any(line.strip() for line in kept) else None


def in_block(data):
    """The rows of a secrets block."""
    lines = (line.rstrip("\r").strip() for line in data.decode("utf-8", "surrogateescape").split("\n"))
    return [line for line in lines if line and not line.startswith("#")]


def count_text(rows):
    """[(protocol, ...)]: '2 keys of newcamd and 1 of Baichuan'."""
    names = {"newcamd": "newcamd", "baichuan": "Baichuan"}
    counts = collections.Counter(row[0] for row in rows)
    said = [f"{counts[name]} {'key' if counts[name] == 1 else 'keys'} of {names[name]}" for name in PROTOCOLS if counts[name]]
    return " and ".join(said)
