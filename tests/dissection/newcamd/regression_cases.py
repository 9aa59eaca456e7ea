"""One capture for each failure of the newcamd plugin that fuzzing has found, named after what was wrong. Each function
takes a path and returns it."""

from tests.peers import newcamd
from tests.peers.pcap import Capture


def session_key_behind_a_login_that_nothing_opens(path):
    """A session was made anew without its ciphers when a login had opened with no key; then a session key opened
    what followed, and the file was left with a crash."""
    made, peer = Capture(), newcamd.Login(user="anna", password="sesame")
    tcp = made.tcp(server=("10.0.0.1", 15050)).open()
    tcp.server(peer.greeting)
    login = bytearray(peer.login())
    login[-20] ^= 1
    tcp.client(bytes(login) + b"\0\1")
    tcp.server(peer.ack())
    for msg_id in range(2, 6):
        tcp.client(peer.ecm(msg_id=msg_id))
        tcp.server(peer.cw(msg_id=msg_id))
    return made.write(path)


CASES = (session_key_behind_a_login_that_nothing_opens,)
