#!/usr/bin/python3
"""A sharkd between camshark-batch and the real one, which does what the name of a capture says when it is loaded: hang, die,
swell (take memory), slow.
"""

import json
import os
import signal
import subprocess
import sys
import time

real = subprocess.Popen(["sharkd", "-"], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
hoard = []
for line in sys.stdin.buffer:
    request = json.loads(line)
    if request["method"] == "load":
        name = os.path.basename(os.readlink(request["params"]["file"]))
        if "hang" in name:
            time.sleep(3600)
        if "die" in name:
            os.kill(os.getpid(), signal.SIGSEGV)
        if "swell" in name:
            hoard.append(b"\1" * (300 << 20))
            time.sleep(3600)
        if "slow" in name:
            time.sleep(0.25)
    real.stdin.write(line)
    real.stdin.flush()
    sys.stdout.buffer.write(real.stdout.readline())
    sys.stdout.buffer.flush()
