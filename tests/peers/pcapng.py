"""A Capture as a pcapng file, with what libpcap files have no place for: comments of packets and secrets blocks."""

import struct

SECTION, INTERFACE, SECRETS, PACKET = 0x0A0D0D0A, 1, 10, 6
COMMENT, END = 1, 0
MICROSECONDS = 1_000_000


def _padded(data):
    return data + bytes(-len(data) % 4)


def _block(kind, body):
    length = struct.pack("<I", 12 + len(body))
    return struct.pack("<I", kind) + length + body + length


def _options(comments):
    options = b"".join(struct.pack("<HH", COMMENT, len(text)) + _padded(text) for text in comments)
    return options + struct.pack("<HH", END, 0) if options else b""


def _packet(time, packet, length, comments):
    stamp = round(time * MICROSECONDS)
    head = struct.pack("<IIIII", 0, stamp >> 32, stamp & 0xFFFFFFFF, len(packet), length)
    return _block(PACKET, head + _padded(packet) + _options(comments))


def _bytes(text):
    return text.encode() if isinstance(text, str) else text


def write(path, capture, comments=None, secrets=()):
    """comments: {frame number: text, or list of texts}; secrets: blocks as (type, text, number of the frame before which it
    stands). Texts may be bytes. Returns the path."""
    comments = {frame: [texts] if isinstance(texts, (str, bytes)) else texts for frame, texts in (comments or {}).items()}
    with open(path, "wb") as out:
        out.write(_block(SECTION, struct.pack("<IHHq", 0x1A2B3C4D, 1, 0, -1)))
        out.write(_block(INTERFACE, struct.pack("<HHI", capture.link, 0, 0x40000)))
        for number, frame in enumerate(capture.frames, 1):
            for kind, text, before in secrets:
                if before == number:
                    data = _bytes(text)
                    out.write(_block(SECRETS, struct.pack("<II", kind, len(data)) + _padded(data)))
            out.write(_packet(*frame, [_bytes(text) for text in comments.get(number, [])]))
    return path
