"""A configuration folder with somebody's configuration, and the settings of a run besides.

tshark takes settings from its command line, which other users see, or from files. Those here are in memory, and are open in this
process and in tshark alone: their names are links to what /proc has of them.
"""

import contextlib
import os

DISABLED = "disabled_protos"


def own():
    """The folder of the user's own configuration, as Wireshark looks for it."""
    for name in ("WIRESHARK_CONFIG_DIR", "WIRESHARK_APPDATA"):
        if os.environ.get(name):
            return os.environ[name]
    usual = os.path.join(os.environ.get("XDG_CONFIG_HOME") or os.path.expanduser("~/.config"), "wireshark")
    before = os.path.expanduser("~/.wireshark")
    return before if os.path.isdir(before) and not os.path.isdir(usual) else usual


def _lines(settings):
    """{name of a file: lines that it gets}."""
    found = {}
    for name, value in settings:
        if name == "uat":
            table, _, row = value.partition(":")
            found.setdefault(table, []).append(row)
        else:
            found.setdefault("preferences", []).append(f"{name}: {value}")
    return found


def _text(whole, name, lines):
    """A file of the configuration with more lines behind."""
    try:
        with open(os.path.join(whole, name), "rb") as file:
            text = file.read()
    except OSError:
        text = b""
    return text + b"\n" + "".join(line + "\n" for line in lines).encode("utf-8", "surrogateescape")


def _in_memory(text):
    """A file that has no name, to be read from its beginning by whoever opens /proc/self/fd/N."""
    made = os.memfd_create("camshark-batch", 0)
    try:
        with open(made, "wb", closefd=False) as file:
            file.write(text)
    except BaseException:
        os.close(made)
        raise
    return made


def made_of(folder, profile, settings=(), disabled=()):
    """Makes `folder`, a configuration as `profile` (None: the user's own) with the settings of a run; disabled: protocols that are
    not dissected. Gives the files that have to stay open, and be open in the process that reads the folder, too."""
    whole = os.path.abspath(profile or own())
    os.mkdir(folder, 0o700)
    more = _lines(settings)
    for name in os.listdir(whole) if os.path.isdir(whole) else ():
        if name not in more and (name != DISABLED or not disabled):
            os.symlink(os.path.join(whole, name), os.path.join(folder, name))
    files = []
    with contextlib.ExitStack() as until_made:
        for name, lines in more.items():
            files.append(_in_memory(_text(whole, name, lines)))
            until_made.callback(os.close, files[-1])
            os.symlink(f"/proc/self/fd/{files[-1]}", os.path.join(folder, name))
        if disabled:
            with open(os.path.join(folder, DISABLED), "wb") as file:
                file.write(_text(whole, DISABLED, disabled))
        until_made.pop_all()
    return files
