"""Requests done by processes of their own: ``python -m bcper.apps.worker`` at the end of a socketpair.

A run in the daemon's own process would hold up its answers (docs/adr/0010), and take it along when it dies.
"""

import os
import socket
import subprocess
from collections.abc import Callable
from typing import TypeVar

import trio

from bcper.adapters.child import start_python
from bcper.adapters.ipc.answering import Report
from bcper.adapters.ipc.link import Link, over
from bcper.domain.errors import BcperError, Cancelled, DaemonError
from bcper.domain.model.requests.base import Request

R = TypeVar("R")

_MODULE = "bcper.apps.worker"
_ORDERLY = 8.0
"""Seconds that a worker is given to stop in order: all must be over within ten (FAULTS.md row 61)."""
_LINE = 1 << 16


class WorkerProcesses:
    """See :class:`~bcper.adapters.ipc.answering.Answer`. Each request gets a process; it ends with it.

    When the request is cancelled, the work is told so and waited for; a process that does not end in time is
    killed. One whose daemon is gone notices that at its next step.
    """

    def __init__(self, config_dir: str, *, low: Callable[[], bool], log: Callable[[str], None]) -> None:
        """``low`` says whether to make way for others; ``log`` gets what a process says, line by line."""
        self._config_dir = config_dir
        self._low = low
        self._log = log

    async def __call__(self, request: Request[R], report: Report) -> R:
        """The reply; raises what the service there raises, and BcperError when the process dies."""
        stop = trio.Event()
        async with trio.open_nursery() as outer:
            outer.start_soon(_tell_cancelled, stop)
            with trio.CancelScope(shield=True):
                # Raised in here, an error would leave the nursery in a group with a cancellation.
                replies, error = await self._work(request, report, stop)
            outer.cancel_scope.cancel()
        if error is not None:
            raise error
        return replies[0]

    async def _work(
        self, request: Request[R], report: Report, stop: trio.Event
    ) -> tuple[list[R], BcperError | None]:
        """The reply, or the error in its place; bugs are raised."""
        child, ours, said = self._start()
        stream = trio.SocketStream(trio.socket.from_stdlib_socket(ours))
        replies = []
        try:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(self._hear, said)
                nursery.start_soon(_end_in_time, stop, child)
                replies.append(await _ask(stream, request, report, stop))
                nursery.cancel_scope.cancel()
        except ExceptionGroup as group:
            expected, bugs = group.split(BcperError)
            if expected is None or bugs is not None:
                raise
            error = _one(expected)
            if isinstance(error, DaemonError):
                error = Cancelled() if stop.is_set() else await _died(child)
            return replies, error
        finally:
            await trio.aclose_forcefully(stream)
            await _ended(child)
            os.close(said)
        return replies, None

    def _start(self) -> "tuple[subprocess.Popen[bytes], socket.socket, int]":
        ours, theirs = socket.socketpair()
        said, says = os.pipe()
        arguments = [self._config_dir, *(["--low"] if self._low() else [])]
        try:
            fd = theirs.fileno()
            child = start_python(_MODULE, *arguments, stdin=fd, stdout=fd, stderr=says)
        except BaseException:
            ours.close()
            os.close(said)
            raise
        finally:
            theirs.close()
            os.close(says)
        return child, ours, said

    async def _hear(self, said: int) -> None:
        """Log what the process says on standard error: traces of bugs, notes."""
        held = b""
        while True:
            await trio.lowlevel.wait_readable(said)
            data = os.read(said, _LINE)
            if not data:
                return
            *lines, held = (held + data).split(b"\n")
            held = held[-_LINE:]
            for line in lines:
                self._log(line.decode(errors="backslashreplace"))


async def _ask(stream: trio.SocketStream, request: Request[R], report: Report, stop: trio.Event) -> R:
    async with over(stream, name="bcperd") as link, trio.open_nursery() as nursery:
        nursery.start_soon(_pass_on, stop, link)
        reply = await link(request, report)
        nursery.cancel_scope.cancel()
    return reply


async def _pass_on(stop: trio.Event, link: Link) -> None:
    """At once: the work may take its time until it says how far it is."""
    await stop.wait()
    link.cancel()


async def _tell_cancelled(stop: trio.Event) -> None:
    try:
        await trio.sleep_forever()
    except trio.Cancelled:
        stop.set()
        raise


async def _end_in_time(stop: trio.Event, child: "subprocess.Popen[bytes]") -> None:
    await stop.wait()
    await trio.sleep(_ORDERLY)
    child.kill()


async def _ended(child: "subprocess.Popen[bytes]") -> None:
    """Wait for its end, which the end of its stream tells it to come to."""
    if child.returncode is not None:
        return  # its number may be another's by now
    with trio.CancelScope(shield=True):
        pidfd = os.pidfd_open(child.pid)
        try:
            with trio.move_on_after(_ORDERLY) as scope:
                await trio.lowlevel.wait_readable(pidfd)
            if scope.cancelled_caught:
                child.kill()
                await trio.lowlevel.wait_readable(pidfd)
        finally:
            os.close(pidfd)
        child.wait()


async def _died(child: "subprocess.Popen[bytes]") -> BcperError:
    await _ended(child)
    how = f"by signal {-child.returncode}" if child.returncode < 0 else f"with status {child.returncode}"
    return BcperError(
        f"The process that did this has ended before its time, {how}.",
        "Something killed it, perhaps for want of memory. Try again; the log may tell more.",
    )


def _one(group: BaseExceptionGroup[BcperError]) -> BcperError:
    for error in group.exceptions:
        return _one(error) if isinstance(error, BaseExceptionGroup) else error
    raise group
