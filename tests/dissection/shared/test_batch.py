"""camshark-batch: one record a message, in several formats, the same as one tshark a file."""

import csv
import io
import json
import sys

import pytest

from tests.batch import reference, runs
from tests.dissection import harness

pytestmark = pytest.mark.skipif(harness.SANITIZE, reason="what is tested here is the program around the plugins")
CAMERA, CARDS = "captures/baichuan/aio_tcp_aes.pcapng", "captures/newcamd/oscam-tsdecrypt-conax.pcapng"


@pytest.fixture(scope="module")
def batch(stage):
    return runs.Batch(stage)


@pytest.fixture(scope="module")
def samples(batch):
    """{name of a sample: its records}."""
    found = runs.by_file(batch.records("captures"))
    return {path.rpartition("/")[2]: records for path, records in found.items()}


@pytest.fixture(scope="module")
def keyed(tshark):
    tables = {path.name: [] for path in harness.KEYS.glob("*_keys")}
    return tshark(files={name: (harness.KEYS / name).read_text() for name in tables})


def the(records, **wanted):
    found = [record for record in records if all(record[name] == value for name, value in wanted.items())]
    assert found, f"no record with {wanted}"
    return found[0]


@pytest.mark.parametrize("path", sorted(harness.CAPTURES.glob("*/*.pcapng")), ids=lambda path: path.stem)
def test_records_are_those_of_one_tshark(samples, keyed, path):
    shown = f"captures/{path.parent.name}/{path.name}"
    expected = json.loads(json.dumps(reference.expected(keyed, path, shown)))
    assert samples[path.name] == expected


def test_a_message_has_who_what_and_when(samples):
    record = the(samples["aio_tcp_aes.pcapng"], id=199, status=200)
    assert (record["frame"], record["time"], record["protocol"]) == (16, "2026-11-21T05:32:50.595188000Z", "baichuan")
    assert (record["name"], record["direction"], record["opened"]) == ("Get Support", "from camera", True)
    assert record["src"] == {"ip": "127.0.0.1", "port": 9000} and record["dst"]["port"] == 59932
    assert (record["request_frame"], record["response_time"]) == (14, 0.000513)


def test_a_request_has_no_status(samples):
    request = next(record for record in samples["aio_tcp_aes.pcapng"] if record["frame"] == 14)
    assert (request["id"], request["direction"], request["status"], request["status_name"]) == (199, "to camera", None, None)


def test_several_messages_of_a_frame_are_several_records(samples):
    frames = [record["frame"] for record in samples["aio_tcp_aes.pcapng"] if record["kind"] == "message"]
    assert len(frames) > len(set(frames))


def test_a_document_is_there_as_text_and_as_a_tree(samples):
    document = the(samples["aio_tcp_aes.pcapng"], id=199, status=200)["xml"][0]
    assert document["text"].startswith("<?xml") and document["tree"]["body"]["Support"]["item"]["ptzType"] == "3"


def test_media_packets_have_type_codec_size_and_time(samples):
    media = [packet for record in samples["video_tcp_aes.pcapng"] for packet in record["media"]]
    frame = next(packet for packet in media if packet.get("type") == "I-frame")
    assert (frame["codec"], frame["size"], frame["microseconds"], frame["time"]) == \
        ("H264", 117695, 913440000, "2024-03-03T13:04:05Z")


def test_newcamd_replies_say_whether_they_brought_control_words(samples):
    record = the(samples["oscam-tsdecrypt-conax.pcapng"], frame=16)
    assert (record["name"], record["direction"], record["status_name"]) == ("ECM odd", "from server", "decoded")
    assert record["fields"]["request"]["caid"] == 0x0b00 and record["request_frame"] == 15


def test_expert_items_have_name_severity_and_text(samples):
    items = the(samples["oscam-tsdecrypt-wrong-deskey.pcapng"], name="Login")["experts"]
    assert [(item["name"], item["severity"]) for item in items] == [("newcamd.expert.closed_without_reply", "warning")]


def test_what_was_not_opened_says_why(batch):
    done = batch.run("captures/baichuan/aio_tcp_aes.pcapng", keys=False)
    closed = [record for record in map(json.loads, done.out.splitlines()) if record["opened"] is False]
    assert closed and all(record["why_not"] for record in closed)


