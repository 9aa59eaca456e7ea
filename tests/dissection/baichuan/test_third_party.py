"""A public capture of a real camera (docs/baichuan.md 2.9, R5) that is not part of this repository."""

import hashlib
import xml.etree.ElementTree as ElementTree

import pytest

from tests.dissection import harness
from tests.dissection.baichuan.messages import messages
from tests.dissection.state_rule import assert_state_rule
from tests.peers import baichuan_reader

CAPTURE = harness.THIRD_PARTY / "neolink-EncryptionProtocol02_login.pcapng"
PASSWORD = {"baichuan.password": "passTest"}

NOTHING = hashlib.sha256(b"").hexdigest()

# Every message that can be found: frame and offset of its header in the TCP payload, id, sha256 of Extension and payload
# in plain text. Read by tests/peers/baichuan_reader.py, and by hand where docs/baichuan.md 1.10 and 2.9 name a place.
# The header in frame 23 at 472 is not among them: TCP keeps what is there of its 40000 bytes.
MESSAGES = [
    (2, 0, 1, "3ebe493dd89c931afd975b07746bf25b448a6f711f564f7c073ac022d1308737"),
    (3, 0, 1, "3e9ed0069c132d5a401faaab3e0ac3d7e79cd9073566393e90913d31d09de5e0"),
    (5, 0, 102, NOTHING),
    (6, 0, 102, "d61e584e9ec60ac48299d8ff8dfd776f72da0a0818a12e24776f76cdfa7a07e5"),
    (7, 0, 80, NOTHING),
    (7, 24, 104, NOTHING),
    (8, 0, 80, "e1576ca7de19ba6b10c886874f6e5d4318f01e03d34a09c563ffdc3c317bc794"),
    (9, 0, 192, NOTHING),
    (9, 24, 31, NOTHING),
    (9, 48, 151, "3cf073400465b96644ef634caab5a16c492739daf659d6025704e550f12de978"),
    (9, 237, 58, "8c647a6f58a36d2ab0e17ebaff5dd7378f20f70de0198d6fc4f35b9ada86fec0"),
    (9, 366, 146, NOTHING),
    (10, 0, 104, "ad1f0576e93b2498c39ee0cabed160b965ffc2556b296e3c7acb5b74a1f0eda4"),
    (11, 0, 192, NOTHING),
    (12, 0, 31, NOTHING),
    (12, 24, 146, "df238c58d4014381e22de8448f8d92dd42b2d047db945e1ee63175cf9b62150f"),
    (13, 0, 80, NOTHING),
    (14, 82, 78, "10a154e85739742465a18a757cac920ca418811b1b86503c36179067e8c5edc5"),
    (14, 317, 79, "a23bc4f48fafb50c929e08df216bdc951881a12bbdb546741834b8d820f57cd2"),
    (14, 656, 33, "e99c3d8ac0c48e436a6c1f7ec727cc5f2f8ddbfee6fcbedbf72f1429064b86ce"),
    (15, 0, 104, NOTHING),
    (15, 24, 102, NOTHING),
    (15, 48, 44, "a802caf18e9aa6f9af427d1bf129a79279dbe6c1e7184d3247b5a32670f99deb"),
    (15, 176, 3, "24e1000c9e1a715dd4eba518850ae206073b3aa1130744daa8a83ebb294108ab"),
    (16, 0, 80, "e1576ca7de19ba6b10c886874f6e5d4318f01e03d34a09c563ffdc3c317bc794"),
    (17, 0, 104, "ad1f0576e93b2498c39ee0cabed160b965ffc2556b296e3c7acb5b74a1f0eda4"),
    (17, 443, 44, "18089f2e4ca3f3d64405c0a25599c53cdb4367425348263ab6dff4bebe6d8430"),
    (17, 946, 3, "87a322c86606f6f39460d1a48e21edfdd1b5af54c55bb7e9334c419eaef2782e"),
    (17, 1108, 102, "d61e584e9ec60ac48299d8ff8dfd776f72da0a0818a12e24776f76cdfa7a07e5"),
    (18, 0, 199, NOTHING),
    (20, 0, 115, NOTHING),
    (21, 0, 115, "6c2a079d2a6bbc4775b683015b55762aefe4bb9c24b0d688327bb0330f5da732"),
    (22, 0, 10, "a802caf18e9aa6f9af427d1bf129a79279dbe6c1e7184d3247b5a32670f99deb"),
    (24, 1400, 10, "0346b6cbf0d86a49a6aedd37871b17bee5df636e22710a12fc012a0194a10155"),
]

pytestmark = pytest.mark.skipif(not CAPTURE.exists(), reason=f"{CAPTURE.name} of the neolink project is not there")


@pytest.fixture(scope="module")
def found(tshark):
    return messages(tshark(prefs=PASSWORD), CAPTURE)


def only(found, msg_id, frame=None):
    chosen = [m for m in found if m["msg_id"] == msg_id and frame in (None, m["frame"])]
    assert len(chosen) == 1
    return chosen[0]


def plain(part):
    return part["data"] if part["xml"] is None else part["xml"].encode()


def header_places(tshark):
    """(frame, offset in its TCP payload) of each header that tshark shows."""
    payload = {}
    for packet in ElementTree.fromstring(tshark(prefs=PASSWORD).run(CAPTURE, "-T", "pdml", "-Y", "tcp.payload").out):
        number = int(packet.find("proto[@name='geninfo']/field[@name='num']").get("show"))
        field = packet.find(".//field[@name='tcp.payload']")
        payload[number] = (int(field.get("pos")), int(field.get("size")))
        first = packet.find(".//field[@name='tcp.segment']")
        for magic in packet.iterfind("proto[@name='baichuan']/field[@name='baichuan.magic']"):
            if first is None:
                yield number, int(magic.get("pos")) - payload[number][0]
            else:
                # The message is in a reassembled buffer, which begins with the end of the first segment.
                begin = int(first.get("show"))
                yield begin, int(magic.get("pos")) + payload[begin][1] - int(first.get("size"))


