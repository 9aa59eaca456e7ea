"""The captures that are spoiled: those of captures/, and generated ones whose keys and layouts those lack.

GENERATED: {name: function of a path and a random.Random}. Whoever adds a carrier or a payload adds a generator here.
Generators let others at their plaintext (plaintexts.py).
"""

import pathlib
import struct

from tests.dissection.baichuan import regression_cases
from tests.dissection.newcamd import cases as newcamd_cases
from tests.dissection.newcamd import message_cases as newcamd_message_cases
from tests.dissection.newcamd import session_cases as newcamd_session_cases
from tests.peers import baichuan, baichuan_files, baichuan_media, baichuan_udp, exported_pdu, newcamd
from tests.peers.pcap import NEAR_END, Capture

ROOT = pathlib.Path(__file__).resolve().parents[2]

# The keys that open all of them: the shipped tables, and the generators' own.
TABLES = {
    "newcamd_keys": (ROOT / "keys" / "newcamd_keys").read_text() + f'"","","{newcamd_cases.DESKEY}","anna","sesame","generated"\n',
    "baichuan_keys": (ROOT / "keys" / "baichuan_keys").read_text() + '"","admin","Secret-1","","","generated"\n',
}

HOSTILE = ROOT / "tests" / "fuzz" / "hostile"

LIES_16 = (0, 1, 2, 3, 0xFFF, 0x800, 0x7FF, 11, 12, 16)
LIES_TEXT = ("0", "1", "-1", "4294967295", "2147483648", "-2147483648", "99999999999999999999", "16777216", "", "x")


def recorded():
    """Paths of all captures that there are."""
    return sorted((ROOT / "captures").glob("*/*.pcap*"))


def anywhere(dice):
    """Where a connection's sequence numbers begin: one in two just before 2^32."""
    return {name: dice.choice((1000, NEAR_END - dice.randrange(2000))) for name in ("client_isn", "server_isn")}


def lying_newcamd(path, dice):
    """Sound frames around messages whose lengths and counts lie."""
    capture, version = Capture(), dice.choice((524, 525))
    peer = newcamd_cases.login(version=version)
    tcp = newcamd.connect(capture, peer, **anywhere(dice))
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
    tcp = capture.tcp(server=("10.0.0.1", 9000), **anywhere(dice)).open()
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
        tcp = capture.tcp(client=("10.0.0.2", 50000 + index), server=("10.0.0.1", 9000), **anywhere(dice)).open()
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
    tcp = capture.tcp(server=("10.0.0.1", 9000), **anywhere(dice)).open()
    session = baichuan.Session("full").play_login(tcp)
    _watch(session, tcp, dice)
    return capture.write(path)


def baichuan_over_udp(path, dice):
    """Discovery, a login, video, an alarm, a hub packet and a LAN search."""
    capture = Capture()
    link = baichuan_udp.Link(capture, acks=dice.random() < 0.5, first=(dice.choice((0, 0xFFFFFFFE)), dice.choice((0, 0xFFFFFFF0))),
                             cid=dice.choice((82000, 0x7FFFFFFF, 0xFFFFFFFF)), did=dice.choice((80, 0x80000000)))
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


def baichuan_places(path, dice):
    """BcUdp whose gaps carry the places of its stream close to 2^32, and beyond."""
    capture = Capture()
    link = baichuan_udp.Link(capture).open()
    session = baichuan.Session("aes").play_login(link)
    message = session.message(80, ext=baichuan.CHANNEL)
    for side, count in (("c", 4), ("s", 2)):
        link.gaps(side, message, dice.choice((3, 40, 800)) * count, dice.choice((1, 100, 1000, 5000, 1 << 20)))
        link.send(side, message + message, cuts=(30,))
    return capture.write(path)


def baichuan_files_of_all_kinds(path, dice):
    """Snapshots, uploads and downloads, for --export-objects."""
    capture = Capture()
    session = baichuan.Session(dice.choice(("xor", "aes", "full")))
    peer = baichuan_files.Peer(capture.tcp(server=("10.0.0.1", 9000), **anywhere(dice)), session)
    peer.snapshot(baichuan_files.jpeg(3000), 0x20000)
    peer.snapshot(baichuan_files.jpeg(90, seed=2), 0x30000, name=dice.choice(("../../x.jpg", "a" * 300, "%s%n", "", "nul\0.jpg")))
    for msg_id in dice.sample((67, 68, 104, 108, 153, 184, 293, 294), 3):
        peer.upload(msg_id, baichuan_files.noise(2500), 0x40000 + (msg_id << 8), "firmware.bin", counts=dice.random() < 0.5)
        peer.download(msg_id, baichuan_files.mp4(2500), 0x50000 + (msg_id << 8), "film.mp4")
    _watch(session, peer.tcp, dice)
    return capture.write(path)


def _mark(dice):
    """A secret that whoever looks for it finds: plaintexts.MARK."""
    return f"mask.me.{dice.randrange(1 << 32):08x}"


