"""Several device ids under one client id (docs/baichuan.md section 6.11): one session of the user."""

import itertools

import pytest

from tests.dissection.baichuan.messages import after_login, messages
from tests.dissection.state_rule import assert_state_rule
from tests.peers import baichuan_udp as udp
from tests.peers.baichuan import VERSION, Session, body
from tests.peers.baichuan_udp import Link
from tests.peers.pcap import Capture

PASSWORD = {"baichuan.password": "Secret-1"}
BIG = body("<a>" + "x" * 3000 + "</a>\n")  # three packets
USED, OTHER = 80, 96
STEPS = ("answer", "answer of the other", "C2D_DISC", "D2C_DISC", "hello", "nonce")
ORDERS = [order for order in itertools.permutations(STEPS) if order.index("hello") < order.index("nonce")]
WARNED = "_ws.expert.severity >= warning"


def play(capture, order, port=None, acks=True, **link):
    """A session whose first steps come in some order. port: of the device where it uses the other did."""
    link = Link(capture, did=USED, acks=acks, **link)
    session = Session()
    steps = {
        "answer": lambda: link.answer(),
        "answer of the other": lambda: link.answer(OTHER, port),
        "C2D_DISC": lambda: link.release("c", OTHER),
        "D2C_DISC": lambda: link.release("s", OTHER, port),
        "hello": lambda: link.client(session.hello()),
        "nonce": lambda: link.server(session.nonce_reply()),
    }
    for step in order:
        steps[step]()
    link.client(session.login())
    link.server(session.login_reply())
    link.client(session.message(80))
    link.server(session.reply(80, BIG))
    return link, session


def numbers(tshark, capture):
    """{client port: {session number, ...}} of data and acknowledgements."""
    found = {}
    for number, *ports in tshark().fields(capture, "baichuan.udp.session", "udp.srcport", "udp.dstport",
                                          filter="baichuan.udp_connection_id"):
        found.setdefault(max(map(int, ports)), set()).add(number)
    return found


@pytest.mark.parametrize("port", [None, 2018], ids=["one port", "two ports"])
def test_they_are_one_session_in_whatever_order_its_first_steps_come(tshark, tmp_path, port):
    capture = Capture()
    for n, order in enumerate(ORDERS):
        play(capture, order, port, client=("10.0.0.2", 20000 + n), cid=82000 + n)
    path = capture.write(tmp_path / "c.pcap")
    opened = tshark(prefs=PASSWORD)
    assert {client: len(found) for client, found in numbers(tshark, path).items()} == {20000 + n: 1 for n in range(len(ORDERS))}
    found = [m for m in messages(opened, path) if m["msg_id"] != 1]
    assert [(m["msg_id"], m["payload"]["xml"]) for m in found] == [(80, None), (80, BIG)] * len(ORDERS)
    assert opened.frames(path, WARNED) == []
    assert opened.frames(path, "baichuan.udp.retransmission || baichuan.expert.udp_held || baichuan.expert.udp_late") == []


@pytest.mark.parametrize("order", [STEPS, STEPS[1::-1] + STEPS[2:], ("hello", "nonce") + STEPS[:4]], ids=["first", "second", "late"])
def test_they_obey_the_state_rule(tshark, sharkd, tmp_path, order):
    capture = Capture()
    play(capture, order)
    assert_state_rule(tshark, sharkd, capture.write(tmp_path / "c.pcap"), {"baichuan"}, prefs=PASSWORD)


@pytest.mark.parametrize("used", [USED, OTHER])
def test_acknowledgements_of_nothing_to_each_are_of_the_one_session(tshark, tmp_path, used):
    capture = Capture()
    link = Link(capture, did=used, acks=True)
    for did in (USED, OTHER):
        link.answer(did)
    for did in (USED, OTHER, USED, OTHER):
        capture.udp(link.ends["c"], link.ends["s"], udp.ack_of_nothing(did))
    session = Session().play_login(link)
    capture.udp(link.ends["c"], link.ends["s"], udp.ack_of_nothing(USED + OTHER - used))
    link.server(session.reply(80, VERSION))
    path = capture.write(tmp_path / "c.pcap")
    assert numbers(tshark, path) == {53500: {"0"}}
    assert [m["payload"]["xml"] for m in after_login(tshark, path)] == [VERSION]


