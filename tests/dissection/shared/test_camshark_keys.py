"""camshark-keys: what it puts into a capture opens it without any key of the user's, and nothing else of the capture changes."""

import collections
import gzip
import os
import shutil
import signal
import struct
import subprocess
import time

import pytest

from tests.dissection import harness
from tests.dissection.baichuan import test_keys
from tests.dissection.key_lines import BLOCKS, TYPES, comment_of, line
from tests.dissection.newcamd import cases, session_cases
from tests.peers import newcamd, pcap, pcapng
from tests.peers.baichuan import Session

pytestmark = pytest.mark.skipif(harness.SANITIZE, reason="what is tested here is the program beside the plugins")
PYTHON = "/usr/bin/python3"
CAMERA = ("10.0.0.1", 9000)
TABLES = {**cases.TABLE, "baichuan_keys": [["", "", "Secret-1", "", "", ""]]}
NEWCAMD_ROW = line("10.0.0.1", str(cases.PORT), "", "anna", "", "login in frame 5", cases.login().session_key.hex())
LATE_ROW = line("10.0.0.1", "", "", "", "", "late", cases.login().session_key.hex())
Done = collections.namedtuple("Done", "status out err")


class Tool:
    """camshark-keys where an unprivileged user may run it, and a folder that is his."""

    def __init__(self, stage):
        self.stage, self.folder = stage, stage.writable_folder()
        shutil.copytree(harness.ROOT / "tools" / "capture_keys", self.folder / "tools" / "capture_keys")
        shutil.copy(harness.ROOT / "tools" / "camshark-keys", self.folder / "tools")
        subprocess.run(["chmod", "-R", "a+rX", str(self.folder)], check=True)
        self.program = self.folder / "tools" / "camshark-keys"

    def words(self, *words):
        return harness.without_privileges() + [PYTHON, "-B", str(self.program), *map(str, words)]

    def start(self, *words, tables=None, files=None):
        """As a terminal starts it: what runs in the background of a script is deaf to Ctrl-C, and so would be what it starts."""
        return subprocess.Popen(self.words(*words), env=self.stage.environment(self.stage.config(tables, files)),
                                cwd=self.stage.path, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True,
                                preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL))

    def run(self, *words, status=0, tables=TABLES, files=None):
        out, err = (process := self.start(*words, tables=tables, files=files)).communicate(timeout=harness.TIMEOUT)
        assert process.returncode == status, f"exit status {process.returncode}:\n{err}"
        assert "Traceback" not in err, err
        return Done(process.returncode, out, err)

    def own(self, path):
        """A file becomes that of whoever runs the program."""
        if os.geteuid() == 0:
            os.chown(path, 65534, 65534)
        return path


@pytest.fixture(scope="module")
def tool(stage):
    return Tool(stage)


@pytest.fixture
def folder(tool):
    made = tool.stage.writable_folder()
    yield made
    shutil.rmtree(made)


@pytest.fixture
def capture(folder, tool):
    """A login of newcamd (frames 4 to 8), ECM and control words, and a Baichuan session with its login."""
    return tool.own(pcapng.write(folder / "c.pcapng", both()))


def both():
    made, peer, session = pcap.Capture(), cases.login(), Session("aes")
    session_cases.session(newcamd.connect(made, peer), peer, count=1)
    tcp = made.tcp(client=("10.0.0.2", 50009), server=CAMERA).open()
    session.play_login(tcp)
    test_keys.one_request(tcp, session)
    return made


def late(client=cases.client_port(0)):
    """An ECM and its control words, twice, behind a login that is in another file."""
    made = pcap.Capture()
    session_cases.session(made.tcp(client=client), cases.login(), count=2)
    return made


def opened(tshark, path, protocol="newcamd", args=("-2",)):
    """What opened the messages of a capture, without any key of the user's."""
    return {text for (text,) in tshark().fields(path, f"{protocol}.key_row", filter=f"{protocol}.key_row", args=args)}


def rows_of(tool, path):
    """[(where, protocol and row)] that list prints."""
    lines = tool.run("list", path).out.splitlines()
    return list(zip(lines[::2], lines[1::2]))


