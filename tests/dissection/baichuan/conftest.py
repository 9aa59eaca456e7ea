import pytest

from tests.dissection import harness
from tests.peers.baichuan import Session
from tests.peers.pcap import Capture


@pytest.fixture(scope="session")
def keyed(tshark):
    """tshark with the shipped keys, which open the recorded captures."""
    return tshark(files={"baichuan_keys": (harness.KEYS / "baichuan_keys").read_text()})


@pytest.fixture
def play(path):
    """play(cipher): a connection with its login played, and what a test needs to go on."""

    class Play:
        def __init__(self, cipher="aes", **session):
            self.capture = Capture()
            self.tcp = self.capture.tcp(server=("10.0.0.1", 9000)).open()
            self.session = Session(cipher, **session).play_login(self.tcp)

        def cut(self, frame, length):
            """The snap length leaves length bytes of the frame's TCP payload."""
            time, packet, original = self.capture.frames[frame - 1]
            self.capture.frames[frame - 1] = (time, packet[:40 + length], original)

        def write(self):
            return self.capture.write(path)

    return Play
