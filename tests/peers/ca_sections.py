"""ECM and EMM sections, and pseudo EMMs as a client puts them together, from docs/newcamd.md section 6."""


def section(table_id, data, nibble=7):
    return bytes([table_id, nibble << 4 | len(data) >> 8, len(data) & 0xFF]) + data


def nano(tag, value):
    return bytes([tag, len(value)]) + value


def nanos(data):
    """The nanos of a list."""
    found = []
    while data:
        found.append(data[:2 + data[1]])
        data = data[2 + data[1]:]
    return found


def sort(*lists):
    """Nanos of all lists sorted by tag; equal tags keep their order."""
    return b"".join(sorted((n for data in lists for n in nanos(data)), key=lambda n: n[0]))


def viaccess_pseudo(gh, s):
    """Section 6.3: EMM-GH and EMM-S."""
    own = s[7:]
    if not s[6] & 2:
        own = nano(0x9E, own[:-8]) + nano(0xF0, own[-8:])
    return section(0x8E, s[3:7] + sort(gh[3:], own))


def cryptoworks_pseudo(sh, sb):
    """Section 6.4: EMM-SH and EMM-SB."""
    return section(0x84, sh[3:12] + sort(sb[5:], sh[12:]))


# The examples of sections 6.3 and 6.4.
VIACCESS_GH = bytes.fromhex("8c7010 9003030601 a90411223344 b103556677")
VIACCESS_S = bytes.fromhex("8e702c aabbcc 00") + bytes(range(0x20)) + bytes.fromhex("f1f2f3f4f5f6f7f8")
VIACCESS_PSEUDO = (bytes.fromhex("8e7040 aabbcc 00 9003030601 9e20") + bytes(range(0x20))
                   + bytes.fromhex("a90411223344 b103556677 f008f1f2f3f4f5f6f7f8"))
CRYPTOWORKS_SH = bytes.fromhex("847019 a9ff 01020304 4800 17 800401020304 df080000000000000000")
CRYPTOWORKS_SB = bytes.fromhex("867009 a9ff 830105 8c020908")
CRYPTOWORKS_PSEUDO = bytes.fromhex("847020 a9ff 01020304 4800 17 800401020304 830105 8c020908 df080000000000000000")
