import pytest

pytest.register_assert_rewrite("tests.dissection.harness", "tests.dissection.state_rule")

from tests.dissection import harness  # noqa: E402


@pytest.fixture(scope="session")
def stage():
    stage = harness.Stage()
    yield stage
    stage.close()


@pytest.fixture(scope="session")
def tshark(stage):
    """tshark(tables=..., prefs=..., files=...) gives a harness.Tshark with those keys."""
    return lambda tables=None, prefs=None, files=None: harness.Tshark(stage, tables, prefs, files)


@pytest.fixture(scope="session")
def sharkd(stage):
    """sharkd(capture, tables=..., prefs=..., files=...) gives a harness.Sharkd that has loaded the capture."""
    return lambda capture, tables=None, prefs=None, files=None: harness.Sharkd(stage, capture, tables, prefs, files)


@pytest.fixture(scope="session")
def plain():
    """tshark without our plugins."""
    stage = harness.WithoutPlugins()
    yield harness.Tshark(stage)
    stage.close()


@pytest.fixture
def path(tmp_path):
    """Where a test writes its capture."""
    return tmp_path / "generated.pcap"
