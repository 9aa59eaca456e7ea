"""Generated newcamd captures that several tests look at. Each function takes a path and returns it."""

import struct

from tests.peers import newcamd, pcap

DESKEY = "a1b2c3d4e5f60718293a4b5c6d7e"
OTHER_DESKEY = "00112233445566778899aabbccdd"
TABLE = {"newcamd_keys": [["", "", DESKEY, "", "", "mine"]]}
PORT = 15050

# The reply of 32 bytes; no bytes that occur elsewhere.
LONG_WORDS = (bytes(range(0xA0, 0xB0)).hex(), bytes(range(0xB0, 0xC0)).hex())


def login(seed=1, **keywords):
    return newcamd.Login(**{"deskey": DESKEY, "user": "anna", "password": "sesame", "seed": seed, **keywords})


def client_port(index):
    """Client ports from 50000 on, one a connection."""
    return ("10.0.0.2", 50000 + index)


def under_way(**keywords):
    """A connection of which the capture has no beginning: capture, peer (as login() makes it) and Tcp."""
    capture = pcap.Capture()
    return capture, login(**keywords), capture.tcp()


def greeted(**keywords):
    """A connection up to the server's greeting (frame 4)."""
    capture, peer, tcp = under_way(**keywords)
    tcp.open().server(peer.greeting)
    return capture, peer, tcp


def logged_in(**keywords):
    """A connection up to the ACK (frame 6) of the login (5)."""
    capture, peer = pcap.Capture(), login(**keywords)
    return capture, peer, newcamd.log_in(capture, peer)


def connected(**keywords):
    """A connection up to the card data (frame 8) that the client has asked for (7)."""
    capture, peer = pcap.Capture(), login(**keywords)
    return capture, peer, newcamd.connect(capture, peer)


def every_command(path, version=525):
    """One connection with everything that issue "Open real captures" gives fields."""
    capture, peer, tcp = logged_in(version=version)
    tcp.client(peer.card_request(msg_id=2))
    tcp.server(peer.card_data(providers=((0x030600, "00000000aabbcc00"), (0x03060A, "00000000aabbcc0a")), msg_id=2))
    tcp.client(peer.ecm(newcamd.ECM_ODD, msg_id=3, sid=0x1234, **({} if version == 524 else
                                                                 {"caid": 0x0500, "provider": 0x030600, "flags": 0x11})))
    tcp.server(peer.cw(tag=newcamd.ECM_ODD, msg_id=3))
    tcp.client(peer.ecm(msg_id=4))
    tcp.server(peer.frame(newcamd.message(newcamd.ECM_EVEN), msg_id=4))
    tcp.client(peer.emm(0x88, msg_id=5))
    tcp.server(peer.emm_reply(0x88, nibble=1, msg_id=5))
    tcp.client(peer.emm(0x8A, msg_id=6))
    tcp.server(peer.emm_reply(0x8A, nibble=2, msg_id=6))
    tcp.client(peer.keepalive(msg_id=7))
    tcp.server(peer.keepalive(msg_id=7))
    tcp.client(peer.ecm(msg_id=8))
    tcp.server(peer.cw(*LONG_WORDS, msg_id=8))
    tcp.client(peer.frame(newcamd.message(0x00, bytes(20), nibble=0xB), msg_id=9))
    tcp.close()
    return capture.write(path)


def client_cut_everywhere(path, step=1):
    """One connection a byte at which the client's login, card request and ECM, sent as one stream, are cut in two."""
    capture = pcap.Capture()
    for index, cut in enumerate(range(1, 66 + 26 + 66, step)):
        peer = login(seed=index % 100 + 1)
        stream = peer.login() + peer.card_request() + peer.ecm()
        tcp = capture.tcp(client_port(index)).open()
        tcp.server(peer.greeting)
        tcp.client(stream, cuts=(cut,))
        tcp.server(peer.ack() + peer.card_data() + peer.cw())
        tcp.close()
    return capture.write(path)


def server_cut_everywhere(path, step=1):
    """As above with the server's ACK, card data and control words."""
    capture = pcap.Capture()
    for index, cut in enumerate(range(1, 26 + 50 + 42, step)):
        peer = login(seed=index % 100 + 1)
        tcp = capture.tcp(client_port(index)).open()
        tcp.server(peer.greeting)
        tcp.client(peer.login())
        tcp.server(peer.ack() + peer.card_data() + peer.cw(), cuts=(cut,))
        tcp.close()
    return capture.write(path)


def byte_by_byte(path):
    """Login and ECM a byte a segment."""
    capture, peer, tcp = greeted()
    stream = peer.login() + peer.ecm()
    tcp.client(stream, cuts=range(1, len(stream)))
    tcp.server(peer.ack() + peer.cw(), cuts=range(1, 68))
    tcp.close()
    return capture.write(path)


def greeting_cut_everywhere(path, order=None, step=0.001):
    """order: that of the two pieces."""
    capture = pcap.Capture(step=step)
    for index, cut in enumerate(range(1, 14)):
        peer = login(seed=index + 1)
        tcp = capture.tcp(client_port(index)).open()
        tcp.server(peer.greeting, cuts=(cut,), order=order)
        tcp.client(peer.login())
        tcp.server(peer.ack())
        tcp.close()
    return capture.write(path)


def pipelined(path):
    """The client sends login, card request and two ECMs in one segment, before the server has said a word."""
    capture, peer, tcp = greeted()
    tcp.client(peer.login() + peer.card_request() + peer.ecm(sid=0x21) + peer.ecm(newcamd.ECM_ODD, msg_id=3, sid=0x21))
    tcp.server(peer.ack() + peer.card_data() + peer.cw() + peer.cw(tag=newcamd.ECM_ODD, msg_id=3))
    tcp.close()
    return capture.write(path)


