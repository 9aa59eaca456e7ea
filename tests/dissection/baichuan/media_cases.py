"""Media packets out of tshark's JSON, and a capture with one connection for each case of the media tests.

One capture, so that a few runs of tshark serve all tests. Connections are told apart by their server port.
"""

import hashlib

from tests.dissection import harness
from tests.dissection.baichuan.messages import experts, named
from tests.peers import baichuan_media as media
from tests.peers.baichuan import Session, body
from tests.peers.pcap import Capture

KEYS = {"baichuan.password": "Secret-1"}
REASSEMBLE = {**KEYS, "baichuan.reassemble_media": "TRUE"}


class Part:
    """What one message, or one packet of it, shows of one media packet."""

    def __init__(self, frame, port, msg_id, tree):
        self.frame, self.port, self.msg_id, self.tree = frame, port, msg_id, tree

    def get(self, name):
        """The text of baichuan.media.<name>; None if it is not there."""
        return next(iter(named(self.tree, f"baichuan.media.{name}")), None)

    def number(self, name):
        value = self.get(name)
        return None if value is None else int(value, 0)

    @property
    def data(self):
        return bytes.fromhex((self.get("data") or "").replace(":", ""))

    @property
    def experts(self):
        return experts(self.tree)


def parts(tshark, capture):
    """Every Part of a capture, in the order of the tree."""
    found = []
    for layers in tshark.packets(capture, "tcp", "udp", "baichuan", filter="baichuan.media"):
        carrier = "tcp" if "tcp" in layers else "udp"
        ports = {int(layers[carrier][f"{carrier}.{end}port"]) for end in ("src", "dst")}
        for tree in harness.as_list(layers["baichuan"]):
            msg_id = int(next(iter(named(tree, "baichuan.msg_id")), 0))
            for item in named(tree, "baichuan.media"):
                found.append(Part(int(layers["frame"]["frame.number"]), min(ports), msg_id,
                                  item if isinstance(item, dict) else {}))
    return found


def packets(found):
    """The parts in which a packet is shown with its fields."""
    return [part for part in found if part.get("type")]


def pieces(found):
    """SHA-256 of each packet's bytes, put together from its parts: links and sizes say what belongs together."""
    collected = {}
    sizes = {}
    for part in found:
        if part.get("type") and part.get("type") != "Info":
            key = (part.number("begins_in") or part.frame, part.get("stream"), part.get("number"))
            collected[key] = part.data
            sizes[key] = part.number("size")
        elif part.data:
            open_ones = [k for k, size in sizes.items() if k[0] == part.number("begins_in") and len(collected[k]) < size]
            assert len(open_ones) == 1
            collected[open_ones[0]] += part.data
    return sorted(hashlib.sha256(data).hexdigest() for data in collected.values())


