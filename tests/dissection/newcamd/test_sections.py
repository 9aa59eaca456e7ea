"""ECMs and EMMs as sections: CA system, nanos, assembled EMMs, addresses (docs/newcamd.md section 6)."""

import pytest

from tests.dissection.newcamd import message_cases
from tests.peers import ca_sections, newcamd
from tests.peers.ca_sections import nano, section

VIACCESS, CRYPTOWORKS = 0x0500, 0x0D05


def emms(reader, path, caid, *sections, names):
    """The fields of each EMM that a client sends, for a card with a CAID."""
    message_cases.emm_sections(path, caid, *(bytes.fromhex(s) if isinstance(s, str) else s for s in sections))
    return reader.fields(path, *names, filter="newcamd.emm")


# --- The generator --------------------------------------------------------------------------------------------------

def test_the_generator_assembles_the_pseudo_emms_of_the_reference():
    assert ca_sections.viaccess_pseudo(ca_sections.VIACCESS_GH, ca_sections.VIACCESS_S) == ca_sections.VIACCESS_PSEUDO
    assert ca_sections.cryptoworks_pseudo(ca_sections.CRYPTOWORKS_SH, ca_sections.CRYPTOWORKS_SB) == ca_sections.CRYPTOWORKS_PSEUDO


# --- Head and CA system ---------------------------------------------------------------------------------------------

def test_a_section_shows_table_id_length_and_syntax(reader, path):
    assert emms(reader, path, 0x4AFC, "82b003aabbcc", names=["newcamd.section.table_id", "newcamd.section.length"]) == [
        ("0x82", "3")]
    assert reader.frames(path, "newcamd.section.syntax == 1") == [9]


def test_the_caid_in_force_is_that_of_the_header_or_of_the_last_card_data(reader, path):
    message_cases.caids(path)
    assert reader.fields(path, "frame.number", "newcamd.section.caid", "newcamd.section.ca_system",
                         "newcamd.section.caid_frame", filter="newcamd.ecm") == [
        ("9", "0x0500", "Viaccess", "8"), ("10", "0x0b00", "Conax", ""), ("12", "0x0d05", "Cryptoworks", "11")]


def test_without_a_caid_a_section_has_no_ca_system(reader, path):
    assert emms(reader, path, 0, "827003aabbcc", names=["newcamd.section.length", "newcamd.section.caid"]) == [("3", "")]


def test_a_caid_of_no_known_system_is_shown_without_a_name(reader, path):
    assert emms(reader, path, 0xABCD, "827003aabbcc", names=["newcamd.section.caid", "newcamd.section.ca_system"]) == [
        ("0xabcd", "")]


# --- Nanos ----------------------------------------------------------------------------------------------------------

NANO = ["newcamd.nano.tag", "newcamd.nano.length", "newcamd.nano.value"]


def test_a_viaccess_ecm_shows_its_nanos_with_provider_and_key(reader, path):
    message_cases.caids(path)
    assert reader.fields(path, *NANO, "newcamd.nano.provider", "newcamd.nano.key", filter="frame.number == 9") == [
        ("0x90|0xea", "3|24", "030601|" + bytes(range(0x18)).hex(), "0x030600", "1")]


def test_a_nano_in_front_of_the_provider_of_a_viaccess_ecm_is_read(reader, path):
    capture, peer, tcp = message_cases.with_card(VIACCESS)
    tcp.client(peer.ecm(data=b"\0" + nano(0xD2, b"\1\2") + newcamd.PROVIDER_NANO))
    capture.write(path)
    assert reader.fields(path, "newcamd.nano.tag", "newcamd.nano.provider", filter="newcamd.ecm") == [("0xd2|0x90", "0x030600")]


def test_a_cryptoworks_ecm_shows_its_nanos(reader, path):
    capture, peer, tcp = message_cases.with_card(CRYPTOWORKS)
    tcp.client(peer.ecm(data=bytes.fromhex("a9ff 000001") + nano(0x83, b"\x05") + nano(0x8C, b"\1\2")))
    capture.write(path)
    assert reader.fields(path, "newcamd.nano.tag", filter="newcamd.ecm") == [("0x83|0x8c",)]
    assert reader.frames(path, "_ws.expert and newcamd.ecm") == []


def test_a_cryptoworks_ecm_that_is_no_list_of_nanos_is_not_blamed(reader, path):
    capture, peer, tcp = message_cases.with_card(CRYPTOWORKS)
    tcp.client(peer.ecm(data=bytes(range(1, 40))))
    tcp.client(peer.ecm(msg_id=3, data=b"\xa9"))
    capture.write(path)
    assert reader.fields(path, "newcamd.nano.tag", filter="newcamd.ecm") == [("",), ("",)]
    assert reader.frames(path, "_ws.expert and newcamd.ecm") == []


