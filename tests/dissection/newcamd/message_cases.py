"""Generated newcamd captures about the contents of messages. Each function takes a path and returns it.

Unless a function says otherwise it begins with cases.connected(): greeting in frame 4, login 5, ACK 6, card request 7,
card data 8. What a function does begins with frame 9.
"""

import random

from tests.dissection.newcamd.cases import connected, greeted, logged_in, login
from tests.peers import ca_sections, newcamd, pcap
from tests.peers.newcamd import message


def with_card(caid, providers=((0x000001, "0000000000000000"),), serial="0000000000000000", **keywords):
    """A connection whose card data (frame 8) names a card."""
    capture, peer, tcp = logged_in(**keywords)
    tcp.client(peer.card_request())
    tcp.server(peer.card_data(caid=caid, providers=providers, serial=serial))
    return capture, peer, tcp


def emm_sections(path, caid, *sections):
    """EMMs of a CA system, from frame 9 on."""
    capture, peer, tcp = with_card(caid)
    for number, section in enumerate(sections):
        tcp.client(peer.frame(section, msg_id=20 + number))
    return capture.write(path)


def extended(path):
    """The extended protocol: version, SID list, cards, OSD, cached control words, names without known layout."""
    capture, peer, tcp = connected(client_id=0x6D67)
    tcp.client(peer.frame(message(0xD6), msg_id=2))
    tcp.server(peer.frame(message(0xD6, b"1.67"), msg_id=2))
    tcp.server(peer.frame(message(0xD7, bytes.fromhex("100201 100300 abcd05")), msg_id=2, sid=0x1001, caid=25050,
                          provider=1, flags=0x14)
               + peer.frame(message(0xD7), msg_id=2, sid=0x1004, caid=25050, provider=1, flags=0x14))
    tcp.server(peer.frame(message(0xD3), msg_id=2, sid=25050, caid=0x0B00, provider=0x000001)
               + peer.frame(message(0xD4), msg_id=2, sid=25051, caid=0x0500, provider=0x030600))
    tcp.server(peer.frame(message(0xD1, "Grüße aus Köln".encode("latin-1")), msg_id=2))
    tcp.client(peer.frame(message(0xC0, bytes.fromhex("11223366445566ff2122236631323396")), msg_id=3, sid=0x21,
                          caid=0x0500, provider=0x030600))
    tcp.server(peer.frame(message(0xD2, b"all")) + peer.frame(message(0xD5, b"key")))
    tcp.client(peer.frame(message(0xD8, b"")))
    tcp.server(peer.frame(message(0xD7, bytes(4)), sid=0x1001, caid=25050, flags=0x14))
    return capture.write(path)


def unknown_between(path):
    """A section that is no EMM, and a command that nobody knows, each in one segment with an ECM behind it."""
    capture, peer, tcp = connected()
    tcp.client(peer.frame(message(0x00, b"\0\1\xc1\0\0" + bytes(8), nibble=0xB), msg_id=2) + peer.ecm(msg_id=3, sid=0x31))
    tcp.client(peer.frame(message(0x5A, b"what"), msg_id=4) + peer.ecm(msg_id=5, sid=0x32))
    tcp.server(peer.cw(msg_id=3) + peer.cw(msg_id=5))
    return capture.write(path)


def special_card_data(path):
    """Card data without a provider (frame 8); with CAID 0 and the provider 000000 (9), two of them (10), another one (11)."""
    capture, peer, tcp = logged_in()
    zero = (0, "0000000000000000")
    tcp.client(peer.card_request(msg_id=1) + peer.card_request(msg_id=2) + peer.card_request(msg_id=3) + peer.card_request(msg_id=4))
    tcp.server(peer.card_data(providers=(), msg_id=1))
    tcp.server(peer.card_data(caid=0, providers=(zero,), msg_id=2))
    tcp.server(peer.card_data(caid=0, providers=(zero, zero), msg_id=3))
    tcp.server(peer.card_data(caid=0, providers=((1, zero[1]),), msg_id=4))
    return capture.write(path)


LONG_LENGTHS = (232, 240, 264, 272, 360, 368, 392, 400, 408, 496, 504, 1016, 1024)


def long_frames(path):
    """ECMs (frame 9 on) whose frames have these lengths, the longest that some program takes and what is longer."""
    capture, peer, tcp = connected()
    for msg_id, length in enumerate(LONG_LENGTHS, 2):
        tcp.client(peer.ecm(data=bytes(length - 8 - 10 - 3 - 1), msg_id=msg_id))
    return capture.write(path)


