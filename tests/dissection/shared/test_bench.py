"""The bench measures what it says: its captures are what they are called, and its rows run. No test asserts seconds."""

import os
import re
import subprocess
import sys

import pytest

from tests.bench import rows, traffic
from tests.dissection import harness

PREFS = {"newcamd.deskey": traffic.DESKEY, "newcamd.password": "secret123",
         "baichuan.password": traffic.PASSWORD}


@pytest.fixture(scope="module")
def read(tshark, tmp_path_factory):
    """read(make, size, field...): the values of fields of a capture, frames without any left out."""
    folder = tmp_path_factory.mktemp("bench")

    def read(make, size, *names, filter=None):
        path = folder / f"{make.__name__}-{size}"
        if not path.exists():
            make(path, size)
        return tshark(prefs=PREFS).fields(path, *names, filter=filter or names[0])

    return read


@pytest.mark.parametrize("make", [traffic.video_aes, traffic.video_full_aes])
def test_every_media_packet_of_the_video_is_read(read, make):
    found = [name for row in read(make, 400_000, "baichuan.media.number") for name in row[0].split("|")]
    numbers = sorted({int(number) for number in found})
    assert len(numbers) > 20 and numbers == list(range(numbers[0], numbers[0] + len(numbers)))


def test_the_two_videos_differ_in_their_encryption_alone(read):
    payloads = [read(make, 200_000, "baichuan.payload.data") for make in (traffic.video_aes, traffic.video_full_aes)]
    assert "".join(row[0] for row in payloads[0]) == "".join(row[0] for row in payloads[1]) != ""
    ciphers = [{row[0] for row in read(make, 200_000, "baichuan.encryption", filter="baichuan.payload.data")}
               for make in (traffic.video_aes, traffic.video_full_aes)]
    assert [cipher - {""} for cipher in ciphers] == [{"None", "AES|None"}, {"Full AES", "AES|Full AES"}]


def test_every_small_document_is_opened_and_none_is_missed(read):
    found = read(traffic.xml_aes, 40, "xml.tag", "baichuan.encryption", filter="baichuan.encryption == AES")
    assert len(found) == 40 and all(row[0] for row in found)


def test_the_plain_twin_has_the_same_documents_in_as_many_segments(read):
    assert len(read(traffic.xml_plain, 40, "tcp.payload")) == 40


def test_a_camera_of_every_login_has_a_nonce_of_its_own(read):
    assert len(set(read(traffic.xml_logins, 20, "baichuan.nonce"))) == 20


@pytest.mark.parametrize("make", [traffic.cards_one, traffic.cards_many])
def test_newcamd_captures_have_as_many_messages_as_asked_for(read, make):
    assert len(read(make, 40, "newcamd.command")) == 40


def test_short_newcamd_connections_have_ten_messages_each(read):
    streams = [row[0] for row in read(traffic.cards_many, 40, "tcp.stream", filter="newcamd.command")]
    assert [streams.count(stream) for stream in sorted(set(streams))] == [10] * 4


def test_every_login_of_the_key_table_row_is_opened(read):
    assert len(read(traffic.cards_logins, 20, "newcamd.user")) == 20


@pytest.mark.parametrize("name", ["newcamd_keys", "baichuan_keys"])
def test_the_last_of_a_thousand_rows_opens_the_login(tshark, tmp_path, name):
    make, field = {"newcamd_keys": (traffic.cards_logins, "newcamd.key_row"),
                   "baichuan_keys": (traffic.xml_logins, "baichuan.key_row")}[name]
    make(tmp_path / "capture", 1)
    found = tshark(files=rows.key_table(name)).fields(tmp_path / "capture", field, filter=field)
    assert found and all("1000" in row[0] for row in found)


def test_repeated_foreign_traffic_is_of_other_connections_and_never_ours(tshark, tmp_path):
    traffic.foreign_traffic(tmp_path / "capture", 20_000_000)
    found = tshark().fields(tmp_path / "capture", "ip.src", "_ws.col.Protocol",
                            filter="(ip and tcp.flags.syn == 1 and tcp.flags.ack == 0) or newcamd or baichuan")
    assert {protocol for _, protocol in found} == {"TCP"}
    addresses = [address for address, _ in found]
    assert len(set(addresses)) == len(addresses) > 1000


def bench(row, folder, *words):
    """The bench's run of one row with captures as small as they get."""
    return subprocess.run([sys.executable, "-m", "tests.bench.bench", row, "--size", "0.0002",
                           "--rounds", "1", "--seconds", "0", *words], capture_output=True, text=True, cwd=harness.ROOT,
                          env={**os.environ, "CAMSHARK_BUILD": str(harness.BUILD), "CAMSHARK_CACHE": str(folder)})


def test_a_row_prints_its_command_lines_and_its_budget(tmp_path):
    done = bench("cards", tmp_path)
    assert done.returncode in (0, 1), done.stderr
    assert "tshark -n -r cards_one-20-" in done.stdout and "-d 'tcp.port==15050,data'" in done.stdout
    assert "| cards | against data + libgcrypt |" in done.stdout and "1.250 x" in done.stdout


def test_the_lua_row_says_that_it_was_left_out(tmp_path):
    done = bench("bc-xml", tmp_path)
    assert "| bc-xml | against the Lua dissector: left out" in done.stdout, done.stderr


# Reads message ids where a segment is one message, and nothing else.
LUA = """
local protocol = Proto("baichuan", "Baichuan by a script")
local msg_id = ProtoField.uint32("baichuan.msg_id", "Message id")
protocol.fields = { msg_id }
protocol.prefs.on = Pref.bool("On", false, "")
function protocol.dissector(buffer, pinfo, tree)
    if protocol.prefs.on and buffer:len() >= 20 then
        tree:add(protocol, buffer()):add_le(msg_id, buffer(4, 4))
    end
end
DissectorTable.get("tcp.port"):add(9000, protocol)
"""


def test_the_lua_row_runs_the_script_that_it_is_pointed_at(tmp_path):
    script = tmp_path / "stand-in.lua"
    script.write_text(LUA)
    done = bench("bc-xml", tmp_path, "--lua", str(script), "--lua-option", "baichuan.on:TRUE")
    lines = done.stdout.splitlines()
    at = next((i for i, line in enumerate(lines) if line.strip().startswith("lua: tshark")), None)
    assert at is not None, done.stdout + done.stderr
    assert "-X lua_script:" in lines[at] and "[plugins not loaded]" in lines[at]
    assert int(lines[at + 1].split(", ")[-1].split()[0]) >= 20  # messages that the script read
    assert re.search(r"\| bc-xml \| against the Lua dissector \|.*\| (?:within|OVER) \|", done.stdout)
