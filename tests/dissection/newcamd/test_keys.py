"""newcamd's keys as the user meets them: the table, the single preferences, what is wrong with them, and hiding."""

import re
import xml.etree.ElementTree as ElementTree

import pytest

from tests.dissection.newcamd import cases
from tests.dissection.newcamd import message_cases
from tests.dissection.newcamd import session_cases
from tests.peers import newcamd, pcap

DECODE_AS = ("-d", f"tcp.port=={cases.PORT},newcamd")
DESKEY_LENGTH = "A DESKEY is 28 hexadecimal digits, not 27."
DESKEY_LETTER = ('A DESKEY is 28 hexadecimal digits (0-9, a-f; spaces and colons are skipped), and "g" is not one of '
                 'them.')
PORT_RANGE = 'A port is a number from 1 to 65535, or empty or 0 for any; "70000" is none.'
NO_ADDRESS = ('An address is an IPv4 or IPv6 address such as 192.0.2.1, 192.0.2.0/24 or 2001:db8::/32, or empty for any; '
              '"cards.example.org" is none (host names are not looked up).')
NO_CRYPT = ('A password that begins with "$1$" is a crypt string: "$1$abcdefgh$" and 22 of the characters '
            './0-9A-Za-z.')
BAD_ROWS = {
    "27 digits": (["", "", cases.DESKEY[:27], "", "", ""], DESKEY_LENGTH),
    "a letter g": (["", "", "g" + cases.DESKEY[1:], "", "", ""], DESKEY_LETTER),
    "port 70000": (["", "70000", cases.DESKEY, "", "", ""], PORT_RANGE),
    "a host name": (["cards.example.org", "", cases.DESKEY, "", "", ""], NO_ADDRESS),
    "half a crypt string": (["", "", cases.DESKEY, "", "$1$abcdefgh$tooshort", ""], NO_CRYPT),
}


@pytest.fixture
def capture(path):
    return cases.every_command(path)


def uat(row):
    return "uat:newcamd_keys:" + ",".join(f'"{cell}"' for cell in row)


def key_rows(reader, capture, args=()):
    return {row[0] for row in reader.fields(capture, "newcamd.key_row", filter="newcamd.user", args=args)}


# ---- What opens ----

def test_a_row_on_the_command_line_opens_the_login(tshark, capture):
    args = ("-o", uat(["", "", cases.DESKEY, "", "", "from -o"]))
    assert key_rows(tshark(), capture, args) == {"row 1: from -o"}


def test_rows_of_the_command_line_come_behind_those_of_the_file(tshark, capture):
    reader = tshark(tables={"newcamd_keys": [["", "", cases.OTHER_DESKEY, "", "", "another"]]})
    assert key_rows(reader, capture, ("-o", uat(["", "", cases.DESKEY, "", "", "mine"]))) == {"row 2: mine"}


def test_a_row_without_a_comment_is_named_by_its_number(tshark, capture):
    reader = tshark(tables={"newcamd_keys": [["", "", cases.OTHER_DESKEY, "", "", ""], ["", "", cases.DESKEY, "", "", ""]]})
    assert key_rows(reader, capture) == {"row 2"}


def test_the_first_row_that_opens_the_login_wins(tshark, capture):
    reader = tshark(tables={"newcamd_keys": [["", "", cases.DESKEY, "", "", "first"], ["", "", cases.DESKEY, "", "", "second"]]})
    assert key_rows(reader, capture) == {"row 1: first"}


@pytest.mark.parametrize("server, port, opens", [
    ("10.0.0.1", "15050", True), ("10.0.0.0/24", "", True), ("", "0", True), ("10.0.0.2", "", False),
    ("10.0.1.0/24", "", False), ("", "15051", False), ("::/0", "", False)])
def test_address_and_port_narrow_the_rows(tshark, capture, server, port, opens):
    reader = tshark(tables={"newcamd_keys": [[server, port, cases.DESKEY, "", "", "narrow"]]})
    assert key_rows(reader, capture) == ({"row 1: narrow"} if opens else set())


