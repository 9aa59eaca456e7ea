"""Answers of sharkd to `frame`, without reading what no record needs.

More than half of an answer is what Wireshark says of frame, Ethernet, IP and TCP. Of that a record has seven values, and they are
found by their places in the text: a quotation mark that is part of a label is escaped there, so nothing that traffic
brings can look like them. Where the text is not as expected (another version of sharkd), all of it is read.
"""

import json
import re

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
    nodes = []
    # Behind the last payload come its bytes once more, in segments, and nothing that is wanted.
    payload = max(text.rfind(name, 0, end) for name in PAYLOADS)
    for found in WANTED.finditer(text, 0, payload if payload > 0 else end):
        if found[1]:
            nodes.append({"f": "frame", "n": [{"l": found[1]}]})
        else:
            nodes.append({"t": "proto", "f": found[2].partition(".")[0], "n": [{"f": found[2]}]})
    return nodes


def tree(line):
    """The nodes that a record needs, of the line that sharkd answers with."""
    text = line.decode("utf-8", "replace")
    nodes, end = None, 0
    while True:
        found = _next(text, end)
        if found < 0:
            break
        begin = text.rfind(BEGIN, end, found)
        if begin < 0:
            nodes = None
            break
        if nodes is None:
            nodes = _head(text, begin)
        node, end = DECODER.raw_decode(text, begin)
        nodes.append(node)
    if nodes is None:
        answer, _ = DECODER.raw_decode(text)
        return answer.get("result", {}).get("tree", [])
    return nodes
