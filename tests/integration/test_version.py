"""The version is written once, in bcper/__init__.py; whoever says it says the same."""

import re
import sys
import tomllib

import pytest

from bcper import __version__
from helpers.daemon import Daemon, Home
from helpers.distribution import ROOT, run


def test_the_package_has_the_version_of_the_program() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    assert "version" not in project
    assert project["dynamic"] == ["version"]
    assert run(sys.executable, "-m", "hatchling", "version", cwd=ROOT).strip() == __version__


@pytest.mark.parametrize(
    ("module", "program"), [("bcper", "bcper"), ("bcper.cli", "bcper-cli"), ("bcperd", "bcperd")]
)
def test_every_program_says_it(module: str, program: str) -> None:
    said = run(sys.executable, "-P", "-m", module, "--version", cwd=ROOT)
    assert said == f"{program} {__version__}\n"


def test_the_daemon_says_it() -> None:
    home = Home()
    try:
        with Daemon(home), home.raw() as raw:
            assert raw.ask("ShowStatus")["result"]["daemon"]["version"] == __version__
            assert f"bcperd {__version__} is ready" in home.log
    finally:
        home.close()


def test_the_newest_entry_of_the_change_log_is_this_version() -> None:
    entries = re.findall(r"^## \[(.+?)\] - (.+)$", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)
    version, date = entries[0]
    assert version == __version__
    assert date == "unreleased" or re.fullmatch(r"\d{4}-\d\d-\d\d", date)


def test_the_readme_names_the_package_of_this_version() -> None:
    named = set(re.findall(r"bcper[_-](\d[\w.]*?)(?:_all\.deb|-py3|\.tar)", (ROOT / "README.md").read_text()))
    assert named == {__version__}
