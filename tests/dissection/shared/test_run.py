"""What ./run needs is looked for, named and installed as the distribution does it (tools/lib.sh)."""

import pathlib
import re
import shutil
import subprocess

import pytest

from tests.dissection import harness

LIB = harness.ROOT / "tools" / "lib.sh"
TOOLS = ("sh", "awk", "sed", "grep", "cat", "env", "flock", "id")
BUILD_PACKAGES = re.search(r'^build_packages="(.*)"$', (harness.ROOT / "run").read_text(), re.MULTILINE)[1].split()


def program(folder, name, text="exit 0"):
    path = pathlib.Path(folder) / name
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)


@pytest.fixture
def machine(tmp_path):
    """A folder of programs that is all of PATH: the usual ones, no compiler and no package manager. Where somebody asks for
    root, or apt is called, a file "asked" says so."""
    folder = tmp_path / "bin"
    folder.mkdir()
    for name in TOOLS:
        (folder / name).symlink_to(shutil.which(name))
    program(folder, "sudo", f'echo "sudo $*" >>{tmp_path}/asked; exit 1')
    return folder


def install_everything(folder):
    for name in ("cc", "cmake", "ninja", "tshark"):
        program(folder, name)
    (folder / "WiresharkConfig.cmake").touch()
    program(folder, "pkg-config", f"[ $1 = --exists ] || echo {folder}/lib")
    (folder / "lib" / "cmake" / "wireshark").mkdir(parents=True)
    (folder / "lib" / "cmake" / "wireshark" / "WiresharkConfig.cmake").touch()


def need(folder, *packages):
    done = subprocess.run([str(folder / "sh"), "-c", '. "$0"; need --for "to try" "$@"', str(LIB), *packages],
                          env={"PATH": str(folder), "TMPDIR": str(folder.parent)}, capture_output=True, text=True)
    asked = folder.parent / "asked"
    return done.returncode, done.stderr, asked.read_text() if asked.exists() else ""


def test_without_dpkg_nothing_is_said_where_everything_is_there(machine):
    install_everything(machine)
    assert need(machine, *BUILD_PACKAGES) == (0, "", "")


@pytest.mark.parametrize("manager, command", [
    ("dnf", "dnf install wireshark-devel libgcrypt-devel"),
    ("pacman", "pacman -S --needed wireshark-cli libgcrypt"),
    ("zypper", "zypper install wireshark-devel libgcrypt-devel"),
    ("apk", "apk add wireshark-dev libgcrypt-dev")])
def test_what_is_missing_is_named_in_the_words_of_the_distribution_and_nobody_asks_for_root(machine, manager, command):
    program(machine, manager, f"touch {machine.parent}/asked")
    status, said, asked = need(machine, "libwireshark-dev", "wireshark-dev", "libgcrypt20-dev")
    assert status == 1 and asked == ""
    assert f"install it with:  {command}\n" in said
    assert "wireshark (module)" in said and "libgcrypt (module)" in said


def test_what_is_there_is_not_named(machine):
    install_everything(machine)
    (machine / "ninja").unlink()
    program(machine, "dnf")
    assert need(machine, *BUILD_PACKAGES)[1].endswith("install it with:  dnf install ninja-build\n")


def test_a_system_that_nobody_knows_is_told_programs_modules_and_the_names_of_debian(machine):
    status, said, _ = need(machine, "libxml2-dev", "some-package")
    assert status == 1
    assert "this is missing (needed to try): libxml-2.0 (module), some-package (package)" in said
    assert said.endswith("install what corresponds to them here: libxml2-dev some-package\n")


def test_a_program_that_has_no_package_is_not_installed_again(machine):
    install_everything(machine)
    program(machine, "dpkg-query", '[ "$4" = dpkg ] && echo installed')
    program(machine, "apt-get")
    assert need(machine, *BUILD_PACKAGES) == (0, "", "")


def test_where_dpkg_rules_apt_is_asked_for_what_is_missing(machine):
    install_everything(machine)
    (machine / "ninja").unlink()
    program(machine, "dpkg-query", '[ "$4" = dpkg ] && echo installed')
    (machine / "id").unlink()
    program(machine, "id", "echo 1000")
    program(machine, "apt-get")
    program(machine, "apt-cache", "echo '  Candidate: 1'")
    status, said, asked = need(machine, *BUILD_PACKAGES)
    assert status == 1 and "installing with apt (needed to try): ninja-build" in said
    assert "install -y --no-install-recommends ninja-build" in asked


@pytest.mark.parametrize("quiet", [False, True])
def test_what_apt_says_goes_to_the_log_if_there_is_one(machine, quiet):
    install_everything(machine)
    (machine / "ninja").unlink()
    program(machine, "dpkg-query", '[ "$4" = dpkg ] && echo installed')
    program(machine, "apt-get")
    program(machine, "apt-cache", "echo '  Candidate: 1'")
    program(machine, "sudo", "echo 'Reading package lists'")
    log = machine.parent / "log"
    done = subprocess.run([str(machine / "sh"), "-c", '. "$0"; id() { echo 1000; }; need --for "to try" ninja-build', str(LIB)],
                          env={"PATH": str(machine), "TMPDIR": str(machine.parent), **({"camshark_log": str(log)} if quiet else {})},
                          capture_output=True, text=True)
    assert done.returncode == 0 and "installing with apt (needed to try): ninja-build" in done.stderr
    assert ("Reading package lists" in done.stderr) != quiet
    assert log.exists() == quiet


@pytest.mark.parametrize("words, said", [
    (["demo", "--everything"], "run: 'demo' takes --all or nothing, not '--everything'"),
    (["install", "--nothing"], "run: 'install' takes --system or --no-profile, not '--nothing'"),
    (["uninstall", "--no-profile"], "run: 'uninstall' takes --system, not '--no-profile'")])
def test_an_option_that_nobody_knows_is_refused_before_anything_is_done(words, said):
    done = subprocess.run([harness.ROOT / "run", *words], capture_output=True, text=True)
    assert (done.returncode, done.stderr.strip(), done.stdout) == (2, said, "")


def test_every_package_that_run_asks_for_has_names_elsewhere():
    text = (harness.ROOT / "run").read_text()
    words = " ".join(re.findall(r'^\w+_packages="(.*)"$', text, re.MULTILINE)).split()
    wanted = {word for word in words if not word.startswith("$")}
    rows = [line.split() for line in LIB.read_text().split("<<'END'\n")[1].split("\nEND")[0].splitlines()]
    assert wanted - {row[0] for row in rows} == set()
    assert {len(row) for row in rows[1:]} == {6}
