"""The server on a real socket, with clients that are no good (FAULTS.md rows 41 to 46 and 48)."""

import json
import os
import socket
import stat
import threading
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest
import trio

from bcper.adapters.ipc.limits import Limits
from bcper.domain.errors import DaemonError, WrongPassword
from bcper.domain.model.progress import Progress
from bcper.domain.model.requests.base import Request
from bcper.domain.model.requests.jobs import DeleteJob, PinRun
from bcper.domain.model.requests.targets import DeleteTarget, ItemView, ListItems, PreviewItem, Removed
from bcper.domain.model.targets import Item
from helpers.ipc import Raw, ServerThread

SHORT = Limits(hello_seconds=1.0, line_seconds=1.0, write_seconds=1.0, alive_seconds=0.05)
MIB = 1 << 20
GONE = r"Broken pipe|reset"


@attrs.define
class Answers:
    """Some of each kind: at once, an error, a bug, and such as wait until they are let go or cancelled."""

    go: trio.Event = attrs.field(factory=trio.Event)
    begun: int = 0
    done: list[str] = attrs.field(factory=list)

    async def __call__(self, request: Request[Any], report: Callable[[Progress], None]) -> Any:
        self.begun += 1
        match request:
            case ListItems():
                return (ItemView(Item("docs", ("/a\udc80b",)), ()),)
            case DeleteJob(name):
                raise WrongPassword(f"Not {name}.", "Try again.")
            case PinRun():
                raise ValueError("Tr0ub4dor")
            case DeleteTarget(_, name):
                return Removed("x" * int(name))
            case PreviewItem(name):
                report(Progress("Looking"))
                try:
                    await self.go.wait()
                except trio.Cancelled:
                    self.done.append(f"{name} cancelled")
                    raise
                self.done.append(f"{name} done")
                raise WrongPassword("Done.")
        raise AssertionError(request)


@pytest.fixture
def answers() -> Answers:
    return Answers()


@pytest.fixture
def server(answers: Answers) -> Iterator[ServerThread]:
    with ServerThread(answers, Limits(alive_seconds=0.05)) as running:
        yield running


def wait_until(true: Callable[[], bool]) -> None:
    for _ in range(2000):
        if true():
            return
        threading.Event().wait(0.01)
    raise AssertionError("it never came to that")


def lives(server: ServerThread) -> bool:
    with Raw(server.path) as client:
        return bool(client.ask("ListItems")["result"][0]["item"]["name"] == "docs")


def test_a_request_is_answered_with_its_id(server: ServerThread) -> None:
    with Raw(server.path) as client:
        for id_ in (1, "one", -5, 2**62):
            reply = client.ask("ListItems", id_)
            assert (reply["jsonrpc"], reply["id"]) == ("2.0", id_)
            assert reply["result"][0]["item"]["paths"] == ["/a\udc80b"]


def test_an_expected_error_and_a_bug(server: ServerThread) -> None:
    with Raw(server.path) as client:
        assert client.ask("DeleteJob", name="n")["error"] == {
            "code": -32000,
            "message": "Not n.",
            "data": {"kind": "WrongPassword", "hint": "Try again.", "exit_status": 12},
        }
        error = client.ask("PinRun", run="r")["error"]
        assert (error["code"], error["data"]["exit_status"]) == (-32603, 1)
        assert "Tr0ub4dor" not in str(error)
        assert "Trace" not in str(error)
    ((message, bug),) = server.log
    assert "PinRun" in message
    assert isinstance(bug, ValueError)
    assert lives(server)


