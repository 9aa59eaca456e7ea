"""What newcamd messages carry: header fields by message, the extended protocol, control words, keepalives, and what the
messages before and behind them say about it."""

import pytest

from tests.dissection import state_rule
from tests.dissection.newcamd import cases
from tests.dissection.newcamd import message_cases
from tests.peers import newcamd


def infos(reader, capture, filter="newcamd"):
    return [row[0] for row in reader.fields(capture, "_ws.col.Info", filter=filter)]


# --- Header fields by message (section 3.1) -------------------------------------------------------------------------

def test_a_multics_server_tells_its_revision_to_clients_that_ask_who(reader, path):
    message_cases.header_marks(path)
    assert reader.fields(path, "newcamd.command", "newcamd.provider_mark", "newcamd.server_revision", "newcamd.server_mark",
                         filter="newcamd.provider_mark") == [("0xe0", "WHO", "", ""), ("0xe1", "MCS", "82", "")]


def test_an_ack_shows_the_mark_of_the_extended_protocol(reader, path):
    message_cases.newcs_mark(path)
    assert reader.fields(path, "newcamd.server_mark", "newcamd.flags", "newcamd.sid", filter="newcamd.command == 0xe1") == [
        ("0x6e73", "0x14", "")]
    tree = reader.run(path, "-V", "-O", "newcamd", "-Y", "newcamd.command == 0xe1").out
    assert "Server mark: NewCS (extended protocol) (0x6e73)" in tree
    assert "Header flags: 0x14 (mark of the extended protocol)" in tree


def test_card_data_shows_which_emms_the_server_does_not_want(reader, path):
    message_cases.header_marks(path)
    for bit, set in (("unique", 1), ("shared", 0), ("global", 1)):
        assert len(reader.frames(path, f"newcamd.emm_block.{bit} == {set} and newcamd.emm_block == 5")) == 1, bit


def test_keepalives_show_the_marks_of_the_cache_extension(reader, path):
    message_cases.header_marks(path)
    assert reader.fields(path, "newcamd.cache_extension", filter="newcamd.cache_extension") == [("asked for",), ("granted",)]


def test_flags_of_a_request_are_named_as_high_bits_of_the_provider(reader, path):
    message_cases.header_marks(path)
    tree = reader.run(path, "-V", "-O", "newcamd", "-Y", "newcamd.msg_id == 3 and newcamd.ecm").out
    assert "Header flags: 0x78 (some clients put bits 24-31 of a long provider here)" in tree


def test_the_provider_of_tvheadends_card_request_is_named_a_mistake(reader, path):
    message_cases.header_marks(path)
    tree = reader.run(path, "-V", "-O", "newcamd", "-Y", "newcamd.command == 0xe3").out
    assert "Provider: 0x000001 (Tvheadend sends 1 here, by mistake)" in tree


# --- Card data and lengths that mean something ------------------------------------------------------------------------

def test_card_data_without_a_provider_say_what_some_clients_do_then(reader, path):
    message_cases.special_card_data(path)
    assert reader.frames(path, "newcamd.expert.card_without_provider") == [8]


def test_caid_0_with_one_provider_000000_means_that_cards_follow(reader, path):
    message_cases.special_card_data(path)
    assert reader.frames(path, "newcamd.expert.cards_follow") == [9]
    assert infos(reader, path, "frame.number >= 8 and newcamd") == [
        "Card data 0x0500 Viaccess, 0 providers", "Card data: cards follow", "Card data 0x0000, 2 providers",
        "Card data 0x0000, 1 provider"]


def test_a_frame_that_is_too_long_for_a_program_names_it(reader, path):
    message_cases.long_frames(path)
    rows = reader.fields(path, "newcamd.length", "_ws.expert.message", filter="newcamd.expert.long_frame")
    said = {int(length): message for length, message in rows}
    assert list(said) == [length for length in message_cases.LONG_LENGTHS if length > 232]
    for program, longest in (("vdr-sc", 232), ("OSCam 2010", 264), ("old Tvheadend", 360), ("tsdecrypt", 392),
                             ("cardservproxy", 400), ("OSCam 2015", 496), ("OSCam, Tvheadend today (1016)", 1016)):
        assert [length for length, message in said.items() if program in message] == [
            length for length in message_cases.LONG_LENGTHS if length > longest], program


def test_a_frame_that_stays_closed_is_too_long_all_the_same(tshark, path):
    message_cases.long_frames(path)
    args = ("-d", "tcp.port==15050,newcamd")
    assert len(tshark().frames(path, "newcamd.expert.long_frame", args=args)) == len(message_cases.LONG_LENGTHS) - 1


