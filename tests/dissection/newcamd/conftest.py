import pytest

from tests.dissection.newcamd import cases


@pytest.fixture(scope="session")
def reader(tshark):
    """tshark with the DESKEY of the generated captures. A file with captures of another kind has its own reader."""
    return tshark(tables=cases.TABLE)
