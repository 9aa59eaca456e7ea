"""The commands of docs/recipes.md, as they stand there, do what is said of them with the samples."""

import re
import shutil
import subprocess
import textwrap

import pytest

from tests.dissection import harness
from tests.peers.baichuan import VERSION, Session
from tests.peers.pcap import Capture

PAGE = (harness.ROOT / "docs" / "recipes.md").read_text()
# What follows a sentence that ends with a colon, as far as it is indented.
RECIPES = [(" ".join(title.split()), command)
           for title, block in re.findall(r"^(\S(?:.*\n)(?:\S.*\n)*?)\n((?: {4}.*\n)+)", PAGE, re.MULTILINE)
           for command in re.findall(r"(?:^tshark(?:[^'\n]|'[^']*')*)", textwrap.dedent(block), re.MULTILINE)]
SAMPLES = {"camera.pcapng": "baichuan/none_tcp.pcapng", "cards.pcapng": "newcamd/oscam-tsdecrypt-conax.pcapng",
           "cascade.pcapng": "newcamd/oscam-tsdecrypt-conax.pcapng"}
WRONG_DESKEY, VIDEO = "newcamd/oscam-tsdecrypt-wrong-deskey.pcapng", "baichuan/video_tcp_aes.pcapng"


@pytest.fixture
def shell(stage, tmp_path):
    """Runs a recipe where its captures are the samples, or another one; gives what it prints."""
    config = stage.config(files={table.name: table.read_text() for table in harness.KEYS.glob("*_keys")})
    folder = stage.writable_folder()

    def run(command, sample=None):
        for name, usual in SAMPLES.items():
            shutil.copy(harness.CAPTURES / (sample or usual), folder / name)
            (folder / name).chmod(0o644)
        done = subprocess.run(harness.without_privileges() + ["sh", "-c", command], env=stage.environment(config), cwd=folder,
                              capture_output=True, text=True)
        assert done.returncode == 0 and "rror" not in done.stderr, done.stderr
        return done.stdout

    yield run
    shutil.rmtree(folder)


def recipe(words):
    """The first command below a title that begins so."""
    return next(command for title, command in RECIPES if title.startswith(words))


pytestmark = pytest.mark.skipif(harness.SANITIZE, reason="the runtimes would be preloaded into the shell, too")


def test_the_page_is_read():
    assert len(RECIPES) >= 15
    assert all("tshark" in command for _, command in RECIPES)


@pytest.mark.parametrize("command", [command for _, command in RECIPES])
def test_every_command_is_understood(shell, command):
    shell(command)


def test_documents_are_one_line_a_message(shell, tmp_path):
    capture = Capture()
    tcp = capture.tcp(server=("10.0.0.1", 9000)).open()
    session = Session("none").play_login(tcp)
    tcp.server(session.reply(80, VERSION) + session.reply(33, VERSION))
    lines = shell(recipe("Every decrypted Baichuan XML document"), capture.write(tmp_path / "c.pcap")).splitlines()
    assert [line.split("\t")[1] for line in lines[-2:]] == ["Get Version", "Alarm Event List"]
    assert lines[-2].split("\t")[0] == lines[-1].split("\t")[0]
    assert all(re.fullmatch(r"\d+\t[^\t]+\t<[^\t]*>", line) for line in lines)


def test_control_words_come_with_their_service(shell):
    lines = [line.split("\t") for line in shell(recipe("Control words")).splitlines()]
    assert len(lines) > 5
    assert {tuple(line[1:4:2]) for line in lines} == {("0x0b00", "0x0001")}
    assert all(re.fullmatch("[0-9a-f]{16}", word) for line in lines for word in line[4:])


def test_what_went_wrong_finds_the_client_with_another_deskey(shell):
    (line,) = shell(recipe("What went wrong"), WRONG_DESKEY).splitlines()
    assert line.startswith("6\t") and "Closed without a reply to this login" in line


def test_nothing_went_wrong_in_a_healthy_capture(shell):
    assert shell(recipe("What went wrong"), "baichuan/aio_tcp_aes.pcapng") == ""


def test_a_conversation_says_who_says_what(shell):
    lines = [line.split("\t") for line in shell(recipe("A conversation as a list")).splitlines()]
    assert {line[1] for line in lines} == {"0"} and len({line[2] for line in lines}) == 2
    assert lines[0][3] == "Login"