# --- Extended protocol ----------------------------------------------------------------------------------------------

def test_the_extended_protocol_is_told_in_sentences(reader, path):
    message_cases.extended(path)
    assert infos(reader, path, "frame.number >= 9 and newcamd") == [
        "Get version", "Version 1.67", "SID list, 4 services; SID list, 1 service",
        "Add card 0x0B00 Conax, provider 000001, port 25050; Remove card 0x0500 Viaccess, provider 030600, port 25051",
        "OSD message: Grüße aus Köln", "Cached CW 11223366445566ff 2122236631323396", "All cards; Change key",
        "Card discover", "SID list, 2 services"]


@pytest.mark.parametrize("args", [(), ("-V",), ("-q", "-z", "flow,newcamd,standard"), ("-q", "-z", "follow,newcamd,ascii,0")])
def test_texts_of_a_server_have_nothing_that_a_terminal_obeys(reader, path, args):
    capture, peer, tcp = message_cases.connected(client_id=0x6D67)
    tcp.server(peer.frame(message_cases.message(0xD1, b"a\x1b[31mb\r\nc\x9bd"), msg_id=2))
    capture.write(path)
    out = reader.run(path, *args).out
    assert "OSD message: a?[31mb??c??d" in out
    assert not any(sign in out for sign in "\x1b\r\x9b")


def test_the_first_record_of_a_sid_list_comes_out_of_the_header(reader, path):
    message_cases.extended(path)
    assert reader.fields(path, "newcamd.sid_list.sid", "newcamd.sid_list.flag", "newcamd.sid_list.count",
                         "newcamd.server_port", filter="frame.number == 11") == [
        ("0x1001|0x1002|0x1003|0xabcd|0x1004", "1|1|0|5|1", "4|1", "25050|25050")]


def test_a_sid_list_of_a_wrong_length_is_named_and_its_rest_shown(reader, path):
    message_cases.extended(path)
    assert reader.fields(path, "newcamd.sid_list.sid", "newcamd.data", "_ws.expert.message",
                         filter="newcamd.expert.sid_list_length") == [
        ("0x1001|0x0000", "00", "A SID list has 3 bytes a service, but this one has 4 bytes")]


def test_cards_that_come_and_go_have_their_fields_from_the_header(reader, path):
    message_cases.extended(path)
    assert reader.fields(path, "newcamd.server_port", "newcamd.caid", "newcamd.provider", "newcamd.sid",
                         filter="newcamd.command == 0xd3") == [
        ("25050|25051", "0x0b00|0x0500", "0x000001|0x030600", "")]


def test_osd_text_is_read_as_iso_8859_1(reader, path):
    message_cases.extended(path)
    assert reader.fields(path, "newcamd.osd", filter="newcamd.osd") == [("Grüße aus Köln",)]


def test_the_protocol_version_is_a_text(reader, path):
    message_cases.extended(path)
    assert reader.fields(path, "newcamd.extension_version", filter="newcamd.extension_version") == [("1.67",)]


def test_cached_control_words_show_words_and_the_request_they_belong_to(reader, path):
    message_cases.extended(path)
    assert reader.fields(path, "newcamd.cw.even", "newcamd.cw.odd", "newcamd.sid", "newcamd.caid", "newcamd.provider",
                         filter="newcamd.command == 0xc0") == [
        ("11223366445566ff", "2122236631323396", "0x0021", "0x0500", "0x030600")]


def test_cached_control_words_can_be_told_from_those_of_a_server(reader, path):
    message_cases.extended(path)
    assert reader.frames(path, "newcamd.cw.even && newcamd.cw.cached") == [14]
    message_cases.control_words(path)
    assert reader.frames(path, "newcamd.cw.cached") == []


def test_commands_of_which_only_the_name_is_known_show_their_bytes(reader, path):
    message_cases.extended(path)
    assert reader.fields(path, "newcamd.command", "newcamd.data", filter="newcamd.command == 0xd2") == [
        ("0xd2|0xd5", "616c6c|6b6579")]


def test_unknown_commands_do_not_break_what_follows(reader, path):
    message_cases.unknown_between(path)
    assert reader.fields(path, "newcamd.command", "newcamd.data", "newcamd.sid", filter="newcamd.expert.unknown_command") == [
        ("0x00|0x80", "0001c10000" + "00" * 8, "0x0000|0x0031"), ("0x5a|0x80", b"what".hex(), "0x0000|0x0032")]
    assert infos(reader, path, "newcamd.cw.even") == [
        "CW 11223366445566ff 2122236631323396 for 0500:0031, 2.00 ms; CW 11223366445566ff 2122236631323396 for 0500:0032, 1.00 ms"]


