"""The big captures of the bench, the same bytes every time.

Each function writes one capture of the size that it is asked for. get() keeps them in the cache folder, named by
their size and by the sources that make them.
"""

import hashlib
import multiprocessing
import os
import pathlib
import random
import struct
import tempfile

from tests.peers import baichuan, baichuan_media, baichuan_udp, foreign, newcamd, pcap

HERE = pathlib.Path(__file__).resolve().parent

CHUNK = 40_000  # bytes of a video message's payload, as an E1 sends them (docs/baichuan.md section 1.8)
MEDIA_FRAME = (90_000, 12_000)  # bytes of an I-frame and of a P-frame
FRAMES_A_GROUP = 30
CAMERA = ("10.0.0.1", 9000)
SERVER = ("10.0.0.1", 15050)
PASSWORD = "Secret-1"
DESKEY = "1102030405060708091011121314"  # not the one that is always tried
CONNECTION_MESSAGES = 10  # of a short newcamd connection, its greeting not counted


# ---- Baichuan ------------------------------------------------------------------------------------------------


def _nal_unit(rng, kind, size):
    """Noise without another start code in it."""
    return b"\0\0\0\1" + bytes([kind]) + rng.randbytes(size - 5).replace(b"\0\0", b"\0\3")


def _media_packets(rng):
    """One stream without end, in packets: docs/baichuan.md section 5."""
    times = bytes.fromhex("790804171734") * 2
    yield b"1002" + struct.pack("<IIIBB", 32, 2560, 1440, 0, 30) + times + b"\0\0"
    number = 0
    while True:
        key_frame = number % FRAMES_A_GROUP == 0
        size = MEDIA_FRAME[0 if key_frame else 1] + rng.randrange(0, 800)
        head = b"\0\0\0\1\x67\x4d\0\x28" + b"\0\0\0\1\x68\xee\x3c\x80" if key_frame else b""
        data = head + _nal_unit(rng, 0x65 if key_frame else 0x41, size - len(head))
        more = struct.pack("<II", 1_700_000_000 + number // 30, 0) if key_frame else b""
        magic = b"00dc" if key_frame else b"01dc"
        yield (magic + b"H264" + struct.pack("<IIQ", len(data), len(more), 16_442_607_000 + 33_000 * number) + more
               + data + bytes(-len(data) % 8))
        number += 1


def _video(path, size, full):
    session = baichuan.Session("full" if full else "aes", password=PASSWORD)
    capture = pcap.Capture()
    tcp = capture.tcp(server=CAMERA).open()
    session.play_login(tcp)
    tcp.client(session.message(3, baichuan.body('<Preview version="1.1">\n<channelId>0</channelId>\n<handle>0</handle>\n'
                                                "<streamType>mainStream</streamType>\n</Preview>\n"),
                               ext=baichuan.CHANNEL))
    packets, stream, sent = _media_packets(random.Random("video")), bytearray(), 0
    while sent < size:
        while len(stream) < CHUNK:
            stream += next(packets)
        chunk = bytes(stream[:CHUNK])
        del stream[:CHUNK]
        tcp.server(session.full(3, chunk, CHUNK) if full else
                   session.reply(3, ext=baichuan.extension(binaryData=1), data=chunk))
        # Or else Wireshark's sequence analysis walks through all that was never acknowledged, for each segment.
        tcp.acknowledge("c")
        sent += CHUNK
    tcp.close()
    capture.write(path)


def video_aes(path, size):
    """size bytes of video in a session of AES, where media bytes are clear."""
    _video(path, size, full=False)


def video_full_aes(path, size):
    """The same video, every byte of it encrypted."""
    _video(path, size, full=True)


def _documents(count):
    """count documents, each alone in its message: small ones of cameras in turn. (message id, text, is a request)"""
    battery = baichuan.body('<BatteryInfo version="1.1">\n<channelId>0</channelId>\n<chargeStatus>none</chargeStatus>\n'
                            "<adapterStatus>solarPanel</adapterStatus>\n<voltage>3986</voltage>\n<current>-121</current>\n"
                            "<temperature>23</temperature>\n"
                            "<batteryPercent>87</batteryPercent>\n</BatteryInfo>\n")
    version = baichuan.body('<VersionInfo version="1.1">\n<name>Porch</name>\n<type>E1 Outdoor</type>\n'
                            "<serialNumber>00000000012345</serialNumber>\n<buildDay>build 21082500</buildDay>\n"
                            "<hardwareVersion>IPC_517SD5</hardwareVersion>\n<cfgVersion>v3.0.0.0</cfgVersion>\n"
                            "<firmwareVersion>v3.0.0.587_21082500</firmwareVersion>\n"
                            "<detail>IPC_517SD5F350WF110</detail>\n</VersionInfo>\n")
    kinds = [(80, baichuan.CHANNEL, True), (80, version, False), (253, baichuan.CHANNEL, True), (253, battery, False)]
    for number in range(count):
        yield kinds[number % len(kinds)]


def xml_aes(path, count):
    """count messages after a login, each with one document, encrypted."""
    session = baichuan.Session("aes", password=PASSWORD)
    capture = pcap.Capture()
    tcp = capture.tcp(server=CAMERA).open()
    session.play_login(tcp)
    for number, (msg_id, text, request) in enumerate(_documents(count)):
        exchange = number // 2 % 0x10000 << 16
        if request:
            tcp.client(session.message(msg_id, ext=text, exchange=exchange))
        else:
            tcp.server(session.reply(msg_id, text, exchange=exchange))
    capture.write(path)


def xml_plain(path, count):
    """The documents of xml_aes() in the same segments, with nothing around them."""
    capture = pcap.Capture()
    tcp = capture.tcp(server=CAMERA).open()
    for _, text, request in _documents(count):
        (tcp.client if request else tcp.server)(text.encode())
    capture.write(path)


def xml_logins(path, count):
    """count connections of one login and one encrypted message each; every camera has a nonce of its own."""
    capture = pcap.Capture()
    for number in range(count):
        session = baichuan.Session("aes", password=PASSWORD, nonce=f"{number:016X}")
        tcp = capture.tcp((f"10.3.{number >> 8}.{number & 0xFF}", 50000), CAMERA).open()
        session.play_login(tcp)
        tcp.client(session.message(80, ext=baichuan.CHANNEL))
        tcp.close()
    capture.write(path)


# ---- newcamd -------------------------------------------------------------------------------------------------


def _requests(login, tcp, count):
    """count messages: ECMs and their control words in turn."""
    for number in range(count):
        msg_id = number // 2 % 0xFFFE + 2
        if number % 2 == 0:
            tcp.client(login.ecm(msg_id=msg_id, caid=0x0500, provider=0x030600))
        else:
            tcp.server(login.cw(msg_id=msg_id))


def cards_one(path, count):
    """count encrypted messages, the login among them, in one connection."""
    capture = pcap.Capture()
    login = newcamd.Login(DESKEY)
    tcp = newcamd.connect(capture, login, server=SERVER)
    _requests(login, tcp, count - 4)
    capture.write(path)


def cards_many(path, count):
    """count encrypted messages in connections of CONNECTION_MESSAGES each."""
    capture = pcap.Capture()
    for number in range(max(1, count // CONNECTION_MESSAGES)):
        login = newcamd.Login(DESKEY, seed=number)
        tcp = newcamd.connect(capture, login, (f"10.3.{number >> 8}.{number & 0xFF}", 50000), SERVER)
        _requests(login, tcp, CONNECTION_MESSAGES - 4)
    capture.write(path)


def cards_logins(path, count):
    """count connections with a login and its acknowledgement."""
    capture = pcap.Capture()
    for number in range(count):
        login = newcamd.Login(DESKEY, seed=number)
        tcp = capture.tcp((f"10.3.{number >> 8}.{number & 0xFF}", 50000), SERVER).open()
        tcp.server(login.greeting)
        tcp.client(login.login())
        tcp.server(login.ack())
        tcp.close()
    capture.write(path)


# ---- foreign -------------------------------------------------------------------------------------------------


def _places(capture, base):
    """Where in a capture file whose records begin at base the addresses and seconds are that tell one repetition from
    another: offsets of bytes, and (offset, second) of records."""
    addresses, seconds, at = [], [], base
    for time, packet, _ in capture.frames:
        seconds.append((at, int(time)))
        at += 16
        # 10.x.x.x becomes n.x.x.x; fd00:: becomes fd00+n::.
        addresses += [at + 12, at + 16] if packet[0] >> 4 == 4 else [at + 9, at + 25]
        at += len(packet)
    return addresses, seconds


def _whole(records, seconds, size):
    """The beginning of records, of so many bytes at most, that ends with one of them."""
    return records[:max(at for at in (*(at for at, _ in seconds), len(records)) if at <= size)]


def foreign_traffic(path, size):
    """About size bytes of TLS and HTTP: connections of tests.peers.foreign, with other addresses each time they repeat."""
    capture = pcap.Capture(step=0.0001)
    rng = random.Random("bench: foreign traffic")
    for stream in range(foreign.CONNECTIONS):
        foreign.KINDS["tls" if stream % 4 < 2 else "http"](capture, rng, stream)
    with tempfile.NamedTemporaryFile() as base:
        capture.write(base.name)
        blob = bytearray(pathlib.Path(base.name).read_bytes())
    header, records = bytes(blob[:24]), blob[24:]
    addresses, seconds = _places(capture, 0)
    lasts = int(capture.frames[-1][0] - capture.frames[0][0]) + 1
    with open(path, "wb") as out:
        out.write(header)
        repetition = 0
        while out.tell() < size:
            network = 10 + repetition % 200
            for at in addresses:
                records[at] = network if network != 127 else 9
            for at, second in seconds:
                struct.pack_into("<I", records, at, second + repetition * lasts)
            whole = _whole(records, seconds, size - out.tell()) if repetition == 0 else records
            out.write(whole)
            if len(whole) < len(records):
                break
            repetition += 1


# ---- cache ---------------------------------------------------------------------------------------------------


def cache_folder():
    """As tools/lib.sh."""
    base = os.environ.get("CAMSHARK_CACHE") or os.path.join(
        os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "camshark")
    return pathlib.Path(base) / "bench"


def _sources():
    digest = hashlib.sha256()
    for source in (__file__, HERE / "hostile.py", HERE / "load.py", *(module.__file__ for module in (baichuan, baichuan_media, baichuan_udp, foreign, newcamd, pcap))):
        digest.update(pathlib.Path(source).read_bytes())
    return digest.hexdigest()[:12]


def get(make, size):
    """The file of one of the functions above; made in a process of its own, whose memory is not the bench's."""
    folder = cache_folder()
    path = folder / f"{make.__name__}-{size}-{_sources()}.pcap"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob(f"{make.__name__}-{size}-*.pcap"):
            old.unlink()
        new = folder / f"{path.name}.new-{os.getpid()}"
        worker = multiprocessing.get_context("fork").Process(target=make, args=(new, size))
        worker.start()
        worker.join()
        if worker.exitcode != 0:
            new.unlink(missing_ok=True)
            raise RuntimeError(f"{make.__name__} could not be made")
        new.rename(path)
    return path
