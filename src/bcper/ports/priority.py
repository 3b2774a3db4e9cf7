"""Making way for others."""

from typing import Protocol


class Priority(Protocol):
    """The place of this process in the queues for processor and disk."""

    def lower(self) -> None:
        """Step back, for good. Never raises: what the system refuses stays as it is; nothing is ever raised.

        Linux keeps priorities by thread: call it in the process that does the work, before that starts
        threads. Threads and processes started afterwards inherit it.
        """
        ...
