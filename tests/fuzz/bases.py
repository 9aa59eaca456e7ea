"""The captures that are spoiled: those of captures/, and generated ones whose keys and layouts those lack.

GENERATED: {name: function of a path and a random.Random}. Whoever adds a carrier or a payload adds a generator here.
"""

import pathlib
import struct

from tests.dissection.baichuan import regression_cases
from tests.dissection.newcamd import cases as newcamd_cases
from tests.dissection.newcamd import message_cases as newcamd_message_cases
from tests.dissection.newcamd import session_cases as newcamd_session_cases
from tests.peers import baichuan, baichuan_media, baichuan_udp, newcamd
from tests.peers.pcap import Capture

ROOT = pathlib.Path(__file__).resolve().parents[2]

# The keys that open all of them: the shipped tables, and the generators' own.
TABLES = {
    "newcamd_keys": (ROOT / "keys" / "newcamd_keys").read_text() + f'"","","{newcamd_cases.DESKEY}","anna","sesame","generated"\n',
    "baichuan_keys": (ROOT / "keys" / "baichuan_keys").read_text() + '"","admin","Secret-1","","","generated"\n',
}

LIES_16 = (0, 1, 2, 3, 0xFFF, 0x800, 0x7FF, 11, 12, 16)
LIES_TEXT = ("0", "1", "-1", "4294967295", "2147483648", "-2147483648", "99999999999999999999", "16777216", "", "x")


def recorded():
    """Paths of all captures that there are."""
    return sorted((ROOT / "captures").glob("*/*.pcap*"))


def lying_newcamd(path, dice):
    """Sound frames around messages whose lengths and counts lie."""
    capture, version = Capture(), dice.choice((524, 525))
    peer = newcamd_cases.login(version=version)
    tcp = newcamd.connect(capture, peer)
    for number in range(60):
        if dice.random() < 0.2:
            tcp.server(peer.card_data(caid=dice.choice((0x0500, 0x0604, 0x0B00, 0x0D05, 0x1830, 0x0963)), msg_id=number,
                                      count=dice.choice((0, 1, 2, 127, 128, 255))))
        tag = dice.choice((0x80, 0x81, 0x82, 0x84, 0x86, 0x88, 0x8A, 0x8E, 0xC0, 0xD1, 0xD3, 0xD6, 0xD7, 0xE0, 0xE2, 0xE4, 0xE5, 0xFD))
        data = bytearray(dice.randbytes(dice.choice((0, 1, 2, 12, 16, 23, 40, 90))))
        for _ in range(2):
            if data:
                data[dice.randrange(len(data))] = dice.choice((0, 1, 0x7F, 0x80, 0xFF))
        body = struct.pack("!BH", tag, dice.randrange(16) << 12 | (dice.choice(LIES_16) if dice.random() < 0.6 else len(data))) + data
        tcp.send(dice.choice("cs"), peer.frame(body, msg_id=number, sid=number))
    return capture.write(path)


def lying_baichuan(path, dice):
    """Sound encryption around messages whose lengths lie, in header and XML."""
    capture = Capture()
    tcp = capture.tcp(server=("10.0.0.1", 9000)).open()
    session = baichuan.Session(dice.choice(("none", "xor", "aes", "full"))).play_login(tcp)
    for number in range(40):
        exchange = 0x10000 * number
        kind = dice.randrange(5)
        if kind == 0:
            wire = session.reply(3, ext=baichuan.extension(binaryData=dice.choice(LIES_TEXT), encryptLen=dice.choice(LIES_TEXT),
                                                           encryptPos=dice.choice(LIES_TEXT)), data=dice.randbytes(300), exchange=exchange)
        elif kind == 1:
            wire = session.full(3, b"00dcH264" + struct.pack("<IIIII", *(dice.choice((0, 1, 40, 0xFFFFFFFF, 0x80000000)) for _ in range(5))) +
                                dice.randbytes(80), encrypt_len=dice.choice((1, 32, 64)), exchange=exchange)
        elif kind == 2:
            wire = session.message(3, baichuan.body(f'<Preview version="1.1"><channelId>{dice.choice(LIES_TEXT)}</channelId>'
                                                    f'<handle>{dice.choice(LIES_TEXT)}</handle></Preview>'), exchange=exchange)
        elif kind == 3:
            wire = session.reply(109, ext=baichuan.extension(binaryData=1), data=b"\xff\xd8\xff" + dice.randbytes(30), exchange=exchange)
        else:
            wire = session.reply(dice.choice((1, 31, 33, 58, 80, 104, 151, 298, 999)), baichuan.VERSION, exchange=exchange)
        if dice.random() < 0.3:
            at = dice.choice((8, 20))
            wire = wire[:at] + struct.pack("<I", dice.choice((0, 1, 0xFFFFFFFF, 0x80000000, 0xFFFFFF, 0xFFFFE8, 1000001, len(wire)))) + wire[at + 4:]
        tcp.send(dice.choice("cs"), wire)
        if dice.random() < 0.2:
            tcp.skip(dice.choice("cs"), dice.randrange(4000))
    return capture.write(path)


