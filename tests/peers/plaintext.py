"""Where generators let others at their plaintext, before it is summed, measured and encrypted.

    with plaintext.spoiled(change):     # change(kind, data) gives the bytes that go on instead of data
        bases.GENERATED["baichuan-film"](path, dice)

Lengths, offsets and checksums are made of what comes out, so that a change reaches the parsers behind the ciphers. Kinds:
    xml extension login discovery   documents; login: those of the legs of a login
    structures tokens               the fixed texts of a legacy login; one access token
    binary                          media, files and whatever a message holds that is no document
    message                         a newcamd message from its tag on
    newcamd-login                   the same where it is a login
"""

import contextlib
import contextvars

_change = contextvars.ContextVar("change", default=None)


@contextlib.contextmanager
def spoiled(change):
    """Inside, generators of this thread let change have their plaintext."""
    token = _change.set(change)
    try:
        yield
    finally:
        _change.reset(token)


def plaintext(kind, data):
    """For generators: data (bytes or text), or what became of it."""
    data = data.encode() if isinstance(data, str) else bytes(data)
    change = _change.get()
    return data if change is None or not data else bytes(change(kind, data))
