"""Every table and tap of the suite: what tshark and sharkd are asked for it, and of which capture.

A new table or tap is a row of CASES; `CAMSHARK_WRITE_TABLES=1 ./run test dev tests/dissection/shared/test_tables_on_all_versions.py`
writes what it gives into tests/golden/tables, to be read before it is committed.
"""

import collections

from tests.dissection import harness
from tests.dissection.newcamd import cases
from tests.peers import baichuan, baichuan_media as media, baichuan_udp as udp, newcamd
from tests.peers.pcap import Capture

VERSION = baichuan.body('<VersionInfo version="1.1">\n<type>E1</type>\n<firmwareVersion>v1.2.3</firmwareVersion>\n</VersionInfo>\n')
WIFI = baichuan.body('<Wifi version="1.1">\n<ssid>home</ssid>\n<key>wifi-Key-9</key>\n</Wifi>\n')
OVER_UDP = "1F0E2D3C4B5A6978"  # a nonce of its own, so a key of its own


def camera(path):
    """A session over TCP: documents, media, something unknown, a refusal, a request that nobody answers, a logout; and beside it
    one over BcUdp."""
    capture = Capture(step=0.01)
    tcp = capture.tcp(server=("10.0.0.1", 9000)).open()
    session = baichuan.Session("aes").play_login(tcp)
    link = udp.Link(capture, acks=True)
    link.open()
    over_udp = baichuan.Session("aes", nonce=OVER_UDP).play_login(link)
    for carrier, told in ((tcp, session), (link, over_udp)):
        carrier.client(told.message(80))
        carrier.server(told.reply(80, VERSION))
        carrier.client(told.message(116))
        carrier.server(told.reply(116, WIFI))
    tcp.server(session.reply(33, VERSION, exchange=0))
    stream = media.Stream(session, tcp)
    for number, packet in enumerate(media.film()):
        stream.send(packet.wire)
        stream.send(media.adpcm(seed=number).wire)
    tcp.client(session.message(9999))
    tcp.server(session.reply(9999, code=400))
    tcp.client(session.message(104))
    tcp.client(session.logout())
    tcp.server(session.reply(2, exchange=0x00070000))
    tcp.close()
    return capture.write(path)


def cards(path):
    """Two clients at two card servers of one host, with all kinds of messages; one is not let in."""
    capture = Capture(step=0.01)
    anna, berta = cases.login(), cases.login(seed=2, user="berta")
    one = newcamd.connect(capture, anna)
    for number, words in enumerate([("11223366445566ff", "2122236631323396"), ("11223366445566ff", "2122236631323396"), None]):
        one.client(anna.ecm(msg_id=number + 2, sid=1, data=newcamd.ECM_DATA + bytes([number])))
        if words is not None:
            one.server(anna.cw(*words, msg_id=number + 2))
        else:
            one.server(anna.frame(newcamd.message(newcamd.ECM_EVEN), msg_id=number + 2))
    one.client(anna.emm(0x88, msg_id=5))
    one.server(anna.emm_reply(0x88, nibble=1, msg_id=5))
    one.client(anna.keepalive(msg_id=6))
    one.server(anna.keepalive(msg_id=6))
    one.close()
    two = capture.tcp(("10.0.0.3", 50001), ("10.0.0.1", 16000)).open()
    two.server(berta.greeting)
    two.client(berta.login())
    two.close("s")
    return capture.write(path)


def video(path):
    """The recorded one. Both of its ends have one address, of which tshark 4.0 can draw no flow graph."""
    return harness.CAPTURES / "baichuan" / "video_tcp_aes.pcapng"


CAPTURES = {"camera": camera, "cards": cards, "video": video}
FILES = {"baichuan_keys": '"","admin","Secret-1","","",""\n' + (harness.KEYS / "baichuan_keys").read_text(),
         "newcamd_keys": "".join(",".join(f'"{cell}"' for cell in row) + "\n" for row in cases.TABLE["newcamd_keys"])}

