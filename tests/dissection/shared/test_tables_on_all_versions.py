"""Every table and tap of the suite, as exact text of tshark and as JSON of sharkd, on every version of Wireshark; and none of them
shows a secret that is hidden. The cases are in table_cases.py."""

import base64
import json
import os
import re

import pytest

from tests.dissection import harness
from tests.dissection.shared import table_cases
from tests.dissection.shared.table_cases import CASES, FILES, SECRETS

GOLDEN = harness.ROOT / "tests" / "golden" / "tables"
WRITE = os.environ.get("CAMSHARK_WRITE_TABLES") == "1"
HIDE = {"baichuan.hide_secrets": "TRUE", "newcamd.hide_secrets": "TRUE"}
PRINTED = [case for case in CASES if case.tshark is not None]
ASKED = [case for case in CASES if case.sharkd is not None]


def by_name(of):
    return pytest.mark.parametrize("case", of, ids=lambda case: case.name)


@pytest.fixture(scope="module")
def captures(tmp_path_factory):
    folder = tmp_path_factory.mktemp("tables")
    return {name: build(folder / f"{name}.pcap") for name, build in table_cases.CAPTURES.items()}


def printed(tshark, captures, case, prefs=None, *args):
    return tshark(files=FILES, prefs=prefs).run(captures[case.capture], *case.tshark, *args).out


def asked(sharkd, captures, case, prefs=None):
    with sharkd(captures[case.capture], files=FILES, prefs=prefs) as session:
        method, params = case.sharkd
        return session.request(method, **params)


def hold_against(name, text):
    file = GOLDEN / name
    if WRITE:
        file.write_text(text)
    assert text == file.read_text()


def same_text(case, text):
    """As 4.0 prints it, but for blanks where columns have another width."""
    # The title of a tree of statistics is its menu, whose levels are parted by "/" in 4.0 and "//" from 4.4 on.
    text = re.sub(r"^Baichuan / ", "Baichuan/", text, flags=re.M)
    if case.name.endswith("endpoints"):
        # 4.6 prints bytes with their unit, in columns of another width.
        text = "".join(re.sub(" +", " ", re.sub(r"(?<=\d) bytes", "", line)).rstrip() + "\n" for line in text.splitlines())
    return text


# What sharkd gives from 4.4 on, and in 4.0 does not: the digest of an object, and numbers of an RTP stream.
NEWER = {"sha1", "duration", "lost", "lost_percent", "mean_delta", "min_delta", "min_jitter", "start_time"}


def same_value(name, value):
    if isinstance(value, dict):
        return {key: same_value(key, inner) for key, inner in value.items() if key not in NEWER}
    if isinstance(value, list):
        return [same_value(name, inner) for inner in value]
    if name == "ssrc":
        return int(str(value), 0)  # text from 4.4 on
    if name == "name":
        return value.replace("//", "/")  # as the title above
    return value


def same_json(answer):
    """As 4.0 gives it."""
    return json.dumps(same_value("", answer), indent=1, sort_keys=True) + "\n"


@by_name(PRINTED)
def test_tshark_prints_the_text(tshark, captures, case):
    hold_against(f"{case.name}.txt", same_text(case, printed(tshark, captures, case, None, "-2")))


@by_name(ASKED)
def test_sharkd_gives_the_values(sharkd, captures, case):
    hold_against(f"{case.name}.json", same_json(asked(sharkd, captures, case)))


def spellings(secret):
    """As text, and as bytes of a field or a dump."""
    raw = bytes.fromhex(secret) if re.fullmatch(r"([0-9a-f]{2}){8,}", secret) else secret.encode()
    return {secret, raw.hex(), raw.hex(":"), raw.hex(" ")}


def shown(case, output):
    """Which secrets of its capture are in an output."""
    return [secret for secret in SECRETS[case.capture] if any(text in output for text in spellings(secret))]


def flat(answer):
    """All texts of an answer, with those in base64 as what they are."""
    followed = [base64.b64decode(payload["d"]).decode("latin-1") for payload in answer.get("payloads", [])] if isinstance(answer, dict) else []
    return json.dumps(answer) + "\n".join(followed)


@by_name(PRINTED)
@pytest.mark.parametrize("args", [(), ("-2",)], ids=["one pass", "two passes"])
def test_no_secret_is_printed_where_they_are_hidden(tshark, captures, case, args):
    assert shown(case, printed(tshark, captures, case, HIDE, *args)) == []


@by_name(ASKED)
def test_no_secret_is_given_where_they_are_hidden(sharkd, captures, case):
    assert shown(case, flat(asked(sharkd, captures, case, HIDE))) == []


@pytest.mark.parametrize("capture", ["camera", "cards"])
def test_the_same_search_finds_them_where_they_are_not_hidden(tshark, sharkd, captures, capture):
    """Each is in some output; so the two tests above mean something."""
    found = set()
    for case in CASES:
        if case.capture == capture:
            found.update(shown(case, printed(tshark, captures, case)) if case.tshark else [])
            found.update(shown(case, flat(asked(sharkd, captures, case))) if case.sharkd else [])
    assert found == set(SECRETS[capture]) - table_cases.NEVER_SHOWN


def ours(names):
    return {name for name in names if re.search(r"baichuan|newcamd", name, re.IGNORECASE)}


def test_every_statistic_that_tshark_lists_has_a_case(tshark):
    listed = tshark().run(None, "-z", "help", check=False)
    tested = {re.match(r"(?:(?:flow|follow),\w+|.*)", case.tshark[-1])[0] for case in PRINTED}
    assert ours((listed.out + listed.err).split()) == ours(tested)


def test_every_tap_that_sharkd_lists_has_a_case(sharkd, captures):
    with sharkd(captures["cards"]) as session:
        kinds = session.request("info")
    listed = {entry["tap"] for kind in kinds.values() if isinstance(kind, list) for entry in kind if "tap" in entry}
    tested = {params.get("tap0") or f"follow:{params['follow']}" for _, params in (case.sharkd for case in ASKED)}
    assert ours(listed) == ours(tested)


@pytest.mark.skipif(not harness.SANITIZE, reason="the sanitizer is what finds it")
@pytest.mark.parametrize("capture", ["camera", "cards"])
def test_what_is_asked_again_and_again_loses_nothing_of_ours(captures, capture):
    """The capture is loaded a second time, too."""
    stage = harness.Stage(leaks="whole")
    try:
        session = harness.Sharkd(stage, captures[capture], files=FILES)
        for _ in range(2):
            for method, params in [case.sharkd for case in ASKED if case.capture == capture] * 2:
                session.request(method, **params)
            session.request("load", file=session.file(captures[capture]))
        session.end()
    finally:
        stage.close()
    said = session.stderr()
    assert "LeakSanitizer" in said  # what Wireshark itself loses, which shows that the search was made
    assert harness.our_leaks(said) == []
