"""newcamd: control words of a service that stand still or go back."""

import pytest

from tests.dissection import state_rule
from tests.dissection.newcamd import cases
from tests.peers import newcamd

A, B, C, D = (bytes([first, 2, 3, first + 5, 4, 5, 6, 15]).hex() for first in (0x11, 0x22, 0x33, 0x44))
ZERO = "00" * 8
NAMES = {"1": "new", "2": "repeated", "3": "backwards"}


def replies(path, *rows):
    """An ECM of its own and its reply for each row: (even word, odd word, keywords of the ECM)."""
    capture, peer, tcp = cases.connected()
    for number, (even, odd, *keywords) in enumerate(rows):
        words = {"data": newcamd.ECM_DATA + bytes([number]), **(keywords[0] if keywords else {})}
        tcp.client(peer.ecm(newcamd.ECM_EVEN + number % 2, msg_id=number + 2, **words))
        tcp.server(peer.cw(even, odd, newcamd.ECM_EVEN + number % 2, msg_id=number + 2))
    return capture.write(path)


def orders(reader, path, args=()):
    rows = reader.fields(path, "newcamd.cw.order", filter="newcamd.cw.even", args=args)
    return [NAMES.get(value, "") for (value,) in rows]


@pytest.mark.parametrize("rows, expected", [
    ([(A, B), (C, B), (C, D)], ["new", "new", "new"]),
    ([(A, B), (A, B), (A, B)], ["new", "repeated", "repeated"]),
    ([(A, B), (C, B), (A, B), (A, D)], ["new", "new", "backwards", "new"]),
    ([(A, B), (ZERO, D), (C, ZERO), (ZERO, ZERO)], ["new", "new", "new", "repeated"]),
    ([(A, B), (C, D), ("aa" * 8, B), (C, "bb" * 8)], ["new"] * 4),
    ([(A, B), (A, B, {"sid": 2}), (A, B, {"caid": 0x0B00}), (A, B, {"caid": 0x0B00, "provider": 1})], ["new"] * 4),
    ([(A, B, {"data": b"one"}), (A, B, {"data": b"one"})], ["new", "repeated"]),
], ids=["in turn", "standing still", "going back", "unchanged halves", "two streams of ECMs", "several services",
        "tags apart"])
@pytest.mark.parametrize("args", [(), ("-2",)], ids=["one pass", "two passes"])
def test_the_order_of_control_words_is_named(reader, path, rows, expected, args):
    assert orders(reader, replies(path, *rows), args) == expected


def test_the_same_ecm_once_more_says_nothing_about_the_order(reader, path):
    capture, peer, tcp = cases.connected()
    for number in (2, 3):
        tcp.client(peer.ecm(msg_id=number))
        tcp.server(peer.cw(msg_id=number))
    assert orders(reader, capture.write(path)) == ["new", ""]


def test_words_that_nobody_asked_for_have_no_order(reader, path):
    capture, peer, tcp = cases.connected()
    tcp.server(peer.cw(msg_id=77))
    tcp.client(peer.frame(newcamd.message(0xC0, bytes.fromhex(A + B)), msg_id=4))
    assert not reader.frames(capture.write(path), "newcamd.cw.order")


def test_the_order_is_told_of_hidden_words(tshark, path):
    hiding = tshark(tables=cases.TABLE, prefs={"newcamd.hide_secrets": "TRUE"})
    assert orders(hiding, replies(path, (A, B), (A, B))) == ["new", "repeated"]


def test_the_state_rule_holds(tshark, sharkd, path):
    replies(path, (A, B), (A, B), (C, B), (A, B))
    assert state_rule.assert_state_rule(tshark, sharkd, path, ["newcamd"], tables=cases.TABLE) == 13
