"""Traffic that is neither newcamd nor Baichuan, made to look as much like them as foreign traffic can.

write(kind, path) makes one capture of CONNECTIONS TCP connections, the same bytes every time. It returns a
Connection for each, in the order of Wireshark's tcp.stream numbers.

What the kinds take from the two protocols (docs/newcamd.md section 9, docs/baichuan.md section 9):
  tls            records cut at any place
  http           bodies with the BC magic, or a whole plausible BC header, anywhere but before HTTP's own first byte
  banners        the acceptor speaks first, in text, often with exactly 14 bytes
  length-prefix  14 binary bytes of the acceptor, then frames with a 16-bit length as a newcamd login has it
  random         segments that begin with some or all of a BC magic and go on without a sane header
"""

import collections
import ipaddress
import random
import struct

from tests.peers import pcap

CONNECTIONS = 1050

# Ports on which the two protocols are expected, two of which belong to others (s101, ndmp).
TEMPTING_PORTS = (9000, 15050, 10000)

BC_MAGIC = bytes.fromhex("f0debc0a")
BC_MAGICS = (BC_MAGIC, bytes.fromhex("a0cbed0f"), bytes.fromhex("a0cded0f"))

# stream: tcp.stream number. port: of the acceptor. owner: filter name of the protocol that speaks there, where
# the port is that protocol's own, else None. greeting: what the acceptor says before the connector speaks.
Connection = collections.namedtuple("Connection", "stream port owner greeting")


class Talk:
    """One connection between two ends that nobody else in the capture uses."""

    def __init__(self, capture, rng, stream, own_port):
        self.rng = rng
        self.stream = stream
        self.own = own_port is not None and stream % 2 == 0
        if self.own:
            self.port = own_port
        else:
            self.port = rng.choice(TEMPTING_PORTS + (rng.randrange(61000, 65000),) * 2)
        client, server = (ipaddress.ip_address(base) + stream for base in
                          (("fd00:1::2:0", "fd00:2::2:0") if stream % 7 == 0 else ("10.1.0.1", "10.2.0.1")))
        self.tcp = capture.tcp((str(client), 50000 + stream), (str(server), self.port)).open()
        self.greeting = b""
        self._answered = False

    def client(self, data, **keywords):
        self._answered = True
        self.tcp.client(data, **keywords)

    def server(self, data, **keywords):
        if not self._answered:
            self.greeting += data
        self.tcp.server(data, **keywords)

    def send(self, side, data, **keywords):
        (self.client if side == "c" else self.server)(data, **keywords)

    def end(self, owner):
        self.tcp.close()
        return Connection(self.stream, self.port, owner if self.own else None, self.greeting)


def write(kind, path):
    """Writes the capture of a kind, one of KINDS; gives its list of Connections."""
    rng = random.Random(f"camshark foreign traffic: {kind}")
    capture = pcap.Capture()
    connections = [KINDS[kind](capture, rng, stream) for stream in range(CONNECTIONS)]
    capture.write(path)
    return connections


def some_cuts(rng, data, most=4):
    """Places where data is cut into segments."""
    return [rng.randrange(1, len(data)) for _ in range(rng.randrange(most))] if len(data) > 1 else []


# TLS


def _u16_block(data):
    return struct.pack("!H", len(data)) + data


def _u24_block(data):
    return len(data).to_bytes(3, "big") + data


def _record(content_type, data, version=0x0303):
    return struct.pack("!BHH", content_type, version, len(data)) + data


def _client_hello(rng, tls13):
    name = b"host%d.example" % rng.randrange(10000)
    extensions = b"".join(struct.pack("!H", number) + _u16_block(data) for number, data in [
        (0, _u16_block(b"\0" + _u16_block(name))),
        (10, _u16_block(struct.pack("!3H", 0x001D, 0x0017, 0x0018))),
        (11, b"\x01\x00"),
        (13, _u16_block(struct.pack("!3H", 0x0403, 0x0804, 0x0401))),
        (16, _u16_block(b"\x02h2\x08http/1.1")),
    ] + ([
        (43, b"\x04\x03\x04\x03\x03"),
        (51, _u16_block(struct.pack("!H", 0x001D) + _u16_block(rng.randbytes(32)))),
    ] if tls13 else []))
    body = (b"\x03\x03" + rng.randbytes(32) + b"\x20" + rng.randbytes(32)
            + _u16_block(struct.pack("!5H", 0x1301, 0x1302, 0xC02F, 0xC030, 0x009C)) + b"\x01\x00"
            + _u16_block(extensions))
    return _record(22, b"\x01" + _u24_block(body), 0x0301)


