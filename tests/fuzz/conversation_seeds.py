"""Seeds of the fuzzers of whole conversations (conversation/fuzz-conversation-*.c), out of the generators of tests/peers
and the recorded captures. What the bytes mean is said in those files.
"""

import re
import struct

from tests.fuzz import mutations
from tests.peers import baichuan, baichuan_media, baichuan_udp, newcamd

DESKEY, USER, PASSWORD = "a1b2c3d4e5f60718293a4b5c6d7e", "anna", "sesame"  # those of wireshark.c

CLIENT, SERVER = 0, 1
HIDE, OUT_OF_ORDER, LATE, NO_KEYS, TAPS, NO_MEDIA, REASSEMBLE, ONE_PASS = (1 << bit for bit in range(8))
NEAR_END, NO_START, IPV6, EXPORTED = (1 << bit for bit in range(4))
# What is set where: Wireshark, network.
SETTINGS = ((0, 0), (HIDE | TAPS | REASSEMBLE, NEAR_END), (OUT_OF_ORDER | ONE_PASS, NO_START | IPV6), (LATE | TAPS, 0), (NO_KEYS | TAPS, NEAR_END),
            (0, EXPORTED), (TAPS, EXPORTED | 0x10), (NO_MEDIA, EXPORTED | 0x30))

# A delivery byte: whole, lost, cut, with a hole, swapped, late, twice, snapped; the size of pieces in bits 5 to 7.
WHOLE, LOST, CUT, HOLE, SWAPPED, LATE_ONE, TWICE, SNAPPED = range(8)
# How the stretches of one seed arrive: every third one in another way.
MANNERS = ((WHOLE,), (CUT | 3 << 5, WHOLE), (WHOLE, WHOLE, LOST), (HOLE | 4 << 5, WHOLE, WHOLE), (SWAPPED | 2 << 5,), (WHOLE, LATE_ONE),
           (TWICE, WHOLE), (WHOLE, SNAPPED, WHOLE), (CUT | 7 << 5, WHOLE, WHOLE, WHOLE, WHOLE), (WHOLE | 2 << 3, WHOLE))


def stretch(kind, delivery, data):
    return bytes([kind, delivery]) + struct.pack("!H", len(data)) + data


def seeds(stretches, head=b""):
    """Inputs out of (kind, bytes): in each manner with all in the first settings, and in each other setting once."""
    for index, manner in enumerate(MANNERS):
        for wireshark, network in {SETTINGS[0], SETTINGS[index % len(SETTINGS)]}:
            body = b"".join(stretch(kind, manner[n % len(manner)], data) for n, (kind, data) in enumerate(stretches))
            yield bytes([wireshark, network]) + head + body


# ---- newcamd ----

RAW, LOGIN_KEY, SESSION_KEY, SUM, RESTART, LENGTH = 0, 2, 4, 8, 16, 32


def newcamd_messages(login):
    """(kind, plaintext) of a connection's life."""
    text = login.user.encode() + b"\0" + login.crypt.encode() + b"\0"

    def plain(side, tag, data=b"", key=SESSION_KEY, nibble=0, **header):
        return side | key | SUM, login.header(**header) + newcamd.message(tag, data, nibble)

    return [plain(CLIENT, newcamd.LOGIN, text, LOGIN_KEY, msg_id=1, sid=login.client_id),
            plain(SERVER, newcamd.LOGIN_ACK, key=LOGIN_KEY, msg_id=1),
            plain(CLIENT, newcamd.CARD_REQUEST),
            (SERVER | SESSION_KEY | SUM, login.header() + newcamd.card()),
            plain(CLIENT, newcamd.ECM_EVEN, newcamd.ECM_DATA, nibble=7, msg_id=2, sid=1),
            plain(SERVER, newcamd.ECM_EVEN, bytes(range(0x10, 0x20)), msg_id=2),
            plain(CLIENT, newcamd.ECM_ODD, newcamd.ECM_DATA, nibble=7, msg_id=3, sid=1),
            plain(SERVER, newcamd.ECM_ODD, msg_id=3),
            plain(CLIENT, newcamd.EMM, newcamd.EMM_DATA, nibble=7, msg_id=4),
            plain(SERVER, newcamd.EMM, nibble=1, msg_id=4),
            plain(CLIENT, newcamd.KEEPALIVE, msg_id=9),
            plain(SERVER, newcamd.KEEPALIVE, msg_id=9)]


