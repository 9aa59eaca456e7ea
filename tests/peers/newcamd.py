"""Both sides of a newcamd connection, byte for byte, written from docs/newcamd.md and from nothing else.

A Login makes the greeting and the frames of one connection; a test sends them through tests.peers.pcap as it likes.
Nothing here is random from run to run: IVs and padding come out of a seeded generator.
"""

import functools
import hashlib
import random
import struct

from Cryptodome.Cipher import DES3

from tests.peers.plaintext import plaintext

ALPHABET = "./0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz"
SALT = "abcdefgh"
DEFAULT_DESKEY = "0102030405060708091011121314"

# Section 5.1.
ECM_EVEN, ECM_ODD, EMM = 0x80, 0x81, 0x82
SERVER_NAME, SERVER_NAME_ACK, SERVER_NAME_NAK, SERVER_LOGIN, SERVER_LOGIN_ACK, SERVER_LOGIN_NAK = range(0xE5, 0xEB)
LOGIN, LOGIN_ACK, LOGIN_NAK, CARD_REQUEST, CARD_DATA, KEEPALIVE = 0xE0, 0xE1, 0xE2, 0xE3, 0xE4, 0xFD

# Data of sections whose Viaccess nanos are well formed: provider 030600 with key 1, and one more (sections 6.2, 6.3).
# The EMM's are so from its first byte on and behind 5 bytes of address.
PROVIDER_NANO = bytes.fromhex("9003030601")
ECM_DATA = b"\0" + PROVIDER_NANO + b"\xea\x18" + bytes(range(0x18))
EMM_DATA = PROVIDER_NANO + b"\x9e\x29" + bytes(range(0x29))


@functools.lru_cache(maxsize=4096)
def spread(key14):
    """14 bytes to two DES keys (section 4.2)."""
    out = bytearray()
    for half in (key14[:7], key14[7:]):
        bits = "".join(f"{byte:08b}" for byte in half)
        for i in range(0, 56, 7):
            seven = bits[i:i + 7]
            out.append(int(seven + ("0" if seven.count("1") % 2 else "1"), 2))
    return bytes(out)