def test_a_session_goes_on_when_the_other_id_is_released_late(tshark, sharkd, tmp_path):
    """And its end is the end of the id in use, not of the other."""
    capture = Capture()
    link, session = play(capture, ("answer", "answer of the other", "hello", "nonce"))
    for did in (OTHER, USED):
        link.release("c", did)
        link.release("s", did)
        link.server(session.reply(did, VERSION))
    path = capture.write(tmp_path / "c.pcap")
    assert numbers(tshark, path) == {53500: {"0"}}
    assert [m["msg_id"] for m in after_login(tshark, path)] == [80, 80, OTHER, USED]
    assert_state_rule(tshark, sharkd, path, {"baichuan"}, prefs=PASSWORD)


def test_the_client_may_turn_to_the_other_id_when_nobody_answers(tshark, tmp_path):
    capture = Capture()
    link = Link(capture, did=USED)
    link.answer()
    link.answer(OTHER)
    session = Session()
    link.client(session.hello())
    link.ids["s"], link.next["c"] = OTHER, 0
    session.play_login(link)
    link.server(session.reply(80, VERSION))
    path = capture.write(tmp_path / "c.pcap")
    assert numbers(tshark, path) == {53500: {"0"}}
    assert [m["payload"]["xml"] for m in after_login(tshark, path)] == [VERSION]


@pytest.mark.parametrize("closed", [True, False])
def test_a_client_that_comes_again_with_its_id_has_another_session(tshark, sharkd, tmp_path, closed):
    """The end of the first one may not be in the capture, and its hello is the same."""
    capture = Capture()
    replies = []
    for did, nonce in ((USED, "7C3E19A0D4F25B86"), (OTHER, "0123456789ABCDEF")):
        link = Link(capture, did=did)
        link.answer()
        session = Session(nonce=nonce).play_login(link)
        replies.append(link.server(session.reply(80, VERSION))[0])
        if closed:
            link.close()
        capture.time += 5
    path = capture.write(tmp_path / "c.pcap")
    assert numbers(tshark, path) == {53500: {"0", "1"}}
    assert [(m["frame"], m["payload"]["xml"]) for m in after_login(tshark, path)] == [(frame, VERSION) for frame in replies]
    assert tshark(prefs=PASSWORD).frames(path, "baichuan.udp.retransmission || " + WARNED) == []
    assert_state_rule(tshark, sharkd, path, {"baichuan"}, prefs=PASSWORD)


@pytest.mark.parametrize("used", [USED, OTHER])
def test_the_nonce_of_a_cloud_login_is_that_of_the_id_in_use(tshark, tmp_path, used):
    capture = Capture()
    sessions = {USED: Session(nonce="7C3E19A0D4F25B86"), OTHER: Session(nonce="0123456789ABCDEF")}
    link = Link(capture, did=used)
    for did, session in sessions.items():
        link.answer(did, nc=session.nonce)
    session = sessions[used]
    link.client(session.login())
    link.server(session.login_reply())
    link.server(session.reply(80, VERSION))
    assert [m["payload"]["xml"] for m in after_login(tshark, capture.write(tmp_path / "c.pcap"))] == [VERSION]


def test_two_devices_at_two_addresses_are_two_sessions_under_one_client_id(tshark, tmp_path):
    capture = Capture()
    links = [Link(capture, device=(f"10.0.0.{n}", 16161), did=did) for n, did in ((1, USED), (3, OTHER))]
    sessions = [Session(nonce=nonce) for nonce in ("7C3E19A0D4F25B86", "0123456789ABCDEF")]
    for link in links:
        link.answer()
    for link, session in zip(links, sessions):
        session.play_login(link)
    for link, session in zip(links, sessions):
        link.server(session.reply(80, VERSION))
    path = capture.write(tmp_path / "c.pcap")
    assert numbers(tshark, path) == {53500: {"0", "1"}}
    assert [m["payload"]["xml"] for m in after_login(tshark, path)] == [VERSION, VERSION]


def test_many_ids_under_one_client_id_are_one_session(tshark, tmp_path):
    capture = Capture()
    link = Link(capture, did=1000)
    for did in range(1000, 1500):
        link.answer(did)
    session = Session().play_login(link)
    for did in range(1001, 1500):
        link.release("c", did)
    link.server(session.reply(80, VERSION))
    path = capture.write(tmp_path / "c.pcap")
    assert numbers(tshark, path) == {53500: {"0"}}
    assert [m["payload"]["xml"] for m in after_login(tshark, path)] == [VERSION]