def removed(tool, path):
    tool.run("remove", path, "-o", path.parent / "removed.pcapng")
    return (path.parent / "removed.pcapng").read_bytes()


# ---- add ----

def test_the_keys_that_the_user_has_are_put_into_a_copy(tool, capture, tshark):
    before = capture.read_bytes()
    done = tool.run("add", capture)
    made = capture.parent / "c-with-keys.pcapng"
    assert "c-with-keys.pcapng: 1 key of newcamd and 1 key of Baichuan added" in done.err
    assert capture.read_bytes() == before
    place = "comment of frame 4" if harness.wireshark_version() < (4, 4) else "secrets block line 1"
    assert opened(tshark, made) == {f"{place}: login in frame 5"}
    assert len(tshark().frames(made, 'newcamd.key == "session"', args=("-2",))) == 4
    assert len(opened(tshark, made, "baichuan")) == 1


@pytest.mark.parametrize("way", ["--comment", pytest.param("--block", marks=BLOCKS)])
def test_either_way_opens_the_capture(tool, capture, tshark, way):
    tool.run("add", capture, way, "-o", capture.parent / "n.pcapng")
    place = {"--comment": "comment of frame", "--block": "secrets block"}[way]
    for protocol in ("newcamd", "baichuan"):
        (said,) = opened(tshark, capture.parent / "n.pcapng", protocol)
        assert said.startswith(place)


@pytest.mark.skipif(harness.wireshark_version() >= (4, 4), reason="from 4.4 on a block is read")
def test_older_versions_read_a_file_with_blocks_without_them(tool, capture, tshark):
    tool.run("add", capture, "--block", "-o", capture.parent / "n.pcapng")
    assert opened(tshark, capture.parent / "n.pcapng") == set()
    assert len(tshark().frames(capture.parent / "n.pcapng", "frame")) == len(both().frames)


def test_what_is_put_in_has_no_password_and_no_deskey(tool, capture):
    tool.run("add", capture)
    text = (capture.parent / "c-with-keys.pcapng").read_bytes()
    assert cases.login().session_key.hex().encode() in text and Session("aes").key in text
    assert [secret for secret in (cases.DESKEY, "sesame", newcamd.md5_crypt("sesame"), "Secret-1") if secret.encode() in text] == []


def test_a_late_capture_gets_the_key_that_another_file_told(tool, folder, tshark):
    path = tool.own(pcapng.write(folder / "late.pcapng", late()))
    (folder / "keys").write_text("# server, port, deskey, user, password, comment, session_key\n" + LATE_ROW + "\n")
    tool.run("add", path, "--keys", folder / "keys", tables=None)
    assert len(opened(tshark, folder / "late-with-keys.pcapng")) == 1
    assert len(tshark().frames(folder / "late-with-keys.pcapng", "newcamd.command", args=("-2",))) == 4


def test_keys_are_taken_from_what_list_prints_and_from_key_tables(tool, capture, folder):
    tool.run("add", capture)
    (folder / "listed").write_text(tool.run("list", folder / "c-with-keys.pcapng").out)
    (folder / "table").write_text(LATE_ROW + "\n")
    tool.run("add", capture, "--keys", folder / "listed", "-o", folder / "one.pcapng", tables=None)
    assert (folder / "one.pcapng").read_bytes() == (folder / "c-with-keys.pcapng").read_bytes()
    tool.run("add", capture, "--newcamd-keys", folder / "table", "-o", folder / "two.pcapng", tables=None)
    assert {row for _, row in rows_of(tool, folder / "two.pcapng")} == {"newcamd " + LATE_ROW}


def test_hidden_secrets_of_the_profile_hide_none_from_the_capture(tool, capture, folder, tshark):
    tool.run("add", capture, "-o", folder / "n.pcapng", files={"preferences": "newcamd.hide_secrets: TRUE\n"})
    assert len(opened(tshark, folder / "n.pcapng")) == 1