@pytest.mark.parametrize(
    ("line", "code"),
    [
        (b"\xff\xfe", -32700),
        (b"", -32700),
        (b"[" * 100_000, -32700),
        (b'{"a":' * 100_000, -32700),
        (b'{"jsonrpc":"2.0","id":1,"id":2,"method":"ListItems"}', -32700),
        (b'{"jsonrpc":"2.0","id":NaN,"method":"ListItems"}', -32700),
        (
            b'{"jsonrpc":"2.0","id":1,"method":"ListFrequencies","params":{"count":' + b"1" * 5000 + b"}}",
            -32700,
        ),
        (b'[{"jsonrpc":"2.0","id":1,"method":"ListItems"}]', -32600),
        (b'"ListItems"', -32600),
        (b'{"id":1,"method":"ListItems"}', -32600),
        (b'{"jsonrpc":"2.0","method":"ListItems"}', -32600),
        (b'{"jsonrpc":"2.0","id":null,"method":"ListItems"}', -32600),
        (b'{"jsonrpc":"2.0","id":1.5,"method":"ListItems"}', -32600),
        (b'{"jsonrpc":"2.0","id":true,"method":"ListItems"}', -32600),
        (b'{"jsonrpc":"2.0","id":[],"method":"ListItems"}', -32600),
        (b'{"jsonrpc":"2.0","id":1,"method":7}', -32600),
        (b'{"jsonrpc":"2.0","id":1,"method":"ListItems","x":1}', -32600),
        (b'{"jsonrpc":"2.0","id":1,"method":"ListItems","progress":1}', -32600),
        (b'{"jsonrpc":"2.0","id":1,"method":"hello","params":{"protocol":1,"client":"x"}}', -32600),
        (b'{"jsonrpc":"2.0","id":1,"method":"Nothing"}', -32601),
        (b'{"jsonrpc":"2.0","id":1,"method":"__class__"}', -32601),
        (b'{"jsonrpc":"2.0","id":1,"method":"ListItems","params":[]}', -32602),
        (b'{"jsonrpc":"2.0","id":1,"method":"ListItems","params":{"x":1}}', -32602),
        (b'{"jsonrpc":"2.0","id":1,"method":"DeleteJob","params":{"name":1}}', -32602),
        (b'{"jsonrpc":"2.0","id":1,"method":"subscribe","params":{"topics":["x"]}}', -32602),
        (b'{"jsonrpc":"2.0","id":1,"method":"subscribe","params":{"topics":[["runs"]]}}', -32602),
        (b'{"jsonrpc":"2.0","id":1,"method":"subscribe","params":{}}', -32602),
        (
            b'{"jsonrpc":"2.0","id":1,"method":"AddItem","params":{"name":"a","paths":[],"password":"p"}}',
            -32005,
        ),
    ],
    ids=lambda value: str(value)[:60],
)
def test_a_message_that_is_none_gets_an_error_and_the_daemon_lives(
    server: ServerThread, answers: Answers, line: bytes, code: int
) -> None:
    with Raw(server.path) as client:
        client.say(line)
        reply = client.hear()
        assert reply["error"]["code"] == code
        assert reply["error"]["message"]
        assert reply["id"] in (None, 1)
        assert answers.begun == 0
        # The connection is as good as before.
        assert "result" in client.ask("ListItems", 2)
    assert server.log == []


@pytest.mark.parametrize("before_hello", [False, True])
def test_row_41_a_line_over_a_mebibyte_is_refused_and_memory_stays_flat(
    server: ServerThread, before_hello: bool
) -> None:
    tracemalloc.start()
    try:
        with Raw(server.path, hello=not before_hello) as client:
            with pytest.raises(OSError, match=GONE):
                for _ in range(200):
                    client.sock.sendall(b"x" * MIB)
            reply = json.loads(client.line())
            assert (reply["id"], reply["error"]["code"]) == (None, -32003)
            assert client.ended()
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 12 * MIB
    assert lives(server)


def test_the_longest_line_that_may_be_is_taken(server: ServerThread) -> None:
    with Raw(server.path) as client:
        frame = b'{"jsonrpc":"2.0","id":1,"method":"DeleteJob","params":{"name":"%s"}}'
        longest = frame % (b"x" * (MIB - len(frame) + 2))
        assert len(longest) == MIB
        client.say(longest)
        assert client.hear()["error"]["code"] == -32000
        client.say(longest[:-3] + b'x"}}')
        assert client.hear()["error"]["code"] == -32003
        assert client.ended()


def test_row_43_who_says_no_hello_or_never_ends_a_line_is_timed_out(answers: Answers) -> None:
    with ServerThread(answers, SHORT) as server:
        with Raw(server.path, hello=False) as silent, Raw(server.path) as slow:
            slow.sock.sendall(b'{"jsonrpc"')
            for client in (silent, slow):
                assert client.hear()["error"]["code"] == -32004
                assert client.ended()
        with Raw(server.path, hello=False) as dripping:
            with pytest.raises(OSError, match=GONE):
                for _ in range(1000):
                    dripping.sock.sendall(b" ")
                    threading.Event().wait(0.02)
        wait_until(lambda: server.server.clients == 0)
        assert lives(server)


