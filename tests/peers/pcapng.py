"""A Capture as a pcapng file, with what libpcap files have no place for: comments of packets and secrets blocks."""

import struct

SECTION, INTERFACE, SECRETS, PACKET, SIMPLE_PACKET = 0x0A0D0D0A, 1, 10, 6, 3
COMMENT, END = 1, 0
UNKNOWN = -1
MICROSECONDS = 1_000_000


def _padded(data):
    return data + bytes(-len(data) % 4)


def _bytes(text):
    return text.encode() if isinstance(text, str) else text


class Writer:
    """Blocks of a section. order: "<" or ">"."""

    def __init__(self, order="<"):
        self.order = order

    def block(self, kind, body):
        length = struct.pack(self.order + "I", 12 + len(body))
        return struct.pack(self.order + "I", kind) + length + body + length

    def section(self, blocks, link, length=None):
        """A whole section with an interface. length: that it says it has; None for the right one."""
        body = self.block(INTERFACE, struct.pack(self.order + "HHI", link, 0, 0x40000)) + b"".join(blocks)
        said = len(body) if length is None else length
        return self.block(SECTION, struct.pack(self.order + "IHHq", 0x1A2B3C4D, 1, 0, said)) + body

    def options(self, comments, end=True):
        options = b"".join(struct.pack(self.order + "HH", COMMENT, len(text)) + _padded(text) for text in map(_bytes, comments))
        return options + struct.pack(self.order + "HH", END, 0) if end else options

    def packet(self, frame, options=b""):
        """frame: as in Capture.frames; options: as options() gives them."""
        time, packet, length = frame
        stamp = round(time * MICROSECONDS)
        head = struct.pack(self.order + "IIIII", 0, stamp >> 32, stamp & 0xFFFFFFFF, len(packet), length)
        return self.block(PACKET, head + _padded(packet) + options)

    def simple_packet(self, frame):
        _, packet, length = frame
        return self.block(SIMPLE_PACKET, struct.pack(self.order + "I", length) + _padded(packet))

    def secrets(self, kind, text):
        data = _bytes(text)
        return self.block(SECRETS, struct.pack(self.order + "II", kind, len(data)) + _padded(data))


def write(path, capture, comments=None, secrets=(), order="<"):
    """comments: {frame number: text, or list of texts}; secrets: blocks as (type, text, number of the frame before which it
    stands). Texts may be bytes. Returns the path."""
    writer = Writer(order)
    comments = {frame: [texts] if isinstance(texts, (str, bytes)) else texts for frame, texts in (comments or {}).items()}
    blocks = []
    for number, frame in enumerate(capture.frames, 1):
        blocks += [writer.secrets(kind, text) for kind, text, before in secrets if before == number]
        blocks.append(writer.packet(frame, writer.options(comments[number]) if comments.get(number) else b""))
    path.write_bytes(writer.section(blocks, capture.link, UNKNOWN))
    return path