def test_the_same_key_is_added_once(tool, capture, folder):
    tool.run("add", capture)
    once = folder / "c-with-keys.pcapng"
    done = tool.run("add", once, "-o", folder / "twice.pcapng")
    assert "has these keys already" in done.err and not (folder / "twice.pcapng").exists()
    tool.run("add", capture, "--block", "-o", folder / "block.pcapng")
    tool.run("add", folder / "block.pcapng", "-o", folder / "both.pcapng")
    assert (folder / "both.pcapng").read_bytes() == once.read_bytes()


def test_logins_with_the_same_key_give_one_row(tool, folder):
    made = pcap.Capture()
    for number in range(3):
        newcamd.connect(made, cases.login(seed=number + 1), cases.client_port(number))
    path = tool.own(pcapng.write(folder / "c.pcapng", made))
    tool.run("add", path)
    assert [row for _, row in rows_of(tool, folder / "c-with-keys.pcapng")] == ["newcamd " + NEWCAMD_ROW] * 2


def test_what_the_program_puts_in_other_programs_keep(tool, capture, folder, tshark):
    """editcap and tshark write the file anew."""
    tool.run("add", capture)
    carried = [row for _, row in rows_of(tool, folder / "c-with-keys.pcapng")]
    for words in (["editcap"], ["tshark", "-n", "-r"]):
        written = [folder / "again.pcapng"] if words[0] == "editcap" else ["-w", folder / "again.pcapng"]
        done = subprocess.run(harness.without_privileges() + [*words, folder / "c-with-keys.pcapng", *written], check=True,
                              capture_output=True, text=True, env=tool.stage.environment(tool.stage.config()), cwd=folder)
        assert "damaged" not in done.stderr
        assert sorted(row for _, row in rows_of(tool, folder / "again.pcapng")) == sorted(carried)
        assert opened(tshark, folder / "again.pcapng")


# ---- nothing else changes ----

def built(order, length, options):
    """A file of two sections: byte order, the length that they say, and options of the first frame of newcamd."""
    frames, writer = both().frames, pcapng.Writer(order)
    blocks = [writer.packet(frame, options(writer) if number == 4 else b"") for number, frame in enumerate(frames, 1)]
    blocks.insert(2, writer.secrets(0x544C534B, "CLIENT_RANDOM 00 00\n"))
    other = pcapng.Writer("<" if order == ">" else ">")
    more = [other.packet((frame[0] + 1, *frame[1:])) for frame in late(cases.client_port(7)).frames]
    return writer.section(blocks, pcap.LINK_RAW_IP, length) + other.section(more, pcap.LINK_RAW_IP, length)


OPTIONS = {
    "no options": lambda writer: b"",
    "nothing but their end": lambda writer: writer.options([]),
    "a comment": lambda writer: writer.options(["the porch"]),
    "a comment and no end": lambda writer: writer.options(["porch"], end=False),
}


@pytest.mark.parametrize("way", [[], ["--comment"], ["--block"]], ids=["both ways", "comment", "block"])
@pytest.mark.parametrize("options", OPTIONS.values(), ids=OPTIONS)
@pytest.mark.parametrize("length", [None, pcapng.UNKNOWN], ids=["sections with lengths", "without"])
@pytest.mark.parametrize("order", ["<", ">"], ids=["little endian", "big endian"])
def test_what_was_added_is_removed_to_the_byte(tool, folder, order, length, options, way):
    path = folder / "c.pcapng"
    path.write_bytes(built(order, length, options))
    tool.run("add", tool.own(path), *way)
    made = folder / "c-with-keys.pcapng"
    assert len(rows_of(tool, made)) == (2 if way else 4)
    assert removed(tool, made) == path.read_bytes()


@pytest.mark.parametrize("length", [None, pcapng.UNKNOWN], ids=["sections with lengths", "without"])
@pytest.mark.parametrize("order", ["<", ">"], ids=["little endian", "big endian"])
def test_in_both_byte_orders_the_file_opens_and_its_sections_have_their_lengths(tool, folder, tshark, order, length):
    path = folder / "c.pcapng"
    path.write_bytes(built(order, length, OPTIONS["a comment"]))
    tool.run("add", tool.own(path))
    made = folder / "c-with-keys.pcapng"
    assert len(tshark().frames(made, "newcamd.command", args=("-2",))) == 8
    data = made.read_bytes()
    second = data.rindex(struct.pack(">I", pcapng.SECTION))
    (said,) = struct.unpack(order + "q", data[16:24])
    assert said == (pcapng.UNKNOWN if length else second - 28)