def test_who_is_only_silent_may_stay(answers: Answers) -> None:
    with ServerThread(answers, SHORT) as server, Raw(server.path) as client:
        threading.Event().wait(1.3 * SHORT.line_seconds)
        assert "result" in client.ask("ListItems")


def test_row_43_who_asks_and_never_reads_is_dropped_and_little_waits_for_it(answers: Answers) -> None:
    with ServerThread(answers, SHORT) as server:
        tracemalloc.start()
        with Raw(server.path) as client:
            sent = 0
            client.sock.settimeout(5)
            with pytest.raises(OSError, match=GONE):
                while True:
                    sent += 1
                    client.say(
                        {"id": sent, "method": "DeleteTarget", "params": {"kind": "item", "name": "9999"}}
                    )
                    assert sent < 100_000
            wait_until(lambda: server.server.clients == 0)
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert answers.begun < sent
        assert peak < 24 * MIB
        assert lives(server)


def test_row_44_two_hundred_are_served_at_once_and_the_rest_of_a_thousand_is_told(answers: Answers) -> None:
    with ServerThread(answers) as server:
        clients = []
        try:
            for number in range(1000):
                clients.append(Raw(server.path, hello=number < 256))
            for client in clients[:256]:
                client.say({"id": 1, "method": "ListItems"})
            assert all("result" in client.hear() for client in clients[:256])
            for client in clients[256:]:
                reply = client.hear()
                assert (reply["id"], reply["error"]["code"]) == (None, -32002)
                assert reply["error"]["data"]["exit_status"] == 16
                assert client.ended()
            assert "result" in clients[0].ask("ListItems", 2)
        finally:
            for client in clients:
                client.__exit__()
        wait_until(lambda: server.server.clients == 0)
        assert lives(server)


@pytest.mark.parametrize(
    ("first", "code"),
    [
        ({"id": 7, "method": "hello", "params": {"protocol": 2, "client": "x"}}, -32001),
        ({"id": 7, "method": "hello", "params": {"protocol": True, "client": "x"}}, -32001),
        ({"id": 7, "method": "hello", "params": {"protocol": "1", "client": "x"}}, -32001),
        ({"id": 7, "method": "hello"}, -32001),
        ({"id": 7, "method": "hello", "params": {"protocol": 1}}, -32602),
        ({"id": 7, "method": "hello", "params": {"protocol": 1, "client": "x", "more": 1}}, -32602),
        ({"id": 7, "method": "ListItems"}, -32006),
    ],
    ids=repr,
)
def test_row_45_another_version_gets_a_structured_error(
    server: ServerThread, first: dict[str, Any], code: int
) -> None:
    with Raw(server.path, hello=False) as client:
        client.say(first)
        reply = client.hear()
        assert (reply["id"], reply["error"]["code"]) == (7, code)
        assert reply["error"]["data"]["kind"] == "DaemonError"
        assert client.ended()
    assert lives(server)


def test_hello_says_who_is_there(server: ServerThread) -> None:
    with Raw(server.path, hello=False) as client:
        assert client.ask("hello", "h", protocol=1, client="x")["result"] == {
            "protocol": 1,
            "version": "0.1.0",
            "pid": os.getpid(),
        }


def test_row_46_another_user_is_refused_and_noted(answers: Answers) -> None:
    with ServerThread(answers, uid=os.geteuid() + 1) as server:
        with Raw(server.path, hello=False) as client:
            assert client.ended()
        assert server.log == [(f"A client of another user ({os.geteuid()}) was refused.", None)]
    assert answers.begun == 0


def test_row_46_the_socket_and_its_folder_are_private_whatever_the_umask(answers: Answers) -> None:
    before = os.umask(0)
    try:
        with ServerThread(answers) as server:
            folder = os.path.dirname(server.path)
            assert stat.S_IMODE(os.stat(server.path).st_mode) == 0o600
            assert stat.S_IMODE(os.stat(folder).st_mode) == 0o700
    finally:
        os.umask(before)


def test_the_socket_s_file_has_its_mode_from_the_moment_it_is_there(tmp_path: Path) -> None:
    before = os.umask(0)
    path = f"/proc/self/fd/{os.open(tmp_path, os.O_PATH)}/s"
    try:
        with socket.socket(socket.AF_UNIX) as sock:
            os.fchmod(sock.fileno(), 0o600)
            sock.bind(path)
            assert stat.S_IMODE(os.stat(path).st_mode) == 0o600
    finally:
        os.umask(before)
        os.close(int(path.split("/")[4]))


