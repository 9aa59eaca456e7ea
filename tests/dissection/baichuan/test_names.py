"""Message names, filter names and their types."""

import csv
import re
import subprocess

import pytest

from tests.dissection import harness
from tests.peers import baichuan
from tests.peers.baichuan import Session
from tests.peers.pcap import Capture

TABLE = harness.ROOT / "docs" / "baichuan-messages.tsv"

# What others script against (filter name, type as `tshark -G fields` calls it).
FIELDS = {
    "magic": "FT_UINT32", "msg_id": "FT_UINT32", "msg_len": "FT_UINT32",
    "channel_id": "FT_UINT8", "stream_id": "FT_UINT8",
    "message_handle": "FT_UINT16", "exchange_id": "FT_UINT32", "msg_class": "FT_UINT16",
    "status_code": "FT_UINT16", "encrypt": "FT_UINT16", "bin_offset": "FT_UINT32",
    "encryption": "FT_STRING", "nonce": "FT_STRING", "username": "FT_STRING", "password": "FT_STRING",
    "extension.xml": "FT_STRING", "payload.xml": "FT_STRING", "payload.data": "FT_BYTES",
    "lost": "FT_UINT32", "key_row": "FT_STRING", "xml_encryption_offset": "FT_UINT8",
    "login.password_ok": "FT_BOOLEAN", "login.user_ok": "FT_BOOLEAN", "login.token": "FT_STRING", "error_number": "FT_INT8",
    "extension.binary_data": "FT_UINT32", "extension.encrypt_len": "FT_UINT32", "extension.encrypt_pos": "FT_UINT32",
    "extension.channel_id": "FT_UINT32", "extension.user_name": "FT_STRING", "extension.token": "FT_STRING",
    "extension.check_pos": "FT_UINT32", "extension.check_value": "FT_INT32",
    "channel": "FT_UINT32", "stream_type": "FT_STRING", "handle": "FT_UINT32", "firmware_version": "FT_STRING",
    "device_model": "FT_STRING", "device_name": "FT_STRING", "event.type": "FT_STRING", "event.status": "FT_STRING",
    "replay.file_name": "FT_STRING", "replay.start_time": "FT_STRING", "payload.jpeg": "FT_STRING",
}

# Names of the Lua dissector for BC over TCP (design, section 4).
LUA_FIELDS = ["magic", "msg_id", "msg_understood", "msg_len", "xml_encryption_offset", "channel_id", "stream_id", "unknown",
              "message_handle", "encrypt_xml", "status_code", "msg_class", "bin_offset", "username", "password"]
LUA_UDP_FIELDS = ["udp_magic", "udp_type", "udp_message_id", "udp_connection_id", "udp_unknown", "udp_tid", "udp_checksum",
                  "udp_packet_count", "udp_last_ack_packet", "udp_ack_payload_size", "udp_size"]


@pytest.fixture(scope="module")
def rows():
    with open(TABLE, newline="", encoding="utf-8") as tsv:
        return list(csv.DictReader(tsv, delimiter="\t", quoting=csv.QUOTE_NONE))


def test_the_generated_table_is_up_to_date():
    subprocess.run([harness.ROOT / "tools" / "generate-message-table.py", "--check"], check=True)


def test_every_message_of_the_table_has_its_name(tshark, rows):
    values = [line.split("\t") for line in tshark().run(None, "-G", "values").out.splitlines()
              if line.split("\t")[1:2] == ["baichuan.msg_id"]]
    names = {int(row[2], 0): row[3] for row in values if row[0] == "V"}

    assert names == {int(row["id"]): row["name"] for row in rows if row["name"]}


def test_filter_names_keep_their_types(tshark):
    fields = [line.split("\t") for line in tshark().run(None, "-G", "fields").out.splitlines()]
    types = {row[2]: row[3] for row in fields if row[0] == "F" and row[2].startswith("baichuan.")}

    assert {name: types.get(f"baichuan.{name}") for name in FIELDS} == FIELDS


@pytest.fixture(scope="module")
def every_message(rows, tmp_path_factory):
    """A request and an answer, or a push, with each id of the table, and one id that is not in it."""
    made = Capture()
    tcp = made.tcp(server=("10.0.0.1", 9000)).open()
    session = Session("none").play_login(tcp)
    for row in rows + [{"id": "999", "kind": "request/reply"}]:
        if int(row["id"]) == 1:
            continue
        if row["kind"] != "push":
            tcp.client(session.message(int(row["id"])))
        tcp.server(session.reply(int(row["id"])))
    return made.write(tmp_path_factory.mktemp("names") / "every.pcap")


