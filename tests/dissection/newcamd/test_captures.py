"""The recorded newcamd captures: with the key, with a wrong key, with none."""

import json

import pytest

from tests.dissection import harness

CAPTURES = harness.CAPTURES / "newcamd"
CONAX = CAPTURES / "oscam-tsdecrypt-conax.pcapng"
WRONG_DESKEY = CAPTURES / "oscam-tsdecrypt-wrong-deskey.pcapng"
WRONG_PASSWORD = CAPTURES / "oscam-tsdecrypt-wrong-password.pcapng"
TABLE = {"newcamd_keys": (harness.KEYS / "newcamd_keys").read_text()}
REPLIES = list(range(13, 47, 3))


@pytest.fixture(scope="module")
def reader(tshark):
    return tshark(files=TABLE)


def one(tshark, capture, frame, *names, args=()):
    (row,) = tshark.fields(capture, *names, filter=f"frame.number == {frame}", args=args)
    return row


def test_every_frame_with_data_is_newcamd_but_the_greeting_on_one_pass(reader):
    with_data = reader.frames(CONAX, "tcp.len > 0")
    assert reader.frames(CONAX, "newcamd") == [n for n in with_data if n != 4]
    assert reader.frames(CONAX, "newcamd", args=("-2",)) == with_data


def test_the_greeting_is_shown_on_the_second_pass(reader):
    assert one(reader, CONAX, 4, "newcamd.greeting", "_ws.col.Info", args=("-2",)) == (
        "0cfcc196e07fc6258f5b3e802b2b", "Greeting")


def test_no_checksum_is_wrong(reader):
    messages = reader.frames(CONAX, "newcamd.length")
    assert reader.frames(CONAX, 'newcamd.checksum.status == "Good"') == messages
    assert not reader.frames(CONAX, "newcamd and _ws.expert")


def test_the_login_shows_who_logs_in_with_what(reader):
    assert one(reader, CONAX, 6, "newcamd.user", "newcamd.password_crypt", "newcamd.client_id", "newcamd.msg_id",
               "newcamd.command", "_ws.col.Info") == (
        "dummy", "$1$abcdefgh$TNzadvK3GJjNJPmFgcezl/", "0x7878", "1", "0xe0", "Login dummy (tsdecrypt)")


def test_a_login_has_a_client_id_and_no_service_id(reader):
    assert reader.frames(CONAX, "newcamd.client_id") == [6]
    assert 6 not in reader.frames(CONAX, "newcamd.sid")


def test_the_outer_fields_are_those_of_the_wire(reader):
    assert one(reader, CONAX, 6, "newcamd.length", "newcamd.iv", "newcamd.checksum") == (
        "64", "97e5b69e1325f4da", "0x62")


def test_the_first_frame_of_each_direction_has_the_login_key(reader):
    assert reader.frames(CONAX, 'newcamd.key == "login"') == [6, 8]
    assert reader.frames(CONAX, 'newcamd.key == "session"') == reader.frames(CONAX, "frame.number > 8 && tcp.len > 0")


def test_the_row_that_opened_the_login_is_named_with_its_comment(reader):
    rows = {row[0] for row in reader.fields(CONAX, "newcamd.key_row", filter="newcamd")}
    assert rows == {"row 1: OSCam test server"}


def test_the_header_is_of_version_525(reader):
    assert {row[0] for row in reader.fields(CONAX, "newcamd.version", filter="newcamd")} == {"525"}


def test_the_ack_is_shown(reader):
    assert one(reader, CONAX, 8, "newcamd.command", "newcamd.custom_data", "_ws.col.Info") == (
        "0xe1", "6e73000000000014", "Login accepted")


def test_card_data_shows_the_card_and_its_providers(reader):
    assert one(reader, CONAX, 10, "newcamd.card.user_id", "newcamd.card.caid", "newcamd.card.serial",
               "newcamd.card.provider.ident", "newcamd.card.provider.id", "_ws.col.Info") == (
        "11", "0x0b00", "0000000000000000", "0x000000|0x000001", "0000000000000000|0000000000000000",
        "Card data 0x0B00 Conax, 2 providers")


def test_an_ecm_request_shows_its_section_and_service(reader):
    row = one(reader, CONAX, 12, "newcamd.sid", "newcamd.ecm", "_ws.col.Info")
    assert row[0] == "0x0001" and row[2] == "ECM even, SID 0x0001"
    assert row[1].startswith("8070404a58b791df6af1d830") and len(row[1]) == 2 * (3 + 0x40)


def test_every_ecm_reply_shows_both_control_words(reader):
    rows = reader.fields(CONAX, "frame.number", "newcamd.cw.even", "newcamd.cw.odd", "newcamd.response_time", "_ws.col.Info",
                         filter="newcamd.cw.even")
    assert [int(row[0]) for row in rows] == REPLIES
    for _, even, odd, seconds, info in rows:
        assert (even, odd) == ("11223366445566ff", "2122236631323396")
        assert info == f"CW 11223366445566ff 2122236631323396 for 0B00:0001, {float(seconds) * 1000:.2f} ms"


