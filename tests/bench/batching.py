"""camshark-batch against tshark: what both are given, and where the program is read from."""

import shlex
import shutil
import subprocess

from tests.bench.measure import Command
from tests.dissection import harness

# As users have it: the bench's own folder of data lacks the list of makers, which takes most of the time of a small capture.
USUAL = ["env", "-u", "WIRESHARK_DATA_DIR"]
TSHARK = ["-2", "-T", "json", "--no-duplicate-keys", "-J", "baichuan newcamd xml", "-Y", "baichuan or newcamd"]


def staged(bench):
    """The program with its modules, and a folder of 90 samples, in the folder where the commands are run."""
    place = bench.runner.stage.path
    shutil.copytree(harness.ROOT / "tools" / "batch", place / "batch")
    shutil.copy(harness.ROOT / "tools" / "camshark-batch", place)
    (place / "many").mkdir()
    for path in harness.CAPTURES.glob("*/*.pcapng"):
        for number in range(10):
            shutil.copy(path, place / "many" / f"{number}-{path.name}")
    subprocess.run(["chmod", "-R", "a+rX", str(place)], check=True)


def tables():
    return {path.name: path.read_text() for path in harness.KEYS.glob("*_keys")}


def batch(*words, all_cores=False):
    """all_cores: with as many workers as users have by default; else with one."""
    program = USUAL + ["/usr/bin/python3", "camshark-batch"] + ([] if all_cores else ["--jobs", "1"]) + [*map(str, words)]
    return Command(None, [], files=tables(), program=program, all_cores=all_cores)


def tshark_each(folder):
    words = " ".join(shlex.quote(word) for word in TSHARK)
    loop = f'for file in {folder}/*; do tshark -n -r "$file" {words}; done'
    return Command(None, [], files=tables(), program=USUAL + ["sh", "-c", loop])
