"""Adapters on trio, for daemon and window: beside ``bindings``, so that the command line imports no trio."""

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager
from typing import Any

import trio

from bcper.adapters.ipc.answering import Answer
from bcper.adapters.ipc.async_client import AsyncClient, connected
from bcper.adapters.ipc.log import Log
from bcper.adapters.ipc.server import Server
from bcper.adapters.ipc.server import serve as listen
from bcper.adapters.ipc.workers import WorkerProcesses
from bcper.apps.bindings import daemon_socket
from bcper.apps.paths import Places
from bcper.domain.model.requests.base import Request


async def serve(path: str, answer: Answer, *, log: Log, task_status: "trio.TaskStatus[Server]") -> None:
    """Listen on the daemon's socket."""
    await listen(path, answer, log=log, task_status=task_status)


def workers(
    places: Places, low: Callable[[Request[Any]], bool], log: Callable[[str], None]
) -> WorkerProcesses:
    """Processes that do what takes long."""
    return WorkerProcesses(places.config_dir, low=low, log=log)


def daemon_client(places: Places) -> AbstractAsyncContextManager[AsyncClient]:
    """The daemon's service for the window, connected again whenever it comes back."""
    return connected(daemon_socket(places), name="bcper")
