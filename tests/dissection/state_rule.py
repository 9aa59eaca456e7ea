"""The state rule of the design, section 2: whatever the order in which frames are looked at, they show the same.

assert_state_rule() dissects a capture in one pass, in two passes (-2), and with sharkd in reverse, in capture order and
shuffled, and compares the trees of our protocols and the columns of their frames, label by label.
"""

import itertools
import random
import xml.etree.ElementTree as ElementTree

from tests.dissection import harness

# What one pass cannot know yet, because it lies in a later frame. Nothing else may differ from the second pass on.
ONE_PASS_MISSES_FIELDS = {
    # forward links
    "newcamd.response_in",
    "newcamd.hop.next",
    # how often something comes
    "newcamd.fault.count",
    "newcamd.emm.card_request_in",
    "newcamd.segment.missing",
    "baichuan.response_in",
    "baichuan.response_last_in",
    "baichuan.media.continued_in",
    "baichuan.media.ends_in",
    "baichuan.media.reassembled_in",
    "baichuan.udp.reassembled_in",
    "baichuan.segment.reassembled_in",
    # how the session of a packet went, in its last one
    "baichuan.outcome",
    "baichuan.outcome.finding",
    "baichuan.outcome.duration",
}
# The same in the trees with another field only: which session came of a hello, of which discovery packets (they have a tid).
ONE_PASS_MISSES_IN_TREES = {"baichuan.udp_tid": {"baichuan.udp.session", "baichuan.connection"}}
# Expert items that say what later frames do not hold; they go with all that is below them.
ONE_PASS_MISSES_EXPERTS = {
    "newcamd.expert.unanswered",
    # the same of those, which it goes with
    "newcamd.expert.last_listed",
    "newcamd.expert.card_request_missing",
    "newcamd.expert.closed_without_reply",
    "newcamd.expert.no_session_key",
    "newcamd.expert.missing",
    "baichuan.expert.unanswered",
    "baichuan.expert.session_end",
    "baichuan.expert.session_odd",
}
ONE_PASS_MISSES_TREES = {
    # The acceptor's first 14 bytes are only noted until the login that follows is opened.
    "newcamd.greeting",
    # So are the pieces of a login that came in several segments; they point to the frame that shows it.
    "newcamd.login_frame",
    # The same of a message that was put together from segments.
    "newcamd.segment.reassembled_in",
    # And what came before the frame that told whose it is, or that proved the session key.
    "newcamd.recognized_in",
    "baichuan.segment.recognized_in",
    # What is not complete where the capture ends is shown in the last packet of its direction.
    "baichuan.waiting",
}
# What one pass says instead, of bytes that may be in any number of such trees.
ONE_PASS_SAYS_INSTEAD = "baichuan.segment.waiting"
# What is below such a label depends on the order in which frames are looked at, and no dissector of ours can help it:
# Wireshark's H.265 dissector reads slices with static values of the parameter sets that it saw last. We say so there.
DEPENDS_ON_ORDER = "read with the parameter sets that were dissected last"


def _label(element):
    return element.get("showname") or element.get("show") or ""


def _flatten_pdml(element, depth, out):
    for child in element:
        if child.get("hide") == "yes" or child.get("name") == "fake-field-wrapper":
            if child.get("name") == "fake-field-wrapper":
                _flatten_pdml(child, depth, out)
            continue
        out.append((depth, _label(child), child.get("name")))
        if DEPENDS_ON_ORDER not in _label(child):
            _flatten_pdml(child, depth + 1, out)
    return out


def tshark_trees(tshark, capture, protocols, args=()):
    """{frame number: [tree, ...]} of one tshark run; a tree is a list of (depth, label, field name)."""
    xml = tshark.run(capture, "-T", "pdml", *args).out
    trees = {}
    for packet in ElementTree.fromstring(xml):
        number = int(packet.find("proto[@name='geninfo']/field[@name='num']").get("show"))
        found = [[(0, _label(proto), proto.get("name"))] + _flatten_pdml(proto, 1, [])
                 for proto in packet if proto.get("name") in protocols]
        if found:
            trees[number] = found
    return trees


def tshark_columns(tshark, capture, frames, args=()):
    rows = tshark.fields(capture, "frame.number", "_ws.col.Protocol", "_ws.col.Info", args=args)
    return {int(row[0]): row[1:] for row in rows if int(row[0]) in frames}


def _flatten_sharkd(nodes, depth, out):
    for node in nodes:
        out.append((depth, node["l"]))
        if DEPENDS_ON_ORDER not in node["l"]:
            _flatten_sharkd(node.get("n", []), depth + 1, out)
    return out


