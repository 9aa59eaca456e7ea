"""A small MPEG transport stream with one scrambled service: PAT, CAT, PMT, ECMs, EMMs (ISO/IEC 13818-1)."""

import struct

PAT_PID, CAT_PID, PMT_PID, ECM_PID, EMM_PID, VIDEO_PID = 0x0000, 0x0001, 0x0100, 0x0200, 0x0300, 0x0101


def crc32(data):
    crc = 0xFFFFFFFF
    for byte in data:
        crc ^= byte << 24
        for _ in range(8):
            crc = (crc << 1 ^ 0x04C11DB7 if crc & 0x80000000 else crc << 1) & 0xFFFFFFFF
    return struct.pack("!I", crc)


def table(table_id, extension, data):
    """A section with syntax bit, version 0, number 0 of 0."""
    head = struct.pack("!BHHBBB", table_id, 0xB000 | (len(data) + 9), extension, 0xC1, 0, 0)
    return head + data + crc32(head + data)


def ca_section(table_id, data):
    """An ECM or EMM: a section without syntax bit, and so without CRC."""
    return struct.pack("!BH", table_id, 0x7000 | len(data)) + data


def ca_descriptor(caid, pid):
    return struct.pack("!BBHH", 9, 4, caid, 0xE000 | pid)


def pat(service):
    return table(0x00, 1, struct.pack("!HH", service, 0xE000 | PMT_PID))


def cat(caid):
    return table(0x01, 0xFFFF, ca_descriptor(caid, EMM_PID))


def pmt(service, caid):
    descriptor = ca_descriptor(caid, ECM_PID)
    data = struct.pack("!HH", 0xE000 | VIDEO_PID, 0xF000 | len(descriptor)) + descriptor
    data += struct.pack("!BHH", 0x02, 0xE000 | VIDEO_PID, 0xF000)
    return table(0x02, service, data)


class Stream:
    """Packets of sections; keeps the continuity counters."""

    def __init__(self):
        self._counters = {}

    def packets(self, pid, section):
        """A section as packets, which it begins and fills alone."""
        out = b""
        data = b"\0" + section  # pointer field: the section begins right here
        for at in range(0, len(data), 184):
            counter = self._counters[pid] = (self._counters.get(pid, -1) + 1) & 15
            start = 0x4000 if at == 0 else 0
            out += struct.pack("!BHB", 0x47, start | pid, 0x10 | counter) + data[at:at + 184].ljust(184, b"\xff")
        return out
