"""An rclone that is nowhere, and remotes that nobody has configured."""

from collections.abc import Mapping

import attrs

from bcper.domain.errors import StoreError
from bcper.domain.model.progress import Progress
from bcper.domain.model.remotes import Remote
from bcper.ports.progress import ProgressSink
from bcper.ports.rclone import RcloneFinder

_BY_HAND = "Install rclone yourself: sudo apt install rclone, or see https://rclone.org/install/"


@attrs.define
class MemoryRcloneFinder:
    """The fake of :class:`~bcper.ports.rclone.RcloneFinder`: ``here`` from the start, or fetched to ``path``.

    ``problem`` is why it cannot be fetched, if a test says so; ``fetched`` counts.
    """

    path: str = "/usr/bin/rclone"
    here: bool = True
    problem: str = ""
    fetched: int = attrs.field(default=0, init=False)

    def find(self, sink: ProgressSink | None = None) -> str:
        """See the port."""
        if not self.here:
            if self.problem:
                raise StoreError(self.problem, _BY_HAND)
            if sink is not None:
                sink.step(Progress("Fetching rclone", 0, 1))
            self.here = True
            self.fetched += 1
        return self.path

    def present(self) -> str | None:
        """See the port."""
        return self.path if self.here else None


@attrs.define
class MemoryRemotes:
    """The fake of :class:`~bcper.ports.rclone.Remotes`: ``kinds`` by name.

    ``problem`` is why rclone's configuration cannot be read, if a test says so.
    """

    kinds: Mapping[str, str] = attrs.field(factory=dict)
    finder: RcloneFinder = attrs.field(factory=MemoryRcloneFinder)
    problem: str = ""

    def list(self) -> tuple[Remote, ...]:
        """See the port."""
        if self.finder.present() is None:
            raise StoreError("rclone is not on this machine yet.", _BY_HAND)
        if self.problem:
            raise StoreError(self.problem)
        return tuple(Remote(name, self.kinds[name]) for name in sorted(self.kinds))

    def configuration(self, sink: ProgressSink | None = None) -> tuple[str, ...]:
        """See the port."""
        return (self.finder.find(sink), "config")
