"""What `-z flow,NAME,standard` prints, and what sharkd gives for it."""

import re

ARROW = re.compile(r"[^|\n]*\| *\d+\.\d+ +\|(?P<label>.*)\|(?P<comment>[^|\n]*)\n.*\(\d+\) +(?P<way><?-+>?) +\(\d+\)")


def printed(reader, path, name, *args, filter=""):
    """[(label, comment, from the left to the right), ...], an arrow each, of captures with two ends."""
    statistic = f"flow,{name},standard" + (f",{filter}" if filter else "")
    out = reader.run(path, "-q", "-z", statistic, *args).out
    return [(found["label"].replace("|", " ").strip(), found["comment"].strip(), found["way"].endswith(">"))
            for found in ARROW.finditer(out)]


def from_sharkd(session, name):
    """The same of sharkd's tap seqa:name, which has no labels: [(comment, from the left to the right), ...]"""
    (tap,) = session.request("tap", tap0=f"seqa:{name}")["taps"]
    return [(arrow["c"], arrow["n"] == [0, 1]) for arrow in tap["flows"]]
