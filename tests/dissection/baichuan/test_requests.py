"""BC: which reply belongs to which request, and which messages nobody asked for (docs/baichuan.md section 1.5)."""

import pytest

from tests.dissection.baichuan.messages import messages
from tests.dissection.baichuan.recordings import CAPTURES, TCP_NAMES, expected_messages
from tests.dissection.state_rule import assert_state_rule
from tests.peers import baichuan, pcap

LINKS = ("response_in", "response_last_in", "response_to", "response_first_in", "response_time", "push")
SECOND_PASS = ("-2",)


@pytest.fixture(scope="module")
def bare(tshark):
    """Links need no key."""
    return tshark()


def linked(tshark, capture, args=SECOND_PASS):
    """Every message with its LINKS (frame numbers, seconds, a boolean, or None)."""
    found = messages(tshark, capture, args=args, links=LINKS)
    for message in found:
        for name in LINKS[:4]:
            message[name] = None if message[name] is None else int(message[name])
        message["push"] = message["push"] is not None
    return found


def expected_links(expected):
    """What the links have to be, out of a recording's list of messages alone: requests are answered by id and
    exchange, in order, and a message of the camera that has no request is a push."""
    requests, links = {}, {}
    for m in sorted(expected, key=lambda m: m["n"]):
        link = dict.fromkeys(LINKS[:4])
        link["push"] = False
        links[m["n"]] = link
        frame = m["frames"][1]
        key = (m["msg_id"], m["channel"], m["mess_id"])
        if m["dir"] == "c2d":
            requests.setdefault(key, []).append({"frame": frame, "link": link, "first": None})
            continue
        asked = requests.get(key)
        if asked is None:
            link["push"] = True
            continue
        waiting = [request for request in asked if request["first"] is None]
        request = waiting[0] if waiting else asked[-1]
        link["response_to"] = request["frame"]
        if request["first"] is None:
            request["first"] = request["link"]["response_in"] = frame
        else:
            link["response_first_in"] = request["first"]
            if frame != request["first"]:
                request["link"]["response_last_in"] = frame
    return links


@pytest.mark.parametrize("name", TCP_NAMES)
def test_every_message_of_the_recordings_is_linked_as_it_was_sent(bare, name):
    expected = expected_messages(name)
    links = expected_links(expected)
    found = linked(bare, CAPTURES / f"{name}.pcapng")

    assert len(found) == len(expected)
    for message, sent in zip(found, expected):
        wanted = links[sent["n"]]
        assert {link: message[link] for link in wanted} == wanted, sent["n"]


@pytest.mark.parametrize("name", TCP_NAMES)
def test_only_the_first_message_of_a_reply_has_a_response_time(bare, name):
    times = {int(n): float(t) for n, t in bare.fields(CAPTURES / f"{name}.pcapng", "frame.number", "frame.time_relative")}
    for message in linked(bare, CAPTURES / f"{name}.pcapng"):
        if message["response_to"] is None or message["response_first_in"] is not None:
            assert message["response_time"] is None
        else:
            elapsed = times[message["frame"]] - times[message["response_to"]]
            assert float(message["response_time"]) == pytest.approx(elapsed, abs=1e-9)


def test_a_report_that_was_asked_for_is_a_reply(bare):
    rows = bare.fields(CAPTURES / "none_tcp.pcapng", "frame.number", "baichuan.response_to", "_ws.col.Info",
                       filter="baichuan.msg_id == 78 && baichuan.msg_class == 0")

    assert rows == [("42", "41", "Reply 200 Video Input Report")]


def test_pushes_can_be_filtered_and_say_so(bare):
    rows = bare.fields(CAPTURES / "none_tcp.pcapng", "frame.number", "_ws.col.Info", filter="baichuan.push == 1")

    assert rows == [("54", "Push Alarm: motion, person, channel 0"), ("56", "Push Alarm: none, channel 0"),
                    ("58", "Push Channel 0 login")]


def test_a_refused_request_is_named_and_linked(bare):
    rows = bare.fields(CAPTURES / "none_tcp.pcapng", "frame.number", "baichuan.response_to", "_ws.expert.message",
                       filter="baichuan.expert.refused")

    assert rows == [("69", "68", "The camera refuses this request: 400 Refused, not found, or asleep")]


# ---- generated -------------------------------------------------------------------------------------------


