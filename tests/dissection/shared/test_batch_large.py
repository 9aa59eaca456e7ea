"""camshark-batch with large captures, which a tshark reads: the same records, keys where nobody sees them, and sharkd where
something is wrong.
"""

import os
import re
import shutil
import struct
import subprocess
import time

import pytest

from tests.batch import made, runs
from tests.dissection import harness
from tests.dissection.baichuan.topic_documents import DOCUMENTS
from tests.peers.baichuan import CHANNEL, Session, body
from tests.peers.pcap import Capture

pytestmark = pytest.mark.skipif(harness.SANITIZE, reason="what is tested here is the program around the plugins")
GOOD = harness.CAPTURES / "newcamd" / "oscam-tsdecrypt-conax.pcapng"
ODD_TEXTS = ("&lt;&amp;&quot;'", "a\\b\\\"c", "line\nline\ttab\r\nend", "Gartentür ✓", "]]>", "&#233;", "&#x1F600;")


@pytest.fixture(scope="module")
def batch(stage):
    return runs.with_odd_sharkd(stage)


def both_ways(batch, capture, *words):
    """The records of a capture by way of sharkd, and by way of a tshark: this sharkd dies of what is called so."""
    folder = batch.new_folder()
    shutil.copy(capture, folder / "die.pcapng")
    (folder / "die.pcapng").chmod(0o644)
    by_sharkd = batch.records(folder, "--large", "-1", *words)
    assert by_sharkd
    return by_sharkd, batch.records(folder, "--large", "0", "--sharkd", batch.odd, *words)


@pytest.mark.parametrize("capture", sorted(harness.CAPTURES.glob("*/*.pcapng")), ids=lambda path: path.stem)
def test_records_of_a_large_capture_are_those_of_a_small_one(batch, capture):
    by_sharkd, by_tshark = both_ways(batch, capture, "--bytes")
    assert by_tshark == by_sharkd


@pytest.mark.parametrize("seed", range(6))
def test_records_of_a_conversation_are_the_same(batch, tmp_path, seed):
    by_sharkd, by_tshark = both_ways(batch, made.write(tmp_path, seed), *made.OPTIONS)
    assert by_tshark == by_sharkd


def test_records_of_all_documents_are_the_same_whatever_their_texts(batch, path):
    capture = Capture()
    tcp = capture.tcp(server=("10.0.0.1", 9000)).open()
    tcp.mss = 60000
    session = Session("aes").play_login(tcp)
    documents = [(msg_id, body(xml)) for msg_id, xml, _ in DOCUMENTS.values()]
    documents += [(199, body(f"<Support version=\"1.1\"><name>{text}</name></Support>")) for text in ODD_TEXTS]
    for number, (msg_id, xml) in enumerate(documents):
        tcp.server(session.reply(msg_id, xml, ext=CHANNEL, exchange=(number + 1) << 16))
    by_sharkd, by_tshark = both_ways(batch, capture.write(path), *made.OPTIONS)
    assert by_tshark == by_sharkd and len(by_tshark) >= len(documents)


def test_texts_with_control_characters_are_left_to_sharkd(batch):
    path = batch.new_folder() / "control.pcap"
    capture = Capture()
    tcp = capture.tcp(server=("10.0.0.1", 9000)).open()
    session = Session("aes").play_login(tcp)
    for number, text in enumerate(("a\x01", "a\\x1")):  # which PDML shows alike
        tcp.server(session.reply(199, body(f"<Support><name>{text}</name></Support>"), exchange=(number + 1) << 16))
    capture.write(path)
    path.chmod(0o644)
    by_sharkd, by_either = (batch.records(path, "--large", large, *made.OPTIONS) for large in ("-1", "0"))
    assert by_either == by_sharkd and "a\x01" in by_sharkd[-2]["xml"][0]["text"] and "a\\x1" in by_sharkd[-1]["xml"][0]["text"]