# --- The 524 defect -------------------------------------------------------------------------------------------------

def test_overwritten_card_data_is_decoded_with_a_warning(reader, path):
    message_cases.overwritten_524(path)
    assert reader.fields(path, "frame.number", "newcamd.command", "newcamd.card.caid", "newcamd.card.provider.ident",
                         "newcamd.emm_block", "_ws.col.Info", filter="newcamd.card.caid") == [
        ("8", "0xe4", "0x0500", "0x030600|0x03060a", "0x0005", "Card data 0x0500 Viaccess, 2 providers")]
    assert reader.frames(path, "newcamd.expert.damaged_524") == [8, 9]


def test_an_overwritten_card_announcement_is_decoded_with_a_warning(reader, path):
    message_cases.overwritten_524(path)
    assert reader.fields(path, "newcamd.command", "newcamd.server_port", "newcamd.caid", "newcamd.provider", "_ws.col.Info",
                         filter="frame.number == 9") == [
        ("0xd3", "25050", "0x0500", "0x042820", "Add card 0x0500 Viaccess, provider 042820, port 25050")]


def test_overwritten_card_data_gives_the_caid_of_what_follows(reader, path):
    message_cases.overwritten_524(path)
    assert reader.fields(path, "newcamd.section.caid", "newcamd.section.caid_frame", filter="frame.number == 10") == [
        ("0x0500", "8")]
    assert reader.fields(path, "newcamd.ecm.provider_ident", filter="frame.number == 11") == [("0x03060a",)]


def test_zeros_that_nobody_asked_for_are_no_card_data(reader, path):
    message_cases.zeros_524(path)
    assert reader.fields(path, "newcamd.command", "newcamd.card.caid", filter="newcamd.msg_id == 7") == [("0x00", "")] * 2
    assert reader.frames(path, "newcamd.expert.damaged_524") == []


def test_hidden_secrets_leave_overwritten_card_data_alone(tshark, path):
    message_cases.overwritten_524(path)
    hiding = tshark(tables=cases.TABLE, prefs={"newcamd.hide_secrets": "TRUE"})
    assert infos(hiding, path, "newcamd.card.caid") == ["Card data 0x0500 Viaccess, 2 providers"]


# --- ECM replies ----------------------------------------------------------------------------------------------------

def test_the_provider_index_points_into_the_card_data(reader, path):
    message_cases.provider_indexes(path)
    assert reader.fields(path, "newcamd.ecm.provider_index", "newcamd.ecm.provider_ident", "newcamd.ecm.card_frame",
                         filter="newcamd.ecm.provider_index") == [
        ("0", "0x030600", "8"), ("1", "0x03060a", "8"), ("2", "", ""), ("1", "", "")]


def test_the_tree_says_that_some_servers_send_a_constant_provider_index(reader, path):
    message_cases.provider_indexes(path)
    tree = reader.run(path, "-V", "-O", "newcamd", "-Y", "newcamd.ecm.provider_index").out
    assert tree.count("Provider index (a constant in some servers): ") == 4


def test_wrong_check_bytes_of_control_words_are_named(reader, path):
    message_cases.control_words(path)
    assert reader.fields(path, "frame.number", "newcamd.cw.check.status", filter="newcamd.expert.cw_check") == [
        ("10", "0|1"), ("12", "1|0")]


def test_only_a_wrong_check_byte_has_a_line(reader, path):
    message_cases.control_words(path)
    assert reader.fields(path, "frame.number", "newcamd.cw.check", filter="newcamd.cw.check") == [
        ("10", "0x67"), ("12", "0x00|0x00")]
    assert "incorrect, should be 0x66" in reader.run(path, "-V", "-O", "newcamd", "-Y", "frame.number == 10").out


def test_a_zero_half_is_named_unchanged(reader, path):
    message_cases.control_words(path)
    assert infos(reader, path, "newcamd.cw.unchanged == 1") == [
        "CW unchanged 2122236631323396 for 0500:0001, 1.00 ms", "CW 11223366445566ff unchanged for 0500:0001, 1.00 ms"]
    assert reader.frames(path, "newcamd.cw.unchanged") == [14, 16]


def test_words_of_16_bytes_have_no_check_bytes(reader, path):
    message_cases.control_words(path)
    assert reader.fields(path, "newcamd.cw.even", "newcamd.cw.check", filter="frame.number == 18") == [
        ("a0a1a2a3a4a5a6a7" * 2, "")]


