"""cmake --install, without ./run, puts the plugins where the Wireshark that is installed looks for them."""

import os
import re
import subprocess

import pytest

from tests.dissection import harness


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    root = tmp_path_factory.mktemp("installed")
    subprocess.run(["cmake", "--install", str(harness.BUILD)], env={**os.environ, "DESTDIR": str(root)}, check=True,
                   capture_output=True)
    return root


def plugin_folder():
    return re.search(r"^Global Plugins:\s*/(.*)$", harness.wireshark_folders(), re.MULTILINE)[1]


def test_the_plugins_lie_in_the_global_plugin_folder(installed):
    modules = {path.name for path in (installed / plugin_folder() / "epan").iterdir()}
    assert modules == {"newcamd.so", "baichuan.so"}


def test_nothing_of_the_tests_and_no_library_is_installed(installed):
    assert [path for path in installed.rglob("*") if path.is_file() and path.suffix in (".a", ".h") or "test" in path.name] == []


@pytest.mark.skipif(harness.SANITIZE, reason="sanitized modules are not for installing")
def test_what_was_installed_is_loaded(installed):
    stage = harness.Stage()
    try:
        subprocess.run(["cp", "-R", str(installed / plugin_folder()), str(stage.path / "global")], check=True)
        (stage.path / "folder").mkdir()
        (stage.path / "global").rename(stage.path / "folder" / os.path.basename(plugin_folder()))
        subprocess.run(["chmod", "-R", "a+rX", str(stage.path)], check=True)
        env = {**stage.environment(stage.config()), "WIRESHARK_PLUGIN_DIR": str(stage.path / "folder")}
        listed = subprocess.run(harness.without_privileges() + ["tshark", "-G", "plugins"], env=env, capture_output=True,
                                text=True, check=True, cwd=stage.path).stdout
    finally:
        stage.close()
    assert "newcamd.so" in listed and "baichuan.so" in listed
