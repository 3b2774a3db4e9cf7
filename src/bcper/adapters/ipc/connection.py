"""One client of the server, from its hello to its end."""

from typing import Any

import trio

from bcper.adapters.ipc import messages
from bcper.adapters.ipc.codes import BAD_PARAMS, FULL, INVALID, TOO_SLOW, Refused
from bcper.adapters.ipc.limits import Limits
from bcper.adapters.ipc.lines import parse, render
from bcper.adapters.ipc.messages import Call, Id
from bcper.adapters.ipc.stream_lines import Lines, Outbox
from bcper.adapters.ipc.topics import SUBSCRIBABLE
from bcper.adapters.ipc.work import Work
from bcper.domain.errors import BcperError

_BROKEN = (trio.BrokenResourceError, trio.ClosedResourceError, trio.TooSlowError)
_BESIDE = 32
"""Messages that may wait beside a reply to each request before nothing more is read."""


class Connection:
    """One client over ``stream``; :meth:`run` serves it until it goes.

    What it asked for goes on when it goes: only ``cancel`` ends that (docs/reference/protocol.md).
    """

    def __init__(self, stream: trio.abc.Stream, limits: Limits, work: Work) -> None:
        self._stream = stream
        self._limits = limits
        self._work = work
        self._lines = Lines(stream, limits.line_bytes, limits.line_seconds)
        self._outbox = Outbox(stream, limits.write_seconds)
        self._running: dict[Id, trio.CancelScope] = {}
        self._idle = trio.Event()
        self._topics: frozenset[str] = frozenset()
        self._life = trio.CancelScope()
        self._over = False

    async def run(self) -> None:
        """Serve it. Raises nothing that a client can cause."""
        try:
            with self._life:
                async with trio.open_nursery() as nursery:
                    nursery.start_soon(self._write)
                    nursery.start_soon(self._stay_alive)
                    await self._listen()
                    nursery.cancel_scope.cancel()
        finally:
            self._over = True
            await trio.aclose_forcefully(self._stream)

    def send(self, line: bytes, key: object = None) -> None:
        """See :class:`~bcper.adapters.ipc.work.Client`."""
        if not self._over:
            self._outbox.put(line, key)

    def done(self, id_: Id) -> None:
        """See :class:`~bcper.adapters.ipc.work.Client`."""
        self._running.pop(id_, None)
        if not self._running:
            self._idle.set()
            self._idle = trio.Event()

    def wants(self, topic: str) -> bool:
        """Whether it has subscribed to ``topic``."""
        return topic in self._topics and not self._over

    def tell(self, line: bytes, key: object) -> None:
        """Send an event; a client for which too much waits is dropped."""
        self.send(line, key)
        if len(self._outbox) > self._limits.waiting:
            self._over = True
            self._life.cancel()

    async def _listen(self) -> None:
        try:
            if not await self._greet():
                return
            while (line := await self._lines.next()) is not None:
                self._take(line)
                # Who sends and does not read is not listened to before it does.
                await self._outbox.fewer_than(self._limits.requests + _BESIDE)
            # It may have closed its half only, and wait for replies; if not, writing fails soon.
            while self._running:
                await self._idle.wait()
        except Refused as refused:
            self._refuse(refused)
        except _BROKEN:
            self._life.cancel()
        await self._outbox.fewer_than(1)

    async def _greet(self) -> bool:
        """Hear its hello; False when it went away. Raises Refused."""
        with trio.move_on_after(self._limits.hello_seconds) as scope:
            line = await self._lines.next()
        if scope.cancelled_caught:
            raise Refused(TOO_SLOW, "Nobody said hello.")
        if line is None:
            return False
        call = messages.read_call(parse(line))
        try:
            self.send(render(messages.greet(call)))
        except Refused as refused:
            refused.id = call.id
            raise
        return True

    def _take(self, line: bytes) -> None:
        try:
            call = messages.read_call(parse(line))
        except Refused as refused:
            self._refuse(refused)
            return
        try:
            self._handle(call)
        except (Refused, BcperError) as error:
            self.send(render(messages.failure(call.id, error)))

    def _handle(self, call: Call) -> None:
        if call.method == "cancel":
            self._cancel(call)
        elif call.id is None:
            raise Refused(INVALID, "A request needs an id.")
        elif call.method == "subscribe":
            self._subscribe(call.id, call.params)
        elif call.method == "hello":
            raise Refused(INVALID, "hello was said already.")
        elif call.id in self._running:
            raise Refused(INVALID, "Another request has that id.")
        elif len(self._running) >= self._limits.requests:
            raise Refused(FULL, "Too many requests at once.", "Wait for replies.")
        else:
            request = messages.request_of(call)
            self._running[call.id] = self._work.begin(call.id, call, request, self)

    def _cancel(self, call: Call) -> None:
        wanted = call.params.get("id")
        scope = self._running.get(wanted) if isinstance(wanted, int | str) else None
        if scope is not None:
            scope.cancel()
        if call.id is not None:
            self.send(render(messages.result(call.id, None)))

    def _subscribe(self, id_: Id, params: dict[str, Any]) -> None:
        topics = params.get("topics")
        if params.keys() != {"topics"} or not isinstance(topics, list):
            raise Refused(BAD_PARAMS, "subscribe takes a list of topics.")
        if not all(isinstance(topic, str) and topic in SUBSCRIBABLE for topic in topics):
            raise Refused(BAD_PARAMS, f"Topics are {', '.join(SUBSCRIBABLE)}.")
        self._topics = frozenset(topics)
        self.send(render(messages.result(id_, {"topics": sorted(self._topics)})))

    def _refuse(self, refused: Refused) -> None:
        self.send(render(messages.failure(refused.id, refused)))

    async def _write(self) -> None:
        try:
            await self._outbox.run()
        except _BROKEN:
            self._life.cancel()

    async def _stay_alive(self) -> None:
        alive = render(messages.ALIVE)
        while True:
            await trio.sleep(self._limits.alive_seconds)
            if self._running:
                self.send(alive, "alive")
