"""A worker whose daemon goes in its midst, and one that meets a bug."""

import socket
import threading
from collections.abc import Callable
from typing import Any

import pytest

from bcper.adapters.ipc import messages
from bcper.adapters.ipc.lines import render
from bcper.adapters.ipc.worker import serve_stream
from bcper.domain.errors import Interrupted
from bcper.domain.model.progress import Progress
from bcper.domain.model.requests.jobs import RunJob


class Peer:
    """The daemon's end, and a worker in a thread whose service is ``work(sink)``."""

    def __init__(self, work: Callable[[Any], Any]) -> None:
        self.ours, theirs = socket.socketpair()
        self.noted: list[str] = []

        def service(_request: object, sink: Any = None) -> Any:
            return work(sink)

        def log(message: str, error: BaseException | None = None) -> None:
            self.noted.append(f"{message} {error!r}")

        self.thread = threading.Thread(target=serve_stream, args=(theirs, service), kwargs={"log": log})
        self.thread.start()
        self.lines = self.ours.makefile("rb")
        self.ours.sendall(render(messages.hello(0, "test")))
        assert b"result" in self.lines.readline()
        self.ours.sendall(messages.asked(2, RunJob("x"), progress=True))

    def go(self) -> None:
        self.lines.close()
        self.ours.close()


@pytest.mark.parametrize("unread", [False, True])
def test_when_its_daemon_has_gone_the_work_is_interrupted_and_has_not_failed(unread: bool) -> None:
    begun, gone = threading.Event(), threading.Event()
    ended: list[BaseException] = []

    def work(sink: Any) -> None:
        sink.step(Progress("begun", run_id="r"))
        begun.set()
        assert gone.wait(30)
        try:
            for _ in range(3):
                sink.step(Progress("more", run_id="r"))
        except BaseException as error:
            ended.append(error)
            raise

    peer = Peer(work)
    assert begun.wait(30)
    if not unread:
        peer.lines.readline()
    peer.go()
    gone.set()
    peer.thread.join(30)
    assert [type(error) for error in ended] == [Interrupted]
    assert peer.noted == []


def test_an_error_of_the_system_that_nobody_has_translated_is_a_bug_and_is_told() -> None:
    def work(_sink: Any) -> None:
        raise PermissionError(13, "no")

    peer = Peer(work)
    assert b'"error"' in peer.lines.readline()
    peer.go()
    peer.thread.join(30)
    assert len(peer.noted) == 1
    assert "PermissionError" in peer.noted[0]
