"""The command line."""

import argparse

EPILOG = """exit status: 0 done; 1 it could not be done, and nothing was written; 2 the command line is wrong; 130 ended by Ctrl-C"""
ADD = """Puts the keys of the sessions in a capture into it, so that whoever opens it with camshark reads them: session keys, never a
password. Which keys: those that tshark opens the capture with, by your own key tables; or those of files."""
LIST = "Prints the keys that a capture carries, as rows of key tables with the protocol before each."
REMOVE = "Takes out all keys that a capture carries for camshark; nothing else of it changes."


def _add(made):
    made.add_argument("-o", "--out", metavar="OUT", help="the new file (CAPTURE-with-keys.pcapng); that of CAPTURE replaces it, when it is whole")
    way = made.add_mutually_exclusive_group()
    way.add_argument("--comment", action="store_true", help="packet comments alone: all versions of Wireshark read them, and show them")
    way.add_argument("--block", action="store_true", help="a secrets block alone: read by Wireshark 4.4 and later, and shown nowhere")
    keys = made.add_argument_group("keys, instead of those that tshark finds")
    keys.add_argument("--keys", metavar="FILE", action="append", default=[], help="what -z newcamd_keys, -z baichuan_keys or list printed")
    keys.add_argument("--newcamd-keys", metavar="FILE", action="append", default=[], help="a key table or key log file of newcamd")
    keys.add_argument("--baichuan-keys", metavar="FILE", action="append", default=[], help="a key table or key log file of Baichuan")
    keys.add_argument("--with-password", action="store_true", help="take rows with a password or DESKEY, too: whoever gets the capture has "
                      "them then")
    tshark = made.add_argument_group("tshark")
    tshark.add_argument("--profile", metavar="NAME", help="of Wireshark, whose key tables apply")
    tshark.add_argument("--preference", dest="preferences", action="append", default=[], metavar="NAME:VALUE", help="as tshark -o has it")
    tshark.add_argument("--decode-as", action="append", default=[], metavar="RULE", help="as tshark -d has it")
    tshark.add_argument("--tshark", default="tshark", metavar="PROGRAM", help="where PATH has another")


def parser():
    made = argparse.ArgumentParser(prog="camshark-keys", epilog=EPILOG, allow_abbrev=False,
                                   description="Adds, lists and removes the keys that a capture carries for camshark.")
    commands = made.add_subparsers(dest="command", required=True, metavar="add|list|remove")
    for name, text in (("add", ADD), ("list", LIST), ("remove", REMOVE)):
        one = commands.add_parser(name, description=text, help=text.partition(",")[0].partition(".")[0], allow_abbrev=False)
        one.add_argument("capture", metavar="CAPTURE")
        if name == "add":
            _add(one)
        elif name == "remove":
            one.add_argument("-o", "--out", metavar="OUT", help="the new file (CAPTURE-without-keys.pcapng); that of CAPTURE replaces it, when it is whole")
        else:
            one.add_argument("--hide-secrets", action="store_true", help="say which keys there are, and print none")
    return made
