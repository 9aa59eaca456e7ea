"""Recorded BC conversations: every message is what client and camera wrote down while they were sending."""

import hashlib

import pytest

from tests.dissection import harness
from tests.dissection.baichuan.messages import messages
from tests.dissection.baichuan.recordings import CAPTURES, NAMES, expectation, expected_messages

CIPHERS = {"none": "None", "bc": "BC XOR", "aes": "AES", None: None}


@pytest.fixture(scope="module")
def pairs(tshark):
    """pairs(capture name, reassemble=False): [(dissected, expected), ...], in capture order; with media whole or not."""
    cache = {}

    def get(name, reassemble=False):
        if (name, reassemble) not in cache:
            keyed = tshark(files={"baichuan_keys": (harness.KEYS / "baichuan_keys").read_text()},
                           prefs={"baichuan.reassemble_media": str(reassemble).upper()})
            found = messages(keyed, CAPTURES / f"{name}.pcapng")
            expected = expected_messages(name)
            assert len(found) == len(expected)
            cache[name, reassemble] = list(zip(found, expected))
        return cache[name, reassemble]

    return get


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("args", [(), ("-2",)])
def test_a_healthy_capture_has_no_warning_of_ours_or_of_what_we_called(keyed, name, args):
    assert keyed.fields(CAPTURES / f"{name}.pcapng", "frame.number", "_ws.expert.message",
                        filter="baichuan && _ws.expert.severity >= warning", args=args) == []
    assert "Warns" not in keyed.run(CAPTURES / f"{name}.pcapng", "-q", "-z", "expert", *args).out


@pytest.mark.parametrize("name", NAMES)
def test_every_message_is_in_its_frame_with_its_header(pairs, name):
    for found, expected in pairs(name):
        negotiation = expected["enc"] and int.from_bytes(bytes.fromhex(expected["enc"]), "little")
        assert {
            "frame": expected["frames"][1],
            "magic": int.from_bytes(bytes.fromhex(expected["magic"]), "little"),
            "msg_id": expected["msg_id"],
            "msg_len": expected["body_len"],
            "channel_id": expected["channel"],
            "xml_encryption_offset": expected["channel"],
            "stream_id": expected["stream"],
            "message_handle": expected["msg_num"],
            "exchange_id": expected["channel"] | expected["mess_id"] << 8,
            "encrypt": negotiation,
            "status_code": expected["status"],
            "msg_class": int(expected["class"], 16),
            "bin_offset": expected["payload_offset"],
            "lost": None,
        }.items() <= found.items(), expected["n"]


@pytest.mark.parametrize("name", NAMES)
def test_every_extension_is_in_plain_text(pairs, name):
    for found, expected in pairs(name):
        assert found["extension"]["xml"] == expected["extension"], expected["n"]
        assert found["extension"]["encryption"] == CIPHERS[expected["cipher"]["extension"]], expected["n"]


@pytest.mark.parametrize("name", NAMES)
def test_every_payload_is_in_plain_text(pairs, name):
    for found, expected in pairs(name, reassemble=True):
        payload = found["payload"]
        kind = expected["payload_kind"]
        assert payload["encryption"] == CIPHERS[expected["cipher"]["payload"]], expected["n"]
        assert payload["xml"] == (expected["payload"] if kind == "xml" else None), expected["n"]
        if kind == "xml":
            digest = hashlib.sha256(payload["xml"].encode()).hexdigest()
        elif kind == "binary":
            digest = hashlib.sha256(payload["data"]).hexdigest()
        else:
            continue
        assert digest == expected["payload_sha256"], expected["n"]


@pytest.mark.parametrize("name", [name for name in NAMES if name != "midstream_tcp_aes"])
def test_the_nonce_and_the_login_are_fields(pairs, name):
    connection = expectation(name)["connections"][0]
    login = [found for found, expected in pairs(name) if expected["msg_id"] == 1]

    assert [m["nonce"] for m in login] == [None, connection["nonce"], None, None]
    user, password = (hashlib.md5((connection[what] + connection["nonce"]).encode()).hexdigest().upper()[:31]
                      for what in ("user", "password"))
    assert (login[2]["username"], login[2]["password"]) == (user, password)