def test_a_filter_means_the_same(batch):
    for filter in ("newcamd.cw.even", "frame.number > 10 and newcamd"):
        by_sharkd, by_tshark = both_ways(batch, GOOD, "--filter", filter)
        assert by_tshark == by_sharkd


def test_a_filter_of_xml_finds_what_is_in_documents(batch):
    capture = harness.CAPTURES / "baichuan" / "aio_tcp_aes.pcapng"
    by_sharkd, by_tshark = both_ways(batch, capture, "--filter", 'xml.tag contains "Support"')
    assert by_tshark == by_sharkd


def test_a_large_capture_that_was_cut_short_is_named(batch):
    folder = batch.new_folder()
    (folder / "cut.pcapng").write_bytes(GOOD.read_bytes()[:1500])
    (folder / "text.pcap").write_text("no capture, but words\n")
    done = batch.run(folder, "--large", "0", status=1)
    assert re.search(r"cut.pcapng: read in part: broken capture: .*cut short.* [1-9]\d* frames before that were read", done.err)
    assert "text.pcap: not read: not a capture" in done.err and "1 records" not in done.err


def fake_tshark(batch, text):
    folder = batch.new_folder()
    (folder / "tshark").write_text(f"#!/bin/sh\n{text}\n")
    (folder / "tshark").chmod(0o755)
    return {"PATH": f"{folder}:{os.environ['PATH']}"}, folder


def test_a_tshark_that_fails_in_the_middle_costs_nothing(batch):
    good = batch.records(f"captures/newcamd/{GOOD.name}")
    for text in ("exit 1", f'{shutil.which("tshark")} "$@" | head -c 20000', f'{shutil.which("tshark")} "$@"; exit 2'):
        environment, _ = fake_tshark(batch, text)
        assert batch.records(f"captures/newcamd/{GOOD.name}", "--large", "0", env=environment) == good


def test_limits_hold_for_a_tshark(batch):
    environment, _ = fake_tshark(batch, "exec sleep 60")
    began = time.monotonic()
    done = batch.run(f"captures/newcamd/{GOOD.name}", "--large", "0", "--time-limit", "1", env=environment, status=1)
    assert "not read: time limit: not done after 1 s" in done.err and time.monotonic() - began < 20


def bars(batch, *words, env):
    """What a run writes to a terminal, until it ends or nobody asks any more."""
    try:
        terminal, end = os.openpty()
    except OSError as error:  # a root without /dev/pts
        pytest.skip(f"no terminal is to be had: {error}")
    process = subprocess.Popen(batch.words(*words), env=batch.environment(**env), cwd=batch.folder, stdout=subprocess.DEVNULL,
                               stderr=end)
    os.close(end)
    said = ""
    try:
        while some := os.read(terminal, 4096):
            said += some.decode()
            yield said
    except OSError:  # the other end is closed
        pass
    finally:
        process.terminate()
        process.wait(harness.TIMEOUT)
        os.close(terminal)


@pytest.mark.parametrize("closed, full", [("", 3), ("exec 3<&-;", 15)], ids=("first pass", "second pass"))
def test_the_bar_moves_within_one_large_capture(batch, closed, full):
    half = GOOD.stat().st_size // 2
    environment, _ = fake_tshark(batch, f"""
while [ "$1" != -r ]; do shift; done
exec 3<"$2" 4<"$2"; {closed} head -c {half} <&4 >/dev/null; exec sleep 60""")
    found = bars(batch, f"captures/newcamd/{GOOD.name}", "--large", "0", "--progress", "--time-limit", "40", env=environment)
    assert any(f"[{'#' * full}{' ' * (24 - full)}] 0/1 files" in said for said in found)
    found.close()