def newcamd_extended(login):
    for tag in (0xC0, 0xD1, 0xD3, 0xD6, 0xD7, 0xE5, 0xE8, 0xFD):
        for data in (b"", b"\1\2\3", bytes(24), b"name\0text\0" + bytes(8)):
            yield tag & 1 | SESSION_KEY | SUM | LENGTH, login.header(msg_id=tag) + newcamd.message(tag, data)


def add_newcamd(corpora):
    for version in (524, 525):
        login = newcamd.Login(DESKEY, USER, PASSWORD, version=version)
        life = newcamd_messages(login)
        clear = [(CLIENT, login.clear_login()), (SERVER, login.clear(newcamd.message(newcamd.LOGIN_ACK), msg_id=1)),
                 (CLIENT, login.clear(newcamd.message(newcamd.ECM_EVEN, newcamd.ECM_DATA), msg_id=2)), (CLIENT, b"\0\x09" + bytes(9))]
        reverse = [(CLIENT, login.server_name()), (SERVER, login.clear(newcamd.message(newcamd.SERVER_NAME_ACK))),
                   (SERVER, login.server_login()), (CLIENT, login.server_login_reply(newcamd.SERVER_LOGIN_ACK)), *life[4:6]]
        again = [(kind | (RESTART if n == 0 else 0), data) for n, (kind, data) in enumerate(life)]
        for stretches in (life, life[:4] + list(newcamd_extended(login))[:20], clear, reverse, life[4:], life[:3] + again[:6] + again[:2]):
            for seed in seeds(stretches, login.greeting):
                corpora.add("conversation-newcamd", seed)


# ---- Baichuan ----

XOR, AES, FULL, LENGTHS = 2, 4, 6, 8
STREAM, DATAGRAM, DISCOVERY, JUMP = (what << 4 for what in range(4))


def baichuan_life(how):
    """(kind, message) of a login and what comes behind it; the fuzzer encrypts the latter."""
    session = baichuan.Session("none", negotiated={0: 0, XOR: 1, AES: 2, FULL: 0x12}[how])
    film = baichuan_media.film(seconds=1, fps=3, audio=baichuan_media.aac, size=120)
    preview = baichuan.body('<Preview version="1.1"><channelId>0</channelId><handle>0</handle></Preview>')
    users = baichuan.body('<UserList version="1.1"><User><userName>admin</userName><password>hidden-1</password></User></UserList>')
    picture = b"\xff\xd8\xff" + bytes(60) + b"\xff\xd9"
    tokens = [(CLIENT, session.accesskey_login()), (SERVER, session.tokens_reply("token-one", "token-two")),
              (CLIENT, session.token_login("token-one", "token-two"))]
    login = [(CLIENT, session.hello()), (SERVER, session.nonce_reply()), (CLIENT, session.login()), (SERVER, session.login_reply())]
    talk = [(CLIENT, session.message(80, ext=baichuan.CHANNEL)), (SERVER, session.reply(80, baichuan.VERSION)),
            (CLIENT, session.message(3, preview, ext=baichuan.CHANNEL)), (SERVER, session.reply(58, users)),
            (SERVER, session.reply(109, ext=baichuan.extension(binaryData=1), data=picture)), (SERVER, session.reply(109, code=201))]
    media = [(SERVER, session.reply(3, ext=baichuan.extension(binaryData=1, encryptLen=32) if how == FULL or n == 0 else None, data=packet.wire,
                                    exchange=0x05000000)) for n, packet in enumerate(film)]
    seal = how | LENGTHS
    # Media is clear but for full AES, where only what the Extension says is encrypted.
    return (login, tokens, [(kind | seal, message) for kind, message in talk],
            [(kind | (seal if how == FULL else LENGTHS), message) for kind, message in media])


