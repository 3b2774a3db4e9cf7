"""One at a time, between processes."""

from contextlib import AbstractContextManager
from typing import Protocol


class Locks(Protocol):
    """Named advisory locks that end with the process that holds them."""

    def hold(self, name: str) -> AbstractContextManager[None]:
        """Hold the lock while the context lasts; does not wait. Raises Locked."""
        ...

    def held(self, name: str) -> bool | None:
        """Whether somebody holds it, in whatever process; nothing is made, and nobody is held up by it.

        None where that cannot be told.
        """
        ...
