"""The fields and the sentence of each newcamd command, in both versions of the header."""

import pytest

from tests.dissection.newcamd import cases
from tests.peers import newcamd


@pytest.fixture(scope="module", params=[524, 525])
def version(request):
    return request.param


@pytest.fixture(scope="module")
def every_command(tmp_path_factory, version):
    return cases.every_command(tmp_path_factory.mktemp(f"newcamd-{version}") / "every.pcap", version)


def by_message(reader, capture, filter, *names):
    """Rows of the messages with data that a filter lets through."""
    return reader.fields(capture, *names, filter=f"newcamd and ({filter})")


def test_the_version_comes_from_the_login(reader, every_command, version):
    assert {row[0] for row in reader.fields(every_command, "newcamd.version", filter="newcamd")} == {str(version)}


def test_only_what_is_worth_a_word_has_expert_items(reader, every_command):
    rows = reader.fields(every_command, "newcamd.msg_id", "_ws.expert.message", filter="newcamd and _ws.expert", args=("-2",))
    assert [(row[0], row[1].split(":")[0].split(";")[0]) for row in rows] == [
        ("4", "The server could not decode this ECM"),
        ("6", "This reply wants the client to ask for card data again, but no card data request follows in the capture"),
        ("9", "Command 0x00 has no known meaning")]


def test_the_sentences_say_what_happens(reader, every_command):
    infos = [row[0] for row in reader.fields(every_command, "_ws.col.Info", filter="newcamd")]
    assert infos == [
        "Login anna (tsdecrypt)", "Login accepted", "Card data request", "Card data 0x0500 Viaccess, 2 providers",
        "ECM odd, SID 0x1234", "CW 11223366445566ff 2122236631323396 for 0500:1234, 1.00 ms", "ECM even, SID 0x0001",
        "ECM even not decoded for 0500:0001, 1.00 ms", "EMM 0x88, EMM-U", "EMM 0x88 accepted for 0500, 1.00 ms",
        "EMM 0x8a, EMM-G", "EMM 0x8a not accepted, providers changed for 0500, 1.00 ms", "Keepalive",
        "Keepalive, same echo",
        "ECM even, SID 0x0001", "CW {} {} for 0500:0001, 1.00 ms".format(*cases.LONG_WORDS),
        "Unknown command 0x00"]


def test_login_shows_user_and_crypt_string(reader, every_command):
    assert by_message(reader, every_command, "newcamd.user", "newcamd.user", "newcamd.password_crypt",
                      "newcamd.client_id") == [("anna", newcamd.md5_crypt("sesame"), "0x7878")]


def test_a_login_shows_no_service_id(reader, every_command):
    assert by_message(reader, every_command, "newcamd.user and newcamd.sid", "frame.number") == []


