"""The catalogue in ``config.json``."""

import os
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, Literal

from bcper.adapters.private_file import keep_beside, read, replace
from bcper.adapters.private_folders import make_folders
from bcper.domain.errors import ConfigurationError, UsageError
from bcper.domain.model.catalog import Catalog
from bcper.domain.model.names import printable

if TYPE_CHECKING:
    from bcper.adapters.config_json.problem import Problem

LIMIT = 64 << 20
"""Bytes of a configuration that are read at most."""

Adopt = Callable[[Mapping[tuple[Literal["item", "vault"], str], str]], None]


def _no_telling(_: tuple[str, ...]) -> None:
    pass


_TICK_NS = 2_000_000_000
"""How coarse the clock of a file system may be: FAT's is two seconds."""


class JsonCatalogRepository:
    """See :class:`~bcper.ports.catalog_repository.CatalogRepository`. ``path`` is the file's.

    The file is replaced as a whole, 0600; where it is a symlink the link stays. The version before is in
    ``path.bak``. ``path.lock``, beside the file itself, is held by the one that writes; its folder is made,
    0700, when missing.

    A file of the original is taken over when it is first loaded (migrate.py), all of it under the lock:
    ``adopt`` is given its passwords, if any, and must have them safe when it returns, for they are in no
    other file of ours; what it raises comes out and nothing is written. After a crash it may be given the
    same ones again. Then the file is kept as ``path.original`` (0600), the new one is written, and ``tell``
    is given what could not be taken over and, last, where the old file is. Neither may call the repository.
    ``home`` stands for ``~``.
    """

    def __init__(
        self,
        path: str,
        *,
        adopt: Adopt,
        tell: Callable[[tuple[str, ...]], None] = _no_telling,
        home: str | None = None,
        patience: float = 10,
    ) -> None:
        self._path = os.path.abspath(path)
        self._adopt = adopt
        self._tell = tell
        self._home = home
        self._patience = patience
        self._seen: tuple[tuple[int, ...], Catalog] | None = None

    def load(self) -> Catalog:
        """See the port. A file that has not changed since it was read last is not read again."""
        state, seen = self._state(), self._seen
        if seen is not None and state == seen[0]:
            return seen[1]
        data = self._read()
        if data is None:
            return Catalog()  # without the cost of the converter's imports
        catalog = self._understood(data)
        if catalog is None:
            with self._lock():
                return self._newest()[0]
        self._seen = None if state is None else (state, catalog)
        return catalog

    def change(self, edit: Callable[[Catalog], Catalog]) -> Catalog:
        """See the port."""
        with self._lock():
            before, data = self._newest()
            wanted = edit(before)
            if _same(before, wanted):
                return before
            fresh, after = _encoded(wanted, before.revision + 1)
            with self._reported("saved"):
                if data is not None:
                    replace(f"{self._path}.bak", data)
                replace(self._path, fresh)
            return after

    def _newest(self) -> tuple[Catalog, bytes | None]:
        """The catalogue and its file, one of the original taken over. Under the lock."""
        data = self._read()
        if data is None:
            return Catalog(), None
        catalog = self._understood(data)
        return (catalog, data) if catalog is not None else self._taken_over(data)

    def _taken_over(self, data: bytes) -> tuple[Catalog, bytes]:
        from bcper.adapters.config_json.migrate import migrated
        from bcper.adapters.config_json.text import parse

        migration = migrated(parse(data), self._home or os.path.expanduser("~"))
        fresh, catalog = _encoded(migration.catalog, 1)
        if migration.passwords:
            self._adopt(migration.passwords)
        with self._reported("saved"):
            kept = keep_beside(f"{self._path}.original", data)
            replace(self._path, fresh)
        self._tell((*migration.notes, migration.kept(printable(kept))))
        return catalog, fresh

    def _understood(self, data: bytes) -> Catalog | None:
        """The catalogue in ``data``; None for a file of the original. Raises ConfigurationError."""
        from bcper.adapters.config_json.converter import is_original, structured
        from bcper.adapters.config_json.problem import Problem
        from bcper.adapters.config_json.text import parse

        try:
            raw: dict[str, Any] = parse(data)
            return None if is_original(raw) else structured(raw)
        except Problem as problem:
            raise self._explained(problem) from problem

    def _explained(self, problem: "Problem") -> ConfigurationError:
        """The error of ``problem``, the version before offered if that can be read (row 34)."""
        backup = f"{self._path}.bak"
        offer = f"The version before can be read: copy {printable(backup)} over the file to go back to it."
        return problem.in_file(self._path, offer if _readable(backup) else "")

    def _state(self) -> tuple[int, ...] | None:
        """What changes when the file does; ``None`` where that is not sure: it was written just now.

        Another change within the same tick of the file system's clock would not show.
        """
        try:
            status = os.stat(self._path)
        except OSError:
            return None
        if time.time_ns() - max(status.st_mtime_ns, status.st_ctime_ns) < _TICK_NS:
            return None
        return (status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns)

    def _read(self) -> bytes | None:
        with self._reported("read"):
            return read(self._path, LIMIT)

    @contextmanager
    def _lock(self) -> Iterator[None]:
        from bcper.adapters.waiting_lock import acquire, release

        # Beside the file itself: two folders may have links to the same one.
        file = os.path.realpath(self._path)
        with self._reported("saved"):
            make_folders(os.path.dirname(file))
            busy = "Another process is changing the configuration."
            lock = acquire(f"{file}.lock", self._patience, busy)
        try:
            yield
        finally:
            release(lock)

    @contextmanager
    def _reported(self, what: str) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            reason = error.strerror or str(error)
            if isinstance(error, FileNotFoundError) and os.path.islink(self._path):
                reason = f"it is a link to {printable(os.path.realpath(self._path))}, which is not there"
            raise ConfigurationError(
                f"{printable(self._path)} cannot be {what}: {reason}.",
                "Is its folder there, is there space, and may you read it and write to it?",
            ) from error


def _same(one: Catalog, other: Catalog) -> bool:
    import attrs

    return attrs.evolve(other, revision=one.revision) == one


def _encoded(catalog: Catalog, revision: int) -> tuple[bytes, Catalog]:
    """The file for ``catalog``, and what is read from it: nothing is saved that could not be. UsageError."""
    import attrs

    from bcper.adapters.config_json.converter import decode, encode
    from bcper.adapters.config_json.problem import Problem
    from bcper.domain.policy.whole import check_catalog

    data = encode(attrs.evolve(check_catalog(catalog), revision=revision))
    try:
        return data, decode(data)
    except Problem as problem:
        raise UsageError(f"{problem}.", problem.hint) from problem


def _readable(path: str) -> bool:
    from bcper.adapters.config_json.converter import decode
    from bcper.adapters.config_json.problem import Problem

    try:
        data = read(path, LIMIT)
        return data is not None and bool(decode(data))
    except (OSError, Problem):
        return False