def baichuan_logins(path, dice):
    """Logins of all kinds, one after the other and several on one connection."""
    capture = Capture()
    for index, cipher in enumerate(("none", "xor", "aes", "full")):
        tcp = capture.tcp(client=("10.0.0.2", 50000 + index), server=("10.0.0.1", 9000)).open()
        for legacy in (False, True):
            session = baichuan.Session(cipher, nonce=dice.randbytes(8).hex().upper(), xor_offset=dice.randrange(256))
            tcp.client(session.hello(legacy))
            tcp.server(session.nonce_reply())
            tcp.client(session.accesskey_login() if legacy else session.login())
            tcp.server(session.login_reply(dice.choice((200, 400))))
            tcp.client(session.message(80, ext=baichuan.CHANNEL))
            tcp.server(session.reply(80, baichuan.VERSION))
            tcp.server(session.full(3, b"1001\x20\0\0\0" + bytes(200), 64))
        tcp.close()
    return capture.write(path)


def _watch(session, carrier, dice):
    """A stream of either codec with sound, cut where the dice say."""
    packets = baichuan_media.film(seconds=2, codec=dice.choice(("H264", "H265")), size=dice.choice((300, 3000)),
                                  audio=dice.choice((None, baichuan_media.aac, baichuan_media.adpcm)))
    stream = baichuan_media.Stream(session, carrier, msg_id=dice.choice((3, 5, 8)))
    if dice.random() < 0.3:
        stream.send_full(packets, baichuan_media.encrypt_len)
    else:
        length = sum(len(packet) for packet in packets)
        stream.send_packets(packets, cuts=[dice.randrange(length) for _ in range(40)])


def baichuan_film(path, dice):
    capture = Capture()
    tcp = capture.tcp(server=("10.0.0.1", 9000)).open()
    session = baichuan.Session("full").play_login(tcp)
    _watch(session, tcp, dice)
    return capture.write(path)


def baichuan_over_udp(path, dice):
    """Discovery, a login, video, an alarm, a hub packet and a LAN search."""
    capture = Capture()
    link = baichuan_udp.Link(capture, acks=dice.random() < 0.5, first=(0, dice.choice((0, 0xFFFFFFF0))))
    if dice.random() < 0.8:
        link.open()
    session = baichuan.Session(dice.choice(("none", "xor", "aes", "full"))).play_login(link)
    link.client(session.message(80, ext=baichuan.CHANNEL))
    link.server(session.reply(80, baichuan.VERSION))
    _watch(session, link, dice)
    capture.udp(("10.0.0.1", 40000), ("10.0.0.2", 53500), baichuan_udp.alarm("<Alarm><uid>1</uid></Alarm>"))
    capture.udp(("10.0.0.1", 40000), ("10.0.0.2", 53500), baichuan_udp.hub(dice.randbytes(60)))
    capture.udp(("10.0.0.1", 2000), ("10.0.0.2", 3000), baichuan_udp.lan_reply())
    link.close()
    return capture.write(path)


def _fixed(case, **keywords):
    return lambda path, dice: case(path, **keywords)


GENERATED = {
    "lying-newcamd": lying_newcamd,
    "lying-baichuan": lying_baichuan,
    "baichuan-logins": baichuan_logins,
    "baichuan-film": baichuan_film,
    "baichuan-over-udp": baichuan_over_udp,
    "newcamd-random": lambda path, dice: newcamd_message_cases.random_messages(path, dice.choice((524, 525)), dice.randrange(1 << 30), count=80),
    "newcamd-every-command": _fixed(newcamd_cases.every_command),
    "newcamd-every-command-524": _fixed(newcamd_cases.every_command, version=524),
    "newcamd-extended": _fixed(newcamd_message_cases.extended),
    "newcamd-real-524": _fixed(newcamd_message_cases.real_524),
    "newcamd-reverse-login": _fixed(newcamd_session_cases.reverse_login),
    "newcamd-clear": _fixed(newcamd_session_cases.clear_mode),
    "newcamd-mid-session": _fixed(newcamd_session_cases.mid_session),
    "newcamd-two-servers": _fixed(newcamd_session_cases.two_servers_mid_session),
    "newcamd-retransmissions": _fixed(newcamd_session_cases.retransmissions),
    "crowd-of-attributes": _fixed(regression_cases.crowd_of_attributes, count=1000),
    "crowd-of-tags": _fixed(regression_cases.crowd_of_tags, count=1000),
    "doctype-behind-refused-encoding": _fixed(regression_cases.doctype_behind_refused_encoding),
    "password-behind-a-nested-element": _fixed(regression_cases.password_behind_a_nested_element),
    "lost-head": _fixed(regression_cases.lost_head_over_bytes_that_are_any_text, segments=5),
    "newcamd-server-cuts": _fixed(newcamd_cases.server_cut_everywhere, step=6),
}
