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

    ``backup`` and ``again``, a second one with nothing changed, run in the source's parent, ``restore`` and
    ``one`` in their own output folders. ``teardown`` ends what the tool leaves running.
    """

    backup: Sequence[str]
    setup: Sequence[str] | None = None
    again: Sequence[str] | None = None
    restore: Sequence[str] | None = None
    one: Sequence[str] | None = None
    verify: Sequence[str] | None = None
    teardown: Sequence[str] | None = None
    env: dict[str, str] = field(default_factory=dict)


def bcper(place: Place) -> Steps:
    """Through the interpreter that runs this benchmark, so from a checkout or an installed package."""
    backup = [sys.executable, "-P", "-m", "bcper.cli", "-q", "backup"]
    latest = ["restore", "latest", "--target-dir"]
    now = [*backup, "now", str(place.source), "--to", str(place.store)]
    return Steps(
        backup=now,
        again=now,
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
        again=[*tool, "backup", place.source.name],
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
        again=["borg", "create", "-C", "lz4", f"{run}-again", place.source.name],
        restore=["borg", "extract", run],
        one=["borg", "extract", run, str(place.one)],
        verify=["borg", "check", "--verify-data", str(place.store)],
        env={"BORG_PASSPHRASE": PASSWORD, "BORG_BASE_DIR": str(place.work / "base")},
    )


def duplicity(place: Place) -> Steps:
    """Encrypted by GnuPG with a passphrase, as Déjà Dup uses it; its own compression, which is gzip."""
    tool = ["duplicity", "-v1", "--no-print-statistics", "--archive-dir", str(place.work / "archive")]
    url = place.store.as_uri()
    # What it is asked for is relative to the source; it makes no folders above a file.
    below = Path(*place.one.parts[1:])
    into = 'mkdir -p "$(dirname "$1")" && exec "${@:2}" "$1"'
    restored = str(place.out_one / place.one)
    return Steps(
        backup=[*tool, "full", place.source.name, url],
        again=[*tool, "incremental", place.source.name, url],
        restore=[*tool, "restore", url, place.source.name],
        one=["bash", "-c", into, "bash", restored, *tool, "restore", "--file-to-restore", str(below), url],
        verify=[*tool, "verify", url, str(place.source)],
        teardown=["gpgconf", "--homedir", str(place.work / ".gnupg"), "--kill", "gpg-agent"],
        env={"PASSPHRASE": PASSWORD, "PATH": SYSTEM_PATH},
    )


def backintime(place: Place) -> Steps:
    """Not encrypted, not compressed: a folder a snapshot, by rsync, hard links for what has not changed.

    It sleeps for two seconds in each backup, to have another second in the next one's name.
    """
    settings = place.work / "settings"
    tool = ["backintime", "--config", str(settings), "--share-path", str(place.work / "share")]
    # It sets an alarm for its log, which kills it if that is due while it ends: its work is done then.
    script = '"$@" || { status=$?; [ $status = 142 ] || exit $status; }'
    backup = ["bash", "-c", script, "bash", *tool, "backup"]
    restore = [*tool, "--no-local-backup", "restore"]
    text = _BACKINTIME.format(store=place.store, source=place.source)
    into = 'mkdir -p "$1" && exec "${@:2}"'
    above = str((place.out_one / place.one).parent)
    making = 'mkdir -p "$1/backintime/bench/bench/1" "$4" && printf %s "$2" > "$3"'
    share = str(place.work / "share")
    return Steps(
        setup=["bash", "-c", making, "bash", str(place.store), text, str(settings), share],
        backup=backup,
        again=backup,
        restore=[*restore, str(place.source), str(place.out), "0"],
        one=["bash", "-c", into, "bash", above, *restore, str(place.source.parent / place.one), above, "0"],
        env={"PATH": SYSTEM_PATH},
    )


SYSTEM_PATH = "/usr/local/bin:/usr/bin:/bin"
"""Tools of the distribution look for the distribution's Python."""

_BACKINTIME = """\
config.version=6
profiles.version=1
profile1.snapshots.mode=local
profile1.snapshots.path={store}
profile1.snapshots.path.host=bench
profile1.snapshots.path.user=bench
profile1.snapshots.path.profile=1
profile1.snapshots.include.1.value={source}
profile1.snapshots.include.1.type=0
profile1.snapshots.include.size=1
profile1.snapshots.exclude.size=0
profile1.snapshots.notify.enabled=false
profile1.snapshots.no_on_battery=false
profile1.snapshots.smart_remove=false
profile1.snapshots.remove_old_snapshots.enabled=false
profile1.snapshots.min_free_space.enabled=false
profile1.snapshots.min_free_inodes.enabled=false
profile1.snapshots.preserve_acl=true
profile1.snapshots.preserve_xattr=true
profile1.schedule.mode=0
"""


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
        env |= {"PATH": SYSTEM_PATH} if self.steps in (duplicity, backintime) else {}
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
    "duplicity": Peer("duplicity", ("duplicity", "gpg", "gpgconf"), ("duplicity", "--version"), duplicity),
    "backintime": Peer("Back In Time", ("backintime", "rsync"), ("backintime", "--version"), backintime),
    "pigz": Peer("tar \\| pigz -1", ("bash", "tar", "pigz"), ("pigz", "--version"), pigz),
    "zstd": Peer("tar \\| zstd -T2", ("bash", "tar", "zstd"), ("zstd", "--version"), zstd),
    "tar": Peer("tar \\| cat (floor)", ("bash", "tar"), ("tar", "--version"), tar),
}
