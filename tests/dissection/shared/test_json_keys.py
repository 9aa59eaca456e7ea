"""Objects of JSON for a search engine (-T ek) have no key of ours twice. 4.0 writes a field twice that stands below two others,
so only what documents of cameras nest may be twice there: a list in a list, and a value in a list and outside of it.
"""

import json

import pytest

from tests.batch import made
from tests.dissection import harness
from tests.dissection.baichuan.topic_documents import DOCUMENTS
from tests.peers.baichuan import CHANNEL, Session, body
from tests.peers.pcap import Capture

NESTED = {"baichuan_baichuan_item", "baichuan_baichuan_recording_alarm_type"}


def keys_twice(tshark, capture):
    """Keys of ours that an object has twice."""
    found = set()

    def look(pairs):
        names = [name for name, _ in pairs]
        found.update(name for name in names if names.count(name) > 1 and name.startswith(("baichuan", "newcamd")))
        return dict(pairs)

    for line in tshark.run(capture, "-2", "-T", "ek", "-J", "baichuan newcamd", "-Y", "baichuan or newcamd").out.splitlines():
        if line.strip():
            json.loads(line, object_pairs_hook=look)
    return sorted(found - NESTED if harness.wireshark_version() < (4, 4) else found)


@pytest.mark.parametrize("capture", sorted(harness.CAPTURES.glob("*/*.pcapng")), ids=lambda path: path.stem)
def test_samples(tshark, capture):
    tables = {path.name: path.read_text() for path in harness.KEYS.glob("*_keys")}
    assert keys_twice(tshark(files=tables), capture) == []


@pytest.mark.parametrize("seed", [0, 1, 2, 4])
def test_conversations(tshark, tmp_path, seed):
    assert keys_twice(tshark(prefs=made.PREFERENCES), made.write(tmp_path, seed)) == []


def test_documents_of_all_topics(tshark, path):
    capture = Capture()
    tcp = capture.tcp(server=("10.0.0.1", 9000)).open()
    tcp.mss = 60000
    session = Session("aes").play_login(tcp)
    for number, (msg_id, xml, _) in enumerate(DOCUMENTS.values()):
        tcp.server(session.reply(msg_id, body(xml), ext=CHANNEL, exchange=(number + 1) << 16))
    assert keys_twice(tshark(prefs=made.PREFERENCES), capture.write(path)) == []