def header_marks(path):
    """Header fields that are marks: of a MultiCS client and server, mgcamd, Tvheadend, OSCam's EMM block mask."""
    capture, peer, tcp = greeted(client_id=0)
    tcp.client(peer.login(provider=0x57484F, flags=0x11))
    tcp.server(peer.frame(message(newcamd.LOGIN_ACK), peer.login_key, msg_id=1, sid=82, provider=0x4D4353))
    tcp.client(peer.frame(message(newcamd.CARD_REQUEST), provider=1))
    tcp.server(peer.card_data(sid=5))
    tcp.client(peer.keepalive(msg_id=2, sid=0x4348))
    tcp.server(peer.keepalive(msg_id=2, caid=0x4F4B))
    tcp.client(peer.ecm(msg_id=3, sid=0x21, caid=0x0500, provider=0x123456, flags=0x78))
    tcp.server(peer.cw(msg_id=3))
    return capture.write(path)


def newcs_mark(path):
    capture, peer, tcp = greeted()
    tcp.client(peer.login())
    tcp.server(peer.ack(sid=0x6E73, flags=0x14))
    return capture.write(path)


def overwritten_524(path):
    """OSCam with a client of version 524: card data (frame 8) and an added card (9) are overwritten; an ECM (10) and its
    reply (11) are not."""
    capture, peer, tcp = logged_in(version=524)
    tcp.client(peer.card_request(msg_id=1))
    tcp.server(peer.overwritten(newcamd.card(0x0500, ((0x030600, "00000000aabbcc00"), (0x03060A, "00000000aabbcc0a"))),
                                msg_id=1, sid=5))
    tcp.server(peer.overwritten(message(0xD3), msg_id=1, sid=25050, caid=0x0500, provider=0x042820))
    tcp.client(peer.ecm(msg_id=2))
    tcp.server(peer.cw(msg_id=2, nibble=1))
    return capture.write(path)


def zeros_524(path):
    """Bytes that look like overwritten card data where nobody has asked for any, and in version 525."""
    capture = pcap.Capture()
    for index, version in enumerate((524, 525)):
        peer = login(version=version, seed=index + 1)
        tcp = newcamd.connect(capture, peer, client=("10.0.0.2", 40000 + index))
        tcp.server(peer.frame(b"\0\0\0" + newcamd.card()[3:], msg_id=7))
    return capture.write(path)


def provider_indexes(path):
    """ECM replies that name the first (frame 10), the second (12) and a missing provider (14), and none (16)."""
    capture, peer, tcp = with_card(0x0500, ((0x030600, "00000000aabbcc00"), (0x03060A, "00000000aabbcc0a")))
    for number, nibble in enumerate((0, 1, 2)):
        tcp.client(peer.ecm(msg_id=number + 2))
        tcp.server(peer.cw(msg_id=number + 2, nibble=nibble))
    tcp.client(peer.ecm(msg_id=5))
    tcp.server(peer.frame(message(newcamd.ECM_EVEN, nibble=1), msg_id=5))
    return capture.write(path)


def control_words(path):
    """Words with wrong check bytes (frame 10: the first, 12: both of the odd word), with a zero half (14, 16), long ones (18)."""
    capture, peer, tcp = connected()
    zero = "0000000000000000"
    for number, (even, odd) in enumerate([("11223367445566ff", "2122236631323396"), ("11223366445566ff", "2122230031323300"),
                                          (zero, "2122236631323396"), ("11223366445566ff", zero),
                                          ("a0a1a2a3a4a5a6a7" * 2, "b0b1b2b3b4b5b6b7" * 2)]):
        tcp.client(peer.ecm(msg_id=number + 2))
        tcp.server(peer.cw(even, odd, msg_id=number + 2))
    return capture.write(path)


def echoed_ecm(path):
    """Replies of the ECM's data and two words: with the ECM of the request (frame 10) and with another one (12)."""
    capture, peer, tcp = connected()
    words = bytes.fromhex("11223366445566ff2122236631323396")
    for number, echo in ((2, newcamd.ECM_DATA), (3, bytes(len(newcamd.ECM_DATA)))):
        tcp.client(peer.ecm(msg_id=number))
        tcp.server(peer.frame(message(newcamd.ECM_EVEN, echo + words, 1), msg_id=number))
    return capture.write(path)


def cards_asked_again(path):
    """An EMM reply that wants card data asked for again (frame 10), the request (13), and one that nobody obeys (16)."""
    capture, peer, tcp = connected()
    tcp.client(peer.emm(0x88, msg_id=2))
    tcp.server(peer.emm_reply(0x88, nibble=3, msg_id=2))
    tcp.client(peer.ecm(msg_id=3))
    tcp.server(peer.cw(msg_id=3))
    tcp.client(peer.card_request(msg_id=4))
    tcp.server(peer.card_data(caid=0x0B00, msg_id=4))
    tcp.client(peer.emm(0x82, msg_id=5))
    tcp.server(peer.emm_reply(0x82, nibble=2, msg_id=5))
    tcp.client(peer.ecm(msg_id=6))
    tcp.server(peer.cw(msg_id=6))
    return capture.write(path)


