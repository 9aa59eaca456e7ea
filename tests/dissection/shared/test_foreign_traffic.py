"""Foreign traffic stays with its owners: no connection of somebody else's becomes newcamd or BC, and everything
that Wireshark says about it is the same as without our plugins."""

import collections

import pytest

from tests.dissection import harness
from tests.peers import foreign

# Rows for any address and port, so that keys are tried on every connection.
ANYWHERE = {
    "newcamd_keys": [["", "", "0102030405060708091011121314", "dummy", "secret123", "anywhere"],
                     ["", "0", "1102030405060708091011121314", "", "", "any user"]],
    "baichuan_keys": [["", "admin", "Sommer-2026", "", "", "anywhere"],
                      ["", "", "", "4D2C923E651AB640", "0123456789abcdef", "raw key"]],
}

# Ways to run Wireshark over the same capture.
WAYS = {
    "one pass": [],
    "two passes": ["-2"],
    # Our heuristics are asked before the owner of the port is.
    "heuristics first": ["-2", "-o", "tcp.reassemble_out_of_order:TRUE", "-o", "tcp.try_heuristic_first:TRUE"],
}

# The last one has all of the others in it.
COMPARED = list(WAYS) if harness.EVERYTHING else ["heuristics first"]

Foreign = collections.namedtuple("Foreign", "path connections")


@pytest.fixture(scope="session")
def ours(tshark):
    """tshark with the shipped tables and rows that hold anywhere."""
    texts = {table.name: table.read_text() for table in harness.KEYS.glob("*_keys")}
    for name, rows in ANYWHERE.items():
        texts[name] = texts.get(name, "") + "".join(",".join(f'"{cell}"' for cell in row) + "\n" for row in rows)
    return tshark(files=texts)


@pytest.fixture(scope="session")
def traffic(tmp_path_factory):
    """traffic(kind): the capture of a kind and its connections, made when first asked for."""
    folder, made = tmp_path_factory.mktemp("foreign"), {}

    def get(kind):
        if kind not in made:
            path = folder / f"{kind}.pcap"
            made[kind] = Foreign(path, foreign.write(kind, path))
        return made[kind]

    return get


def hits(tshark, capture, *args):
    return tshark.frames(capture, "newcamd or baichuan", args=args)


def account(tshark, capture, args):
    """Everything that Wireshark says about a capture short of single fields: a line a frame with its columns and
    the protocols in it, then the expert items of all frames."""
    return tshark.run(capture, "-T", "fields", "-e", "frame.number", "-e", "frame.protocols", "-e",
                      "_ws.col.Protocol", "-e", "_ws.col.Info", "-z", "expert", *args).out.splitlines()


def owned_streams(tshark, capture, owner, *args):
    return {int(row[0]) for row in tshark.fields(capture, "tcp.stream", filter=owner, args=args)}


@pytest.mark.parametrize("kind", foreign.KINDS)
def test_no_frame_of_foreign_traffic_is_ours(ours, traffic, kind):
    capture, connections = traffic(kind)
    assert len(connections) >= 1000
    assert hits(ours, capture) == []
    assert hits(ours, capture, *WAYS["heuristics first"]) == []


@pytest.mark.parametrize("way", COMPARED)
@pytest.mark.parametrize("kind", foreign.KINDS)
def test_columns_protocols_and_experts_are_the_same_as_without_our_plugins(ours, plain, traffic, kind, way):
    capture = traffic(kind).path
    with_us, without_us = (account(tshark, capture, WAYS[way]) for tshark in (ours, plain))
    assert len(without_us) > 5000
    # Compared line by line, so that a failure names the frames and does not print megabytes.
    assert [pair for pair in zip(with_us, without_us) if pair[0] != pair[1]][:5] == []
    assert len(with_us) == len(without_us)


@pytest.mark.parametrize("kind", foreign.KINDS)
def test_the_columns_are_the_same_where_no_tree_is_built(ours, plain, traffic, kind):
    capture = traffic(kind).path
    with_us, without_us = (tshark.run(capture).out.splitlines() for tshark in (ours, plain))
    assert [pair for pair in zip(with_us, without_us) if pair[0] != pair[1]][:5] == []
    assert len(with_us) == len(without_us) > 5000


@pytest.mark.parametrize("kind", ["tls", "http"])
def test_a_protocol_that_wireshark_knows_by_its_bytes_has_every_connection_on_every_port(ours, traffic, kind):
    capture, connections = traffic(kind)
    assert {c.port for c in connections} > set(foreign.TEMPTING_PORTS)
    assert owned_streams(ours, capture, kind) == {c.stream for c in connections}


@pytest.mark.parametrize("kind, owner", [("banners", owner) for owner, _, _ in foreign.BANNERS]
                         + [("length-prefix", "dns"), ("length-prefix", "ftp")])
def test_the_owner_of_a_port_has_every_connection_to_it(ours, traffic, kind, owner):
    capture, connections = traffic(kind)
    theirs = {c.stream for c in connections if c.owner == owner}
    assert len(theirs) > 50
    # And more where Wireshark knows a protocol by its bytes on every port, as 4.6 knows SSH.
    assert theirs <= owned_streams(ours, capture, owner)


@pytest.mark.parametrize("passes", [(), ("-2",)], ids=["one pass", "two passes"])
@pytest.mark.parametrize("owner", [owner for owner, _, _ in foreign.BANNERS])
def test_a_banner_of_14_bytes_binds_no_conversation(ours, traffic, owner, passes):
    """The 14 bytes are only noted: the banner's own frame and all later ones go to the owner, even where our
    heuristic saw them first."""
    capture, connections = traffic("banners")
    short = {c.stream for c in connections if c.owner == owner and len(c.greeting) == 14}
    assert len(short) >= 20
    with_data = ours.fields(capture, "tcp.stream", "frame.protocols", filter="tcp.len > 0",
                            args=(*passes, "-o", "tcp.try_heuristic_first:TRUE"))
    strangers = [row for row in with_data if int(row[0]) in short and owner not in row[1].split(":")]
    assert strangers == []


@pytest.mark.parametrize("capture", sorted(harness.CAPTURES.glob("*/*.pcapng")), ids=lambda path: path.stem)
def test_the_same_questions_do_find_our_own_captures(ours, plain, capture):
    """What the other tests find nothing with finds something here."""
    assert hits(ours, capture) != []
    assert hits(ours, capture, *WAYS["heuristics first"]) != []
    assert account(ours, capture, []) != account(plain, capture, [])