def test_the_single_preference_is_tried_behind_the_table(tshark, capture):
    reader = tshark(tables={"newcamd_keys": [["", "", cases.OTHER_DESKEY, "", "", "another"]]},
                    prefs={"newcamd.deskey": cases.DESKEY})
    assert key_rows(reader, capture) == {"preference newcamd.deskey"}


def test_preferences_of_the_profile_file_open_the_login(tshark, capture):
    reader = tshark(files={"preferences": f"newcamd.deskey: {cases.DESKEY}\n"})
    assert key_rows(reader, capture) == {"preference newcamd.deskey"}


def test_the_default_deskey_is_tried_last(tshark, path):
    capture = pcap.Capture()
    newcamd.connect(capture, newcamd.Login())
    capture.write(path)
    default = newcamd.DEFAULT_DESKEY
    assert key_rows(tshark(), path) == {"default DESKEY"}
    assert key_rows(tshark(prefs={"newcamd.deskey": default}), path) == {"preference newcamd.deskey"}
    assert key_rows(tshark(tables={"newcamd_keys": [["", "", default, "", "", ""]]},
                           prefs={"newcamd.deskey": default}), path) == {"row 1"}


def test_two_servers_with_different_deskeys_in_one_capture_both_open(tshark, path):
    cases.two_servers(path)
    reader = tshark(tables={"newcamd_keys": [["10.0.0.1", "", cases.DESKEY, "", "", "house"],
                                             ["2001:db8::/32", "", cases.OTHER_DESKEY, "", "", "garden"]]})
    assert reader.fields(path, "newcamd.user", "newcamd.key_row", filter="newcamd.user") == [
        ("anna", "row 1: house"), ("berta", "row 2: garden")]
    assert len(reader.frames(path, "newcamd.cw.even")) == 2


@pytest.mark.parametrize("user, password, differs", [
    ("anna", "sesame", False), ("", "sesame", False), ("anna", newcamd.md5_crypt("sesame"), False), ("anna", "", False),
    ("anna", "wrong", True), ("", "wrong", True), ("berta", "wrong", False), ("anna", newcamd.md5_crypt("wrong"), True)])
def test_a_password_that_is_not_the_one_in_the_login_is_named(tshark, capture, user, password, differs):
    reader = tshark(tables={"newcamd_keys": [["", "", cases.DESKEY, user, password, ""]]})
    assert bool(reader.frames(capture, "newcamd.expert.password_differs")) == differs


# ---- Ports that the user names ----

def test_a_row_with_a_port_shows_the_greeting_in_one_pass(tshark, capture):
    reader = tshark(tables={"newcamd_keys": [["", str(cases.PORT), cases.DESKEY, "", "", ""]]})
    assert len(reader.frames(capture, "newcamd.greeting")) == 1


def test_a_row_with_a_port_shows_frames_that_no_key_opens(tshark, capture):
    reader = tshark(tables={"newcamd_keys": [["10.0.0.1", str(cases.PORT), cases.OTHER_DESKEY, "", "", ""]]})
    rows = reader.fields(capture, "newcamd.length", "newcamd.iv", "newcamd.command", filter="newcamd.expert.no_key")
    assert len(rows) == 17
    assert all(length and iv and not command for length, iv, command in rows)


def test_a_row_with_a_port_leaves_what_is_no_newcamd_to_others(tshark, path):
    capture = pcap.Capture()
    tcp = capture.tcp().open()
    tcp.client(b"GET / HTTP/1.0\r\n\r\n")
    tcp.server(b"HTTP/1.0 204 No Content\r\n\r\n")
    capture.write(path)
    reader = tshark(tables={"newcamd_keys": [["", str(cases.PORT), cases.DESKEY, "", "", ""]]})
    assert reader.frames(path, "newcamd") == []
    assert reader.frames(path, "http") == [4, 5]