def test_a_wider_folder_is_closed_and_a_stale_socket_replaced(answers: Answers) -> None:
    with ServerThread(answers) as server:
        folder = f"{server.folder}/other"
        os.mkdir(folder)
        os.chmod(folder, 0o755)
        path = f"{folder}/s"
        with socket.socket(socket.AF_UNIX) as stale:
            stale.bind(path)
        with ServerThread(answers, path=path) as other:
            assert lives(other)
            assert stat.S_IMODE(os.stat(folder).st_mode) == 0o700
        assert os.listdir(folder) == []


def test_what_is_no_socket_stays_and_is_an_error(answers: Answers, tmp_path: Path) -> None:
    with ServerThread(answers) as server:
        path = f"{server.folder}/file"
        Path(path).write_text("mine")
        with pytest.raises(DaemonError, match="is no socket"):
            ServerThread(answers, path=path)
        assert Path(path).read_text() == "mine"
    with pytest.raises(DaemonError, match="No socket can be made"):
        ServerThread(answers, path=f"{tmp_path}/{'x' * 110}")


def test_a_socket_that_another_daemon_has_made_meanwhile_stays(answers: Answers) -> None:
    first = ServerThread(answers)
    os.unlink(first.path)
    with socket.socket(socket.AF_UNIX) as other:
        other.bind(first.path)
        kept = f"{first.folder}-kept"
        os.link(first.path, kept)
        try:
            first.call(first._nursery.cancel_scope.cancel)
            first._thread.join()
            assert os.path.samefile(first.path, kept)
        finally:
            os.unlink(kept)
            first.stop()


def test_requests_of_one_client_run_side_by_side_up_to_a_bound(answers: Answers) -> None:
    with ServerThread(answers, Limits(requests=3, alive_seconds=60)) as server, Raw(server.path) as client:
        for id_ in (1, 2, 3):
            client.say({"id": id_, "method": "PreviewItem", "params": {"name": str(id_)}})
        assert client.ask("ListItems", 4)["error"]["code"] == -32002
        assert (
            client.ask("PreviewItem", 2, name="again")["error"]["message"] == "Another request has that id."
        )
        client.say({"method": "cancel", "params": {"id": 2}})
        reply = client.hear()
        assert (reply["id"], reply["error"]["data"]["kind"]) == (2, "Cancelled")
        assert "result" in client.ask("ListItems", 2)
        server.call(answers.go.set)
        assert {client.hear()["id"], client.hear()["id"]} == {1, 3}
        assert answers.done[0] == "2 cancelled"
        assert sorted(answers.done[1:]) == ["1 done", "3 done"]


def test_to_cancel_what_is_not_there_does_nothing(server: ServerThread) -> None:
    with Raw(server.path) as client:
        for wrong in (7, "x", [], {}, None, 1.5):
            client.say({"method": "cancel", "params": {"id": wrong}})
        client.say({"method": "cancel"})
        assert client.ask("cancel", 5, id=9) == {"jsonrpc": "2.0", "id": 5, "result": None}


def test_what_all_clients_ask_is_bounded_also_when_they_leave(answers: Answers) -> None:
    with ServerThread(answers, Limits(running=4, alive_seconds=0.05)) as server:
        for _ in range(2):
            with Raw(server.path) as client:
                for id_ in (1, 2):
                    client.say({"id": id_, "method": "PreviewItem", "params": {"name": "x"}})
                wait_until(lambda: answers.begun % 2 == 0 and answers.begun > 0)
        wait_until(lambda: answers.begun == 4)
        with Raw(server.path) as client:
            assert client.ask("ListItems")["error"]["code"] == -32002
            server.call(answers.go.set)
            wait_until(lambda: len(answers.done) == 4)
            assert "result" in client.ask("ListItems")
        # A terminal that was closed has not said stop.
        assert answers.done == ["x done"] * 4


def test_half_a_connection_gets_its_replies(server: ServerThread, answers: Answers) -> None:
    with Raw(server.path) as client:
        client.say({"id": 1, "method": "PreviewItem", "params": {"name": "x"}})
        client.sock.shutdown(socket.SHUT_WR)
        wait_until(lambda: answers.begun == 1)
        server.call(answers.go.set)
        assert client.hear()["error"]["message"] == "Done."
        assert client.ended()


