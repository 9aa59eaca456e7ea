"""A conversation on the wire: the real client tsdecrypt and a server of ours, captured on loopback and dissected.

The client comes out of Debian trixie (bookworm's crashes at login) and runs in a root of that release. The transport
stream that it decrypts is made here. What the dissection shows has to be what the server wrote into its log.
"""

import collections
import shutil
import subprocess
import time

import pytest

from tests.dissection import harness
from tests.peers import newcamd, newcamd_server
from tests.peers import transport_stream as ts

USER, PASSWORD, DESKEY = "anna", "sesame", "a1b2c3d4e5f60718293a4b5c6d7e"
# Not random: on 127.0.0.1 Wireshark's LBM SRS heuristic takes one greeting in 64 for the beginning of a long message of
# its own, and TCP then keeps all that the server sends.
GREETING = bytes.fromhex("0cfcc196e07fc6258f5b3e802b2b")
SERVICE, CAID = 0x1234, newcamd_server.CARD_CAID
CRYPTO_PERIODS = 6
IN_ROOT = [str(harness.ROOT / "tools" / "in-root")]
CLIENT = ["trixie", "tsdecrypt"]
NO_ROOT = 77

Conversation = collections.namedtuple("Conversation", "capture port log")


def needs_root():
    """Skips where tsdecrypt cannot be had."""
    done = subprocess.run(IN_ROOT + ["--prepare"] + CLIENT, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode == NO_ROOT:
        pytest.skip(f"no Debian root with tsdecrypt: {done.stderr.strip()}")
    assert done.returncode == 0, done.stderr


class LoopbackCapture:
    """dumpcap on lo; skips where that is not allowed."""

    def __init__(self, path, port):
        if shutil.which("dumpcap") is None:
            pytest.skip("cannot capture on lo: there is no dumpcap")
        self._process = subprocess.Popen(["dumpcap", "-q", "-i", "lo", "-f", f"tcp port {port}", "-w", str(path)],
                                         stderr=subprocess.PIPE, text=True)
        said = ""
        for line in self._process.stderr:
            if line.startswith("File:"):
                return
            said += line
        self._process.wait()
        pytest.skip(f"cannot capture on lo: {said.strip()}")

    def stop(self):
        self._process.terminate()
        self._process.communicate(timeout=30)


def scrambled_service():
    """For each crypto period the packets of PAT, CAT, PMT, one ECM and one EMM."""
    stream = ts.Stream()
    for period in range(CRYPTO_PERIODS):
        ecm = ts.ca_section(0x80 + period % 2, bytes([0x70, 0x61, period]) + bytes(range(60)))
        emm = ts.ca_section(0x82, bytes([0x70, 0x00, period]) + bytes(range(30)))
        yield (stream.packets(ts.PAT_PID, ts.pat(SERVICE)) + stream.packets(ts.CAT_PID, ts.cat(CAID)) +
               stream.packets(ts.PMT_PID, ts.pmt(SERVICE, CAID)) + stream.packets(ts.ECM_PID, ecm) +
               stream.packets(ts.EMM_PID, emm)), ecm


def wait_for(condition, what, who="tsdecrypt"):
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline, f"{who} did not {what} within 30 seconds"
        time.sleep(0.05)


def decrypt_service(server):
    """Feeds the client period by period, each once the server has seen the ECM of the one before."""
    arguments = ["--camd-proto", "NEWCAMD", "--camd-server", f"127.0.0.1:{server.port}", "--camd-user", USER,
                 "--camd-pass", PASSWORD, "--camd-des-key", DESKEY, "--ca-system", "CONAX", "--emm",
                 "--output", "file:///dev/null"]
    client = subprocess.Popen(IN_ROOT + CLIENT + arguments, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL,
                              stderr=subprocess.DEVNULL)
    try:
        for packets, ecm in scrambled_service():
            # The client looks at an ECM when it has come twice.
            for _ in range(2):
                client.stdin.write(packets)
                client.stdin.flush()
            wait_for(lambda ecm=ecm: any(m.from_client and m.section() == ecm for m in list(server.log)),
                     "ask for control words")
        wait_for(lambda: any(m.tag == newcamd.EMM and not m.from_client for m in list(server.log)), "send an EMM")
        client.stdin.close()
        client.wait(30)  # its status tells nothing: it may crash on its way out
    finally:
        client.kill()
        client.wait()


@pytest.fixture(scope="module")
def conversation(tmp_path_factory):
    needs_root()
    path = tmp_path_factory.mktemp("live") / "live.pcapng"
    with newcamd_server.Server({USER: PASSWORD}, DESKEY, GREETING) as server:
        capture = LoopbackCapture(path, server.port)
        try:
            decrypt_service(server)
            # What is captured reaches the file in batches, on a busy machine late.
            wait_for(lambda: path.stat().st_size > sum(len(m.data) + 24 for m in list(server.log)),
                     "write the conversation", "dumpcap")
            time.sleep(1)
        finally:
            capture.stop()
        return Conversation(path, server.port, list(server.log))


@pytest.fixture(scope="module")
def reader(tshark):
    return tshark(tables={"newcamd_keys": [["127.0.0.1", "", DESKEY, "", "", "live"]]})


def sent_by(conversation, from_client):
    return [m for m in conversation.log if m.from_client == from_client]


def shown(reader, conversation, from_client, *names):
    """One tuple of fields for each message of one side, in order."""
    port = "dst" if from_client else "src"
    found = []
    for layers in reader.packets(conversation.capture, "newcamd", "tcp",
                                 filter=f"newcamd.command && tcp.{port}port == {conversation.port}"):
        for message in harness.as_list(layers["newcamd"]):
            flat = _flatten(message)
            found.append(tuple(flat.get(f"newcamd.{name}") for name in names))
    return found


def _flatten(tree):
    flat = {}
    for key, value in tree.items():
        if isinstance(value, dict):
            flat.update(_flatten(value))
        elif not isinstance(value, list):
            flat[key] = value
    return flat


def test_the_server_saw_a_whole_conversation(conversation):
    """Otherwise the tests below would compare nothing."""
    tags = [m.tag for m in conversation.log]

    assert tags[:4] == [newcamd.LOGIN, newcamd.LOGIN_ACK, newcamd.CARD_REQUEST, newcamd.CARD_DATA]
    assert len({m.section() for m in conversation.log if m.from_client and m.tag in (0x80, 0x81)}) == CRYPTO_PERIODS
    assert newcamd.EMM in tags


@pytest.mark.parametrize("from_client", (True, False), ids=("client", "server"))
def test_every_message_is_shown_with_its_number_and_command(reader, conversation, from_client):
    rows = shown(reader, conversation, from_client, "command", "msg_id", "data_length", "key", "checksum.status")
    sent = sent_by(conversation, from_client)

    assert [row[:3] for row in rows] == [(f"0x{m.tag:02x}", str(m.msg_id), str(len(m.data))) for m in sent]
    assert [row[3] for row in rows] == ["login"] + ["session"] * (len(sent) - 1)
    assert {row[4] for row in rows} == {"1"}


def test_the_login_is_that_of_the_client(reader, conversation):
    ((user, crypt, client),) = [row for row in shown(reader, conversation, True, "user", "password_crypt", "client_id")
                                if row[0]]
    login = conversation.log[0]

    assert (user, crypt) == (USER, login.data.split(b"\0")[1].decode())
    assert int(client, 16) == login.sid == 0x7878


def test_every_request_names_its_service(reader, conversation):
    rows = [row[0] for row in shown(reader, conversation, True, "sid")]

    assert rows[1:] == [f"0x{m.sid:04x}" for m in sent_by(conversation, True)[1:]]
    assert f"0x{SERVICE:04x}" in rows


@pytest.mark.parametrize("field, tags", [("ecm", (0x80, 0x81)), ("emm", (0x82,))])
def test_every_ecm_and_emm_is_the_section_that_was_broadcast(reader, conversation, field, tags):
    rows = [bytes.fromhex(row[0].replace(":", "")) for row in shown(reader, conversation, True, field) if row[0]]

    assert rows == [m.section() for m in sent_by(conversation, True) if m.tag in tags]


def test_every_reply_shows_the_control_words_of_its_ecm(reader, conversation):
    rows = [row for row in shown(reader, conversation, False, "cw.even", "cw.odd") if row[0]]
    ecms = [m for m in sent_by(conversation, True) if m.tag in (0x80, 0x81)]
    expected = [tuple(word.hex(":") for word in newcamd_server.control_words(m.section())) for m in ecms]

    assert len(rows) >= CRYPTO_PERIODS
    assert rows == expected


def test_the_card_data_show_the_card_of_the_server(reader, conversation):
    rows = reader.fields(conversation.capture, "newcamd.card.caid", "newcamd.card.provider.ident",
                         filter="newcamd.card.caid")

    assert rows == [(f"0x{CAID:04x}", "|".join(f"0x{ident:06x}" for ident in newcamd_server.CARD_PROVIDERS))]


def test_every_request_has_the_reply_that_the_server_sent_next(reader, conversation):
    """This server answers at once, so each reply follows its request."""
    messages = reader.fields(conversation.capture, "frame.number", "tcp.dstport", "newcamd.response_to",
                             filter="newcamd.command", args=("-2",))
    requests = [number for number, port, _ in messages if int(port) == conversation.port]
    replies = [request for _, port, request in messages if int(port) != conversation.port]

    assert len(requests) >= 2 * CRYPTO_PERIODS
    assert replies == requests
    assert not reader.frames(conversation.capture, "newcamd.expert.unanswered || newcamd.expert.reply_id", args=("-2",))