def test_the_columns_name_the_protocol(reader):
    assert {row[0] for row in reader.fields(CONAX, "_ws.col.Protocol", filter="newcamd")} == {"newcamd"}


def test_the_decrypted_bytes_are_a_data_source_of_their_own(reader):
    out = reader.run(CONAX, "-x", "-Y", "frame.number == 13").out
    assert "Decrypted newcamd (32 bytes)" in out
    assert "80 10 10 11 22 33" in out


def test_a_refused_login_says_so(reader):
    assert reader.frames(WRONG_PASSWORD, "newcamd.expert.login_refused") == [8]
    assert one(reader, WRONG_PASSWORD, 8, "newcamd.command", "newcamd.key", "_ws.col.Info") == (
        "0xe2", "login", "Login refused")


def test_a_password_that_is_not_the_one_in_the_login_is_named(reader):
    assert reader.frames(WRONG_PASSWORD, "newcamd.expert.password_differs") == [6]
    message = one(reader, WRONG_PASSWORD, 6, "_ws.expert.message")[0]
    assert message == "The password of row 1: OSCam test server is not the one in this login"


def test_a_client_with_another_deskey_opens_with_its_own_row(reader):
    assert one(reader, WRONG_DESKEY, 6, "newcamd.user", "newcamd.key_row") == (
        "dummy", "row 2: client with another DESKEY than its server")


def test_without_any_key_the_default_deskey_opens_the_capture(tshark):
    bare = tshark()
    assert one(bare, CONAX, 6, "newcamd.user", "newcamd.key_row") == ("dummy", "default DESKEY")
    assert len(bare.frames(CONAX, "newcamd.cw.even")) == len(REPLIES)


def test_a_wrong_key_alone_leaves_the_connection_to_others(tshark):
    wrong = tshark(prefs={"newcamd.deskey": "aa02030405060708091011121314"})
    assert wrong.frames(WRONG_DESKEY, "newcamd", args=("-2",)) == []


def test_the_single_preferences_open_the_capture(tshark):
    single = tshark(prefs={"newcamd.deskey": "11 02 03 04 05 06 07:08:09:10:11:12:13:14", "newcamd.password": "secret123"})
    assert one(single, WRONG_DESKEY, 6, "newcamd.user", "newcamd.key_row") == ("dummy", "preference newcamd.deskey")
    assert not single.frames(WRONG_DESKEY, "newcamd and _ws.expert")


def test_decode_as_without_a_key_shows_lengths_ivs_and_the_reason(tshark):
    rows = tshark().fields(WRONG_DESKEY, "frame.number", "newcamd.greeting", "newcamd.length", "newcamd.iv",
                           "newcamd.command", "_ws.expert.message", filter="newcamd",
                           args=("-d", "tcp.port==15050,newcamd"))
    assert [row[0] for row in rows] == ["4", "6"]
    assert len(rows[0][1]) == 28
    assert rows[1][2] == "64" and len(rows[1][3]) == 16 and rows[1][4] == ""
    assert rows[1][5] == ("Add this server's DESKEY to Keys (newcamd_keys, newcamd.deskey): no key opened the login in frame 6; "
                          "each profile has Keys of its own")


def test_the_expert_items_have_names_to_filter_by(tshark):
    bare = tshark()
    assert bare.frames(WRONG_DESKEY, "newcamd.expert.no_key", args=("-d", "tcp.port==15050,newcamd")) == [6]


def test_json_holds_the_messages_of_a_connection(reader):
    packets = reader.packets(CONAX, "newcamd", filter="newcamd.user")
    assert [p["newcamd"]["newcamd.user"] for p in packets] == ["dummy"]
    json.dumps(packets)


def test_the_fields_have_the_names_and_types_that_others_script_against(tshark):
    """The table of the design: name, type."""
    lines = [line.split("\t") for line in tshark().run(None, "-G", "fields").out.splitlines()]
    types = {line[2]: line[3] for line in lines if line[0] == "F" and line[2].startswith("newcamd.")}
    expected = {"greeting": "FT_BYTES", "length": "FT_UINT16", "version": "FT_UINT16", "msg_id": "FT_UINT16",
                "sid": "FT_UINT16", "client_id": "FT_UINT16", "caid": "FT_UINT16", "provider": "FT_UINT24",
                "custom_data": "FT_BYTES", "command": "FT_UINT8", "user": "FT_STRING", "password_crypt": "FT_STRING",
                "card.user_id": "FT_UINT8", "card.caid": "FT_UINT16", "card.serial": "FT_BYTES",
                "card.provider.ident": "FT_UINT24", "card.provider.id": "FT_BYTES", "ecm": "FT_BYTES", "emm": "FT_BYTES",
                "cw.even": "FT_BYTES", "cw.odd": "FT_BYTES", "emm.accepted": "FT_BOOLEAN",
                "emm.provider_changed": "FT_BOOLEAN", "checksum": "FT_UINT8", "checksum.status": "FT_UINT8", "iv": "FT_BYTES",
                "key": "FT_STRING", "key_row": "FT_STRING"}
    assert {name: types.get(f"newcamd.{name}") for name in expected} == expected