def baichuan_secrets(path, dice):
    """Documents with secrets in them, none of which goes over the wire in clear."""
    capture = Capture()
    tcp = capture.tcp(server=("10.0.0.1", 9000), **anywhere(dice)).open()
    session = baichuan.Session(dice.choice(("xor", "aes", "full")), xor_offset=dice.randrange(256)).play_login(tcp)
    for number in range(12):
        lines = "".join(f"<{name}>{_mark(dice)}</{name}>\n" for name in dice.sample(("password", "key", "authCode", "cipherContent", "mailPassword"), 3))
        document = baichuan.body(f'<Wifi version="1.1">\n<ssid>home{number}</ssid>\n{lines}</Wifi>\n<Other>\n<a>{number}</a>\n</Other>\n')
        ext = dice.choice((None, baichuan.CHANNEL, baichuan.extension(channelId=0, userName="x")))
        tcp.send(dice.choice("cs"), session.message(dice.choice((58, 59, 116, 117, 151, 999)), document, ext=ext, exchange=number << 16,
                                                    msg_class=dice.choice((baichuan.REQUEST, baichuan.DEVICE))))
    return capture.write(path)


def newcamd_secrets(path, dice):
    """Logins and control words that are marks; the session's key is made of one of them."""
    capture = Capture()
    for index in range(3):
        peer = newcamd_cases.login(seed=dice.randrange(1, 100), version=dice.choice((524, 525)))
        peer.crypt = f"$1$abcdefgh${_mark(dice)}Ab12./"
        peer.session_key = newcamd.session_key(peer.deskey, peer.crypt)
        tcp = newcamd.log_in(capture, peer, ("10.0.0.2", 50000 + index), **anywhere(dice))
        tcp.client(peer.card_request())
        tcp.server(peer.card_data())
        for number in range(6):
            tag = dice.choice((newcamd.ECM_EVEN, newcamd.ECM_ODD))
            tcp.client(peer.ecm(tag, msg_id=number))
            tcp.server(peer.frame(newcamd.message(tag, _mark(dice).encode(), 1), msg_id=number))
    return capture.write(path)


def exported_pdus(path, dice):
    """Both protocols called by name on what others carried, or nobody; the same ends as all kinds of carriers."""
    capture = exported_pdu.capture()
    session = baichuan.Session(dice.choice(("none", "xor", "aes", "full")))
    login = newcamd_cases.login(version=dice.choice((524, 525)))
    legs = [session.hello(), session.nonce_reply(), session.login(), session.login_reply(), session.message(80, ext=baichuan.CHANNEL),
            session.reply(80, baichuan.VERSION), session.full(3, b"".join(packet.wire for packet in baichuan_media.film(fps=2)), 32)]
    said = [("baichuan", n % 2, leg) for n, leg in enumerate(legs)]
    said += [("baichuan_udp", n % 2, baichuan_udp.data(80 if n % 2 == 0 else 82000, n // 2, leg)) for n, leg in enumerate(legs)]
    said += [("baichuan_udp", 0, baichuan_udp.discovery(baichuan_udp.p2p("C2D_C", uid="9527000960V21RL", cid=82000, mtu=1350))),
             ("baichuan_udp", 1, baichuan_udp.ack(82000, 3, b"\1\0\1")), ("baichuan_udp", 1, baichuan_udp.lan_reply())]
    said += [("newcamd", side, data) for side, data in ((1, login.greeting), (0, login.login()), (1, login.ack()), (0, login.card_request()),
                                                        (1, login.card_data()), (0, login.ecm()), (1, login.cw()))]
    carriers = dice.sample((None, exported_pdu.NONE, exported_pdu.SCTP, exported_pdu.TCP, exported_pdu.UDP, exported_pdu.DCCP), 3)
    for name, side, data in (said if dice.random() < 0.5 else dice.sample(said, len(said))):
        ends = [("10.0.0.1", dice.choice((9000, 15050))), (dice.choice(("10.0.0.2", "2001:db8::2")), 50000)]
        source, destination = ends if side else ends[::-1]
        if dice.random() < 0.1:
            name, data = dice.choice(("baichuan", "baichuan_udp", "newcamd")), data[dice.randrange(len(data)):]
        capture.add(exported_pdu.pdu(name, data, source, destination, dice.choice(carriers), addresses=dice.random() < 0.9))
    return capture.write(path)


def _fixed(case, **keywords):
    return lambda path, dice: case(path, **keywords)


GENERATED = {
    "lying-newcamd": lying_newcamd,
    "lying-baichuan": lying_baichuan,
    "baichuan-logins": baichuan_logins,
    "baichuan-film": baichuan_film,
    "baichuan-over-udp": baichuan_over_udp,
    "baichuan-places": baichuan_places,
    "baichuan-files": baichuan_files_of_all_kinds,
    "baichuan-secrets": baichuan_secrets,
    "newcamd-secrets": newcamd_secrets,
    "exported-pdus": exported_pdus,
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
