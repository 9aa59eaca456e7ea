"""The samples decode to what tests/golden has: the same check that every package and every job of public CI ends with."""

import shutil
import subprocess

import pytest

from tests.dissection import harness


@pytest.fixture
def source(stage):
    """What tools/check-samples reads, where an unprivileged user may read it."""
    folder = stage.path / "source"
    for name in ("tools/check-samples", "tests/golden", "captures", "keys"):
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        copy = shutil.copytree if (harness.ROOT / name).is_dir() else shutil.copy
        copy(harness.ROOT / name, folder / name)
    subprocess.run(["chmod", "-R", "a+rX", str(stage.path)], check=True)
    yield folder
    shutil.rmtree(folder)


def check(stage, source):
    return subprocess.run(harness.without_privileges() + [str(source / "tools" / "check-samples")], capture_output=True, text=True,
                          env=stage.environment(stage.config()), cwd=source)


@pytest.mark.skipif(harness.SANITIZE, reason="the runtimes would be preloaded into the shell, too")
def test_the_samples_decode_to_the_golden_text(stage, source):
    done = check(stage, source)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.count("\nok ") == len(list(harness.CAPTURES.glob("*/*.pcapng")))


@pytest.mark.skipif(harness.SANITIZE, reason="the runtimes would be preloaded into the shell, too")
def test_a_sample_that_decodes_otherwise_is_a_failure(stage, source):
    golden = source / "tests" / "golden" / "none_tcp.txt"
    golden.write_text(golden.read_text().replace(";1;", ";2;", 1))
    done = check(stage, source)
    assert done.returncode == 1 and "FAILED  captures/baichuan/none_tcp.pcapng differs" in done.stdout
