"""Generated newcamd captures with ECMs that go from server to server."""

from tests.dissection.newcamd import cases
from tests.peers import newcamd, pcap

HOSTS = ("10.0.0.2", "10.0.0.1", "10.0.1.1", "10.0.2.1")  # the client, then the servers in the order of the cascade
LOCAL = ("127.0.0.1",) * 4


class Cascade:
    """Connections between hosts, all logged in; the server of hop number n listens on port 15050 + n."""

    def __init__(self, hosts=HOSTS, hops=3, version=525):
        self.capture = pcap.Capture()
        self.version, self.count = version, 0
        self.hops = [self.connect(hosts[number], hosts[number + 1], 15050 + number) for number in range(hops)]

    def connect(self, client, server, port):
        """(peer, tcp) of one more connection."""
        self.count += 1
        peer = cases.login(seed=self.count, version=self.version)
        return peer, newcamd.connect(self.capture, peer, (client, 50000 + self.count), (server, port))

    def ask(self, hop, after=0.0, **keywords):
        """An ECM at a hop, so many seconds after what came before; returns its frame number."""
        self.capture.time += after
        peer, tcp = hop
        return tcp.client(peer.ecm(**keywords))[0]

    def answer(self, hop, after=0.0, **keywords):
        self.capture.time += after
        peer, tcp = hop
        return tcp.server(peer.cw(**keywords))[0]


def three_hops(path, hosts=HOSTS):
    """An ECM that the first server hands on after 0.01 s and the second after 0.02 s; the third answers after 0.3 s,
    the second 0.04 s later, the first 0.05 s after that. Message ids differ from hop to hop. Gives the frames of
    requests and replies."""
    cascade = Cascade(hosts)
    cascade.capture.step = 0
    requests = [cascade.ask(hop, after, msg_id=number + 5)
                for number, (hop, after) in enumerate(zip(cascade.hops, (0, 0.01, 0.02)))]
    replies = [cascade.answer(cascade.hops[number], after, msg_id=number + 5)
               for number, after in ((2, 0.3), (1, 0.04), (0, 0.05))]
    cascade.capture.write(path)
    return requests, replies[::-1]


def two_ways(path):
    """A server asks one server and, as that does not answer, 2 seconds later another one. Gives the frames of the three
    requests and of the two replies."""
    cascade = Cascade(hops=2)
    cascade.capture.step = 0
    other = cascade.connect(HOSTS[1], "10.0.9.1", 15099)
    requests = [cascade.ask(cascade.hops[0]), cascade.ask(cascade.hops[1], 0.01), cascade.ask(other, 2)]
    replies = [cascade.answer(other, 0.1), cascade.answer(cascade.hops[0], 0.02)]
    cascade.capture.write(path)
    return requests, replies


def no_cascade(path):
    """What looks like one and is none: another ECM; the same one from a host that was not asked, to the same server
    once more, after the reply, and after half a minute."""
    cascade = Cascade(hops=2)
    first, second = cascade.hops
    stranger = cascade.connect("10.0.0.77", "10.0.1.1", 15051)
    again = cascade.connect("10.0.0.2", "10.0.0.1", 15050)
    cascade.ask(first, msg_id=2)
    cascade.ask(second, msg_id=2, data=newcamd.ECM_DATA + b"\0")
    cascade.ask(stranger, msg_id=2)
    cascade.ask(again, msg_id=2)
    cascade.answer(first, msg_id=2)
    cascade.ask(second, msg_id=3)
    cascade.ask(first, msg_id=4, data=newcamd.ECM_DATA[:-1])
    cascade.ask(second, 30, msg_id=4, data=newcamd.ECM_DATA[:-1])
    return cascade.capture.write(path)


def unanswered_next(path):
    """The first server answers that it has nothing before the second one has said anything."""
    cascade = Cascade(hops=2)
    first, second = cascade.hops
    cascade.ask(first)
    cascade.ask(second)
    cascade.capture.time += 2
    first[1].server(first[0].frame(newcamd.message(newcamd.ECM_EVEN), msg_id=2))
    cascade.answer(second)
    return cascade.capture.write(path)
