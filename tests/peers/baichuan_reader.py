"""Reads BC messages out of a pcapng file without Wireshark: an independent account of what a capture holds.

Only what a capture of a real camera needs: Ethernet, IPv4, TCP without retransmissions or reordering; the password
is known, and the session is AES.
"""

import collections
import hashlib
import re
import struct

from . import baichuan

MAGIC = bytes.fromhex("f0debc0a")

Segment = collections.namedtuple("Segment", "frame source seq data")
# frame, offset: where the message begins, its TCP payload counted from 0; last: the frame in which it ends
Message = collections.namedtuple("Message", "frame offset last msg_id exchange extension payload")


def packets(path):
    """(frame number, Ethernet frame) of each enhanced packet block."""
    data = path.read_bytes()
    offset, number = 0, 0
    while offset < len(data):
        kind, length = struct.unpack_from("<II", data, offset)
        if kind == 6:
            number += 1
            captured = struct.unpack_from("<I", data, offset + 20)[0]
            yield number, data[offset + 28:offset + 28 + captured]
        offset += length


def segments(path):
    for number, frame in packets(path):
        ip = frame[14:]
        total, header = struct.unpack_from("!H", ip, 2)[0], (ip[0] & 15) * 4
        tcp = ip[header:total]
        data = tcp[(tcp[12] >> 4) * 4:]
        if data:
            yield Segment(number, (ip[12:16], struct.unpack_from("!H", tcp)[0]), struct.unpack_from("!I", tcp, 4)[0], data)


def runs(path):
    """Segments of one direction that follow each other without a hole, as lists."""
    last = {}
    found = []
    for segment in segments(path):
        run = last.get(segment.source)
        if run is None or run[-1].seq + len(run[-1].data) != segment.seq:
            run = []
            found.append(run)
            last[segment.source] = run
        run.append(segment)
    return found


def _header(data):
    """(length of the header, body length, payload offset) or None if data does not begin with a header."""
    if len(data) < 20 or not data.startswith(MAGIC):
        return None
    _, msg_id, body_len, _, _, msg_class = struct.unpack_from("<IIIIHH", data)
    if msg_id > 1023 or body_len > 1_000_000:
        return None
    if msg_class in (baichuan.LEGACY, baichuan.SHORT):
        return 20, body_len, 0
    if msg_class not in (baichuan.REQUEST, baichuan.DEVICE, baichuan.DOWNLOAD) or len(data) < 24:
        return None
    offset = struct.unpack_from("<I", data, 20)[0]
    return None if offset > body_len else (24, body_len, offset)


def _place(run, position):
    """The frame that holds a byte of a run, and where in it."""
    for segment in run:
        if position < len(segment.data):
            return segment.frame, position
        position -= len(segment.data)
    raise IndexError(position)


def whole_messages(path):
    """Every message whose header and body lie in one run, with its parts as they are on the wire."""
    found = []
    for run in runs(path):
        data = b"".join(segment.data for segment in run)
        offset = 0
        while (offset := data.find(MAGIC, offset)) >= 0:
            head = _header(data[offset:])
            if head is None:
                offset += 1
                continue
            length, body_len, payload_offset = head
            end = offset + length + body_len
            if end > len(data):
                # Its end is not in this run; what stands inside it is not a message of its own.
                break
            msg_id, exchange = struct.unpack_from("<I", data, offset + 4)[0], struct.unpack_from("<I", data, offset + 12)[0]
            body = data[offset + length:end]
            found.append(Message(*_place(run, offset), _place(run, end - 1)[0], msg_id, exchange, body[:payload_offset], body[payload_offset:]))
            offset = end
    return sorted(found, key=lambda message: message.last)


def opened(path, password):
    """The same with the parts in plain text."""
    messages = []
    key = None
    for message in whole_messages(path):
        if message.msg_id == 1:
            payload = baichuan.xor(message.payload, message.exchange & 0xFF)
            nonce = re.search(rb"<nonce>(.*?)</nonce>", payload)
            key = baichuan.session_key(nonce[1].decode(), password) if nonce else key
            messages.append(message._replace(payload=payload))
            continue
        extension = baichuan.aes_open(key, message.extension)
        binary = b"<binaryData>1<" in extension
        payload = message.payload if binary else baichuan.aes_open(key, message.payload)
        messages.append(message._replace(extension=extension, payload=payload))
    return messages


def sha256(data):
    return hashlib.sha256(data).hexdigest()
