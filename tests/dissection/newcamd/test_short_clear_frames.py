"""Frames in clear that end before their message does: nothing behind them is read, and what follows is read as ever."""

import struct

import pytest

from tests.dissection.newcamd import cases
from tests.peers import newcamd, pcap

SHORT = range(9, 13)  # lengths of a frame, of which the header of version 525 takes 10 and its message 3


def short_frames(path, side):
    """A connection in clear; one side sends a frame of each length, then an ECM goes its way."""
    capture, peer = pcap.Capture(), cases.login()
    tcp = capture.tcp().open()
    tcp.server(peer.greeting)
    tcp.client(peer.clear_login())
    tcp.server(peer.clear(newcamd.message(newcamd.LOGIN_ACK), msg_id=1))
    for length in SHORT:
        tcp.send(side, struct.pack("!H", length) + b"\0\5" + b"\xfe" * (length - 2))
    tcp.client(peer.clear(newcamd.message(newcamd.ECM_EVEN, b"x" * 20), msg_id=7))
    return capture.write(path)


@pytest.mark.parametrize("args", [(), ("-2",)], ids=["one pass", "two passes"])
@pytest.mark.parametrize("side", ["c", "s"])
def test_each_short_frame_has_its_expert_item_and_no_command(reader, tmp_path, side, args):
    rows = reader.fields(short_frames(tmp_path / "short.pcap", side), "newcamd.length", "newcamd.command",
                         filter="newcamd.expert.clear_length", args=args)
    assert rows == [(str(length), "") for length in SHORT]


@pytest.mark.parametrize("side", ["c", "s"])
def test_the_message_behind_short_frames_is_read(reader, tmp_path, side):
    rows = reader.fields(short_frames(tmp_path / "short.pcap", side), "newcamd.command", filter="newcamd.command")
    assert rows == [("0xe0",), ("0xe1",), ("0x80",)]


def test_hide_secrets_masks_a_short_frame_behind_its_header(tshark, tmp_path):
    hiding = tshark(tables=cases.TABLE, prefs={"newcamd.hide_secrets": "TRUE"})
    rows = hiding.fields(short_frames(tmp_path / "short.pcap", "s"), "newcamd.undecoded", filter="newcamd.expert.clear_length")
    assert [row[0][:20] for row in rows] == [("0005" + "fe" * (length - 2))[:20] for length in SHORT]
    assert all("fe" not in row[0][20:] for row in rows)


def test_the_shortest_message_of_all_is_whole(reader, tmp_path):
    capture, peer = pcap.Capture(), cases.login()
    tcp = capture.tcp().open()
    tcp.server(peer.greeting)
    tcp.client(peer.clear_login())
    tcp.server(peer.clear(newcamd.message(newcamd.LOGIN_ACK), msg_id=1))
    tcp.client(peer.clear(newcamd.message(newcamd.CARD_REQUEST), msg_id=2))
    path = capture.write(tmp_path / "whole.pcap")
    assert reader.fields(path, "newcamd.length", filter="newcamd.command == 0xe3") == [("13",)]
    assert reader.frames(path, "newcamd.expert.clear_length") == []
