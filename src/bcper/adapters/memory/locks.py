"""Locks within one process."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

from bcper.domain.errors import Locked


class MemoryLocks:
    """The fake of :class:`~bcper.ports.locks.Locks`; other processes do not see it."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._held: set[str] = set()

    @contextmanager
    def hold(self, name: str) -> Iterator[None]:
        """See the port."""
        with self._guard:
            if name in self._held:
                raise Locked(
                    f"Another process is at work on {name}.", "Wait until it is done, and try again."
                )
            self._held.add(name)
        try:
            yield
        finally:
            with self._guard:
                self._held.remove(name)

    def held(self, name: str) -> bool:
        """See the port."""
        with self._guard:
            return name in self._held
