"""Runs: made at once, listed, looked into, restored, verified, deleted.

``passwords`` are tried one after the other, before what the secret store has. Replies that are iterators
read as they are asked; whoever stops early closes them.
"""

from collections.abc import Iterator

import attrs

from bcper.domain.model.changes import Change
from bcper.domain.model.choices import Compression, Overwrite
from bcper.domain.model.entries import Entry, Problem
from bcper.domain.model.proofs import Proof
from bcper.domain.model.requests.base import Request
from bcper.domain.model.runs import Run


@attrs.frozen
class Which:
    """A run as a person names it: its id, a unique prefix of it, or ``latest``.

    ``store`` is a store's name or a folder: what that store itself shows is looked at, not the list of runs.
    ``job`` narrows ``latest``.
    """

    run: str
    store: str | None = None
    job: str | None = None


def _passwords() -> tuple[str, ...]:
    made: tuple[str, ...] = attrs.field(default=(), repr=False)
    return made


@attrs.frozen
class BackUpNow(Request[Run]):
    """Back ``paths`` (absolute) up at once, without a job. ``store`` is a store's name or a folder."""

    paths: tuple[str, ...]
    store: str
    name: str
    ignore: tuple[str, ...] = ()
    compression: Compression = "fast"
    password: str | None = attrs.field(default=None, repr=False)


@attrs.frozen
class RunList:
    """Runs, newest first; and what is in the store but cannot be read, a sentence each."""

    runs: tuple[Run, ...]
    unreadable: tuple[str, ...] = ()


@attrs.frozen
class ListRuns(Request[RunList]):
    """The runs on the list, or those a store itself shows; ``history`` adds those that were pruned."""

    store: str | None = None
    job: str | None = None
    history: bool = False


@attrs.frozen
class ShowRun(Request[Run]):
    """One run."""

    which: Which


@attrs.frozen
class ListEntries(Request[Iterator[Entry]]):
    """What is in a run, in index order; ``below`` names one entry and all that is below it."""

    which: Which
    below: bytes | None = None
    passwords: tuple[str, ...] = _passwords()


@attrs.frozen
class DiffRuns(Request[Iterator[Change]]):
    """What changed from one run to another, in index order."""

    old: Which
    new: Which
    passwords: tuple[str, ...] = _passwords()


@attrs.frozen
class Found:
    """An entry of a run that was looked for; without one ``trouble`` says why the run was not looked into."""

    run: Run
    entry: Entry | None
    trouble: str = ""


@attrs.frozen
class FindFiles(Request[Iterator[Found]]):
    """Entries that ``patterns`` (gitignore's grammar) name, in all good runs, newest first."""

    patterns: tuple[str, ...]
    store: str | None = None
    job: str | None = None
    passwords: tuple[str, ...] = _passwords()


@attrs.frozen
class LockedPart:
    """A part of a run that nothing at hand opens."""

    run: Run
    part: str


@attrs.frozen
class FindLocked(Request[tuple[LockedPart, ...]]):
    """What a restore of these runs would still need a password for."""

    runs: tuple[Which, ...]
    passwords: tuple[str, ...] = _passwords()


@attrs.frozen
class RestoreReport:
    """What a restore did. ``kept`` are files that existed and were left alone."""

    run_id: str
    target_dir: str
    entries: int = 0
    bytes: int = 0
    written: int = 0
    kept: int = 0
    problems: tuple[Problem, ...] = ()

    @property
    def incomplete(self) -> bool:
        """Whether something is missing that should be there."""
        return any(problem.incomplete for problem in self.problems)


@attrs.frozen
class RestoreRun(Request[RestoreReport]):
    """Restore a run, or what ``include`` (gitignore's grammar) names of it, into ``target_dir`` (absolute).

    ``special`` restores device nodes and set-user-ID bits too. ``strip`` takes so many components off the
    front of every path, as a vault's items are folders that no disk has; what has no more than those is left
    out.
    """

    which: Which
    target_dir: str
    include: tuple[str, ...] = ()
    overwrite: Overwrite = "never"
    special: bool = False
    passwords: tuple[str, ...] = _passwords()
    strip: int = 0


@attrs.frozen
class VerifyReport:
    """What was compared: ``deep`` says that every byte was inflated and compared with the index."""

    run: Run
    deep: bool
    entries: int
    bytes: int
    warnings: tuple[str, ...]


@attrs.frozen
class VerifyRun(Request[VerifyReport]):
    """Is what lies in the store what the run wrote?"""

    which: Which
    passwords: tuple[str, ...] = _passwords()


@attrs.frozen
class LastProof(Request[Proof | None]):
    """When a backup was last read to its last byte, by a restore of all of it or by a verification."""


@attrs.frozen
class DeleteRun(Request[Run]):
    """Delete a run from its store and from the list."""

    which: Which
