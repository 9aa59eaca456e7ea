"""A public capture of a real camera (docs/baichuan.md 2.9, R5) that is not part of this repository."""

import pytest

import harness
from baichuan_messages import messages
from state_rule import assert_state_rule
from tests.peers import baichuan_reader

CAPTURE = harness.THIRD_PARTY / "neolink-EncryptionProtocol02_login.pcapng"
PASSWORD = {"baichuan.password": "passTest"}

# Message ids by frame, read by hand from the capture.
WHOLE = {2: [1], 3: [1], 5: [102], 6: [102], 7: [80, 104], 8: [80], 9: [192, 31, 151, 58, 146], 10: [104], 11: [192],
         12: [31, 146], 13: [80], 14: [78, 79, 33], 15: [104, 102, 44, 3], 16: [80], 17: [104, 44, 3, 102], 18: [199],
         20: [115], 21: [115], 22: [10], 25: [10]}

pytestmark = pytest.mark.skipif(not CAPTURE.exists(), reason=f"{CAPTURE.name} of the neolink project is not there")


@pytest.fixture(scope="module")
def found(tshark):
    return messages(tshark(prefs=PASSWORD), CAPTURE)


@pytest.fixture(scope="module")
def whole():
    return baichuan_reader.opened(CAPTURE, "passTest")


def only(found, msg_id, frame=None):
    chosen = [m for m in found if m["msg_id"] == msg_id and frame in (None, m["frame"])]
    assert len(chosen) == 1
    return chosen[0]


def plain(part):
    return part["data"] if part["xml"] is None else part["xml"].encode()


def test_every_whole_message_is_found_with_its_plain_text(found, whole):
    def account(rows):
        return sorted((frame, msg_id, exchange, baichuan_reader.sha256(extension), baichuan_reader.sha256(payload))
                      for frame, msg_id, exchange, extension, payload in rows)

    assert [(m.frame, m.msg_id) for m in whole] == [(frame, msg_id) for frame, ids in WHOLE.items() for msg_id in ids]
    assert account((m["frame"], m["msg_id"], m["exchange_id"], plain(m["extension"]) or b"", plain(m["payload"]) or b"")
                   for m in found) == account(whole)


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


def test_the_state_rule_holds(tshark, sharkd):
    assert assert_state_rule(tshark, sharkd, CAPTURE, {"baichuan"}, prefs=PASSWORD) == 23


def test_without_the_password_the_login_still_opens(tshark):
    found = messages(tshark(), CAPTURE)

    assert only(found, 1, frame=2)["nonce"] == "AB5B32EC757765C2"
    assert "no_key" in only(found, 1, frame=3)["experts"]
    assert "no_key" in only(found, 102, frame=6)["experts"]
