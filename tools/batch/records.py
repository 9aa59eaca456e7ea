"""One record a message, out of the dissection tree of a frame."""

import functools
import re

from . import documents, values

EPOCH = re.compile(r"^Epoch (?:Arrival )?Time: (\d+)\.(\d+)")
LONGEST_BYTES = 64
ADDRESSES = {"ip.src": ("src", "ip"), "ip.dst": ("dst", "ip"), "ipv6.src": ("src", "ip"), "ipv6.dst": ("dst", "ip"),
             "tcp.srcport": ("src", "port"), "tcp.dstport": ("dst", "port"), "udp.srcport": ("src", "port"),
             "udp.dstport": ("dst", "port"), "exported_pdu.ipv4_src": ("src", "ip"), "exported_pdu.ipv4_dst": ("dst", "ip"),
             "exported_pdu.ipv6_src": ("src", "ip"), "exported_pdu.ipv6_dst": ("dst", "ip"),
             "exported_pdu.src_port": ("src", "port"), "exported_pdu.dst_port": ("dst", "port")}
TRANSPORTS = ("tcp", "udp")
STREAMS = ("tcp.stream", "udp.stream")
PLAIN_PACKETS = ("Data", "Acknowledgement")


def _add(table, key, value):
    """A second value of one key makes a list."""
    if key not in table:
        table[key] = value
    elif isinstance(table[key], list):
        table[key].append(value)
    else:
        table[key] = [table[key], value]


def first(value):
    return value[0] if isinstance(value, list) else value


class Message:
    """What a tree below one node of a protocol of ours says. flat: {filter name: value or list of values}."""

    def __init__(self, bytes_too=False):
        self.flat, self.fields, self.names = {}, {}, {}
        self.xml, self.media, self.experts = [], [], []
        self.bytes_too = bytes_too

    def read(self, nodes, media=None):
        for node in nodes:
            name, value, called, _, proto, below, place = node
            inside = media
            if place is not None:
                self._value(name, value, called, place, media)
            elif name == "_ws.expert":
                self._expert(node)
                continue
            elif proto and name.partition(".")[0] not in values.OURS:
                continue  # another dissector's view of bytes that are here already
            elif value is None and media is None and any(child.name.startswith(values.MEDIA) for child in below):
                inside = {}
                self.media.append(inside)
            if below:
                self.read(below, inside)

    def _value(self, name, value, called, place, media):
        topic, key, named, in_media, is_xml, is_bytes = place
        if is_bytes and len(value) > 2 * LONGEST_BYTES and not self.bytes_too:
            return
        # What comes once, as most values do, is added here: a call for each takes as long as all else that is done with it.
        if name in self.flat:
            _add(self.flat, name, value)
        else:
            self.flat[name] = value
        if is_xml:
            self._document(topic, value)
            return
        if media is not None and in_media:
            table, key, named = media, in_media, in_media + "_name"
        elif topic in self.fields:
            table = self.fields[topic]
        else:
            table = self.fields[topic] = {}
        if key in table:
            _add(table, key, value)
        else:
            table[key] = value
        if called is not None:
            self.names.setdefault(name, called)
            _add(table, named, called)

    def _document(self, part, text):
        tree, why = documents.tree(text)
        document = {"part": part, "text": text, "tree": tree}
        if why:
            document["no_tree"] = why
        self.xml.append(document)

    def _expert(self, node):
        item = {"severity": None, "group": None, "name": None, "text": None}
        for child in node.nodes:
            name = child.name
            if name in ("_ws.expert.severity", "_ws.expert.group"):
                item[name.rpartition(".")[2]] = child.label.rpartition(": ")[2].lower()
            elif name == "_ws.expert.message":
                item["text"] = child.value or ""
            else:
                item["name"] = name or None
                item["text"] = item["text"] or child.label
        self.experts.append(item)


