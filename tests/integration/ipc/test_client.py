"""The client that waits: progress, stopping, and daemons that are gone, silent, or of another version."""

import json
import os
import signal
import socket
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import attrs
import pytest
import trio

from bcper.adapters.ipc.client import Patience, SocketService
from bcper.adapters.ipc.limits import Limits
from bcper.adapters.memory.progress import CancelAt, RecordingProgress
from bcper.apps import bindings
from bcper.apps.connect import Connected
from bcper.apps.paths import places
from bcper.domain.errors import Cancelled, DaemonError, UsageError, WrongPassword
from bcper.domain.model.progress import Progress
from bcper.domain.model.requests.base import Request
from bcper.domain.model.requests.jobs import DeleteJob
from bcper.domain.model.requests.targets import (
    AddItem,
    EditItem,
    ItemView,
    ListItems,
    PasswordChange,
    PreviewItem,
)
from bcper.domain.model.targets import Item
from bcper.ports.progress import ProgressSink
from helpers.ipc import Raw, ServerThread

VIEWS = (ItemView(Item("docs", ("/a",)), ()),)
QUICK = Patience(connecting=10, silence=10, cancelling=0.5, tick=0.02)
HASTY = attrs.evolve(QUICK, silence=0.4)


@attrs.define
class Working:
    """Works until it is cancelled, and says how far it is or nothing."""

    tells: bool = True
    stubborn: bool = False
    ended: list[str] = attrs.field(factory=list)

    async def __call__(self, request: Request[Any], report: Callable[[Progress], None]) -> Any:
        match request:
            case ListItems():
                return VIEWS
            case DeleteJob():
                raise WrongPassword("No.", "Yes.")
        done = 0
        try:
            with trio.CancelScope(shield=self.stubborn):
                while True:
                    done += 1
                    if self.tells:
                        report(Progress("Working", done))
                    await trio.sleep(0.005)
                    if self.stubborn and done > 400:
                        break
        except trio.Cancelled:
            self.ended.append("cancelled")
            raise Cancelled("Stopped in order.") from None
        return VIEWS


@pytest.fixture
def working() -> Working:
    return Working()


@pytest.fixture
def server(working: Working) -> Iterator[ServerThread]:
    with ServerThread(working, Limits(alive_seconds=0.05)) as running:
        yield running


class FalseDaemon:
    """Says ``lines``, each after it heard a line, and closes or keeps silent."""

    def __init__(self, path: Path, lines: list[bytes], *, closes: bool) -> None:
        self.heard: list[bytes] = []
        self._over = threading.Event()
        self._lines, self._closes = lines, closes
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen()
        self._thread = threading.Thread(target=self._work)
        self._thread.start()

    def _work(self) -> None:
        conn, _ = self._listener.accept()
        conn.settimeout(15)
        with conn, conn.makefile("rb") as file:
            for line in self._lines:
                self.heard.append(file.readline())
                conn.sendall(line)
            self.heard.append(file.readline())
            if not self._closes:
                self._over.wait()

    def __enter__(self) -> "FalseDaemon":
        return self

    def __exit__(self, *exc: object) -> None:
        self._over.set()
        self._thread.join(20)
        self._listener.close()
        assert not self._thread.is_alive()


HELLO = b'{"jsonrpc":"2.0","id":0,"result":{"protocol":1,"version":"9","pid":1}}\n'


@pytest.fixture
def short(server: ServerThread) -> Path:
    """A place for another socket."""
    return Path(server.folder) / "other.sock"


def test_replies_and_errors_come_as_in_this_process(server: ServerThread) -> None:
    with SocketService(server.path) as ask:
        assert ask(ListItems()) == VIEWS
        with pytest.raises(WrongPassword, match=r"^No\.$") as error:
            ask(DeleteJob("x"))
        assert (error.value.hint, error.value.exit_status) == ("Yes.", 12)
        assert ask(ListItems()) == VIEWS
        assert server.server.clients == 1


def test_a_sink_that_says_stop_stops_the_daemon_s_work(server: ServerThread, working: Working) -> None:
    sink = CancelAt(3)
    with SocketService(server.path) as ask:
        with pytest.raises(Cancelled):
            ask(PreviewItem("x"), sink)
        assert working.ended == ["cancelled"]
        assert [step.step for step in sink.steps] == ["Working"] * 3
        assert ask(ListItems()) == VIEWS
        assert server.server.clients == 1