def session(path, *steps):
    """A connection without encryption whose login ends in frame 7; then the steps from frame 8 on: ("c" or "s",
    message id, keywords), or seconds to wait."""
    capture = pcap.Capture()
    tcp = capture.tcp(server=("10.0.0.1", 9000)).open()
    peer = baichuan.Session("none").play_login(tcp)
    for step in steps:
        if isinstance(step, (int, float)):
            capture.time += step
            continue
        side, msg_id, args = step
        if args.pop("lost", False):
            tcp.skip(side, len(peer.reply(msg_id, **args) if side == "s" else peer.message(msg_id, **args)))
        elif side == "s":
            tcp.server(peer.reply(msg_id, **args))
        else:
            tcp.client(peer.message(msg_id, **args))
    return capture.write(path)


def client(msg_id, exchange, **args):
    return ("c", msg_id, {"exchange": exchange, **args})


def camera(msg_id, exchange, **args):
    return ("s", msg_id, {"exchange": exchange, **args})


def generated_links(tshark, path, name="response_to"):
    return {m["frame"]: m[name] for m in linked(tshark, path) if m["frame"] >= 8 and m[name] is not None}


def unanswered(tshark, path):
    return tshark.frames(path, "baichuan.expert.unanswered", args=SECOND_PASS)


def out_of_order(path):
    return session(path, client(80, 0x100), client(80, 0x200), client(104, 0x100),
                   camera(104, 0x100), camera(80, 0x200), camera(80, 0x100))


def constant_exchange(path):
    """A client that writes 0 into the exchange id of all requests, some of them before the reply."""
    return session(path, client(93, 0), camera(93, 0), client(93, 0), client(115, 0), client(93, 0),
                   camera(93, 0), camera(115, 0), camera(93, 0))


def passed_over(path):
    """Requests without reply (8, 9) before one that has; pushes, a talk chunk, a logout and an id that nobody has
    described need none."""
    return session(path, client(80, 0x100), client(104, 0x200), client(202, 0x300), client(78, 0x400),
                   client(1999, 0x500), client(2, 0x600), client(115, 0x700), camera(115, 0x700), client(93, 0x800),
                   camera(33, 0))


def slow(path):
    """The camera is still sending pushes 19 seconds after the second request (10) and 22 after the first (8)."""
    return session(path, client(80, 0x100), 3, camera(33, 0), client(104, 0x200), 19, camera(33, 0))


def reply_lost(path):
    return session(path, client(80, 0x100), camera(80, 0x100, lost=True), client(104, 0x200), camera(104, 0x200))


def pushes_and_a_reply(path):
    """78 three times by itself, once because the client asked, all with exchange id 0."""
    return session(path, camera(78, 0), client(78, 0), camera(78, 0), camera(78, 0))


def report_or_reply(path):
    """484 is both."""
    return session(path, camera(484, 0), client(484, 0x100), camera(484, 0x100), camera(484, 0))


def upgrade(path):
    """Chunks of a firmware all have one exchange id, and each one is answered."""
    steps = [step for _ in range(3) for step in (client(67, 0x3100), camera(67, 0x3100))]
    return session(path, *steps)


def keep_alive(path):
    """The camera's keep-alive (234), which the client answers."""
    return session(path, camera(234, 0x100), client(234, 0x100), camera(234, 0x200))


def refusals(path):
    return session(path, client(201, 0x100), camera(201, 0x100, code=422), client(5, 0x200), camera(5, 0x200, code=300),
                   camera(145, 0x300, code=405))


def test_replies_find_their_requests_by_message_id_and_exchange_id(bare, path):
    assert generated_links(bare, out_of_order(path)) == {11: 10, 12: 9, 13: 8}
    assert generated_links(bare, path, "response_in") == {8: 13, 9: 12, 10: 11}


def test_requests_with_one_exchange_id_are_answered_in_order(bare, path):
    assert generated_links(bare, constant_exchange(path)) == {9: 8, 13: 10, 14: 11, 15: 12}


def test_requests_that_were_passed_over_are_unanswered_and_those_that_need_no_answer_are_not(bare, path):
    assert unanswered(bare, passed_over(path)) == [8, 9]


def test_a_request_is_unanswered_once_the_camera_talks_20_seconds_later(bare, path):
    assert unanswered(bare, slow(path)) == [8]


def test_a_reply_may_lie_in_lost_bytes(bare, path):
    assert bare.frames(reply_lost(path), "baichuan.lost") == [10]
    assert not unanswered(bare, path)


