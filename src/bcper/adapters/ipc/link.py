"""One connection to a server, for programs that run on trio."""

import math
from collections.abc import AsyncIterator, Callable, Iterable
from contextlib import asynccontextmanager, suppress
from typing import Any, TypeVar

import attrs
import trio

from bcper.adapters.ipc import messages
from bcper.adapters.ipc.answering import Report
from bcper.adapters.ipc.codes import Refused, rebuilt
from bcper.adapters.ipc.lines import REPLY_BYTES, render
from bcper.adapters.ipc.misfit import Misfit
from bcper.adapters.ipc.requests import travels
from bcper.adapters.ipc.shapes import structure
from bcper.adapters.ipc.stream_lines import Lines, Outbox
from bcper.domain.errors import Cancelled, DaemonError
from bcper.domain.model.events import Event
from bcper.domain.model.requests.base import Request

R = TypeVar("R")

_BROKEN = (trio.BrokenResourceError, trio.ClosedResourceError, trio.TooSlowError, Refused)
_CANCELLING = 15.0


@attrs.define
class _Pending:
    """A request that waits for its reply."""

    report: Report | None
    scope: trio.CancelScope
    replied: trio.Event = attrs.field(factory=trio.Event)
    message: dict[str, Any] | None = None
    failed: Exception | None = None
    stopped: bool = False


