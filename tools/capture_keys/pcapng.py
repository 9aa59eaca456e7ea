"""Blocks of a pcapng file, one at a time, and files that differ from another one in some places.

The layout is that of draft-ietf-opsawg-pcapng: every block is type, length, body, length again; the section header says in which byte
order. No block is believed: each length is checked before it is used.
"""

import bisect
import collections
import itertools
import struct

from .errors import Bad

SECTION, INTERFACE, OLD_PACKET, SIMPLE_PACKET, PACKET, SECRETS = 0x0A0D0D0A, 1, 2, 3, 6, 10
# Wireshark makes frames of entries of a systemd journal, of custom blocks and of events of Sysdig, too, and counts them.
JOURNAL, CUSTOM, SYSDIG = 9, (0xBAD, 0x40000BAD), (0x204, 0x208, 0x216, 0x217, 0x221, 0x222)
FRAMES = (OLD_PACKET, SIMPLE_PACKET, PACKET, JOURNAL, *CUSTOM, *SYSDIG)
COMMENT, END_OF_OPTIONS = 1, 0
MAX_BLOCK = 16 * 1024 * 1024  # Wireshark reads no longer one
PACKET_HEAD = 28  # bytes of an Enhanced Packet Block before the packet
SECTION_LENGTH_AT = 16  # of the length of the section in the block that begins it
SECTION_HEAD = 28  # bytes of such a block without options
UNKNOWN_LENGTH = (1 << 64) - 1
MAX_OPTION = 0xFFFF
CHUNK = 1 << 20

# offset: of its first byte in the file; order: "<" or ">"; raw: the whole block; section: number, from 0 on; packet: its number
# among Wireshark's frames, from 1 on, or None
Block = collections.namedtuple("Block", "offset kind order raw section packet")


def padded(data):
    return data + bytes(-len(data) % 4)


def is_pcapng(beginning):
    """Whether a file that begins so is one."""
    return beginning[:4] == struct.pack("<I", SECTION)


def _whole(file, size, offset):
    data = file.read(size)
    if len(data) < size:
        raise Bad(f"it ends in the middle of the block that begins at byte {offset}")
    return data


def _order(head, offset):
    """The byte order that a section header says, of its first 12 bytes."""
    for order in "<>":
        if struct.unpack(order + "I", head[8:12])[0] == 0x1A2B3C4D:
            return order
    raise Bad(f"the section at byte {offset} has no byte order")


def blocks(file):
    """Every Block of a file that is read from its beginning; Bad where it is damaged."""
    offset, order, section, packets = 0, None, -1, 0
    while head := file.read(8):
        if len(head) < 8:
            raise Bad(f"it ends in the middle of the block that begins at byte {offset}")
        if is_pcapng(head):
            head += _whole(file, 4, offset)
            order, section = _order(head, offset), section + 1
        elif order is None:
            raise Bad("it does not begin with a section header")
        kind, length = struct.unpack(order + "II", head[:8])
        if not len(head) + 4 <= length <= MAX_BLOCK or length % 4:
            raise Bad(f"the block at byte {offset} says that it has {length} bytes, which none has")
        raw = head + _whole(file, length - len(head), offset)
        if struct.unpack(order + "I", raw[-4:])[0] != length:
            raise Bad(f"the block at byte {offset} says at its end that it has another length than at its beginning")
        packets += kind in FRAMES
        yield Block(offset, kind, order, raw, section, packets if kind in FRAMES else None)
        offset += length
    if order is None:
        raise Bad("it is empty")


def block_bytes(order, kind, body):
    length = struct.pack(order + "I", 12 + len(padded(body)))
    return struct.pack(order + "I", kind) + length + padded(body) + length


# ---- secrets ----

def secrets_bytes(order, kind, data):
    """A Decryption Secrets Block."""
    return block_bytes(order, SECRETS, struct.pack(order + "II", kind, len(data)) + padded(data))


def secrets_of(block):
    """(type, data) of a Decryption Secrets Block."""
    if len(block.raw) < 20:
        raise Bad(f"the secrets block at byte {block.offset} is too short")
    kind, length = struct.unpack(block.order + "II", block.raw[8:16])
    if length > len(block.raw) - 20:
        raise Bad(f"the secrets block at byte {block.offset} says that it has more secrets than it has bytes")
    return kind, block.raw[16:16 + length]


