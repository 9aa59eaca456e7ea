"""Message names, filter names and their types."""

import csv
import subprocess

import pytest

import harness

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
}


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