def _server_hello(rng, tls13):
    extensions = b"\x00\x2b\x00\x02\x03\x04" + b"\x00\x33" + _u16_block(
        struct.pack("!H", 0x001D) + _u16_block(rng.randbytes(32))) if tls13 else b"\xff\x01\x00\x01\x00"
    body = (b"\x03\x03" + rng.randbytes(32) + b"\x20" + rng.randbytes(32)
            + struct.pack("!HB", 0x1301 if tls13 else 0x009C, 0) + _u16_block(extensions))
    return _record(22, b"\x02" + _u24_block(body))


def tls(capture, rng, stream):
    talk = Talk(capture, rng, stream, 443)
    tls13 = rng.random() < 0.5
    change = _record(20, b"\x01")
    hello = _client_hello(rng, tls13)
    talk.client(hello, cuts=some_cuts(rng, hello, 2))
    if tls13:
        talk.server(_server_hello(rng, True) + change + _record(23, rng.randbytes(rng.randrange(60, 1200))))
        talk.client(change + _record(23, rng.randbytes(53)))
    else:
        talk.server(_server_hello(rng, False) + _record(22, b"\x0e\0\0\0"))
        talk.client(_record(22, b"\x10" + _u24_block(_u16_block(rng.randbytes(256)))) + change
                    + _record(22, rng.randbytes(40)))
        talk.server(change + _record(22, rng.randbytes(40)))
    for _ in range(rng.randrange(1, 4)):
        for side, most in (("c", 400), ("s", 3000)):
            data = b"".join(_record(23, rng.randbytes(rng.randrange(24, most))) for _ in range(rng.randrange(1, 3)))
            talk.send(side, data, cuts=some_cuts(rng, data))
    return talk.end("tls")


# HTTP


def bc_header(rng, **wrong):
    """A BC header that a real message could have; wrong replaces single fields."""
    length = rng.randrange(1, 60000)
    field = dict(magic=BC_MAGIC, msg_id=rng.choice((1, 3, 80, 151)), length=length, place=rng.randbytes(4),
                 status=200, msg_class=rng.choice((0x6414, 0x0000)), offset=rng.randrange(length))
    field.update(wrong)
    return field["magic"] + struct.pack("<II4sHHI", field["msg_id"], field["length"], field["place"],
                                        field["status"], field["msg_class"], field["offset"])


def _http_body(rng):
    """A body and the places in it at which segments begin for sure."""
    choice = rng.randrange(5)
    if choice == 0:
        return b"<html><body>" + b"<p>text</p>" * rng.randrange(1, 200) + b"</body></html>", "text/html", []
    if choice == 1:
        return b'{"value": %d}' % rng.randrange(10**9), "application/json", []
    before, after = (rng.randbytes(rng.randrange(1, 2000)) for _ in range(2))
    if choice == 2:
        return before + BC_MAGIC + after, "application/octet-stream", []
    # A firmware image in which a BC message lies; in half of them it also begins a segment.
    return (before + bc_header(rng) + after, "application/octet-stream", [len(before)] if choice == 3 else [])


def http(capture, rng, stream):
    talk = Talk(capture, rng, stream, 80)
    for _ in range(rng.randrange(1, 4)):
        body, content_type, begins = _http_body(rng)
        head = b"Content-Type: %s\r\nContent-Length: %d\r\n\r\n" % (content_type.encode(), len(body))
        upload = rng.random() < 0.3
        request = b"%s /file/%d HTTP/1.1\r\nHost: www.example\r\n" % (b"POST" if upload else b"GET",
                                                                     rng.randrange(1000))
        answer = b"HTTP/1.1 200 OK\r\nServer: example\r\n"
        if upload:
            request, answer = request + head + body, answer + b"Content-Length: 0\r\n\r\n"
        else:
            request, answer = request + b"\r\n", answer + head + body
        for side, data, whole in (("c", request, upload), ("s", answer, not upload)):
            start = len(data) - len(body)
            places = begins + some_cuts(rng, body, 3) if whole else []
            talk.send(side, data, cuts=[start + place for place in places])
    return talk.end("http")


# Banners


def _line(rng, start, length=None):
    """A line of text that begins with start, of length bytes with its CR LF."""
    length = length or rng.choice((14, 14, 13, 15, 16, rng.randrange(len(start) + 2, 80)))
    return start + "".join(rng.choice("abcdefghijklmnop-.") for _ in range(length - len(start) - 2)).encode() + b"\r\n"


def _ssh_packet(rng, payload):
    padding = 8 - (len(payload) + 5) % 8 + 8
    return struct.pack("!IB", len(payload) + padding + 1, padding) + payload + rng.randbytes(padding)