def test_a_reply_that_repeats_the_ecm_shows_the_words_behind_it(reader, path):
    message_cases.echoed_ecm(path)
    assert reader.fields(path, "frame.number", "newcamd.ecm.echo", "newcamd.cw.even", "newcamd.cw.odd",
                         filter="newcamd.ecm.echo") == [
        ("10", newcamd.ECM_DATA.hex(), "11223366445566ff", "2122236631323396")]


def test_a_long_reply_that_repeats_no_ecm_stays_bytes(reader, path):
    message_cases.echoed_ecm(path)
    assert infos(reader, path, "frame.number == 12") == ["ECM even reply of 48 bytes for 0500:0001, 1.00 ms"]
    assert reader.fields(path, "newcamd.cw.even", "newcamd.data", filter="frame.number == 12")[0][0] == ""


def test_hidden_words_are_not_checked(tshark, path):
    message_cases.control_words(path)
    hiding = tshark(tables=cases.TABLE, prefs={"newcamd.hide_secrets": "TRUE"})
    assert hiding.frames(path, "newcamd.expert.cw_check or newcamd.cw.check or newcamd.cw.unchanged") == []


def test_an_ecm_that_was_not_decoded_is_named(reader, path):
    message_cases.provider_indexes(path)
    assert reader.frames(path, "newcamd.expert.ecm_not_decoded") == [16]


@pytest.mark.parametrize("version", [524, 525])
def test_an_ecm_without_service_id_is_named(reader, path, version):
    message_cases.services_missing(path, version)
    assert reader.frames(path, "newcamd.expert.sid_missing") == [9]


# --- EMM replies, keepalives, padding -------------------------------------------------------------------------------

def test_an_emm_reply_that_wants_card_data_points_to_the_request(reader, path):
    message_cases.cards_asked_again(path)
    assert reader.fields(path, "frame.number", "newcamd.emm.card_request_in", filter="newcamd.emm.provider_changed == 1",
                         args=("-2",)) == [("10", "13"), ("16", "")]


def test_a_card_data_request_that_does_not_follow_is_missed(reader, path):
    message_cases.cards_asked_again(path)
    rows = reader.fields(path, "frame.number", filter="newcamd.expert.card_request_missing", args=("-2",))
    assert rows == [("16",)]


def test_keepalives_come_back_the_same_or_changed(reader, path):
    message_cases.keepalives(path)
    assert reader.fields(path, "frame.number", "newcamd.keepalive.echo", "newcamd.response_to", "_ws.col.Info",
                         filter="newcamd.command == 0xfd") == [
        ("9", "", "", "Keepalive"), ("10", "1", "9", "Keepalive, same echo"), ("11", "", "", "Keepalive"),
        ("12", "2", "11", "Keepalive, changed echo"), ("13", "", "", "Keepalive"), ("14", "2", "13", "Keepalive, changed echo"),
        ("15", "", "", "Keepalive")]


def test_more_padding_than_needed_is_named(reader, path):
    message_cases.long_padding(path)
    assert reader.fields(path, "frame.number", "newcamd.padding", filter="newcamd.expert.padding") == [("9", "00" * 10)]


# --- Card numbers ---------------------------------------------------------------------------------------------------

NUMBER = "0011223344556677"
# CAID: fields of card number and provider address (section 5.3).
NUMBERS = {0x0604: ("0x44", "556677", "0x44", "556677"), 0x1702: ("0x44", "556677", "0x44", "556677"),
           0x0500: ("", "3344556677", "", "44556677"), 0x0D05: ("", "3344556677", "", "3344556677"),
           0x0100: ("", "223344556677", "", "44556677"), 0x0B00: ("", "11223344556677", "", "11223344556677"),
           0x1830: ("", "223344556677", "", "44556677"), 0x4AEE: ("", "44556677", "", "44556677"),
           0x4AFC: ("", "223344556677", "", "44556677")}


@pytest.mark.parametrize("caid, expected", NUMBERS.items(), ids=lambda value: f"{value:04x}" if isinstance(value, int) else "")
def test_card_numbers_are_split_by_ca_system(reader, path, caid, expected):
    capture, _, _ = message_cases.with_card(caid, ((0x000001, NUMBER),), NUMBER)
    capture.write(path)
    assert reader.fields(path, "newcamd.card.base", "newcamd.card.number", "newcamd.card.provider.base",
                         "newcamd.card.provider.address", filter="newcamd.card.caid") == [expected]


