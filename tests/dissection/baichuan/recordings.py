"""The recorded captures of captures/baichuan, and what was written down while they were made."""

import json

from tests.dissection import harness

CAPTURES = harness.CAPTURES / "baichuan"
NAMES = sorted(path.stem for path in CAPTURES.glob("*.pcapng"))
TCP_NAMES = [name for name in NAMES if "_tcp" in name]


def expectation(name):
    return json.loads((CAPTURES / f"{name}.expected.json").read_text())


def expected_messages(name):
    """The messages that are in the capture, in the order in which they are complete."""
    present = [m for m in expectation(name)["messages"] if m.get("present", "full") == "full"]
    return sorted(present, key=lambda m: (m["frames"][1], m["stream_offset"] if m["dir"] == "d2c" else 0, m["n"]))
