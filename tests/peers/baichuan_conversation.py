"""What a camera and its client say to each other, made of a seed, and the ledger of it.

A conversation is two streams of bytes and an account of every message in them: where it lies, what it says in plain
text, which request it answers, which media packets it carries. Nothing is known here of TCP, of BcUdp, or of a capture:
baichuan_captured puts a conversation on a carrier and knows what a capture holds of it. So what a dissector shows can be
held against what was sent, whatever was lost on the way.

An implementation of docs/baichuan.md of its own, on baichuan.py and baichuan_media.py; nothing is taken from the plugin.
"""

import dataclasses
import random

from tests.peers import baichuan, baichuan_media
from tests.peers.baichuan import CHANNEL, Session, body, extension

OTHER = {"c": "s", "s": "c"}
CIPHERS = ("none", "xor", "aes", "full")


@dataclasses.dataclass(eq=False)
class Part:
    """Extension or payload of a message. kind: "extension", "xml" or "binary"; offset: in the message; plain: what it
    says; cipher: "none", "xor" or "aes" of its first sealed bytes, the rest is clear."""
    kind: str
    offset: int
    plain: bytes
    cipher: str
    sealed: int

    @property
    def text(self):
        return self.plain.decode()

    def opens(self, key):
        """Whether someone can read all of it who has the AES key, or has not."""
        return key or self.cipher != "aes" or not self.sealed


@dataclasses.dataclass(eq=False)
class Message:
    """One message in its side's stream. answers: the request of which this is the reply, or one message of it."""
    side: str
    msg_id: int
    exchange: int
    code: int
    start: int
    wire: bytes
    head: int
    parts: list
    answers: object = None

    @property
    def end(self):
        return self.start + len(self.wire)

    @property
    def facts(self):
        """What its header says, by which it is known again."""
        return self.msg_id, self.exchange, len(self.wire) - self.head

    def part(self, *kinds):
        return next((part for part in self.parts if part.kind in kinds), None)

    def __repr__(self):
        return f"<{self.side} {self.msg_id}/{self.exchange:#x} at {self.start}, {len(self.wire)} bytes>"


@dataclasses.dataclass(eq=False)
class Media:
    """One media packet, and where it lies: [(message, offset in it, length), ...]."""
    side: str
    packet: baichuan_media.Packet
    pieces: list

    @property
    def facts(self):
        """By which it is known again: unlike those of all others in its conversation and direction."""
        return self.packet.kind, len(self.packet.payload), self.packet.facts.get("microseconds"), self.packet.facts.get("width")

    @property
    def header_pieces(self):
        """How many messages hold its header."""
        need, count = len(self.packet.head), 0
        for _, _, length in self.pieces:
            if need > 0:
                count += 1
            need -= length
        return count

    def __repr__(self):
        return f"<{self.facts} in {self.pieces}>"


@dataclasses.dataclass
class Turn:
    """Bytes that a side sends at once, and the seconds that pass before. login: nobody loses them."""
    side: str
    start: int
    end: int
    pause: float
    login: bool = False


def bytes_by_chance(dice, count):
    """Without start codes or magics in them."""
    return dice.randbytes(count).translate(bytes([2, 3]) + bytes(range(2, 256)))


def document(dice, size, root="Settings"):
    """An XML document of about so many bytes, with values by chance, so that no two are alike."""
    items = []
    while sum(map(len, items)) < size:
        number = len(items)
        items.append(f"<item{number}>{dice.getrandbits(dice.choice([8, 32, 64])):x}</item{number}>\n")
    return body(f'<{root} version="1.1">\n{"".join(items)}</{root}>\n')