@functools.lru_cache(maxsize=1024)
def md5_crypt(password, salt=SALT):
    """Section 4.4."""
    pw, salt_bytes = password.encode("latin-1"), salt.encode()

    def md5(*parts):
        return hashlib.md5(b"".join(parts)).digest()

    a = md5(pw, salt_bytes, pw)
    tail, n = b"", len(pw)
    while n:
        tail += b"\0" if n & 1 else pw[:1]
        n >>= 1
    b = md5(pw, b"$1$", salt_bytes, (a * (len(pw) // 16 + 1))[:len(pw)], tail)
    for i in range(1000):
        b = md5(pw if i % 2 else b, salt_bytes if i % 3 else b"", pw if i % 7 else b"", b if i % 2 else pw)
    text = ""
    for x, y, z in ((0, 6, 12), (1, 7, 13), (2, 8, 14), (3, 9, 15), (4, 10, 5)):
        value = b[x] << 16 | b[y] << 8 | b[z]
        text += "".join(ALPHABET[value >> shift & 63] for shift in (0, 6, 12, 18))
    return f"$1${salt}${text}{ALPHABET[b[11] & 63]}{ALPHABET[b[11] >> 6]}"


def session_key(deskey, crypt):
    """Section 4.1, 14 bytes."""
    key = bytearray(deskey)
    for i, char in enumerate(crypt.encode()):
        key[i % 14] ^= char
    return bytes(key)


def login_key(deskey, greeting):
    return bytes(a ^ b for a, b in zip(deskey, greeting))


def encrypt(plain, key14, iv):
    """A whole frame around a plaintext region (section 2.1)."""
    key16 = spread(key14)
    cipher = DES3.new(key16, DES3.MODE_CBC, iv).encrypt(plain)
    return struct.pack("!H", len(cipher) + 8) + cipher + iv


def decrypt(frame, key14):
    """The plaintext region of a whole frame."""
    return DES3.new(spread(key14), DES3.MODE_CBC, frame[-8:]).decrypt(frame[2:-8])


def checked(plain):
    """Puts the checksum behind a plaintext region that lacks it."""
    total = 0
    for byte in plain:
        total ^= byte
    return plain + bytes([total])


def message(tag, data=b"", nibble=0):
    return struct.pack("!BH", tag, nibble << 12 | len(data)) + data


def spoilable(body):
    return plaintext("newcamd-login" if body[:1] in (bytes([LOGIN]), bytes([SERVER_LOGIN])) else "message", body)


def card(caid=0x0500, providers=((0x030600, "00000000aabbcc00"),), user_id=1, serial="0000000102030405", count=None):
    """The message of Login.card_data()."""
    data = struct.pack("!BH", user_id, caid) + bytes.fromhex(serial)
    data += bytes([len(providers) if count is None else count])
    for ident, address in providers:
        data += struct.pack("!I", ident)[1:] + bytes.fromhex(address)
    return message(CARD_DATA, data)


def multics_greeting(greeting):
    """A greeting with the mark of MultiCS servers (section 9.3)."""
    g = bytearray(greeting)
    for at, letter in ((0, 0), (4, 1), (8, 2)):
        words = bytearray(g[at:at + 3])
        words[letter] ^= b"MCS"[letter]
        g[at + 3] = sum(words) % 256
    return bytes(g)


class Login:
    """One connection: its keys and its frames. version: 524 or 525."""

    def __init__(self, deskey=DEFAULT_DESKEY, user="dummy", password="secret123", version=525, client_id=0x7878, seed=1):
        self.random = random.Random(seed)
        self.deskey = bytes.fromhex(deskey)
        self.user, self.crypt = user, md5_crypt(password)
        self.version, self.client_id = version, client_id
        self.greeting = bytes([0x80 | seed & 0x7F]) + self.random.randbytes(13)
        self.login_key = login_key(self.deskey, self.greeting)
        self.session_key = session_key(self.deskey, self.crypt)

    def header(self, msg_id=0, sid=0, caid=0, provider=0, flags=0):
        """Section 3. msg_id and sid may count on behind what they hold."""
        msg_id &= 0xFFFF
        if self.version == 524:
            return struct.pack("!HI", msg_id, sid & 0xFFFFFFFF)
        return struct.pack("!HHH", msg_id, sid & 0xFFFF, caid) + struct.pack("!I", provider)[1:] + bytes([flags])

    def frame(self, body, key=None, iv=None, padding=None, checksum=None, **header):
        """A frame around a message. padding: bytes instead of the least that are needed; checksum: a byte that may
        be wrong; header: as header()."""
        plain = self.header(**header) + spoilable(body)
        if padding is None:
            padding = self.random.randbytes(-(len(plain) + 1) % 8)
        plain = checked(plain + padding)
        if checksum is not None:
            plain = plain[:-1] + bytes([checksum])
        return encrypt(plain, key or self.session_key, iv or self.random.randbytes(8))

    def clear(self, body, **header):
        """A frame that is not encrypted (section 2.3)."""
        plain = self.header(**header) + spoilable(body)
        return struct.pack("!H", len(plain)) + plain

    def clear_login(self, msg_id=1):
        text = self.user.encode("latin-1") + b"\0" + self.crypt.encode() + b"\0"
        return self.clear(message(LOGIN, text), msg_id=msg_id, sid=self.client_id)

    def server_name(self, name="attic", port=15050):
        """Section 8.3."""
        return self.clear(message(SERVER_NAME, name.encode("latin-1") + b"\0" + struct.pack("!H", port)))

    def server_login(self, msg_id=1):
        text = self.user.encode("latin-1") + b"\0" + self.crypt.encode() + b"\0"
        return self.frame(message(SERVER_LOGIN, text), self.login_key, msg_id=msg_id)

    def server_login_reply(self, tag, msg_id=1):
        return self.frame(message(tag), self.login_key, msg_id=msg_id)

    def old_login(self, with_length=True):
        """The login of releases before 5.20: no custom data; before tng5 no length either (section 3)."""
        text = self.user.encode("latin-1") + b"\0" + self.crypt.encode() + b"\0"
        plain = struct.pack("!H", 1) + spoilable(message(LOGIN, text) if with_length else bytes([LOGIN]) + text)
        plain = checked(plain + self.random.randbytes(-(len(plain) + 1) % 8))
        return encrypt(plain, self.login_key, self.random.randbytes(8))

    def overwritten(self, body, msg_id=0, sid=0, caid=0, provider=0):
        """A message of version 524 as OSCam damages it: header fields where version 525 has them, the last three bytes
        over tag and length (section 5.3)."""
        assert self.version == 524
        plain = bytearray(self.header(msg_id) + spoilable(body))
        plain += self.random.randbytes(-(len(plain) + 1) % 8)
        plain[2:9] = struct.pack("!HHI", sid, caid, provider << 8)[:7]
        return encrypt(checked(bytes(plain)), self.session_key, self.random.randbytes(8))

    def login(self, msg_id=1, **keywords):
        text = self.user.encode("latin-1") + b"\0" + self.crypt.encode() + b"\0"
        return self.frame(message(LOGIN, text), self.login_key, msg_id=msg_id, sid=self.client_id, **keywords)

    def ack(self, msg_id=1, **keywords):
        return self.frame(message(LOGIN_ACK), self.login_key, msg_id=msg_id, **keywords)

    def nak(self, msg_id=1):
        return self.frame(message(LOGIN_NAK), self.login_key, msg_id=msg_id)

    def card_request(self, msg_id=0):
        return self.frame(message(CARD_REQUEST), msg_id=msg_id)

    def card_data(self, caid=0x0500, providers=((0x030600, "00000000aabbcc00"),), user_id=1, serial="0000000102030405",
                  count=None, msg_id=0, **keywords):
        """Section 5.3. count: the announced number of providers, if it is to be wrong."""
        return self.frame(card(caid, providers, user_id, serial, count), msg_id=msg_id, **keywords)

    def ecm(self, tag=ECM_EVEN, data=ECM_DATA, msg_id=2, sid=1, **keywords):
        return self.frame(message(tag, data, nibble=7), msg_id=msg_id, sid=sid, **keywords)

    def cw(self, even="11223366445566ff", odd="2122236631323396", tag=ECM_EVEN, nibble=1, msg_id=2, **keywords):
        return self.frame(message(tag, bytes.fromhex(even + odd), nibble), msg_id=msg_id, **keywords)

    def emm(self, tag=EMM, data=EMM_DATA, msg_id=3, **keywords):
        return self.frame(message(tag, data, nibble=7), msg_id=msg_id, **keywords)

    def emm_reply(self, tag=EMM, nibble=1, msg_id=3):
        return self.frame(message(tag, b"", nibble), msg_id=msg_id)

    def keepalive(self, msg_id=9, data=b"", **keywords):
        return self.frame(message(KEEPALIVE, data), msg_id=msg_id, **keywords)


def log_in(capture, login, client=("10.0.0.2", 50000), server=("10.0.0.1", 15050), **keywords):
    """A connection up to the ACK of the login; returns the Tcp for more. keywords: of pcap.Tcp."""
    tcp = capture.tcp(client, server, **keywords).open()
    tcp.server(login.greeting)
    tcp.client(login.login())
    tcp.server(login.ack())
    return tcp


def connect(capture, login, client=("10.0.0.2", 50000), server=("10.0.0.1", 15050), **keywords):
    """log_in(), card request and card data; returns the Tcp for more."""
    tcp = log_in(capture, login, client, server, **keywords)
    tcp.client(login.card_request())
    tcp.server(login.card_data())
    return tcp
