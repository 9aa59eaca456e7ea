"""Captures as files: compressed or not, and written under another name first."""

import contextlib
import gzip
import os
import stat
import tempfile
import zlib

from .errors import Bad

GZIP, COMPRESSED_OTHERWISE = b"\x1f\x8b", {b"\x28\xb5\x2f\xfd": "zstd", b"\x04\x22\x4d\x18": "lz4"}


def beginning(path):
    with open(path, "rb") as file:
        return file.read(4)


def is_compressed(path):
    return beginning(path).startswith(GZIP)


@contextlib.contextmanager
def reading(path):
    """A file's bytes, without compression."""
    first = beginning(path)
    if first in COMPRESSED_OTHERWISE:
        raise Bad(f"it is compressed with {COMPRESSED_OTHERWISE[first]}: decompress it first")
    try:
        with gzip.open(path) if first.startswith(GZIP) else open(path, "rb") as file:
            yield file
    except (EOFError, zlib.error, gzip.BadGzipFile) as error:
        raise Bad(f"its compression is damaged: {error}") from None


def _rights(path, like):
    """The permissions of a file that is written: of the one that it replaces, else of the capture."""
    return stat.S_IMODE(os.stat(path if os.path.exists(path) else like).st_mode)


@contextlib.contextmanager
def writing(path, compressed, like):
    """A file that takes its name when all of it is written, and leaves nothing otherwise."""
    path = os.path.realpath(path)
    if os.path.exists(path) and not os.path.isfile(path):
        raise Bad(f"{path} is no file")
    rights = _rights(path, like)
    handle, other = tempfile.mkstemp(prefix=".camshark-keys-", dir=os.path.dirname(path))
    try:
        with os.fdopen(handle, "wb") as out:
            if compressed:
                with gzip.GzipFile("", "wb", fileobj=out, mtime=0) as inner:
                    yield inner
            else:
                yield out
            out.flush()
            os.fsync(out.fileno())
        os.chmod(other, rights)
        os.replace(other, path)
    except BaseException:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(other)
        raise