def test_a_row_with_a_port_leaves_a_banner_of_14_characters_to_others(tshark, path):
    capture = pcap.Capture()
    tcp = capture.tcp(server=("10.0.0.1", 21000)).open()
    tcp.server(b"220 my.server\n")
    capture.write(path)
    reader = tshark(tables={"newcamd_keys": [["", "21000", cases.DESKEY, "", "", ""]]})
    assert reader.frames(path, "newcamd") == []


# ---- What is refused, and how ----

@pytest.mark.parametrize("row, sentence", BAD_ROWS.values(), ids=BAD_ROWS)
def test_a_bad_row_on_the_command_line_stops_tshark_with_a_sentence(tshark, capture, row, sentence):
    done = tshark().run(capture, "-o", uat(row), check=False)
    assert done.status != 0
    assert sentence in done.err


@pytest.mark.parametrize("row, sentence", BAD_ROWS.values(), ids=BAD_ROWS)
def test_a_bad_row_in_the_file_is_reported_with_a_sentence(tshark, capture, row, sentence):
    done = tshark(tables={"newcamd_keys": [row]}).run(capture)
    assert done.status == 0
    assert sentence in done.err


@pytest.mark.parametrize("bad_first", [True, False])
def test_a_bad_row_in_the_file_leaves_the_good_ones_in_force_under_their_numbers(tshark, capture, bad_first):
    good, (bad, _) = ["", "", cases.DESKEY, "", "", "good"], BAD_ROWS["port 70000"]
    reader = tshark(tables={"newcamd_keys": [bad, good] if bad_first else [good, bad]})
    assert key_rows(reader, capture) == {"row 2: good" if bad_first else "row 1: good"}


@pytest.mark.parametrize("name, value, sentence", [
    ("newcamd.deskey", cases.DESKEY[:27], DESKEY_LENGTH), ("newcamd.deskey", "g" + cases.DESKEY[1:], DESKEY_LETTER),
    ("newcamd.password", "$1$abcdefgh$tooshort", NO_CRYPT)])
def test_a_bad_single_preference_is_reported_once_and_named_by_an_expert_item(tshark, capture, name, value, sentence):
    reader = tshark(prefs={name: value})
    said = f"Correct the preference {name}, which is ignored. {sentence}"
    assert reader.run(capture).err.count(said) == 1
    rows = reader.fields(capture, "_ws.expert.message", filter="newcamd.expert.bad_preference", args=DECODE_AS)
    assert rows and all(said in row[0] for row in rows)


def test_a_bad_single_preference_does_not_keep_the_table_from_opening(tshark, capture):
    reader = tshark(tables=cases.TABLE, prefs={"newcamd.deskey": "xyz"})
    assert key_rows(reader, capture) == {"row 1: mine"}
    assert len(reader.frames(capture, "newcamd.expert.bad_preference")) == 1


# ---- Hide secrets ----

SECRETS = [cases.DESKEY, "sesame", newcamd.md5_crypt("sesame"), "11223366445566ff", "2122236631323396", *cases.LONG_WORDS]


def appears(secret, out):
    """As text, as hex without or with separators, or in the hex dump of -x, whose lines break anywhere."""
    dump = re.sub(r"^[0-9a-f]{4}  ((?:[0-9a-f]{2} ?){1,16}).*$", r"\1", out, flags=re.M)
    digits = re.sub(r"[\s:]", "", dump)
    forms = {secret, secret.encode().hex()}
    return [form for form in forms if form in out or form in digits]


@pytest.fixture(params=[("-V", "-x"), ("-T", "pdml"), ("-T", "json", "-x"), ("-T", "jsonraw"), ("-T", "ek", "-x"), ("-T", "text"),
                        ("-T", "psml"), ("-T", "ps"), ("-z", "proto,colinfo,newcamd.cw.even,newcamd.cw.even")],
                ids=" ".join)
def output(request):
    return request.param


def test_without_hiding_the_secrets_are_there(tshark, capture, output):
    """So that the next test means something."""
    out = tshark(tables=cases.TABLE).run(capture, *output).out
    assert appears("11223366445566ff", out)


