"""XML of cameras is untrusted: what Wireshark's xml dissector gets, and what is only shown as text."""

import pytest

from tests.dissection.baichuan.messages import messages
from tests.peers import baichuan
from tests.peers.baichuan import PROLOG, Session
from tests.peers.pcap import Capture

HOSTILE = {
    "10000 levels": PROLOG + "<a>" * 10000 + "</a>" * 10000,
    "65 levels": PROLOG + "<a>" * 65 + "</a>" * 65,
    "unclosed": PROLOG + "<a>" * 5000,
    "levels behind an open comment": PROLOG + "<!-- >" + "<a>" * 5000,
    "levels that closing tags seem to take back": PROLOG + "<a><?x$?></a>" * 5000,
    "entities": '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "bbbb"><!ENTITY c "&b;&b;">]><a>&c;</a>',
    "external entity": '<?xml version="1.0"?><!DOCTYPE a SYSTEM "file:///etc/passwd"><a/>',
    "two megabytes": PROLOG + "<a>" + "x" * 2_000_000 + "</a>",
    "another encoding": '<?xml version="1.0" encoding="UTF-16LE"?><a/>',
}


def answer(tmp_path, xml):
    made = Capture()
    tcp = made.tcp(server=("10.0.0.1", 9000)).open()
    tcp.mss = 60000
    session = Session("none").play_login(tcp)
    tcp.server(session.reply(80, xml))
    tcp.server(session.reply(104, baichuan.VERSION))
    return made.write(tmp_path / "c.pcap")


@pytest.mark.parametrize("name", HOSTILE)
def test_hostile_xml_is_shown_as_text_only(tshark, tmp_path, name):
    capture = answer(tmp_path, HOSTILE[name])
    found = messages(tshark(), capture)[-2:]

    assert found[0]["payload"]["xml"] == HOSTILE[name]
    assert "xml" in found[0]["experts"]
    assert found[1]["payload"]["xml"] == baichuan.VERSION and found[1]["experts"] == []
    assert tshark().frames(capture, "baichuan.msg_id == 80 && xml") == []


def test_64_levels_are_a_tree(tshark, tmp_path):
    capture = answer(tmp_path, PROLOG + "<a>" * 64 + "</a>" * 64)

    assert len(tshark().frames(capture, "baichuan.msg_id == 80 && xml.tag")) == 1


@pytest.mark.parametrize("tail", ["\0", "\0\0\0\n", PROLOG])
def test_what_some_devices_append_does_no_harm(tshark, tmp_path, tail):
    capture = answer(tmp_path, baichuan.VERSION + tail)
    found = messages(tshark(), capture)

    assert found[-2]["experts"] == []
    assert len(tshark().frames(capture, 'baichuan.msg_id == 80 && xml.tag contains "VersionInfo"')) == 1


def test_the_xml_dissector_leaves_the_columns_alone(tshark, tmp_path):
    rows = tshark().fields(answer(tmp_path, baichuan.VERSION), "_ws.col.Protocol", "_ws.col.Info", filter="xml && baichuan")

    assert {protocol for protocol, _ in rows} == {"BC"}
    assert rows[-1][1] == "Reply 200 Get General Settings"


def test_invalid_utf8_does_no_harm(tshark, tmp_path):
    capture = answer(tmp_path, (PROLOG + "<body><a>\udcff\udcfe</a></body>").encode("utf-8", "surrogateescape").decode("latin-1"))

    assert len(tshark().frames(capture, "baichuan.payload.xml && baichuan.msg_id == 80")) == 1
