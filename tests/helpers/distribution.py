"""The wheel and the source package, built from this tree, and a virtual environment to install them into."""

import os
import subprocess
import sys
import sysconfig
import tarfile
import zipfile
from pathlib import Path

import attrs

ROOT = Path(__file__).parents[2]


def build(tree: Path, into: Path) -> tuple[Path, Path]:
    """Build the wheel and the source package of ``tree``, without a network."""
    run(sys.executable, "-m", "hatchling", "build", "-d", str(into), "-t", "sdist", "-t", "wheel", cwd=tree)
    (wheel,), (source,) = into.glob("*.whl"), into.glob("*.tar.gz")
    return wheel, source


def names_in_wheel(wheel: Path) -> set[str]:
    with zipfile.ZipFile(wheel) as opened:
        return set(opened.namelist())


def text_in_wheel(wheel: Path, name: str) -> str:
    """Of its metadata: ``METADATA``, ``RECORD`` and so on."""
    with zipfile.ZipFile(wheel) as opened:
        (found,) = (each for each in opened.namelist() if each.endswith(f".dist-info/{name}"))
        return opened.read(found).decode()


def modes_in_sdist(source: Path) -> dict[str, int]:
    """Its files, below its one folder, and their permissions."""
    with tarfile.open(source) as opened:
        members = opened.getmembers()
    top = source.name.removesuffix(".tar.gz")
    assert {each.name.partition("/")[0] for each in members} == {top}
    return {each.name.partition("/")[2]: each.mode for each in members if each.isfile()}


@attrs.frozen
class Installed:
    """What is installed in an environment of its own; its dependencies are those of the tests."""

    folder: Path
    home: Path

    def __call__(self, program: str, *arguments: object) -> str:
        """What an installed program says, from an empty home; an error is one of the test's."""
        return run(
            str(self.folder / "bin" / program), *map(str, arguments), cwd=self.home, env=self.environment
        )

    @property
    def environment(self) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("BCPER_", "XDG_", "PYTHON"))}
        return {**kept, "HOME": str(self.home), "BCPER_SECRETS": "file"}


def install(wheel: Path, into: Path) -> Installed:
    """Install ``wheel`` by pip, without a network; the files of the tree are not on the path."""
    made, home = into / "environment", into / "home"
    home.mkdir(parents=True)
    run(sys.executable, "-m", "venv", "--without-pip", str(made), cwd=into)
    python = made / "bin" / "python"
    command = ("-m", "pip", "--python", str(python), "install", "--no-index", "--no-deps", "--quiet")
    run(sys.executable, *command, str(wheel), cwd=into)
    (packages,) = made.glob("lib/python3*/site-packages")
    places = {sysconfig.get_path("purelib"), sysconfig.get_path("platlib")}
    (packages / "dependencies.pth").write_text("".join(f"{place}\n" for place in sorted(places)))
    return Installed(made, home)


def run(*command: str, cwd: Path, env: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        command,
        cwd=cwd,
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout
