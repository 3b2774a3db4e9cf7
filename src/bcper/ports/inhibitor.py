"""Keeping the machine awake."""

from contextlib import AbstractContextManager
from typing import Protocol


class Inhibitor(Protocol):
    """Asks the system not to go to sleep by itself."""

    def hold(self, why: str) -> AbstractContextManager[None]:
        """Ask for it while the context lasts; ``why`` is shown to a person who wonders ("Backing up").

        A system that cannot be asked, or says no, sleeps when it likes: that is no error. Several may be
        held at once; each ends with its context, and with this process.
        """
        ...
