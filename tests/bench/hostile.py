"""What a sender can repeat, in bulk: captures that ask what one more packet costs after 100,000.

Each function writes one capture of about count packets that carry something, as those of traffic.py do.
"""

import random
import struct

from tests.peers import baichuan, baichuan_udp, newcamd, pcap, pcapng

CAMERA = ("10.0.0.1", 9000)
DEVICE = ("10.0.0.1", 16161)
SERVER = ("10.0.0.1", 15050)
CLIENT = ("10.0.0.2", 50000)
DESKEY = "1102030405060708091011121314"
PASSWORD = "Secret-1"
HEADER_ONLY = baichuan.header(93, 0)


class CheapLogin(newcamd.Login):
    """A login with a crypt string that nobody had to compute."""

    def __init__(self, number):
        super().__init__(DESKEY, seed=number)
        self.crypt = f"$1$abcdefgh${number:022d}"
        self.session_key = newcamd.session_key(self.deskey, self.crypt)




def card_restarts(path, count):
    """Connections of newcamd that restart on one port pair: 14 bytes, and an answer of the length of a login."""
    capture = pcap.Capture()
    tcp = capture.tcp(CLIENT, SERVER).open()
    rng = random.Random("restarts")
    login = newcamd.Login(DESKEY)
    tcp.server(login.greeting)
    tcp.client(login.login())
    for _ in range(count // 2):
        tcp.server(bytes([0x80 | rng.randrange(128)]) + rng.randbytes(13))
        tcp.client(struct.pack("!H", 64) + rng.randbytes(64))
    capture.write(path)


def card_learned(path, count):
    """As many logins with a password each as connections without a login; twelve packets for one of each."""
    capture = pcap.Capture()
    for number in range(count // 12):
        login = CheapLogin(number)
        newcamd.log_in(capture, login, (f"10.3.{number >> 8}.{number & 0xFF}", 50000), SERVER)
    rng = random.Random("learned")
    for number in range(count // 12):
        tcp = capture.tcp((f"10.4.{number >> 8}.{number & 0xFF}", 50000), SERVER)
        for _ in range(5):
            tcp.client(struct.pack("!H", 64) + rng.randbytes(64))
    capture.write(path)


def _clear_connection(capture, client=CLIENT, server=SERVER):
    """A newcamd connection that is not encrypted, up to its login: (login, tcp)."""
    login = newcamd.Login(DESKEY)
    tcp = capture.tcp(client, server).open()
    tcp.server(login.greeting)
    tcp.client(login.clear_login())
    tcp.server(login.clear(newcamd.message(newcamd.LOGIN_ACK), msg_id=1))
    return login, tcp


def card_request_ids(path, count):
    """newcamd requests that nobody answers, of all message ids and of many commands."""
    capture = pcap.Capture()
    login, tcp = _clear_connection(capture)
    for number in range(count):
        tag = newcamd.ECM_EVEN + number // 0xFFFF % 2 if number % 2 else 0x82 + number // 2 % 14
        tcp.client(login.clear(newcamd.message(tag, b"x" * 20), msg_id=number % 0xFFFF + 1))
        if number % 50 == 49:
            tcp.acknowledge("s")
    capture.write(path)


def card_replies(path, count):
    """newcamd requests with one message id, and replies with one that fits none."""
    capture = pcap.Capture()
    login, tcp = _clear_connection(capture)
    for number in range(count // 2):
        tcp.client(login.clear(newcamd.message(newcamd.ECM_EVEN, b"x" * 20), msg_id=7))
        tcp.server(login.clear(newcamd.message(newcamd.ECM_EVEN, bytes(16)), msg_id=7 if number % 2 else 8))
    capture.write(path)


def card_news(path, count):
    """Card data, EMM replies that ask for new card data, and keepalives."""
    capture = pcap.Capture()
    login, tcp = _clear_connection(capture)
    data = newcamd.card(0x0500, tuple((number, "00000000aabbcc00") for number in range(20)), 1, "0000000102030405", None)
    for number in range(count // 5):
        tcp.client(login.clear(newcamd.message(0x82, b"x" * 20), msg_id=number % 0xFFFF))
        tcp.server(login.clear(newcamd.message(0x82, b"", nibble=2), msg_id=number % 0xFFFF))
        tcp.client(login.clear(newcamd.message(newcamd.CARD_REQUEST)))
        tcp.server(login.clear(data))
        tcp.client(login.clear(newcamd.message(newcamd.KEEPALIVE), msg_id=number % 0xFFFF))
    capture.write(path)


def card_services(path, count):
    """ECMs of newcamd of which each is for another service and CAID, and refused, and goes on to a second server."""
    capture = pcap.Capture()
    login, tcp = _clear_connection(capture)
    _, further = _clear_connection(capture, SERVER, ("10.0.0.9", SERVER[1]))
    for number in range(count // 4):
        ecm = login.clear(newcamd.message(newcamd.ECM_EVEN, struct.pack("!I", number)), msg_id=number, sid=number,
                          caid=number >> 4 & 0xFFFF, provider=number)
        refusal = login.clear(newcamd.message(newcamd.ECM_EVEN), msg_id=number)
        tcp.client(ecm)
        further.client(ecm)
        further.server(refusal)
        tcp.server(refusal)
    capture.write(path)


def card_same_ecm(path, count):
    """One ECM of newcamd over and over, from many connections, and never answered."""
    capture = pcap.Capture()
    links = [_clear_connection(capture, ("10.0.0.1", 40000 + number), ("10.0.0.1", 15000 + number))
             for number in range(100)]
    for number in range(count):
        login, tcp = links[number % 100]
        tcp.client(login.clear(newcamd.message(newcamd.ECM_EVEN, b"x" * 20), msg_id=number))
        if number % 5000 < 100:
            tcp.acknowledge("s")
    capture.write(path)


def card_gaps(path, count):
    """Frames of newcamd of which every second one comes late, or never."""
    capture = pcap.Capture()
    login, tcp = _clear_connection(capture)
    frame = login.clear(newcamd.message(newcamd.ECM_EVEN, b"x" * 20), msg_id=7)
    for number in range(count // 4):
        tcp.client(frame * 4, cuts=(len(frame), 2 * len(frame), 3 * len(frame)), lose=(0,) if number % 2 else (),
                   order=(1, 0, 3, 2))
        tcp.acknowledge("s")
    capture.write(path)


def card_closed(path, count):
    """Frames of newcamd connections whose logins are not in the capture, 10,000 of each."""
    capture = pcap.Capture()
    rng = random.Random("closed")
    for number in range(count):
        if number % 10_000 == 0:  # in one, a heuristic of Wireshark's takes minutes
            tcp = capture.tcp((CLIENT[0], CLIENT[1] + number // 10_000), SERVER)
        tcp.client(struct.pack("!H", 64) + rng.randbytes(64))
        if number % 50 == 49:
            tcp.acknowledge("s")
    capture.write(path)


def card_greetings(path, count):
    """Segments of 14 bytes, over and over in one connection, and answers that may begin a login."""
    capture = pcap.Capture()
    rng = random.Random("greetings")
    tcp = capture.tcp(CLIENT, SERVER)
    for _ in range(count // 2):
        tcp.server(bytes([0x80 | rng.randrange(128)]) + rng.randbytes(13))
        tcp.client(struct.pack("!H", 64) + rng.randbytes(10))
    capture.write(path)


def _documents(path, texts):
    capture = pcap.Capture()
    tcp = capture.tcp(CLIENT, CAMERA).open()
    session = baichuan.Session("aes", password=PASSWORD)
    session.play_login(tcp)
    for text in texts:
        tcp.server(session.reply(116, baichuan.body(text)))
        tcp.acknowledge("c")
    capture.write(path)


def xml_end_tags(path, count):
    """End tags of secret elements without a beginning, 50,000 in a document."""
    _documents(path, ["x</password>" * min(count, 50_000)] * max(1, count // 50_000))


# What a reader of tags may look for again and again.
PIECES_OF_TAGS = ("a</key>", "<!--</key>", "<key>", "<key a='>", "<a '\"", "<![CDATA[", "<key><!--", "<key>a</key", "<", "</key '>\"'",
                  "<key a=\"'></key>", "<a pwd='", "<a b=\"", "<a b=c ", "<a pwd=\"b\" ", "<PushInfo token='")


def xml_pieces_of_tags(path, count):
    """Documents of one piece of a tag, again and again."""
    _documents(path, [piece * (count // len(PIECES_OF_TAGS)) for piece in PIECES_OF_TAGS])


def xml_attributes(path, count):
    """Attributes of one element."""
    _documents(path, ["<a" + "".join(f" x{number} = '>'" for number in range(count // 2)) + "/>"])


def request_ids(path, count):
    """Requests of which each has another message id, in one exchange."""
    capture = pcap.Capture()
    tcp = capture.tcp(CLIENT, CAMERA).open()
    baichuan.Session("none").play_login(tcp)
    for number in range(count):
        tcp.client(baichuan.header(1000 + number, 0, exchange=0x00010000))
        if number % 50 == 49:
            tcp.acknowledge("s")  # or else Wireshark itself walks through all that was never acknowledged
    capture.write(path)


def _in_bytes(path, message):
    capture = pcap.Capture()
    tcp = capture.tcp(CLIENT, CAMERA).open()
    baichuan.Session("none").play_login(tcp)
    for number, byte in enumerate(message):
        tcp.server(bytes([byte]))
        if number % 50 == 49:
            tcp.acknowledge("c")
    capture.write(path)


def media_bytes(path, count):
    """A message with video in segments of one byte."""
    video = struct.pack("<4s4sIIQ", b"01dc", b"H264", count, 0, 0) + bytes(count)
    _in_bytes(path, baichuan.Session("none").reply(3, ext=baichuan.extension(binaryData=1), data=video)[:count])


def media_extensions(path, count):
    """The same of one whose Extension never ends."""
    _in_bytes(path, (baichuan.header(3, 0xFFFF00, baichuan.DEVICE, 200, payload_offset=0xFFFEFF) + bytes(count))[:count])


def capture_keys(path, count):
    """Keys that the capture itself brings, with each packet: 256 of them are tried on what none opens."""
    capture = pcap.Capture()
    rng = random.Random("keys")
    comments = {}
    for number in range(count // 20):
        tcp = capture.tcp((f"10.3.{number >> 8}.{number & 0xFF}", 50000), CAMERA)
        for _ in range(20):
            tcp.client(baichuan.header(80, 32) + rng.randbytes(32))
            comments[len(capture.frames)] = f'camshark-key: baichuan "","","","{rng.randrange(10 ** 16):016d}"'
    pcapng.write(path, capture, comments)


def card_capture_keys(path, count):
    """Session keys and DESKEYs that the capture itself brings, with each packet: 256 of them are tried on logins of newcamd, and on what
    follows them, and none fits."""
    capture = pcap.Capture()
    rng = random.Random("card keys")
    comments = {}
    for number in range(count // 20):
        tcp = capture.tcp((f"10.3.{number >> 8}.{number & 0xFF}", 50000), SERVER).open()
        tcp.server(bytes([0x80]) + rng.randbytes(13))
        tcp.client(struct.pack("!H", 64) + rng.randbytes(64))
        tcp.server(struct.pack("!H", 24) + rng.randbytes(24))
        for _ in range(17):
            tcp.client(struct.pack("!H", 64) + rng.randbytes(64))
            deskey, session_key = (rng.randbytes(14).hex() for _ in range(2))
            comments[len(capture.frames)] = f'camshark-key: newcamd "","","{deskey}","","","","{session_key}"'
    pcapng.write(path, capture, comments)


def contacts_bc_tcp(path, count):
    """Connections of which each has one message."""
    capture = pcap.Capture()
    for number in range(count):
        tcp = capture.tcp((f"10.{3 + (number >> 16)}.{number >> 8 & 0xFF}.{number & 0xFF}", 50000), CAMERA)
        tcp.client(HEADER_ONLY)
    capture.write(path)


def contacts_bc_udp(path, count):
    """BcUdp sessions of which each has one message, between other addresses."""
    capture = pcap.Capture()
    for number in range(count):
        capture.udp((f"10.{3 + (number >> 16)}.{number >> 8 & 0xFF}.{number & 0xFF}", 50000), DEVICE,
                    baichuan_udp.data(number + 1, 0, HEADER_ONLY))
    capture.write(path)


def contacts_bc_discovery(path, count):
    """BcUdp sessions of which each has the device's answer with both ids, between other addresses."""
    capture = pcap.Capture()
    for number in range(count):
        text = baichuan_udp.p2p("D2C_C_R", timer={"def": 3000, "hb": 1000, "hbt": 5000}, rsp=0, cid=82000 + number, did=80 + number)
        capture.udp(DEVICE, (f"10.{3 + (number >> 16)}.{number >> 8 & 0xFF}.{number & 0xFF}", 50000),
                    baichuan_udp.discovery(text, number))
    capture.write(path)


def contacts_cards(path, count):
    """TCP connections of which each begins with 14 bytes that may be a greeting."""
    capture = pcap.Capture()
    rng = random.Random("contacts")
    for number in range(count):
        tcp = capture.tcp((f"10.{3 + (number >> 16)}.{number >> 8 & 0xFF}.{number & 0xFF}", 50000), SERVER)
        tcp.server(bytes([0x80 | rng.randrange(128)]) + rng.randbytes(13))
    capture.write(path)
