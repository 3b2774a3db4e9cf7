"""Restoring below other folders than those that a run has its entries in."""

from typing import Self

import attrs

from bcper.domain.model.entries import Content, Entry
from bcper.ports.extractor import Extractor, Outcome


class Stripped:
    """An :class:`~bcper.ports.extractor.Extractor`: it takes ``strip`` components off every entry's path.

    Every entry must have more than those. A hard link follows the file that it is to: both lose the same.
    """

    def __init__(self, inner: Extractor, strip: int) -> None:
        """``inner`` stays its maker's."""
        self._inner = inner
        self._strip = strip

    def directory(self, entry: Entry) -> Outcome:
        """See the port."""
        return self._inner.directory(self._moved(entry))

    def file(self, entry: Entry, content: Content) -> Outcome:
        """See the port."""
        return self._inner.file(self._moved(entry), content)

    def other(self, entry: Entry) -> Outcome:
        """See the port."""
        return self._inner.other(self._moved(entry))

    def elsewhere(self, path: bytes) -> None:
        """See the port."""
        self._inner.elsewhere(self._cut(path))

    def lost(self, path: bytes) -> None:
        """See the port."""
        self._inner.lost(self._cut(path))

    def wants(self, entry: Entry) -> bool:
        """See the port."""
        return self._inner.wants(self._moved(entry))

    def finish(self) -> None:
        """See the port."""
        self._inner.finish()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        return None

    def _moved(self, entry: Entry) -> Entry:
        link = self._cut(entry.link) if entry.type == "h" and entry.link is not None else entry.link
        return attrs.evolve(entry, path=self._cut(entry.path), link=link)

    def _cut(self, path: bytes) -> bytes:
        return path.split(b"/", self._strip)[-1]