def test_a_secrets_block_stands_before_the_first_packet_and_behind_all_else(tool, capture, folder):
    tool.run("add", capture, "--block")
    before, after = capture.read_bytes(), (folder / "c-with-keys.pcapng").read_bytes()
    first = before.index(struct.pack("<I", pcapng.PACKET), 48)
    assert after[:first] == before[:first] and after.endswith(before[first:])
    assert struct.unpack("<III", after[first:first + 4] + after[first + 8:first + 16])[:2] == (pcapng.SECRETS, TYPES["newcamd"])


def test_other_comments_and_secrets_stay(tool, folder):
    comments = {4: ["the porch", "camshark-key: newcamd " + LATE_ROW, "seen\ncamshark-key: newcamd " + LATE_ROW + "\ntoday"],
                5: "camshark-key: other x"}
    path = tool.own(pcapng.write(folder / "c.pcapng", both(), comments, [(0x544C534B, "CLIENT_RANDOM 0 0", 1), (TYPES["newcamd"], LATE_ROW, 2)]))
    left = {4: ["the porch", "seen\ntoday"], 5: "camshark-key: other x"}
    assert removed(tool, path) == pcapng.write(folder / "w.pcapng", both(), left, [(0x544C534B, "CLIENT_RANDOM 0 0", 1)]).read_bytes()


def test_the_capture_itself_is_replaced_only_if_it_is_named_as_the_new_file(tool, capture, folder, tshark):
    original = capture.read_bytes()
    capture.chmod(0o640)
    tool.run("add", capture, "-o", capture)
    assert len(opened(tshark, capture)) == 1 and capture.stat().st_mode & 0o777 == 0o640
    tool.run("remove", capture, "-o", capture)
    assert capture.read_bytes() == original
    assert sorted(path.name for path in folder.iterdir()) == ["c.pcapng"]


def test_a_name_of_its_own_that_is_there_already_is_not_overwritten(tool, capture, folder):
    (folder / "c-with-keys.pcapng").write_bytes(b"mine")
    done = tool.run("add", capture, status=1)
    assert "is there already" in done.err and (folder / "c-with-keys.pcapng").read_bytes() == b"mine"


def test_removing_from_what_has_no_keys_copies_it_if_it_is_asked_to(tool, capture, folder):
    assert "has no keys: nothing was written" in tool.run("remove", capture).err
    assert removed(tool, capture) == capture.read_bytes()


# ---- other files than pcapng ----

def test_a_pcap_file_is_made_a_pcapng_file(tool, folder, tshark):
    path = tool.own(both().write(folder / "c.pcap"))
    tool.run("add", path)
    assert len(tshark().frames(folder / "c-with-keys.pcapng", 'newcamd.key == "session"', args=("-2",))) == 4
    assert sorted(path.name for path in folder.iterdir()) == ["c-with-keys.pcapng", "c.pcap"]
    assert "it is no pcapng file: such a one carries no keys" in tool.run("remove", path, status=1).err
    assert "has no keys" in tool.run("list", path).err


def test_a_compressed_capture_stays_compressed(tool, capture, folder, tshark):
    zipped = folder / "z.pcapng.gz"
    zipped.write_bytes(gzip.compress(capture.read_bytes()))
    tool.run("add", tool.own(zipped))
    made = folder / "z-with-keys.pcapng.gz"
    assert len(opened(tshark, made)) == 1 and len(rows_of(tool, made)) == 4
    tool.run("remove", made, "-o", folder / "plain.pcapng")
    assert (folder / "plain.pcapng").read_bytes() == capture.read_bytes()


# ---- what is refused ----

