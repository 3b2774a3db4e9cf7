"""What is compared on remotes: for each tool the commands of one round."""

import os
import shutil
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from measure import run
from peers import PASSWORD

_CLI = (sys.executable, "-P", "-m", "bcper.cli", "-q")


@dataclass(frozen=True)
class Site:
    """Where one tool works in one round: ``source`` is read, ``work`` and ``place`` are its own."""

    source: Path
    one: Path
    """A file below ``source``, relative to the source's parent."""
    ready: Path
    """A folder with an archive of ``source``, made before."""
    work: Path
    place: str
    """``remote:path``."""

    @property
    def out(self) -> Path:
        """A folder for what is restored."""
        return self.work / "out"


@dataclass(frozen=True)
class Steps:
    """One tool's commands; ``backup`` runs in the source's parent, ``one`` in ``out``."""

    backup: Sequence[str]
    setup: Sequence[Sequence[str]] = ()
    one: Sequence[str] = ()
    env: dict[str, str] = field(default_factory=dict)


def bcper(site: Site) -> Steps:
    """Through the interpreter that runs this benchmark; the store is added before."""
    remote, _, path = site.place.partition(":")
    add = ["store", "add", "bench", "--type", "rclone", "--remote", remote, "--path", f"{path}/bcper"]
    latest = ["restore", "latest", "--target-dir", str(site.out), "--include", str(site.one)]
    return Steps(
        setup=[[*_CLI, *add]],
        backup=[*_CLI, "backup", "now", str(site.source), "--to", "bench"],
        one=[*_CLI, "backup", *latest],
        env={"BCPER_CONFIG_DIR": str(site.work / "config"), "BCPER_PASSWORD": PASSWORD},
    )


def restic(site: Site) -> Steps:
    """Through the same rclone; its repository is made before."""
    cache = str(site.work / "cache")
    tool = ["restic", "-q", "--repo", f"rclone:{site.place}/restic", "--cache-dir", cache]
    return Steps(
        setup=[[*tool, "init"]],
        backup=[*tool, "backup", site.source.name],
        one=[*tool, "restore", "latest", "--target", str(site.out), "--include", f"/{site.one}"],
        env={"RESTIC_PASSWORD": PASSWORD},
    )


def copy(site: Site) -> Steps:
    """What it costs to bring a finished archive there, as rclone does it."""
    return Steps(backup=["rclone", "copy", str(site.ready), f"{site.place}/copy"])


PEERS: dict[str, Callable[[Site], Steps]] = {"bcper": bcper, "restic": restic, "copy": copy}


def environment(site: Site, steps: Steps) -> dict[str, str]:
    """The caller's, without settings of the tools compared, and with the rclone that the servers are."""
    ours = ("BCPER_", "RESTIC_", "RCLONE_", "XDG_", "PYTHONDONTWRITEBYTECODE")
    kept = {key: value for key, value in os.environ.items() if not key.startswith(ours)}
    path = f"{Path(sys.executable).parent}{os.pathsep}{kept.get('PATH', '')}"
    return {
        **kept,
        "PATH": path,
        "HOME": str(site.work),
        "RCLONE_CONFIG": str(site.work / "rclone.conf"),
        **steps.env,
    }


def ready_made(source: Path, folder: Path, work: Path) -> None:
    """Make an archive of ``source`` in ``folder``: bcper's own, so that all send the same kind of bytes."""
    site = Site(source, Path(), folder, work / "ready-work", "")
    command = [*_CLI, "backup", "now", str(source), "--to", str(folder)]
    run(command, environment(site, bcper(site)))
    shutil.rmtree(site.work)
