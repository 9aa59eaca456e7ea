"""Files as cameras and clients send them in BC messages: an implementation of docs/baichuan.md sections 3.6 to 3.9 of
its own, for captures.

Nothing here is taken from the plugin.
"""

import random

from tests.peers.baichuan import CHANNEL, body, extension

BINARY = extension(binaryData=1)


def noise(count, seed=1):
    return random.Random(seed).randbytes(count)


def jpeg(size, seed=1):
    """Bytes that begin and end as a JPEG does; nobody can look at it."""
    inside = noise(size - 6, seed).replace(b"\xff", b"\xfe")
    return b"\xff\xd8\xff\xe0" + inside + b"\xff\xd9"


def mp4(size, seed=1):
    return bytes.fromhex("0000001c") + b"ftypisom" + bytes(16) + noise(size - 28, seed)


def pieces(data, size):
    return [data[at:at + size] for at in range(0, len(data), size)]


class Peer:
    """Both ends of a connection that is logged in. tcp: pcap.Tcp; session: baichuan.Session."""

    def __init__(self, tcp, session):
        self.tcp, self.session = tcp, session
        session.play_login(tcp.open())

    def request(self, msg_id, xml, exchange, ext=CHANNEL):
        return self.tcp.client(self.session.message(msg_id, xml=xml, ext=ext, exchange=exchange))

    def reply(self, msg_id, xml="", exchange=0, code=200):
        return self.tcp.server(self.session.reply(msg_id, xml=xml, exchange=exchange, code=code))

    def data(self, side, msg_id, data, exchange, code=200, ext=BINARY, **how):
        """One message with a piece of a file."""
        make = self.session.message if side == "c" else self.session.reply
        args = {} if side == "c" else {"code": code}
        return self.tcp.send(side, make(msg_id, ext=ext, data=data, exchange=exchange, **args), **how)

    # ---- section 3.6 ----

    def snap_request(self, exchange, channel=0, stream="main"):
        return self.request(109, body(f'<Snap version="1.1">\n<channelId>{channel}</channelId>\n<logicChannel>{channel}</logicChannel>\n'
                                      f'<time>0</time>\n<fullFrame>0</fullFrame>\n<streamType>{stream}</streamType>\n</Snap>\n'), exchange)

    def snap_reply(self, exchange, name, size, channel=0):
        return self.reply(109, body(f'<Snap version="1.1">\n<channelId>{channel}</channelId>\n<fileName>{name}</fileName>\n'
                                    f'<time>0</time>\n<pictureSize>{size}</pictureSize>\n</Snap>\n'), exchange)

    def snapshot(self, picture, exchange, name="01_20230518140240.jpg", piece=700, channel=0, stream="main"):
        """Returns the frames of the pieces."""
        self.snap_request(exchange, channel, stream)
        self.snap_reply(exchange, name, len(picture), channel)
        frames = [self.data("s", 109, data, exchange)[0] for data in pieces(picture, piece)]
        self.data("s", 109, b"", exchange, code=201)
        return frames

    # ---- section 3.8 ----

    def replay_request(self, msg_id, exchange, name, channel=0, stream="mainStream"):
        return self.request(msg_id, body(f'<FileInfoList version="1.1">\n<FileInfo>\n<channelId>{channel}</channelId>\n'
                                         f'<fileName>{name}</fileName>\n<streamType>{stream}</streamType>\n'
                                         '<playSpeed>1</playSpeed>\n</FileInfo>\n</FileInfoList>\n'), exchange, ext=None)

    # ---- section 3.9, and what uses ConfigFileInfo the same way ----

    def file_request(self, msg_id, exchange, name, size):
        return self.request(msg_id, body(f'<ConfigFileInfo version="1.1">\n<fileName>{name}</fileName>\n'
                                         f'<fileSize>{size}</fileSize>\n<updateParameter>0</updateParameter>\n'
                                         '</ConfigFileInfo>\n'), exchange, ext=None)

    def upload(self, msg_id, data, exchange, name, piece=1000, counts=False):
        """counts: the client gives each piece a number of its own."""
        self.file_request(msg_id, exchange, name, len(data))
        self.reply(msg_id, exchange=exchange)
        for n, part in enumerate(pieces(data, piece)):
            number = exchange + (n << 16 if counts else 0)
            self.data("c", msg_id, part, number)
            self.reply(msg_id, exchange=number)

    def download(self, msg_id, data, exchange, name, piece=1000):
        self.file_request(msg_id, exchange, name, len(data))
        for part in pieces(data, piece):
            self.data("s", msg_id, part, exchange)