def test_the_legacy_login_shows_both_hashes(pairs):
    legacy = pairs("none_tcp")[0][0]
    user, password = (hashlib.md5(text.encode()).hexdigest().upper()[:31] for text in ("viewer", "frei"))

    assert (legacy["username"], legacy["password"]) == (user, password)
    assert legacy["payload"]["encryption"] == "None"


@pytest.mark.parametrize("name, row", [
    ("aio_tcp_aes", "row 1: aio_tcp_aes"),
    ("aio_tcp_xor", "row 2: aio_tcp_xor"),
    ("video_tcp_aes", "row 4: video_tcp_aes"),
    ("aio_udp_aes", "row 6: aio_udp_aes"),
    ("midstream_tcp_aes", "row 5: midstream_tcp_aes: a capture without login needs the key itself"),
])
def test_what_a_key_has_opened_names_its_row(pairs, name, row):
    for found, _ in pairs(name):
        opened = "AES" in (found["extension"]["encryption"], found["payload"]["encryption"])
        proved = found["msg_id"] == 1 and found["username"] is not None
        assert found["key_row"] == (row if opened or proved else None), found


@pytest.mark.parametrize("name", NAMES)
def test_nothing_is_left_to_explain(pairs, keyed, name):
    """No expert item of ours where every key is there and no byte is missing, but for requests that were refused."""
    for found, expected in pairs(name):
        assert found["experts"] == (["refused"] if expected["status"] == 400 else []), expected["n"]
    assert keyed.frames(CAPTURES / f"{name}.pcapng", "baichuan.continuation") == []


def test_a_reply_reads_like_a_sentence(keyed):
    rows = keyed.fields(CAPTURES / "aio_tcp_aes.pcapng", "_ws.col.Protocol", "_ws.col.Info",
                        filter="frame.number in {6, 8, 10, 12, 13, 97}")

    assert rows == [
        ("BC", "Login: nonce"),
        ("BC", "Login admin"),
        ("BC", "Reply 200 Login"),
        ("BC", "Get Version"),
        ("BC", "Reply 200 Version E1 v2.0.0.587_19110800"),
        ("BC", "Reply 400 Unknown message 999"),
    ]


def test_several_messages_in_a_frame_are_all_in_the_info_column(keyed):
    rows = keyed.fields(CAPTURES / "none_tcp.pcapng", "_ws.col.Info", filter="frame.number == 14")

    assert len(rows[0][0].split(", ")) == 4
    assert rows[0][0].split(", ")[1:3] == ["Get Version", "Get General Settings"]


def test_what_was_decrypted_is_a_data_source(keyed):
    """Wireshark shows it as a tab of its own beside the frame's bytes."""
    out = keyed.run(CAPTURES / "aio_tcp_aes.pcapng", "-x", "-Y", "frame.number == 43 || frame.number == 53").out

    assert out.count("Decrypted BC (104 bytes):") == 1  # the Extension of frame 53
    assert out.count("Decrypted BC (656 bytes):") == 1  # its payload; frame 43 is a header alone


def test_xml_elements_are_fields_of_the_xml_dissector(keyed):
    rows = keyed.fields(CAPTURES / "aio_tcp_aes.pcapng", "_ws.col.Protocol",
                        filter='baichuan.msg_id == 80 && xml.tag contains "VersionInfo"')

    assert rows == [("BC",)]


def test_the_batch_decoder_of_the_readme_works(keyed):
    rows = keyed.fields(CAPTURES / "aio_tcp_aes.pcapng", "baichuan.payload.xml",
                        filter="baichuan.msg_id == 80 && baichuan.status_code == 200")

    assert len(rows) == 1 and rows[0][0].startswith("<?xml version=")