def test_a_seca_provider_has_two_bytes(reader, path):
    capture, _, _ = message_cases.with_card(0x0100, ((0x000080, NUMBER),), NUMBER)
    capture.write(path)
    assert reader.fields(path, "newcamd.card.provider.seca_ident", filter="newcamd.card.caid") == [("0x0080",)]


def test_numbers_that_are_not_told_are_not_split(reader, path):
    capture, _, _ = message_cases.with_card(0x0500)
    capture.write(path)
    assert reader.fields(path, "newcamd.card.serial", "newcamd.card.number", "newcamd.card.provider.address",
                         filter="newcamd.card.caid") == [("00" * 8, "", "")]


# --- Real frames (section 4.7) --------------------------------------------------------------------------------------

@pytest.fixture(scope="module")
def real_reader(tshark):
    return tshark(tables=message_cases.REAL_TABLE)


def test_the_real_frames_of_version_525_are_read(real_reader, path):
    message_cases.real_525(path)
    assert infos(real_reader, path, "newcamd and tcp.srcport == 15050 and frame.number > 4") == [
        "Login accepted", "Card data 0x0B00 Conax, 2 providers", "CW 11223366445566ff 2122236631323396 for 0B00:0001, 1.00 ms",
        "Version 1.67", "Add card 0x0B00 Conax, provider 000001, port 25050; SID list, 4 services",
        "EMM 0x82 accepted for 0B00, 1.00 ms"]
    assert real_reader.fields(path, "newcamd.server_mark", filter="newcamd.server_mark") == [("0x6e73",)]
    assert real_reader.fields(path, "newcamd.sid_list.sid", "newcamd.sid_list.flag", filter="newcamd.sid_list.sid") == [
        ("0x1001|0x1002|0x1003|0xabcd", "1|1|1|1")]
    assert real_reader.frames(path, "newcamd.checksum.status == 0") == []


def test_the_real_refusal_is_read(real_reader, path):
    message_cases.real_refusal(path)
    assert len(real_reader.frames(path, "newcamd.command == 0xe2 and newcamd.expert.login_refused")) == 1


def test_the_real_overwritten_card_data_is_read(real_reader, path):
    message_cases.real_524(path)
    assert real_reader.fields(path, "newcamd.command", "newcamd.version", "newcamd.card.caid", "newcamd.card.user_id",
                              "newcamd.card.provider.ident", "newcamd.padding", "_ws.col.Info",
                              filter="newcamd.expert.damaged_524") == [
        ("0xe4", "524", "0x0b00", "11", "0x000000|0x000001", "9480da03", "Card data 0x0B00 Conax, 2 providers")]
    assert real_reader.fields(path, "newcamd.client_id", filter="newcamd.user") == [("0x8888",)]


# --- Hostile contents -----------------------------------------------------------------------------------------------

@pytest.mark.parametrize("version", [524, 525])
@pytest.mark.parametrize("hide", ["TRUE", "FALSE"])
def test_messages_that_nobody_would_send_are_shown_to_the_last_byte(tshark, path, version, hide):
    message_cases.random_messages(path, version, seed=version)
    reader = tshark(tables=cases.TABLE, prefs={"newcamd.hide_secrets": hide})
    assert len(reader.frames(path, "newcamd.msg_id or newcamd.undecoded")) > 300
    assert "[Malformed Packet" not in reader.run(path, "-V", "-2").out


# --- State rule -----------------------------------------------------------------------------------------------------

@pytest.mark.parametrize("build", message_cases.STATE_RULE.values(), ids=message_cases.STATE_RULE)
def test_contents_of_messages_obey_the_state_rule(tshark, sharkd, path, build):
    assert state_rule.assert_state_rule(tshark, sharkd, build(path), ["newcamd"], tables=cases.TABLE) >= 3


@pytest.mark.parametrize("version", [524, 525])
def test_messages_that_nobody_would_send_obey_the_state_rule(tshark, sharkd, path, version):
    message_cases.random_messages(path, version, seed=1, count=60)
    assert state_rule.assert_state_rule(tshark, sharkd, path, ["newcamd"], tables=cases.TABLE) >= 60


@pytest.mark.parametrize("build", [message_cases.real_525, message_cases.real_refusal, message_cases.real_524],
                         ids=["525", "refusal", "524"])
def test_real_frames_obey_the_state_rule(tshark, sharkd, path, build):
    assert state_rule.assert_state_rule(tshark, sharkd, build(path), ["newcamd"], tables=message_cases.REAL_TABLE) >= 3
