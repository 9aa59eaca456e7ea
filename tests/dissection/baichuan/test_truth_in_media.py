"""Whatever is lost, and with the key, with a wrong one, or with none: no media packet is shown that was not sent, and no
file has bytes that are not in what was sent, or lacks some without saying so."""

import random
import re

import pytest

from tests.dissection.baichuan.media_cases import packets, parts
from tests.peers import baichuan_media as media, baichuan_udp
from tests.peers.baichuan import Session, body
from tests.peers.pcap import Capture

KEYS = {"key": {"baichuan.password": "Secret-1"}, "wrong": {"baichuan.password": "Wrong-9"}, "none": {}}
EXCHANGE = 0x05000000


class Live:
    """A camera with one stream, at an address of its own; messages cut it anywhere, but in full AES, where a packet begins a
    message and has an encrypted range. late: the login is not in the capture. lost: something is missing."""

    def __init__(self, capture, number, carrier, cipher, seed, rate, late=False):
        self.random = random.Random(seed)
        self.address = f"10.0.0.{number + 10}"
        self.tcp = self.tcp_of(capture, number) if carrier == "tcp" else self.udp_of(capture, number)
        self.session, self.rate = Session(cipher), rate
        # Where the login is missing, the first payloads of a stream in an AES session may be what nobody opens.
        self.lost = late and cipher == "aes"
        if not late:
            self.session.play_login(self.tcp.open())
            self.tcp.client(self.session.message(3, body('<Preview version="1.1">\n<channelId>0</channelId>\n<handle>0</handle>\n'
                                                         "<streamType>mainStream</streamType>\n</Preview>\n"), exchange=EXCHANGE))
        self.film = media.film(seconds=3, fps=4, audio=media.aac, size=2500)
        stream = media.Stream(self.session, self.tcp, exchange=EXCHANGE)
        for message in self.full(stream) if cipher == "full" else self.cut(stream):
            if self.random.random() < rate:
                self.tcp.skip("s", len(message) if carrier == "tcp" else (len(message) + 1329) // 1330)
                self.lost = True
            else:
                self.tcp.server(message)

    def tcp_of(self, capture, number):
        return capture.tcp(client=("10.0.0.2", 50000 + number), server=(self.address, 9000))

    def udp_of(self, capture, number):
        return baichuan_udp.Link(capture, ("10.0.0.2", 50000 + number), (self.address, 16161), 82000 + number, 80 + number, acks=True)

    def cut(self, stream):
        wire = b"".join(packet.wire for packet in self.film)
        at = 0
        while at < len(wire):
            size = self.random.choice((1, 5, 30, 200, 1000, 1400))
            yield stream.message(wire[at:at + size])
            at += size

    def full(self, stream):
        for packet in self.film:
            yield stream.message(packet.wire[:1000], min(media.encrypt_len(packet), len(packet.wire[:1000])))
            for at in range(1000, len(packet.wire), 1000):
                yield self.session.reply(3, data=packet.wire[at:at + 1000], exchange=EXCHANGE)


@pytest.fixture(scope="module", params=[(carrier, cipher) for carrier in ("tcp", "udp") for cipher in ("none", "xor", "aes", "full")],
                ids="-".join)
def lives(request, tmp_path_factory):
    capture = Capture()
    made = [Live(capture, n, *request.param, n, rate, late)
            for n, (rate, late) in enumerate((rate, late) for rate in (0, 0.01, 0.05, 0.2) for late in (False, True)
                                             for _ in range(2))]
    return request.param[1], made, capture.write(tmp_path_factory.mktemp("truth") / "c.pcap")


@pytest.fixture(params=sorted(KEYS))
def opened(request, tshark):
    return request.param, tshark(prefs=KEYS[request.param])


def facts(part):
    return part.get("type"), part.number("size"), part.number("microseconds"), part.number("width")


def sent_facts(packet):
    info = packet.kind == "Info"
    return (packet.kind, None if info else len(packet.payload), packet.facts.get("microseconds"), packet.facts.get("width"))


def test_no_packet_is_shown_that_was_not_sent(lives, opened):
    (cipher, made, path), (key, tshark) = lives, opened
    sent = {sent_facts(packet) for live in made for packet in live.film}
    shown = [facts(part) for part in packets(parts(tshark, path))]

    assert [fact for fact in shown if fact not in sent] == []
    if cipher == "full" and key != "key":
        assert shown == []
    else:
        assert len(shown) > 0.4 * sum(len(live.film) for live in made)


def test_every_byte_of_a_file_was_sent_and_what_is_missing_is_told(lives, opened):
    (cipher, made, path), (key, tshark) = lives, opened
    files = {name: data for name, data in tshark.exported(path, "baichuan").items() if not name.endswith(".ts")}  # as sent
    video = {live.address: b"".join(p.payload for p in live.film if p.kind in ("I-frame", "P-frame")) for live in made}
    sound = {live.address: b"".join(p.payload for p in live.film if p.kind == "AAC") for live in made}
    for name, data in files.items():
        live, = [live for live in made if re.match(re.escape(live.address) + "[-_]", name)]
        whole = (video if name.endswith("h264") else sound)[live.address]
        assert data == whole or "-incomplete" in name, name
        assert not (data == whole and not live.lost and "-incomplete" in name), name
    if cipher == "full" and key != "key":
        assert files == {}
    else:
        healthy = {live.address for live in made if not live.rate and live.session.cipher != "full"}
        assert healthy <= {re.split("[-_]", name)[0] for name in files}


def test_complaints_about_media_are_about_losses(lives, opened):
    (_, made, path), (_, tshark) = lives, opened
    lossy = {live.address for live in made if live.lost}
    rows = tshark.fields(path, "ip.src", "_ws.expert.message",
                         filter="baichuan.expert.media_incomplete || baichuan.expert.media_skipped || baichuan.expert.media_hole")
    assert {address for address, _ in rows} <= lossy
