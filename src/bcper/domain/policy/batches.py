"""Cutting the files of a part into batches that several processes share."""

_FULL = 32 << 20
_EACH = 32 << 10
"""What a small file costs besides its bytes, in bytes: opening, making, naming it."""


class Batches:
    """Numbers of batches of about the same work, for files told in index order.

    Every process that is told the same files gets the same numbers, so they need not be handed over.
    """

    def __init__(self) -> None:
        self._number = 0
        self._weight = 0

    def number(self, size: int) -> int:
        """The batch, from 0, of the next file, ``size`` bytes long."""
        if self._weight >= _FULL:
            self._number += 1
            self._weight = 0
        self._weight += size + _EACH
        return self._number