class Frame:
    """The records of one frame of a file."""

    def __init__(self, file, number, tree, bytes_too=False):
        self.file, self.number, self.bytes_too = file, number, bytes_too
        self.time, self.layers = None, []
        self.ends = {"src": {"ip": None, "port": None}, "dst": {"ip": None, "port": None}}
        self.transport, self.stream = None, None
        for node in tree:
            if node.name == "frame":
                self._times(node)
            elif node.name in values.OURS:
                self.layers.append(node)
            elif node.proto:
                if node.name in TRANSPORTS and node.name != self.transport:
                    self.transport, self.stream = node.name, None
                self._addresses(node.nodes)

    def _times(self, node):
        for child in node.nodes:
            found = EPOCH.match(child.label)
            if found:
                self.time = int(found[1]), (found[2] + "000000000")[:9]
                return

    def _addresses(self, nodes):
        for node in nodes:
            if node.value is None:
                continue
            if node.name in ADDRESSES:
                end, what = ADDRESSES[node.name]
                self.ends[end][what] = int(node.value) if what == "port" else f"{node.value}"
            elif node.name in STREAMS:
                self.stream = int(node.value)

    def records(self):
        """[(record, {filter name: value})], in the order of the tree."""
        found = []
        packet = None
        for node in self.layers:
            message = Message(self.bytes_too)
            message.read(node.nodes)
            kind = kind_of(message)
            if kind == "packet":
                packet = message
            if kind == "part" and not message.experts and "baichuan.media.type" not in message.flat:
                continue
            if kind == "packet" and self._is_plain(message):
                continue
            found.append((self._record(node.name, kind, message, node.label, packet), message.flat))
        return found

    @staticmethod
    def _is_plain(message):
        """A BcUdp packet that only carries a piece of a message, or acknowledges some: it has no news of its own."""
        flat = message.flat
        return message.names.get("baichuan.udp_type") in PLAIN_PACKETS and not message.experts and not any(
            name in flat for name in ("baichuan.udp.retransmission", "baichuan.udp.reordered", "baichuan.lost_packets",
                                      "baichuan.outcome"))

    def _record(self, protocol, kind, message, title, packet):
        flat = message.flat
        title = title.partition(", ")[2]
        record = {"file": self.file, "frame": self.number, "time": self._time(), "protocol": protocol, "kind": kind,
                  "transport": self.transport, "connection": self._connection(protocol, message, packet),
                  "src": dict(self.ends["src"]), "dst": dict(self.ends["dst"])}
        record["direction"] = self._direction(protocol, flat)
        record.update(IDENTITIES[protocol](message, title))
        record.update(opened(protocol, message))
        record["request_frame"] = first(flat.get(f"{protocol}.response_to"))
        record["reply_frame"] = first(flat.get(f"{protocol}.response_in"))
        record["response_time"] = first(flat.get(f"{protocol}.response_time"))
        record.update(fields=message.fields, xml=message.xml, media=message.media, experts=message.experts)
        return record

    def _time(self):
        if self.time is None:
            return None
        return f"{_second(self.time[0])}.{self.time[1]}Z"

    def _connection(self, protocol, message, packet):
        number = message.flat.get(f"{protocol}.connection")
        if number is not None:
            return f"{first(number)}"
        for source in (message, packet):
            session = source and source.flat.get("baichuan.udp.session")
            if session is not None:
                return f"session {first(session)}"
        return None if self.stream is None else f"{self.transport} {self.stream}"

    @staticmethod
    def _direction(protocol, flat):
        """to camera, from camera, to server, from server, or None where nothing says it."""
        peer = "camera" if protocol == "baichuan" else "server"
        told = flat.get(f"{protocol}.from_{peer}")
        if told is None:
            told = SAID[protocol](flat)
        return None if told is None else f"from {peer}" if told else f"to {peer}"


@functools.lru_cache(maxsize=64)
def _second(seconds):
    """A number of seconds since 1970 as ISO 8601."""
    days, rest = divmod(seconds, 86400)
    year, month, day = _civil(days)
    return f"{year:04}-{month:02}-{day:02}T{rest // 3600:02}:{rest // 60 % 60:02}:{rest % 60:02}"


