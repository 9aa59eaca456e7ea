"""newcamd called by name, without TCP below it or with less than TCP knows."""

import itertools

import pytest

from tests.dissection.newcamd import cases
from tests.peers import newcamd_exported as exported

CLIENT, SERVER = (bytes([10, 0, 0, 2]), 50000), (bytes([10, 0, 0, 1]), cases.PORT)
NAMES = {"newcamd": exported.DISSECTOR, "newcamd_tcp": exported.HEURISTIC, "newcamd_tcp_weak": exported.HEURISTIC}
CARRIERS = {"TCP": exported.TCP, "UDP": exported.UDP, "no ports": exported.NO_PORTS}


def conversation(path, name, ports, places):
    """Greeting, login, acknowledgement, ECM. places: whether the file has what TCP knew."""
    peer, sent, packets = cases.login(), [1, 1], []
    for side, data in ((1, peer.greeting), (0, peer.login()), (1, peer.ack()), (0, peer.ecm())):
        place = (sent[side], sent[side] + len(data), sent[1 - side]) if places else None
        packets.append(exported.pdu(NAMES[name], name, data, (CLIENT, SERVER)[side], (SERVER, CLIENT)[side], ports, place))
        sent[side] += len(data)
    return exported.write(path, packets)


@pytest.mark.parametrize("name, ports", itertools.product(NAMES, CARRIERS.values()), ids=str)
def test_without_places_nothing_is_taken(reader, tmp_path, name, ports):
    capture = conversation(tmp_path / "exported.pcap", name, ports, places=False)
    assert reader.frames(capture, "newcamd", args=("-2",)) == []


@pytest.mark.parametrize("name, carrier", itertools.product(NAMES, ("UDP", "no ports")), ids=str)
def test_places_of_another_carrier_are_not_believed(reader, tmp_path, name, carrier):
    capture = conversation(tmp_path / "exported.pcap", name, CARRIERS[carrier], places=True)
    assert reader.frames(capture, "newcamd", args=("-2",)) == []


def test_with_places_of_tcp_the_conversation_is_read(reader, tmp_path):
    capture = conversation(tmp_path / "exported.pcap", "newcamd", exported.TCP, places=True)
    rows = reader.fields(capture, "newcamd.command", filter="newcamd.command", args=("-2",))
    assert rows == [("0xe0",), ("0xe1",), ("0x80",)]
