"""XML that wants to use up memory, time, files or the network gets none of them."""

import re
import shutil
import subprocess

import pytest

from tests.dissection import harness
from tests.peers.baichuan import PROLOG, VERSION, Session
from tests.peers.pcap import Capture

BOMB = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
HOSTILE = {
    "entity bomb": f'<?xml version="1.0"?><!DOCTYPE a [<!ENTITY e0 "ha">{BOMB}]><a>&e9;</a>',
    # The encoding is refused before the DOCTYPE is seen.
    "entity bomb behind an unknown encoding": f'<?xml version="1.0" encoding="UTF-6"?><!DOCTYPE a [<!ENTITY e0 "ha">{BOMB}]><a>&e9;</a>',
    "external entity": '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "file:///etc/hostname">]><a>&b;</a>',
    "external entity on the network": '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b SYSTEM "http://192.0.2.1/b">]><a>&b;</a>',
    "external parameter entity": '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY % b SYSTEM "file:///etc/hostname">%b;]><a/>',
    "external document type": '<?xml version="1.0"?><!DOCTYPE a SYSTEM "file:///etc/hostname"><a/>',
    "public document type": '<?xml version="1.0"?><!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" '
                            '"http://192.0.2.1/xhtml1-strict.dtd"><html/>',
    "style sheet": '<?xml version="1.0"?><?xml-stylesheet href="file:///etc/hostname" type="text/xsl"?><a/>',
    "inclusion": '<?xml version="1.0"?><a xmlns:x="http://www.w3.org/2001/XInclude"><x:include href="file:///etc/hostname"/></a>',
    "schema": '<?xml version="1.0"?><a xmlns:x="http://www.w3.org/2001/XMLSchema-instance" x:schemaLocation="b file:///etc/hostname"/>',
    "10000 levels": PROLOG + "<a>" * 10000 + "</a>" * 10000,
    "attribute of 1 MB": PROLOG + '<a b="' + "x" * 1_000_000 + '"/>',
    "name of 1 MB": PROLOG + "<" + "x" * 1_000_000 + "/>",
    "80000 attributes": PROLOG + "<a" + "".join(f' b{n}=""' for n in range(80_000)) + "/>",
    "60000 name spaces": PROLOG + "<a" + "".join(f' xmlns:b{n}="c"' for n in range(60_000)) + "/>",
    "250000 elements": PROLOG + "<a>" + "<b/>" * 250_000 + "</a>",
    "200000 instructions": PROLOG + "<a>" + "<?b?>" * 200_000 + "</a>",
    "invalid UTF-8": (PROLOG.encode() + b"<a>" + b"\xff\xfe\xc0\x80\xed\xa0\x80" * 1000 + b"</a>").decode("latin-1"),
    "NULs": PROLOG + "<a>\0\0\0<b>\0</b></a>" + "\0" * 100_000,
    "UTF-16": ("\ufeff<a>" + "<b/>" * 50_000 + "</a>").encode("utf-16-le").decode("latin-1"),
}
# Those of which Wireshark's xml dissector gets nothing.
NEVER_A_TREE = [name for name in HOSTILE if re.search("entity|document type|levels|attributes|name spaces|elements|instructions|UTF-16", name)]


def capture_of(path, documents):
    """The number of the frame that ends each document's message."""
    made = Capture()
    tcp = made.tcp(server=("10.0.0.1", 9000)).open()
    tcp.mss = 60000
    session = Session("none").play_login(tcp)
    frames = [tcp.server(session.reply(80, text.encode("latin-1")))[-1] for text in documents]
    made.write(path)
    return frames


@pytest.fixture(scope="module")
def hostile(tmp_path_factory):
    """The capture with all of them, and {name: frame}."""
    path = tmp_path_factory.mktemp("hostile") / "hostile.pcap"
    return path, dict(zip(HOSTILE, capture_of(path, HOSTILE.values())))


@pytest.fixture(scope="module")
def harmless(tmp_path_factory):
    path = tmp_path_factory.mktemp("harmless") / "harmless.pcap"
    capture_of(path, [VERSION] * len(HOSTILE))
    return path


@pytest.fixture(scope="module")
def trees(tshark, hostile):
    return set(tshark().frames(hostile[0], "baichuan.msg_id == 80 && xml"))


@pytest.mark.parametrize("name", NEVER_A_TREE)
def test_no_tree_is_made_of(hostile, trees, name):
    assert hostile[1][name] not in trees


@pytest.mark.parametrize("name", HOSTILE)
def test_the_message_is_shown_all_the_same(tshark, hostile, name):
    shown = tshark().frames(hostile[0], f"baichuan.msg_id == 80 && frame.number == {hostile[1][name]}")

    assert shown == [hostile[1][name]]


@pytest.mark.skipif(harness.SANITIZE, reason="sanitized programs take time and memory of their own")
@pytest.mark.parametrize("args", [(), ("-V",)], ids=["one line a frame", "trees"])
def test_time_and_memory_are_bounded(stage, hostile, harmless, args):
    used, usual = harness.usage(stage, hostile[0], *args), harness.usage(stage, harmless, *args)

    # 8 MB of XML, which Wireshark puts together and prints.
    assert used.seconds - usual.seconds < 2
    assert used.mebibytes - usual.mebibytes < 150


def touched(stage, capture):
    """What a run asks of files and of the network, as a set of texts; what differs from run to run is left out."""
    folder = stage.path / "traces"
    folder.mkdir(exist_ok=True)
    folder.chmod(0o777)  # for whoever runs Wireshark
    trace = folder / capture.stem
    words = ["strace", "-f", "-qq", "-s", "300", "-e", "trace=%file,%network", "-o", str(trace), "tshark", "-n", "-r", str(stage.file(capture)), "-V"]
    done = subprocess.run(harness.without_privileges() + words, env=stage.environment(stage.config()), cwd=stage.path,
                          capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    calls = set()
    for line in trace.read_text(errors="replace").splitlines():
        call = re.match(r"\d+ +(\w+)\(", line)
        if call:
            paths = re.findall(r'"([^"]*)"', line)
            calls.add(" ".join([call[1]] + [path for path in paths if not path.endswith(".pcap")]))
    return calls


@pytest.mark.skipif(harness.SANITIZE, reason="the sanitizer's own calls are not the plugin's")
@pytest.mark.skipif(not shutil.which("strace"), reason="there is no strace")
def test_no_file_and_no_network_is_asked_for(stage, hostile, harmless):
    with_hostile, with_harmless = touched(stage, hostile[0]), touched(stage, harmless)

    assert any(call.startswith("openat") for call in with_harmless), "the trace shows nothing"
    assert with_hostile - with_harmless == set()
    assert not [call for call in with_hostile if re.match("socket|connect|send|bind", call)]