def test_keys_reach_a_tshark_in_no_argument_no_environment_and_no_file(batch):
    environment, folder = fake_tshark(batch, f"""
here=$(dirname "$0")
tr '\\0' '\\n' </proc/$$/cmdline >"$here/seen"; tr '\\0' '\\n' </proc/$$/environ >>"$here/seen"
cat $WIRESHARK_CONFIG_DIR/preferences $WIRESHARK_CONFIG_DIR/newcamd_keys >"$here/read"
find $WIRESHARK_CONFIG_DIR -type f | xargs -r cat >"$here/files"
exec {shutil.which("tshark")} "$@" """)
    folder.chmod(0o777)
    secrets = batch.folder / "secret-preferences"
    secrets.write_text("baichuan.password:very-secret-word\n")
    secrets.chmod(0o644)
    batch.run(f"captures/newcamd/{GOOD.name}", "--large", "0", "--preferences-from", secrets, env=environment)
    assert "-T" in (folder / "seen").read_text()
    for secret in ("very-secret-word", "0102030405060708091011121314"):
        assert secret in (folder / "read").read_text()
        assert secret not in (folder / "seen").read_text() + (folder / "files").read_text()



def test_a_large_capture_is_read_by_several_processes_in_the_order_of_its_packets(batch):
    path = batch.new_folder() / "die.pcap"
    capture = Capture()
    tcp = capture.tcp(server=("10.0.0.1", 9000)).open()
    session = Session("aes").play_login(tcp)
    for number in range(600):
        tcp.server(session.reply(199, body(f"<Support><name>number {number} {'x' * 900}</name></Support>"),
                                 exchange=(number + 1) << 16))
    capture.write(path)
    path.chmod(0o644)
    words = ["--large", "0", "--sharkd", batch.odd, *made.OPTIONS]
    by_one, by_three = (batch.run(path, "--jobs", jobs, *words).out for jobs in ("1", "3"))
    assert by_one == by_three and len(by_one.splitlines()) >= 600
    as_csv = ["--format", "csv", "--fields", "frame,baichuan.msg_name"]
    by_one, by_three = (batch.run(path, "--jobs", jobs, *words, *as_csv).out for jobs in ("1", "3"))
    assert by_one == by_three and by_one.startswith("frame,baichuan.msg_name\n")


def logging_tshark(batch):
    """The environment of a run whose tsharks are those that are installed, and the file with a line of words for each of them."""
    log = batch.new_folder() / "log"
    environment, _ = fake_tshark(batch, f'echo "tshark $@" >>{log}; exec {shutil.which("tshark")} "$@"')
    return environment, log


@pytest.mark.parametrize("protocol, needed", [("baichuan", False), ("newcamd", True)])
def test_tshark_is_asked_for_tcp_where_a_message_has_no_number_of_its_connection(batch, protocol, needed):
    environment, log = logging_tshark(batch)
    count = len({record["file"] for record in batch.records(f"captures/{protocol}", "--large", "0", "--jobs", "1", env=environment)})
    # Once more for the first capture that needs it, and from then on at once.
    asked = [" tcp " in line for line in log.read_text().splitlines()]
    assert count and asked == ([False] + [True] * count if needed else [False] * count)


def test_newcamd_behind_baichuan_is_read_once(batch, path):
    capture = Capture()
    tcp = capture.tcp(server=("10.0.0.1", 9000)).open()
    session = Session("aes").play_login(tcp)
    for number in range(20):
        tcp.server(session.reply(199, body("<Support/>"), exchange=(number + 1) << 16))
    made.cards(capture, 1)
    by_sharkd, by_tshark = both_ways(batch, capture.write(path), *made.OPTIONS)
    assert by_tshark == by_sharkd and {record["connection"] for record in by_tshark} == {"0", "tcp 1"}


def as_ipv6(packet):
    """An IPv4 packet without options as one of IPv6. Nobody looks at the checksums."""
    addresses = (b"\x20\x01\x0d\xb8" + bytes(8) + packet[at:at + 4] for at in (12, 16))
    return b"\x60\0\0\0" + struct.pack("!HBB", len(packet) - 20, packet[9], 64) + b"".join(addresses) + packet[20:]


