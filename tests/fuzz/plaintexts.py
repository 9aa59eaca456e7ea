"""Ways to spoil what lies behind a cipher: generators let them at it through tests/peers/plaintext.py.

MUTATIONS: {name: function of the kind, the bytes and a random.Random}, which gives other bytes. A Spoiler applies one to
some of the plaintexts of a capture, and knows which of its secrets can still be told for secrets: MARK.
"""

import re
import struct

# Secrets of generated captures: 16 characters, so that two control words are one.
MARK = re.compile(rb"mask\.me\.[0-9a-f]{8}")
# Elements whose text is a secret whatever stands around them.
MARKED_ELEMENT = re.compile(rb"<(password|key|authCode|cipherContent|mailPassword)>(?:mask\.me\.[0-9a-f]{8})</\1>")
ECM_TAGS = (0x80, 0x81)
LOGIN_TAGS = (0xE0, 0xE8)

NUMBERS = (b"0", b"1", b"-1", b"4294967295", b"2147483648", b"-2147483648", b"18446744073709551616", b"16777216", b"", b"x", b"0x10", b"1e9", b" 7 ")
PIECES = (b"<", b">", b"</", b"/>", b"&", b"&#0;", b"&#x41;", b"&lt;", b"]]>", b"<![CDATA[", b"<!--", b"-->", b"<?x ", b"?>", b"<!DOCTYPE a [", b'"', b"'",
          b"\0", b"\xff\xfe", b"\xef\xbb\xbf", b"\xc3", b"<a:b xmlns:a='c'>", b"<password>", b"</password>", b"<body>", b"</body>", b"\r\n", b"%n%s")
ELEMENT = re.compile(rb"<(\w+)[^<>]*>[^<>]*</\1>")
TAG = re.compile(rb"</?\w[^<>]*>")
DIGITS = re.compile(rb"\d+")

KINDS_OF_TEXT = ("xml", "extension", "login", "discovery")
FEW = ("login", "structures", "tokens", "discovery", "newcamd-login")  # without these nothing behind them opens
LONGEST = 60_000


def replace_one(pattern, data, dice, new):
    """One of the places that a pattern finds becomes new(what is there)."""
    found = list(pattern.finditer(data))
    if not found:
        return data
    one = dice.choice(found)
    return data[:one.start()] + new(one[0]) + data[one.end():]


def flip(kind, data, dice):
    out = bytearray(data)
    for _ in range(dice.choice((1, 1, 2, 4, 16))):
        out[dice.randrange(len(out))] ^= 1 << dice.randrange(8)
    return out


def cut(kind, data, dice):
    """The end is missing, or the beginning, or something between them."""
    a, b = sorted((dice.randrange(len(data) + 1), dice.randrange(len(data) + 1)))
    return dice.choice((data[:a], data[b:], data[:a] + data[b:]))


def grow(kind, data, dice):
    """Bytes between others: random, zero, or the message's own, many times."""
    at = dice.randrange(len(data) + 1)
    a, b = sorted((dice.randrange(len(data) + 1), dice.randrange(len(data) + 1)))
    more = dice.choice((dice.randbytes(dice.choice((1, 7, 100))), bytes(dice.choice((1, 8, 300))), data[a:b] * dice.choice((1, 2, 50))))
    return data[:at] + more + data[at:]


def number(kind, data, dice):
    """A number, in text or in bytes, becomes one that nobody expects."""
    if kind in KINDS_OF_TEXT:
        return replace_one(DIGITS, data, dice, lambda old: dice.choice(NUMBERS))
    size = dice.choice((1, 2, 4, 8))
    at = dice.randrange(len(data))
    value = dice.choice((0, 1, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF, 2 ** 63, 2 ** 64 - 1)) % 256 ** size
    return data[:at] + value.to_bytes(size, dice.choice(("little", "big"))) + data[at + size:]


def markup(kind, data, dice):
    """What XML is made of, where it does not belong; elements twice, in each other, without an end."""
    how = dice.randrange(6)
    if how == 0 or not TAG.search(data):
        at = dice.randrange(len(data) + 1)
        return data[:at] + dice.choice(PIECES) + data[at:]
    if how == 1:
        return replace_one(TAG, data, dice, lambda old: b"")
    if how == 2:
        return replace_one(TAG, data, dice, lambda old: old * dice.choice((2, 70, 300)))
    if how == 3:
        return replace_one(ELEMENT, data, dice, lambda old: old * dice.choice((2, 3, 200)))
    if how == 4:
        inner = dice.choice(list(ELEMENT.finditer(data)) or list(TAG.finditer(data)))[0]
        return replace_one(ELEMENT, data, dice, lambda old: old.replace(b">", b">" + inner, 1))
    return replace_one(TAG, data, dice, lambda old: dice.choice((old.upper(), old[:-1] + b" a='>'>", old[:-1] + b" b=\"" + b"c" * 300 + b"\">", old[:-1])))


