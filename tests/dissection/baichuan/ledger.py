"""What tshark shows of generated conversations, held against the ledger of what was sent (tests/peers/baichuan_captured.py).

    shown = Shown(tshark(...), capture, args=("-2",))
    faults(shown, taken, key=True)      # [sentence, ...] of what is wrong; empty

Nothing here asks what the dissector showed before or elsewhere.
"""

import collections
import math

from tests.dissection import harness
from tests.dissection.baichuan.messages import encryption as encryption_of
from tests.dissection.baichuan.messages import named
from tests.peers import baichuan

LINKS = ("response_to", "response_in", "response_first_in", "response_last_in")
TEXTS = ("baichuan.payload.xml", "baichuan.extension.xml", "baichuan.continuation.text")


class ShownMessage:
    """One message that is shown."""

    def __init__(self, frame, index, tree):
        self.frame, self.index, self.tree = frame, index, tree
        self.facts = tuple(int(self.one(name), 0) for name in ("msg_id", "exchange_id", "msg_len"))
        self.holes = [(int(a), int(b)) for a, b in zip(self.all("hole.offset"), self.all("hole.length"))]
        self.links = {name: int(self.one(name)) for name in LINKS if self.one(name) is not None}

    def all(self, name):
        return named(self.tree, f"baichuan.{name}")

    def one(self, name):
        return next(iter(self.all(name)), None)

    def encryption(self, part):
        """What that of the Extension or the payload is called; part: one of the ledger's."""
        return encryption_of(self.tree, "extension" if part.kind == "extension" else "payload")

    def texts(self):
        """All text that is shown of it, wherever it begins."""
        return [text for name in TEXTS for text in named(self.tree, name)]

    @property
    def data(self):
        """Its binary payload."""
        return b"".join(bytes.fromhex(value.replace(":", "")) for value in self.all("payload.data"))

    def __repr__(self):
        return f"{self.facts[0]}/{self.facts[1]:#x} of {self.facts[2]} bytes in frame {self.frame}"


class ShownMedia:
    """One media packet whose header is shown. data: of it in the same item."""

    def __init__(self, frame, tree):
        self.frame = frame

        def number(name):
            value = next(iter(named(tree, f"baichuan.media.{name}")), None)
            return None if value is None else int(value, 0)

        kind = tree["baichuan.media.type"]
        self.facts = kind, number("size") or 0, number("microseconds"), number("width") if kind == "Info" else None

    def __repr__(self):
        return f"{self.facts} in frame {self.frame}"


def _media(tree, found):
    for name, value in tree.items():
        for child in harness.as_list(value):
            if isinstance(child, dict):
                if name == "baichuan.media" and "baichuan.media.type" in child:
                    found.append(child)
                else:
                    _media(child, found)
    return found


class Shown:
    """Everything that one run of tshark shows of a capture.

      messages  [ShownMessage, ...], media [ShownMedia, ...], in the order in which they are shown
      segments  {frame: [frame that shows the message, or None]}: items of frames that carry a part of one
      trees     {frame: [tree, ...]}"""

    def __init__(self, tshark, capture, args=("-2",)):
        self.messages, self.media, self.segments = [], [], collections.defaultdict(list)
        self.trees = {}
        for layers in tshark.packets(capture, "baichuan", filter="baichuan", args=args):
            frame = int(layers["frame"]["frame.number"])
            self.trees[frame] = harness.as_list(layers["baichuan"])
            for index, tree in enumerate(self.trees[frame]):
                self._read(frame, index, tree)

    def numbers(self, frame, name):
        """All values of a field in a frame."""
        return [int(value) for tree in self.trees[frame] for value in named(tree, name) if not isinstance(value, dict)]

    def _read(self, frame, index, tree):
        if "baichuan.magic" in tree:
            self.messages.append(ShownMessage(frame, index, tree))
        self.media += [ShownMedia(frame, item) for item in _media(tree, [])]
        for value in named(tree, "baichuan.segment.reassembled_in"):
            self.segments[frame].append(int(value))


def paired(shown, taken, side):
    """({message of the ledger: ShownMessage}, [faults]) of one direction.

    Messages with the same header are told apart by their order: those that must be there come first."""
    faults, pairs = [], {}
    sent, seen = collections.defaultdict(list), collections.defaultdict(list)
    for message in taken.talk.messages[side]:
        sent[message.facts].append(message)
    for message in shown.messages:
        if taken.sides.get(message.frame) == side:
            seen[message.facts].append(message)
    for facts in sent.keys() | seen.keys():
        must = [message for message in sent[facts] if taken.arrived(message).has(message.head)]
        # Of a header some of whose bytes are missing one may be shown, or not.
        might = [message for message in sent[facts] if taken.arrived(message).has(20)]
        found = seen[facts]
        candidates = must if len(found) <= len(must) else might
        faults += [f"{message} is shown, but was not sent" for message in found[len(candidates):]]
        faults += [f"{message} is not shown: {taken.arrived(message)}" for message in must[len(found):]]
        pairs.update(zip(candidates, found))
    return pairs, faults


