"""What is compared: for each tool the commands of one round, in folders of that round."""

import importlib.util
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

PASSWORD = "a password of 26 characters"


@dataclass(frozen=True)
class Place:
    """Where one tool works in one round: ``source`` is read, everything under ``work`` is its own."""

    source: Path
    one: Path
    """A file below ``source``, relative to the source's parent: what "one file" restores."""
    work: Path

    @property
    def store(self) -> Path:
        """A folder for what is stored."""
        return self.work / "store"

    @property
    def out(self) -> Path:
        """A folder for a whole restore."""
        return self.work / "out"

    @property
    def out_one(self) -> Path:
        """A folder for the restore of one file."""
        return self.work / "one"


@dataclass(frozen=True)
class Steps:
    """One tool's commands, as lists of arguments; a tool without a step has None there.

    ``backup`` runs in the source's parent, ``restore`` and ``one`` in their own output folders.
    """

    backup: Sequence[str]
    setup: Sequence[str] | None = None
    restore: Sequence[str] | None = None
    one: Sequence[str] | None = None
    verify: Sequence[str] | None = None
    env: dict[str, str] = field(default_factory=dict)


def bcper(place: Place) -> Steps:
    """Through the interpreter that runs this benchmark, so from a checkout or an installed package."""
    backup = [sys.executable, "-P", "-m", "bcper.cli", "-q", "backup"]
    latest = ["restore", "latest", "--target-dir"]
    return Steps(
        backup=[*backup, "now", str(place.source), "--to", str(place.store)],
        restore=[*backup, *latest, str(place.out)],
        one=[*backup, *latest, str(place.out_one), "--include", str(place.one)],
        verify=[*backup, "verify", "latest"],
        env={"BCPER_CONFIG_DIR": str(place.work / "config"), "BCPER_PASSWORD": PASSWORD},
    )


def restic(place: Place) -> Steps:
    """Encrypted, as restic always is."""
    tool = ["restic", "-q", "--repo", str(place.store), "--cache-dir", str(place.work / "cache")]
    return Steps(
        setup=[*tool, "init"],
        backup=[*tool, "backup", place.source.name],
        restore=[*tool, "restore", "latest", "--target", str(place.out)],
        one=[*tool, "restore", "latest", "--target", str(place.out_one), "--include", f"/{place.one}"],
        verify=[*tool, "check", "--read-data"],
        env={"RESTIC_PASSWORD": PASSWORD},
    )


def borg(place: Place) -> Steps:
    """Encrypted with its fastest usual settings."""
    run = f"{place.store}::run"
    return Steps(
        setup=["borg", "init", "-e", "repokey-blake2", str(place.store)],
        backup=["borg", "create", "-C", "lz4", run, place.source.name],
        restore=["borg", "extract", run],
        one=["borg", "extract", run, str(place.one)],
        verify=["borg", "check", "--verify-data", str(place.store)],
        env={"BORG_PASSPHRASE": PASSWORD, "BORG_BASE_DIR": str(place.work / "base")},
    )


def _pipe(place: Place, compress: str, target: str) -> list[str]:
    script = f'set -o pipefail; tar cf - -- "$1" | {compress} > "$2"'
    return ["bash", "-c", script, "bash", place.source.name, target]


def pigz(place: Place) -> Steps:
    """No encryption: the same kind of file as a plain archive of bcper."""
    archive = str(place.store / "all.tar.gz")
    return Steps(backup=_pipe(place, "pigz -1", archive), restore=["tar", "xzf", archive])


def zstd(place: Place) -> Steps:
    """No encryption: the fastest usual way to write a compressed archive with two threads."""
    return Steps(backup=_pipe(place, "zstd -q -T2", str(place.store / "all.tar.zst")))


def tar(place: Place) -> Steps:
    """The floor: what reading the tree and making a tar stream costs, nothing kept."""
    return Steps(backup=_pipe(place, "cat", "/dev/null"))


@dataclass(frozen=True)
class Peer:
    """A tool: its name in the tables, the programs it needs, what tells its version, and its steps."""

    title: str
    needs: tuple[str, ...]
    version: tuple[str, ...]
    steps: Callable[[Place], Steps]

    def missing(self) -> list[str]:
        """The programs that are not there."""
        return [name for name in self.needs if not _found(name)]

    def version_line(self) -> str:
        """The first line of what the tool says about itself."""
        env = {key: value for key, value in os.environ.items() if key != "PYTHONDONTWRITEBYTECODE"}
        said = subprocess.run(self.version, capture_output=True, text=True, env=env, check=False).stdout
        return (said.splitlines() or ["unknown"])[0].strip("* ")


def _found(name: str) -> bool:
    return shutil.which(name) is not None or (
        name == "bcper" and importlib.util.find_spec("bcper") is not None
    )


PEERS = {
    "bcper": Peer("bcper", ("bcper",), (sys.executable, "-P", "-m", "bcper.cli", "--version"), bcper),
    "restic": Peer("restic", ("restic",), ("restic", "version"), restic),
    "borg": Peer("borg -C lz4", ("borg",), ("borg", "--version"), borg),
    "pigz": Peer("tar \\| pigz -1", ("bash", "tar", "pigz"), ("pigz", "--version"), pigz),
    "zstd": Peer("tar \\| zstd -T2", ("bash", "tar", "zstd"), ("zstd", "--version"), zstd),
    "tar": Peer("tar \\| cat (floor)", ("bash", "tar"), ("tar", "--version"), tar),
}
