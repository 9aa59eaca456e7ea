"""Generated newcamd captures about logins, keys and order. Each function takes a path and returns it."""

from tests.dissection.newcamd.cases import DESKEY, OTHER_DESKEY, PORT, client_port, greeted, login, under_way
from tests.peers import newcamd, pcap

CLIENT_PORT = 21000  # where a client waits for the server of a reverse login
SERVER, CLIENT = ("10.0.0.1", 33333), ("10.0.0.2", CLIENT_PORT)
PASSWORD_TABLE = {"newcamd_keys": [["", "", DESKEY, "anna", "sesame", "mine"]]}
CRYPT_TABLE = {"newcamd_keys": [["", "", DESKEY, "", newcamd.md5_crypt("sesame"), "crypt"]]}
PORT_PASSWORD_TABLE = {"newcamd_keys": [["", str(PORT), DESKEY, "anna", "sesame", "mine"]]}


def session(tcp, peer, first=2, count=2):
    """ECMs and control words as they go on for hours."""
    for msg_id in range(first, first + count):
        tcp.client(peer.ecm(msg_id=msg_id))
        tcp.server(peer.cw(msg_id=msg_id))


def connection(path):
    """A login and what follows it, of one user."""
    capture, peer = pcap.Capture(), login()
    session(newcamd.connect(capture, peer), peer)
    return capture.write(path)


def reverse_login(path, version=525, name_tag=newcamd.SERVER_NAME_ACK, login_tag=newcamd.SERVER_LOGIN_ACK, name_cuts=(),
                  skip_reply=False, skip_login=False):
    """The server connects to its client (section 8.3). In this Tcp the server is the TCP client."""
    capture, peer = pcap.Capture(), login(version=version)
    tcp = capture.tcp(SERVER, CLIENT).open()
    tcp.server(peer.greeting)
    tcp.client(peer.server_name(), cuts=name_cuts)
    reply = peer.clear(newcamd.message(name_tag))
    if skip_reply:
        tcp.skip("s", len(reply))
    else:
        tcp.server(reply)
    if name_tag == newcamd.SERVER_NAME_ACK:
        if skip_login:
            tcp.skip("c", len(peer.server_login()))
        else:
            tcp.client(peer.server_login())
        tcp.server(peer.server_login_reply(login_tag))
        if login_tag == newcamd.SERVER_LOGIN_ACK:
            tcp.server(peer.card_request(msg_id=2))
            tcp.client(peer.card_data(msg_id=2))
            tcp.server(peer.ecm(msg_id=3))
            tcp.client(peer.cw(msg_id=3))
    tcp.close()
    return capture.write(path)


def clear_mode(path, version=525, cuts=()):
    """A connection without encryption (section 2.3), with an EMM that the other frames do not need padding for."""
    capture, peer, tcp = greeted(version=version)
    tcp.client(peer.clear_login(), cuts=cuts)
    tcp.server(peer.clear(newcamd.message(newcamd.LOGIN_ACK), msg_id=1))
    tcp.client(peer.clear(newcamd.message(newcamd.CARD_REQUEST)) +
               peer.clear(newcamd.message(newcamd.ECM_EVEN, bytes(range(0x21)), 7), msg_id=2, sid=0x21))
    words = bytes.fromhex("11223366445566ff2122236631323396")
    tcp.server(peer.clear(newcamd.message(newcamd.ECM_EVEN, words, 1), msg_id=2))
    tcp.close()
    return capture.write(path)


def clear_without_login(path, version=525, greeting=False, ecms=3, answered=True):
    """A connection in clear whose login is not in the capture: ECMs and control words, or nothing that answers them. With its
    greeting these are the frames from 5 on, else from 1 on."""
    capture, peer, tcp = greeted(version=version) if greeting else under_way(version=version)
    if greeting:
        tcp.skip("c", len(peer.clear_login()))
        tcp.skip("s", len(peer.clear(newcamd.message(newcamd.LOGIN_ACK))))
    words = bytes.fromhex("11223366445566ff2122236631323396")
    for msg_id in range(2, 2 + ecms):
        tcp.client(peer.clear(newcamd.message(newcamd.ECM_EVEN, bytes(range(0x21)), 7), msg_id=msg_id, sid=0x21))
        if answered:
            tcp.server(peer.clear(newcamd.message(newcamd.ECM_EVEN, words, 1), msg_id=msg_id), cuts=(5,) if msg_id > 3 else ())
    return capture.write(path)


def old_layout(path, with_length=True):
    capture, peer, tcp = greeted()
    tcp.client(peer.old_login(with_length))
    tcp.server(peer.ack())
    tcp.close()
    return capture.write(path)


def mid_session(path, version=525, count=3, user="anna", password="sesame"):
    """A capture that begins after the login."""
    capture, peer = pcap.Capture(), login(version=version, user=user, password=password)
    session(capture.tcp(), peer, count=count)
    return capture.write(path)


