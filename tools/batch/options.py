"""The command line."""

import argparse
import os
import shutil

from . import limits

EPILOG = """exit status: 0 all was read; 1 a capture was not read, not read to its end, or has messages that a wrong key did
not open (the summary names each); 2 the command line is wrong; 130 ended by Ctrl-C"""


def cores():
    return len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1


def parser():
    made = argparse.ArgumentParser(prog="camshark-batch", epilog=EPILOG, allow_abbrev=False,
                                   description="Decodes many captures, one record a newcamd or Baichuan message.")
    made.add_argument("inputs", nargs="*", metavar="FILE|FOLDER", help="captures, and folders that are searched for captures")
    made.add_argument("--files-from", metavar="FILE", help="names of captures, a zero byte behind each (find -print0); - is "
                      "standard input")
    made.add_argument("--all-files", action="store_true", help="of folders: files with any name")
    _what(made.add_argument_group("what is written"))
    _keys(made.add_argument_group("keys"))
    _run(made.add_argument_group("the run"))
    _hosts(made.add_argument_group("other hosts (GNU parallel)"))
    return made


def _what(group):
    group.add_argument("--format", choices=("jsonl", "csv", "parquet"), default="jsonl", help="jsonl is the default")
    group.add_argument("--out", metavar="DIR", help="one file an input there; without it, all goes to standard output")
    group.add_argument("--filter", metavar="FILTER", help="only frames that this display filter lets through")
    group.add_argument("--fields", metavar="NAME,...", help="only these, in this order: src.ip, fields.login.user, or filter "
                       "names such as newcamd.user")
    group.add_argument("--bytes", action="store_true", help="bytes longer than 64, too (ciphertext, media, files)")


def _keys(group):
    group.add_argument("-o", dest="preferences", action="append", default=[], metavar="NAME:VALUE",
                       help="a preference, as tshark has it: -o baichuan.password:secret")
    group.add_argument("--preferences-from", metavar="FILE", help="lines NAME:VALUE: keys that stand in no list of processes")
    group.add_argument("--newcamd-keys", metavar="FILE", action="append", default=[], help="a key table (newcamd_keys)")
    group.add_argument("--baichuan-keys", metavar="FILE", action="append", default=[], help="a key table (baichuan_keys)")
    group.add_argument("--config", metavar="DIR", help="a configuration folder or profile instead of your own; its keys apply")
    group.add_argument("--hide-secrets", action="store_true", help="mask passwords, keys and control words in all that is "
                       "written")


def _run(group):
    group.add_argument("--jobs", type=int, metavar="N", help="workers; all cores by default")
    group.add_argument("--resume", action="store_true", help="leave out what an earlier run into --out has done")
    group.add_argument("--progress", action="store_true", help="a bar, or a line every 10 s where there is no terminal")
    group.add_argument("--time-limit", type=float, default=3600, metavar="S", help="seconds a capture may take (3600; 0: any)")
    group.add_argument("--memory-limit", type=int, metavar="MIB", help="memory that a worker's sharkd may take (a share of the "
                       "machine's; 0: any)")
    group.add_argument("--large", type=float, default=2, metavar="MIB", help="captures so large are read by a tshark each, which is "
                       "faster for them (2; 0: all, -1: none)")
    group.add_argument("--sharkd", default="sharkd", metavar="PROGRAM", help="sharkd of Wireshark, where PATH has another")


def _hosts(group):
    group.add_argument("--hosts", metavar="FILE", help="ssh hosts as GNU parallel has them, one a line: 8/user@host, : for this")
    group.add_argument("--ssh", metavar="COMMAND", help="ssh with its options, as in --ssh 'ssh -F config'")
    group.add_argument("--remote", default="camshark-batch", metavar="COMMAND", help="camshark-batch on the hosts")
    group.add_argument("--parallel", action="store_true", help="let GNU parallel run the workers of this machine, too")
    group.add_argument("--chunk", type=int, default=20, metavar="N", help="captures a job of GNU parallel (20)")
    group.add_argument("--work", metavar="FOLDER", help=argparse.SUPPRESS)


def _more_inputs(options, fail):
    import sys
    try:
        if options.files_from == "-":
            data = sys.stdin.buffer.read()
        else:
            with open(options.files_from, "rb") as file:
                data = file.read()
    except OSError as error:
        fail(f"{options.files_from}: {os.strerror(error.errno)}")
    options.inputs += [os.fsdecode(name) for name in data.split(b"\0") if name]


def _more_preferences(options, fail):
    try:
        with open(options.preferences_from, encoding="utf-8") as file:
            lines = [line.rstrip("\n") for line in file]
    except OSError as error:
        fail(f"{options.preferences_from}: {os.strerror(error.errno)}")
    options.preferences += [line for line in lines if line.strip() and not line.startswith("#")]


def read(arguments):
    made = parser()
    options = made.parse_args(arguments)
    if options.work:
        return options
    if options.files_from:
        _more_inputs(options, made.error)
    if options.preferences_from:
        _more_preferences(options, made.error)
    if not options.inputs:
        made.error("no captures are named")
    if options.resume and not options.out:
        made.error("--resume needs --out")
    if (options.hosts or options.parallel) and not options.out:
        made.error("--hosts and --parallel need --out")
    for path, there in ((options.hosts, os.path.isfile), (options.config, os.path.isdir)):
        if path and not there(path):
            made.error(f"{path}: there is no such {'file' if there is os.path.isfile else 'folder'}")
    if options.format == "parquet" and not options.out:
        made.error("--format parquet needs --out")
    if options.jobs is not None and options.jobs < 1:
        made.error("--jobs has to be 1 or more")
    if options.chunk < 1:
        made.error("--chunk has to be 1 or more")
    if not options.hosts and not shutil.which(options.sharkd):
        made.error(f"there is no {options.sharkd}; Debian has it in wireshark-common")
    options.jobs = options.jobs or cores()
    if options.memory_limit is None:
        options.memory_limit = int(limits.memory_of_machine() * 0.8 / options.jobs) >> 20
    options.fields = [name.strip() for name in options.fields.split(",")] if options.fields else None
    return options