@pytest.mark.parametrize("make, seed", [(made.cards, 1), (made.cameras, 3), (made.cameras, 4)], ids=("newcamd", "udp", "tcp"))
def test_records_have_the_addresses_of_ipv6(batch, tmp_path, make, seed):
    capture = Capture()
    make(capture, seed)
    capture.frames = [(when, as_ipv6(packet), length + 20) for when, packet, length in capture.frames]
    by_sharkd, by_tshark = both_ways(batch, capture.write(tmp_path / "six.pcap"), *made.OPTIONS)
    assert by_tshark == by_sharkd and by_tshark[0]["src"]["ip"].startswith("2001:db8::")


def test_what_the_user_has_lines_of_ip_and_tcp_say_changes_nothing(batch):
    folder = batch.new_folder()
    (folder / "preferences").write_text("".join(f"{name}.summary_in_tree: FALSE\n" for name in ("ip", "ipv6", "tcp", "udp")))
    by_sharkd, by_tshark = both_ways(batch, GOOD, "--config", folder)
    assert by_tshark == by_sharkd and by_tshark[0]["src"]["ip"]


def test_a_wrong_key_of_a_large_capture_is_named(batch):
    for jobs in ("1", "3"):
        done = batch.run("captures/baichuan/aio_tcp_aes.pcapng", "-o", "baichuan.password:no-such-password", "--large", "0",
                         "--jobs", jobs, keys=False, status=1)
        assert re.search(r"aio_tcp_aes.pcapng: read: bad key: \d+ messages not opened; the first one: ", done.err)


def test_a_configuration_that_can_not_be_made_leaves_no_file_open(monkeypatch, tmp_path):
    monkeypatch.syspath_prepend(str(harness.ROOT / "tools"))
    from batch import profile
    before = os.listdir("/proc/self/fd")
    with pytest.raises(FileNotFoundError):
        profile.made_of(tmp_path / "config", tmp_path, [("baichuan.password", "one"), ("uat", "no/such/folder:row")])
    assert os.listdir("/proc/self/fd") == before


# ---- what a tshark writes ---------------------------------------------------------------------------------------


@pytest.fixture
def pdml(monkeypatch):
    monkeypatch.syspath_prepend(str(harness.ROOT / "tools"))
    from batch import pdml
    return pdml


class Searched(bytearray):
    """Bytes that count how many of them were looked at for one that is not there."""

    looked_at = 0

    def find(self, word, begin=0):
        found = super().find(word, begin)
        self.looked_at += len(self) - begin if found < 0 else 0
        return found


def packet_of(layers):
    layer = b'\n  <proto name="baichuan" showname="Baichuan" size="20" pos="0">\n  </proto>'
    return Searched(b'<packet>\n  <proto name="geninfo">\n    <field name="num" pos="0" show="7" size="1"/>\n  </proto>' + layers * layer)


def test_a_packet_of_many_layers_is_not_searched_to_its_end_for_each_of_them(pdml):
    packet = packet_of(1000)
    number, nodes = pdml.Reader().tree(packet)
    assert (number, [node.name for node in nodes].count("baichuan")) == (7, 1000)
    assert packet.looked_at <= 4 * len(packet)


def test_a_layer_without_an_end_is_no_packet(pdml):
    packet = packet_of(1).replace(b"\n  </proto>", b"")
    with pytest.raises(pdml.Odd):
        pdml.Reader().tree(packet)


def test_a_line_of_tcp_without_ports_is_not_taken_for_none(pdml):
    packet = packet_of(1).replace(b'\n  <proto name="baichuan"',
                                  b'\n  <proto name="tcp" showname="Transmission Control Protocol">\n  </proto>'
                                  b'\n  <proto name="baichuan"')
    with pytest.raises(pdml.Odd):
        pdml.Reader().tree(packet)
