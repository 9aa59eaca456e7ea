"""Wireshark loads both plugins, and nothing else about them is assumed."""

import pytest


@pytest.mark.parametrize("plugin", ["newcamd", "baichuan"])
def test_wireshark_loads_the_plugin(tshark, plugin):
    assert f"{plugin}.so" in tshark().run(None, "-G", "plugins").out


@pytest.mark.parametrize("plugin, name", [("newcamd", "newcamd"), ("baichuan", "Baichuan")])
def test_the_protocol_has_its_names(tshark, plugin, name):
    protocols = [line.split("\t") for line in tshark().run(None, "-G", "protocols").out.splitlines()]
    assert [row[1] for row in protocols if row[2] == plugin] == [name]
