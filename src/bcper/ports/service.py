"""BCPER behind one callable: every operation is a request (DESIGN.md, "Flows")."""

from typing import Protocol, TypeVar

from bcper.domain.model.requests.base import Request
from bcper.ports.progress import ProgressSink

R = TypeVar("R")


class BackupService(Protocol):
    """Answers requests; in this process, or in a daemon behind a socket."""

    def __call__(self, request: Request[R], sink: ProgressSink | None = None) -> R:
        """The reply to ``request``; progress of what takes long goes to ``sink``, which may cancel.

        Raises BcperError of whichever kind fits; nothing else but for a bug. A reply that is an iterator
        reads as it is asked, and raises the same meanwhile; whoever stops early closes it.
        """
        ...
