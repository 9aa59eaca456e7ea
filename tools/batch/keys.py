"""Keys of the command line as settings of Wireshark: [(name, value)] for sharkd's setconf.

They go through pipes. Nothing here ends in an output, an error text, or the arguments of another process.
"""

import os
import re

from . import profile

TABLES = {"newcamd": "newcamd_keys", "baichuan": "baichuan_keys"}
DESKEY = re.compile(r"^(?:[0-9a-fA-F]{2}[ :]?){13}[0-9a-fA-F]{2}$")


class Bad(Exception):
    """A key can't be one: the text says which, not what it is."""


def rows(path, table):
    """The rows of a key table, as Wireshark keeps it in a profile."""
    try:
        with open(path, encoding="utf-8") as file:
            lines = [line.strip() for line in file]
    except (OSError, UnicodeDecodeError) as error:
        raise Bad(f"{path}: {os.strerror(error.errno) if isinstance(error, OSError) else 'not UTF-8'}") from None
    found = [line for line in lines if line and not line.startswith("#")]
    for number, line in enumerate(found, 1):
        if not re.fullmatch(r'(?:"[^"]*"|[^",]+)?(?:,(?:"[^"]*"|[^",]+)?)*', line):
            raise Bad(f"{path}: row {number} is no row of {table}: texts in quotation marks, with commas between them")
    return [("uat", f"{table}:{line}") for line in found]


def preference(word):
    """NAME:VALUE as of tshark -o."""
    name, found, value = word.partition(":")
    if not found or not name:
        raise Bad("-o takes NAME:VALUE, as in -o baichuan.password:secret")
    if name == "newcamd.deskey" and not DESKEY.match(value):
        raise Bad("newcamd.deskey is not 14 bytes in hexadecimal digits")
    return name, value


def settings(options):
    found = [preference(word) for word in options.preferences]
    for protocol, table in TABLES.items():
        for path in getattr(options, f"{protocol}_keys"):
            found += rows(path, table)
    if options.hide_secrets:
        found += [(f"{protocol}.hide_secrets", "TRUE") for protocol in TABLES]
    return found


def origin(options):
    """Where keys come from, so that it is seen when they have changed: names of preferences, and files with their sizes and times.
    Nothing of the keys themselves, for it is kept."""
    paths = [path for table in TABLES for path in getattr(options, f"{table}_keys")]
    paths += [options.preferences_from] if options.preferences_from else []
    whole = options.config or profile.own()
    paths += [os.path.join(whole, name) for name in (*TABLES.values(), "preferences")]
    return [preference(word)[0] for word in options.preferences], [_state(path) for path in paths]


def _state(path):
    try:
        status = os.stat(path)
    except OSError:
        return os.path.abspath(path), None, None
    return os.path.abspath(path), status.st_size, status.st_mtime_ns


BAD_KEY = "bad key: "  # how the reason begins
WRONG = ("wrong_key", "wrong_password", "no_session_key", "not_opened")


def bad_key(record):
    """What a record says of a key that is there and wrong; None if it says nothing of the kind."""
    for item in record["experts"]:
        if (item["name"] or "").rpartition(".")[2] in WRONG:
            return item["text"]
    why = record["why_not"] or ""
    return why if why.startswith(("wrong", "key does not", "key not proved")) else None
