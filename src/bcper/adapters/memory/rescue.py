"""Rescue files of a few bytes, of any edition."""

from collections.abc import Mapping, Sequence

import attrs


@attrs.define
class MemoryRescueFiles:
    """The fake of :class:`~bcper.ports.rescue.RescueFiles`; ``reads`` counts what is to be rare."""

    edition: int = 1
    names: Sequence[str] = ("README.txt", "restore.py")
    reads: int = 0

    def read(self) -> Mapping[str, bytes]:
        """See the port."""
        self.reads += 1
        return {name: b"%s: BCPER restore %d\n" % (name.encode(), self.edition) for name in self.names}