class Conversation:
    """A login, and then what the methods below add. cipher: as of baichuan.Session.

      messages  {"c": [Message, ...], "s": [...]} in the order of their streams
      media     [Media, ...]
      turns     [Turn, ...] in the order in which they were sent"""

    def __init__(self, seed, cipher, login=True):
        self.dice = random.Random(f"{seed} {cipher}")
        self.session = Session(cipher, nonce=f"{self.dice.getrandbits(64):016X}")
        self.messages, self.media, self.turns = {"c": [], "s": []}, [], []
        self.count = self.numbers = 0  # of requests, and of media packets
        self.handle = self.dice.randrange(1, 200)
        self.dialect = self.dice.choice([self._vendor, self._neolink, self._aio])
        if login:
            self._login()

    def stream(self, side):
        """All bytes of a side."""
        return b"".join(message.wire for message in self.messages[side])

    # ---- messages -------------------------------------------------------------------------------------------------

    def add(self, side, msg_id, exchange, xml="", ext=None, data=None, code=0, answers=None, encrypt_len=0):
        """A message behind the last one of its side; it is sent with the side's next turn. data: a binary payload, of which
        encrypt_len bytes are AES."""
        session = self.session
        name = {"full": "aes"}.get(session.cipher, session.cipher)
        parts = []
        if ext:
            parts.append(Part("extension", 24, ext.encode(), name, len(ext.encode())))
        offset = 24 + (len(parts[0].plain) if parts else 0)
        if xml:
            parts.append(Part("xml", offset, xml.encode(), name, len(xml.encode())))
        elif data:
            parts.append(Part("binary", offset, data, "aes" if encrypt_len else "none", min(encrypt_len, len(data))))
            data = baichuan.aes(session.key, data[:encrypt_len]) + data[encrypt_len:]
        make = session.message if side == "c" else session.reply
        wire = make(msg_id, xml=xml, ext=ext, data=data or b"", sealed=True, exchange=exchange, code=code)
        return self._append(side, msg_id, exchange, code, wire, 24, parts, answers)

    def _append(self, side, msg_id, exchange, code, wire, head, parts, answers=None):
        start = self.messages[side][-1].end if self.messages[side] else 0
        message = Message(side, msg_id, exchange, code, start, wire, head, parts, answers)
        self.messages[side].append(message)
        return message

    def turn(self, side, pause=0.0, login=False):
        """Sends what was added to a side since its last turn."""
        start = max((turn.end for turn in self.turns if turn.side == side), default=0)
        end = self.messages[side][-1].end if self.messages[side] else 0
        if end > start:
            self.turns.append(Turn(side, start, end, pause, login))

    def _login(self):
        session = self.session
        name = "none" if session.negotiated == 0 else "xor"

        def leg(side, wire, head, code, xml=None, answers=None):
            parts = [Part("xml", head, xml.encode(), name, len(xml.encode()))] if xml else []
            message = self._append(side, 1, 0, code, wire, head, parts, answers)
            self.turn(side, 0.01, login=True)
            return message

        hello = leg("c", session.hello(), 20, 0xDC12)
        leg("s", session.nonce_reply(), 20, 0xDD00 | session.negotiated, session.nonce_xml(), hello)
        login = leg("c", session.login(), 24, 0, session.login_xml())
        wire = session.login_reply()
        text = wire[24:] if name == "none" else baichuan.xor(wire[24:], 0)
        leg("s", wire, 24, 200, text.decode(), login)

    # ---- numbers of requests (section 1.5) ---------------------------------------------------------------------------

    def exchange(self):
        """Of a new request, in the dialect of this client."""
        self.count += 1
        return self.dialect()

    def _vendor(self):
        return (self.handle + self.count) % 256 << 24

    def _neolink(self):
        return (self.handle * 7 + self.count) % 65536 << 16

    def _aio(self):
        return 250 | (self.handle * 1000 + self.count) << 8

    # ---- what is talked about ----------------------------------------------------------------------------------------

    def pause(self):
        return self.dice.choice([0.001, 0.01, 0.1, 0.4])

    def ask(self, *asked):
        """Requests at once, then their replies. asked: [(message id, bytes of the request's XML, of the reply's), ...];
        0: no XML."""
        requests = []
        for msg_id, of_request, of_reply in asked:
            xml = document(self.dice, of_request) if of_request else ""
            requests.append((self.add("c", msg_id, self.exchange(), xml, CHANNEL if self.dice.random() < .5 else None),
                             of_reply))
        self.turn("c", self.pause())
        for request, of_reply in requests:
            xml = document(self.dice, of_reply, "Answer") if of_reply else ""
            code = 400 if not xml and self.dice.random() < .2 else 200
            self.add("s", request.msg_id, request.exchange, xml, code=code, answers=request)
        self.turn("s", self.pause())

    def ping(self, count=1):
        """Requests that all have one exchange id, and their replies, in order."""
        requests = [self.add("c", 93, 0) for _ in range(count)]
        self.turn("c", self.pause())
        for request in requests:
            self.add("s", 93, 0, body('<LinkType version="1.1">\n<type>LAN</type>\n</LinkType>\n'), code=200, answers=request)
        self.turn("s", self.pause())

    def keep_alive(self):
        """The camera's, which the client answers."""
        question = self.add("s", 234, 0x00EA0000, code=200)
        self.turn("s", self.pause())
        self.add("c", 234, 0x00EA0000, code=200, answers=question)
        self.turn("c", self.pause())

    def push(self):
        self.add("s", 33, 0, body('<AlarmEventList version="1.1">\n<AlarmEvent version="1.1">\n<channelId>0</channelId>\n'
                                  f"<status>MD</status>\n<timeStamp>{self.dice.getrandbits(40)}</timeStamp>\n</AlarmEvent>\n"
                                  "</AlarmEventList>\n"), code=200)
        self.turn("s", self.pause())

    def binary(self, side, msg_id, exchange, data, answers=None, code=200, first=True, encrypt_len=None):
        """A message with binary data. encrypt_len: in a session of full AES; first: of its exchange."""
        fields, sealed = {"binaryData": 1}, 0
        if self.session.cipher == "full" and encrypt_len:
            sealed = min(encrypt_len, len(data))
            fields["encryptLen"] = sealed
        elif not first:
            fields = None
        return self.add(side, msg_id, exchange, ext=extension(**fields) if fields else None, data=data,
                        code=0 if side == "c" else code, answers=answers, encrypt_len=sealed)

    def snapshot(self, size):
        """Section 3.6; all of it is encrypted in a session of full AES."""
        picture = b"\xff\xd8\xff\xe0" + bytes_by_chance(self.dice, size - 6).replace(b"\xff", b"\xfe") + b"\xff\xd9"
        exchange = self.exchange()
        request = self.add("c", 109, exchange, body(f'<Snap version="1.1">\n<channelId>0</channelId>\n<time>{self.count}</time>\n'
                                                    "<fullFrame>0</fullFrame>\n<streamType>main</streamType>\n</Snap>\n"), CHANNEL)
        self.turn("c", self.pause())
        self.add("s", 109, exchange, body(f'<Snap version="1.1">\n<channelId>0</channelId>\n<fileName>{self.count}.jpg</fileName>\n'
                                          f"<time>0</time>\n<pictureSize>{size}</pictureSize>\n</Snap>\n"),
                 code=200, answers=request)
        at = 0
        while at < size:
            piece = picture[at:at + self.dice.randrange(700, 3000)]
            self.binary("s", 109, exchange, piece, request, encrypt_len=len(piece))
            at += len(piece)
        self.add("s", 109, exchange, code=201, answers=request)
        self.turn("s", self.pause())

    def upload(self, count):
        """Section 3.9: chunks of a firmware, each of which is answered under the same number."""
        exchange = self.exchange()
        for _ in range(count):
            data = bytes_by_chance(self.dice, self.dice.randrange(500, 2500))
            request = self.binary("c", 67, exchange, data)
            self.turn("c", self.pause())
            self.add("s", 67, exchange, code=200, answers=request)
            self.turn("s", self.pause())

    # ---- media (section 5) --------------------------------------------------------------------------------------------

    def start_stream(self, msg_id=3, codec="H264", sound=baichuan_media.aac, frames=6, size=2500):
        """A request for a stream, which is then sent by what stream.step() adds."""
        exchange = self.exchange()
        if msg_id == 5:
            exchange = (self.handle + self.count) % 256  # of a replay only byte 12 counts (sections 1.5, 5.7)
        request = self.add("c", msg_id, exchange,
                           body(f'<Preview version="1.1">\n<channelId>0</channelId>\n<handle>{self.count}</handle>\n'
                                "<streamType>mainStream</streamType>\n</Preview>\n"), CHANNEL)
        self.turn("c", self.pause())
        return Stream(self, "s", msg_id, exchange, film(self, codec, sound, frames, size), request)

    def start_talk(self, blocks=4):
        """Sound of the client. Nothing answers it."""
        self.ask((201, 200, 0))
        return Stream(self, "c", 202, self.exchange(),
                      [baichuan_media.adpcm(252 + 8 * self.new(), seed=n) for n in range(blocks)], None)

    def new(self):
        """A number that no other media packet of this conversation has."""
        self.numbers += 1
        return self.numbers


