"""What is known before anything is built: the version, when it was made, for what it is made."""

import os
import re
import subprocess
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

PYTHONS = ("3.11", "3.12", "3.13", "3.14")
MACHINES = ("x86_64", "aarch64")
PROGRAMS = {"bcper": "bcper.__main__", "bcperd": "bcperd.__main__", "bcper-cli": "bcper.cli"}
MODULES = ("bcper", "bcper_core", "bcperd")
# Nobody's, now and ever (RFC 2606), until there is an address that somebody reads.
_NOBODY = "The BCPER developers <bcper@bcper.invalid>"


@dataclass(frozen=True)
class Facts:
    """``epoch`` is in seconds (https://reproducible-builds.org/docs/source-date-epoch/)."""

    root: Path
    version: str
    epoch: int
    maintainer: str

    @property
    def sources(self) -> Path:
        """The files of which the package is made."""
        return self.root / "packaging" / "debian"

    @property
    def debian_version(self) -> str:
        """2.0rc1 comes before 2.0 (deb-version(7))."""
        return re.sub(r"(?<=\d)\.?(a|b|rc|dev)(?=\d)", r"~\1", self.version)

    @property
    def date(self) -> datetime:
        """When it was made."""
        return datetime.fromtimestamp(self.epoch, UTC)

    def filled(self, name: str, **words: object) -> str:
        """The file ``name`` of the sources, with every ``@WORD@`` replaced."""
        text = (self.sources / name).read_text()
        for word, value in words.items():
            text = text.replace(f"@{word}@", str(value))
        if left := re.search(r"@[A-Z_]+@", text):
            raise ValueError(f"{name}: {left[0]} is not known")
        return text


def read(root: Path) -> Facts:
    """From the source tree; SOURCE_DATE_EPOCH, DEBFULLNAME and DEBEMAIL are obeyed."""
    name, mail = os.environ.get("DEBFULLNAME"), os.environ.get("DEBEMAIL")
    return Facts(root, _version(root), _epoch(root), f"{name} <{mail}>" if name and mail else _NOBODY)


def _version(root: Path) -> str:
    # It is written once, there.
    found = re.search(r'^__version__ = "(.+)"$', (root / "src/bcper/__init__.py").read_text(), re.MULTILINE)
    if found is None:
        raise ValueError("src/bcper/__init__.py: there is no version")
    return found[1]


def _epoch(root: Path) -> int:
    if told := os.environ.get("SOURCE_DATE_EPOCH"):
        return int(told)
    try:
        asked = ["git", "-C", str(root), "log", "-1", "--format=%ct"]
        return int(subprocess.run(asked, check=True, capture_output=True).stdout)
    except (OSError, ValueError, subprocess.CalledProcessError):  # not a clone, but an archive of the sources
        return int((root / "pyproject.toml").stat().st_mtime)
