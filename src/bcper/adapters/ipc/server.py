"""The server: a Unix socket, its clients, and what they are told."""

import errno
import os
from contextlib import suppress

import trio

from bcper.adapters.ipc import messages
from bcper.adapters.ipc.answering import Answer
from bcper.adapters.ipc.codes import FULL, Refused
from bcper.adapters.ipc.connection import Connection
from bcper.adapters.ipc.limits import Limits
from bcper.adapters.ipc.lines import render
from bcper.adapters.ipc.log import Log, quiet
from bcper.adapters.ipc.peer import peer_uid
from bcper.adapters.ipc.place import identity, listening
from bcper.adapters.ipc.requests import request_types
from bcper.adapters.ipc.shapes import unstructure
from bcper.adapters.ipc.topics import ACTIVITY
from bcper.adapters.ipc.work import Work
from bcper.domain.model.events import Activity, Event

_PAUSE = 0.1
_SHORT = (errno.EMFILE, errno.ENFILE, errno.ENOBUFS, errno.ENOMEM)


async def serve(
    path: str,
    answer: Answer,
    *,
    limits: Limits | None = None,
    log: Log = quiet,
    uid: int | None = None,
    task_status: "trio.TaskStatus[Server]" = trio.TASK_STATUS_IGNORED,
) -> None:
    """Listen at ``path`` until cancelled, and then take the file away.

    Once clients can connect, the :class:`Server` is given to ``task_status``. The caller holds the daemon's
    lock. ``uid`` is whose clients are served (default: our own). Raises DaemonError when there can be no
    socket.
    """
    request_types()
    sock = listening(path)
    made = identity(path)
    listener = trio.SocketListener(trio.socket.from_stdlib_socket(sock))
    try:
        async with listener, trio.open_nursery() as nursery:
            server = Server(answer, nursery, limits or Limits(), log, os.geteuid() if uid is None else uid)
            task_status.started(server)
            await server.accept(listener)
    finally:
        if made is not None and identity(path) == made:
            os.unlink(path)


class Server:
    """What :func:`serve` runs; for others to publish. Only for trio's own thread."""

    def __init__(self, answer: Answer, nursery: trio.Nursery, limits: Limits, log: Log, uid: int) -> None:
        self._nursery = nursery
        self._limits = limits
        self._log = log
        self._uid = uid
        self._work = Work(answer, nursery, limits, log)
        self._connections: set[Connection] = set()

    @property
    def clients(self) -> int:
        """How many there are."""
        return len(self._connections)

    def publish(self, event: Event) -> None:
        """Tell every subscriber. Never waits: of an activity, a slow one gets only the newest."""
        topic = ACTIVITY if isinstance(event, Activity) else event.topic
        key = (topic, event.id) if isinstance(event, Activity) else (topic,)
        wanting = [each for each in self._connections if each.wants(topic)]
        if wanting:
            line = render(messages.notification("event", {"event": unstructure(event, Event)}))
            for connection in wanting:
                connection.tell(line, key)

    async def accept(self, listener: trio.SocketListener) -> None:
        """Take clients, for ever."""
        while True:
            try:
                stream = await listener.accept()
            except OSError as error:
                if error.errno not in _SHORT:
                    raise
                await trio.sleep(_PAUSE)
                continue
            await self._admit(stream)

    async def _admit(self, stream: trio.SocketStream) -> None:
        try:
            uid = peer_uid(stream.socket)
        except OSError:
            uid = -1
        if uid != self._uid:
            self._log(f"A client of another user ({uid}) was refused.")
            await trio.aclose_forcefully(stream)
        elif len(self._connections) >= self._limits.clients:
            await _turn_away(stream)
        else:
            connection = Connection(stream, self._limits, self._work)
            self._connections.add(connection)
            self._nursery.start_soon(self._serve, connection)

    async def _serve(self, connection: Connection) -> None:
        try:
            await connection.run()
        except Exception as error:
            self._log("A bug, with a client.", error)
        finally:
            self._connections.discard(connection)


async def _turn_away(stream: trio.SocketStream) -> None:
    line = render(
        messages.failure(None, Refused(FULL, "The daemon has too many clients.", "Try again later."))
    )
    with trio.move_on_after(_PAUSE), suppress(trio.BrokenResourceError):
        await stream.send_all(line)
    await trio.aclose_forcefully(stream)