def film(conversation, codec, sound, frames, size):
    """Media packets, each of which differs from all others of its conversation in type, size, time or width."""
    dice, new = conversation.dice, conversation.new
    units = {"H264": ([baichuan_media.SPS_264, baichuan_media.PPS_264, baichuan_media.SEI_264], baichuan_media.IDR_264,
                      baichuan_media.SLICE_264),
             "H265": ([baichuan_media.VPS_265, baichuan_media.SPS_265, baichuan_media.PPS_265], baichuan_media.IDR_265,
                      baichuan_media.SLICE_265)}[codec]
    packets = [baichuan_media.info(640 + 16 * new(), 360, 15)]
    begin = dice.randrange(1 << 36)
    for n in range(frames):
        at = begin + 66_000 * n + new()
        if n % 5 == 0:
            picture = baichuan_media.annex_b(*units[0], units[1] + bytes_by_chance(dice, dice.randrange(size // 2, size)))
            packets.append(baichuan_media.video(picture, True, at, codec, additional=baichuan_media.clock(1_709_471_045 + n)))
        else:
            picture = baichuan_media.annex_b(units[2] + bytes_by_chance(dice, dice.randrange(size // 10, size // 3)))
            packets.append(baichuan_media.video(picture, False, at, codec))
        if sound:
            packets.append(sound(100 + new(), seed=n))
    return packets


class Stream:
    """Media packets that go out message by message: cut anywhere, or in full AES a message each packet (section 5.6)."""

    def __init__(self, conversation, side, msg_id, exchange, packets, request):
        self.conversation, self.side, self.msg_id, self.exchange, self.request = conversation, side, msg_id, exchange, request
        self.waiting = [Media(side, packet, []) for packet in packets]
        self.bytes = b"".join(packet.wire for packet in packets)
        self.first = True
        conversation.media += self.waiting

    def step(self, size=None):
        """The next message, with so many bytes if that is said. False: there is none."""
        if not self.bytes:
            return False
        dice, whole = self.conversation.dice, self.conversation.session.cipher == "full" or self.side == "c"
        if whole:
            packet = self.waiting[0].packet
            size, encrypt_len = len(packet), baichuan_media.encrypt_len(packet)
        else:
            chosen = 32 if self.first else dice.choice([dice.randrange(200, 900), dice.randrange(900, 5000)])
            size, encrypt_len = size or chosen, 0
        data, self.bytes = self.bytes[:size], self.bytes[size:]
        message = self.conversation.binary(self.side, self.msg_id, self.exchange, data, self.request, first=self.first,
                                            encrypt_len=encrypt_len)
        self.first = False
        self._note(message, len(data))
        return True

    def _note(self, message, count):
        """Which packets lie in the count bytes of this message."""
        at = len(message.wire) - count
        while count:
            media = self.waiting[0]
            missing = len(media.packet) - sum(length for _, _, length in media.pieces)
            length = min(missing, count)
            media.pieces.append((message, at, length))
            at, count = at + length, count - length
            if length == missing:
                self.waiting.pop(0)


READS = (10, 26, 42, 44, 80, 102, 104, 115, 146, 151)


def conversation(seed, cipher):
    """One of every kind, in an order by chance, while streams go on."""
    talk = Conversation(seed, cipher)
    dice = talk.dice
    streams = []

    def ask():
        talk.ask(*((dice.choice(READS), dice.choice([0, 0, 100, 900]), dice.choice([0, 150, 700, 2500]))
                   for _ in range(dice.choice([1, 1, 2, 3]))))

    def start():
        streams.append(talk.start_stream(dice.choice([3, 3, 5]), dice.choice(["H264", "H265"]),
                                         dice.choice([baichuan_media.aac, baichuan_media.adpcm, None])))

    steps = [ask, ask, ask, ask, start, talk.push, talk.push, talk.keep_alive, talk.keep_alive, talk.ping, talk.ping,
             lambda: talk.ping(2), lambda: talk.snapshot(dice.randrange(2000, 6000)), lambda: talk.upload(2),
             lambda: streams.append(talk.start_talk())]
    dice.shuffle(steps)
    start()
    for step in steps:
        step()
        for stream in streams:
            for _ in range(dice.choice([0, 1, 2])):
                stream.step()
            talk.turn(stream.side, talk.pause())
    while any([stream.step() for stream in streams]):
        for side in "cs":
            talk.turn(side, 0.02)
    talk.ask((31, 0, 0))
    talk.ask((115, 0, 400))
    return talk
