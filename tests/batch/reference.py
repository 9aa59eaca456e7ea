"""The records of a capture by way of one tshark: its PDML, which has nothing to do with what sharkd writes, made into the same
trees. What the batch writes has to be equal.
"""

import io
import pathlib
import re
import sys
import xml.etree.ElementTree

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[2] / "tools"))
sys.dont_write_bytecode = True
from batch import answers, capture, records, values  # noqa: E402


def _quoted(text):
    return '"' + text.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _node(element):
    name = element.get("name", "")
    node = {"l": element.get("showname", element.get("show", ""))}
    if element.tag == "proto":
        node.update(t="proto", f=name)
    elif name == "_ws.expert":
        node.update(f=name)
    elif name and "show" in element.attrib and not (values.TYPES.get(name) in ("FT_NONE", None) and not element.get("show")):
        node["f"] = f"{name} == {_quoted(element.get('show'))}"
    elif name:
        node["f"] = name
    children = [_node(child) for child in element if child.get("hide") != "yes" or child.tag == "proto"]
    if children:
        node["n"] = children
    return node


def trees(tshark, path, filter=capture.SHOWN):
    """[(frame number, tree)] of a capture; tshark: a harness.Tshark."""
    words = ["-2", "-T", "pdml", "-Y", filter]
    # PDML has line breaks of values as they are, which a reader of XML makes blanks.
    out = re.sub(rb'"[^"]*"', lambda text: text[0].replace(b"\n", b"&#10;").replace(b"\r", b"&#13;").replace(b"\t", b"&#9;"),
                 tshark.run(path, *words, raw=True).out)
    found = []
    for _, element in xml.etree.ElementTree.iterparse(io.BytesIO(out)):
        if element.tag != "packet":
            continue
        number = next(int(field.get("show")) for field in element.iter("field") if field.get("name") == "frame.number")
        found.append((number, [_node(child) for child in element]))
        element.clear()
    return found


def expected(tshark, path, shown):
    """The records that a batch has to write of a capture."""
    found = []
    for number, tree in trees(tshark, path):
        found += [record for record, _ in records.Frame(shown, number, answers.nodes(tree)).records()]
    return found