def test_the_old_provider_nano_is_read_too(reader, path):
    assert emms(reader, path, VIACCESS, section(0x8A, nano(0x40, bytes.fromhex("02580c"))),
                names=["newcamd.nano.provider", "newcamd.nano.key"]) == [("0x025800", "12")]


def test_a_tag_of_90_is_no_provider_in_cryptoworks(reader, path):
    assert emms(reader, path, CRYPTOWORKS, section(0x86, b"\xa9\xff" + nano(0x90, b"\1\2\3")),
                names=["newcamd.nano.tag", "newcamd.nano.provider"]) == [("0x90", "")]


@pytest.mark.parametrize("table_id, type, address", [
    (0x88, "EMM-U", b"\1\2\3\4\5"), (0x8A, "EMM-G", b""), (0x8B, "EMM-G", b""), (0x8C, "EMM-GH", b""), (0x8D, "EMM-GH", b"")])
def test_viaccess_emms_have_their_nanos_behind_the_address(reader, path, table_id, type, address):
    assert emms(reader, path, VIACCESS, section(table_id, address + newcamd.PROVIDER_NANO + nano(0xA9, b"\1\2")),
                names=["newcamd.section.type", "newcamd.emm.address", "newcamd.nano.tag", "newcamd.nano.provider", "_ws.col.Info"]) == [
        (type, address.hex(), "0x90|0xa9", "0x030600", f"EMM 0x{table_id:02x}, {type}")]


@pytest.mark.parametrize("table_id, type, address, head", [
    (0x82, "EMM-U", "0102030405", "a9ff 0102030405 4800"), (0x84, "EMM-S", "01020304", "a9ff 01020304 4800"),
    (0x88, "EMM-G", "", "a9ff 4800"), (0x89, "EMM-G", "", "a9ff 4800")])
def test_cryptoworks_emms_have_their_nanos_behind_the_announced_length(reader, path, table_id, type, address, head):
    body = nano(0x83, b"\5") + nano(0x8C, b"\x09\x08")
    rows = emms(reader, path, CRYPTOWORKS, section(table_id, bytes.fromhex(head) + bytes([len(body)]) + body),
                names=["newcamd.section.type", "newcamd.emm.address", "newcamd.nano_total", "newcamd.nano.tag"])
    assert rows == [(type, address, str(len(body)), "0x83|0x8c")]
    assert reader.frames(path, "newcamd.expert.nano_total or newcamd.expert.nano_length") == []


def test_the_example_of_cryptoworks_parts_is_read(reader, path):
    assert emms(reader, path, CRYPTOWORKS, ca_sections.CRYPTOWORKS_SH, ca_sections.CRYPTOWORKS_SB,
                names=["newcamd.section.type", "newcamd.emm.address", "newcamd.nano_total", *NANO]) == [
        ("EMM-SH", "01020304", "23", "0x80|0xdf", "4|8", "01020304|0000000000000000"),
        ("EMM-SB", "", "", "0x83|0x8c", "1|2", "05|0908")]
    assert reader.frames(path, "newcamd and _ws.expert and frame.number >= 9") == []


def test_nanos_that_do_not_end_with_the_section_are_named_and_the_rest_shown(reader, path):
    rows = emms(reader, path, VIACCESS, section(0x8A, newcamd.PROVIDER_NANO + b"\xa9\x09\1\2"),
                names=["newcamd.nano.tag", "newcamd.nano_rest"])
    assert rows == [("0x90", "a9090102")]
    assert reader.frames(path, "newcamd.expert.nano_length") == [9]


def test_a_wrong_announcement_of_nano_bytes_is_named(reader, path):
    message_cases.emm_sections(path, CRYPTOWORKS, section(0x88, bytes.fromhex("a9ff 4800 07") + nano(0x83, b"\5")))
    assert [row[0] for row in reader.fields(path, "_ws.expert.message", filter="newcamd.expert.nano_total")] == [
        "The section announces 7 bytes of nanos and has 3"]


def test_a_section_that_is_too_short_is_named(reader, path):
    message_cases.emm_sections(path, VIACCESS, bytes.fromhex("887003010203"), b"\x8e\x70\x00")
    assert reader.frames(path, "newcamd.expert.section_short") == [9, 10]


# --- EMM-S and pseudo EMMs ------------------------------------------------------------------------------------------

def test_a_fixed_viaccess_emm_s_is_no_list_of_nanos(reader, path):
    assert emms(reader, path, VIACCESS, ca_sections.VIACCESS_S,
                names=["newcamd.emm.address", "newcamd.emm.flags", "newcamd.emm.fixed_data", "newcamd.emm.fixed_last",
                       "newcamd.nano.tag", "newcamd.emm.assembled"]) == [
        ("aabbcc", "0x00", bytes(range(0x20)).hex(), "f1f2f3f4f5f6f7f8", "", "")]


