"""A tiny newcamd card server for tests that talk to real clients, written from docs/newcamd.md.

Server.start() listens on loopback and serves connections in a thread of its own until stop(). What it received and sent
stands in .log, before encryption and in order: that is what a dissection of the conversation has to show.
"""

import asyncio
import dataclasses
import hashlib
import os
import struct
import threading

from Cryptodome.Cipher import DES3

from tests.peers import newcamd

CARD_CAID = 0x0B00
CARD_PROVIDERS = (0x000000, 0x000001)
HEADER_LEN = 10  # version 525 (section 3)


@dataclasses.dataclass(frozen=True)
class Message:
    """One message of the log. data: what follows tag and length; nibble: the upper four bits of the length."""

    from_client: bool
    tag: int
    msg_id: int
    sid: int
    caid: int
    nibble: int
    data: bytes

    def section(self):
        """An ECM or EMM as it was on air (section 5.1)."""
        return newcamd.message(self.tag, self.data, self.nibble)


def control_words(ecm):
    """What the "card" makes of an ECM: two control words with good check bytes (section 5.4) that depend on it."""
    digest = hashlib.sha256(ecm).digest()
    words = []
    for at in (0, 6):
        a, b = digest[at:at + 3], digest[at + 3:at + 6]
        words.append(a + bytes([sum(a) & 0xFF]) + b + bytes([sum(b) & 0xFF]))
    return words


def decrypt(frame, key14):
    """The plaintext region of a frame without its length field; None if the checksum is wrong."""
    plain = DES3.new(newcamd.spread(key14), DES3.MODE_CBC, frame[-8:]).decrypt(frame[:-8])
    return plain if newcamd.checked(plain)[-1] == 0 else None


class _Connection:
    def __init__(self, server, reader, writer):
        self.server, self.reader, self.writer = server, reader, writer
        self.key = None

    async def receive(self):
        length = struct.unpack("!H", await self.reader.readexactly(2))[0]
        plain = decrypt(await self.reader.readexactly(length), self.key)
        if plain is None:
            raise ConnectionError("wrong checksum: the client has another DESKEY")
        msg_id, sid, caid = struct.unpack("!HHH", plain[:6])
        tag, length = struct.unpack("!BH", plain[HEADER_LEN:HEADER_LEN + 3])
        data = plain[HEADER_LEN + 3:HEADER_LEN + 3 + (length & 0xFFF)]
        message = Message(True, tag, msg_id, sid, caid, length >> 12, data)
        self.server.log.append(message)
        return message

    async def send(self, tag, msg_id, data=b"", nibble=0):
        self.server.log.append(Message(False, tag, msg_id, 0, 0, nibble, data))
        plain = struct.pack("!H8x", msg_id) + newcamd.message(tag, data, nibble)
        plain = newcamd.checked(plain + os.urandom(-(len(plain) + 1) % 8))
        self.writer.write(newcamd.encrypt(plain, self.key, os.urandom(8)))
        await self.writer.drain()

    async def log_in(self):
        """Section 8.2 up to the ACK. Returns whether the client may stay."""
        self.writer.write(self.server.greeting)
        self.key = newcamd.login_key(self.server.deskey, self.server.greeting)
        login = await self.receive()
        if login.tag != newcamd.LOGIN:
            return False
        user, crypt = login.data.split(b"\0")[:2]
        password = self.server.users.get(user.decode("latin-1"))
        if password is None or crypt.decode("latin-1") != newcamd.md5_crypt(password):
            await self.send(newcamd.LOGIN_NAK, login.msg_id)
            return False
        await self.send(newcamd.LOGIN_ACK, login.msg_id)
        self.key = newcamd.session_key(self.server.deskey, crypt.decode("latin-1"))
        return True

    async def answer(self, request):
        if request.tag == newcamd.CARD_REQUEST:
            data = struct.pack("!BH8xB", 2, CARD_CAID, len(CARD_PROVIDERS))
            data += b"".join(struct.pack("!I", ident)[1:] + bytes(8) for ident in CARD_PROVIDERS)
            await self.send(newcamd.CARD_DATA, request.msg_id, data)
        elif request.tag in (newcamd.ECM_EVEN, newcamd.ECM_ODD):
            even, odd = control_words(request.section())
            await self.send(request.tag, request.msg_id, even + odd)
        elif 0x82 <= request.tag <= 0x8F:
            await self.send(request.tag, request.msg_id, nibble=1)
        else:
            # A keepalive comes back; to tags it does not know one server answers so, too (section 10, number 12),
            # and clients that take any section for an EMM wait for that.
            await self.send(request.tag, request.msg_id)

    async def serve(self):
        try:
            if await self.log_in():
                while True:
                    await self.answer(await self.receive())
        except (asyncio.IncompleteReadError, ConnectionError):
            pass  # the client is gone, or cannot talk to us
        finally:
            self.writer.close()


class Server:
    """users: {name: password}; greeting: 14 bytes, the same for each connection."""

    def __init__(self, users, deskey=newcamd.DEFAULT_DESKEY, greeting=None):
        self.users, self.deskey = users, bytes.fromhex(deskey)
        self.greeting = greeting or os.urandom(14)
        self.log = []
        self.port = None
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._listener = None

    def start(self):
        self._thread.start()
        self._listener = self._await(asyncio.start_server(self._connected, "127.0.0.1", 0))
        self.port = self._listener.sockets[0].getsockname()[1]
        return self

    async def _connected(self, reader, writer):
        await _Connection(self, reader, writer).serve()

    def _await(self, coroutine):
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(10)

    async def _close(self):
        self._listener.close()
        for task in asyncio.all_tasks() - {asyncio.current_task()}:
            task.cancel()

    def stop(self):
        self._await(self._close())
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()

    def __enter__(self):
        return self.start()

    def __exit__(self, *exc):
        self.stop()
