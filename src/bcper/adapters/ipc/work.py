"""Requests at work in the server, each in a task that outlives its client."""

from functools import partial
from typing import Any, Protocol

import attrs
import trio

from bcper.adapters.ipc import messages
from bcper.adapters.ipc.answering import Answer
from bcper.adapters.ipc.codes import FULL, Refused
from bcper.adapters.ipc.limits import Limits
from bcper.adapters.ipc.lines import REPLY_BYTES, render
from bcper.adapters.ipc.log import Log
from bcper.adapters.ipc.messages import Call, Id
from bcper.domain.errors import BcperError, Cancelled, DaemonError
from bcper.domain.model.progress import Progress
from bcper.domain.model.requests.base import Request

_LONG = 100
"""Elements of a reply. The loop is others', too: what is longer is made into text in a thread."""


class Client(Protocol):
    """Who is told; it may have gone."""

    def send(self, line: bytes, key: object = None) -> None:
        """Have ``line`` written in place of what waits under ``key``."""
        ...

    def done(self, id_: Id) -> None:
        """The request's last word has been sent."""
        ...


class Work:
    """What goes on for all clients, in ``nursery``."""

    def __init__(self, answer: Answer, nursery: trio.Nursery, limits: Limits, log: Log) -> None:
        self._answer = answer
        self._nursery = nursery
        self._limits = limits
        self._log = log
        self._count = 0
        self._rendering = trio.CapacityLimiter(2)

    def begin(self, id_: Id, call: Call, request: Request[Any], client: Client) -> trio.CancelScope:
        """Start to answer; the scope cancels it. Raises Refused when too much is going on."""
        if self._count >= self._limits.running:
            raise Refused(FULL, "The daemon has too much to do.", "Try again later.")
        self._count += 1
        scope = trio.CancelScope()
        self._nursery.start_soon(self._do, id_, call, request, client, scope)
        return scope

    async def _do(
        self, id_: Id, call: Call, request: Request[Any], client: Client, scope: trio.CancelScope
    ) -> None:
        try:
            client.send(await self._last_word(id_, call, request, client, scope))
        finally:
            self._count -= 1
            client.done(id_)

    async def _last_word(
        self, id_: Id, call: Call, request: Request[Any], client: Client, scope: trio.CancelScope
    ) -> bytes:
        try:
            reply = await self._reply(request, scope, Reporter(id_, client) if call.progress else None)
            render_it = partial(_rendered, id_, request, reply)
            if _is_long(reply):
                return await trio.to_thread.run_sync(render_it, limiter=self._rendering)
            return render_it()
        except Exception as error:
            said = _alone(error)
            if not isinstance(said, BcperError):
                self._log(f"A bug, in {call.method}.", said)
            return render(messages.failure(id_, said))

    async def _reply(
        self, request: Request[Any], scope: trio.CancelScope, reporter: "Reporter | None"
    ) -> object:
        replies: list[object] = []
        with scope:
            if reporter is None:
                replies.append(await self._answer(request, _nobody))
            else:
                replies.append(await self._watched(request, reporter))
        if not replies:
            raise Cancelled
        return replies[0]

    async def _watched(self, request: Request[Any], reporter: "Reporter") -> object:
        try:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(reporter.run, self._limits.progress_seconds)
                reply = await self._answer(request, reporter.report)
                nursery.cancel_scope.cancel()
        finally:
            reporter.flush()
        return reply


class Reporter:
    """The newest progress of one request on its way to its client: at once, but never too often."""

    def __init__(self, id_: Id, client: Client) -> None:
        self._id = id_
        self._client = client
        self._newest: Progress | None = None
        self._news = trio.Event()
        self._called = False
        self._token = trio.lowlevel.current_trio_token()

    def report(self, progress: Progress) -> None:
        """Take note, in any thread: this is called for every piece of every file."""
        self._newest = progress
        if not self._called:
            self._called = True
            try:
                self._token.run_sync_soon(self._call)
            except trio.RunFinishedError:
                return

    async def run(self, seconds: float) -> None:
        """Send what is new, once in ``seconds`` at most."""
        while True:
            await self._news.wait()
            self._news = trio.Event()
            self.flush()
            await trio.sleep(seconds)

    def flush(self) -> None:
        """Send what has not been sent."""
        self._called = False
        progress, self._newest = self._newest, None
        if progress is not None:
            self._client.send(render(messages.progressed(self._id, progress)), ("progress", self._id))

    def _call(self) -> None:
        self._news.set()


def _nobody(_progress: Progress) -> None:
    """The client did not ask how far it is."""


def _rendered(id_: Id, request: Request[Any], reply: object) -> bytes:
    line = render(messages.answered(id_, request, reply))
    if len(line) > REPLY_BYTES:
        raise DaemonError("The answer is too long to be sent.", "Ask for less at once.")
    return line


def _is_long(reply: object) -> bool:
    """Whether it is a list of many, or holds one."""
    kind: Any = type(reply)
    held = [reply]
    if attrs.has(kind):
        held = [getattr(reply, field.name) for field in attrs.fields(kind)]
    return any(isinstance(each, tuple) and len(each) > _LONG for each in held)


def _alone(error: Exception) -> Exception:
    """What is in groups of one, as nurseries make them."""
    while isinstance(error, ExceptionGroup) and len(error.exceptions) == 1:
        error = error.exceptions[0]
    return error
