"""The PDML that tshark writes, without reading what no record needs.

Packets and the layers of our protocols are found where they begin, at the line and the indent where tshark writes them; what traffic
brings can not look like that, for < and quotation marks are escaped in values. Such a layer is then read as the XML that it
is. Reading all of a packet so would take twice as long. Where something is not as expected (another version of tshark), Odd is
raised, and whoever asked goes another way.
"""

import re
from xml.parsers import expat

from . import values

PACKET_END = b"</packet>"
NUMBER = re.compile(rb'<field name="num" [^>]*?show="(\d+)"')
MOMENT = re.compile(rb'<field name="timestamp" [^>]*?value="(\d+\.\d+)"')
# Of other protocols: what the line of IP and TCP says (tshark.LABELLED), and of what is directly below the others, which is
# indented by four, what a record has.
WANTED = re.compile(rb'\n  <proto name="(ipv?6?|tcp)"(?: showname="[^"]*?, Src(?: Port)?: ([^",]+), Dst(?: Port)?: ([^",]+)[",])?|'
                    rb'\n    <field name="(udp\.(?:srcport|dstport)|(?:tcp|udp)\.stream|'
                    rb'exported_pdu\.(?:ipv[46]_(?:src|dst)|(?:src|dst)_port))" [^>]*?show="([^"]*)"')
ENDS = {b"ip": ("ip.src", "ip.dst"), b"ipv6": ("ipv6.src", "ipv6.dst"), b"tcp": ("tcp.srcport", "tcp.dstport")}
LAYER = b'\n  <proto name="'
OURS = tuple(f'{name}"'.encode() for name in values.OURS)
LAYER_END = b"\n  </proto>"
# tshark writes the ends of lines of a value as they are, of which XML makes blanks.
REFERENCES = ((b"\n", b"&#10;"), (b"\r", b"&#13;"), (b"\t", b"&#9;"))
PIECE = 1 << 20


class Odd(Exception):
    """tshark wrote something else than is read here, or did not end as it should."""


class Unsaid(Odd):
    """A record needs the number of a TCP stream, for which tshark was not asked."""


def pieces(stream):
    """A stream of PDML in pieces (bytes) of whole packets, of a megabyte or of one packet that is larger."""
    rest = bytearray()
    while piece := stream.read(PIECE):
        begin = max(0, len(rest) - len(PACKET_END))
        rest += piece
        end = rest.rfind(PACKET_END, begin)
        if end >= 0 and end + len(PACKET_END) >= PIECE // 2:
            yield bytes(memoryview(rest)[:end + len(PACKET_END)])
            del rest[:end + len(PACKET_END)]
    if not rest.rstrip().endswith(b"</pdml>"):
        raise Odd("no end")
    yield bytes(rest)


def packets(piece):
    """The bytes of each packet of a piece."""
    return piece.split(PACKET_END)[:-1]


def _leaf(kind, name, label, hidden, show):
    """(node without what lies below it, whether it is shown) of the texts of an element."""
    if kind not in ("field", "proto"):
        raise Odd("an element that is not known")
    # What is hidden is not in the tree that sharkd gives, and neither is what lies below it.
    shown = not hidden or kind == "proto"
    # A field without a type has no value, and none that sharkd would have in a filter.
    none = not show and values.TYPES.get(name, "FT_NONE") == "FT_NONE"
    if kind == "proto" or none or not name or name == "_ws.expert":
        return values.node(name, None, label or show, kind == "proto"), shown
    if "\\x" in show and name.partition(".")[0] in values.OURS:
        raise Odd("a control character, or what looks like one")
    return values.node_of_text(name, show, label or show), shown


LEAVES = values.Kept(_leaf)


def _other(name, word):
    field = values.Node(name, word, None, "", False)
    return values.Node(name.partition(".")[0], None, None, "", True, [field])


OTHERS = values.Kept(_other)


def _head(packet, end):
    """The nodes of other protocols, with the values that a record has of them."""
    found = MOMENT.search(packet, 0, end)
    times = [values.Node("", None, None, f"Epoch Time: {found[1].decode()}", False)] if found else []
    nodes = [values.Node("frame", None, None, "", True, times)]
    for layer, source, destination, name, word in WANTED.findall(packet, 0, end):
        if not layer:
            nodes.append(OTHERS[name.decode(), word.decode()])
            continue
        if not source:
            raise Odd("a layer that does not say from where to where")
        for name, word in zip(ENDS[layer], (source, destination)):
            nodes.append(OTHERS[name, word.decode()])
    return nodes


def _end(packet, begin):
    """Where a layer ends."""
    at = packet.find(b">", begin) + 1
    if at > 0 and packet[at - 2:at] != b"/>":
        end = packet.find(LAYER_END, at)
        at = end + len(LAYER_END) if end >= 0 else 0
    if at == 0:
        raise Odd("a layer without an end")
    return at


def _layers(packet):
    """(begin, end) of each layer of ours. No byte is looked at twice, however many there are."""
    at = packet.find(LAYER)
    while at >= 0:
        begin, name = at, at + len(LAYER)
        if packet.startswith(OURS, name):
            name = _end(packet, begin)
            yield begin, name
        at = packet.find(LAYER, name)


class Reader:
    """Makes trees of packets. All of them are elements of one document, for one parser: a new one for each takes longer than a
    short layer does."""

    def __init__(self):
        self.nodes = []  # that have ended, of the element that was begun last and has others in it
        self.around = []  # (leaf, nodes before it) of each element that has others in it and has not ended
        self.begun = None  # the leaf of the element that was begun last, if nothing is known of what is in it
        self.parser = expat.ParserCreate()
        self.parser.Parse(b"<pdml>", False)
        self.parser.StartElementHandler, self.parser.EndElementHandler = self._start, self._stop

    def _start(self, kind, attributes):
        if self.begun:
            self.around.append((self.begun, self.nodes))
            self.nodes = []
        get = attributes.get
        self.begun = LEAVES[kind, get("name", ""), get("showname", ""), get("hide", ""), get("show", "")]

    def _stop(self, _):
        if self.begun:
            node, shown = self.begun
            self.begun = None
        else:
            below = self.nodes
            (node, shown), self.nodes = self.around.pop()
            if below:
                node = values.above(node, below)
        if shown:
            self.nodes.append(node)

    def _layer(self, text):
        """The nodes of a protocol, of its element's bytes."""
        for sign, reference in REFERENCES:
            text = text.replace(sign, reference)
        try:
            self.parser.Parse(text, False)
        except expat.ExpatError as error:
            raise Odd(str(error)) from None
        if self.begun or self.around:
            raise Odd("an element without an end")
        nodes, self.nodes = self.nodes, []
        return nodes

    def tree(self, packet):
        """(number of the frame, its values.Node that a record needs) of the bytes of a packet."""
        number = NUMBER.search(packet)
        if not number:
            raise Odd("a packet without a number")
        nodes = []
        for begin, end in _layers(packet):
            if not nodes:
                nodes = _head(packet, begin)
            nodes += self._layer(packet[begin:end])
        return int(number[1]), nodes