def _of_frames(pairs, taken, exact):
    """Every whole message is in the frame in which the last of it came, if by then a reader knew where it begins; behind that
    one if not, or if its carrier waits for what was lost. Holes are where bytes are missing."""
    known = {"c": 0, "s": 0}  # since which frame it is known where the next message begins; endless: a header was lost
    for message in taken.talk.messages["c"] + taken.talk.messages["s"]:
        there, shown, side = taken.arrived(message), pairs.get(message), message.side
        if shown and there.whole:
            latest = max(there.last, known[side]) if exact else math.inf
            if not there.last <= shown.frame <= latest:
                yield f"{message} was complete in frame {there.last}, but is shown in {shown.frame}"
        if shown and shown.holes and shown.holes != [(a, b - a) for a, b in there.holes]:
            yield f"{message} is shown with the holes {shown.holes}, but has {there.holes}"
        if not there.has(message.head):
            known[side] = math.inf
        elif known[side] == math.inf:
            known[side] = shown.frame if shown else math.inf
        else:
            known[side] = max([known[side]] + [frame for start, _, frame in there.pieces if start < message.head])


PROLOG = len(baichuan.PROLOG)


def _of_documents(pairs, taken, key):
    """Documents read as they were sent, up to the first hole, where the key is there; where it is not, none is shown."""
    for message, shown in pairs.items():
        there = taken.arrived(message)
        for kind, name in (("extension", "extension.xml"), ("xml", "payload.xml")):
            part, text = message.part(kind), shown.one(name)
            if part is None or not part.opens(key):
                if text is not None:
                    yield f"{message}: {name} is shown, which nobody can know: {text[:60]!r}"
                continue
            there_of_it = there.holes[0][0] - part.offset if there.holes else len(part.plain)
            if there_of_it >= len(part.plain):
                if text != part.text:
                    yield f"{message}: {name} is {text!r}, not {part.text!r}"
            elif there_of_it > PROLOG and not (text or "").startswith(part.plain[:there_of_it].decode()):
                yield f"{message}: {name} does not go on to the hole at {there.holes[0][0]}: {(text or '')[-60:]!r}"


MEDIA_MESSAGES = (3, 5, 202)
# (cipher, whether it is binary)
NAMES = {("none", False): "None", ("none", True): "None", ("xor", False): "BC XOR", ("aes", False): "AES",
         ("aes", True): "Full AES"}


def encryption(part):
    """What the encryption of a part is called that was opened."""
    return NAMES[part.cipher if part.sealed else "none", part.kind == "binary"]


def _of_binaries(pairs, taken, key):
    """Binary payloads that are whole and opened read as they were sent. Of media only packets are looked at."""
    for message, shown in pairs.items():
        part = message.part("binary")
        if part and message.msg_id not in MEDIA_MESSAGES and taken.arrived(message).whole:
            if all(each.opens(key) for each in message.parts) and shown.data != part.plain:
                yield f"{message}: the payload's {len(shown.data)} bytes are not those {len(part.plain)} that were sent"


def _of_encryptions(pairs, taken, key):
    """What a part is called that is whole and opened."""
    for message, shown in pairs.items():
        if taken.arrived(message).whole and all(part.opens(key) for part in message.parts):
            for part in message.parts:
                name, right = shown.encryption(part), encryption(part)
                if name != right and (key or taken.talk.session.cipher in ("none", "xor")):
                    yield f"{message}: the encryption of its {part.kind} is called {name}, not {right}"


def _of_unopened(pairs, taken, key):
    """What was not opened is not called clear, or otherwise than it is; and its bytes are not called those of a file."""
    for message, shown in pairs.items():
        for part in message.parts:
            name, right = shown.encryption(part), encryption(part)
            if not part.opens(key) and name != right and name in NAMES.values():
                yield f"{message}: the encryption of its {part.kind} is called {name}, not {right}"
            if not part.opens(key) and part.kind == "binary" and shown.data and shown.data not in part.plain:
                yield f"{message}: {len(shown.data)} bytes are shown as its payload that are not what was sent"


def _of_links(pairs, taken):
    """Each link goes to a frame with the message that it should."""
    frames = {message: shown.frame for message, shown in pairs.items()}
    replies = collections.defaultdict(set)
    for message, frame in frames.items():
        if message.answers is not None:
            replies[message.answers].add(frame)
    for message, shown in pairs.items():
        request = message.answers
        right = {"response_to": {frames.get(request)} - {None}, "response_first_in": replies[request] if request else set(),
                 "response_in": replies[message], "response_last_in": replies[message]}
        for name, frame in shown.links.items():
            if frame not in right[name]:
                yield f"{message}: {name} is {frame}, not {sorted(right[name])}"