def test_work_that_says_nothing_is_stopped_too(server: ServerThread, working: Working) -> None:
    working.tells = False
    sink = CancelAt(2)
    with SocketService(server.path, patience=QUICK) as ask:
        with pytest.raises(Cancelled):
            ask(PreviewItem("x"), sink)
    assert working.ended == ["cancelled"]
    assert sink.steps == [Progress("Waiting")] * 2


def test_work_that_does_not_stop_is_left_to_itself(server: ServerThread, working: Working) -> None:
    working.stubborn = True
    with SocketService(server.path, patience=QUICK) as ask:
        with pytest.raises(Cancelled):
            ask(PreviewItem("x"), CancelAt(1))
        assert working.ended == []
        assert ask(ListItems()) == VIEWS


def test_a_second_ctrl_c_leaves_and_the_daemon_is_told(server: ServerThread, working: Working) -> None:
    class Sink:
        def step(self, progress: Progress) -> None:
            raise KeyboardInterrupt  # as a signal's handler does, in the midst of anything

    with SocketService(server.path) as ask:
        with pytest.raises(KeyboardInterrupt):
            ask(PreviewItem("x"), Sink())
        assert ask(ListItems()) == VIEWS
    for _ in range(1000):
        if working.ended:
            break
        threading.Event().wait(0.01)
    assert working.ended == ["cancelled"]


def test_a_long_request_without_a_sink_outlasts_the_time_out_by_signs_of_life() -> None:
    async def answer(request: Request[Any], report: Callable[[Progress], None]) -> Any:
        await trio.sleep(2.0)
        return VIEWS

    with ServerThread(answer, Limits(alive_seconds=0.05)) as server:
        with SocketService(server.path, patience=attrs.evolve(QUICK, silence=1.5)) as ask:
            assert ask(ListItems()) == VIEWS


@pytest.mark.parametrize("watched", [False, True])
def test_a_daemon_that_says_nothing_any_more_is_noticed(short: Path, watched: bool) -> None:
    with FalseDaemon(short, [HELLO], closes=False) as daemon:
        with SocketService(str(short), patience=HASTY) as ask:
            with pytest.raises(DaemonError, match="does not answer") as error:
                ask(ListItems(), RecordingProgress() if watched else None)
        assert error.value.exit_status == 16
        assert json.loads(daemon.heard[1])["method"] == "ListItems"


def test_a_daemon_that_does_not_greet_is_noticed(short: Path) -> None:
    with FalseDaemon(short, [], closes=False):
        with pytest.raises(DaemonError, match="does not answer"):
            SocketService(str(short), patience=attrs.evolve(QUICK, connecting=0.3)).connect()


def test_a_daemon_that_goes_away_is_noticed_and_nothing_is_asked_again(short: Path) -> None:
    asked_here: list[object] = []

    def local() -> Any:
        asked_here.append(None)

    with FalseDaemon(short, [HELLO], closes=True) as daemon:
        ask = Connected(SocketService(str(short), patience=QUICK), local)
        with pytest.raises(DaemonError, match="went away"):
            ask(ListItems())
    assert len(daemon.heard) == 2
    assert asked_here == []


@pytest.mark.parametrize(
    "greeting",
    [
        b'{"jsonrpc":"2.0","id":0,"result":{"protocol":2,"version":"9","pid":1}}\n',
        b'{"jsonrpc":"2.0","id":0,"result":[]}\n',
        b'{"jsonrpc":"2.0","id":0,"error":{"code":-32001,"message":"Another version."}}\n',
        b"HTTP/1.0 400 Bad Request\n",
        b"\xff\n",
        b"[]\n",
    ],
)
def test_what_speaks_otherwise_is_no_daemon_of_ours_and_is_not_gone_round(
    short: Path, greeting: bytes
) -> None:
    with FalseDaemon(short, [greeting], closes=True):
        with pytest.raises(DaemonError):
            Connected(SocketService(str(short), patience=QUICK), lambda: pytest.fail("local"))(ListItems())


