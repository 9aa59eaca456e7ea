"""`-z follow,newcamd,ascii,N`: the dialogue of a connection, a line a message."""

import pytest

from tests.dissection.newcamd import cases, session_cases

WAYS = pytest.mark.parametrize("args", [(), ("-2",)], ids=["one pass", "two passes"])


def followed(reader, path, *args):
    out = reader.run(path, "-q", "-z", "follow,newcamd,ascii,0", *args).out
    lines = out.split("Node 1: ")[1].splitlines()[1:-1]
    return [line for line in lines if line and not line.strip().isdigit()]


@WAYS
def test_what_the_list_says_is_the_dialogue(tshark, path, args):
    session_cases.connection(path)
    reader = tshark(tables=cases.TABLE)
    listed = [text for (texts,) in reader.fields(path, "_ws.col.Info", filter="newcamd", args=args) for text in texts.split("; ")]
    assert followed(reader, path, *args) == listed
    assert listed[-8].startswith("Login anna") and listed[-7] == "Login accepted"


def test_what_was_not_opened_says_why(tshark, path):
    session_cases.connection(path)
    lines = followed(tshark(tables={"newcamd_keys": [["", str(cases.PORT), "", "", "", ""]]}), path)
    assert lines[0] == "Greeting" and all(line.endswith("[no key]") for line in lines[1:]) and len(lines) == 9


def test_hidden_secrets_are_masked(tshark, path):
    session_cases.connection(path)
    shown = followed(tshark(tables=cases.TABLE), path)
    words = [line.split()[1] for line in shown if line.startswith("CW ")]
    assert words
    hidden = "\n".join(followed(tshark(tables=cases.TABLE, prefs={"newcamd.hide_secrets": "TRUE"}), path))
    assert not [word for word in words if word in hidden]