def test_hide_secrets_leaves_none_in_any_output(tshark, capture, output):
    out = tshark(tables=cases.TABLE, prefs={"newcamd.hide_secrets": "TRUE"}).run(capture, *output, "-2").out
    assert [secret for secret in SECRETS if appears(secret, out)] == []


def test_hide_secrets_masks_a_login_in_pieces(tshark, path):
    cases.byte_by_byte(path)
    reader = tshark(tables=cases.TABLE, prefs={"newcamd.hide_secrets": "TRUE"})
    assert reader.fields(path, "newcamd.user", "newcamd.password_crypt", filter="newcamd.user") == [("anna", "*" * 34)]


@pytest.mark.parametrize("build, secrets", [
    (message_cases.extended, ["11223366445566ff", "2122236631323396"]), (message_cases.echoed_ecm, ["11223366445566ff"]),
    (message_cases.control_words, ["11223367445566ff", "2122230031323300", "a0a1a2a3a4a5a6a7"]),
    (session_cases.reverse_login, SECRETS[1:5]), (session_cases.mid_session, SECRETS[1:5]),
    (session_cases.retransmissions, SECRETS[1:5]), (cases.client_cut_everywhere, SECRETS[1:5])],
    ids=["cached words", "words behind an ECM", "words of all kinds", "reverse login", "mid-session", "retransmissions",
         "login in pieces"])
def test_hide_secrets_leaves_none_however_they_came(tshark, path, build, secrets):
    build(path)
    args = ("-V", "-x", "-2")
    shown = tshark(tables=session_cases.PASSWORD_TABLE).run(path, *args).out
    hidden = tshark(tables=session_cases.PASSWORD_TABLE, prefs={"newcamd.hide_secrets": "TRUE"}).run(path, *args).out
    assert any(appears(secret, shown) for secret in secrets)
    assert [secret for secret in secrets if appears(secret, hidden)] == []


@pytest.mark.parametrize("cuts", [(), (20,), (20, 40, 60)], ids=str)
def test_hide_secrets_masks_a_clear_login_in_whatever_segments_it_comes(tshark, path, cuts):
    """In PDML every item of ours has its bytes, the list of segments included; what TCP shows is as it was sent."""
    session_cases.clear_mode(path, cuts=cuts)

    def shown(hide):
        out = tshark(tables=cases.TABLE, prefs={"newcamd.hide_secrets": hide}).run(path, "-2", "-T", "pdml", *DECODE_AS).out
        return "".join(ElementTree.tostring(proto, encoding="unicode") for packet in ElementTree.fromstring(out)
                       for proto in packet if proto.get("name") not in ("geninfo", "frame", "raw", "ip", "tcp"))

    crypt = b"$1$"
    assert crypt.hex() in shown("FALSE")
    assert crypt.hex() not in shown("TRUE") and crypt.decode() not in shown("TRUE")


def test_hide_secrets_keeps_all_else(tshark, capture):
    reader = tshark(tables=cases.TABLE, prefs={"newcamd.hide_secrets": "TRUE"})
    shown = reader.fields(capture, "newcamd.user", "newcamd.msg_id", "newcamd.cw.even", "newcamd.checksum.status",
                          "_ws.col.Info", filter="newcamd.user or newcamd.msg_id == 3")
    assert [row[0] for row in shown] == ["anna", "", ""]
    assert shown[2][1:] == ("3", "2a" * 8, "1", "CW (hidden) for 0500:1234, 1.00 ms")
    assert len(reader.frames(capture, "newcamd.ecm")) == 3


def test_hide_secrets_masks_a_damaged_message_whole(tshark, path):
    cases.damaged(path)
    reader = tshark(tables=cases.TABLE, prefs={"newcamd.hide_secrets": "TRUE"})
    assert "11223366445566ff" not in re.sub(r"\s", "", reader.run(path, "-V", "-x").out)
    assert reader.frames(path, "newcamd.expert.checksum") != []