def test_fields_chooses_by_path_and_by_filter_name(batch):
    rows = batch.records(CARDS, "--fields", "frame,src.port,newcamd.user,fields.no.such")
    assert [row for row in rows if row["newcamd.user"]][0] == \
        {"frame": 6, "src.port": rows[1]["src.port"], "newcamd.user": "dummy", "fields.no.such": None}


def test_filter_leaves_out_frames(batch):
    rows = batch.records(CARDS, "--filter", "newcamd.cw.even", "--fields", "status_name")
    assert rows and {row["status_name"] for row in rows} == {"decoded"}


def test_a_wrong_filter_is_said_once_and_before_anything_is_read(batch):
    done = batch.run("captures", "--filter", "newcamd.no_such ==", status=2)
    assert done.out == "" and len(done.err.splitlines()) == 1


def test_csv_has_a_row_a_message_and_one_head(batch, samples):
    out = batch.run("captures/newcamd", "--format", "csv").out
    rows = list(csv.DictReader(io.StringIO(out)))
    newcamd = [record for records in samples.values() for record in records if record["protocol"] == "newcamd"]
    assert len(rows) == len(newcamd)
    assert sorted(row["name"] for row in rows) == sorted(record["name"] for record in newcamd)


def test_records_are_as_the_schema_says(samples):
    jsonschema = pytest.importorskip("jsonschema")
    schema = json.loads((harness.ROOT / "tools" / "batch" / "record.schema.json").read_text())
    validator = jsonschema.Draft202012Validator(schema)
    for records in samples.values():
        for record in records:
            validator.validate(record)


def test_a_record_has_only_what_schema_and_index_template_know(samples):
    schema = json.loads((harness.ROOT / "tools" / "batch" / "record.schema.json").read_text())["properties"]
    mapping = json.loads((harness.ROOT / "tools" / "batch" / "index-template.json").read_text())
    mapping = mapping["template"]["mappings"]["properties"]
    for records in samples.values():
        for record in records:
            assert set(record) == set(schema) == set(mapping)
            for topic, values in record["fields"].items():
                assert set(values) <= set(schema["fields"]["properties"][topic]["properties"])
                assert set(values) <= set(mapping["fields"]["properties"][topic]["properties"])
            for packet in record["media"]:
                assert set(packet) <= set(mapping["media"]["properties"])


def test_hidden_secrets_are_in_no_format(batch):
    secrets = ("Sommer-2026", "4D2C923E651AB640", "11223366445566ff", "TNzadvK3GJjNJPmFgcezl", "secret123",
               "0102030405060708091011121314")
    open_text = batch.run(CAMERA, CARDS).out
    assert "11223366445566ff" in open_text and "TNzadvK3GJjNJPmFgcezl" in open_text
    for kind in ("jsonl", "csv"):
        hidden = batch.run(CAMERA, CARDS, "--hide-secrets", "--bytes", "--format", kind)
        assert [secret for secret in secrets if secret in hidden.out + hidden.err] == []


def test_a_key_that_can_be_none_is_said_without_it(batch):
    done = batch.run("captures", "-o", "newcamd.deskey:01020304abcd", status=2)
    assert "newcamd.deskey" in done.err and "01020304abcd" not in done.err


def test_without_duckdb_json_lines_are_written_and_that_is_said(batch):
    out = batch.new_folder()
    done = batch.run(CARDS, "--format", "parquet", "--out", out, env={"PATH": "/usr/bin:/bin", "NODE_PATH": ""})
    written = sorted(path.suffix for path in out.iterdir() if not path.name.startswith("."))
    assert written == [".parquet"] or written == [".jsonl"] and "there is no DuckDB here" in done.err


def test_parquet_files_are_parquet_files(batch):
    sys.path.insert(0, str(harness.ROOT / "tools"))
    from batch import parquet
    if not parquet.engine():
        pytest.skip("not installed: DuckDB (npm install @duckdb/node-api, with NODE_PATH)")
    out = batch.new_folder()
    batch.run("captures", "--format", "parquet", "--out", out)
    found = list(out.rglob("*.parquet"))
    assert len(found) == len(list(harness.CAPTURES.glob("*/*.pcapng")))
    assert all(path.read_bytes()[:4] == b"PAR1" == path.read_bytes()[-4:] for path in found)
