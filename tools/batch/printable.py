"""Texts that go to a terminal, of whoever named a file or made a capture: with nothing that it obeys."""


def printable(text, kept=""):
    """A text on one line. What does not print is escaped, but for the signs that are kept."""
    if text.isprintable():
        return text
    return "".join(sign if sign.isprintable() or sign in kept else _escaped(sign) for sign in text)


def _escaped(sign):
    byte = ord(sign) - 0xDC00  # of a name that is no UTF-8
    return f"\\x{byte:02x}" if 0x80 <= byte <= 0xFF else sign.encode("unicode_escape").decode()