# ---- options of packets ----

# entries: [(code, value, its whole bytes)] of an Enhanced Packet Block; end: its bytes from the end of options on (empty where
# there is none); at: where options begin in the block
Options = collections.namedtuple("Options", "entries end at")


def captured_length(block):
    """Bytes of the packet in an Enhanced Packet Block."""
    if len(block.raw) < PACKET_HEAD + 4:
        raise Bad(f"the packet at byte {block.offset} is too short")
    length = struct.unpack(block.order + "I", block.raw[20:24])[0]
    if length > len(block.raw) - PACKET_HEAD - 4:
        raise Bad(f"the packet at byte {block.offset} says that it has more bytes than its block")
    return length


def options_of(block):
    """Options of an Enhanced Packet Block."""
    at = PACKET_HEAD + (captured_length(block) + 3) // 4 * 4
    here, end, entries = at, len(block.raw) - 4, []
    while here < end:
        if end - here < 4:
            raise Bad(f"the options of the packet at byte {block.offset} are damaged")
        code, length = struct.unpack(block.order + "HH", block.raw[here:here + 4])
        if code == END_OF_OPTIONS:
            break
        after = here + 4 + (length + 3) // 4 * 4
        if after > end:
            raise Bad(f"the options of the packet at byte {block.offset} are damaged")
        entries.append((code, block.raw[here + 4:here + 4 + length], block.raw[here:after]))
        here = after
    return Options(entries, block.raw[here:end], at)


def has_options(block):
    """Whether there are bytes behind the packet of an Enhanced Packet Block."""
    return PACKET_HEAD + (captured_length(block) + 3) // 4 * 4 < len(block.raw) - 4


def comment_option(order, text):
    return struct.pack(order + "HH", COMMENT, len(text)) + padded(text)


def end_option(order):
    return struct.pack(order + "HH", END_OF_OPTIONS, 0)


def with_options(block, at, options):
    """The bytes of a packet's block with other options, as bytes."""
    return block_bytes(block.order, block.kind, block.raw[8:at] + options)


# ---- other files ----

# What stands at offset instead of old bytes that are there now.
Edit = collections.namedtuple("Edit", "offset old new")


def _grown(edits):
    """How much longer a file becomes up to a place, as a function; of the edits at it, too."""
    edits = sorted(edits, key=lambda edit: edit.offset)
    places = [edit.offset for edit in edits]
    sums = [0, *itertools.accumulate(len(edit.new) - edit.old for edit in edits)]
    return lambda place: sums[bisect.bisect_right(places, place)]


def section_lengths(starts, edits, end):
    """Edits of the lengths that sections say they have. starts: the section header Blocks, of which raw need have no options; end: bytes of the file. Those that say
    none, or another one than they have, stay as they are."""
    made, until = [], _grown(edits)
    for header, after in zip(starts, [start.offset for start in starts[1:]] + [end]):
        if len(header.raw) < SECTION_HEAD:
            raise Bad(f"the section header at byte {header.offset} is too short")
        at = slice(SECTION_LENGTH_AT, SECTION_LENGTH_AT + 8)
        said = struct.unpack(header.order + "Q", header.raw[at])[0]
        grown = until(after) - until(header.offset)
        if said == after - header.offset - struct.unpack(header.order + "I", header.raw[4:8])[0] and said != UNKNOWN_LENGTH and grown:
            made.append(Edit(header.offset + SECTION_LENGTH_AT, 8, struct.pack(header.order + "Q", said + grown)))
    return made


def _copy(source, target, size):
    """So many bytes; all that are left, if size is None."""
    while size is None or size > 0:
        data = source.read(CHUNK if size is None else min(size, CHUNK))
        if not data:
            if size:
                raise Bad("it became shorter while it was read")
            return
        target.write(data)
        size = None if size is None else size - len(data)


def rewrite(source, target, edits):
    """Copies a file from its beginning, but for the edits."""
    at = 0
    for edit in sorted(edits, key=lambda edit: edit.offset):
        _copy(source, target, edit.offset - at)
        if len(source.read(edit.old)) < edit.old:
            raise Bad("it became shorter while it was read")
        target.write(edit.new)
        at = edit.offset + edit.old
    _copy(source, target, None)