def length(kind, data, dice):
    """The length of a newcamd message lies; elsewhere a byte near the beginning does."""
    if kind in ("message", "newcamd-login") and len(data) >= 3:
        lie = dice.choice((0, 1, 2, len(data), len(data) - 2, len(data) - 4, 0x7FF, 0xFFF)) & 0xFFF
        return data[:1] + struct.pack("!H", (data[1] & 0xF0) << 8 | lie) + data[3:]
    at = dice.randrange(min(len(data), 32))
    return data[:at] + bytes([dice.choice((0, 1, 0x7F, 0x80, 0xFF))]) + data[at + 1:]


def encode(kind, data, dice):
    """The same text in another alphabet, or so it says."""
    if kind not in KINDS_OF_TEXT:
        return data[::-1]
    how = dice.randrange(4)
    if how == 0:
        return data.decode("utf-8", "replace").encode("utf-16")
    if how == 1:
        return data.replace(b"UTF-8", dice.choice((b"UTF-16", b"ISO-8859-1", b"UTF-7", b"x" * 80)))
    return b"\xef\xbb\xbf" + data if how == 2 else data.replace(b"</", b"\xff</", 1)


def some(kind, data, dice):
    return dice.choice((flip, cut, grow, number, markup, length))(kind, data, dice) if data else data


def several(kind, data, dice):
    for _ in range(dice.choice((2, 3, 8))):
        data = some(kind, data, dice)
    return data


MUTATIONS = {"plain-flip": flip, "plain-cut": cut, "plain-grow": grow, "plain-number": number, "plain-markup": markup, "plain-length": length,
             "plain-encode": encode, "plain-several": several}


def told_for_secrets(kind, data):
    """The marks in a plaintext that whoever opens it can tell for secrets."""
    if kind in ("xml", "login", "binary"):
        # The first byte says that it is a document, which the generators encrypt as one.
        return {MARK.search(found[0])[0] for found in MARKED_ELEMENT.finditer(data)} if data[:1] == b"<" else set()
    if kind == "message" and len(data) == 19 and data[0] in ECM_TAGS and struct.unpack_from("!H", data, 1)[0] & 0xFFF == 16:
        return {found for found in (data[3:],) if MARK.fullmatch(found)}
    if kind == "newcamd-login" and len(data) >= 3 and data[0] in LOGIN_TAGS and struct.unpack_from("!H", data, 1)[0] & 0xFFF == len(data) - 3:
        text = re.fullmatch(rb"[^\0]*\0\$1\$abcdefgh\$(mask\.me\.[0-9a-f]{8})[./0-9A-Za-z]*\0", data[3:])
        return {text[1]} if text else set()
    return set()


class Spoiler:
    """For plaintext.spoiled(). mutation: a name of MUTATIONS, or None: then it only looks."""

    def __init__(self, mutation, dice):
        self.mutation, self.dice = MUTATIONS.get(mutation), dice
        self._told, self._not_told = set(), set()

    def __call__(self, kind, data):
        share = 0.05 if kind in FEW else 0.35
        if self.mutation and self.dice.random() < share:
            data = bytes(self.mutation(kind, data, self.dice))[:LONGEST]
        told = told_for_secrets(kind, data)
        self._told |= told
        self._not_told |= set(MARK.findall(data)) - told
        return data

    @property
    def secrets(self):
        """Marks that nothing may show which hides secrets: wherever they stand they are told for secrets."""
        return self._told - self._not_told


# ---- marks in what tshark prints ----

DUMP = re.compile(r"^[0-9a-f]{4,8}  ((?:[0-9a-f]{2} ){1,16})", re.MULTILINE)
HEX = re.compile(r"6d[: ]?61[: ]?73[: ]?6b[: ]?2e[: ]?6d[: ]?65[: ]?2e(?:[: ]?[0-9a-f]{2}){8}")


def shown(text):
    """The marks in a text: as they are, as a field of bytes, and in a dump with 16 bytes a line."""
    dumped = bytes.fromhex("".join(DUMP.findall(text)))
    fields = b" ".join(bytes.fromhex(found.replace(":", "").replace(" ", "")) for found in HEX.findall(text))
    return set(MARK.findall(text.encode("utf-8", "replace"))) | set(MARK.findall(dumped)) | set(MARK.findall(fields))
