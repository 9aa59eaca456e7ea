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
OURS = re.compile(rb'\n  <proto name="(?:baichuan|newcamd)"')
LAYER_END = b"\n  </proto>"
TAG = re.compile(r'<(field|proto) name="([^"]*)"(?: showname="([^"]*)")?( hide="yes")?(?: size="\d+")?(?: pos="-?\d+")?'
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


def packets(stream):
    """The bytes of each packet of a stream of PDML."""
    rest = bytearray()
    while piece := stream.read(PIECE):
        begin, search = 0, max(0, len(rest) - len(PACKET_END))
        rest += piece
        while (end := rest.find(PACKET_END, search)) >= 0:
            yield rest[begin:end]
            begin = search = end + len(PACKET_END)
        del rest[:begin]
    if not rest.rstrip().endswith(b"</pdml>"):
        raise Odd("no end")


def _word(name, show):
    """The value as sharkd has it in a filter; None where the field has none."""
    if not name or not show and values.TYPES.get(name, "FT_NONE") == "FT_NONE":
        return None
    return '"' + (show.replace("\\", "\\\\").replace('"', '\\"') if "\\" in show or '"' in show else show) + '"'


def _leaf(kind, name, label, show):
    show = show and _plain(show)
    label = _plain(label) if label else show or ""
    word = None if kind == "proto" or name == "_ws.expert" else _word(name, show)
    return values.node(name, word, label, kind == "proto")


LEAVES = values.Kept(_leaf)


def _layer(text):
    """The node of a protocol, of the text of its element."""
    top, tags = [], 0
    above, nodes = [], top
    for kind, name, label, hidden, show, ends in TAG.findall(text):
        tags += 1
        if not kind:
            nodes = above.pop()
            continue
        node = LEAVES.get((kind, name, label, show))
        if ends:
            if not hidden:
                nodes.append(node)
            continue
        above.append(nodes)
        node = node._replace(nodes=[])
        # What is hidden is not in the tree that sharkd gives, and neither is what lies below it.
        if not hidden or kind == "proto":
            nodes.append(node)
        nodes = node.nodes
    if above or tags != text.count("<"):
        raise Odd("a tag that is not known")
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
        nodes.append(OTHERS.get((name.decode(), word.decode())))
    return nodes


def tree(packet):
    """(number of the frame, its values.Node that a record needs) of the bytes of a packet."""
    number = NUMBER.search(packet)
    if not number:
        raise Odd("a packet without a number")
    nodes, at = [], 0
    while found := OURS.search(packet, at):
        begin = found.start()
        if not nodes:
            nodes = _head(packet, begin)
        at = packet.find(b">", begin) + 1
        if packet[at - 2:at] != b"/>":
            at = packet.find(LAYER_END, at) + len(LAYER_END)
        nodes.append(_layer(packet[begin:at].decode("utf-8", "replace")))
    return int(number[1]), nodes
