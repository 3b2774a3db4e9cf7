"""What lies in every store's root for the day without BCPER (FORMAT.md section 7)."""

from collections.abc import Mapping, Sequence
from typing import Protocol


class RescueFiles(Protocol):
    """The files and their edition.

    Every file has near its beginning, within 1 KiB, ``BCPER restore EDITION``: by this line a copy in a
    store is known to be BCPER's, and an older one or a newer one.
    """

    @property
    def edition(self) -> int:
        """Goes up whenever one of the files changes."""
        ...

    @property
    def names(self) -> Sequence[str]:
        """Of their blobs."""
        ...

    def read(self) -> Mapping[str, bytes]:
        """The files by name; the others here cost nothing, this some milliseconds."""
        ...
