"""newcamd: an ECM that goes from server to server, and what each of them takes for it."""

import pytest

from tests.dissection import state_rule
from tests.dissection.newcamd import cases, hop_cases

TWICE = ("-2",)


def links(reader, path, name, args=TWICE):
    """{frame: the frame that newcamd.hop.NAME names, or all of them}"""
    return {int(frame): other for frame, other in
            reader.fields(path, "frame.number", f"newcamd.hop.{name}", filter=f"newcamd.hop.{name}", args=args)}


@pytest.mark.parametrize("hosts", [hop_cases.HOSTS, hop_cases.LOCAL], ids=["four hosts", "one host"])
def test_the_requests_of_a_cascade_are_linked_both_ways(reader, path, hosts):
    (one, two, three), _ = hop_cases.three_hops(path, hosts)
    assert links(reader, path, "previous") == {two: str(one), three: str(two)}
    assert links(reader, path, "next") == {one: str(two), two: str(three)}


def test_one_pass_shows_the_hop_before_and_not_yet_the_next_one(reader, path):
    (one, two, three), _ = hop_cases.three_hops(path)
    assert links(reader, path, "previous", ()) == {two: str(one), three: str(two)}
    assert not reader.frames(path, "newcamd.hop.next")


def test_each_request_says_what_it_took_to_send_it_on(reader, path):
    (_, two, three), _ = hop_cases.three_hops(path)
    delays = {frame: float(delay) for frame, delay in links(reader, path, "delay").items()}
    assert delays == pytest.approx({two: 0.01, three: 0.02})


@pytest.mark.parametrize("args", [(), TWICE], ids=["one pass", "two passes"])
def test_each_reply_says_what_its_server_took_without_those_behind_it(reader, path, args):
    _, (one, two, three) = hop_cases.three_hops(path)
    times = {frame: float(time) for frame, time in links(reader, path, "time", args).items()}
    assert times == pytest.approx({one: 0.01 + 0.05, two: 0.02 + 0.04, three: 0.3})


def test_a_server_that_asks_two_others_has_two_next_hops(reader, path):
    (one, two, three), (other, own) = hop_cases.two_ways(path)
    assert links(reader, path, "next") == {one: f"{two}|{three}"}
    assert links(reader, path, "previous") == {two: str(one), three: str(one)}
    times = {frame: float(time) for frame, time in links(reader, path, "time").items()}
    assert times == pytest.approx({other: 0.1, own: 0.01 + 0.02})


def test_what_is_no_cascade_is_not_linked(reader, path):
    hop_cases.no_cascade(path)
    hops = "newcamd.hop.previous || newcamd.hop.next || newcamd.hop.time || newcamd.hop.delay"
    assert reader.frames(path, hops, TWICE) == []


def test_a_server_that_did_not_wait_for_the_next_hop_has_no_time_of_its_own(reader, path):
    hop_cases.unanswered_next(path)
    assert reader.fields(path, "tcp.srcport", filter="newcamd.hop.time", args=TWICE) == [("15051",)]


def test_an_ecm_alone_has_no_hops(reader, path):
    cases.every_command(path)
    assert reader.frames(path, "newcamd.hop.previous || newcamd.hop.next || newcamd.hop.time", TWICE) == []


def test_no_more_than_eight_next_hops_are_remembered(reader, path):
    cascade = hop_cases.Cascade(hops=1)
    others = [cascade.connect(hop_cases.HOSTS[1], "10.0.9.1", 16000 + number) for number in range(10)]
    first = cascade.ask(cascade.hops[0])
    behind = [cascade.ask(other) for other in others]
    cascade.capture.write(path)

    assert links(reader, path, "next") == {first: "|".join(map(str, behind[:8]))}
    assert links(reader, path, "previous") == {frame: str(first) for frame in behind}


BUILDERS = [hop_cases.three_hops, hop_cases.two_ways, hop_cases.no_cascade, hop_cases.unanswered_next,
            lambda path: hop_cases.three_hops(path, hop_cases.LOCAL)]


@pytest.mark.parametrize("build", BUILDERS, ids=["three hops", "two ways", "no cascade", "unanswered", "one host"])
def test_cascades_obey_the_state_rule(tshark, sharkd, path, build):
    build(path)
    assert state_rule.assert_state_rule(tshark, sharkd, path, ["newcamd"], tables=cases.TABLE) >= 10
