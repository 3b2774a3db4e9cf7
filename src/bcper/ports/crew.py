"""Other processes that take a share of the work on one part."""

from collections.abc import Sequence
from typing import Protocol, Self

import attrs

from bcper.domain.model.choices import Overwrite
from bcper.domain.model.entries import Problem


@attrs.frozen
class Destination:
    """Where a restore goes; what an ExtractorOpener is told."""

    target_dir: str
    overwrite: Overwrite
    special: bool


@attrs.frozen
class ShareTask:
    """Which part's files are shared, and what is done with them.

    ``keys`` are a keyring's (``Keyring.exported``): secret. Without a ``destination`` the files are only
    compared with the index.
    """

    store: str
    manifest: str
    part: str
    keys: bytes | None = attrs.field(repr=False)
    include: tuple[str, ...] = ()
    destination: Destination | None = None


@attrs.frozen
class ShareReport:
    """What was done since the report before.

    ``written`` and ``kept`` count files, ``size`` the bytes of those that were done; ``lost`` are files that
    this process did not write, so that nothing may be linked to them.
    """

    entries: int = 0
    size: int = 0
    written: int = 0
    kept: int = 0
    current: str = ""
    lost: tuple[bytes, ...] = ()
    problems: tuple[Problem, ...] = ()


class Claims(Protocol):
    """Shares batches out among processes; to one that is alone ``itertools.count().__next__`` does."""

    def __call__(self) -> int:
        """The lowest number, from 0, that no process has claimed yet; it is the caller's then."""
        ...


class Helper(Protocol):
    """One process at work; a context manager: left by an exception it stops the process, cleanly.

    Left without one, the process has ended.
    """

    def begin(self) -> None:
        """Let it begin: the folders are there."""
        ...

    def reports(self, seconds: float = 0.0) -> Sequence[ShareReport]:
        """What it has reported meanwhile; waits up to ``seconds`` for a report.

        Raises what stopped it: BcperError, or RuntimeError with its trace for a bug.
        """
        ...

    @property
    def done(self) -> bool:
        """Whether it has ended well and every report was handed over."""
        ...

    def __enter__(self) -> Self: ...

    def __exit__(self, *exc: object) -> None: ...


class Crew(Protocol):
    """Starts helpers."""

    def muster(self, task: ShareTask) -> tuple[Claims, Sequence[Helper]]:
        """Claims for the caller, and helpers that take from the same; none where one process is enough."""
        ...