def _ssh_key_exchange(rng):
    lists = [b"curve25519-sha256", b"ssh-ed25519"] + [b"aes128-ctr"] * 2 + [b"hmac-sha2-256"] * 2 + [b"none"] * 2
    names = b"".join(struct.pack("!I", len(name)) + name for name in lists + [b"", b""])
    return _ssh_packet(rng, b"\x14" + rng.randbytes(16) + names + b"\0" * 5)


def _ssh(rng):
    return [("s", _line(rng, b"SSH-2.0-")), ("c", _line(rng, b"SSH-2.0-", 20)), ("c", _ssh_key_exchange(rng)),
            ("s", _ssh_key_exchange(rng))]


def _ftp(rng):
    return [("s", _line(rng, b"220 ")), ("c", b"USER anonymous\r\n"), ("s", b"331 Password\r\n"),
            ("c", _line(rng, b"PASS ", 14)), ("s", b"230 Logged in\r\n"), ("c", b"QUIT\r\n"), ("s", b"221 Bye\r\n")]


def _smtp(rng):
    return [("s", _line(rng, b"220 ")), ("c", _line(rng, b"EHLO ")), ("s", b"250-example\r\n250 SIZE 1000\r\n"),
            ("c", b"MAIL FROM:<a@example>\r\n"), ("s", b"250 OK\r\n"), ("c", b"QUIT\r\n"), ("s", b"221 Bye\r\n")]


def _imap(rng):
    return [("s", _line(rng, b"* OK ")), ("c", b"a1 LOGIN user word\r\n"), ("s", b"a1 OK done\r\n"),
            ("c", b"a2 LOGOUT\r\n"), ("s", b"* BYE\r\na2 OK done\r\n")]


def _pop(rng):
    return [("s", _line(rng, b"+OK ")), ("c", b"USER somebody\r\n"), ("s", b"+OK\r\n"), ("c", b"PASS word\r\n"),
            ("s", b"+OK\r\n"), ("c", b"QUIT\r\n"), ("s", b"+OK\r\n")]


BANNERS = (("ftp", 21, _ftp), ("smtp", 25, _smtp), ("ssh", 22, _ssh), ("imap", 143, _imap), ("pop", 110, _pop))


