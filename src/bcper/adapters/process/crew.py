"""Helpers as processes: ``python -m bcper.apps.helper`` on pipes."""

import os
import select
from collections.abc import Sequence
from itertools import count
from typing import TYPE_CHECKING, Self

from bcper import __version__
from bcper.adapters.child import end, start_python
from bcper.adapters.process.claims import SharedClaims
from bcper.adapters.process.wire import BEGIN, Pieces, packed, send
from bcper.domain.errors import BcperError
from bcper.ports.crew import Claims, Helper, ShareReport, ShareTask

if TYPE_CHECKING:
    from subprocess import Popen

_MODULE = "bcper.apps.helper"
_MOST = 3
_GOING_TO_COME = 1 << 16
_CLOSED = -1


class ProcessCrew:
    """See :class:`~bcper.ports.crew.Crew`: a helper for each processor but one, three at most."""

    def muster(self, task: ShareTask) -> tuple[Claims, Sequence[Helper]]:
        """See the port. Where no process can be started, there is no helper."""
        wanted = min(_MOST, len(os.sched_getaffinity(0)) - 1)
        helpers: list[ProcessHelper] = []
        if wanted < 1:
            return count().__next__, helpers
        try:
            claims = SharedClaims.new()
            for _ in range(wanted):
                helpers.append(ProcessHelper(task, claims))
        except OSError:
            for helper in helpers:
                helper.stop()
            return count().__next__, []
        return claims, helpers


class ProcessHelper:
    """See :class:`~bcper.ports.crew.Helper`. Keeps the claims' memory open as long as it is there."""

    def __init__(self, task: ShareTask, claims: SharedClaims) -> None:
        """Start it. Raises OSError."""
        self.done = False
        self._claims = claims
        self._pieces = Pieces()
        stdin, self._orders = os.pipe()
        self._answers, stdout = os.pipe()
        try:
            self._child: Popen[bytes] = start_python(
                _MODULE, str(claims.fd), __version__, stdin=stdin, stdout=stdout, pass_fds=[claims.fd]
            )
            send(self._orders, packed(task))
        except BaseException:
            self._close()
            raise
        finally:
            os.close(stdin)
            os.close(stdout)

    def begin(self) -> None:
        """See the port."""
        try:
            send(self._orders, BEGIN)
        except BrokenPipeError:
            return  # What it says, or that it says nothing, is heard by reports().

    def reports(self, seconds: float = 0.0) -> Sequence[ShareReport]:
        """See the port."""
        waiting = select.poll()
        waiting.register(self._answers, select.POLLIN)
        found: list[ShareReport] = []
        while not self.done and waiting.poll(1000 * seconds):
            data = os.read(self._answers, _GOING_TO_COME)
            if not data:
                raise BcperError(
                    "A process that helps with this work has ended.",
                    "Something killed it, perhaps for want of memory. Try again.",
                )
            for piece in self._pieces.feed(data):
                if isinstance(piece, BaseException):
                    raise piece
                if isinstance(piece, ShareReport):
                    found.append(piece)
                else:
                    self.done = True
            if found:
                break
        return found

    def stop(self) -> None:
        """Let it clear up what it has half done, and end; more than once does no harm."""
        if self._orders == _CLOSED:
            return
        if not self.done:
            self._child.terminate()
        self._close()
        end(self._child)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.stop()

    def _close(self) -> None:
        for fd in (self._orders, self._answers):
            if fd != _CLOSED:
                os.close(fd)
        self._orders = self._answers = _CLOSED
