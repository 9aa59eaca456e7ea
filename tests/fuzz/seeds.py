"""Seed corpora of the fuzzers, out of the captures and out of the generators of tests/peers.

    python3 -m tests.fuzz.seeds FOLDER

writes FOLDER/NAME/* for each fuzz-NAME.c (those of whole conversations: conversation_seeds.py); what the bytes of an input mean is said there. Nothing of this is kept in
git: the captures are.
"""

import hashlib
import json
import pathlib
import random
import re
import struct
import sys

from Cryptodome.Cipher import DES3

from tests.fuzz import conversation_seeds, mutations
from tests.peers import baichuan, baichuan_media, baichuan_udp, baichuan_reader, newcamd

ROOT = pathlib.Path(__file__).resolve().parents[2]
CAPTURES = ROOT / "captures"
DESKEYS = [bytes.fromhex("0102030405060708091011121314"), bytes.fromhex("1102030405060708091011121314")]
CAPTURE_PASSWORDS = ["secret123", "wrongpw"]
MEDIA = re.compile(rb"100[12]|[0-9][0-9](?:dc|wb)")
LONGEST = 8192  # bytes of a seed: long ones make a fuzzer slow


class Corpora:
    def __init__(self, folder):
        self.folder = pathlib.Path(folder)

    def add(self, name, data):
        folder = self.folder / name
        folder.mkdir(parents=True, exist_ok=True)
        data = bytes(data)[:LONGEST]
        (folder / hashlib.sha1(data).hexdigest()[:16]).write_bytes(data)


# ---- newcamd ----

def newcamd_streams(path):
    """[(source, bytes)] of each connection of a capture: (server's, client's). The server is who sends 14 bytes first."""
    pairs = {}
    for segment in baichuan_reader.segments(path):
        pairs.setdefault(segment.source, bytearray()).extend(segment.data)
    streams = list(pairs.values())
    return [(streams[i], streams[i + 1]) for i in range(0, len(streams) - 1, 2)]


def newcamd_frames(stream):
    at = 0
    while at + 2 <= len(stream):
        length = struct.unpack_from("!H", stream, at)[0]
        yield bytes(stream[at + 2:at + 2 + length])
        at += 2 + length


def newcamd_open(body, key14):
    """The plaintext region of what follows a length field, or None if this key gives a wrong checksum."""
    plain = DES3.new(newcamd.spread(key14), DES3.MODE_CBC, body[-8:]).decrypt(body[:-8])
    total = 0
    for byte in plain:
        total ^= byte
    return plain if total == 0 else None


def add_newcamd_plain(corpora, plain, caids=(0x0500, 0x0B00)):
    corpora.add("newcamd-frame", plain)
    for header in (6, 10):
        tag, low = plain[header], struct.unpack_from("!H", plain, header + 1)[0] & 0xFFF
        if 0x80 <= tag <= 0x8F and 3 + low <= len(plain) - header:
            for caid in caids:
                corpora.add("newcamd-sections", struct.pack("!H", caid) + plain[header:header + 3 + low])


def newcamd_record(direction, kind, body):
    return bytes([direction | kind]) + struct.pack("!H", len(body)) + body


def add_newcamd_capture(corpora, path):
    for server, client in newcamd_streams(path):
        greeting, wire, opened = bytes(server[:14]), b"", b""
        keys = [newcamd.login_key(deskey, greeting) for deskey in DESKEYS]
        keys += [newcamd.session_key(deskey, newcamd.md5_crypt(password)) for deskey in DESKEYS for password in CAPTURE_PASSWORDS]
        for direction, stream in ((0, client), (1, server[14:])):
            for index, body in enumerate(newcamd_frames(stream)):
                wire += newcamd_record(direction, 0, body)
                plain = next(filter(None, (newcamd_open(body, key) for key in keys)), None) if len(body) % 8 == 0 else None
                if plain:
                    add_newcamd_plain(corpora, plain)
                    opened += newcamd_record(direction, 2 if index == 0 else 4, plain + body[-8:])
        for records in (wire, opened):
            for options in (0, 1, 4):
                corpora.add("newcamd-session", bytes([options]) + greeting + records)