def keepalives(path):
    """Keepalives of the client that come back as they were (frame 10) and changed (12), one of the server (13) that comes
    back without its data (14), and one that nobody answers (15)."""
    capture, peer, tcp = connected()
    tcp.client(peer.keepalive(msg_id=2, data=b"ping", sid=7))
    tcp.server(peer.keepalive(msg_id=2, data=b"ping", sid=7))
    tcp.client(peer.keepalive(msg_id=3, sid=7))
    tcp.server(peer.keepalive(msg_id=3))
    tcp.server(peer.keepalive(msg_id=4, data=b"pong"))
    tcp.client(peer.keepalive(msg_id=4))
    tcp.client(peer.keepalive(msg_id=5))
    return capture.write(path)


def caids(path):
    """ECMs whose CAID comes from the card data (frame 9), from the header (10), and from newer card data (12)."""
    capture, peer, tcp = connected()
    tcp.client(peer.ecm(msg_id=2))
    tcp.client(peer.ecm(msg_id=3, caid=0x0B00))
    tcp.server(peer.card_data(caid=0x0D05, msg_id=4))
    tcp.client(peer.ecm(msg_id=4))
    return capture.write(path)


def services_missing(path, version=525):
    """ECMs without (frame 9) and with a service id (10)."""
    capture, peer, tcp = connected(version=version)
    tcp.client(peer.ecm(msg_id=2, sid=0))
    tcp.client(peer.ecm(msg_id=3, sid=0x1234))
    return capture.write(path)


def long_padding(path):
    """A keepalive with 8 bytes of padding more than it needs (frame 9), and one with as much as may be (10)."""
    capture, peer, tcp = connected()
    tcp.client(peer.frame(message(newcamd.KEEPALIVE), msg_id=2, padding=bytes(10)))
    tcp.client(peer.frame(message(newcamd.ECM_EVEN, bytes(3)), msg_id=3, padding=bytes(7), sid=1))
    return capture.write(path)


# Section 4.7: real frames; DESKEY and password of all of them are these.
REAL_KEYS = {"deskey": newcamd.DEFAULT_DESKEY, "user": "dummy", "password": "secret123"}
REAL_TABLE = {"newcamd_keys": [["", "", newcamd.DEFAULT_DESKEY, "", "", ""]]}
REAL = {name: bytes.fromhex(text) for name, text in {
    "R1": "0040929c4f85f3e239498d926570c3eb76954f9efcd9c5fd623926165c35417b3b338d0b8f508c2def7ef1f65ddfcd8c87fdad36810f90b8f5"
          "0097e5b69e1325f4da",
    "R2": "0018a08d7c9f0cf0de5396060a6465d732c8dfdcf4e0588a33a9",
    "R3": "0038de9b3c55cbe76e5aff1393b9930fd806dacadc19aa6d7756d702ab07dfd5e2f7bfd9bbc3930eb828ab7116d5d707881eec431a193d143818",
    "R4": "0028f82bafee9c5df3b53a2697b80d9c7cf4bbf81e3dd218c914c5742bf116fa6078539e1da45387fb12",
    "R5": "0020b46145281e8204d31955b26ba6a7907ac237cdcc094cafda80ab43e84b95cc66",
    "R6": "00186bf9d7bbf224563d8b203793674c17820ee43e8f2698f7b0",
    "R7": "002080ab80a45bbb4b004383dd6b8ef900e4bcd98c331a1f24be98214daf215b62f5",
    "R8": "0018b088cae127d1b6e5e7909e0336dd88d0e08bf7b1998cb7c9",
    "R9": "00180d3ee48e4dab26e0c06b20aa326c1cb435cc025f6ed90068",
    "R10": "0038d1b55b08314db2ecc39521acbffbaaf28e9d5c37d044d44c05d3e39c4d219bbd18bcdc5970bbac0c3183d3306ac4a36ecc347a13167c9746",
    "R11": "00409abe67a87354bda3e7a9cd330c9bee9dc4acd496638852acd4bf26ae27568c3dcb3cfc7c01afa24eb17a7c1f519df41329ee7984f6997e2e"
           "1a8324281e05bb8e"}.items()}


def _real(greeting, **keywords):
    peer = newcamd.Login(**REAL_KEYS, **keywords)
    peer.greeting = bytes.fromhex(greeting)
    peer.login_key = newcamd.login_key(peer.deskey, peer.greeting)
    return peer