def baichuan_lives():
    for how in (0, XOR, AES, FULL):
        login, tokens, talk, media = baichuan_life(how)
        yield from (login + talk, login + media, login[:2] + tokens + talk[:2], talk + media, login + talk[:2] + media[:4] + login + talk[:2])
    legacy = baichuan.Session("aes")
    yield [(CLIENT, legacy.hello(legacy=True)), (SERVER, legacy.nonce_reply()), (CLIENT, legacy.login()), (SERVER, legacy.login_reply(400))]


CALL_OTHER, CARRIER_OTHER = 64, 128


def add_mixed_pdus(corpora):
    """Exported PDUs that call both dissectors on one pair of ends."""
    hello = baichuan.Session("none").hello()
    packet = baichuan_udp.data(80, 0, hello)
    for carrier in range(4):
        for flags in (0, CARRIER_OTHER):
            for order in ((0, 1), (1, 0), (0, 1, 0, 1)):
                tcp = [stretch((CALL_OTHER if udp else 0) | flags, WHOLE, packet if udp else hello) for udp in order]
                udp = [stretch(DATAGRAM | (0 if udp else CALL_OTHER) | flags, WHOLE, packet if udp else hello) for udp in order]
                for name, stretches in (("tcp", tcp), ("udp", udp)):
                    corpora.add(f"conversation-baichuan-{name}", bytes([TAPS, EXPORTED | carrier << 4]) + b"".join(stretches))


def add_baichuan(corpora):
    start = [(CLIENT | DISCOVERY, baichuan_udp.p2p("C2D_C", uid="9527000960V21RL", cli={"port": 53500}, cid=82000, mtu=1350).encode()),
             (SERVER | DISCOVERY, baichuan_udp.p2p("D2C_C_R", rsp=0, cid=82000, did=80).encode())]
    others = [(SERVER | DATAGRAM, baichuan_udp.ack(82000, 2, b"\1\0\1")), (CLIENT | DATAGRAM, baichuan_udp.ack_of_nothing(80)),
              (SERVER | DATAGRAM, baichuan_udp.alarm("<Alarm/>")), (CLIENT | DATAGRAM, baichuan_udp.hub(bytes(40))),
              (SERVER | DATAGRAM, baichuan_udp.lan_reply()), (CLIENT | DISCOVERY, baichuan_udp.p2p("C2D_DISC", cid=82000, did=80).encode())]
    for life in baichuan_lives():
        for seed in seeds(life):
            corpora.add("conversation-baichuan-tcp", seed)
        for seed in seeds(start + life):
            corpora.add("conversation-baichuan-udp", seed)
        jumps = [(kind | JUMP, struct.pack("<iB", jump, 0) + data) for (kind, data), jump in zip(life[2:], (1, 2, 1000, -1, 0x7fffffff, 3) * 9)]
        for seed in seeds(start + life[:2] + others[:2] + jumps + others[2:]):
            corpora.add("conversation-baichuan-udp", seed)


# ---- recorded captures ----

def add_capture(corpora, name, path, whole=False):
    """The first payloads of a capture as stretches of the two sides. whole: datagrams."""
    stretches, first = [], None
    for packet in mutations.read(path):
        at = mutations.payload_offset(packet)
        if at is None:
            continue
        ports = struct.unpack_from("!HH", packet.data, mutations.IP + 20)
        first = first or ports
        side = CLIENT if ports == first else SERVER
        stretches.append((side | (DATAGRAM if whole else 0), packet.data[at:at + 1400]))
    for start in range(0, min(len(stretches), 60), 12):
        for seed in list(seeds(stretches[start:start + 14] if start == 0 else stretches[:3] + stretches[start:start + 12]))[:4]:
            corpora.add(name, seed)


def add(corpora, captures):
    add_newcamd(corpora)
    add_baichuan(corpora)
    add_mixed_pdus(corpora)
    for path in sorted((captures / "baichuan").glob("*.pcapng")):
        udp = re.search("_udp", path.name)
        add_capture(corpora, f"conversation-baichuan-{'udp' if udp else 'tcp'}", path, whole=bool(udp))