def test_progress_comes_to_who_asked_for_it_and_a_sign_of_life_to_all(
    server: ServerThread, answers: Answers
) -> None:
    with Raw(server.path) as asks, Raw(server.path) as does_not:
        for client, progress in ((asks, True), (does_not, False)):
            client.say({"id": 1, "method": "PreviewItem", "params": {"name": "x"}, "progress": progress})
        told = asks.hear()
        assert (told["method"], told["params"]["id"]) == ("progress", 1)
        assert told["params"]["progress"]["step"] == "Looking"
        assert json.loads(does_not.line()) == {"jsonrpc": "2.0", "method": "alive"}
        server.call(answers.go.set)
        assert does_not.hear()["id"] == 1


def test_progress_is_never_told_more_often_than_ten_times_a_second_and_its_last_is() -> None:
    async def answer(request: Request[Any], report: Callable[[Progress], None]) -> Any:
        def work() -> None:
            for done in range(5000):
                report(Progress("Busy", done))

        await trio.to_thread.run_sync(work)
        raise WrongPassword("Done.")

    with ServerThread(answer) as server, Raw(server.path) as client:
        client.say({"id": 1, "method": "RunJob", "params": {"name": "x"}, "progress": True})
        told = []
        while "method" in (message := client.hear()):
            told.append(message["params"]["progress"]["done"])
    assert told == sorted(set(told))
    assert told[-1] == 4999
    assert len(told) < 1000


def test_a_reply_of_many_elements_is_longer_than_a_request_may_be() -> None:
    views = tuple(ItemView(Item("x" * 100, ("/y" * 100,)), ()) for _ in range(10_000))

    async def answer(request: Request[Any], report: Callable[[Progress], None]) -> Any:
        return views

    with ServerThread(answer) as server, Raw(server.path) as client:
        client.say({"id": 1, "method": "ListItems"})
        line = client.line()
    assert len(line) > 3 * MIB
    assert len(json.loads(line)["result"]) == 10_000


def test_an_error_in_a_group_of_one_is_that_error() -> None:
    async def answer(request: Request[Any], report: Callable[[Progress], None]) -> Any:
        async def fail() -> None:
            raise WrongPassword("No.")

        async with trio.open_nursery() as nursery:
            nursery.start_soon(fail)

    with ServerThread(answer) as server, Raw(server.path) as client:
        assert client.ask("RunJob", name="x")["error"]["data"]["kind"] == "WrongPassword"


def test_what_runs_when_the_server_stops_is_cancelled(answers: Answers) -> None:
    with ServerThread(answers) as server, Raw(server.path) as client:
        client.say({"id": 1, "method": "PreviewItem", "params": {"name": "x"}})
        wait_until(lambda: answers.begun == 1)
        server.stop()
        assert client.ended()
        assert not os.path.exists(server.path)
    assert answers.done == ["x cancelled"]


def test_a_request_that_answers_wrongly_is_a_bug_and_no_end() -> None:
    async def answer(request: Request[Any], report: Callable[[Progress], None]) -> Any:
        return object()

    with ServerThread(answer) as server, Raw(server.path) as client:
        assert client.ask("RunJob", name="x")["error"]["code"] == -32603
        assert client.ask("RunJob", name="x")["error"]["code"] == -32603
        assert len(server.log) == 2


def test_ten_thousand_requests_leave_nothing_behind(server: ServerThread) -> None:
    def ask(count: int) -> None:
        with Raw(server.path) as client:
            for _ in range(count):
                client.say({"id": 1, "method": "ListItems"})
                client.line()

    ask(1000)
    tracemalloc.start()
    try:
        ask(500)
        before = tracemalloc.get_traced_memory()[0]
        ask(8500)
        # Trio forgets deadlines that have been met a thousand at a time: up to 150 KB, and no growth.
        assert tracemalloc.get_traced_memory()[0] - before < 400_000
    finally:
        tracemalloc.stop()


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can make another user's folder")
@pytest.mark.parametrize("what", ["folder", "link"])
def test_no_socket_is_made_where_another_user_can_reach_in(
    answers: Answers, tmp_path: Path, what: str
) -> None:
    with ServerThread(answers) as server:
        folder = f"{server.folder}/theirs"
        if what == "folder":
            os.mkdir(folder, 0o777)
        else:
            os.symlink(tmp_path, folder)
        os.chown(folder, 65534, 65534, follow_symlinks=False)
        with pytest.raises(DaemonError, match="another user's folder"):
            ServerThread(answers, path=f"{folder}/s")
        assert os.listdir(folder) == []