class Cases:
    """The capture, and what was put into it: {name: (port, [Packet, ...] in the order in which they end)}."""

    def __init__(self, path):
        self.capture = Capture(step=0.01)
        self.port = 39000  # from here on nobody else has registered one
        self.sent = {}
        for make in (self.cut_headers, self.several_streams, self.audio_cut, self.loss, self.loss_between, self.full_aes,
                     self.hub, self.units, self.slices, self.recordings, self.file, self.begins_late, self.talk, self.again,
                     self.garbage, self.stutter):
            make()
        self.path = self.capture.write(path)

    def connection(self, name, cipher="aes", login=True):
        self.port += 1
        tcp = self.capture.tcp(server=("10.0.0.1", self.port)).open()
        session = Session(cipher)
        if login:
            session.play_login(tcp)
        self.sent[name] = (self.port, [])
        return session, tcp, self.sent[name][1]

    def ask(self, session, tcp, exchange=0x05000000, msg_id=3, stream="mainStream", handle=0):
        tcp.client(session.message(msg_id, body(f'<Preview version="1.1">\n<channelId>0</channelId>\n<handle>{handle}</handle>\n'
                                                f"<streamType>{stream}</streamType>\n</Preview>\n"), exchange=exchange))

    def cut_headers(self):
        """Each packet is cut once, one byte later than the one before: through headers, parameter sets, padding."""
        session, tcp, sent = self.connection("cut headers")
        self.ask(session, tcp)
        stream = media.Stream(session, tcp)
        sent.append(media.info())
        stream.send_packets(sent)
        at = 913_440_000
        for kind in ("I-frame", "P-frame", "AAC", "ADPCM", "Info"):
            for cut in range(1, 50 if kind == "I-frame" else 35):
                at += 50_000
                packet = {"I-frame": lambda: media.video(media.key_frame_264(20, cut), True, at, additional=media.clock(at)),
                          "P-frame": lambda: media.video(media.p_frame_264(20, cut), False, at),
                          "AAC": lambda: media.aac(20, seed=cut),
                          "ADPCM": lambda: media.adpcm(21, seed=cut),
                          "Info": media.info}[kind]()
                if cut < len(packet):
                    stream.send_packets([packet], cuts=[cut])
                    sent.append(packet)

    def several_streams(self):
        """Main and sub stream, a second channel of an NVR, and replay, message by message in turns, cut anywhere."""
        session, tcp, sent = self.connection("several streams")
        wires = []
        for n, (msg_id, exchange, codec, audio) in enumerate([(3, 0x05000000, "H264", media.adpcm),
                                                              (3, 0x06000100, "H265", media.aac),
                                                              (3, 0x07000001, "H264", None),
                                                              (5, 0x00000009, "H265", media.aac)]):
            self.ask(session, tcp, exchange, msg_id, handle=n)
            film = media.film(seconds=1, fps=4, codec=codec, channel=n, audio=audio, start=13_000_000_000 * n)
            sent.append(film)
            wire = b"".join(packet.wire for packet in film)
            size = 101 + 40 * n
            wires.append((media.Stream(session, tcp, msg_id, exchange),
                          [wire[at:at + size] for at in range(0, len(wire), size)]))
        while any(pieces for _, pieces in wires):
            for stream, pieces in wires:
                if pieces:
                    stream.send(pieces.pop(0))

    def audio_cut(self):
        """The codec's header in audio packets is cut at each of its bytes."""
        session, tcp, sent = self.connection("audio cut")
        self.ask(session, tcp)
        stream = media.Stream(session, tcp)
        for cut in range(8, 17):
            pair = [media.aac(30, seed=cut), media.adpcm(30, predictor=-100 * cut, index=cut, seed=cut)]
            for packet in pair:
                stream.send_packets([packet], cuts=[cut])
            sent += pair

    def loss(self):
        """A segment inside the first key frame is lost. The messages after it go on inside that frame."""
        session, tcp, sent = self.connection("loss")
        self.ask(session, tcp)
        stream = media.Stream(session, tcp)
        film = media.film(seconds=2, fps=3, size=9000, audio=media.aac)
        sent += film
        wire = b"".join(packet.wire for packet in film)
        for n, at in enumerate(range(0, len(wire), 4000)):
            stream.send(wire[at:at + 4000], lose=(1,) if n == 1 else ())

    def loss_between(self):
        """Each packet begins a message; one message is lost altogether."""
        session, tcp, sent = self.connection("loss between")
        self.ask(session, tcp)
        stream = media.Stream(session, tcp)
        for n, packet in enumerate(media.film(seconds=1, fps=5)):
            stream.send(packet.wire, lose=(0,) if n == 3 else ())
            sent.append(packet)

    def full_aes(self):
        session, tcp, sent = self.connection("full aes", "full")
        self.ask(session, tcp)
        sent += media.film(seconds=1, fps=4, codec="H265", audio=media.aac, size=1500)
        media.Stream(session, tcp).send_full(sent, media.encrypt_len)

    def hub(self):
        """The header says H264, the bytes are H.265."""
        session, tcp, sent = self.connection("hub")
        self.ask(session, tcp)
        sent.append(media.info())
        for n in range(3):
            payload = media.key_frame_265(seed=n) if n == 0 else media.p_frame_265(seed=n)
            sent.append(media.video(payload, n == 0, 1_000_000 + 100_000 * n, "H264"))
        media.Stream(session, tcp).send_packets(sent)

    def units(self):
        """NAL units of all sorts, and one that is longer than what is kept of it."""
        session, tcp, sent = self.connection("units")
        self.ask(session, tcp)
        long_sei = media.SEI_264[:2] + media.noise(5000) + b"\x80"
        sent.append(media.video(media.annex_b(media.SPS_264, media.PPS_264, long_sei, b"\x7c\x85" + media.noise(20),
                                              media.IDR_264 + media.noise(400), media.IDR_264 + media.noise(30, 2)),
                                True, 5_000_000))
        media.Stream(session, tcp).send_packets(sent)

    def slices(self):
        """A picture of two H.265 slices; the first bit of a slice says whether it begins the picture."""
        session, tcp, sent = self.connection("slices")
        self.ask(session, tcp)
        further = media.IDR_265[:2] + bytes([media.IDR_265[2] & 0x7F]) + media.noise(100)
        sent.append(media.video(media.key_frame_265() + media.annex_b(further), True, 5_000_000, "H265"))
        media.Stream(session, tcp).send_packets(sent)

    def recordings(self):
        """All other messages that carry media; 300 ends one without a body."""
        session, tcp, sent = self.connection("recordings")
        for n, msg_id in enumerate((5, 8, 13, 143, 298, 381)):
            exchange = 0x100 * n + 0x21 + n
            self.ask(session, tcp, exchange, msg_id)
            film = media.film(seconds=1, fps=2)
            stream = media.Stream(session, tcp, msg_id, exchange, code=0)
            for packet in film:
                stream.send(packet.wire)
            tcp.server(session.reply(msg_id, code=300, exchange=exchange))
            sent.append(film)

    def file(self):
        """A recording that is sent as the MP4 file that it is, with a media magic in it."""
        session, tcp, _ = self.connection("file")
        self.ask(session, tcp, 0x21, 8)
        stream = media.Stream(session, tcp, 8, 0x21)
        stream.send(b"\0\0\0\x18ftypmp42" + bytes(12) + media.info().wire + media.noise(100))
        stream.send(media.noise(50) + media.aac().wire)

    def begins_late(self):
        """The capture begins inside a key frame."""
        session, tcp, sent = self.connection("begins late", login=False)
        stream = media.Stream(session, tcp)
        stream.started = True
        film = media.film(seconds=2, fps=2)
        wire = b"".join(packet.wire for packet in film)
        stream.send(wire[100:])
        sent += film[2:]

    def talk(self):
        """Sound of the client, while the camera sends its own."""
        session, tcp, sent = self.connection("talk")
        self.ask(session, tcp)
        up = media.Stream(session, tcp, 202, 0x0D000000, side="c")
        down = media.Stream(session, tcp)
        for n in range(4):
            pair = media.adpcm(seed=n), media.adpcm(seed=10 + n)
            wire = [packet.wire for packet in pair]
            for half in (slice(0, 100), slice(100, None)):
                up.send(wire[0][half])
                down.send(wire[1][half])
            sent.append(pair)

    def again(self):
        """The client asks again for a stream that stopped inside a frame."""
        session, tcp, sent = self.connection("again")
        for n in range(2):
            self.ask(session, tcp, handle=n)
            film = media.film(seconds=1, fps=2)
            stream = media.Stream(session, tcp)
            wire = b"".join(packet.wire for packet in film)
            stream.send(wire[:-40] if n == 0 else wire)
            sent += film[:-1] if n == 0 else film

    def garbage(self):
        """Bytes between packets that are none."""
        session, tcp, sent = self.connection("garbage")
        self.ask(session, tcp)
        film = media.film(seconds=1, fps=2)
        media.Stream(session, tcp).send(film[0].wire + film[1].wire + b"0" * 40 + film[2].wire)
        sent += film

    def stutter(self):
        """25 frames a second with a gap of 400 ms, and two frames in the wrong order."""
        session, tcp, sent = self.connection("stutter")
        self.ask(session, tcp)
        stream = media.Stream(session, tcp)
        times = [n * 40_000 for n in range(20)] + [760_000 + 400_000 + n * 40_000 for n in range(30)]
        due = times[:]
        times[40], times[41] = times[41], times[40]
        begin = self.capture.time
        for n, at in enumerate(times):
            key = n % 25 == 0
            packet = media.video(media.key_frame_264(200, n) if key else media.p_frame_264(40, n), key, 10_000_000 + at)
            self.capture.time = begin + due[n] / 1e6
            stream.send_packets([packet])
            sent.append(packet)
