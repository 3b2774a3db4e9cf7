"""Where a server tells what is not for its clients."""

from typing import Protocol


class Log(Protocol):
    """A place for notes."""

    def __call__(self, message: str, error: BaseException | None = None) -> None:
        """Note ``message``, and the trace of ``error``, which is a bug."""
        ...


def quiet(message: str, error: BaseException | None = None) -> None:
    """A :class:`Log` that nobody reads."""
