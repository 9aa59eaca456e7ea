"""Exported PDU files, as Wireshark writes them: a dissector is called by name on bytes that no packet carries.

Written from the tags of Wireshark's epan/exported_pdu.h; all integers are big endian.
"""

import ipaddress
import struct

from tests.peers import pcap

END, DISSECTOR, HEURISTIC, TABLE = 0, 12, 13, 14
IPV4_SOURCE, IPV4_DESTINATION, IPV6_SOURCE, IPV6_DESTINATION, PORT_TYPE, SOURCE_PORT, DESTINATION_PORT = range(20, 27)
FRAME = 30

# Of the port type: who carried it.
NONE, SCTP, TCP, UDP, DCCP = range(5)


def tag(number, value):
    value += bytes(-len(value) % 4)
    return struct.pack("!HH", number, len(value)) + value


def pdu(dissector, data, source=("10.0.0.1", 1111), destination=("10.0.0.2", 2222), carrier=TCP, kind=DISSECTOR, addresses=True):
    """source, destination: (address, port). carrier None: no port type and no ports at all."""
    head = tag(kind, dissector.encode())
    if addresses:
        for end, four, six in ((source, IPV4_SOURCE, IPV6_SOURCE), (destination, IPV4_DESTINATION, IPV6_DESTINATION)):
            address = ipaddress.ip_address(end[0])
            head += tag(four if address.version == 4 else six, address.packed)
    if carrier is not None:
        head += tag(PORT_TYPE, struct.pack("!I", carrier))
        head += tag(SOURCE_PORT, struct.pack("!I", source[1])) + tag(DESTINATION_PORT, struct.pack("!I", destination[1]))
    return head + tag(END, b"") + data


def capture():
    return pcap.Capture(link=pcap.LINK_UPPER_PDU)
