"""BC messages out of tshark's JSON, one flat dict a message, for the tests of the baichuan plugin."""

from tests.dissection import harness

NUMBERS = ("magic", "msg_id", "msg_len", "channel_id", "xml_encryption_offset", "stream_id", "message_handle",
           "exchange_id", "encrypt", "status_code", "msg_class", "bin_offset", "lost")
TEXTS = ("nonce", "username", "password", "key_row")


def named(tree, name):
    """All values of a field below a JSON tree."""
    found = []
    for key, value in tree.items():
        if key == name:
            found += harness.as_list(value)
        elif isinstance(value, (dict, list)):
            for child in harness.as_list(value):
                if isinstance(child, dict):
                    found += named(child, name)
    return found


def _first(tree, name):
    return next(iter(named(tree, name)), None)


def encryption(tree, name):
    """How the "extension" or the "payload" of a message is encrypted; they have one such field each, behind one another."""
    part, each = tree.get(f"baichuan.{name}"), harness.as_list(tree.get("baichuan.encryption"))
    return each[0 if name == "extension" else -1] if part and each else None


def _part(tree, name):
    part = next(iter(harness.as_list(tree.get(f"baichuan.{name}"))), None)
    if not part:
        return {"encryption": None, "xml": None, "data": None, "encrypted": None}
    data = part.get("baichuan.payload.data")
    encrypted = part.get("baichuan.encrypted")
    return {
        "encryption": encryption(tree, name),
        "xml": part.get(f"baichuan.{name}.xml"),
        "data": None if data is None else bytes.fromhex(data.replace(":", "")),
        "encrypted": None if encrypted is None else bytes.fromhex(encrypted.replace(":", "")),
    }


def messages(tshark, capture, filter="baichuan.magic", args=(), links=()):
    """Every message: {"frame", the NUMBERS (None if absent), the TEXTS and links (texts, too), "extension" and
    "payload": {"encryption", "xml", "data", "encrypted"}, "experts": [filter name, ...]}."""
    found = []
    for layers in tshark.packets(capture, "baichuan", filter=filter, args=args):
        for tree in harness.as_list(layers["baichuan"]):
            if "baichuan.magic" not in tree:
                continue
            message = {"frame": int(layers["frame"]["frame.number"])}
            for name in NUMBERS:
                value = _first(tree, f"baichuan.{name}")
                message[name] = None if value is None else int(value, 0)
            for name in TEXTS + tuple(links):
                message[name] = _first(tree, f"baichuan.{name}")
            message["extension"] = _part(tree, "extension")
            message["payload"] = _part(tree, "payload")
            message["experts"] = experts(tree)
            found.append(message)
    return found


def after_login(tshark, capture, prefs=None, **keywords):
    """messages() but those of the login; prefs: the password of all generated sessions if nothing else is said."""
    keyed = tshark(prefs={"baichuan.password": "Secret-1"} if prefs is None else prefs)
    return [m for m in messages(keyed, capture, **keywords) if m["msg_id"] != 1]


def experts(tree):
    """The filter names of our expert items below a JSON tree, shortened to their last part."""
    prefix = "baichuan.expert."
    found = []
    for key, value in tree.items():
        if key.startswith(prefix) and not key.endswith("_tree"):
            found.append(key[len(prefix):])
        for child in harness.as_list(value):
            if isinstance(child, dict):
                found += experts(child)
    return found
