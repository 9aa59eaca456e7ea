"""newcamd's statistics tables as tshark prints them and as sharkd gives them."""


def printed(tshark, path, statistic, *args):
    """[{column: text, ...}, ...], a row each, of `-z statistic`."""
    lines = tshark.run(path, "-q", "-z", statistic, *args).out.splitlines()
    head = next(number for number, line in enumerate(lines) if line.endswith("|"))
    names = [name.strip() for name in lines[head].split("|")[:-1]]
    rows = [[text.strip() for text in line.split("|")] for line in lines[head + 1:] if "|" in line]
    return [dict(zip(names, row)) for row in rows]


def from_sharkd(session, name):
    """The same of sharkd's tap nstat:name; numbers are numbers."""
    tap, = session.request("tap", tap0=f"nstat:{name}")["taps"]
    names = [field["c"] for field in tap["fields"]]
    return [dict(zip(names, row)) for table in tap["tables"] for row in table["i"]]


def some(row, *names):
    """The texts of some columns."""
    return tuple(row[name] for name in names)
