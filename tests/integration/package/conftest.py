"""The Debian package, built once for all of a run's processes, and unpacked."""

import fcntl
import os
import re
import shutil
import subprocess
from collections.abc import Mapping
from pathlib import Path

import attrs
import pytest

ROOT = Path(__file__).parents[3]
_NO_NETWORK = re.compile(r"dns error|error sending request|could not connect|failed to fetch", re.IGNORECASE)


@pytest.fixture(scope="session")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Its file."""
    if shutil.which("dpkg-deb") is None:
        pytest.skip("dpkg-deb is missing: this is no Debian")
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "package"
    folder.mkdir(exist_ok=True)
    with open(folder / "lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        found = list(folder.glob("*.deb"))
        if not found:
            why = folder / "no network"
            if not why.exists():
                _build(folder, why)
            if why.exists():
                pytest.skip(f"no network, and build/wheels is not complete: {why.read_text()}")
            found = list(folder.glob("*.deb"))
    (made,) = found
    return made


def _build(folder: Path, why: Path) -> None:
    done = subprocess.run(
        ["bash", ROOT / "build-deb.sh", folder],
        capture_output=True,
        text=True,
        stdin=subprocess.DEVNULL,
        env={**os.environ, "BCPER_DEB_LEVEL": "0"},  # how small it gets is no test's business
    )
    if done.returncode and _NO_NETWORK.search(done.stderr):
        why.write_text(done.stderr[-500:])
    else:
        assert done.returncode == 0, done.stderr
        assert done.stdout.strip() == str(next(folder.glob("*.deb")))


@attrs.frozen
class Unpacked:
    """Its tree in a folder, used by somebody who has a home and nothing else."""

    tree: Path
    home: Path

    def __call__(
        self, program: str, *arguments: object, status: int = 0, env: Mapping[str, str] | None = None
    ) -> "subprocess.CompletedProcess[str]":
        done = subprocess.run(
            [self.tree / "usr/bin" / program, *map(str, arguments)],
            capture_output=True,
            text=True,
            env={"HOME": str(self.home), "BCPER_SECRETS": "file", "PATH": "/usr/bin:/bin", **(env or {})},
            stdin=subprocess.DEVNULL,
            cwd="/",
            timeout=120,
        )
        assert done.returncode == status, (done.returncode, done.stdout, done.stderr)
        assert "Traceback" not in done.stderr
        return done


@pytest.fixture(scope="module")
def tree(package: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What is in it."""
    folder = tmp_path_factory.mktemp("unpacked") / "the tree"
    subprocess.run(["dpkg-deb", "-x", package, folder], check=True)
    return folder


@pytest.fixture
def unpacked(tree: Path, tmp_path: Path) -> Unpacked:
    """Its programs."""
    known = "import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 15))"
    if subprocess.run(["/usr/bin/python3", "-c", known], check=False).returncode:
        pytest.skip("/usr/bin/python3 is none that the package is for")
    home = tmp_path / "home"
    home.mkdir()
    return Unpacked(tree, home)
