"""A system that counts who keeps it awake."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import attrs


@attrs.define
class MemoryInhibitor:
    """The fake of :class:`~bcper.ports.inhibitor.Inhibitor`.

    ``held`` are the reasons of those that hold it now, ``taken`` is how many there have been.
    """

    held: list[str] = attrs.field(factory=list, init=False)
    taken: int = attrs.field(default=0, init=False)
    _guard: threading.Lock = attrs.field(factory=threading.Lock, init=False)

    @contextmanager
    def hold(self, why: str) -> Iterator[None]:
        """See the port."""
        with self._guard:
            self.held.append(why)
            self.taken += 1
        try:
            yield
        finally:
            with self._guard:
                self.held.remove(why)