def test_of_pushes_with_the_exchange_id_of_a_request_one_is_the_reply(bare, path):
    found = linked(bare, pushes_and_a_reply(path))

    assert [m["frame"] for m in found if m["push"]] == [8, 11]
    assert generated_links(bare, path) == {10: 9}
    rows = bare.fields(path, "_ws.col.Info", filter="frame.number >= 8")
    assert [row[0] for row in rows] == ["Push Video Input Report", "Video Input Report", "Reply 200 Video Input Report",
                                        "Push Video Input Report"]


def test_an_id_that_is_request_and_push_is_a_push_where_nobody_asked(bare, path):
    found = linked(bare, report_or_reply(path))

    assert [m["frame"] for m in found if m["push"]] == [8, 11]
    assert generated_links(bare, path) == {10: 9}


def test_every_chunk_of_an_upgrade_has_its_reply(bare, path):
    assert generated_links(bare, upgrade(path)) == {9: 8, 11: 10, 13: 12}


def test_a_keep_alive_of_the_camera_is_a_push_that_the_client_answers(bare, path):
    found = linked(bare, keep_alive(path))

    assert [m["frame"] for m in found if m["push"]] == [8, 10]
    assert generated_links(bare, path) == {9: 8}
    assert generated_links(bare, path, "response_in") == {8: 9}
    assert not unanswered(bare, path)


def test_every_status_of_400_to_499_is_a_refusal_and_300_is_none(bare, path):
    rows = bare.fields(refusals(path), "frame.number", "_ws.expert.message", filter="baichuan.expert.refused")

    assert [(frame, text.split("|")[0]) for frame, text in rows] == [
        ("9", "The camera refuses this request: 422 Busy: others talk, or message 192 excludes it"),
        ("12", "The camera refuses this request: 405 Not allowed")]


def test_a_refusal_is_a_note_and_that_of_a_stream_a_warning(bare, path):
    """Clients find out what a camera can do by asking for it."""
    steps = [step for n, (msg_id, code) in enumerate([(145, 405), (80, 400), (192, 422), (3, 400), (201, 422), (143, 400)])
             for step in (client(msg_id, n << 8), camera(msg_id, n << 8, code=code))]
    session(path, *steps)

    assert bare.frames(path, "baichuan.expert.refused") == [9, 11, 13, 15, 17, 19]
    assert bare.frames(path, "baichuan.expert.refused_stream") == [15, 17, 19]
    assert bare.frames(path, "_ws.expert.severity >= warning") == [15, 17, 19]


def test_a_refusal_is_no_push_even_if_its_request_is_missing(bare, path):
    ((info,),) = bare.fields(refusals(path), "_ws.col.Info", filter="frame.number == 12")

    assert info == "Reply 405 Channel Info List"


def email_tests(path):
    """Refusals of a test of e-mail settings: with the number of an error in byte 12, and with that of the request."""
    return session(path, client(141, 0x100), camera(141, 0x196, code=400), client(141, 0x2FA), camera(141, 0x2FA, code=400),
                   camera(141, 0x396, code=400), client(42, 0x400), camera(42, 0x496, code=400))


def subscriptions(path):
    return session(path, client(31, 0x100), camera(31, 0x100, code=400), client(31, 0x200), camera(31, 0x200, code=401))


def test_an_email_test_that_failed_has_an_error_number(bare, path):
    rows = bare.fields(email_tests(path), "frame.number", "baichuan.error_number", "baichuan.response_to",
                       filter="baichuan.msg_class == 0 && frame.number >= 8")

    assert rows == [("9", "-106", "8"), ("11", "", "10"), ("12", "", ""), ("14", "", "")]
    assert bare.frames(path, "baichuan.expert.refused") == [9, 11, 12, 14]


def test_the_usual_refusal_of_a_subscription_is_no_alarm(bare, path):
    assert bare.frames(subscriptions(path), "baichuan.expert.usual_refusal") == [9]
    assert bare.frames(path, "baichuan.expert.refused") == [11]
    assert bare.frames(path, "baichuan && _ws.expert.severity >= warning") == []


STATE = [out_of_order, constant_exchange, passed_over, slow, reply_lost, pushes_and_a_reply, report_or_reply, upgrade,
         keep_alive, refusals, email_tests, subscriptions]


@pytest.mark.parametrize("build", STATE, ids=lambda build: build.__name__)
def test_requests_and_replies_obey_the_state_rule(tshark, sharkd, path, build):
    assert assert_state_rule(tshark, sharkd, build(path), {"baichuan"}) >= 6