def test_every_message_that_can_be_found_is_found_with_its_plain_text(tshark, found):
    def text(message):
        return (plain(message["extension"]) or b"") + (plain(message["payload"]) or b"")

    places = list(header_places(tshark))
    assert len(places) == len(found)
    assert [place + (m["msg_id"], baichuan_reader.sha256(text(m))) for place, m in zip(places, found)] == MESSAGES


def test_the_table_is_what_an_independent_reader_finds():
    assert [(m.frame, m.offset, m.msg_id, baichuan_reader.sha256(m.extension + m.payload))
            for m in baichuan_reader.opened(CAPTURE, "passTest")] == MESSAGES


def test_the_login_is_the_one_of_the_reference(found):
    assert only(found, 1, frame=2)["nonce"] == "AB5B32EC757765C2"
    login = only(found, 1, frame=3)
    assert (login["username"], login["password"]) == ("0DFB4D21F2A282128100524E2C4792B",
                                                      "EC1AF34630047FEB2C5B9D2C5402A8D")
    assert login["key_row"] == "preference baichuan.password"


@pytest.mark.parametrize("msg_id, frame, part, text", [
    (151, 9, "extension", "<token>system, network, alarm, record, video, image</token>"),
    (102, 6, "payload", "<HddInfoList version=\"1.1\" />"),
    (80, 8, "payload", "<name>Cammy02</name>"),
    (104, 10, "payload", "<timeZone>-25200</timeZone>"),
    (78, 14, "payload", "<VideoInput"),
    (79, 14, "payload", "PELCO_D"),
    (33, 14, "payload", "<status>none</status>"),
    (115, 21, "payload", "<signal>-40</signal>"),
    (3, 17, "extension", "<binaryData>1</binaryData>"),
    (10, 25, "payload", "<sampleRate>16000</sampleRate>"),
])
def test_contents_of_the_reference(found, msg_id, frame, part, text):
    assert text in only(found, msg_id, frame)[part]["xml"]


def test_the_video_info_packet_is_clear(found):
    message = only(found, 3, frame=17)

    assert message["payload"]["data"].hex() == "31303032200000000009000010050000000f79040f08370279040f0837020000"
    assert (message["extension"]["encryption"], message["payload"]["encryption"]) == ("AES", "None")


def test_the_messages_of_the_reference_have_its_numbers(found):
    assert only(found, 31, frame=12)["status_code"] == 400
    assert only(found, 33)["message_handle"] == only(found, 31, frame=12)["message_handle"] == 5 << 8


def test_what_follows_a_hole_says_how_much_is_missing(found):
    """Relative sequence numbers of the capture: 166-1614, 3772-5220, 7881-9329; then 9770-22826, and the message at
    23298, whose end 63322 is where the next one stands."""
    assert {m["frame"]: m["lost"] for m in found if m["lost"] is not None} == {
        6: 1448, 14: 1448, 21: 1448, 25: 22826 - 9770 + 63322 - 23298}


def test_bytes_without_a_header_are_continuations(tshark):
    rows = tshark(prefs=PASSWORD).fields(CAPTURE, "frame.number", "baichuan.continuation.length",
                                         filter="baichuan.continuation")

    assert rows == [("4", "251"), ("14", "82"), ("19", "300"), ("23", "472")]


@pytest.mark.parametrize("frame, readable, begin, end", [
    # A login reply stays in BC XOR, of which nothing is lost; AES needs the first whole block: alignments 2 and 0.
    (4, 251, "ht>\\n</resolution>\\n", "</StreamInfoList>\\n</body>\\n"),
    (14, 82 - 2 - 16, ">\\n<userSetState>none", "</UserList>\\n</body>\\n"),
    (19, 300 - 16, "so>\\n<audioVersion>15</audioVersion>", "</Support>\\n</body>\\n"),
])
def test_the_tail_of_a_message_is_decrypted(tshark, frame, readable, begin, end):
    ((text, cipher),) = tshark(prefs=PASSWORD).fields(CAPTURE, "baichuan.continuation.text", "baichuan.encryption",
                                                      filter=f"frame.number == {frame} && baichuan.continuation",
                                                      args=("-E", "occurrence=f"))
    assert text.startswith(begin) and text.endswith(end)
    assert len(text.replace("\\n", "\n")) == readable
    assert cipher == ("BC XOR" if frame == 4 else "AES")


def test_missing_bytes_are_named_by_their_sequence_numbers(tshark):
    texts = tshark(prefs=PASSWORD).fields(CAPTURE, "_ws.expert.message", filter="frame.number == 6")
    assert "1448 bytes before this message are missing, with the sequence numbers 166 to 1613:" in texts[0][0]


def test_the_state_rule_holds(tshark, sharkd):
    assert assert_state_rule(tshark, sharkd, CAPTURE, {"baichuan"}, prefs=PASSWORD) == 23


def test_without_the_password_the_login_still_opens(tshark):
    found = messages(tshark(), CAPTURE)

    assert only(found, 1, frame=2)["nonce"] == "AB5B32EC757765C2"
    assert "no_key" in only(found, 1, frame=3)["experts"]
    assert "no_key" in only(found, 102, frame=6)["experts"]
