import pathlib
import sys

import pytest

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent))

import window  # noqa: E402


@pytest.fixture(scope="session")
def stage():
    missing = window.missing_programs()
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)} (Debian: {' '.join(window.PACKAGES)})")
    stage = window.harness.Stage()
    yield stage
    stage.close()
