"""Generated newcamd captures about requests and replies. Each function takes a path and returns it.

All begin with cases.connected(): greeting in frame 4, login 5, ACK 6, card request 7, card data 8. What a function does
begins with frame 9.
"""

from tests.dissection.newcamd.cases import connected, greeted, logged_in
from tests.peers import newcamd


def out_of_order(path):
    """Three ECMs of one service, answered in another order."""
    capture, peer, tcp = connected()
    for number in (2, 3, 4):
        tcp.client(peer.ecm(msg_id=number))
    for number in (4, 2, 3):
        tcp.server(peer.cw(msg_id=number))
    return capture.write(path)


def same_id_other_command(path):
    """ECM and EMM with one message id; the EMM is answered first."""
    capture, peer, tcp = connected()
    tcp.client(peer.ecm(msg_id=5))
    tcp.client(peer.emm(msg_id=5))
    tcp.server(peer.emm_reply(msg_id=5))
    tcp.server(peer.cw(msg_id=5))
    return capture.write(path)


def unanswered(path):
    """An ECM (frame 9) and an EMM (10) without reply; a later ECM (11) has one. The last ECM (13) is too late to say."""
    capture, peer, tcp = connected()
    tcp.client(peer.ecm(msg_id=2))
    tcp.client(peer.emm(msg_id=3))
    tcp.client(peer.ecm(msg_id=4))
    tcp.server(peer.cw(msg_id=4))
    tcp.client(peer.ecm(msg_id=5))
    tcp.close()
    return capture.write(path)


def unanswered_in_time(path):
    """ECMs (9, 11) without reply; the server sends keepalives 19 seconds after the one, 22 seconds after the other."""
    capture, peer, tcp = connected()
    tcp.client(peer.ecm(msg_id=2))
    capture.time += 3
    tcp.server(peer.keepalive())
    tcp.client(peer.ecm(msg_id=3))
    capture.time += 19
    tcp.server(peer.keepalive())
    return capture.write(path)


def reply_lost(path):
    """The segment with the reply to the ECM in frame 9 is missing; the next ECM (10) is answered."""
    capture, peer, tcp = connected()
    tcp.client(peer.ecm(msg_id=2))
    tcp.skip("s", len(peer.cw()))
    tcp.client(peer.ecm(msg_id=3))
    tcp.server(peer.cw(msg_id=3))
    return capture.write(path)


def need_no_answer(path):
    """Keepalives of both sides, a section with an unknown tag, control words of a cache client: nobody has to answer."""
    capture, peer, tcp = connected()
    tcp.client(peer.keepalive(msg_id=2))
    tcp.client(peer.frame(newcamd.message(0x00, bytes(20), nibble=0xB), msg_id=3))
    tcp.client(peer.frame(newcamd.message(0xC0, bytes(16)), msg_id=4))
    capture.time += 30
    tcp.server(peer.keepalive(msg_id=0))
    tcp.client(peer.ecm(msg_id=5))
    tcp.server(peer.cw(msg_id=5))
    return capture.write(path)


def duplicate(path):
    """Two replies (10, 11) to one ECM (9)."""
    capture, peer, tcp = connected()
    tcp.client(peer.ecm(msg_id=2))
    tcp.server(peer.cw(msg_id=2))
    tcp.server(peer.cw(msg_id=2))
    return capture.write(path)


def constant_reply_id(path):
    """A server that writes message id 0 and tag 80 into every ECM reply (section 10, number 19)."""
    capture, peer, tcp = connected()
    for number in (2, 3, 4):
        tcp.client(peer.ecm(newcamd.ECM_ODD if number % 2 else newcamd.ECM_EVEN, msg_id=number))
        tcp.server(peer.cw(msg_id=0))
    return capture.write(path)


def reply_without_request(path):
    """A reply that nobody asked for."""
    capture, peer, tcp = connected()
    tcp.server(peer.cw(msg_id=77))
    return capture.write(path)


def request_lost(path):
    """The ECM is missing; its reply (9) is there."""
    capture, peer, tcp = connected()
    tcp.skip("c", len(peer.ecm()))
    tcp.client(peer.keepalive(msg_id=1))
    tcp.server(peer.cw(msg_id=2))
    return capture.write(path)


def request_lost_before_its_reply(path):
    """As above, and the reply (9) comes before anything else: only what the server acknowledges tells of the ECM."""
    capture, peer, tcp = connected()
    tcp.skip("c", len(peer.ecm()))
    tcp.server(peer.cw(msg_id=2))
    return capture.write(path)


def id_reused(path):
    """ECMs with message ids 2, 3, 2 (frames 9, 11, 13)."""
    capture, peer, tcp = connected()
    for number in (2, 3, 2):
        tcp.client(peer.ecm(msg_id=number))
        tcp.server(peer.cw(msg_id=number))
    return capture.write(path)