def real_525(path):
    """R1 to R8 in one connection; the requests between them are made."""
    capture, peer = pcap.Capture(), _real("0cfcc196e07fc6258f5b3e802b2b")
    tcp = capture.tcp().open()
    tcp.server(peer.greeting)
    tcp.client(REAL["R1"])
    tcp.server(REAL["R2"])
    tcp.client(peer.card_request())
    tcp.server(REAL["R3"])
    tcp.client(peer.ecm(msg_id=2))
    tcp.server(REAL["R4"])
    tcp.client(peer.frame(message(0xD6), msg_id=2))
    tcp.server(REAL["R5"])
    tcp.server(REAL["R6"] + REAL["R7"])
    tcp.client(peer.emm(0x82, msg_id=2))
    tcp.server(REAL["R8"])
    return capture.write(path)


def real_refusal(path):
    """R9 behind a made login."""
    capture, peer = pcap.Capture(), _real("913bc2c11e0fd860b9282e0526c6")
    tcp = capture.tcp().open()
    tcp.server(peer.greeting)
    tcp.client(peer.login())
    tcp.server(REAL["R9"])
    return capture.write(path)


def real_524(path):
    """R11 and R10 in one connection; ACK and card request are made."""
    capture, peer = pcap.Capture(), _real("f13bcb0191aec2363948a5d959f9", version=524)
    tcp = capture.tcp().open()
    tcp.server(peer.greeting)
    tcp.client(REAL["R11"])
    tcp.server(peer.ack(msg_id=0))
    tcp.client(peer.card_request(msg_id=1))
    tcp.server(REAL["R10"])
    return capture.write(path)


SECTIONS = {
    "viaccess": (0x0500, [ca_sections.VIACCESS_GH, ca_sections.VIACCESS_S, ca_sections.VIACCESS_PSEUDO,
                          bytes.fromhex("88700a 0102030405 9003030601"), bytes.fromhex("8e7003 aabbcc")]),
    "cryptoworks": (0x0D05, [ca_sections.CRYPTOWORKS_SH, ca_sections.CRYPTOWORKS_SB, ca_sections.CRYPTOWORKS_PSEUDO]),
    "irdeto": (0x0604, [bytes.fromhex("827004 83 010203")]),
    "nds": (0x0963, [bytes.fromhex("827009 50 01020304 05060708")]),
    "nagra": (0x1830, [bytes.fromhex("837005 03020104 10")]),
}
STATE_RULE = {
    "extended": extended, "unknown": unknown_between, "marks": header_marks, "NewCS": newcs_mark, "524": overwritten_524,
    "zeros": zeros_524, "provider index": provider_indexes, "words": control_words, "echo": echoed_ecm,
    "cards again": cards_asked_again, "keepalives": keepalives, "CAIDs": caids, "services": services_missing,
    "padding": long_padding,
    **{name: lambda path, caid=caid, sections=sections: emm_sections(path, caid, *sections)
       for name, (caid, sections) in SECTIONS.items()},
}


def random_messages(path, version, seed, count=300):
    """Messages of both sides with tags, lengths and data that nobody would send; card data now and then names another CA
    system. Some have a checksum that is wrong, some say that more data follows than there is."""
    dice = random.Random(seed)
    caids = (0, 0x0100, 0x0500, 0x0604, 0x0963, 0x0B00, 0x0D05, 0x1830, 0x2710, 0x4AEE, 0xABCD)
    tags = (*range(0x80, 0x92), 0xC0, *range(0xD1, 0xD9), *range(0xE0, 0xF3), 0xFD)
    capture, peer, tcp = connected(version=version)
    for number in range(count):
        if number % 10 == 0:
            tcp.client(peer.card_request(msg_id=number))
            tcp.server(peer.card_data(caid=dice.choice(caids), msg_id=number))
        tag = dice.choice(tags) if dice.random() < 0.9 else dice.randrange(256)
        data = bytes(dice.choice((0, 1, 2, 3, 4, 0x20, 0x90, 0xFF, dice.randrange(256))) for _ in range(dice.choice(
            (0, 1, 2, 3, 4, 5, 8, 12, 15, 16, 17, 23, 32, 44, 48, dice.randrange(100)))))
        if tag in (0xD1, 0xD6, 0xE0, 0xE5, 0xE8):
            # Texts: PDML and sharkd write control characters in ways of their own.
            data = bytes(byte and 0x20 + byte % 0x5F for byte in data)
        body = bytearray(message(tag, data, dice.randrange(16)))
        if dice.random() < 0.1:
            body[2] = dice.randrange(256)
        header = {} if version == 524 else {"caid": dice.choice(caids), "provider": dice.randrange(1 << 24),
                                            "flags": dice.randrange(256)}
        frame = peer.frame(bytes(body), msg_id=number, sid=dice.randrange(1 << 16) * dice.randrange(2),
                           checksum=dice.choice((None,) * 9 + (dice.randrange(256),)), **header)
        tcp.send(dice.choice("cs"), frame)
    return capture.write(path)
