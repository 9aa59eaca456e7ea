"""Objects of JSON (-T ek, and -T json without what it repeats by design) have no key of ours twice, however often and
wherever a document has an element. 4.0 writes a key twice whose field stands below two others.
"""

import copy
import json
import xml.etree.ElementTree

import pytest

from tests.batch import made
from tests.dissection import harness
from tests.dissection.baichuan.topic_documents import DOCUMENTS
from tests.peers.baichuan import CHANNEL, Session, body
from tests.peers.pcap import Capture

OURS = ("baichuan", "newcamd")


def keys_twice(tshark, capture):
    """Keys of ours that an object has twice, in either format."""
    found = set()

    def look(pairs):
        names = [name for name, _ in pairs]
        found.update(name for name in names if names.count(name) > 1 and name.startswith(OURS))
        return dict(pairs)

    words = ["-2", "-J", "baichuan newcamd", "-Y", "baichuan or newcamd", "-T"]
    for line in tshark.run(capture, *words, "ek").out.splitlines():
        if line.strip():
            json.loads(line, object_pairs_hook=look)
    assert json.loads(tshark.run(capture, *words, "json", "--no-duplicate-keys").out, object_pairs_hook=look)
    return sorted(found)


@pytest.mark.parametrize("capture", sorted(harness.CAPTURES.glob("*/*.pcapng")), ids=lambda path: path.stem)
def test_samples(tshark, capture):
    tables = {path.name: path.read_text() for path in harness.KEYS.glob("*_keys")}
    assert keys_twice(tshark(files=tables), capture) == []


@pytest.mark.parametrize("seed", [0, 1, 2, 4])
def test_conversations(tshark, tmp_path, seed):
    assert keys_twice(tshark(prefs=made.PREFERENCES), made.write(tmp_path, seed)) == []


def doubled(document):
    """The document with each of its elements twice."""
    root = xml.etree.ElementTree.fromstring(f"<root>{document}</root>")
    for element in list(root.iter()):
        element[:] = [child for one in element for child in (one, copy.deepcopy(one))]
    return "".join(xml.etree.ElementTree.tostring(child, encoding="unicode") for child in root)


def in_a_list(document):
    """The document, and once more as two items of a list, so that all its values are in items and outside of them."""
    return f"{document}<List><Thing>{document}</Thing><Thing>{document}</Thing></List>"


def replies(path, documents):
    """A capture with one reply for each (message, document)."""
    capture = Capture()
    tcp = capture.tcp(server=("10.0.0.1", 9000)).open()
    tcp.mss = 60000
    session = Session("aes").play_login(tcp)
    for number, (msg_id, text) in enumerate(documents):
        tcp.server(session.reply(msg_id, body(text), ext=CHANNEL, exchange=(number + 1) << 16))
    return capture.write(path)


@pytest.mark.parametrize("change", [str, doubled, in_a_list, lambda text: in_a_list(doubled(text))],
                         ids=["as they are", "each element twice", "in a list", "both"])
def test_documents_of_all_topics(tshark, path, change):
    documents = [(msg_id, change(text)) for msg_id, text, _ in DOCUMENTS.values()]
    assert keys_twice(tshark(prefs=made.PREFERENCES), replies(path, documents)) == []


def test_what_is_in_a_list_and_outside_of_it_is_found_by_its_name(tshark, path):
    text = ("<L><handle>5</handle><A><handle>6</handle><B><handle>7</handle></B></A><handle>8</handle></L>"
            "<channelId>1</channelId>")
    capture = replies(path, [(33, text)])
    for value in range(5, 9):
        assert tshark(prefs=made.PREFERENCES).fields(capture, "frame.number", filter=f"baichuan.handle == {value}")
    assert tshark(prefs=made.PREFERENCES).fields(capture, "baichuan.handle", filter="baichuan.handle") == [("5|6|7|8",)]


def test_the_elastic_mapping_has_no_key_twice(tshark):
    def look(pairs):
        names = [name for name, _ in pairs]
        assert len(names) == len(set(names))
        return dict(pairs)

    out = tshark().run(None, "-G", "elastic-mapping", "--elastic-mapping-filter", "baichuan,newcamd").out
    assert "baichuan_baichuan_msg_id" in out and json.loads(out, object_pairs_hook=look)
