"""A process that answers through a socketpair: what the daemon has runs done by."""

import json
import os
import socket
import subprocess
import sys
import threading
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from pathlib import Path
from typing import Any

import pytest
import trio

from bcper.adapters.ipc.link import Link, over
from bcper.adapters.ipc.worker import serve_stream
from bcper.domain.errors import Cancelled, DaemonError, Interrupted, WrongPassword
from bcper.domain.model.progress import Progress
from bcper.domain.model.requests.jobs import DeleteJob, PinRun
from bcper.domain.model.requests.targets import AddItem, ListItems, PreviewItem
from helpers import ipc_worker


@asynccontextmanager
async def worker(notes: Path) -> AsyncIterator[tuple[Link, "subprocess.Popen[bytes]"]]:
    ours, theirs = socket.socketpair()
    with theirs:
        child = subprocess.Popen(
            [sys.executable, ipc_worker.__file__, str(theirs.fileno()), str(notes)],
            pass_fds=[theirs.fileno()],
            env={**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)},
        )
    ours.setblocking(False)
    try:
        async with over(trio.SocketStream(trio.socket.from_stdlib_socket(ours))) as link:
            yield link, child
        assert await trio.to_thread.run_sync(child.wait) == 0
    finally:
        child.kill()
        child.wait()


def run(notes: Path, work: Callable[[Link, "subprocess.Popen[bytes]"], Any]) -> None:
    async def bounded() -> None:
        with trio.fail_after(30):
            async with worker(notes) as (link, child):
                await work(link, child)

    trio.run(bounded)


def test_a_child_answers_tells_and_stops(tmp_path: Path) -> None:
    steps: list[Progress] = []

    def third(progress: Progress) -> None:
        steps.append(progress)
        if len(steps) == 3:
            raise Cancelled

    async def work(ask: Link, child: "subprocess.Popen[bytes]") -> None:
        (view,) = await ask(ListItems())
        assert (view.item.name, view.item.paths) == (str(child.pid), ("/a\udc80",))
        with pytest.raises(WrongPassword, match=r"No\."):
            await ask(DeleteJob("x"))
        with pytest.raises(DaemonError, match="should not have") as error:
            await ask(PinRun("x"))
        assert "Tr0ub4dor" not in str(error.value)
        with pytest.raises(Cancelled):
            await ask(PreviewItem("x"), third)
        assert [step.done for step in steps] == sorted({step.done for step in steps})
        assert len(await ask(ListItems())) == 1
        # One that waits for its turn, behind one that is cancelled, gets it.
        async with trio.open_nursery() as nursery:
            with trio.CancelScope() as scope:
                begun = trio.Event()
                nursery.start_soon(behind, ask, begun, scope)
                await ask(PreviewItem("x"), lambda _: begun.set())

    async def behind(ask: Link, begun: trio.Event, scope: trio.CancelScope) -> None:
        await begun.wait()
        async with trio.open_nursery() as nursery:
            nursery.start_soon(ask, ListItems())
            scope.cancel()

    run(tmp_path / "notes", work)
    assert (tmp_path / "notes").read_text() == "stopped in order\n" * 2 + "ended\n"


def test_a_child_whose_parent_closes_ends_its_work_in_order(tmp_path: Path) -> None:
    async def work(ask: Link, child: "subprocess.Popen[bytes]") -> None:
        async with trio.open_nursery() as nursery:
            begun = trio.Event()
            nursery.start_soon(ask, PreviewItem("x"), lambda _: begun.set())
            await begun.wait()
            await ask._stream.aclose()
            nursery.cancel_scope.cancel()

    run(tmp_path / "notes", work)
    assert (tmp_path / "notes").read_text() == "stopped in order\nended\n"


def test_a_child_that_dies_is_an_error_at_once(tmp_path: Path) -> None:
    async def work() -> None:
        with trio.fail_after(30), pytest.raises(AssertionError):
            async with worker(tmp_path / "notes") as (ask, child):
                with pytest.raises(DaemonError, match="went away"):
                    await ask(PreviewItem("x"), lambda _: child.kill())
                with pytest.raises(DaemonError, match="went away"):
                    await ask(ListItems())

    trio.run(work)


def test_it_takes_no_nonsense() -> None:
    ours, theirs = socket.socketpair()
    thread = threading.Thread(target=serve_stream, args=(theirs, ipc_worker.answer))
    thread.start()
    try:
        with ours, ours.makefile("rb") as file:
            ours.settimeout(20)

            def ask(line: bytes) -> dict[str, Any]:
                ours.sendall(line + b"\n")
                answer: dict[str, Any] = json.loads(file.readline())
                return answer

            hello = b'{"jsonrpc":"2.0","id":0,"method":"hello","params":{"protocol":1,"client":"x"}}'
            assert ask(hello)["result"]["pid"] == os.getpid()
            for line, code in (
                (b"\xff", -32700),
                (b"[]", -32600),
                (b'{"jsonrpc":"2.0","method":"ListItems"}', -32600),
                (b'{"jsonrpc":"2.0","id":1,"method":"Nothing"}', -32601),
                (b'{"jsonrpc":"2.0","id":1,"method":"ListItems","params":{"x":1}}', -32602),
                (
                    b'{"jsonrpc":"2.0","id":1,"method":"AddItem","params":{"name":"a","paths":[],"password":"p"}}',
                    -32005,
                ),
            ):
                assert ask(line)["error"]["code"] == code
            # A cancel that comes before its request has begun.
            answer = ask(
                b'{"jsonrpc":"2.0","method":"cancel","params":{"id":7}}\n'
                b'{"jsonrpc":"2.0","id":7,"method":"PreviewItem","params":{"name":"x"}}'
            )
            assert answer["error"]["data"]["kind"] == "Cancelled"
            ours.sendall(b"x" * (1 << 20) + b"xx")
            assert json.loads(file.readline())["error"]["code"] == -32003
            assert file.readline() == b""
    finally:
        thread.join(20)
    assert not thread.is_alive()


def test_who_greets_wrongly_is_not_served() -> None:
    ours, theirs = socket.socketpair()
    thread = threading.Thread(target=serve_stream, args=(theirs.detach(), ipc_worker.answer))
    thread.start()
    with ours, ours.makefile("rb") as file:
        ours.sendall(b'{"jsonrpc":"2.0","id":0,"method":"hello","params":{"protocol":9,"client":"x"}}\n')
        assert json.loads(file.readline())["error"]["code"] == -32001
        assert file.readline() == b""
    thread.join(20)
    assert not thread.is_alive()


def test_a_password_is_not_sent_to_a_child_either(tmp_path: Path) -> None:
    async def work(ask: Link, child: "subprocess.Popen[bytes]") -> None:
        with pytest.raises(Exception, match="cannot be asked"):
            await ask(AddItem("a", ("/a",), password="p"))

    run(tmp_path / "notes", work)


def test_that_nobody_is_there_any_more_interrupts_the_work_also_when_telling_notices_it_first() -> None:
    ours, theirs = socket.socketpair()
    raised: list[BaseException] = []

    def work(_request: Any, sink: Any) -> None:
        ours.close()
        try:
            sink.step(Progress("At work"))
        except BaseException as error:
            raised.append(error)
            raise

    hello = {"id": 0, "method": "hello", "params": {"protocol": 1, "client": "test"}}
    call = {"id": 1, "method": "RunJob", "params": {"name": "x"}, "progress": True}
    for message in (hello, call):
        ours.sendall(json.dumps({"jsonrpc": "2.0", **message}).encode() + b"\n")
    serve_stream(theirs, work)
    assert [type(error) for error in raised] == [Interrupted]
