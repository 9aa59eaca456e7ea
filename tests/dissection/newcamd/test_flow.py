"""Statistics > Flow Graph > newcamd dialogue, `-z flow,newcamd,standard`, and the same from sharkd."""

import pytest

from tests.dissection import dialogues
from tests.dissection.newcamd import cases, session_cases

WAYS = pytest.mark.parametrize("args", [(), ("-2",)], ids=["one pass", "two passes"])


@WAYS
def test_a_message_is_an_arrow_with_its_command_and_what_the_list_says(reader, path, args):
    cases.every_command(path)
    arrows = dialogues.printed(reader, path, "newcamd", *args)
    listed = [text for (texts,) in reader.fields(path, "_ws.col.Info", filter="newcamd", args=args) for text in texts.split("; ")]
    assert [comment for _, comment, _ in arrows] == listed
    labels = {comment: label for label, comment, _ in arrows}
    assert labels["CW 11223366445566ff 2122236631323396 for 0500:1234, 1.00 ms"] == "CW 0500:1234"
    assert labels["ECM even not decoded for 0500:0001, 1.00 ms"] == "ECM even not decoded"
    assert labels["EMM 0x88, EMM-U"] == "EMM 0x88 0500"


def test_parts_of_messages_and_retransmissions_are_no_arrows(reader, path):
    capture, peer, tcp = cases.connected()
    ecm = peer.ecm(msg_id=2)
    tcp.client(ecm, cuts=(20, 40))
    capture.write(path)
    listed = [text for (texts,) in reader.fields(path, "_ws.col.Info", filter="newcamd") for text in texts.split("; ")]
    assert listed[-3:-1] == ["Part of a message"] * 2
    assert [label for label, _, _ in dialogues.printed(reader, path, "newcamd")][-2:] == ["Card data", "ECM even 0500:0001"]


def test_what_was_not_opened_says_why(tshark, path):
    session_cases.connection(path)
    arrows = dialogues.printed(tshark(tables={"newcamd_keys": [["", str(cases.PORT), "", "", "", ""]]}), path, "newcamd")
    assert arrows[0][:2] == ("Greeting", "Greeting") and all(comment.endswith("[no key]") for _, comment, _ in arrows[1:])


def test_sharkd_draws_the_same(reader, sharkd, path):
    cases.every_command(path)
    with sharkd(path, tables=cases.TABLE) as session:
        found = dialogues.from_sharkd(session, "newcamd")
    assert found == [arrow[1:] for arrow in dialogues.printed(reader, path, "newcamd", "-2")]