def add_newcamd_generated(corpora):
    for version in (524, 525):
        login = newcamd.Login(deskey=DESKEYS[0].hex(), version=version)
        frames = [(0, login.login()), (1, login.ack()), (0, login.card_request()), (1, login.card_data()), (0, login.ecm()),
                  (1, login.cw()), (0, login.emm()), (1, login.emm_reply()), (0, login.keepalive())]
        clear = [(0, login.clear_login()), (1, login.clear(newcamd.message(newcamd.LOGIN_ACK), msg_id=1)),
                 (0, login.clear(newcamd.message(newcamd.ECM_EVEN, newcamd.ECM_DATA), msg_id=2))]
        reverse = [(0, login.server_name()), (1, login.clear(newcamd.message(newcamd.SERVER_NAME_ACK))), (1, login.server_login()),
                   (0, login.server_login_reply(newcamd.SERVER_LOGIN_ACK))]
        old = [(0, login.old_login()), (0, login.old_login(with_length=False))]
        for group in (frames, clear, reverse, old):
            records = b"".join(newcamd_record(direction, 0, frame[2:]) for direction, frame in group)
            corpora.add("newcamd-session", b"\0" + login.greeting + records)
            for _, frame in group:
                body = frame[2:]
                plain = (newcamd_open(body, login.login_key) or newcamd_open(body, login.session_key)) if len(body) % 8 == 0 else None
                if plain:
                    add_newcamd_plain(corpora, plain, caids=(0x0500,))
                else:
                    corpora.add("newcamd-frame", body)
    for caid in (0x0100, 0x0500, 0x0600, 0x0919, 0x0B00, 0x0D05, 0x1800, 0x2710, 0x4AEE):
        for table in range(0x80, 0x90):
            corpora.add("newcamd-sections", struct.pack("!HB", caid, table) + b"\x70\x2c" + bytes(range(0x2C)))
            corpora.add("newcamd-sections", struct.pack("!HB", caid, table) + b"\x70\x30" + newcamd.EMM_DATA)


# ---- Baichuan ----

def add_document(corpora, text):
    """A document for those that read documents."""
    text = text if isinstance(text, bytes) else text.encode()
    corpora.add("baichuan-xml", text)
    for options in (0, 1, 2, 5):
        corpora.add("baichuan-parts", bytes([options, 0, 0]) + text)
    corpora.add("baichuan-parts", bytes([5, 0, 21]) + text)
    corpora.add("baichuan-parts", bytes([3, 7, 21]) + text)


def record(data, options=0):
    """Bytes as fuzz-baichuan-media.c and fuzz-baichuan-udp.c read them."""
    return struct.pack("!BH", options, min(len(data), 0xFFFF)) + data[:0xFFFF]


def add_udp_capture(corpora, path):
    datagrams = []
    for packet in mutations.read(path):
        at = mutations.payload_offset(packet)
        if at is not None:
            datagrams.append(packet.data[at:])
    for first in range(0, len(datagrams), 4):
        corpora.add("baichuan-udp", b"".join(record(datagram, options=0x81) for datagram in datagrams[first:first + 8]))


def add_media_generated(corpora):
    for codec in ("H264", "H265"):
        for audio in (None, baichuan_media.aac, baichuan_media.adpcm):
            wire = b"".join(packet.wire for packet in baichuan_media.film(codec=codec, audio=audio))
            for cut in (37, 500, 4000):
                corpora.add("baichuan-media", b"".join(record(wire[at:at + cut]) for at in range(0, len(wire), cut)))


def add_udp_generated(corpora):
    login = baichuan.Session("aes")
    data = [baichuan_udp.data(80, number, message) for number, message in
            enumerate((login.hello(), login.nonce_reply(), login.login(), login.reply(80, baichuan.VERSION)))]
    others = [baichuan_udp.discovery(baichuan_udp.p2p("C2D_C", uid="9527000960V21RL", cid=82000, mtu=1350)),
              baichuan_udp.ack(80, 2, b"\1\0\1"), baichuan_udp.ack_of_nothing(80), baichuan_udp.alarm("<Alarm/>"),
              baichuan_udp.hub(bytes(40)), baichuan_udp.lan_reply()]
    for datagrams in (data, data[::-1], data[:1] + data[2:] + others, *([one] for one in others)):
        corpora.add("baichuan-udp", b"".join(record(datagram, options=0x81) for datagram in datagrams))


def add_baichuan_capture(corpora, path):
    for run in baichuan_reader.runs(path):
        stream = b"".join(segment.data for segment in run)
        corpora.add("baichuan-header", stream)
        corpora.add("baichuan-header", stream[37:])
    data = {}
    messages = baichuan_reader.whole_messages(path)
    for run in baichuan_reader.runs(path):
        for segment in run:
            data[segment.frame] = segment
    session, client, media = b"", None, {}
    for message in messages:
        segment = data[message.frame]
        client = client or segment.source
        head = segment.data[message.offset:message.offset + 24]
        if len(head) < 24:
            continue
        size = 20 if struct.unpack_from("<H", head, 18)[0] in (baichuan.LEGACY, baichuan.SHORT) else 24
        body = message.extension + message.payload
        if len(session) + len(body) < LONGEST:
            session += bytes([segment.source != client]) + head[:size] + body
        corpora.add("baichuan-session", bytes([segment.source != client]) + head[:size] + body)
        corpora.add("baichuan-parts", b"\0\0\0" + message.payload)
        media.setdefault((message.msg_id, message.exchange, segment.source), []).append(message.payload)
    corpora.add("baichuan-session", session)
    for payloads in media.values():
        if MEDIA.match(payloads[0]):
            for cut in (None, 1000, 37):
                corpora.add("baichuan-media", b"".join(record(payload[:cut]) for payload in payloads))
            for payload in payloads:
                corpora.add("baichuan-media", record(payload))


