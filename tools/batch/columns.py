"""Records as rows: which columns a table has, and what stands in them."""

import json

from .printable import printable

# name, type in DuckDB, how it is taken out of a record
TABLE = (
    ("file", "VARCHAR"), ("frame", "BIGINT"), ("time", "TIMESTAMP"), ("protocol", "VARCHAR"), ("kind", "VARCHAR"),
    ("transport", "VARCHAR"), ("connection", "VARCHAR"), ("src_ip", "VARCHAR"), ("src_port", "INTEGER"),
    ("dst_ip", "VARCHAR"), ("dst_port", "INTEGER"), ("direction", "VARCHAR"), ("id", "BIGINT"), ("name", "VARCHAR"),
    ("title", "VARCHAR"), ("status", "INTEGER"), ("status_name", "VARCHAR"), ("opened", "BOOLEAN"), ("why_not", "VARCHAR"),
    ("request_frame", "BIGINT"), ("reply_frame", "BIGINT"), ("response_time", "DOUBLE"), ("fields", "JSON"), ("xml", "JSON"),
    ("media", "JSON"), ("experts", "JSON"),
)


def row(record):
    """{column: value} of a record: addresses in columns of their own; what is nested stays so."""
    flat = dict(record)
    for end in ("src", "dst"):
        for part, value in flat.pop(end).items():
            flat[f"{end}_{part}"] = value
    return {name: flat[name] for name, _ in TABLE}


def at(record, flat, name):
    """What a name of --fields stands for: a filter name, or a path in the record such as src.ip or fields.login.user."""
    if name in flat:
        return flat[name]
    value = record
    for word in name.split("."):
        if not isinstance(value, dict) or word not in value:
            return None
        value = value[word]
    return value


def chosen(record, flat, names):
    return {name: at(record, flat, name) for name in names}


def cell(value):
    """A value in CSV: text as it is, several values or what is nested as JSON."""
    if value is None or value == [] or value == {}:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, dict)):
        text = json.dumps(value, ensure_ascii=False)
        return text if text.isprintable() else json.dumps(value)
    # A line break in a cell would be right, and is what half of the readers of CSV get wrong.
    return printable(str(value), kept="\t")