def sharkd_frames(session, protocols, order):
    """{frame number: ([tree, ...], (protocol, info))} with the frames asked for in this order; a tree is a list of
    (depth, label)."""
    frames = {}
    for number in order:
        frame = session.frame(number)
        found = [_flatten_sharkd([node], 0, []) for node in frame["tree"] if node.get("f") in protocols]
        if found:
            frames[number] = (found, (frame["col"][4], frame["col"][6]))
    return frames


def _without_late_experts(tree):
    """A tree without the expert items that one pass misses: each is a _ws.expert with its name among its children, or, where
    it is not listed any more, a line with that name."""
    kept, skip = [], None
    for index, (depth, label, name) in enumerate(tree):
        if skip is not None and depth > skip:
            continue
        skip = None
        below = itertools.takewhile(lambda node: node[0] > depth, tree[index + 1:])
        if name in ONE_PASS_MISSES_EXPERTS or (name == "_ws.expert" and any(child[2] in ONE_PASS_MISSES_EXPERTS for child in below)):
            skip = depth
        else:
            kept.append((depth, label, name))
    return kept


def _without_late_fields(tree):
    late = ONE_PASS_MISSES_FIELDS.union(*(ONE_PASS_MISSES_IN_TREES.get(name, ()) for _, _, name in tree))
    return [node for node in tree if node[2] not in late]


def _without_late_facts(trees):
    return [_without_late_fields(_without_late_experts(tree)) for tree in trees]


def _late_trees(trees):
    """{frame number: (number of trees, indexes of those that one pass shows otherwise or not at all)}."""
    late = {}
    for number, found in trees.items():
        indexes = {i for i, tree in enumerate(found) if any(node[2] in ONE_PASS_MISSES_TREES for node in tree)}
        if indexes:
            late[number] = (len(found), indexes)
    return late


def _comparable(trees, columns, late):
    """One pass against two passes: leaves out what ONE_PASS_MISSES_* names, in both. late: _late_trees() of two
    passes. One pass may lack these trees; where it has as many of them, it says something else in their places."""
    shown = {}
    for number, found in trees.items():
        count, indexes = late.get(number, (None, set()))
        found = [tree for i, tree in enumerate(found) if len(found) != count or i not in indexes]
        kept = _without_late_facts([tree for tree in found if not any(node[2] == ONE_PASS_SAYS_INSTEAD for node in tree)])
        if kept:
            shown[number] = (kept, None if indexes else columns[number])
    return shown


def _assert_same(one, other, what):
    """Compares (trees, columns) of a frame and names the first label that differs."""
    (trees, columns), (other_trees, other_columns) = one, other
    flat = [node for tree in trees for node in tree]
    other_flat = [node for tree in other_trees for node in tree]
    for node, other_node in zip(flat, other_flat):
        assert node == other_node, what
    assert len(flat) == len(other_flat), f"{what}: {(flat + other_flat)[min(len(flat), len(other_flat)):]}"
    assert columns == other_columns, what


def assert_state_rule(tshark_factory, sharkd_factory, capture, protocols, tables=None, prefs=None, files=None):
    """tshark_factory and sharkd_factory: the fixtures `tshark` and `sharkd`. Returns the number of frames that show
    one of the protocols, so that a test can insist on some."""
    tshark = tshark_factory(tables=tables, prefs=prefs, files=files)
    once = tshark_trees(tshark, capture, protocols)
    twice = tshark_trees(tshark, capture, protocols, args=("-2",))
    late = _late_trees(twice)
    once_shown = _comparable(once, tshark_columns(tshark, capture, once), late)
    twice_columns = tshark_columns(tshark, capture, twice, args=("-2",))
    twice_shown = _comparable(twice, twice_columns, late)
    assert sorted(once_shown) == sorted(twice_shown)
    for number in twice_shown:
        _assert_same(once_shown[number], twice_shown[number], f"frame {number}: one pass and -2 differ")

    with sharkd_factory(capture, tables=tables, prefs=prefs, files=files) as session:
        numbers = list(range(1, session.count + 1))
        shuffled = numbers[:]
        random.Random(1).shuffle(shuffled)
        looks = {"in reverse": numbers[::-1]}  # each frame before all that it needs
        if harness.EVERYTHING:
            looks |= {"in order": numbers, "shuffled": shuffled}
        for look, order in looks.items():
            seen = sharkd_frames(session, protocols, order)
            assert sorted(seen) == sorted(twice), f"sharkd {look} and -2 show our protocols in other frames"
            for number, shown in seen.items():
                expected = [[node[:2] for node in tree] for tree in twice[number]]
                _assert_same(shown, (expected, twice_columns[number]), f"frame {number}: sharkd {look} and -2 differ")
    return len(twice)
