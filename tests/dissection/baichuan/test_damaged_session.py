"""A whole session as recordings of real cameras have it: no handshake, a login of 0xdd02, and holes in every place."""

import pytest

from tests.dissection.baichuan.messages import messages
from tests.dissection.state_rule import assert_state_rule
from tests.peers import baichuan
from tests.peers.baichuan import VERSION, Session
from tests.peers.pcap import Capture

PASSWORD = {"baichuan.password": "Secret-1"}
SEGMENT = 1448
TORN = 151  # the message that lost its middle

ITEMS = "".join(f"<item{i}>value {i}</item{i}>\n" for i in range(90))
DEVICE_INFO = baichuan.body(f"<DeviceInfo>\n{ITEMS}</DeviceInfo>\n")
SUPPORT = baichuan.body(f"<Support>\n{ITEMS}</Support>\n")
HUGE = baichuan.body(f"<AbilityInfo>\n{'<ability>none</ability>' * 1800}</AbilityInfo>\n")
VIDEO = baichuan.extension(channelId=0, binaryData=1)
INFO = bytes.fromhex("31303032200000000009000010050000000f79040f08370279040f0837020000")


class Damaged:
    """texts: [(message id, plain text of the Extension, of the payload), ...] of the whole messages; login_reply and
    support: the frame in which the rest of such a message is, whose first segment is lost."""

    def __init__(self):
        self.capture = Capture()
        self.tcp = self.capture.tcp(server=("10.0.0.1", 9000))
        self.session = Session("aes", requested=0x02)
        self.texts = []
        session = self.session
        self._whole("c", 1, session.hello(), None)
        self._whole("s", 1, session.nonce_reply(), session.nonce_xml())
        self._whole("c", 1, session.login(), session.login_xml())
        login_reply = baichuan.header(1, len(DEVICE_INFO), baichuan.DEVICE, 200, 0) + baichuan.xor(DEVICE_INFO.encode(), 0)
        (self.login_reply,) = self.tcp.server(login_reply, lose=(0,))
        self._whole("s", 80, session.reply(80, VERSION), VERSION)
        (self.support,) = self.tcp.server(session.reply(199, SUPPORT), lose=(0,))
        self._whole("s", 104, session.reply(104, VERSION), VERSION)
        self._whole("s", 3, session.reply(3, ext=VIDEO, data=INFO), INFO, VIDEO)
        # The header is here, the end is here, and 26 segments between them are not.
        count = -(-(24 + len(HUGE)) // SEGMENT)
        self.tcp.server(session.reply(TORN, HUGE), lose=range(2, count - 1))
        self._whole("s", 102, session.reply(102, VERSION), VERSION)

    def _whole(self, side, msg_id, data, payload, extension=None):
        self.tcp.send(side, data)
        self.texts.append((msg_id, extension, payload))


@pytest.fixture(scope="module")
def damaged():
    return Damaged()


@pytest.fixture(scope="module")
def path(damaged, tmp_path_factory):
    return damaged.capture.write(tmp_path_factory.mktemp("damaged") / "c.pcap")


@pytest.fixture(scope="module")
def found(tshark, path):
    return messages(tshark(prefs=PASSWORD), path)


def continuation(tshark, path, frame):
    """(length, cipher, text) of the tail that a frame begins with."""
    ((length, cipher, text),) = tshark(prefs=PASSWORD).fields(
        path, "baichuan.continuation.length", "baichuan.encryption", "baichuan.continuation.text",
        filter=f"frame.number == {frame} && baichuan.continuation", args=("-E", "occurrence=f"))
    return int(length), cipher, text.replace("\\n", "\n")


def shown(message):
    payload = message["payload"]
    return message["msg_id"], message["extension"]["xml"], payload["data"] if payload["xml"] is None else payload["xml"]


def test_every_whole_message_is_found_with_its_plain_text(found, damaged):
    assert [shown(message) for message in found if message["msg_id"] != TORN] == damaged.texts


def test_a_message_without_its_middle_is_read_up_to_the_hole_and_behind_it(tshark, path, found):
    (message,) = [m for m in found if m["msg_id"] == TORN]
    ((text, offset, length),) = tshark(prefs=PASSWORD).fields(path, "baichuan.payload.text", "baichuan.hole.offset",
                                                              "baichuan.hole.length", filter="baichuan.hole")
    whole = -(-(24 + len(HUGE)) // SEGMENT)
    assert (int(offset), int(length)) == (2 * SEGMENT, (whole - 3) * SEGMENT)
    assert message["payload"]["xml"] == HUGE[:2 * SEGMENT - 24]
    rest = HUGE[(whole - 1) * SEGMENT - 24:]
    behind = text.replace("\\n", "\n")
    assert rest.endswith(behind) and 16 <= len(rest) - len(behind) < 32


def test_the_camera_agrees_to_aes_that_leaves_media_clear(found):
    assert [(m["msg_id"], m["encrypt"]) for m in found[:3]] == [(1, 0xDC02), (1, 0xDD02), (1, None)]


def test_what_follows_a_hole_says_how_much_is_missing(found):
    assert {m["msg_id"]: m["lost"] for m in found if m["lost"] is not None} == {
        80: SEGMENT, 104: SEGMENT}


def test_missing_bytes_are_named_by_their_sequence_numbers(tshark, path):
    """Counted from the first byte of the direction, for there is no handshake: a nonce reply of 165 bytes comes first."""
    ((text,),) = tshark(prefs=PASSWORD).fields(path, "_ws.expert.message",
                                               filter="baichuan.msg_id == 80 && baichuan.expert.lost")
    assert "1448 bytes before this message are missing, with the sequence numbers 166 to 1613:" in text


def test_the_tail_of_a_login_reply_is_in_xor_although_the_session_is_in_aes(tshark, damaged, path):
    rest = DEVICE_INFO[SEGMENT - 24:]

    assert continuation(tshark, path, damaged.login_reply) == (len(rest), "BC XOR", rest)


def test_the_tail_of_a_later_message_is_in_aes_from_its_second_block(tshark, damaged, path):
    rest = SUPPORT[SEGMENT - 24:]

    assert (SEGMENT - 24) % 16 == 0
    assert continuation(tshark, path, damaged.support) == (len(rest), "AES", rest[16:])


def test_the_head_of_a_transfer_is_clear_behind_an_encrypted_extension(found):
    (message,) = [m for m in found if m["msg_id"] == 3]

    assert (message["extension"]["encryption"], message["payload"]["encryption"]) == ("AES", "None")


def test_without_the_password_the_login_still_opens(tshark, path):
    found = messages(tshark(), path)

    assert found[1]["nonce"] == Session().nonce
    assert {m["msg_id"] for m in found if "no_key" in m["experts"]} == {1, 3, 80, 102, 104, TORN}


def test_the_state_rule_holds(tshark, sharkd, path):
    assert assert_state_rule(tshark, sharkd, path, {"baichuan"}, prefs=PASSWORD) == 12