def test_custom_data_has_the_length_of_its_version(reader, every_command, version):
    lengths = {len(row[0]) // 2 for row in by_message(reader, every_command, "newcamd.custom_data", "newcamd.custom_data")}
    assert lengths == {4 if version == 524 else 8}


def test_card_data_shows_card_and_providers(reader, every_command):
    assert by_message(reader, every_command, "newcamd.card.caid", "newcamd.card.user_id", "newcamd.card.caid",
                      "newcamd.card.serial", "newcamd.card.provider.ident", "newcamd.card.provider.id") == [
        ("1", "0x0500", "0000000102030405", "0x030600|0x03060a", "00000000aabbcc00|00000000aabbcc0a")]


def test_an_ecm_request_shows_the_section_and_the_header(reader, every_command, version):
    rows = by_message(reader, every_command, "newcamd.msg_id == 3 and newcamd.ecm", "newcamd.sid", "newcamd.caid",
                      "newcamd.provider", "newcamd.ecm")
    section = (b"\x81\x70\x20" + newcamd.ECM_DATA).hex()
    assert rows == [("0x1234",) + (("", "") if version == 524 else ("0x0500", "0x030600")) + (section,)]


def test_an_ecm_reply_shows_both_control_words(reader, every_command):
    assert by_message(reader, every_command, "newcamd.msg_id == 3 and newcamd.cw.even", "newcamd.cw.even",
                      "newcamd.cw.odd", "newcamd.ecm") == [("11223366445566ff", "2122236631323396", "")]


def test_a_reply_of_32_bytes_has_two_words_of_16(reader, every_command):
    assert by_message(reader, every_command, "newcamd.msg_id == 8 and newcamd.cw.even", "newcamd.cw.even",
                      "newcamd.cw.odd") == [cases.LONG_WORDS]


def test_an_emm_request_shows_its_section(reader, every_command):
    assert by_message(reader, every_command, "newcamd.msg_id == 5 and newcamd.emm", "newcamd.emm") == [
        ((b"\x88\x70\x30" + newcamd.EMM_DATA).hex(),)]


@pytest.mark.parametrize("filter, ids", [
    ("newcamd.emm.accepted == 1", ["5"]), ("newcamd.emm.accepted == 0", ["6"]),
    ("newcamd.emm.provider_changed == 1", ["6"]), ("newcamd.emm.provider_changed == 0", ["5"])])
def test_an_emm_reply_shows_its_flag_bits(reader, every_command, filter, ids):
    assert [row[0] for row in by_message(reader, every_command, filter, "newcamd.msg_id")] == ids


def test_keepalives_are_named_in_both_directions(reader, every_command):
    assert len(by_message(reader, every_command, "newcamd.command == 0xfd", "frame.number")) == 2


def test_an_unknown_command_is_shown_with_its_bytes(reader, every_command):
    assert by_message(reader, every_command, "newcamd.expert.unknown_command", "newcamd.command", "newcamd.data") == [
        ("0x00", bytes(20).hex())]


def test_a_refused_login_is_named_without_a_single_cause(reader, path):
    cases.refused(path)
    assert reader.fields(path, "newcamd.command", "_ws.expert.message", filter="newcamd.expert.login_refused") == [
        ("0xe2", "Login refused: unknown user or password, or this account may not log in now (address, client, protocol, "
                 "card not ready)")]


def test_card_data_of_the_wrong_length_is_named_and_what_is_there_shown(reader, path):
    cases.odd_card_data(path)
    rows = reader.fields(path, "newcamd.card.provider.ident", "newcamd.data", "_ws.expert.message",
                         filter="newcamd.expert.card_data_length")
    assert rows == [("0x030600", "", "Card data announces 3 providers (45 bytes) but is 23 bytes long"),
                    ("", "0000000000", "Card data of 5 bytes is too short: its fixed part has 12 bytes")]


# Section 5.1: every tag and what it is called.
NAMES = {**{tag: f"EMM {tag:#04x}" for tag in range(0x82, 0x92)},
         0x80: "ECM even", 0x81: "ECM odd", 0xC0: "Cached control words, even", 0xC1: "Cached control words, odd",
         0xD1: "OSD message", 0xD2: "All cards", 0xD3: "Add card", 0xD4: "Remove card", 0xD5: "Change key",
         0xD6: "Get version", 0xD7: "SID list", 0xD8: "Card discover", 0xE0: "Login", 0xE1: "Login accepted",
         0xE2: "Login refused", 0xE3: "Card data request", 0xE4: "Card data", 0xE5: "Server name",
         0xE6: "Server name accepted", 0xE7: "Server name refused", 0xE8: "Server login", 0xE9: "Server login accepted",
         0xEA: "Server login refused", 0xEB: "Admin", 0xEC: "Admin acknowledge", 0xED: "Admin login",
         0xEE: "Admin login accepted", 0xEF: "Admin login refused", 0xF0: "Admin command",
         0xF1: "Admin command acknowledge", 0xF2: "Admin command refused", 0xFD: "Keepalive"}


@pytest.mark.parametrize("side", ["c", "s"])
def test_every_command_tag_has_its_name_whoever_sends_it(reader, path, side):
    capture, peer, tcp = cases.connected()
    for tag in range(256):
        tcp.send(side, peer.frame(newcamd.message(tag), msg_id=1000 + tag))
    capture.write(path)
    layers = reader.run(path, "-V", "-O", "newcamd", "-Y", "newcamd.msg_id >= 1000").out
    found = [line.strip() for line in layers.splitlines() if line.strip().startswith("Command: ")]
    assert found == [f"Command: {NAMES.get(tag, 'Unknown')} ({tag:#04x})" for tag in range(256)]


# Section 7.
CLIENTS = {0x0000: "generic", 0x02C2: "Opticum", 0x0666: "rqcamd", 0x4343: "CCcam", 0x4453: "DiabloCam/UW, DiabloWifi", 0x5644: "vdr-sc", 0x6502: "Tvheadend",
           0x6D67: "mgcamd", 0x6E73: "NewCS", 0x7264: "radegast", 0x7878: "tsdecrypt", 0x8888: "OSCam",
           0x9911: "ACamd", 0x1357: "client 0x1357"}


@pytest.mark.parametrize("client, name", CLIENTS.items())
def test_a_client_is_named_by_its_id(reader, path, client, name):
    capture, _, _ = cases.connected(client_id=client)
    capture.write(path)
    assert reader.fields(path, "newcamd.client_id", "_ws.col.Info", filter="newcamd.user") == [
        (f"{client:#06x}", f"Login anna ({name})")]


# Section 6.1, one of each kind of row; the last is of no known system.
SYSTEMS = {0x0100: "Seca", 0x01FF: "Seca", 0x0624: "Irdeto", 0x0B00: "Conax", 0x0D05: "Cryptoworks", 0x1830: "Nagravision",
           0x1EC0: "CryptoGuard", 0x2710: "DRE-Crypt", 0x2712: "", 0x4AEE: "Bulcrypt", 0x5604: "Verimatrix", 0xABCD: "",
           0xFFFF: "OSCam's fake value"}


def test_a_card_is_named_by_its_caid(reader, path):
    capture, peer, tcp = cases.connected()
    for caid in SYSTEMS:
        tcp.server(peer.card_data(caid=caid, msg_id=7))
    capture.write(path)
    infos = [row[0] for row in reader.fields(path, "_ws.col.Info", filter="newcamd.msg_id == 7")]
    assert infos == [f"Card data 0x{caid:04X}{' ' if name else ''}{name}, 1 provider" for caid, name in SYSTEMS.items()]
