"""One large capture, read by a tshark.

sharkd is asked for each frame by itself, dissects it with all that surrounds it, and takes four times as long for that as tshark takes for
its PDML. A tshark has to be started for each capture, so it is for those where that is little. What is not in order (a
capture that was cut short, a tshark that is missing) is left to sharkd, which says what is wrong.
"""

import fcntl
import gzip
import os
import shutil
import subprocess
import tempfile
import zlib

from . import capture, parts, pdml, profile, sharkd

MAGICS = (b"\xa1\xb2\xc3\xd4", b"\xd4\xc3\xb2\xa1", b"\xa1\xb2\x3c\x4d", b"\x4d\x3c\xb2\xa1", b"\x0a\x0d\x0d\x0a")
# Whose fields a record has; all others are written without what lies below them, in one line. Those of IP and TCP are most of what
# there is to write of a small message, and of what a record has of them the number of the stream alone does not stand in that
# line. Messages of Baichuan have a number of their connection instead.
LAYERS = "baichuan newcamd udp exported_pdu"
STREAMS = LAYERS + " tcp"
LABELLED = [(f"{name}.summary_in_tree", "TRUE") for name in ("ip", "ipv6", "tcp")]
F_SETPIPE_SZ = 1031


def is_capture(path):
    """Whether a file begins like pcap or pcapng, packed or not: of others Wireshark makes a capture of one frame, or none."""
    try:
        with open(path, "rb") as file:
            begin = file.read(4)
        if begin[:2] == b"\x1f\x8b":
            with gzip.open(path) as file:
                begin = file.read(4)
    except (OSError, EOFError, zlib.error):
        return False
    return begin in MAGICS


class Tshark:
    """with Tshark(setup, path) as tshark: for made in tshark.made(shown): ... Raises pdml.Odd where sharkd has to do it, and
    pdml.Unsaid where a tshark with streams has to."""

    def __init__(self, setup, path, streams=False):
        self.setup, self.path, self.streams = setup, path, streams
        self.folder = tempfile.mkdtemp(prefix="camshark-batch-")
        self.files, self.process = [], None

    def __enter__(self):
        self.said = open(os.path.join(self.folder, "said"), "w+b")
        config = os.path.join(self.folder, "config")
        try:
            self.files = profile.made_of(config, self.setup["profile"], self.setup["settings"] + LABELLED,
                                         capture.needless(self.setup["filter"]))
            self.process = subprocess.Popen(self._command(), stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, bufsize=0,
                                            stderr=self.said, env=sharkd.environment(self.folder, config),
                                            pass_fds=self.files, preexec_fn=sharkd.end_with_parent)
        except OSError as error:
            self.__exit__()
            raise pdml.Odd(str(error)) from None
        try:
            fcntl.fcntl(self.process.stdout, F_SETPIPE_SZ, pdml.PIECE)
        except OSError:
            pass
        return self

    def _command(self):
        # A link with a short name, as for sharkd: a name that begins with - is no option.
        link = os.path.join(self.folder, "capture")
        os.symlink(os.path.abspath(self.path), link)
        return ["tshark", "-n", "-2", "-r", link, "-T", "pdml", "-J", STREAMS if self.streams else LAYERS,
                "-Y", capture.chosen(self.setup["filter"])]

    def made(self, shown):
        """A parts.Made of each piece of what it writes."""
        yield from parts.of_pieces(self.setup, shown, pdml.pieces(self.process.stdout), self.setup["parts"])
        if self.process.wait() != 0:
            raise pdml.Odd(f"status {self.process.returncode}")

    def __exit__(self, *_):
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process.stdout.close()
        self.said.close()
        for file in self.files:
            os.close(file)
        shutil.rmtree(self.folder, ignore_errors=True)
