"""What is done with one capture: its messages as records, and why it can't be read."""

import os
import stat

from . import records

# Frames that show nothing but that they carry a piece of a message that is shown in another one, or the middle of a media
# packet, are not asked for.
SHOWN = ("baichuan.magic || baichuan.udp_type > 0x20 || baichuan.udp.retransmission || baichuan.udp.reordered || "
         "baichuan.lost_packets || baichuan.outcome || baichuan.media.type || newcamd.length || newcamd.greeting || "
         "((baichuan || newcamd) && _ws.expert)")
# Protocols whose view of our bytes no record has, and which have no say in ours: of documents that we find well-formed, it is
# more than half of what is written. Those of video can fail, which is an expert item of the message.
NEEDLESS = ("xml",)
NO_CAPTURE = ("MIME", "JSON", "JavaScript Object Notation")


def chosen(filter):
    """The frames that are asked for: of those that are shown, what a filter of the user's lets through."""
    return f"({SHOWN}) && ({filter})" if filter else SHOWN


def needless(filter):
    """The protocols that need not be dissected: the filter has none of their fields."""
    return tuple(name for name in NEEDLESS if name not in (filter or "").lower())


class Unreadable(Exception):
    """The capture can't be read: the text says why."""


def check_file(path):
    """Says before Wireshark is asked what it does not say, or says differently in each version."""
    try:
        kind = os.stat(path).st_mode
        if stat.S_ISDIR(kind):
            raise Unreadable("a folder")
        if not stat.S_ISREG(kind):  # a pipe would be waited for
            raise Unreadable("no file")
        with open(path, "rb") as file:
            if not file.read(1):
                raise Unreadable("empty file")
    except PermissionError:
        raise Unreadable("no permission to read it") from None
    except FileNotFoundError:
        raise Unreadable("no such file") from None
    except OSError as error:
        raise Unreadable(os.strerror(error.errno)) from None


def broken(said):
    """Why a capture was not read to its end, of what sharkd said; None if it was."""
    for line in said.splitlines():
        if line.startswith("sharkd: "):
            return line[len("sharkd: "):]
    return None


def in_words(said, shown):
    """The same without the name of the link through which it was loaded. shown: what records call the file."""
    words = said.split('"')
    if len(words) >= 3:
        words[1] = os.path.basename(shown)
    return '"'.join(words)


def is_foreign_file(server):
    """Wireshark takes a picture or a text for a capture of one frame."""
    for _, tree in server.trees([1]):
        for child in tree[0].nodes if tree else ():
            label = child.label
            if label.startswith("Encapsulation type: "):
                return label[len("Encapsulation type: "):].startswith(NO_CAPTURE)
    return False


class Reader:
    """The records of one capture, from a sharkd. After it has been read to its end, `frames` and `damage` say how
    many frames it has and what is wrong with it (None: nothing)."""

    def __init__(self, server, path, shown, filter=None, bytes_too=False):
        self.server, self.path, self.shown, self.bytes_too = server, path, shown, bytes_too
        self.filter = chosen(filter)
        self.frames, self.damage = 0, None

    def __iter__(self):
        from .sharkd import Refused
        try:
            self.frames, said = self.server.load(self.path)
        except Refused as why:
            said = broken(self.server.said())
            raise Unreadable(f"not a capture: {in_words(said, self.shown) if said else why}") from None
        self.damage = broken(said)
        if self.damage:
            self.damage = f"broken capture: {in_words(self.damage, self.shown)} {self.frames} frames before that were read."
        elif self.frames == 1 and is_foreign_file(self.server):
            raise Unreadable("not a capture")
        numbers = self.server.frames(self.filter)
        for number, tree in self.server.trees(numbers):
            yield from records.Frame(self.shown, number, tree, self.bytes_too).records()
