import pytest

from tests.dissection import harness
from tests.gui import window


@pytest.fixture(scope="session")
def stage():
    missing = window.missing_programs()
    if missing:
        pytest.skip(f"not installed: {', '.join(missing)} (Debian: {' '.join(window.PACKAGES)})")
    stage = harness.Stage()
    yield stage
    stage.close()
