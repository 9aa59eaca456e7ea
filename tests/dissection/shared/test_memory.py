"""Memory: nothing is lost when captures are opened one after the other, and a conversation costs its messages."""

import pytest

from tests.dissection import harness
from tests.dissection.newcamd import cases as newcamd_cases
from tests.peers import baichuan, newcamd
from tests.peers.pcap import Capture

LOADS, SHOWN = 10, 250
LEAST, MOST = 50_000, 100_000  # messages of a conversation
BYTES_A_MESSAGE = 400          # budget of the design, beyond what Wireshark takes for the same packets
KEYS = {"newcamd_keys": (harness.KEYS / "newcamd_keys").read_text() + f'"","","{newcamd_cases.DESKEY}","anna","sesame","mine"\n',
        "baichuan_keys": (harness.KEYS / "baichuan_keys").read_text() + '"","admin","Secret-1","","","mine"\n'}


def newcamd_conversation(path, count):
    """Requests and replies, half of the messages each."""
    capture, peer = Capture(), newcamd_cases.login()
    tcp = newcamd.connect(capture, peer)
    pairs = [(peer.ecm(msg_id=n), peer.cw(msg_id=n)) for n in range(2, 1002)]
    for n in range(count // 2):
        request, reply = pairs[n % len(pairs)]
        tcp.client(request)
        tcp.server(reply)
    return capture.write(path)


def baichuan_conversation(path, count):
    capture = Capture()
    tcp = capture.tcp(server=("10.0.0.1", 9000)).open()
    session = baichuan.Session("aes").play_login(tcp)
    pairs = [(session.message(80, ext=baichuan.CHANNEL, exchange=n << 16), session.reply(80, baichuan.VERSION, exchange=n << 16))
             for n in range(1000)]
    for n in range(count // 2):
        request, reply = pairs[n % len(pairs)]
        tcp.client(request)
        tcp.server(reply)
    return capture.write(path)


CONVERSATIONS = {"newcamd": newcamd_conversation, "baichuan": baichuan_conversation}


@pytest.fixture(scope="module", params=CONVERSATIONS)
def grown(request, stage, plain, tmp_path_factory):
    """{messages: bytes that our plugins take}, and the protocol."""
    folder = tmp_path_factory.mktemp("memory")
    taken = {}
    for count in (1000, LEAST, MOST):
        capture = CONVERSATIONS[request.param](folder / f"{request.param}-{count}.pcap", count)
        used, floor = harness.usage(stage, capture, files=KEYS), harness.usage(plain.stage, capture)
        taken[count] = (used.mebibytes - floor.mebibytes) * 2**20
    print(f"{request.param}: {(taken[MOST] - taken[1000]) / (MOST - 1000):.0f} bytes a message")
    return taken


@harness.ONCE
def test_a_message_costs_no_more_than_the_budget(grown):
    assert (grown[MOST] - grown[1000]) / (MOST - 1000) <= BYTES_A_MESSAGE


@harness.ONCE
def test_a_conversation_grows_with_its_messages(grown):
    """The second half costs what the first one does, but for the steps in which allocators grow."""
    assert grown[MOST] - grown[LEAST] <= 1.25 * (grown[LEAST] - grown[1000]) + 4 * 2**20


def loads(stage, captures, count, files=None):
    """A sharkd that has opened captures, each in turn, and shown the first of their frames. Gives the memory that it has
    after each (KiB), and what it has said at its end."""
    session = harness.Sharkd(stage, captures[0], files=files)
    sizes = []
    for turn in range(count):
        session.request("load", file=str(stage.file(captures[turn % len(captures)])))
        for number in range(1, min(SHOWN, session.request("status")["frames"]) + 1):
            session.frame(number)
        sizes.append(session.memory())
    session.end()
    return sizes, session.stderr()


@pytest.mark.skipif(not harness.SANITIZE, reason="the sanitizer is what finds it")
def test_ten_loads_lose_nothing_of_ours():
    captures = sorted(harness.CAPTURES.glob("*/*.pcapng"))
    stage = harness.Stage(leaks="whole")
    try:
        _, said = loads(stage, captures, max(LOADS, len(captures)), files=KEYS)
    finally:
        stage.close()

    # Its own are what Wireshark loses, and show that the search was made.
    assert "LeakSanitizer" in said
    assert harness.our_leaks(said) == []


@pytest.mark.skipif(harness.SANITIZE, reason="sanitized programs keep what was freed")
def test_ten_loads_do_not_grow(stage, plain, tmp_path):
    """What is only reachable by us is lost all the same. The capture is one whose state would be seen."""
    captures = [make(tmp_path / f"{name}.pcap", 4000) for name, make in CONVERSATIONS.items()]
    ours, theirs = (loads(which, captures, LOADS, files)[0] for which, files in ((stage, KEYS), (plain.stage, None)))

    # 8,000 messages at 100 bytes each, in the eight loads behind the first of each
    assert (ours[-1] - ours[1]) - (theirs[-1] - theirs[1]) < 8 * 4000 * 100 / 1024
