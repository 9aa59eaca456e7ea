"""BC shows the same whatever the order in which frames are looked at."""

import random

import pytest

from tests.dissection import harness
from tests.dissection.state_rule import assert_state_rule
from tests.dissection.baichuan.test_xml import HOSTILE
from tests.peers import baichuan
from tests.peers.baichuan import CHANNEL, VERSION, Session
from tests.peers.pcap import Capture

KEYS = {
    "key": {"baichuan_keys": (harness.KEYS / "baichuan_keys").read_text()},
    "wrong key": {"baichuan_keys": '"","","Not-This-One","","",""\n"","","","0000000000000000","",""\n'},
    "no key": {},
}
PASSWORD = {"baichuan.password": "Secret-1"}
PROTOCOLS = {"baichuan"}


@pytest.mark.parametrize("keys", KEYS.values(), ids=KEYS)
@pytest.mark.parametrize("capture", sorted((harness.CAPTURES / "baichuan").glob("*.pcapng")), ids=lambda p: p.stem)
def test_recorded_captures_obey_the_state_rule(tshark, sharkd, capture, keys):
    assert assert_state_rule(tshark, sharkd, capture, PROTOCOLS, files=keys) > 40


# ---- generated ----------------------------------------------------------------------------------------------------


@pytest.fixture
def connections(tmp_path):
    """connections(): the next connection of one capture; connections.write() gives its path."""

    class Connections:
        def __init__(self):
            self.capture = Capture()
            self.port = 50000

        def __call__(self):
            self.port += 1
            return self.capture.tcp(client=("10.0.0.2", self.port), server=("10.0.0.1", 9000)).open()

        def write(self):
            return self.capture.write(tmp_path / "c.pcap")

    return Connections()


@pytest.mark.parametrize("prefs", [PASSWORD, {"baichuan.password": "wrong"}, {}], ids=["key", "wrong key", "no key"])
def test_every_encryption(tshark, sharkd, connections, prefs):
    video = bytes(range(256))
    for cipher, negotiated in (("none", 0), ("xor", 1), ("aes", 2), ("aes", 3), ("full", 0x12), ("aes", 1), ("xor", 2), ("aes", 0x7F)):
        tcp = connections()
        session = Session(cipher, negotiated=negotiated, requested=3, xor_offset=negotiated).play_login(tcp)
        tcp.client(session.message(26, VERSION, ext=CHANNEL, exchange=0x8C))
        tcp.server(session.reply(26, "\n" + VERSION, exchange=0x8C))
        tcp.server(session.reply(3, ext=baichuan.extension(binaryData=1), data=video))
        tcp.server(session.reply(3, data=video))
        if cipher == "full":
            for encrypt_len, encrypt_pos in ((24, None), (1000, None), (8, 16)):
                tcp.server(session.full(3, video, encrypt_len, encrypt_pos))

    assert assert_state_rule(tshark, sharkd, connections.write(), PROTOCOLS, prefs=prefs) == 8 * 8 + 3


def test_every_header(tshark, sharkd, connections):
    tcp = connections()
    for magic in (0x0ABCDEF0, 0x0FEDCBA0, 0x0FEDCDA0):
        session = Session("none", magic=magic).play_login(tcp)
        tcp.server(session.reply(80, VERSION))
    for msg_class in (baichuan.REQUEST, baichuan.DEVICE, baichuan.DOWNLOAD, baichuan.LEGACY, baichuan.SHORT):
        data = VERSION.encode()
        tcp.server(baichuan.header(8, len(data), msg_class, 200) + data)
    tcp.server(baichuan.header(76, 30, baichuan.DEVICE, 200, short=True) + b"2123" + b"A" * 26)
    tcp.server(baichuan.header(80, 4, payload_offset=5) + b"body" + session.message(104, VERSION))

    assert assert_state_rule(tshark, sharkd, connections.write(), PROTOCOLS) == 3 * 5 + 5 + 2


def test_documents_that_are_not_shown_as_a_tree(tshark, sharkd, connections):
    tcp = connections()
    tcp.mss = 60000
    session = Session("none").play_login(tcp)
    for xml in HOSTILE.values():
        tcp.server(session.reply(80, xml))

    assert assert_state_rule(tshark, sharkd, connections.write(), PROTOCOLS) >= 4 + len(HOSTILE)


# ---- losses, cuts and orders by chance ------------------------------------------------------------------------------


def message_by_chance(chance, session, number):
    items = "".join(f"<i{i}>value {i}</i{i}>\n" for i in range(chance.choice([20, 200, 900])))
    exchange = number << 16
    kinds = [
        lambda: session.reply(80, VERSION, exchange=exchange),
        lambda: session.reply(104, baichuan.body(f"<S>\n{items}</S>\n"), ext=CHANNEL, exchange=exchange),
        lambda: session.reply(3, ext=baichuan.extension(binaryData=1), data=chance.randbytes(chance.choice([10, 3000, 12000])),
                              exchange=exchange),
        lambda: session.reply(115, exchange=exchange),
        lambda: session.message(5, data=chance.randbytes(2000), exchange=7, code=0x7CFC, msg_class=0x6AB3),
        lambda: chance.randbytes(chance.choice([1, 10, 100, 2000])) + b"\xf0\xde\xbc\x0a" * chance.choice([0, 1, 3]),
    ]
    return chance.choice(kinds)()


# Where nobody reorders, TCP of newer versions hands over late segments on the first pass that later ones take for
# retransmissions.
LATE_SEGMENTS_COME = harness.wireshark_version() < (4, 4)


def segments_by_chance(chance, capture, tcp, stream):
    tcp.mss = max(chance.choice([300, 1448, 9000]), len(stream) // 150)
    count = len(range(0, len(stream), tcp.mss))
    order = list(range(count))
    for _ in range(chance.choice([0, 0, 5])):
        i = chance.randrange(max(count - 1, 1))
        if LATE_SEGMENTS_COME:
            order[i:i + 2] = order[i:i + 2][::-1]
    loss = chance.choice([0, .02, .2])
    frames = tcp.server(stream, lose={i for i in range(count) if chance.random() < loss}, order=order)
    cut = chance.choice([0, .05, .5])
    for frame in frames:
        if chance.random() < cut:
            time, packet, length = capture.frames[frame - 1]
            capture.frames[frame - 1] = (time, packet[:40 + chance.randrange(1, max(2, len(packet) - 40))], length)


@pytest.mark.parametrize("on_error", ["TRUE", "FALSE"])
@pytest.mark.parametrize("seed", [0, 3, 21, 23, 33, 36])
def test_losses_cuts_and_orders_by_chance(tshark, sharkd, tmp_path, seed, on_error):
    """on_error FALSE: TCP hands over segments that are out of order."""
    chance = random.Random(seed)
    capture = Capture(step=0.000002)  # within a round trip: later ones are retransmissions to TCP
    tcp = capture.tcp(server=("10.0.0.1", 9000)).open()
    session = Session(chance.choice(["none", "xor", "aes", "full"])).play_login(tcp)
    stream = b"".join(message_by_chance(chance, session, number) for number in range(30))
    segments_by_chance(chance, capture, tcp, stream)

    prefs = {**PASSWORD, "tcp.no_subdissector_on_error": on_error}
    assert assert_state_rule(tshark, sharkd, capture.write(tmp_path / "c.pcap"), PROTOCOLS, prefs=prefs) > 4
