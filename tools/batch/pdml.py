"""The PDML that tshark writes, without reading what no record needs.

Packets and the layers of our protocols are found where they begin, at the line and the indent where tshark writes them; what traffic
brings can not look like that, for < and quotation marks are escaped in values. Such a layer is then read as the XML that it
is. Reading all of a packet so would take twice as long. Where something is not as expected (another version of tshark), Odd is
raised, and whoever asked goes another way.
"""

import re
import xml.etree.ElementTree

from . import values

PACKET_END = b"</packet>"
NUMBER = re.compile(rb'<field name="num" [^>]*?show="(\d+)"')
MOMENT = re.compile(rb'<field name="timestamp" [^>]*?value="(\d+\.\d+)"')
# Of other protocols, only what is directly below them: that is indented by four.
WANTED = re.compile(rb'\n    <field name="((?:ipv?6?\.(?:src|dst)|(?:tcp|udp)\.(?:srcport|dstport|stream)|'
                    rb'exported_pdu\.(?:ipv[46]_(?:src|dst)|(?:src|dst)_port)))" [^>]*?show="([^"]*)"')
OURS = tuple(f'\n  <proto name="{name}"'.encode() for name in values.OURS)
LAYER_END = b"\n  </proto>"
REFERENCES = ((b"\n", b"&#10;"), (b"\r", b"&#13;"), (b"\t", b"&#9;"))
PIECE = 1 << 20


class Odd(Exception):
    """tshark wrote something else than is read here, or did not end as it should."""


def pieces(stream):
    """A stream of PDML in pieces (bytes) of whole packets, of a megabyte or of one packet that is larger."""
    rest = bytearray()
    while piece := stream.read(PIECE):
        begin = max(0, len(rest) - len(PACKET_END))
        rest += piece
        end = rest.rfind(PACKET_END, begin)
        if end >= 0 and end + len(PACKET_END) >= PIECE // 2:
            yield bytes(rest[:end + len(PACKET_END)])
            del rest[:end + len(PACKET_END)]
    if not rest.rstrip().endswith(b"</pdml>"):
        raise Odd("no end")
    yield bytes(rest)


def packets(piece):
    """The bytes of each packet of a piece."""
    return piece.split(PACKET_END)[:-1]


def _word(name, show):
    """The value as sharkd has it in a filter; None where the field has none."""
    if not name or not show and values.TYPES.get(name, "FT_NONE") == "FT_NONE":
        return None
    return '"' + (show.replace("\\", "\\\\").replace('"', '\\"') if "\\" in show or '"' in show else show) + '"'


def _leaf(kind, name, label, hidden, show):
    """(node without what lies below it, whether it is shown) of the texts of an element."""
    if kind not in ("field", "proto"):
        raise Odd("an element that is not known")
    word = None if kind == "proto" or name == "_ws.expert" else _word(name, show)
    if word and "\\x" in word and name.partition(".")[0] in values.OURS:
        raise Odd("a control character, or what looks like one")
    # What is hidden is not in the tree that sharkd gives, and neither is what lies below it.
    return values.node(name, word, label or show, kind == "proto"), not hidden or kind == "proto"


LEAVES = values.Kept(_leaf)


def _node(element):
    """The node of an element; None where it is not shown."""
    get = element.get
    show = get("show", "")
    node, shown = LEAVES[element.tag, get("name", ""), get("showname", ""), get("hide", ""), show]
    if not shown:
        return None
    return node._replace(nodes=[below for below in map(_node, element) if below]) if len(element) else node


def _layer(text):
    """The node of a protocol, of its element's bytes. tshark writes the ends of lines of a value as they are, of which XML makes
    blanks; ours go with them to where they mean nothing."""
    text = text.strip()
    for sign, reference in REFERENCES:
        text = text.replace(sign, reference)
    try:
        return _node(xml.etree.ElementTree.fromstring(text))
    except xml.etree.ElementTree.ParseError as error:
        raise Odd(str(error)) from None


def _other(name, word):
    field = values.Node(name, word, None, "", False)
    return values.Node(name.partition(".")[0], None, None, "", True, [field])


OTHERS = values.Kept(_other)


def _head(packet, end):
    """The nodes of other protocols, with the values that a record has of them."""
    found = MOMENT.search(packet, 0, end)
    times = [values.Node("", None, None, f"Epoch Time: {found[1].decode()}", False)] if found else []
    nodes = [values.Node("frame", None, None, "", True, times)]
    for name, word in WANTED.findall(packet, 0, end):
        nodes.append(OTHERS[name.decode(), word.decode()])
    return nodes


def _next(packet, at, places):
    """Where each word of OURS stands next behind `at`, or -1; places: the same of a place before. What is not there is looked for
    once. Looking for plain bytes is faster than looking for one of two."""
    return [packet.find(word, at) if 0 <= place < at else place for word, place in zip(OURS, places)]


def _end(packet, begin):
    """Where a layer ends."""
    at = packet.find(b">", begin) + 1
    if at > 0 and packet[at - 2:at] != b"/>":
        end = packet.find(LAYER_END, at)
        at = end + len(LAYER_END) if end >= 0 else 0
    if at == 0:
        raise Odd("a layer without an end")
    return at


def tree(packet):
    """(number of the frame, its values.Node that a record needs) of the bytes of a packet."""
    number = NUMBER.search(packet)
    if not number:
        raise Odd("a packet without a number")
    nodes, places = [], [packet.find(word) for word in OURS]
    while begins := [place for place in places if place >= 0]:
        begin = min(begins)
        if not nodes:
            nodes = _head(packet, begin)
        end = _end(packet, begin)
        nodes.append(_layer(packet[begin:end]))
        places = _next(packet, end, places)
    return int(number[1]), nodes
