"""Parquet, through DuckDB: its Python module, its program (Debian: duckdb, from forky on), or its package for Node
(npm install @duckdb/node-api). None of them is needed for anything else.
"""

import contextlib
import functools
import importlib.util
import os
import shutil
import subprocess

from . import columns

NODE = """
const {DuckDBInstance} = require('@duckdb/node-api');
(async () => {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  await connection.run(process.env.CAMSHARK_SQL);
})().catch(error => { console.error(String(error)); process.exit(1); });
"""


class Failed(Exception):
    """DuckDB did not write the file: the text is its own."""


def _node_paths():
    """Where packages of Node are: in the working folder, or for all users."""
    paths = [os.path.join(os.getcwd(), "node_modules")] + os.environ.get("NODE_PATH", "").split(os.pathsep)
    if shutil.which("npm"):
        done = subprocess.run(["npm", "root", "--global"], capture_output=True, text=True)
        paths.append(done.stdout.strip())
    return [os.path.abspath(path) for path in paths if path]


@functools.lru_cache(maxsize=None)
def engine():
    """(kind, detail) of the DuckDB that is here: "module", "program" or "node"; None if there is none."""
    if importlib.util.find_spec("duckdb"):
        return "module", None
    if shutil.which("duckdb"):
        return "program", os.path.abspath(shutil.which("duckdb"))
    if shutil.which("node"):
        for path in _node_paths():
            if os.path.isdir(os.path.join(path, "@duckdb", "node-api")):
                return "node", path
    return None


def environment():
    """What a process of ours needs to find the same in another working folder."""
    kind, detail = engine() or (None, None)
    return {"NODE_PATH": detail} if kind == "node" else {}


MISSING = ("there is no DuckDB here, so JSON Lines are written instead of Parquet; Debian has it as duckdb from forky on, "
           "elsewhere: npm install @duckdb/node-api")


def _quoted(text):
    return "'" + text.replace("'", "''") + "'"


def statement(source, target, names, empty=False):
    """Reads JSON Lines with the columns of a table, so that files without any messages have them, too."""
    types = [(name, "JSON") for name in names] if names else columns.TABLE
    described = ", ".join(f"{_quoted(name)}: {_quoted(kind)}" for name, kind in types)
    return (f"COPY (SELECT * FROM read_json({_quoted(source)}, format='newline_delimited', columns={{{described}}}, "
            f"maximum_object_size=268435456){' WHERE false' * empty}) TO {_quoted(target)} (FORMAT parquet, COMPRESSION zstd)")


def run(sql):
    found = engine()
    if not found:  # another host has one
        raise Failed("there is no DuckDB on this host")
    kind, detail = found
    if kind == "module":
        import duckdb
        try:
            duckdb.sql(sql)
        except duckdb.Error as error:
            raise Failed(str(error)) from None
        return
    env = {**os.environ, **environment(), "CAMSHARK_SQL": sql}
    words = [detail, "-c", sql] if kind == "program" else ["node", "-e", NODE]
    done = subprocess.run(words, env=env, capture_output=True, text=True, stdin=subprocess.DEVNULL)
    if done.returncode:
        raise Failed(done.stderr.strip() or f"{words[0]} ended with status {done.returncode}")


def convert(folder, name, names):
    """Makes a Parquet file of the JSON Lines in folder/name; gives its name there. DuckDB is asked in that folder, so that no name that
    somebody else gave is in what it reads."""
    made = name + ".parquet"
    engine()  # is looked for in the working folder
    with contextlib.chdir(folder or "."):
        try:
            empty = os.path.getsize(name) == 0
            if empty:  # nothing to read; an object without keys that a condition leaves out
                with open(name, "w", encoding="utf-8") as file:
                    file.write("{}\n")
            run(statement(name, made, names, empty))
        except BaseException:
            with contextlib.suppress(FileNotFoundError):
                os.unlink(made)
            raise
    return made