@pytest.mark.parametrize("name, row, why", [
    ("newcamd", line("", "", cases.DESKEY), "has a DESKEY: give the session key instead"),
    ("newcamd", line("", "", "", "anna", "sesame", "", cases.login().session_key.hex()), "has a password: give the session key instead"),
    ("baichuan", line("", "admin", "Secret-1"), "has a password: give the session key instead"),
    ("newcamd", line("", "", "", "", "", "", "0123"), "has a session key that is none"),
    ("baichuan", line("", "", "", "0123"), "has a key that is none"),
    ("baichuan", line("", "", "", "", "0123456789abcdef"), "has an IV and no key"),
    ("newcamd", line("10.0.0.1", "15050"), "has no key"),
    ("baichuan", line(*"1234567"), "is no row of baichuan_keys"),
    ("newcamd", '"10.0.0.1', "is no row of newcamd_keys"),
])
def test_a_row_that_is_not_to_be_given_away_or_is_none_is_refused(tool, capture, folder, name, row, why):
    (folder / "keys").write_text("# mine\n" + row + "\n")
    done = tool.run("add", capture, f"--{name}-keys", folder / "keys", status=1)
    assert f"keys: line 2 {why}" in done.err
    assert [secret for secret in (cases.DESKEY, "sesame", "Secret-1", "0123") if secret in done.err] == []
    assert sorted(path.name for path in folder.iterdir()) == ["c.pcapng", "keys"]


def test_a_password_is_taken_where_that_is_said(tool, capture, folder, tshark):
    (folder / "keys").write_text(line("", "", cases.DESKEY) + "\n")
    tool.run("add", capture, "--newcamd-keys", folder / "keys", "--with-password", "-o", folder / "n.pcapng", tables=None)
    assert len(tshark().frames(folder / "n.pcapng", "newcamd.user")) == 1


def test_rows_that_do_not_say_whose_they_are_are_refused(tool, capture, folder):
    (folder / "keys").write_text(LATE_ROW + "\n")
    assert "line 1 does not say whose row it is" in tool.run("add", capture, "--keys", folder / "keys", status=1).err


def test_without_a_key_there_is_nothing_to_add(tool, capture, folder):
    assert "tshark opens no session in it" in tool.run("add", capture, status=1, tables=None).err
    assert [path.name for path in folder.iterdir()] == ["c.pcapng"]


def test_keys_that_open_nothing_go_into_the_block_alone_and_that_is_said(tool, capture, folder):
    (folder / "keys").write_text(line("", "", "", "", "", "", "00" * 14) + "\n")
    words = ("add", capture, "--newcamd-keys", folder / "keys", "-o", folder / "n.pcapng")
    done = tool.run(*words, tables=None)
    assert "tshark sees no frame of newcamd with these keys" in done.err
    assert [where.partition(" at")[0] for where, _ in rows_of(tool, folder / "n.pcapng")] == ["# secrets block"]
    assert "sees no frame of newcamd" in tool.run(*words, "--comment", status=1, tables=None).err


def test_packets_that_can_have_no_comment_are_named(tool, folder):
    writer = pcapng.Writer()
    path = folder / "c.pcapng"
    path.write_bytes(writer.section([writer.simple_packet(frame) for frame in both().frames], pcap.LINK_RAW_IP))
    done = tool.run("add", tool.own(path), status=1)
    assert "is no packet that can have a comment; --block" in done.err
    tool.run("add", path, "--block")
    assert removed(tool, folder / "c-with-keys.pcapng") == path.read_bytes()


OTHER_FRAMES = {"an entry of a journal": (9, b"__REALTIME_TIMESTAMP=1\nMESSAGE=four\n"), "a custom block": (0xBAD, struct.pack("<I", 99999) + b"abcd"),
                "a custom block that is not to be copied": (0x40000BAD, struct.pack("<I", 99999) + b"abcd"),
                "an event of a system": (0x204, struct.pack("<HQQIH", 0, 1, 1, 22, 1) + bytes(8))}


