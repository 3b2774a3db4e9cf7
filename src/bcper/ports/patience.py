"""Questions to what may never answer."""

from collections.abc import Callable
from typing import Protocol


class Patience(Protocol):
    """Asks, and does not wait for ever."""

    def __call__(self, key: str, ask: Callable[[], bool]) -> bool | None:
        """What ``ask`` says; ``None`` if it has not come back within seconds, or an earlier one has not.

        ``key`` names what is asked: a mount point whose server is gone, for one, and no other. Raises what
        ``ask`` raises.
        """
        ...
