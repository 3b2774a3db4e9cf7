"""Requests done by processes of their own: ``python -m bcper.apps.worker`` at the end of a socketpair.

A run in the daemon's own process would hold up its answers (docs/adr/0010), and take it along when it dies.
"""

import os
import socket
import subprocess
from collections.abc import Callable
from typing import Any, TypeVar

import trio

from bcper.adapters.child import start_python
from bcper.adapters.ipc.answering import Report
from bcper.adapters.ipc.link import Link, over
from bcper.adapters.ipc.said import Said
from bcper.domain.errors import BcperError, Cancelled, DaemonError
from bcper.domain.model.requests.base import Request

R = TypeVar("R")

_MODULE = "bcper.apps.worker"
_ORDERLY = 8.0
"""Seconds that a worker is given to stop in order: all must be over within ten (FAULTS.md row 61)."""


class WorkerProcesses:
    """See :class:`~bcper.adapters.ipc.answering.Answer`. Each request gets a process; it ends with it.

    When the request is cancelled, the work is told so and waited for; a process that does not end in time is
    killed. One whose daemon is gone notices that at its next step.
    """

    def __init__(
        self,
        config_dir: str,
        *,
        low: Callable[[Request[Any]], bool],
        log: Callable[[str], None],
        orderly: float = _ORDERLY,
    ) -> None:
        """``low`` says whether a request makes way for others; ``log`` gets each line that a process says.

        ``orderly`` is how many seconds a process is given to stop.
        """
        self._config_dir = config_dir
        self._low = low
        self._log = log
        self._orderly = orderly

    async def __call__(self, request: Request[R], report: Report) -> R:
        """The reply; raises what the service there raises, and BcperError when the process dies.

        What is done when the request is cancelled is done: the reply comes all the same.
        """
        stop = trio.Event()
        replies: list[R] = []
        failed: Exception | None = None
        async with trio.open_nursery() as outer:
            outer.start_soon(_hear_cancelled, stop)
            with trio.CancelScope(shield=True):
                try:
                    replies.append(await self._work(request, report, stop))
                except Exception as error:
                    # Raised in here it would leave the nursery in a group with a cancellation.
                    failed = error
            outer.cancel_scope.cancel()
        if failed is not None:
            raise failed
        return replies[0]

    async def _work(self, request: Request[R], report: Report, stop: trio.Event) -> R:
        child, ours, says = self._start(self._low(request))
        said = Said(says, self._log)
        stream = trio.SocketStream(trio.socket.from_stdlib_socket(ours))
        try:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(said.hear)
                nursery.start_soon(_end_in_time, stop, child, self._orderly)
                reply = await _ask(stream, request, report, stop)
                nursery.cancel_scope.cancel()
            return reply
        except BaseExceptionGroup as group:
            error = _alone(group)
            if isinstance(error, DaemonError):
                await _ended(child, self._orderly)
                error = _why(error, child, stop)
            raise error from None
        finally:
            await trio.aclose_forcefully(stream)
            await _ended(child, self._orderly)
            said.close()

    def _start(self, low: bool) -> "tuple[subprocess.Popen[bytes], socket.socket, int]":
        arguments = [self._config_dir, *(["--low"] if low else [])]
        ours, theirs = socket.socketpair()
        said, says = os.pipe()
        try:
            fd = theirs.fileno()
            child = start_python(_MODULE, *arguments, stdin=fd, stdout=fd, stderr=says)
        except BaseException as error:
            ours.close()
            os.close(said)
            if isinstance(error, OSError):
                reason = os.strerror(error.errno) if error.errno else str(error)
                raise BcperError(
                    f"The process that does this cannot be started: {reason}.",
                    "Was BCPER moved or removed? Restart the daemon: bcper-cli daemon restart",
                ) from error
            raise
        finally:
            theirs.close()
            os.close(says)
        return child, ours, said


async def _ask(stream: trio.SocketStream, request: Request[R], report: Report, stop: trio.Event) -> R:
    async with over(stream, name="bcperd") as link, trio.open_nursery() as nursery:
        if stop.is_set():
            raise Cancelled  # nothing has begun yet
        nursery.start_soon(_pass_on, stop, link)
        reply = await link(request, report)
        nursery.cancel_scope.cancel()
    return reply


async def _pass_on(stop: trio.Event, link: Link) -> None:
    """At once: the work may take its time until it says how far it is."""
    await stop.wait()
    link.cancel()


async def _hear_cancelled(stop: trio.Event) -> None:
    try:
        await trio.sleep_forever()
    except trio.Cancelled:
        stop.set()  # not raised again: the work says how it ended


async def _end_in_time(stop: trio.Event, child: "subprocess.Popen[bytes]", seconds: float) -> None:
    await stop.wait()
    await trio.sleep(seconds)
    child.kill()


async def _ended(child: "subprocess.Popen[bytes]", seconds: float) -> None:
    """Wait for its end, which the end of its stream tells it to come to."""
    if child.poll() is not None:
        return
    with trio.CancelScope(shield=True):
        pidfd = os.pidfd_open(child.pid)
        try:
            with trio.move_on_after(seconds) as scope:
                await trio.lowlevel.wait_readable(pidfd)
            if scope.cancelled_caught:
                child.kill()
                await trio.lowlevel.wait_readable(pidfd)
        finally:
            os.close(pidfd)
        child.wait()


def _why(error: DaemonError, child: "subprocess.Popen[bytes]", stop: trio.Event) -> BcperError:
    """What ``error`` means: that the process has died, unless that came to its end in order."""
    if child.returncode == 0:
        return error
    if stop.is_set():
        return Cancelled()
    how = f"by signal {-child.returncode}" if child.returncode < 0 else f"with status {child.returncode}"
    return BcperError(
        f"The process that did this has ended before its time, {how}.",
        "Something killed it, perhaps for want of memory. Try again; the log may tell more.",
    )


def _alone(error: BaseException) -> BaseException:
    """What is in groups of one, as nurseries make them."""
    while isinstance(error, BaseExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    return error
