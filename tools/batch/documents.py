"""XML of cameras as a small tree of dictionaries.

{"body": {"LoginUser": {"@version": "1.1", "userName": "admin"}}}: attributes have @ before their names, several elements of
one name are a list, and text beside elements or attributes is "#text". Cameras decide what comes here, so nothing is expanded
and depth and size have limits.
"""

from xml.parsers import expat

DEPTH = 64
NODES = 20000


class Refused(Exception):
    """The document is no tree: the text says why."""


class _Builder:
    def __init__(self):
        self.root = {}
        self.stack = [(self.root, [])]
        self.count = 0

    def start(self, tag, attributes):
        self.count += 1
        if len(self.stack) > DEPTH or self.count > NODES:
            raise Refused("too deep or too large for a tree")
        self.stack.append(({"@" + name: value for name, value in attributes.items()}, []))

    def text(self, data):
        self.stack[-1][1].append(data)

    def end(self, tag):
        element, words = self.stack.pop()
        text = "".join(words).strip()
        if text and element:
            element["#text"] = text
        value = element or text
        parent = self.stack[-1][0]
        if tag not in parent:
            parent[tag] = value
        elif isinstance(parent[tag], list):
            parent[tag].append(value)
        else:
            parent[tag] = [parent[tag], value]


def _refuse(*_):
    raise Refused("it declares a document type")


def tree(text):
    """(tree, None), or (None, why there is none)."""
    builder = _Builder()
    parser = expat.ParserCreate()
    parser.buffer_text = True
    parser.StartElementHandler = builder.start
    parser.EndElementHandler = builder.end
    parser.CharacterDataHandler = builder.text
    parser.StartDoctypeDeclHandler = _refuse
    # The declaration may name another encoding than that of the text that Wireshark gives.
    body = text.lstrip()
    if body.startswith("<?xml") and "?>" in body:
        body = body.partition("?>")[2]
    try:
        parser.Parse(body.rstrip("\0 \r\n\t").encode("utf-8", "replace"), True)
    except Refused as why:
        return None, str(why)
    except expat.ExpatError as error:
        return None, expat.errors.messages[error.code]
    return builder.root, None
