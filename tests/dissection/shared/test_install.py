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


# Words that show the help of a program, and an option that is in it.
PROGRAMS = pytest.mark.parametrize("name, words, option", [("camshark-batch", ["--help"], "--resume"),
                                                           ("camshark-keys", ["add", "--help"], "--with-password")])


def help_of(program, words):
    return subprocess.run(["/usr/bin/python3", str(program), *words], capture_output=True, text=True, check=True).stdout


@PROGRAMS
def test_a_program_finds_its_modules_where_it_was_installed(installed, name, words, option):
    programs = list(installed.rglob(f"bin/{name}"))
    assert len(programs) == 1 and option in help_of(programs[0], words)
    assert len(list(installed.rglob(f"man1/{name}.1"))) == 1


@PROGRAMS
def test_a_program_goes_into_a_folder_of_ones_own_and_out_again(tmp_path, name, words, option):
    tool = str(harness.ROOT / "tools" / "install-batch")
    subprocess.run([tool, "install", str(tmp_path)], check=True, capture_output=True)
    assert option in help_of(tmp_path / "bin" / name, words)
    subprocess.run([tool, "uninstall", str(tmp_path)], check=True, capture_output=True)
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_the_man_page_of_camshark_batch_has_all_its_options():
    page = (harness.ROOT / "packaging" / "man" / "camshark-batch.1").read_text().replace("\\-", "-")
    options = set(re.findall(r"--[a-z-]+", help_of(harness.ROOT / "tools" / "camshark-batch", ["--help"]))) - {"--help"}
    assert sorted(option for option in options if option not in page) == []
