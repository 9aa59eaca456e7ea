"""Answers of sharkd to `frame`, without reading what no record needs.

More than half of an answer is what Wireshark says of frame, Ethernet, IP and TCP. Of that a record has seven values, and they are
found by their places in the text: a quotation mark that is part of a label is escaped there, so nothing that traffic
brings can look like them. Where the text is not as expected (another version of sharkd), all of it is read.
"""

import json
import re

from . import values

DECODER = json.JSONDecoder(strict=False)
# A node of one of our protocols; "l" is the first key of each node, and what lies between it and "t" are numbers.
OURS = re.compile(r'"t":"proto",(?:"fn":"[^"]*",)?"f":"(?:baichuan|newcamd)"')
PAYLOADS = ('"f":"tcp.payload', '"f":"udp.payload')
PROTOCOL = '"t":"proto",'
BEGIN = '{"l":"'
WANTED = re.compile(r'"l":"(Epoch (?:Arrival )?Time: [^"]*)"|'
                    r'"f":"((?:ipv?6?\.(?:src|dst)|(?:tcp|udp)\.(?:srcport|dstport|stream)|'
                    r'exported_pdu\.(?:ipv[46]_(?:src|dst)|(?:src|dst)_port)) == [^"]*)"')


def _next(text, at):
    """Where the next node of ours says what it is; -1: there is none. Looking for plain text is ten times as fast as OURS is."""
    while True:
        at = text.find(PROTOCOL, at)
        if at < 0 or OURS.match(text, at):
            return at
        at += 1


def _head(text, end):
    """Nodes with the values that records have of other protocols."""
    head = []
    # Behind the last payload come its bytes once more, in segments, and nothing that is wanted.
    payload = max(text.rfind(name, 0, end) for name in PAYLOADS)
    for found in WANTED.finditer(text, 0, payload if payload > 0 else end):
        if found[1]:
            head.append({"f": "frame", "n": [{"l": found[1]}]})
        else:
            head.append({"t": "proto", "f": found[2].partition(".")[0], "n": [{"f": found[2]}]})
    return head


def _leaf(filter, label):
    name, found, word = filter.partition(" == ")
    return values.node(name, word if found else None, label)


LEAVES = values.Kept(_leaf)


def nodes(found, inside=False):
    """values.Node of each node of sharkd's. inside: below a protocol of ours, where those of others are left as they are:
    they show bytes that are there already."""
    made = []
    for node in found:
        filter = node.get("f", "")
        if filter.startswith("frame["):  # bytes of a node without a value
            filter = node.get("fn", "")
        leaf = LEAVES[filter, node.get("l", "")]
        proto, below = node.get("t") == "proto", node.get("n", ())
        if proto or below:
            ours = leaf.name.partition(".")[0] in values.OURS or leaf.name == "_ws.expert"
            leaf = leaf._replace(proto=proto, nodes=() if proto and inside and not ours else nodes(below, inside or ours))
        made.append(leaf)
    return made


def tree(line):
    """The values.Node that a record needs, of the line that sharkd answers with."""
    return nodes(_tree(line))


def _tree(line):
    text = line.decode("utf-8", "replace")
    found_nodes, end = None, 0
    while True:
        found = _next(text, end)
        if found < 0:
            break
        begin = text.rfind(BEGIN, end, found)
        if begin < 0:
            found_nodes = None
            break
        if found_nodes is None:
            found_nodes = _head(text, begin)
        node, end = DECODER.raw_decode(text, begin)
        found_nodes.append(node)
    if found_nodes is None:
        answer, _ = DECODER.raw_decode(text)
        return answer.get("result", {}).get("tree", [])
    return found_nodes
