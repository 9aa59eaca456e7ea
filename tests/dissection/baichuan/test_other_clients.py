"""Clients and cameras that do things otherwise than most: what docs/baichuan.md says of them."""

import pytest

from tests.dissection.baichuan.messages import after_login, messages
from tests.dissection.state_rule import assert_state_rule
from tests.peers import baichuan
from tests.peers.baichuan import VERSION

PASSWORD = {"baichuan.password": "Secret-1"}


def obeys(tshark, sharkd, capture):
    return assert_state_rule(tshark, sharkd, capture, {"baichuan"}, prefs=PASSWORD)


def info_of(tshark, capture, frame):
    ((info,),) = tshark(prefs=PASSWORD).fields(capture, "_ws.col.Info", filter=f"frame.number == {frame}")
    return info


# ---- replies in the class of requests (section 1.3) ---------------------------------------------------------------


@pytest.mark.parametrize("msg_class", [baichuan.DEVICE, baichuan.REQUEST, baichuan.DOWNLOAD])
def test_a_reply_is_one_in_every_class(tshark, sharkd, play, msg_class):
    p = play()
    (request,) = p.tcp.client(p.session.message(80))
    (reply,) = p.tcp.server(p.session.message(80, VERSION, msg_class=msg_class, code=200))
    capture = p.write()
    assert [info_of(tshark, capture, frame) for frame in (request, reply)] == ["Get Version Info", "Reply 200 Get Version Info"]
    assert tshark(prefs=PASSWORD).fields(capture, "baichuan.response_to", filter=f"frame.number == {reply}") == [(str(request),)]
    obeys(tshark, sharkd, capture)


def test_a_status_tells_the_camera_where_the_login_is_not_captured(tshark, play):
    p = play("none")
    p.capture.frames.clear()
    (reply,) = p.tcp.server(p.session.message(80, VERSION, msg_class=baichuan.REQUEST, code=200))
    (request,) = p.tcp.client(p.session.message(104, exchange=0x00020000))
    (answer,) = p.tcp.server(p.session.message(104, VERSION, msg_class=baichuan.REQUEST, code=200, exchange=0x00020000))
    capture = p.write()
    assert info_of(tshark, capture, reply) == "Reply 200 Get Version Info"
    assert tshark().fields(capture, "baichuan.response_to", filter="baichuan.response_to") == [(str(request),)]
    assert info_of(tshark, capture, answer).startswith("Reply 200 ")


@pytest.mark.parametrize("status", [0, 200])
def test_the_clients_answer_to_a_keep_alive_is_no_reply_of_the_camera(tshark, play, status):
    """aio answers with 0, nodelink with 200 (section 3.4)."""
    p = play()
    p.tcp.server(p.session.message(234, msg_class=baichuan.DEVICE, exchange=0x00090000))
    (answer,) = p.tcp.client(p.session.message(234, code=status, exchange=0x00090000))
    p.tcp.client(p.session.message(80))
    p.tcp.server(p.session.reply(80, VERSION))
    capture = p.write()
    assert not info_of(tshark, capture, answer).startswith("Reply")
    assert [m["experts"] for m in after_login(tshark, capture)] == [[]] * 4


# ---- classes with a header of their own (sections 1.3 and 1.4) ----------------------------------------------------


@pytest.mark.parametrize("word", [0, 7, 0x30303030])
def test_class_ffff_has_24_bytes_whose_last_word_is_no_offset(tshark, sharkd, play, word):
    """As the reply to 124 of an Argus Solar."""
    p = play()
    (request,) = p.tcp.client(p.session.message(124))
    data = p.session.encrypt(VERSION, 0)
    p.tcp.server(baichuan.header(124, len(data), 0xFFFF, 200, 0x00010000, word) + data + p.session.reply(80, VERSION))
    capture = p.write()
    _, reply, push = after_login(tshark, capture, links=("response_to", "last_word"))
    assert (reply["msg_class"], reply["bin_offset"], int(reply["last_word"], 0)) == (0xFFFF, None, word)
    assert (reply["payload"]["xml"], reply["extension"]["xml"], reply["response_to"]) == (VERSION, None, str(request))
    assert (reply["experts"], push["lost"], push["payload"]["xml"]) == ([], None, VERSION)
    obeys(tshark, sharkd, capture)


@pytest.mark.parametrize("lost", [0, 10])
def test_class_ffff_is_found_after_a_loss_and_at_the_start_of_a_capture(tshark, play, lost):
    p = play()
    data = p.session.encrypt(VERSION, 0)
    p.tcp.skip("s", lost)
    p.tcp.server(baichuan.header(124, len(data), 0xFFFF, 200, 0x00010000, 0x30303030) + data)
    (found,) = after_login(tshark, p.write())
    assert (found["msg_id"], found["payload"]["xml"]) == (124, VERSION)


@pytest.mark.parametrize("short, word", [(True, 0x30303030), (True, 0), (False, 0), (False, 7), (False, 0x30303030)])
def test_the_next_header_decides_about_a_class_that_nobody_knows(tshark, sharkd, play, short, word):
    """word: what the header ends with, or what the body begins with."""
    p = play("none")
    data = VERSION.encode()
    if short:
        data = word.to_bytes(4, "little") + data
    head = baichuan.header(124, len(data), 0x1234, 200, 0x00010000, word, short=short)
    p.tcp.server(head + data + p.session.reply(80, VERSION))
    capture = p.write()
    one, two = after_login(tshark, capture, prefs={})
    assert (one["msg_id"], one["bin_offset"], two["msg_id"], two["lost"]) == (124, None if short else word, 80, None)
    shown = one["payload"]
    assert (data in (shown["data"], shown["encrypted"])) if short else (shown["xml"] == VERSION)
    obeys(tshark, sharkd, capture)


@pytest.mark.parametrize("word", [0, 7])
def test_an_unknown_class_at_the_end_of_the_bytes_leaves_none_over(tshark, play, word):
    p = play("none")
    data = VERSION.encode()
    p.tcp.server(baichuan.header(124, len(data), 0x1234, 200, 0x00010000, word) + data)
    p.tcp.client(p.session.message(80))
    p.tcp.server(p.session.reply(80, VERSION))
    found = after_login(tshark, p.write(), prefs={})
    assert [(m["msg_id"], m["lost"]) for m in found] == [(124, None), (80, None), (80, None)]
    assert found[0]["payload"]["xml"] == VERSION
