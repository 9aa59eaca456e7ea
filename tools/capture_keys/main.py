"""camshark-keys: from the command line to the new file."""

import contextlib
import os
import signal
import sys
import tempfile

from . import carried, files, options as command_line, pcapng, rows, wireshark
from .errors import Bad


def say(text):
    print(f"camshark-keys: {rows.printable(text)}", file=sys.stderr, flush=True)


class Ended(Exception):
    """SIGTERM or SIGHUP."""


def _ended(*_):
    raise Ended


def _named(path, ending):
    """The name of a new file beside a capture."""
    stem, compression = (path[:-3], ".gz") if path.endswith(".gz") else (path, "")
    for suffix in (".pcapng", ".pcap", ".cap"):
        stem = stem.removesuffix(suffix)
    return f"{stem}-{ending}.pcapng{compression}"


def _out(options, ending):
    """(path of the new file, whether it is compressed)."""
    if options.out:
        same = os.path.exists(options.out) and os.path.samefile(options.out, options.capture)
        return options.out, files.is_compressed(options.capture) if same else options.out.endswith(".gz")
    path = _named(options.capture, ending)
    if os.path.lexists(path):
        raise Bad(f"{path} is there already: give another name, or that one, with -o")
    return path, path.endswith(".gz")


@contextlib.contextmanager
def _as_pcapng(path, beside):
    """The name of the capture, or of a pcapng file that is made of it for as long as it is needed."""
    with files.reading(path) as file:
        first = file.read(4)
    if pcapng.is_pcapng(first):
        yield path
        return
    with tempfile.TemporaryDirectory(prefix=".camshark-keys-", dir=os.path.dirname(os.path.realpath(beside))) as folder:
        made = os.path.join(folder, "capture.pcapng")
        wireshark.convert(path, made)
        yield made


def _scan(path, frames=()):
    with files.reading(path) as file:
        return carried.Scan(file, frames)


def _write(capture, source, target, edits):
    """Writes the capture with edits of source, which is the capture or what was made of it. target: as _out() has it."""
    path, compressed = target
    with files.reading(source) as file, files.writing(path, compressed, capture) as out:
        pcapng.rewrite(file, out, edits)


# ---- add ----

def _given(options):
    """[(protocol, row)] of the files that were named; Bad for one that is not to be given away."""
    found = []
    named = [(path, None) for path in options.keys]
    named += [(path, name) for name in rows.PROTOCOLS for path in getattr(options, f"{name}_keys")]
    for path, protocol in named:
        with open(path, encoding="utf-8", errors="surrogateescape") as file:
            for whose, number, row in rows.read(path, file, protocol):
                _check(f"{path}: line {number}", whose, row, options.with_password)
                found.append((whose, row))
    if named and not found:
        raise Bad("there is no row in the files with keys")
    return found


def _check(where, protocol, row, with_password):
    why = rows.complaint(protocol, row, with_password)
    if why:
        raise Bad(f"{where} {why}")


def _new_ones(found, there):
    """Rows that open what none before them opens."""
    had, new = {rows.opens_the_same(*row[:2]) for row in there}, []
    for row in found:
        same = rows.opens_the_same(*row)
        if same not in had:
            had.add(same)
            new.append(row)
    return new


def _in_comments(scan):
    return [row for row in scan.carried() if row[2].startswith("comment")]


def _in_blocks(scan):
    return [row for row in scan.carried() if not row[2].startswith("comment")]


def _warn_of_many(scan, added):
    carried_then = _new_ones([row[:2] for row in scan.carried()] + added, [])
    for name in rows.PROTOCOLS:
        if len([row for row in carried_then if row[0] == name]) > rows.MOST_ROWS:
            say(f"the plugins read {rows.MOST_ROWS} keys of a protocol out of a capture: those behind are left out")


def _edits_of_addition(options, scan, found, answer):
    """(edits, rows that are new)."""
    in_block = [] if options.comment else _new_ones(found, _in_blocks(scan))
    in_comment = [] if options.block else _new_ones(found, _in_comments(scan))
    unseen = sorted({protocol for protocol, _ in in_comment} - set(answer.first))
    if unseen:
        why = f"tshark sees no frame of {unseen[0]} with these keys, so there is none for a comment"
        if options.comment:
            raise Bad(why)
        say(f"{why}: they are in the secrets block alone")
        in_comment = [row for row in in_comment if row[0] not in unseen]
    edits = carried.block_edits(scan, in_block) + carried.comment_edits(scan, in_comment, answer.first)
    return scan.with_lengths(edits), in_block + [row for row in in_comment if row not in in_block]


def add(options):
    target = _out(options, "with-keys")
    given = _given(options)
    answer = wireshark.ask(options.capture, options, given)
    found = given or answer.rows
    if not found:
        raise Bad("tshark opens no session in it with the keys that you have: nothing to add")
    for protocol, row in found:
        _check("what tshark prints", protocol, row, options.with_password)
    with _as_pcapng(options.capture, target[0]) as source:
        scan = _scan(source, {number for number, _ in answer.first.values()})
        edits, new = _edits_of_addition(options, scan, found, answer)
        if not edits:
            say(f"{options.capture} has these keys already: nothing was written")
            return 0
        _warn_of_many(scan, new)
        _write(options.capture, source, target, edits)
    say(f"{target[0]}: {rows.count_text(new)} added")
    return 0


# ---- list, remove ----

def list_keys(options):
    with files.reading(options.capture) as file:
        first = file.read(4)
    found = _scan(options.capture).carried() if pcapng.is_pcapng(first) else []
    for protocol, row, where in found:
        print(f"# {where}: a key of {protocol}" if options.hide_secrets else f"# {where}\n{protocol} {rows.printable(row)}")
    if not found:
        say(f"{options.capture} has no keys")
    return 0


def remove(options):
    target = _out(options, "without-keys")
    with files.reading(options.capture) as file:
        if not pcapng.is_pcapng(file.read(4)):
            raise Bad("it is no pcapng file: such a one carries no keys")
    scan = _scan(options.capture)
    found = scan.carried()
    edits = scan.with_lengths(carried.remove_edits(scan))
    if not edits and not options.out:
        say(f"{options.capture} has no keys: nothing was written")
        return 0
    _write(options.capture, options.capture, target, edits)
    say(f"{target[0]}: {rows.count_text(_new_ones([row[:2] for row in found], [])) or 'no keys'} removed")
    return 0


def main():
    options = command_line.parser().parse_args()
    for name in ("SIGTERM", "SIGHUP"):
        if hasattr(signal, name) and signal.getsignal(getattr(signal, name)) != signal.SIG_IGN:  # as nohup has it
            signal.signal(getattr(signal, name), _ended)
    try:
        return {"add": add, "list": list_keys, "remove": remove}[options.command](options)
    except Bad as bad:
        say(f"{options.capture}: {bad}")
    except OSError as error:
        say(f"{error.filename or options.capture}: {error.strerror or error}")
    except UnicodeEncodeError:
        say(f"{options.capture}: a key is no text in UTF-8")
    except (KeyboardInterrupt, Ended):
        say("ended; nothing was written")
        return 130
    return 1