def test_a_variable_viaccess_emm_s_is_one_and_not_assembled(reader, path):
    assert emms(reader, path, VIACCESS, section(0x8E, b"\xaa\xbb\xcc\x02" + nano(0x9E, b"\1\2")),
                names=["newcamd.emm.flags", "newcamd.nano.tag", "newcamd.emm.assembled", "_ws.col.Info"]) == [
        ("0x02", "0x9e", "", "EMM 0x8e, EMM-S")]


def test_the_viaccess_example_is_recognised_as_assembled(reader, path):
    assert emms(reader, path, VIACCESS, ca_sections.VIACCESS_PSEUDO,
                names=["newcamd.emm.address", "newcamd.nano.tag", "_ws.col.Info"]) == [
        ("aabbcc", "0x90|0x9e|0xa9|0xb1|0xf0", "EMM 0x8e, assembled EMM-S")]
    assert reader.frames(path, "newcamd.emm.assembled == 1 and not newcamd.expert.nano_order") == [9]


def test_the_cryptoworks_example_is_recognised_as_assembled(reader, path):
    assert emms(reader, path, CRYPTOWORKS, ca_sections.CRYPTOWORKS_PSEUDO,
                names=["newcamd.emm.address", "newcamd.nano.tag", "_ws.col.Info"]) == [
        ("01020304", "0x80|0x83|0x8c|0xdf", "EMM 0x84, assembled EMM-S")]
    assert reader.frames(path, "newcamd.emm.assembled == 1 and not newcamd.expert.nano_order") == [9]


@pytest.mark.parametrize("caid, emm", [
    (VIACCESS, section(0x8E, b"\xaa\xbb\xcc\0" + nano(0xA9, b"\1") + newcamd.PROVIDER_NANO)),
    (CRYPTOWORKS, section(0x84, bytes.fromhex("a9ff 01020304 4800 06") + nano(0x8C, b"\1") + nano(0x83, b"\2")))],
    ids=["Viaccess", "Cryptoworks"])
def test_an_assembled_emm_that_is_not_sorted_is_named(reader, path, caid, emm):
    message_cases.emm_sections(path, caid, emm)
    assert reader.frames(path, "newcamd.emm.assembled == 1 and newcamd.expert.nano_order") == [9]


def test_broadcast_nanos_need_no_order(reader, path):
    message_cases.emm_sections(path, VIACCESS, section(0x8C, nano(0xA9, b"\1") + newcamd.PROVIDER_NANO))
    assert reader.frames(path, "newcamd.expert.nano_order") == []


# --- Addresses of the other systems (section 6.5) -------------------------------------------------------------------

@pytest.mark.parametrize("caid, emm, type, address", [
    (0x0604, "827004 83 010203", "EMM-U", "010203"), (0x1702, "827004 0a 010203", "EMM-S", "0102"),
    (0x0604, "827004 80 010203", "EMM-G", ""),
    (0x0100, "827007 010203040506 00", "EMM-U", "010203040506"), (0x0100, "847006 0010 010203 00", "EMM-S", "010203"),
    (0x0100, "837001 00", "EMM-G", ""), (0x0B00, "827008 01020304050607 00", "", "01020304050607"),
    (0x1830, "837005 03020104 00", "EMM-U", "01020304"), (0x1830, "837005 03020104 10", "EMM-S", "01020304"),
    (0x1830, "827001 00", "EMM-G", ""), (0x0963, "827009 50 01020304 05060708", "EMM-U", "01020304|05060708"),
    (0x0963, "827001 30", "EMM-G", ""), (0x4AEE, "827004 010203 00", "", "010203"), (0x5581, "847004 0102 0000", "", "0102"),
    (0x2710, "877004 01020304", "", "01020304"), (0x4AE1, "867029" + "00" * 37 + "0a0b0c0d", "", "0a0b0c0d")])
def test_emms_show_whom_they_are_for(reader, path, caid, emm, type, address):
    assert emms(reader, path, caid, emm, names=["newcamd.section.type", "newcamd.emm.address"]) == [(type, address)]


def test_the_first_byte_of_an_irdeto_emm_is_base_and_length(reader, path):
    assert emms(reader, path, 0x0604, "827004 83 010203", names=["newcamd.emm.base", "newcamd.emm.address_length"]) == [
        ("0x10", "3")]


def test_the_first_byte_of_an_nds_emm_is_type_and_number(reader, path):
    assert emms(reader, path, 0x0963, "827009 90 01020304 05060708",
                names=["newcamd.emm.address_type", "newcamd.emm.address_count"]) == [("2", "1")]


def test_a_seca_group_has_a_provider(reader, path):
    assert emms(reader, path, 0x0100, "847006 0010 010203 00", names=["newcamd.emm.provider"]) == [("0x0010",)]