def test_every_row_of_the_table_is_reachable_and_spelled_as_in_the_data(tshark, rows, every_message):
    found = tshark().fields(every_message, "baichuan.msg_id", "_ws.col.Info", filter="baichuan.msg_id != 1")
    expected = []
    for row in rows + [{"id": "999", "name": "", "kind": "request/reply"}]:
        number = int(row["id"])
        name = row["name"] or f"Unknown message {number}"
        if number == 1:
            continue
        if row["kind"] == "push":
            expected.append((str(number), f"Push {name}"))
        else:
            expected += [(str(number), name), (str(number), f"Reply 200 {name}")]

    assert found == expected
    assert len(expected) > 400


def test_a_message_has_one_name(tshark, rows, every_message):
    names = {row["id"]: row["name"] or f"Unknown message {row['id']}" for row in rows}
    found = tshark().fields(every_message, "baichuan.msg_id", "baichuan.msg_name", filter="baichuan.msg_id != 1 && baichuan.msg_id != 999")

    assert {number: {name for other, name in found if other == number} for number, _ in found} == {
        number: {name} for number, name in names.items() if number != "1"}


def test_words_of_a_document_that_are_the_name_of_a_message_are_that_of_its_own(rows):
    """The Info column says them in place of the name, so they must not be another one, nor the same spelled otherwise."""
    names = {row["name"].lower() for row in rows if row["name"]}
    own = {row["id"]: row["name"] for row in rows}
    text = (harness.ROOT / "plugins/baichuan/show/phrase-rows.h").read_text(encoding="utf-8")
    said = [(number, words.rstrip(": ")) for number, words in re.findall(r'^    \{ +(\d+), "([^"]*)",', text, re.MULTILINE)]

    assert len(said) > 60
    assert [(number, words) for number, words in said if words.lower() in names and words != own[number]] == []


def test_the_tree_says_which_messages_have_a_name(tshark, rows, every_message):
    known = {int(row["id"]) for row in rows if row["name"]}
    found = {value: {int(number) for (number,) in tshark().fields(every_message, "baichuan.msg_id",
                                                                  filter=f"baichuan.msg_understood == {value}")}
             for value in ("True", "False")}

    assert found["True"] == known
    assert found["False"] == {int(row["id"]) for row in rows if not row["name"]} | {999}
    labels = tshark().run(every_message, "-V", "-Y", "baichuan.msg_id == 999").out
    assert "Message ID: Unknown (999)" in labels


def test_the_names_of_the_lua_dissector_exist(tshark):
    fields = {line.split("\t")[2] for line in tshark().run(None, "-G", "fields").out.splitlines() if line.startswith("F\t")}

    assert [name for name in LUA_FIELDS + LUA_UDP_FIELDS if f"baichuan.{name}" not in fields] == []


def test_the_map_of_the_lua_dissector_has_every_name_once():
    text = (harness.ROOT / "docs" / "lua-field-map.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1].strip() for line in text.splitlines() if line.startswith("| `baichuan.")]

    assert rows == [f"`baichuan.{name}`" for name in LUA_FIELDS + LUA_UDP_FIELDS]


def test_bytes_under_the_names_of_the_lua_dissector(tshark, tmp_path):
    made = Capture()
    tcp = made.tcp(server=("10.0.0.1", 9000)).open()
    tcp.client(Session("aes", requested=0x12, xor_offset=7).hello())
    tcp.client(Session("none", requested=0).hello())
    tcp.client(baichuan.header(80, 0, exchange=0x0C0B0A09))

    rows = tshark().fields(made.write(tmp_path / "c.pcap"), "baichuan.xml_encryption_offset", "baichuan.channel_id",
                           "baichuan.stream_id", "baichuan.unknown", "baichuan.message_handle")
    assert rows[3:] == [("7", "7", "0", "0x00", "0"), ("0", "0", "0", "0x00", "0"), ("9", "9", "10", "0x0b", str(0x0C0B))]
    assert tshark().frames(tmp_path / "c.pcap", "baichuan.encrypt_xml == True") == [4]
    assert tshark().frames(tmp_path / "c.pcap", "baichuan.encrypt_xml == False") == [5]