def add_baichuan_expected(corpora, path):
    for message in json.loads(path.read_text())["messages"]:
        for part in ("extension", "payload"):
            if isinstance(message.get(part), str) and message[part]:
                add_document(corpora, message[part])


def add_baichuan_generated(corpora):
    for cipher in ("none", "xor", "aes", "full"):
        session = baichuan.Session(cipher)
        legs = [(0, session.hello()), (1, session.nonce_reply()), (0, session.login()), (1, session.login_reply())]
        rest = [(0, session.message(80, ext=baichuan.CHANNEL)), (1, session.reply(80, baichuan.VERSION)),
                (0, session.message(3, baichuan.body('<Preview version="1.1"><channelId>0</channelId><handle>0</handle></Preview>'),
                                    ext=baichuan.CHANNEL)),
                (1, session.full(3, b"1001\x20\0\0\0" + bytes(64), 32)), (1, session.full(3, b"00dcH264" + bytes(64), 40, 8)),
                (1, session.reply(109, ext=baichuan.extension(binaryData=1), data=b"\xff\xd8\xff" + bytes(40) + b"\xff\xd9"))]
        for group in (legs + rest, rest, [(0, session.hello(legacy=True))] + legs + rest, legs[:2] + [(0, session.accesskey_login())]):
            wire = b"".join(bytes([direction]) + message for direction, message in group)
            corpora.add("baichuan-session", wire)
            corpora.add("baichuan-header", wire[1:])
    plain = baichuan.Session("none", negotiated=2)
    for kind in (4, 8):
        corpora.add("baichuan-session", b"".join(bytes([direction | (kind if i > 3 else 0)]) + message for i, (direction, message) in enumerate(
            [(0, plain.hello()), (1, plain.nonce_reply()), (0, plain.login()), (1, plain.login_reply()),
             (0, plain.message(80, ext=baichuan.CHANNEL)), (1, plain.reply(80, baichuan.VERSION))])))
    for name, document in hostile_documents().items():
        add_document(corpora, document)


def hostile_documents():
    """Small ones; tests/dissection/baichuan/test_hostile_xml.py has the large ones."""
    prolog = baichuan.PROLOG.encode()
    return {
        "deep": prolog + b"<a>" * 70 + b"</a>" * 70,
        "comment": prolog + b"<!-- > <a> --><a/>",
        "cdata": prolog + b"<a><![CDATA[<b>]]></a>",
        "doctype": prolog + b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>',
        "utf-16": "<?xml version='1.0' encoding='UTF-16'?><a>b</a>".encode("utf-16"),
        "secrets": prolog + b"<body><password>x</password><cipherContent>y</cipherContent><userName>z</userName></body>",
        "entities": prolog + b"<a>&lt;&#65;&#x41;&amp;</a>",
        "bad": prolog + b"<a>\xff\xfe\0</a>",
    }


def main(folder):
    corpora = Corpora(folder)
    for path in sorted((CAPTURES / "newcamd").glob("*.pcapng")):
        add_newcamd_capture(corpora, path)
    add_newcamd_generated(corpora)
    for path in sorted((CAPTURES / "baichuan").glob("*_tcp*.pcapng")):
        add_baichuan_capture(corpora, path)
    for path in sorted((CAPTURES / "baichuan").glob("*_udp*.pcapng")):
        add_udp_capture(corpora, path)
    for path in sorted((CAPTURES / "baichuan").glob("*.expected.json")):
        add_baichuan_expected(corpora, path)
    add_baichuan_generated(corpora)
    add_media_generated(corpora)
    add_udp_generated(corpora)
    conversation_seeds.add(corpora, CAPTURES)
    for table in sorted((ROOT / "keys").glob("*_keys")):
        corpora.add("key-line", table.read_bytes())
        for line in table.read_text().splitlines():
            for cell in line.split(","):
                corpora.add("keytable", cell.strip().strip('"').encode())
    for text in ("192.0.2.0/24", "2001:db8::/32", "::1", "65535", "01:02:03:04:05:06:07:08:09:10:11:12:13:14", "secret1"):
        corpora.add("keytable", text.encode())
    for text in (r'"10.0.0.1","","","4D2C923E651AB640","\x22\\",""', 'camshark-key: baichuan "","admin","Secret-1"\r\n',
                 "# camera, user\n\n,,\"x\""):
        corpora.add("key-line", text.encode())
    # Choices: which slice comes, what becomes of which message.
    for seed in range(40):
        corpora.add("assembler", random.Random(seed).randbytes(50 * (1 + seed)))


if __name__ == "__main__":
    main(sys.argv[1])
