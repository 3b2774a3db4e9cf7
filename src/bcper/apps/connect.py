"""BCPER for who does not care where it is: in the daemon when one answers, in this process otherwise."""

from collections.abc import Callable
from typing import Any, Protocol, TypeVar

from bcper.domain.model.requests.base import Request
from bcper.ports.progress import ProgressSink
from bcper.ports.service import BackupService

R = TypeVar("R")


class Remote(BackupService, Protocol):
    """A service behind a connection (``adapters.ipc.client``)."""

    def takes(self, request: Request[Any]) -> bool:
        """Whether ``request`` may be sent at all."""
        ...

    def connect(self) -> bool:
        """Be connected; False where nobody listens. Raises DaemonError for one that listens and is no use."""
        ...


class Connected:
    """See :class:`~bcper.ports.service.BackupService`.

    Requests with a password, and those that are answered bit by bit, never leave this process. The others go
    to ``remote`` when somebody listens there, and to what ``local`` makes, once, when nobody does. A request
    that was sent is never answered here after all: it may have been done.
    """

    def __init__(self, remote: Remote, local: Callable[[], BackupService]) -> None:
        self._remote = remote
        self._make = local
        self._local: BackupService | None = None

    def __call__(self, request: Request[R], sink: ProgressSink | None = None) -> R:
        """See the port."""
        if self._remote.takes(request) and self._remote.connect():
            return self._remote(request, sink)
        if self._local is None:
            self._local = self._make()
        return self._local(request, sink)
