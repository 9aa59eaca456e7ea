"""What ends the program with a sentence."""


class Bad(Exception):
    """Something can not be done; the text says what and why, and repeats no key."""
