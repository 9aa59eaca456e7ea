"""Captures by the hundred: newcamd and Baichuan, over TCP and UDP, each with its own messages; some with losses."""

import random

from tests.peers import newcamd
from tests.peers.baichuan_captured import OverTcp, OverUdp, dice_for, lost
from tests.peers.baichuan_conversation import CIPHERS, conversation
from tests.peers.pcap import Capture

DESKEY = "0102030405060708091011121314"
PREFERENCES = {"baichuan.password": "Secret-1", "newcamd.deskey": DESKEY}
OPTIONS = [word for name, value in PREFERENCES.items() for word in ("-o", f"{name}:{value}")]


def cards(capture, seed):
    dice = random.Random(seed)
    login = newcamd.Login(DESKEY)
    tcp = newcamd.connect(capture, login, client=("10.0.0.2", 50000 + seed % 10000))
    for number in range(2, dice.randrange(4, 14)):
        tag = 0x80 | number & 1
        tcp.client(login.ecm(tag, dice.randbytes(dice.randrange(20, 90)), msg_id=number, sid=dice.randrange(1, 5)))
        if dice.random() < 0.9:
            tcp.server(login.cw(dice.randbytes(8).hex(), dice.randbytes(8).hex(), tag, msg_id=number))
    tcp.close()


def cameras(capture, seed):
    carrier = OverUdp if seed % 3 == 0 else OverTcp
    taken = carrier(conversation(seed, CIPHERS[seed % len(CIPHERS)]), 1000)
    if seed % 5 == 0:
        taken.packets = lost(taken.packets, 0.02, dice_for("batch", seed))
    taken.write(capture)


def write(folder, seed):
    """Writes capture number `seed` and gives its path."""
    capture = Capture(start=1_700_000_000.0 + seed)
    (cards if seed % 2 else cameras)(capture, seed)
    path = folder / f"generated-{seed:05}.pcap"
    capture.write(path)
    path.chmod(0o644)
    return path