@pytest.mark.parametrize("name", OTHER_FRAMES)
def test_what_wireshark_counts_as_a_frame_is_counted(tool, folder, tshark, name):
    writer = pcapng.Writer()
    path = folder / "c.pcapng"
    blocks = [writer.block(*OTHER_FRAMES[name])] + [writer.packet(frame) for frame in both().frames]
    path.write_bytes(writer.section(blocks, pcap.LINK_RAW_IP))
    tool.run("add", tool.own(path), "--comment")
    added = [int(where.rpartition(" ")[2]) for where, _ in rows_of(tool, folder / "c-with-keys.pcapng")]
    first = tshark(tables=TABLES).fields(path, "frame.number", filter="newcamd || baichuan", args=("-2",))
    assert [str(number) for number in added[:1]] == list(first[0])
    assert opened(tshark, folder / "c-with-keys.pcapng") and opened(tshark, folder / "c-with-keys.pcapng", "baichuan")


def whole(writer):
    return writer.section([writer.packet(frame) for frame in both().frames], pcap.LINK_RAW_IP)


DAMAGED = {
    "cut": (lambda data: data[:-5], "ends in the middle of the block that begins at byte"),
    "cut in a head": (lambda data: data + b"\6\0\0\0", "ends in the middle of the block that begins at byte"),
    "a length of 11": (lambda data: data + struct.pack("<III", 6, 11, 11), "says that it has 11 bytes, which none has"),
    "a length of 2 GiB": (lambda data: data + struct.pack("<III", 6, 1 << 31, 1 << 31), "says that it has 2147483648 bytes"),
    "two lengths": (lambda data: data[:-4] + b"\xff\0\0\0", "says at its end that it has another length"),
    "a packet longer than its block": (lambda data: data + pcapng.Writer().block(6, struct.pack("<IIIII", 0, 0, 0, 99, 99)),
                                       "says that it has more bytes than its block"),
    "a short packet": (lambda data: data + pcapng.Writer().block(6, bytes(4)), "is too short"),
    "secrets longer than their block": (lambda data: data + pcapng.Writer().block(10, struct.pack("<II", TYPES["newcamd"], 99)),
                                        "says that it has more secrets than it has bytes"),
    "damaged options": (lambda data: data + pcapng.Writer().packet(both().frames[3], struct.pack("<HH", 1, 999) + b"camshark-key: x."),
                        "the options of the packet at byte"),
    "no byte order": (lambda data: data[:8] + bytes(4) + data[12:], "has no byte order"),
}


@pytest.mark.parametrize("damage, why", DAMAGED.values(), ids=DAMAGED)
@pytest.mark.parametrize("command", ["list", "remove"])
def test_a_damaged_file_is_refused_with_a_sentence(tool, folder, command, damage, why):
    path = folder / "c.pcapng"
    path.write_bytes(damage(whole(pcapng.Writer())))
    done = tool.run(command, tool.own(path), status=1)
    assert why in done.err and len(done.err.splitlines()) == 1
    assert [path.name for path in folder.iterdir()] == ["c.pcapng"]


def test_a_capture_that_tshark_can_not_read_is_not_changed(tool, folder):
    path = folder / "c.pcapng"
    path.write_bytes(whole(pcapng.Writer())[:-5])
    assert "tshark can not read it: " in tool.run("add", tool.own(path), status=1).err
    assert [path.name for path in folder.iterdir()] == ["c.pcapng"]


@pytest.mark.parametrize("content, why", [(b"", "it is no pcapng file"), (b"\x1f\x8b\x08\0broken", "compression is damaged"),
                                          (b"\x28\xb5\x2f\xfd....", "compressed with zstd")])
def test_what_is_no_capture_is_refused(tool, folder, content, why):
    path = folder / "c.pcapng"
    path.write_bytes(content)
    assert why in tool.run("remove", tool.own(path), status=1).err


def test_files_that_are_not_there_are_named(tool, capture, folder):
    assert "nowhere.pcapng: No such file" in tool.run("list", folder / "nowhere.pcapng", status=1).err
    assert "nowhere: No such file" in tool.run("add", capture, "--keys", folder / "nowhere", status=1).err
    assert "No such file" in tool.run("add", capture, "-o", folder / "no" / "where.pcapng", status=1).err