class Link:
    """Requests over ``stream``, as many at once as the server allows.

    First :meth:`greet`, then :meth:`listen` in a task of its own. ``silence``: seconds without any word while
    a request waits, after which the other end is taken for dead.
    """

    def __init__(
        self,
        stream: trio.abc.Stream,
        *,
        name: str = "bcper",
        silence: float = 30.0,
        hear: Callable[[Event], None] = lambda _: None,
    ) -> None:
        self._stream = stream
        self._name = name
        self._silence = silence
        self._hear = hear
        self._lines = Lines(stream, REPLY_BYTES)
        self._outbox = Outbox(stream, silence)
        self._pending: dict[int, _Pending] = {}
        self._last_id = 1
        self._heard = trio.current_time()
        self._over = self._leaving = False

    async def greet(self, topics: Iterable[str] = (), seconds: float = 5.0) -> None:
        """Say hello, and subscribe. Raises DaemonError."""
        wanted = list(topics)
        try:
            with trio.fail_after(seconds):
                messages.check_greeting(await self._ask(messages.hello(0, self._name)))
                if wanted:
                    await self._ask(messages.call(1, "subscribe", {"topics": wanted}))
        except trio.TooSlowError:
            raise DaemonError("The daemon does not answer.") from None
        except _BROKEN:
            raise messages.gone() from None

    async def _ask(self, message: dict[str, Any]) -> object:
        with suppress(trio.BrokenResourceError):  # it may have said why before it closed
            await self._stream.send_all(render(message))
        while (line := await self._lines.next()) is not None:
            answer = messages.read_word(line)
            if "error" in answer:
                raise rebuilt(answer["error"])
            if "id" in answer:
                return answer.get("result")
        raise messages.gone()

    async def listen(self) -> None:
        """Take what comes until the other end is gone, or makes no sense; then nothing waits any more."""
        try:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(self._write, nursery.cancel_scope)
                await self._read()
                nursery.cancel_scope.cancel()
        finally:
            self._over = True
            try:
                await trio.aclose_forcefully(self._stream)
            finally:
                # Last: who wakes up finds that we are gone.
                for pending in self._pending.values():
                    pending.replied.set()

    async def __call__(self, request: Request[R], report: Report | None = None) -> R:
        """The reply to ``request``; progress goes to ``report``, which may raise Cancelled.

        To cancel the call cancels the request, and does not wait for that. Raises BcperError of whichever
        kind fits; DaemonError when the other end goes away meanwhile; UsageError for what does not travel.
        """
        if not travels(request):
            raise messages.untold()
        if self._over:
            raise messages.gone()
        self._last_id += 1
        id_ = self._last_id
        line = messages.asked(id_, request, progress=report is not None)
        if not self._pending:
            self._heard = trio.current_time()
        pending = _Pending(report, trio.CancelScope())
        self._pending[id_] = pending
        self._outbox.put(line)
        try:
            with pending.scope:
                await pending.replied.wait()
        except trio.Cancelled:
            if not self._leaving:
                self._say_cancel(id_)
            raise
        finally:
            del self._pending[id_]
        if pending.failed is not None:
            raise pending.failed
        if pending.stopped:
            raise Cancelled
        if pending.message is None:
            raise messages.gone()
        if "error" in pending.message:
            raise rebuilt(pending.message["error"])
        return messages.reply_of(pending.message.get("result"), request)

    def leave(self) -> None:
        """From now on a call that is cancelled is only not waited for: what was asked goes on."""
        self._leaving = True

    def cancel(self) -> None:
        """Cancel all that was asked; whoever asked gets the other end's last word, a reply or an error."""
        for id_, pending in self._pending.items():
            if not pending.stopped:
                pending.scope.deadline = trio.current_time() + _CANCELLING
                self._say_cancel(id_)

    async def _read(self) -> None:
        while True:
            with trio.move_on_after(self._silence) as scope:
                try:
                    line = await self._lines.next()
                    if line is None:
                        return
                    self._take(messages.read_word(line))
                except (*_BROKEN, DaemonError):
                    return
            now = trio.current_time()
            if not scope.cancelled_caught:
                self._heard = now
            elif self._pending and now - self._heard >= self._silence:
                return

    async def _write(self, scope: trio.CancelScope) -> None:
        try:
            await self._outbox.run()
        except _BROKEN:
            scope.cancel()

    def _take(self, message: dict[str, Any]) -> None:
        method, params = message.get("method"), message.get("params")
        if method == "event" and isinstance(params, dict):
            try:
                event: Event = structure(params.get("event"), Event)
            except Misfit:
                return  # of a newer daemon
            self._hear(event)
        elif method == "progress" and isinstance(params, dict):
            self._progress(params)
        elif method is None and (pending := self._waiting(message.get("id"))) is not None:
            pending.message = message
            pending.replied.set()
        elif method is None and message.get("id") is None and "error" in message:
            raise DaemonError(str(rebuilt(message["error"])))

    def _progress(self, params: dict[str, Any]) -> None:
        id_ = params.get("id")
        pending = self._waiting(id_)
        if pending is None or pending.report is None or pending.stopped or not isinstance(id_, int):
            return
        progress = messages.progress_of(params, id_)
        if progress is None:
            return
        try:
            pending.report(progress)
        except Cancelled:
            self._stop(id_, pending)
        except Exception as error:
            # It is the caller's to see, and no reason to end what others ask over the same connection.
            pending.failed = error
            pending.replied.set()
            self._say_cancel(id_)

    def _stop(self, id_: int, pending: _Pending) -> None:
        pending.stopped = True
        pending.scope.deadline = trio.current_time() + _CANCELLING
        self._say_cancel(id_)

    def _waiting(self, id_: object) -> _Pending | None:
        return self._pending.get(id_) if isinstance(id_, int) else None

    def _say_cancel(self, id_: int) -> None:
        self._outbox.put(render(messages.notification("cancel", {"id": id_})))


@asynccontextmanager
async def over(stream: trio.abc.Stream, *, name: str = "bcper") -> AsyncIterator[Link]:
    """A link over ``stream``, whose other end is :func:`bcper.adapters.ipc.worker.serve_stream`.

    Raises DaemonError when that does not greet. The stream is closed at the end, which cancels what runs.
    """
    link = Link(stream, name=name, silence=math.inf)
    try:
        await link.greet(seconds=30.0)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(link.listen)
            yield link
            nursery.cancel_scope.cancel()
    finally:
        await trio.aclose_forcefully(stream)