def _civil(days):
    """Year, month and day of a number of days since 1970 (any of them: datetime ends at year 9999)."""
    days += 719468
    era, day_of_era = divmod(days, 146097)
    year_of_era = (day_of_era - day_of_era // 1460 + day_of_era // 36524 - day_of_era // 146096) // 365
    day_of_year = day_of_era - (365 * year_of_era + year_of_era // 4 - year_of_era // 100)
    shifted = (5 * day_of_year + 2) // 153
    month = shifted + 3 if shifted < 10 else shifted - 9
    return year_of_era + era * 400 + (month <= 2), month, day_of_year - (153 * shifted + 2) // 5 + 1


def kind_of(message):
    """message, packet (BcUdp's own), or part: bytes of a message that is shown in another frame, or in none."""
    flat = message.flat
    if "baichuan.magic" in flat or "newcamd.length" in flat or "newcamd.greeting" in flat:
        return "message"
    if "baichuan.udp_magic" in flat:
        return "packet"
    return "part"


def _baichuan_says(flat):
    """Whether a message comes from the camera, as far as it says so by itself; None if it doesn't."""
    if "baichuan.response_to" in flat or "baichuan.push" in flat or flat.get("baichuan.msg_class") == 0x6614:
        return True
    if "baichuan.response_in" in flat or flat.get("baichuan.msg_class") == 0x6514:
        return False
    return True if (first(flat.get("baichuan.status_code")) or 0) >= 200 else None


def _newcamd_says(flat):
    if "newcamd.greeting" in flat or "newcamd.response_to" in flat:
        return True
    return False if "newcamd.response_in" in flat or flat.get("newcamd.key") == "login" and "newcamd.user" in flat else None


SAID = {"baichuan": _baichuan_says, "newcamd": _newcamd_says}


def _baichuan_identity(message, title):
    flat, names = message.flat, message.names
    status = first(flat.get("baichuan.status_code")) or None  # 0: a request, which has none
    name = first(flat.get("baichuan.msg_name")) or names.get("baichuan.msg_id") or first(flat.get("baichuan.udp.message"))
    return {"id": first(flat.get("baichuan.msg_id")), "name": name or names.get("baichuan.udp_type") or title or None,
            "title": title or None, "status": status, "status_name": names.get("baichuan.status_code") if status else None}


def _newcamd_identity(message, title):
    flat = message.flat
    name = first(flat.get("newcamd.command_name")) or message.names.get("newcamd.command")
    status = None
    if "newcamd.cw.even" in flat or "newcamd.cw.odd" in flat:
        status = "decoded"
    elif "newcamd.response_to" in flat and (first(flat.get("newcamd.command")) or 0) in (0x80, 0x81):
        status = "not decoded"
    elif name:
        status = next((word for word in ("accepted", "refused") if name.endswith(word)), None)
    return {"id": first(flat.get("newcamd.command")), "name": name or title or None, "title": title or None,
            "status": None, "status_name": status}


IDENTITIES = {"baichuan": _baichuan_identity, "newcamd": _newcamd_identity}
CLOSED = {"baichuan": ("no_key", "no_login", "wrong_key", "wrong_password", "not_opened", "key_exchange"),
          "newcamd": ("no_key", "no_session_key", "login_missing", "greeting_missing", "password_missing", "no_cipher",
                      "undecoded")}
CLOSED = {protocol: {f"{protocol}.expert.{name}" for name in names} for protocol, names in CLOSED.items()}


def opened(protocol, message):
    """{"opened": True, False, or None where nothing was closed, "why_not": text or None}."""
    flat = message.flat
    reason = first(flat.get(f"{protocol}.opened"))
    if reason is None:
        reason = next((item["text"] for item in message.experts if item["name"] in CLOSED[protocol]), None)
    if protocol == "newcamd":
        closed = reason is not None or "newcamd.length" in flat and "newcamd.key" not in flat
        was = "newcamd.key" in flat
    else:
        how = flat.get("baichuan.encryption", [])
        how = how if isinstance(how, list) else [how]
        closed = reason is not None or "Unknown" in how
        was = bool(how)
    return {"opened": False if closed else True if was else None, "why_not": reason}
