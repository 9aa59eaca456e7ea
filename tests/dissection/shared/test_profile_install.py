"""tools/profile installs the profile and takes out what the user has not changed; what stays is named."""

import subprocess

import pytest

from tests.dissection import harness

SHIPPED = {path.name for path in (harness.ROOT / "profiles" / "camshark").iterdir()}
TABLES = {"newcamd_keys", "baichuan_keys"}
ROW = '"","admin","geheim","","",""\n'


@pytest.fixture
def config(tmp_path):
    folder = tmp_path / "with blank" / "wireshark"
    folder.mkdir(parents=True)
    return folder


def profile(config, *words):
    done = subprocess.run([harness.ROOT / "tools" / "profile", words[0], config, *words[1:]], capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    return done.stdout


def inside(config):
    return config / "profiles" / "camshark"


def names(config):
    return {path.name for path in inside(config).iterdir()}


def test_all_files_are_installed_beside_other_profiles(config):
    said = profile(config, "install")
    assert names(config) == SHIPPED | TABLES | {".camshark"}
    assert str(inside(config)) in said


def test_keys_of_the_usual_profile_are_those_of_this_one_in_both_ways(config):
    profile(config, "install")
    (config / "baichuan_keys").write_text(ROW)
    assert (inside(config) / "baichuan_keys").read_text() == ROW
    (inside(config) / "newcamd_keys").write_text("# entered in the profile\n")
    assert (config / "newcamd_keys").read_text() == "# entered in the profile\n"


def test_a_key_table_that_the_profile_has_stays_and_the_trap_is_said(config):
    inside(config).mkdir(parents=True)
    (inside(config) / "baichuan_keys").write_text(ROW)
    said = profile(config, "install")
    assert not (inside(config) / "baichuan_keys").is_symlink()
    assert "has its own key table" in said and str(inside(config) / "baichuan_keys") in said


def test_with_keys_of_its_own_no_table_is_linked(config):
    profile(config, "install", "--own-keys")
    assert names(config) == SHIPPED | {".camshark"}


def test_what_is_hidden_in_the_usual_profile_is_hidden_in_this_one(config):
    (config / "preferences").write_text("# baichuan.hide_secrets: TRUE\nnewcamd.hide_secrets: TRUE\ngui.update.enabled: FALSE\n")
    profile(config, "install")
    lines = (inside(config) / "preferences").read_text().splitlines()
    assert "newcamd.hide_secrets: TRUE" in lines and not any("baichuan.hide_secrets" in line or "gui.update" in line for line in lines)
    profile(config, "install")
    assert (inside(config) / "preferences").read_text().splitlines() == lines
    assert "left" not in profile(config, "uninstall") and not inside(config).exists()


def test_what_is_shown_in_the_usual_profile_is_not_taken_over(config):
    (config / "preferences").write_text("newcamd.hide_secrets: FALSE\n")
    profile(config, "install")
    assert "hide_secrets" not in (inside(config) / "preferences").read_text()


def test_other_preferences_of_the_usual_profile_are_named_without_their_values(config):
    (config / "preferences").write_text("baichuan.password: geheim\nnewcamd.hide_secrets: TRUE\ntcp.check_checksum: TRUE\n")
    said = profile(config, "install")
    assert "set in your profile Default, and not in this one: baichuan.password\n" in said
    assert "geheim" not in said and "hide_secrets" not in said and "tcp" not in said


def test_what_is_hidden_is_said_where_the_profile_has_preferences_of_its_users(config):
    inside(config).mkdir(parents=True)
    (inside(config) / "preferences").write_text("gui.time_format: UTC\n")
    (config / "preferences").write_text("newcamd.hide_secrets: TRUE\n")
    assert "set in your profile Default, and not in this one: newcamd.hide_secrets" in profile(config, "install")
    assert (inside(config) / "preferences").read_text() == "gui.time_format: UTC\n"


def test_uninstalled_nothing_of_it_is_left_and_nothing_is_said_to_be(config):
    profile(config, "install")
    assert "left" not in profile(config, "uninstall")
    assert not inside(config).exists()


def test_a_changed_file_is_not_overwritten_and_not_removed(config):
    profile(config, "install")
    changed = inside(config) / "preferences"
    changed.write_text(changed.read_text() + "gui.time_format: UTC\n")
    assert f"kept, since you have changed it: {changed}" in profile(config, "install")
    assert "UTC" in changed.read_text()
    said = profile(config, "uninstall")
    assert f"left, since it is yours: {changed}" in said
    assert names(config) == {"preferences"}


def test_a_file_of_an_older_version_that_nobody_changed_is_replaced(config):
    profile(config, "install")
    old = inside(config) / "colorfilters"
    old.write_text("@old@baichuan@[0,0,0][0,0,0]\n")
    sum_ = subprocess.run("cksum", stdin=old.open(), capture_output=True, text=True, check=True).stdout.strip()
    notes = inside(config) / ".camshark"
    lines = [line for line in notes.read_text().splitlines() if not line.startswith("colorfilters ")]
    notes.write_text("\n".join(lines + [f"colorfilters {sum_}"]) + "\n")
    assert "kept" not in profile(config, "install")
    assert old.read_text() == (harness.ROOT / "profiles" / "camshark" / "colorfilters").read_text()


def test_key_tables_that_stay_are_named_with_what_they_hold(config):
    profile(config, "install")
    (config / "baichuan_keys").write_text(ROW)
    other = config / "profiles" / "garden"
    other.mkdir()
    (other / "newcamd_keys").write_text("# keys\n")
    said = profile(config, "uninstall")
    for table in (config / "baichuan_keys", other / "newcamd_keys"):
        assert f"left, and has keys and passwords in plain text: {table}" in said
        assert table.exists()
    assert not inside(config).exists()


def test_a_key_table_of_the_profile_itself_stays(config):
    profile(config, "install", "--own-keys")
    (inside(config) / "baichuan_keys").write_text(ROW)
    said = profile(config, "uninstall")
    assert f"left, and has keys and passwords in plain text: {inside(config) / 'baichuan_keys'}" in said
    assert names(config) == {"baichuan_keys"}


def test_where_it_was_never_installed_that_is_said(config):
    assert profile(config, "uninstall").startswith("not there: ")


def test_installing_twice_is_installing_once(config):
    profile(config, "install")
    before = {path.name: path.read_text() for path in inside(config).iterdir() if path.exists()}
    profile(config, "install")
    assert {path.name: path.read_text() for path in inside(config).iterdir() if path.exists()} == before
