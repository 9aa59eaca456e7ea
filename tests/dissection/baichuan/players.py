"""What ffmpeg, as other people's player, makes of exported sound."""

import functools
import struct
import subprocess

import pytest


def ffmpeg(*words, given=None):
    """What it writes to its standard output."""
    stdin = [] if given is not None else ["-nostdin"]
    return subprocess.run(["ffmpeg", *stdin, "-v", "error", *words, "-"], input=given, capture_output=True, check=True).stdout


def decoded(path):
    """The samples of a sound, of 16 bits, the low byte first."""
    return ffmpeg("-i", str(path), "-map", "0:a", "-f", "s16le")


@functools.cache
def rounds_once():
    """Whether this ffmpeg rounds the change from one sample of ADPCM to the next once, as that of Debian 12 does, and not each of its
    terms: 11 eighths of 7 are 9 then, and not 8."""
    block = struct.pack("<hBB4B", 0, 0, 0, 0x05, 0, 0, 0)  # players want eight samples behind the first one
    format_chunk = struct.pack("<HHIIHHHH", 0x11, 1, 8000, 8000, len(block), 4, 2, 9)
    chunks = b"WAVEfmt " + struct.pack("<I", len(format_chunk)) + format_chunk + b"data" + struct.pack("<I", len(block)) + block
    wav = b"RIFF" + struct.pack("<I", len(chunks)) + chunks
    return struct.unpack("<2h", ffmpeg("-i", "-", "-f", "s16le", given=wav)[:4])[1] == 9


def needs_the_same_rounding():
    if not rounds_once():
        pytest.skip("this ffmpeg rounds each term of a sample, which differs in the last bits")
