"""The wheel and the source package: what is in them, and that what was installed from them works."""

import email
import subprocess
import tomllib
from pathlib import Path

import pytest

from bcper import __version__
from helpers.distribution import (
    ROOT,
    Installed,
    build,
    install,
    modes_in_sdist,
    names_in_wheel,
    run,
    text_in_wheel,
)
from helpers.engine import files
from helpers.seed import SNIPPET

PACKAGES = ("bcper", "bcper_core", "bcperd")
PROGRAMS = ("bcper", "bcper-cli", "bcperd")


@pytest.fixture(scope="module")
def built(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    return build(ROOT, tmp_path_factory.mktemp("dist"))


@pytest.fixture(scope="module")
def wheel(built: tuple[Path, Path]) -> Path:
    return built[0]


@pytest.fixture(scope="module")
def source(built: tuple[Path, Path]) -> Path:
    return built[1]


@pytest.fixture(scope="module")
def installed(wheel: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    return install(wheel, tmp_path_factory.mktemp("installed"))


def test_the_wheel_holds_the_three_packages_and_nothing_else(wheel: Path) -> None:
    tree = {
        path.relative_to(ROOT / "src").as_posix()
        for package in PACKAGES
        for path in (ROOT / "src" / package).rglob("*")
        if path.is_file() and path.parent.name != "__pycache__"
    }
    info = f"bcper-{__version__}.dist-info"
    about = {"METADATA", "RECORD", "WHEEL", "entry_points.txt", "licenses/LICENSE"}
    assert names_in_wheel(wheel) == tree | {f"{info}/{name}" for name in about}
    assert tree > {f"{package}/py.typed" for package in PACKAGES}
    assert tree > {"bcper/adapters/archive/rescue/restore.py", "bcper/adapters/archive/rescue/readme.txt"}
    assert tree > {"bcper/apps/gui/icons/bcper.svg", "bcper/apps/gui/icons/bcper-256.png"}


def test_the_source_package_is_the_tree_and_nothing_of_the_machine(source: Path) -> None:
    modes = modes_in_sdist(source)
    assert modes.keys() > {"LICENSE", "README.md", "pyproject.toml", "requirements-dev.txt", "script/test"}
    assert modes["script/test"] == 0o755
    assert not [name for name in modes if "__pycache__" in name or name.startswith(".venv")]
    if not (ROOT / ".git").exists():
        pytest.skip("no clone: which files belong to the tree is not known")
    tracked, known = (
        set(run("git", "-C", str(ROOT), "ls-files", "-z", *more, cwd=ROOT).split("\0")) - {""}
        for more in ((), ("--cached", "--others", "--exclude-standard"))
    )
    gone = {name for name in tracked if not (ROOT / name).exists()}
    assert tracked - gone - modes.keys() == set()
    assert modes.keys() - known == {"PKG-INFO"}


def test_what_is_built_from_the_source_package_is_the_same_wheel(
    wheel: Path, source: Path, tmp_path: Path
) -> None:
    run("tar", "xzf", str(source), cwd=tmp_path)
    (tree,) = tmp_path.iterdir()
    again, _ = build(tree, tmp_path / "dist")
    assert text_in_wheel(again, "RECORD") == text_in_wheel(wheel, "RECORD")


def test_it_says_what_it_is(wheel: Path) -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    said = email.message_from_string(text_in_wheel(wheel, "METADATA"))
    assert (said["Name"], said["Version"]) == ("bcper", __version__)
    assert said["Summary"] == project["description"]
    assert (said["License-Expression"], said["License-File"]) == ("MIT", "LICENSE")
    assert said["Requires-Python"] == ">=3.11"
    assert sorted(said.get_all("Requires-Dist", [])) == sorted(project["dependencies"])
    assert said.get_all("Classifier") == project["classifiers"]
    assert said["Description-Content-Type"] == "text/markdown"
    assert said.get_payload() == (ROOT / "README.md").read_text()


def test_the_programs_are_installed_and_are_not_those_of_the_tree(installed: Installed) -> None:
    for program in PROGRAMS:
        assert installed(program, "--version") == f"{program} {__version__}\n"
    for module, program in (("bcper", "bcper"), ("bcper.cli", "bcper-cli"), ("bcperd", "bcperd")):
        assert installed("python", "-m", module, "--version") == f"{program} {__version__}\n"
    for package in PACKAGES:
        where = installed("python", "-c", f"import {package}; print({package}.__file__)")
        assert where.startswith(str(installed.folder))


def test_a_backup_is_made_and_restored_from_an_empty_home(installed: Installed) -> None:
    (installed.home / "Documents").mkdir()
    (installed.home / "Documents" / "letter.txt").write_text("Dear Anna,")
    installed("bcper-cli", "backup", "now", "Documents", "--to", "backups")
    installed("bcper-cli", "backup", "restore", "latest", "--target-dir", "restored")
    assert files(installed.home / "restored") == {"Documents/letter.txt": b"Dear Anna,"}
    assert (installed.home / "backups" / "restore.py").read_bytes() == (
        ROOT / "src/bcper/adapters/archive/rescue/restore.py"
    ).read_bytes()


def test_the_originals_snippet_runs(installed: Installed) -> None:
    assert installed("python", "-c", SNIPPET).splitlines()[-1] == "world"


def test_the_window_says_that_there_is_no_screen(installed: Installed) -> None:
    done = subprocess.run(
        [installed.folder / "bin" / "bcper"],
        env={k: v for k, v in installed.environment.items() if k not in ("DISPLAY", "WAYLAND_DISPLAY")},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 1
    assert "DISPLAY" in done.stderr
    assert "Traceback" not in done.stderr


TYPED = """
from bcper.apps.library import Library
from bcper.domain.model.requests.jobs import ListJobs
from bcper_core.storage import LocalStore

with Library() as backups:
    reveal_type(backups.ask(ListJobs()))
    reveal_type(LocalStore("/").path)
"""


def test_a_users_program_is_typed_by_it(installed: Installed, tmp_path: Path) -> None:
    (tmp_path / "program.py").write_text(TYPED)
    python = str(installed.folder / "bin" / "python")
    said = run(python, "-m", "mypy", "--strict", "program.py", cwd=tmp_path, env=installed.environment)
    assert 'Revealed type is "tuple[bcper.domain.model.requests.jobs.JobView, ...]"' in said
    assert 'Revealed type is "str"' in said