def banners(capture, rng, stream):
    owner, port, lines = BANNERS[stream // 2 % len(BANNERS)]
    talk = Talk(capture, rng, stream, port)
    for side, data in lines(rng):
        talk.send(side, data)
    return talk.end(owner)


# Length prefix


def _framed(rng, length=None):
    return _u16_block(rng.randbytes(length or rng.randrange(1, 300)))


def _login_like(rng):
    """A frame as long as a newcamd login; random bytes, so no key opens it."""
    return _framed(rng, rng.randrange(56, 137, 8))


def _dns(rng, answer, transaction):
    name = b"\x04host\x07example\x00"
    return _u16_block(struct.pack("!6H", transaction, 0x8180 if answer else 0x0100, 1, int(answer), 0, 0) + name
                      + b"\0\x01\0\x01" + (b"\xc0\x0c\0\x01\0\x01\0\0\0\x3c\0\x04" + rng.randbytes(4)) * answer)


def _after_login(rng):
    """What follows a newcamd login on the wire: the acceptor's and the connector's shortest frames, then any."""
    return ([("s", _framed(rng, 24)), ("c", _framed(rng, 24))]
            + [(side, _framed(rng, rng.randrange(24, 300, 8))) for side in "scsc"])


def _binary_greeting(rng):
    """14 bytes that are not all text, as a greeting must be."""
    return rng.randbytes(13) + b"\xff"


def _newcamd_shape(rng):
    return [("s", _binary_greeting(rng)), ("c", _login_like(rng))] + _after_login(rng)


def _text_then_login(rng):
    return [("s", _line(rng, b"", 14)), ("c", _login_like(rng))] + _after_login(rng)


def _greeting_of_another_length(rng):
    return [("s", rng.randbytes(rng.choice((12, 13, 15, 16, 18)))), ("c", _login_like(rng))] + _after_login(rng)


def _framed_greeting(rng):
    return [("s", _framed(rng, 12)), ("c", _login_like(rng)), ("s", _framed(rng)), ("c", _framed(rng))]


def _cut_login(rng):
    login = _login_like(rng)
    place = rng.choice((1, 2, 10, len(login) - 1))
    return [("s", _binary_greeting(rng)), ("c", login[:place]), ("c", login[place:])] + _after_login(rng)


def _cut_greeting(rng):
    greeting = _binary_greeting(rng)
    return [("s", greeting[:6]), ("s", greeting[6:]), ("c", _login_like(rng))] + _after_login(rng)


def _greeting_and_more(rng):
    return [("s", _binary_greeting(rng) + _framed(rng, 24)), ("c", _login_like(rng))] + _after_login(rng)


def _login_of_another_length(rng):
    length = rng.choice((48, 55, 57, 100, 137, 144, 300))
    return [("s", _binary_greeting(rng)), ("c", _framed(rng, length))] + _after_login(rng)


def _login_with_another_frame(rng):
    return [("s", _binary_greeting(rng)), ("c", _login_like(rng) + _login_like(rng))] + _after_login(rng)


def _length_of_half_the_segment(rng):
    return [("s", _binary_greeting(rng)), ("c", struct.pack("!H", 64) + rng.randbytes(140))] + _after_login(rng)


def _connector_first(rng):
    return [("c", _login_like(rng)), ("s", _binary_greeting(rng)), ("c", _login_like(rng))] + _after_login(rng)


def _greeting_twice(rng):
    return [("s", _binary_greeting(rng)), ("s", _binary_greeting(rng)), ("c", _login_like(rng))] + _after_login(rng)


def _dns_talk(rng):
    transaction = rng.randrange(0x10000)
    return [("c", _dns(rng, False, transaction)), ("s", _dns(rng, True, transaction))]


LENGTH_PREFIX = (_newcamd_shape, _text_then_login, _newcamd_shape, _greeting_of_another_length, _framed_greeting,
                 _cut_login, _cut_greeting, _greeting_and_more, _login_of_another_length, _login_with_another_frame,
                 _length_of_half_the_segment, _connector_first, _greeting_twice)


def length_prefix(capture, rng, stream):
    owner, port, lines = {
        0: ("dns", 53, _dns_talk),
        2: ("ftp", 21, _newcamd_shape),  # not FTP at all, but its port
    }.get(stream % 10, (None, None, LENGTH_PREFIX[stream % len(LENGTH_PREFIX)]))
    talk = Talk(capture, rng, stream, port)
    for side, data in lines(rng):
        talk.send(side, data)
    return talk.end(owner)


# Random bytes


def _noise(rng):
    """One segment."""
    return rng.randbytes(rng.choice((1, 2, 14, 20, 24, rng.randrange(1, 1449))))


def _begins_like_magic(rng):
    magic, keep = rng.choice(BC_MAGICS), rng.randrange(1, 4)
    return magic[:keep] + bytes([magic[keep] ^ rng.randrange(1, 256)]) + _noise(rng)


def _magic_and_noise(rng):
    return rng.choice(BC_MAGICS) + rng.randbytes(rng.randrange(1, 600))


def _magic_alone(rng):
    """A sane header of which less than 20 bytes are in the segment, and after which come other bytes."""
    return bc_header(rng)[:rng.randrange(4, 18)]


def _header_with_one_fault(rng):
    """Sane but for one thing that section 9.1 asks for."""
    return rng.choice([
        bc_header(rng, msg_id=rng.randrange(1024, 1 << 32)),
        bc_header(rng, length=rng.randrange(1_000_001, 1 << 32)),
        bc_header(rng, msg_id=80, msg_class=rng.choice((0x6512, 0x6415, 0x1465, 0x0001, 0xFFFF))),
        bc_header(rng, msg_id=1, msg_class=0x6514, status=0xDD12)[:20],
        bc_header(rng, msg_id=1, msg_class=0x6614, status=0xDC12)[:20],
        bc_header(rng, msg_class=0x6414, length=100, offset=rng.randrange(101, 1 << 32)),
        bc_header(rng, magic=rng.choice((BC_MAGIC[::-1], BC_MAGIC[:3] + b"\x0b", b"\xa0\xcc\xed\x0f"))),
    ]) + rng.randbytes(rng.randrange(0, 300))


def _header_inside(rng):
    return rng.randbytes(rng.randrange(1, 100)) + bc_header(rng) + rng.randbytes(rng.randrange(0, 300))


RANDOM = (_noise, _begins_like_magic, _magic_and_noise, _magic_alone, _header_with_one_fault, _header_inside)


def random_bytes(capture, rng, stream):
    talk = Talk(capture, rng, stream, None)
    first = RANDOM[stream % len(RANDOM)]
    if first is _header_inside and talk.port == 9000:
        first = _magic_and_noise  # on this port a search for the first header is allowed, and would be right
    side = rng.choice("cs")
    talk.send(side, first(rng))
    for _ in range(rng.randrange(2, 8)):
        talk.send(rng.choice("cs"), rng.choice((_noise, first))(rng))
    return talk.end(None)


KINDS = {"tls": tls, "http": http, "banners": banners, "length-prefix": length_prefix, "random": random_bytes}
