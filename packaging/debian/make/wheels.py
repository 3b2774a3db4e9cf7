"""The wheels of requirements.txt, unpacked: for every Python and machine, and with their sums checked.

They are kept in ``build/wheels`` for as long as requirements.txt says the same: then no network is needed.
"""

import os
import shutil
import subprocess
from pathlib import Path

from facts import MACHINES, PYTHONS, Facts

Fetched = dict[tuple[str, str], Path]
"""The folder of each Python ("3.11") and machine ("x86_64")."""

_GLIBC = "2_36"
"""Debian 12's."""


def fetch(known: Facts) -> Fetched:
    """Fetch what is not there yet. Raises CalledProcessError."""
    base = known.root / "build" / "wheels"
    wanted = (known.root / "requirements.txt").read_bytes()
    found = {(python, machine): base / f"{python}-{machine}" for python in PYTHONS for machine in MACHINES}
    for (python, machine), folder in found.items():
        stamp = folder / ".requirements"
        if stamp.exists() and stamp.read_bytes() == wanted:
            continue
        shutil.rmtree(folder, ignore_errors=True)
        _install(known.root, python, machine, folder)
        stamp.write_bytes(wanted)
    return found


def _install(root: Path, python: str, machine: str, folder: Path) -> None:
    own = root / ".venv-uv" / "bin" / "uv"
    uv = str(own) if own.exists() else shutil.which("uv")
    if uv is None:
        raise FileNotFoundError("uv is missing, which ./build-deb.sh sets up")
    drop = ("VIRTUAL_ENV", "PYTHONPATH", "PYTHONHOME", "UV_COMPILE_BYTECODE")
    subprocess.run(
        [
            uv, "pip", "install", "--quiet", "--no-config", "--no-deps", "--require-hashes",
            "--only-binary", ":all:", "--python-version", python,
            "--python-platform", f"{machine}-manylinux_{_GLIBC}", "--target", str(folder),
            "--python", str(root / ".venv" / "bin" / "python"),
            "-r", str(root / "requirements.txt"),
        ],
        check=True,
        env={key: value for key, value in os.environ.items() if key not in drop},
    )  # fmt: skip