def id_wraps(path, last=4095):
    """A counter that begins again with 1 after 4095 ECMs, as one client does (section 3.2)."""
    capture, peer, tcp = connected()
    for number in range(1, last + 1):
        tcp.client(peer.ecm(msg_id=number, data=b""))
    tcp.client(peer.ecm(msg_id=1))
    return capture.write(path)


def unsolicited(path):
    """Messages that a server sends by itself and that repeat the id of the last request (3.2): card added (D3), SID
    list (D7)."""
    capture, peer, tcp = connected()
    tcp.server(peer.frame(newcamd.message(0xD3), msg_id=0) + peer.frame(newcamd.message(0xD7), msg_id=0))
    return capture.write(path)


def overwritten_card_data(path):
    """Card data (8) whose tag and length a server has overwritten with zeros for a client of version 524 (section 5.3);
    then an ECM (9) with its reply (10)."""
    capture, peer, tcp = logged_in(version=524)
    tcp.client(peer.card_request(msg_id=1))
    tcp.server(peer.frame(bytes(3) + bytes.fromhex("020b00") + bytes(8) + b"\x01" + bytes(11), msg_id=1))
    tcp.client(peer.ecm(msg_id=2))
    tcp.server(peer.cw(msg_id=2))
    return capture.write(path)


def overwritten_add_card(path, provider):
    """As above; and before the reply (11) to the ECM (9) the server adds a card (10) and overwrites that message, too, with
    the bytes of a provider. It repeats the message id of the last request (3.2)."""
    capture, peer, tcp = logged_in(version=524)
    tcp.client(peer.card_request(msg_id=1))
    tcp.server(peer.overwritten(newcamd.card(), msg_id=1))
    tcp.client(peer.ecm(msg_id=2))
    tcp.server(peer.overwritten(newcamd.message(0xD3), msg_id=2, sid=25050, caid=0x0500, provider=provider))
    tcp.server(peer.cw(msg_id=2))
    return capture.write(path)


def other_ids(path):
    """A server that numbers ACK, card data, version (frame 10) and the EMM reply (12) otherwise than its client."""
    capture, peer, tcp = greeted()
    tcp.client(peer.login(msg_id=1))
    tcp.server(peer.ack(msg_id=0))
    tcp.client(peer.card_request(msg_id=2))
    tcp.server(peer.card_data(msg_id=0))
    tcp.client(peer.frame(newcamd.message(0xD6), msg_id=3))
    tcp.server(peer.frame(newcamd.message(0xD6, b"1.67"), msg_id=0))
    tcp.client(peer.emm(msg_id=4))
    tcp.server(peer.emm_reply(msg_id=0))
    tcp.server(peer.card_data(msg_id=77))
    return capture.write(path)


def unknown_returned(path):
    """Commands of unknown meaning, three that a section might have for its table id and one that is none, and what comes
    back: without data (10), with another id (12), with data (14), without data (16)."""
    capture, peer, tcp = connected()
    for tag, msg_id, data in ((0x5A, 2, b""), (0x5B, 77, b""), (0x5C, 4, b"no"), (0xDA, 5, b"")):
        tcp.client(peer.frame(newcamd.message(tag, b"what"), msg_id=4 if tag == 0x5C else msg_id if tag != 0x5B else 3))
        tcp.server(peer.frame(newcamd.message(tag, data), msg_id=msg_id))
    return capture.write(path)


def refused_while_open(path, lose=False):
    """A server that takes one ECM at a time: it refuses (11) the ECM in frame 10 while that in frame 9 is open, which it
    answers then (12; lose: that is not captured). The ECM in frame 13 it refuses (14), and none is open."""
    capture, peer, tcp = connected()
    tcp.client(peer.ecm(msg_id=2))
    tcp.client(peer.ecm(newcamd.ECM_ODD, msg_id=3))
    if lose:
        tcp.skip("s", len(peer.cw()))
    tcp.server(peer.frame(newcamd.message(newcamd.ECM_ODD), msg_id=3))
    if not lose:
        tcp.server(peer.cw(msg_id=2))
    tcp.client(peer.ecm(msg_id=4))
    tcp.server(peer.frame(newcamd.message(newcamd.ECM_EVEN), msg_id=4))
    return capture.write(path)


def replaced(path, between=1):
    """An ECM (9) that is never answered, one (10) so many seconds behind it that is."""
    capture, peer, tcp = connected()
    tcp.client(peer.ecm(msg_id=2))
    capture.time += between
    tcp.client(peer.ecm(newcamd.ECM_ODD, msg_id=3))
    tcp.server(peer.cw(tag=newcamd.ECM_ODD, msg_id=3))
    return capture.write(path)


def services_of_replies(path, version=525):
    """Replies to ECMs for service 0x21: without a service (10), with the same (12), and with another one (14)."""
    capture, peer, tcp = connected(version=version)
    for msg_id, sid in ((2, 0), (3, 0x21), (4, 0x22)):
        tcp.client(peer.ecm(msg_id=msg_id, sid=0x21))
        tcp.server(peer.cw(msg_id=msg_id, sid=sid))
    return capture.write(path)