def test_without_tshark_that_is_said(tool, capture):
    assert "can not be started" in tool.run("add", capture, "--tshark", "/nowhere/tshark", status=1).err


# ---- the rest ----

def test_list_says_without_secrets_what_there_is(tool, capture, folder):
    tool.run("add", capture)
    done = tool.run("list", folder / "c-with-keys.pcapng", "--hide-secrets")
    assert [text.partition(": ")[2] for text in done.out.splitlines()] == ["a key of newcamd", "a key of baichuan"] * 2
    assert cases.login().session_key.hex() not in done.out


def test_more_keys_than_the_plugins_read_are_said(tool, capture, folder):
    (folder / "keys").write_text("".join(line("", "", "", "", "", "", f"{i:028x}") + "\n" for i in range(1, 258)))
    words = ("add", capture, "--newcamd-keys", folder / "keys", "--block", "-o", folder / "n.pcapng")
    assert "the plugins read 256 keys of a protocol out of a capture" in tool.run(*words).err
    (folder / "keys").write_text("".join(line("", "", "", "", "", "", f"{i:028x}") + "\n" for i in range(1, 257)))
    assert "the plugins read" not in tool.run(*words).err


def test_keys_stand_in_no_list_of_processes(tool, capture, folder):
    """What tshark is called with."""
    (folder / "keys").write_text(LATE_ROW + "\n")
    (folder / "tshark").write_text(f'#!/bin/sh\nprintf "%s\\n" "$@" >>{folder}/words\nexec tshark "$@"\n')
    (folder / "tshark").chmod(0o755)
    tool.run("add", capture, "--newcamd-keys", folder / "keys", "--tshark", folder / "tshark", tables=None)
    words = (folder / "words").read_text()
    assert "newcamd.keylog_file:" in words and cases.login().session_key.hex() not in words


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_a_run_that_is_ended_leaves_nothing(tool, capture, folder, how):
    (folder / "tshark").write_text(f"#!/bin/sh\ntouch {folder}/begun\nexec sleep 60\n")
    (folder / "tshark").chmod(0o755)
    process = tool.start("add", capture, "--tshark", folder / "tshark")
    while not (folder / "begun").exists():
        time.sleep(0.05)
    process.send_signal(how)
    _, err = process.communicate(timeout=30)
    assert process.returncode == 130 and "nothing was written" in err
    assert sorted(path.name for path in folder.iterdir()) == ["begun", "c.pcapng", "tshark"]


@harness.ONCE
def test_a_large_file_takes_no_more_memory_than_a_small_one(tool, folder):
    writer = pcapng.Writer()
    packet = writer.packet((0.0, bytes(60000), 60000))
    peaks = []
    for count in (10, 3000):
        path = folder / "large.pcapng"
        path.write_bytes(writer.section([writer.packet(both().frames[0], writer.options(["camshark-key: newcamd " + LATE_ROW]))]
                                        + [packet] * count, pcap.LINK_RAW_IP))
        words = tool.words("remove", tool.own(path), "-o", folder / "out.pcapng")
        done = subprocess.run([PYTHON, "-I", "-S", "-c", harness.MEASURE, *words], check=True, capture_output=True, text=True)
        status, _, peak = done.stdout.split()
        assert status == "0"
        peaks.append(float(peak))
    assert peaks[1] - peaks[0] < 20


def test_the_man_page_has_all_options(tool):
    page = (harness.ROOT / "packaging" / "man" / "camshark-keys.1").read_text().replace("\\-", "-")
    helps = [tool.run(command, "--help").out for command in ("add", "list", "remove")]
    options = {word.strip("[],") for text in helps for word in text.split() if word.strip("[]").startswith("--")} - {"--help"}
    assert len(options) > 10 and sorted(option for option in options if option not in page) == []


def test_a_comment_is_what_the_plugins_read(tool, capture, folder):
    tool.run("add", capture, "--comment")
    assert comment_of("newcamd", NEWCAMD_ROW).encode() in (folder / "c-with-keys.pcapng").read_bytes()