def mid_session_in_one_segment(path):
    """Three ECMs in the first segment."""
    capture, peer, tcp = under_way()
    tcp.client(peer.ecm(msg_id=2) + peer.ecm(msg_id=3) + peer.ecm(msg_id=4))
    tcp.server(peer.cw(msg_id=2) + peer.cw(msg_id=3) + peer.cw(msg_id=4))
    return capture.write(path)


def mid_session_replies_only(path):
    """Only the server's side was captured."""
    capture, peer, tcp = under_way()
    for msg_id in range(2, 5):
        tcp.server(peer.cw(msg_id=msg_id))
    return capture.write(path)


def mid_session_from_card_data(path):
    """A capture that begins with card data."""
    capture, peer, tcp = under_way()
    tcp.server(peer.card_data())
    session(tcp, peer, count=1)
    return capture.write(path)


def mid_session_single_frame(path):
    capture, peer = pcap.Capture(), login()
    capture.tcp().client(peer.ecm())
    return capture.write(path)


def mid_session_in_pieces(path):
    """Its first segment is the end of a frame, and its third frame comes in two segments."""
    capture, peer, tcp = under_way()
    tcp.client(peer.ecm(msg_id=1), cuts=(40,), lose=(0,))
    session(tcp, peer, first=2, count=1)
    tcp.client(peer.ecm(msg_id=3), cuts=(30,))
    tcp.server(peer.cw(msg_id=3))
    return capture.write(path)


def learned(path, before=True, port=PORT, user="anna", password="sesame"):
    """A connection with its login, and another one of the same user without, before or behind it."""
    capture = pcap.Capture()
    with_login, without = login(seed=1), login(seed=2, user=user, password=password)
    other = capture.tcp(client_port(1), ("10.0.0.1", port))
    if not before:
        session(other, without, count=2)
    tcp = newcamd.connect(capture, with_login)
    session(tcp, with_login)
    session(other, without, first=4, count=3)
    return capture.write(path)


def learned_later(path, count=20):
    """A session from its card data on, with more frames than keys are tried on; the login that opens it comes then, on
    another connection. The ECM in frame 45 has no reply; before it a message of the server is lost."""
    capture, with_login, without = pcap.Capture(), login(seed=1), login(seed=2)
    other = capture.tcp(client_port(1))
    other.client(without.card_request(msg_id=1))
    other.server(without.card_data(msg_id=1))
    session(other, without, count=count)
    other.skip("s", len(without.cw()))
    session(other, without, first=100, count=1)
    other.client(without.ecm(msg_id=101))
    session(other, without, first=102, count=1)
    newcamd.connect(capture, with_login)
    session(other, without, first=200)
    return capture.write(path)


def learned_after_the_end(path, count=2, users=("anna",), damaged=0):
    """Connections without their login, a user each, that are over when anna logs in on another one: so many frames of each
    side, of which the first ones of the client may be damaged."""
    capture = pcap.Capture()
    for index, user in enumerate(users):
        peer = login(seed=index + 1, password="sesame" if user == "anna" else user)
        tcp = capture.tcp(client_port(index))
        for msg_id in range(damaged):
            tcp.client(b"\0\x18" + bytes([msg_id]) * 24)
        session(tcp, peer, count=count)
        tcp.close()
    newcamd.connect(capture, login(seed=100), client_port(100))
    return capture.write(path)


def lost_greeting(path, ack=None, damage=False):
    """A connection from its SYN on, of which the greeting is missing: login (4), ACK (5), card request (6), card data (7),
    ECMs and control words (8 to 11). ack: other bytes; damage: the last control words have a wrong checksum."""
    capture, peer, tcp = under_way()
    tcp.open()
    tcp.skip("s", len(peer.greeting))
    tcp.client(peer.login())
    tcp.server(peer.ack() if ack is None else ack)
    tcp.client(peer.card_request())
    tcp.server(peer.card_data())
    session(tcp, peer, count=1)
    tcp.client(peer.ecm(msg_id=3))
    tcp.server(peer.cw(msg_id=3, **({"checksum": 0x5A} if damage else {})))
    tcp.close()
    return capture.write(path)


def lost_greeting_then_login(path):
    """A connection whose greeting is missing and which is over when its user logs in on another one."""
    capture, peer = pcap.Capture(), login(seed=1)
    tcp = capture.tcp(client_port(1))
    tcp.client(peer.login())
    tcp.server(peer.ack())
    tcp.client(peer.card_request())
    tcp.server(peer.card_data())
    tcp.close()
    newcamd.connect(capture, login(seed=2))
    return capture.write(path)


def lucky_ack():
    """An ACK under the login key that the session key opens to a right checksum, as one in 256 does, and to nothing else."""
    peer = login()
    while True:
        ack = peer.ack()
        plain = newcamd.decrypt(ack, peer.session_key)
        if newcamd.checked(plain)[-1] == 0 and plain[10] not in range(0x80, 0x92):
            return ack


