"""Requests for recordings as structures: an implementation of docs/baichuan.md section 3.8 of its own, for captures.

Nothing here is taken from the plugin. Integers are little endian.
"""

import struct


def download(channel, uid, name):
    """The 3400 bytes of message 8."""
    return (struct.pack("<I32s", channel, uid.encode()) + name.encode()).ljust(3400, b"\0")


def download_by_time(channel, uid, start, end, path, stream, mask=1, aligned=True):
    """The 1152 bytes of message 143. aligned: the mask stands where its eight bytes are aligned."""
    head = struct.pack("<I32s", channel, uid.encode()) + (bytes(4) if aligned else b"")
    head += struct.pack("<Q6i6i", mask, *start, *end)
    return (head.ljust(0x78, b"\0") + path.encode().ljust(1024, b"\0") + struct.pack("<I", stream)).ljust(1152, b"\0")


def replay_by_time(channel, path):
    """The 2372 bytes of message 381."""
    return (struct.pack("<QIIII32s", 2, 0x82F, 8, 500, channel, b"") + path.encode()).ljust(2372, b"\0")
