"""tools/check-links finds links that lead nowhere."""

import shutil
import subprocess

import pytest

from tests.dissection import harness

pytestmark = pytest.mark.skipif(shutil.which("git") is None, reason="the tool asks git which files there are")


@pytest.fixture
def problems(tmp_path):
    """What the tool says about a source with these pages."""
    def say(**pages):
        subprocess.run(["git", "init", "-q", str(tmp_path)], check=True)
        for name, text in pages.items():
            path = tmp_path / (name.replace("__", "/") + ".md")
            path.parent.mkdir(exist_ok=True)
            path.write_text(text)
        done = subprocess.run([harness.ROOT / "tools" / "check-links", tmp_path], capture_output=True, text=True)
        assert done.returncode == bool(done.stdout), done.stderr
        return done.stdout.splitlines()
    return say


def test_links_to_files_folders_and_headings_are_followed(problems):
    assert problems(README="[a](docs/a.md), [it](docs/a.md#two-words-and-code), [folder](docs), [here](#top)\n# Top\n",
                    docs__a="# Two words, and `code`\n[back](../README.md)\n") == []


@pytest.mark.parametrize("link, problem", [
    ("[a](docs/b.md)", "README.md: there is no docs/b.md"),
    ("![picture](a.png)", "README.md: there is no a.png"),
    ("[a](docs/a.md#three)", "README.md: docs/a.md has no heading for #three"),
    ("[a](#three)", "README.md: README.md has no heading for #three")])
def test_a_link_to_nothing_is_found(problems, link, problem):
    assert problem in problems(README=f"[a](docs/a.md) and {link}\n", docs__a="# Two\n")


def test_a_page_that_no_link_leads_to_is_found(problems):
    assert problems(README="nothing\n", docs__a="[b](b.md)\n", docs__b="[a](a.md)\n") == [
        "no link leads to docs/a.md", "no link leads to docs/b.md"]


def test_examples_and_links_to_other_hosts_are_left_alone(problems):
    assert problems(README="`[a](b)` <https://example.org> [x](https://example.org/y)\n\n    [a](b)\n\n```\n[a](b)\n```\n") == []