def _of_times(pairs, taken):
    """The response time ends with the packet that completed the reply."""
    for message, shown in pairs.items():
        time = shown.one("response_time")
        request = pairs.get(message.answers)
        if time is None or request is None or shown.links.get("response_to") != request.frame:
            continue
        there, asked = taken.arrived(message), taken.arrived(message.answers)
        if there.whole and asked.whole:
            right = taken.times[there.last] - taken.times[asked.last]
            if abs(float(time) - right) > 2e-6:
                yield f"{message}: the response took {right:.6f} s, not {time}"


def _links_missing(pairs, taken):
    """Where nothing was lost: each reply has its request, and what nobody asked for is a push."""
    firsts = {}
    for message in taken.talk.messages["s"] + taken.talk.messages["c"]:
        if message.answers is not None:
            firsts.setdefault(message.answers, message)
    for message, shown in pairs.items():
        if message.answers is not None and "response_to" not in shown.links:
            yield f"{message} is not linked to {message.answers}"
        if message in firsts and "response_in" not in shown.links:
            yield f"{message} is not linked to {firsts[message]}"
        if message.side == "s" and (message.answers is None) != (shown.one("push") is not None):
            yield f"{message}: push is {shown.one('push')}"


def _media_of(shown, taken, side):
    """{facts: media packet that was sent}, {facts: how often it is shown}."""
    sent = {media.facts: media for media in taken.talk.media if media.side == side}
    return sent, collections.Counter(media.facts for media in shown.media if taken.sides.get(media.frame) == side)


def _of_untrue_media(shown, taken, side):
    """No media packet is shown that was not sent, and none twice."""
    sent, seen = _media_of(shown, taken, side)
    for facts, count in seen.items():
        if facts not in sent:
            yield f"media packet {facts} is shown, but was not sent"
        elif count > 1:
            yield f"{sent[facts]} is shown {count} times"


def _of_media(shown, taken, side, key, lossless):
    """Where all messages with bytes of a media packet are whole, it is shown. Where something was lost before it, its header
    has to be searched for; one that two messages share may then be missed."""
    sent, seen = _media_of(shown, taken, side)
    for media in sent.values():
        readable = all(message.part("binary").opens(key) and taken.arrived(message).whole for message, *_ in media.pieces)
        if readable and key and media.facts not in seen and (lossless or media.header_pieces == 1):
            yield f"{media} is not shown"


class Kinds(dict):
    """{kind: [sentence, ...]} of what is wrong; false if nothing is."""

    def note(self, kind, sentences):
        sentences = list(sentences)
        if sentences:
            self.setdefault(kind, []).extend(sentences)

    def but(self, *kinds):
        return Kinds({kind: found for kind, found in self.items() if kind not in kinds})

    def only(self, *kinds):
        return Kinds({kind: found for kind, found in self.items() if kind in kinds})

    def __str__(self):
        return "\n".join(f"{kind}: {len(found)}\n" + "\n".join("    " + text for text in found[:5]) for kind, found in self.items())


def faults(shown, taken, key, exact=True, links=True):
    """Kinds of what is wrong with what is shown of a conversation. key: the session's key is configured; exact: whole
    messages are shown at once; links: they are looked at.

      messages        one is missing that is whole, or whose header is; or is shown that was not sent
      frames          one is shown in another frame than it should be, or with other holes
      documents, binaries, encryptions    of a part that was opened
      unopened        of one that was not
      media           a packet is missing; untrue media: one is shown that was not sent
      links, response times; missing links: where nothing was lost"""
    found = Kinds()
    pairs = {}
    lossless = all(taken.arrived(message).whole for side in "cs" for message in taken.talk.messages[side])
    for side in "cs":
        some, wrong = paired(shown, taken, side)
        found.note("messages", wrong)
        found.note("untrue media", _of_untrue_media(shown, taken, side))
        found.note("media", _of_media(shown, taken, side, key, lossless))
        pairs.update(some)
    found.note("frames", _of_frames(pairs, taken, exact))
    found.note("documents", _of_documents(pairs, taken, key))
    found.note("encryptions", _of_encryptions(pairs, taken, key))
    found.note("unopened", _of_unopened(pairs, taken, key))
    found.note("binaries", _of_binaries(pairs, taken, key))
    if links:
        found.note("links", _of_links(pairs, taken))
        found.note("response times", _of_times(pairs, taken))
        if lossless:
            found.note("missing links", _links_missing(pairs, taken))
    return found