def lost_between_frames(path):
    """A segment with one whole ECM of 66 bytes is missing."""
    capture, peer, tcp = connected()
    tcp.client(peer.ecm(msg_id=2))
    tcp.skip("c", len(peer.ecm(msg_id=3)))
    tcp.client(peer.ecm(msg_id=4))
    tcp.server(peer.cw(msg_id=4))
    tcp.close()
    return capture.write(path)


def lost_inside_a_frame(path):
    """Of an ECM in three segments the second is missing; the next segment begins with a frame."""
    capture, peer, tcp = connected()
    tcp.client(peer.ecm(msg_id=2), cuts=(20, 40), lose=(1,))
    tcp.client(peer.ecm(msg_id=3) + peer.ecm(msg_id=4))
    tcp.server(peer.cw(msg_id=4))
    tcp.close()
    return capture.write(path)


def lost_head_of_a_frame(path):
    """Of an ECM in two segments the first is missing, so that the second begins inside the frame."""
    capture, peer, tcp = connected()
    tcp.client(peer.ecm(msg_id=2), cuts=(20,), lose=(0,))
    tcp.client(peer.ecm(msg_id=3))
    tcp.server(peer.cw(msg_id=3))
    tcp.close()
    return capture.write(path)


def lost_ack(path):
    """The server's ACK is missing: its card data is then the first of its frames that is in the capture."""
    capture, peer, tcp = greeted()
    tcp.client(peer.login())
    tcp.skip("s", len(peer.ack()))
    tcp.client(peer.card_request())
    tcp.server(peer.card_data())
    tcp.close()
    return capture.write(path)


def lost_login(path, version=525, reply=newcamd.LOGIN_ACK):
    """Greeting, and the session; the login is missing."""
    capture, peer, tcp = greeted(version=version)
    tcp.skip("c", len(peer.login()))
    tcp.server(peer.ack() if reply == newcamd.LOGIN_ACK else peer.nak())
    tcp.client(peer.card_request())
    tcp.server(peer.card_data())
    tcp.close()
    return capture.write(path)


def midstream(path):
    """A capture that begins after the login."""
    capture, peer, tcp = under_way()
    tcp.client(peer.ecm())
    tcp.server(peer.cw())
    return capture.write(path)


def damaged(path):
    """Wrong checksums: in a frame that is whole otherwise, and in one with a changed byte in its ciphertext."""
    capture, peer, tcp = connected()
    tcp.server(peer.cw(checksum=0x5A))
    frame = bytearray(peer.ecm())
    frame[12] ^= 0x10
    tcp.client(bytes(frame))
    tcp.server(peer.cw())
    tcp.close()
    return capture.write(path)


def impossible_lengths(path):
    """Four times a length that no frame has; each is followed by a good frame in the next segment."""
    capture, peer, tcp = connected()
    for length in (0, 16, 25, 2400):
        tcp.client(struct.pack("!H", length) + bytes(50))
        tcp.client(peer.ecm(sid=length))
    tcp.client(b"\xff\xff")
    tcp.client(peer.ecm(sid=0xFFFF))
    tcp.close()
    return capture.write(path)


def message_longer_than_frame(path):
    capture, peer, tcp = connected()
    tcp.client(peer.frame(b"\x80\x7f\xff" + bytes(10)))
    tcp.close()
    return capture.write(path)


def odd_card_data(path):
    """Card data that announces three providers and has one; card data without its fixed part."""
    capture, peer, tcp = connected()
    tcp.client(peer.card_request(msg_id=5) + peer.card_request(msg_id=6))
    tcp.server(peer.card_data(count=3, msg_id=5))
    tcp.server(peer.frame(newcamd.message(newcamd.CARD_DATA, bytes(5)), msg_id=6))
    tcp.close()
    return capture.write(path)


def refused(path):
    capture, peer, tcp = greeted()
    tcp.client(peer.login())
    tcp.server(peer.nak())
    tcp.close("s")
    return capture.write(path)


def two_servers(path):
    """Two servers with different DESKEYs, their connections interleaved; the second one speaks IPv6."""
    capture, one, two = pcap.Capture(), login(seed=1), login(seed=2, deskey=OTHER_DESKEY, user="berta")
    first = capture.tcp().open()
    second = capture.tcp(("2001:db8::2", 41000), ("2001:db8::1", 16000)).open()
    for peer, tcp in ((one, first), (two, second)):
        tcp.server(peer.greeting)
    for peer, tcp in ((one, first), (two, second)):
        tcp.client(peer.login())
    for peer, tcp in ((one, first), (two, second)):
        tcp.server(peer.ack())
        tcp.client(peer.ecm())
        tcp.server(peer.cw())
    return capture.write(path)


def reconnect(path):
    """The same ports again, with another greeting and another password."""
    capture = pcap.Capture()
    newcamd.connect(capture, login(seed=1)).close()
    again = login(seed=2, password="other")
    tcp = capture.tcp(client_isn=90000, server_isn=70000).open()
    tcp.server(again.greeting)
    tcp.client(again.login())
    tcp.server(again.ack())
    tcp.client(again.ecm())
    tcp.server(again.cw())
    tcp.close()
    return capture.write(path)


def snapped(path):
    """Of three ECMs the first two were cut by the snap length: one inside its ciphertext, one inside its length."""
    capture, peer, tcp = connected()
    for kept in (30, 1):
        (number,) = tcp.client(peer.ecm(msg_id=kept))
        time, packet, length = capture.frames[number - 1]
        capture.frames[number - 1] = (time, packet[:40 + kept], length)
    tcp.client(peer.ecm(msg_id=100))
    tcp.server(peer.cw(msg_id=100))
    tcp.close()
    return capture.write(path)
