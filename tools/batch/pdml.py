"""The PDML that tshark writes, without reading what no record needs.

It is read by the tags of a packet, which begin at the line and the indent where tshark writes them; what traffic brings can not
look like them, for < and quotation marks are escaped in values. Where a tag is not as expected (another version of tshark),
Odd is raised, and whoever asked goes another way.
"""

import re

from . import values

PACKET_END = b"</packet>"
NUMBER = re.compile(rb'<field name="num" [^>]*?show="(\d+)"')
MOMENT = re.compile(rb'<field name="timestamp" [^>]*?value="(\d+\.\d+)"')
# Of other protocols, only what is directly below them: that is indented by four.
WANTED = re.compile(rb'\n    <field name="((?:ipv?6?\.(?:src|dst)|(?:tcp|udp)\.(?:srcport|dstport|stream)|'
                    rb'exported_pdu\.(?:ipv[46]_(?:src|dst)|(?:src|dst)_port)))" [^>]*?show="([^"]*)"')
OURS = tuple(f'\n  <proto name="{name}"'.encode() for name in values.OURS)
LAYER_END = b"\n  </proto>"
TAG = re.compile(r'<(field|proto) name="([^"]*)"(?: show(?:name)?="([^"]*)")?( hide="yes")?(?: size="\d+")?(?: pos="-?\d+")?'
                 r'(?: show="([^"]*)")?(?: value="[^"]*")?(?: unmaskedvalue="[^"]*")?(/?)>|</(?:field|proto)>')
ENTITIES = (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&apos;", "'"), ("&#x27;", "'"), ("&amp;", "&"))
PIECE = 1 << 20


class Odd(Exception):
    """tshark wrote something else than is read here, or did not end as it should."""


def _plain(text):
    if "&" in text:
        for entity, sign in ENTITIES:
            text = text.replace(entity, sign)
    return text


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


def _leaf(kind, name, label, hidden, show, ends):
    """(node, whether it is shown, whether it is the last tag of its element), of what TAG finds; node None: the end of one."""
    if not kind:
        return None, False, True
    show = _plain(show)
    # Of a text, what is shown is its value once more.
    label = label if values.TYPES.get(name) == "FT_STRING" else _plain(label) or show
    word = None if kind == "proto" or name == "_ws.expert" else _word(name, show)
    if word and "\\x" in word and name.partition(".")[0] in values.OURS:
        raise Odd("a control character, or what looks like one")
    # What is hidden is not in the tree that sharkd gives, and neither is what lies below it.
    return values.node(name, word, label, kind == "proto"), not hidden or kind == "proto", bool(ends)


LEAVES = values.Kept(_leaf)


def _layer(text):
    """The node of a protocol, of the text of its element."""
    found = TAG.findall(text)
    if len(found) != text.count("<"):
        raise Odd("a tag that is not known")
    top, above = [], []
    nodes = top
    for tag in found:
        node, shown, ends = LEAVES[tag]
        if node is None:
            nodes = above.pop()
        elif ends:
            if shown:
                nodes.append(node)
        else:
            above.append(nodes)
            node = node._replace(nodes=[])
            if shown:
                nodes.append(node)
            nodes = node.nodes
    if above:
        raise Odd("an element without an end")
    return top[0]


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
        nodes.append(_layer(packet[begin:end].decode("utf-8", "replace")))
        places = _next(packet, end, places)
    return int(number[1]), nodes
