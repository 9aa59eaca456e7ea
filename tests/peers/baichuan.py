"""BC messages as cameras and clients write them: an implementation of docs/baichuan.md of its own, for captures.

Nothing here is taken from the plugin. Integers are little endian; texts are UTF-8.
"""

import base64
import hashlib
import struct

from Cryptodome.Cipher import AES

from tests.peers.plaintext import plaintext

MAGIC = 0x0ABCDEF0
MAGIC_NVR = 0x0FEDCBA0

LEGACY, SHORT, REQUEST, DEVICE, DOWNLOAD = 0x6514, 0x6614, 0x6414, 0x0000, 0x6482

PROLOG = '<?xml version="1.0" encoding="UTF-8" ?>\n'
XOR_KEY = bytes.fromhex("1f2d3c4b5a6978ff")
IV = b"0123456789abcdef"


def xor_bytes(data, key):
    """Bytes with the first ones of a key, which begins anew behind its end."""
    stream = (key * (len(data) // len(key) + 1))[:len(data)]
    return (int.from_bytes(data, "big") ^ int.from_bytes(stream, "big")).to_bytes(len(data), "big")


def xor(data, offset):
    return xor_bytes(data, bytes(XOR_KEY[(offset + i) % 8] ^ offset for i in range(8)))


def aes(key, data, iv=IV):
    return AES.new(key, AES.MODE_CFB, iv=iv, segment_size=128).encrypt(data)


def aes_open(key, data, iv=IV):
    return AES.new(key, AES.MODE_CFB, iv=iv, segment_size=128).decrypt(data)


def digest(text):
    return hashlib.md5(text.encode()).hexdigest().upper()


def session_key(nonce, password):
    return digest(f"{nonce}-{password}")[:16].encode()


def login_hash(value, nonce=""):
    return digest(value + nonce)[:31]


def header(msg_id, body_len, msg_class=REQUEST, code=0, exchange=0, payload_offset=0, magic=MAGIC, short=None):
    """20 or 24 bytes, as the class says; short=True gives the 20 bytes of old devices."""
    head = struct.pack("<IIIIHH", magic, msg_id, body_len, exchange, code, msg_class)
    if short is None:
        short = msg_class in (LEGACY, SHORT)
    return head if short else head + struct.pack("<I", payload_offset)


def body(xml):
    return f"{PROLOG}<body>\n{xml}</body>\n"


def extension(**fields):
    lines = "".join(f"<{name}>{value}</{name}>\n" for name, value in fields.items())
    return f'{PROLOG}<Extension version="1.1">\n{lines}</Extension>\n'


class Session:
    """Both ends of a connection. cipher: "none", "xor", "aes" or "full", what text is encrypted with after the login;
    negotiated: the byte of the nonce reply."""

    NEGOTIATED = {"none": 0x00, "xor": 0x01, "aes": 0x02, "full": 0x12}

    def __init__(self, cipher="aes", user="admin", password="Secret-1", nonce="7C3E19A0D4F25B86", negotiated=None,
                 magic=MAGIC, requested=0x12, xor_offset=0):
        self.cipher = cipher
        self.user, self.password, self.nonce = user, password, nonce
        self.negotiated = self.NEGOTIATED[cipher] if negotiated is None else negotiated
        self.requested = requested
        self.magic = magic
        self.xor_offset = xor_offset
        self.key = session_key(nonce, password)

    def encrypt(self, text, exchange):
        data = text.encode() if isinstance(text, str) else text
        if self.cipher == "none":
            return data
        if self.cipher == "xor":
            return xor(data, exchange & 0xFF)
        return aes(self.key, data)

    def message(self, msg_id, xml="", ext=None, data=b"", msg_class=REQUEST, code=0, exchange=0x00010000, sealed=False, **header_args):
        """A message after the login: ext and xml are encrypted, data is a binary payload as it goes on the wire, sealed if
        it is encrypted already."""
        first = self.encrypt(plaintext("extension", ext), exchange) if ext else b""
        if xml:
            payload = self.encrypt(plaintext("xml", xml), exchange)
        else:
            payload = data if sealed else plaintext("binary", data)
        head = header(msg_id, len(first) + len(payload), msg_class, code, exchange, len(first), self.magic, **header_args)
        return head + first + payload

    def reply(self, msg_id, xml="", code=200, **args):
        return self.message(msg_id, xml, msg_class=DEVICE, code=code, **args)

    def full(self, msg_id, data, encrypt_len, encrypt_pos=None, exchange=0x00010000):
        """A binary reply of which encrypt_len bytes are AES."""
        fields = {"binaryData": 1, "encryptLen": encrypt_len}
        if encrypt_pos is not None:
            fields["encryptPos"] = encrypt_pos
        start = encrypt_pos or 0
        data = plaintext("binary", data)
        wire = data[:start] + aes(self.key, data[start:start + encrypt_len]) + data[start + encrypt_len:]
        return self.reply(msg_id, ext=extension(**fields), data=wire, exchange=exchange, sealed=True)

    def inner(self, msg_id, inner, data, prefix=b"", clear=False, **args):
        """A reply as an E1 sends it in a replay: an Extension and data in one payload, each a run of AES. prefix: what is
        before it; clear: the data are not encrypted."""
        data = plaintext("binary", data)
        wire = prefix + aes(self.key, plaintext("extension", inner)) + (data if clear else aes(self.key, data))
        return self.reply(msg_id, data=wire, sealed=True, **args)

    # ---- the login: XOR or clear, whatever was negotiated ----

    def _login_text(self, xml):
        data = plaintext("login", xml)
        return data if self.negotiated == 0 else xor(data, self.xor_offset)

    def hello(self, legacy=False):
        data = b""
        if legacy:
            data = (login_hash(self.user).encode() + b"\0" + login_hash(self.password).encode() + b"\0").ljust(1836, b"\0")
            data = plaintext("structures", data)
        return header(1, len(data), LEGACY, 0xDC00 | self.requested, self.xor_offset, magic=self.magic) + data

    def nonce_xml(self):
        return body(f'<Encryption version="1.1">\n<type>md5</type>\n<nonce>{self.nonce}</nonce>\n</Encryption>\n')

    def nonce_reply(self):
        data = self._login_text(self.nonce_xml())
        return header(1, len(data), SHORT, 0xDD00 | self.negotiated, self.xor_offset, magic=self.magic) + data

    def login_xml(self):
        return body(f'<LoginUser version="1.1">\n<userName>{login_hash(self.user, self.nonce)}</userName>\n'
                    f'<password>{login_hash(self.password, self.nonce)}</password>\n<userVer>1</userVer>\n</LoginUser>\n'
                    '<LoginNet version="1.1">\n<type>LAN</type>\n<udpPort>0</udpPort>\n</LoginNet>\n')

    def login(self):
        data = self._login_text(self.login_xml())
        return header(1, len(data), REQUEST, 0, self.xor_offset, magic=self.magic) + data

    def logout(self, exchange=0x00070000):
        """As clients write it that send user and password themselves, and no hashes (section 2.5)."""
        return self.message(2, body(f'<LoginUser version="1.1">\n<userName>{self.user}</userName>\n'
                                    f'<password>{self.password}</password>\n<userVer>1</userVer>\n</LoginUser>\n'
                                    '<LoginNet version="1.1">\n<type>LAN</type>\n<udpPort>0</udpPort>\n</LoginNet>\n'),
                            exchange=exchange)

    def accesskey_login(self):
        """The first leg of docs/baichuan.md 2.7, getAccesskey."""
        data = self._login_text(body('<LoginUser version="1.1">\n'
                                     f'<userName>{login_hash(self.user, self.nonce)}</userName>\n'
                                     '<authType>getAccesskey</authType>\n<AuthInfo>\n'
                                     f'<authCode>{login_hash(self.password, self.nonce)}</authCode>\n</AuthInfo>\n</LoginUser>\n'))
        return header(1, len(data), REQUEST, 0, self.xor_offset, magic=self.magic) + data

    def tokens_reply(self, one, two):
        """Its answer: two slots of 64 bytes, each with the base64 of an encrypted token."""
        data = b"".join(base64.b64encode(aes(self.key, plaintext("tokens", token))).ljust(64, b"\0") for token in (one, two))
        return header(1, len(data), DEVICE, 200, self.xor_offset, magic=self.magic) + data

    def token_login(self, one, two):
        """The second leg, authLogin."""
        data = self._login_text(body('<LoginUser version="1.1">\n<authType>authLogin</authType>\n'
                                     f'<userName>{login_hash(one, self.nonce)}</userName>\n'
                                     f'<password>{login_hash(two, self.nonce)}</password>\n</LoginUser>\n'))
        return header(1, len(data), REQUEST, 0, self.xor_offset, magic=self.magic) + data

    def login_reply(self, code=200):
        data = self._login_text(body('<DeviceInfo version="1.1">\n<resolution>2560*1440</resolution>\n</DeviceInfo>\n'))
        if code != 200:
            data = b""
        return header(1, len(data), DEVICE, code, self.xor_offset, magic=self.magic) + data

    def play_login(self, tcp, code=200):
        """The four legs on a connection."""
        tcp.client(self.hello())
        tcp.server(self.nonce_reply())
        tcp.client(self.login())
        tcp.server(self.login_reply(code))
        return self


VERSION = body('<VersionInfo version="1.1">\n<name>Porch</name>\n<type>E1</type>\n</VersionInfo>\n')
CHANNEL = extension(channelId=0)