def lost_login_then_session(path):
    """Greeting, ACK and session; the login is missing."""
    capture, peer, tcp = greeted()
    tcp.skip("c", len(peer.login()))
    tcp.server(peer.ack())
    tcp.client(peer.card_request())
    tcp.server(peer.card_data())
    session(tcp, peer)
    return capture.write(path)


def without_key(path, wrong=None, before=b"", first="s", lose=(), pipelined=False, multics=False):
    """A connection that only the shape of its first frames can tell (section 9.1), with one signal wrong.
    wrong: {"greeting", "login", "ack" or "request": other bytes}; before: what the server says before its greeting;
    first: the side that sends the greeting; lose: what is missing; pipelined: the client does not wait for the ACK."""
    capture, peer = pcap.Capture(), login()
    sent = {"greeting": newcamd.multics_greeting(peer.greeting) if multics else peer.greeting, "login": peer.login(),
            "ack": peer.ack(), "request": peer.card_request(), **(wrong or {})}
    second = "c" if first == "s" else "s"
    tcp = capture.tcp().open()
    if before:
        tcp.send(first, before)
        tcp.send(second, b"what?")
    tcp.send(first, sent["greeting"])
    for side, names in [(second, ("login", "request"))] + [(first, ("ack",))] if pipelined else [
            (second, ("login",)), (first, ("ack",)), (second, ("request",))]:
        data = b"".join(sent[name] for name in names)
        tcp.skip(side, len(data)) if names[0] in lose else tcp.send(side, data)
    tcp.send(first, peer.card_data())
    tcp.close()
    return capture.write(path)


def closed_without_reply(path, how="fin"):
    """The server does not answer the login. how: fin or rst of the server, client (which gives up), none."""
    capture, peer, tcp = greeted()
    tcp.client(peer.login())
    capture.time += 3
    if how == "fin":
        tcp.close("s")
    elif how == "rst":
        tcp.reset("s")
    elif how == "client":
        tcp.close("c")
    return capture.write(path)


def retransmissions(path):
    """Every segment of the client twice, and one as part of a longer one."""
    capture, peer, tcp = greeted()
    tcp.again("s", peer.greeting, 14)
    for frame in (peer.login(), peer.card_request(), peer.ecm(msg_id=3)):
        tcp.client(frame)
        tcp.again("c", frame, len(frame))
    tcp.server(peer.ack() + peer.card_data() + peer.cw(msg_id=3))
    tcp.client(peer.ecm(msg_id=4))
    tcp.server(peer.cw(msg_id=4))
    tcp.close()
    return capture.write(path)


def out_of_order(path):
    """Whole frames, a segment each, in the order 2 1 3; then a frame in three segments in the order 1 3 2."""
    capture, peer = pcap.Capture(step=0.0001), login()
    tcp = newcamd.connect(capture, peer)
    frames = [peer.ecm(msg_id=msg_id) for msg_id in (11, 12, 13)]
    cuts = (len(frames[0]), len(frames[0] + frames[1]))
    tcp.client(b"".join(frames), cuts=cuts, order=(1, 0, 2))
    tcp.client(peer.ecm(msg_id=14) + peer.ecm(msg_id=15), cuts=(20, 80), order=(0, 2, 1))
    tcp.client(peer.ecm(msg_id=16))
    for msg_id in range(11, 17):
        tcp.server(peer.cw(msg_id=msg_id))
    tcp.close()
    return capture.write(path)


def out_of_order_login(path):
    """The login in two segments, the second one first."""
    capture, peer = pcap.Capture(step=0.0001), login()
    tcp = capture.tcp().open()
    tcp.server(peer.greeting)
    tcp.client(peer.login(), cuts=(30,), order=(1, 0))
    tcp.server(peer.ack())
    session(tcp, peer)
    tcp.close()
    return capture.write(path)


def reconnect_without_syn(path, key=DESKEY):
    """The same ports again with another password; the capture has no SYN of the second connection."""
    capture = pcap.Capture()
    newcamd.connect(capture, login(seed=1))
    again = login(seed=2, password="other", deskey=key)
    tcp = capture.tcp(client_isn=90000, server_isn=70000)
    tcp.server(again.greeting)
    tcp.client(again.login())
    tcp.server(again.ack())
    session(tcp, again)
    tcp.close()
    return capture.write(path)


def two_servers_mid_session(path):
    """Two servers with different DESKEYs, both without their logins."""
    capture, one, two = pcap.Capture(), login(seed=1), login(seed=2, deskey=OTHER_DESKEY, user="berta")
    first = capture.tcp()
    second = capture.tcp(("2001:db8::2", 41000), ("2001:db8::1", 16000))
    for msg_id in range(3):
        for peer, tcp in ((one, first), (two, second)):
            session(tcp, peer, first=msg_id, count=1)
    return capture.write(path)