# Of which none may be in any output with secrets hidden.
SECRETS = {
    "camera": ["Secret-1", "wifi-Key-9", *(baichuan.login_hash(word, nonce) for word in ("admin", "Secret-1")
                                           for nonce in (baichuan.Session().nonce, OVER_UDP)),
               baichuan.Session().key.decode(), baichuan.Session(nonce=OVER_UDP).key.decode()],
    "cards": [cases.DESKEY, "sesame", newcamd.md5_crypt("sesame"), cases.login().session_key.hex(), "11223366445566ff",
              "2122236631323396"],
    "video": ["Video-Hof-3"],
}
# Those that no table shows, hidden or not.
NEVER_SHOWN = {cases.DESKEY, "sesame", newcamd.md5_crypt("sesame")}

# name; a name of CAPTURES; what tshark gets; what sharkd is asked: (method, parameters), or None where it has no such thing
Case = collections.namedtuple("Case", "name capture tshark sharkd")


def case(name, capture, statistic, tap=None):
    return Case(name, capture, ("-q", "-z", statistic), tap and ("tap", {"tap0": tap}))


CASES = [
    case("baichuan-srt", "camera", "baichuan,srt", "srt:baichuan"),
    case("baichuan-sessions", "camera", "baichuan,sessions", "nstat:baichuan,sessions"),
    case("baichuan-media", "camera", "baichuan,media", "nstat:baichuan,media"),
    case("baichuan-media-recorded", "video", "baichuan,media", "nstat:baichuan,media"),
    case("baichuan-media-tree", "video", "baichuan_media,tree", "stat:baichuan_media"),
    case("baichuan-udp-tree", "camera", "baichuan_udp,tree", "stat:baichuan_udp"),
    case("baichuan-flow", "camera", "flow,baichuan,standard", "seqa:baichuan"),
    case("baichuan-conversations", "camera", "conv,baichuan", "conv:Baichuan"),
    case("baichuan-endpoints", "camera", "endpoints,baichuan", "endpt:Baichuan"),
    case("baichuan-keys", "camera", "baichuan_keys"),
    Case("baichuan-follow", "camera", ("-q", "-z", "follow,baichuan,ascii,0"),
         ("follow", {"follow": "Baichuan", "filter": "baichuan.connection == 0"})),
    Case("baichuan-follow-udp", "camera", ("-q", "-z", "follow,baichuan,ascii,1"),
         ("follow", {"follow": "Baichuan", "filter": "baichuan.connection == 1"})),
    case("baichuan-credentials", "camera", "credentials"),
    case("baichuan-expert", "camera", "expert", "expert"),
    case("baichuan-sound", "camera", "rtp,streams", "rtp-streams"),
    case("baichuan-sound-recorded", "video", "rtp,streams", "rtp-streams"),
    Case("baichuan-objects", "camera", None, ("tap", {"tap0": "eo:baichuan"})),
    case("newcamd-srt", "cards", "newcamd,srt", "srt:newcamd"),
    case("newcamd-services", "cards", "newcamd,services", "nstat:newcamd,services"),
    case("newcamd-logins", "cards", "newcamd,logins", "nstat:newcamd,logins"),
    case("newcamd-flow", "cards", "flow,newcamd,standard", "seqa:newcamd"),
    case("newcamd-conversations", "cards", "conv,newcamd", "conv:newcamd"),
    case("newcamd-endpoints", "cards", "endpoints,newcamd", "endpt:newcamd"),
    case("newcamd-keys", "cards", "newcamd_keys"),
    Case("newcamd-follow", "cards", ("-q", "-z", "follow,newcamd,ascii,0"),
         ("follow", {"follow": "newcamd", "filter": "tcp.stream == 0"})),
    case("newcamd-credentials", "cards", "credentials"),
    case("newcamd-expert", "cards", "expert", "expert"),
]
