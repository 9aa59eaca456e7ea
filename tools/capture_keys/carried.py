"""The keys that a capture carries, and the edits that add and remove them."""

from . import pcapng, rows
from .errors import Bad


class Scan:
    """What is to be known of a pcapng file. frames: numbers of packets that may get comments."""

    def __init__(self, file, frames=()):
        self.sections, self.end = [], 0
        self.insert_at = None  # (offset, byte order) of where a secrets block goes
        self.first_empty = None
        self.blocks = []  # secrets blocks of ours: (Block, protocol, [row])
        self.comments = []  # packets with comments of ours: (Block, Options)
        self.packets = {}  # {number: Block} of those that were asked for
        for block in pcapng.blocks(file):
            self._take(block, frames)
        if self.insert_at is None:
            self.insert_at = self.first_empty or (self.end, self.sections[0].order)

    def _take(self, block, frames):
        self.end = block.offset + len(block.raw)
        if block.kind == pcapng.SECTION:
            if len(self.sections) == 1 and self.insert_at is None:
                self.first_empty = (block.offset, self.sections[0].order)
            # Its options can be 16 MiB, and nobody asks for them.
            self.sections.append(block._replace(raw=block.raw[:pcapng.SECTION_HEAD]))
        elif block.kind == pcapng.SECRETS:
            kind, data = pcapng.secrets_of(block)
            if kind in rows.NAMES:
                self.blocks.append((block, rows.NAMES[kind], rows.in_block(data)))
        if block.packet is None:
            return
        if self.insert_at is None:
            self.insert_at = (block.offset, block.order)
        if block.packet in frames:
            self.packets[block.packet] = block
        if block.kind == pcapng.PACKET and pcapng.has_options(block) and rows.COMMENT_MARK.encode() in block.raw:
            options = pcapng.options_of(block)
            if any(_has_keys(code, value) for code, value, _ in options.entries):
                self.comments.append((block, options))

    def carried(self):
        """[(protocol, row, where it stands)]."""
        found = [(protocol, row, f"secrets block at byte {block.offset}") for block, protocol, lines in self.blocks for row in lines]
        for block, options in self.comments:
            for code, value, _ in options.entries:
                if code == pcapng.COMMENT:
                    found += [(*row, f"comment of frame {block.packet}") for row in rows.in_comment(_text(value))]
        return found

    def with_lengths(self, edits):
        """Edits, and what they change of the lengths of sections."""
        return edits + pcapng.section_lengths(self.sections, edits, self.end)


def _text(value):
    return value.decode("utf-8", "surrogateescape")


def _bytes(text):
    return text.encode("utf-8", "surrogateescape")


def _has_keys(code, value):
    return code == pcapng.COMMENT and rows.without_keys(_text(value)) != _text(value)


# ---- add ----

def block_edits(scan, added):
    """Edits that put rows [(protocol, row)] into secrets blocks, before the first packet."""
    offset, order = scan.insert_at
    made = b""
    for name, known in rows.PROTOCOLS.items():
        lines = [row for protocol, row in added if protocol == name]
        if lines:
            made += pcapng.secrets_bytes(order, known.block, _bytes("".join(line + "\n" for line in lines)))
    return [pcapng.Edit(offset, 0, made)] if made else []


def _commented(block, texts):
    """A packet's block with comments behind its other options."""
    options = pcapng.options_of(block)
    entries = b"".join(whole for _, _, whole in options.entries)
    end = options.end
    if not entries:
        # Where there was nothing but an end of options, the comments end with a newline: so that it is left when they are removed.
        texts = [text + ("\n" if end else "") for text in texts]
        end = end or pcapng.end_option(block.order)
    added = b"".join(pcapng.comment_option(block.order, _bytes(text)) for text in texts)
    return pcapng.with_options(block, options.at, entries + added + end)


def comment_edits(scan, added, first):
    """Edits that put rows into comments of the first packets of their protocols. first: {protocol: (frame number, bytes of it)}."""
    texts = {}
    for protocol, row in added:
        text = f"{rows.COMMENT_MARK}{protocol} {row}"
        if len(_bytes(text)) >= pcapng.MAX_OPTION:
            raise Bad("a row is too long for a comment")
        texts.setdefault(first[protocol][0], []).append(text)
    edits = []
    for number, lines in texts.items():
        block = _packet(scan, number, [length for frame, length in first.values() if frame == number])
        edits.append(pcapng.Edit(block.offset, len(block.raw), _commented(block, lines)))
    return edits


def _packet(scan, number, lengths):
    """The packet that is tshark's frame of this number."""
    block = scan.packets.get(number)
    if block is None or block.kind != pcapng.PACKET or pcapng.captured_length(block) not in lengths:
        raise Bad(f"frame {number} is no packet that can have a comment; --block puts the keys into a secrets block alone, and "
                  "editcap -F pcapng makes a file of usual packets")
    return block


# ---- remove ----

def _cleaned(block, options):
    """A packet's block without comments of ours."""
    kept, was_end = [], False
    for code, value, whole in options.entries:
        text = rows.without_keys(_text(value)) if code == pcapng.COMMENT else None
        if code != pcapng.COMMENT or text == _text(value):
            kept.append(whole)
        elif text is not None:
            kept.append(pcapng.comment_option(block.order, _bytes(text)))
        else:
            was_end |= value.endswith(b"\n")
    end = options.end if kept or was_end else b""
    return pcapng.with_options(block, options.at, b"".join(kept) + end)


def remove_edits(scan):
    """Edits that take out all keys."""
    edits = [pcapng.Edit(block.offset, len(block.raw), b"") for block, _, _ in scan.blocks]
    edits += [pcapng.Edit(block.offset, len(block.raw), _cleaned(block, options)) for block, options in scan.comments]
    return edits
