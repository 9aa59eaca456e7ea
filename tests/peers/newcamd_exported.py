"""newcamd in files of exported PDUs, which call a dissector by its name, on whatever carrier they say.

The format is that of Wireshark's wsutil/exported_pdu_tlvs.h: tags of 16 bits, lengths of 16 bits, big-endian.
"""

import struct

UPPER_PDU = 252  # link type
DISSECTOR, HEURISTIC = 12, 13
IPV4_SOURCE, IPV4_DESTINATION, PORT_TYPE, SOURCE_PORT, DESTINATION_PORT, TCP_INFO = 20, 21, 24, 25, 26, 34
TCP, UDP, NO_PORTS = 2, 3, 0


def _tag(number, value):
    value += bytes(-len(value) % 4)
    return struct.pack("!HH", number, len(value)) + value


def pdu(kind, name, data, source, destination, ports=TCP, place=None):
    """One packet. kind: DISSECTOR or HEURISTIC; source, destination: (four address bytes, port); place: (sequence number,
    that of the end, acknowledged number), where the file says what TCP knew."""
    tags = _tag(kind, name.encode()) + _tag(IPV4_SOURCE, source[0]) + _tag(IPV4_DESTINATION, destination[0])
    tags += _tag(PORT_TYPE, struct.pack("!I", ports))
    tags += _tag(SOURCE_PORT, struct.pack("!I", source[1])) + _tag(DESTINATION_PORT, struct.pack("!I", destination[1]))
    if place is not None:
        tags += _tag(TCP_INFO, struct.pack("!HIIIBBH", 1, *place, 0, 0, 0))
    return tags + _tag(0, b"") + data


def write(path, packets):
    with open(path, "wb") as out:
        out.write(struct.pack("<IHHiIII", 0xA1B2C3D4, 2, 4, 0, 0, 0x40000, UPPER_PDU))
        for number, packet in enumerate(packets):
            out.write(struct.pack("<IIII", 1_700_000_000 + number, 0, len(packet), len(packet)) + packet)
    return path