@pytest.mark.parametrize(
    "reply",
    [
        b'{"jsonrpc":"2.0","id":1,"result":[{"x":1}]}\n',
        b'{"jsonrpc":"2.0","id":1}\n',
        b"{\n",
        b'{"jsonrpc":"2.0","id":1,"error":7}\n',
        b'{"jsonrpc":"2.0","method":"progress","params":{"id":1,"progress":7}}\n{"jsonrpc":"2.0","id":1}\n',
    ],
)
def test_a_reply_that_makes_no_sense_is_the_daemon_s_error(short: Path, reply: bytes) -> None:
    with FalseDaemon(short, [HELLO, reply], closes=True):
        with SocketService(str(short), patience=QUICK) as ask, pytest.raises(DaemonError):
            ask(ListItems(), RecordingProgress())


def test_one_too_many_is_told_so(working: Working) -> None:
    with ServerThread(working, Limits(clients=1)) as server, Raw(server.path):
        with pytest.raises(DaemonError, match="too many clients"):
            SocketService(server.path).connect()


def test_where_nobody_listens_the_work_is_done_here(server: ServerThread, tmp_path: Path) -> None:
    stale = Path(server.folder) / "stale"
    with socket.socket(socket.AF_UNIX) as sock:
        sock.bind(str(stale))
    for path in (str(tmp_path / "no"), str(stale), f"{server.folder}/no/where"):
        client = SocketService(path)
        assert not client.connect()
        with pytest.raises(DaemonError, match="does not run"):
            client(ListItems())
        assert Connected(client, lambda: Local())(ListItems()) == ("here",)


class Local:
    """The service in this process."""

    def __call__(self, request: Request[Any], sink: ProgressSink | None = None) -> Any:
        return ("here",)


def test_what_holds_a_password_is_done_here_and_nothing_is_sent(server: ServerThread) -> None:
    client = SocketService(server.path)
    made: list[Local] = []

    def local() -> Local:
        made.append(Local())
        return made[-1]

    ask = Connected(client, local)
    for request in (AddItem("a", ("/a",), password="p"), EditItem("a", password=PasswordChange("p"))):
        with pytest.raises(UsageError):
            client(request)
        assert ask(request) == ("here",)
    assert server.server.clients == 0
    assert ask(ListItems()) == VIEWS
    assert len(made) == 1
    client.close()


def test_a_connection_that_ended_meanwhile_is_made_anew(server: ServerThread, working: Working) -> None:
    first = ServerThread(working, path=f"{server.folder}/again/s")
    with SocketService(first.path) as ask:
        assert ask(ListItems()) == VIEWS
        first.stop()
        assert not ask.connect()
        with ServerThread(working, path=first.path):
            assert ask(ListItems()) == VIEWS


def test_a_request_that_is_too_long_is_not_sent(server: ServerThread) -> None:
    with SocketService(server.path) as ask:
        with pytest.raises(UsageError, match="too long"):
            ask(PreviewItem("x" * (1 << 20)))
        assert ask(ListItems()) == VIEWS


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can be somebody else")
def test_the_socket_of_another_user_is_not_trusted(server: ServerThread, short: Path) -> None:
    short.parent.chmod(0o711)
    pid = os.fork()
    if pid == 0:
        sock = socket.socket(socket.AF_UNIX)
        sock.bind(str(short))
        os.setresuid(65534, 65534, 65534)
        sock.listen()
        signal.pause()
    try:
        while True:
            try:
                with socket.socket(socket.AF_UNIX) as probe:
                    probe.connect(str(short))
                break
            except OSError:
                threading.Event().wait(0.01)
        with pytest.raises(DaemonError, match="Another user"):
            SocketService(str(short)).connect()
    finally:
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)


def test_the_container_s_names_for_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    at = places(str(tmp_path / ("x" * 120)))
    monkeypatch.setenv("XDG_RUNTIME_DIR", "/run/user/7")
    assert bindings.daemon_socket(places("/etc/x")) == "/etc/x/daemon.sock"
    assert bindings.daemon_socket(at).startswith("/run/user/7/bcper-")
    assert not bindings.daemon_client(at, "test").connect()
