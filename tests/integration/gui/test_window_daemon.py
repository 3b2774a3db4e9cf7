"""The window beside a real daemon: killed and started again under it, and one that talks nonsense."""

import signal
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta

import attrs
import pytest
import trio

from bcper.adapters.memory.daemon_control import MemoryDaemonControl
from bcper.apps.gui.tasks import Tasks
from bcper.apps.gui.views.frame import WindowFrame
from bcper.apps.gui.views.pages import PAGES
from bcper.apps.gui.views.status import StatusPage
from bcper.apps.gui.views.window import MainWindow
from bcper.apps.gui.wiring import house_of, window_service
from bcper.domain.model.requests.daemon import StopDaemon
from bcper.domain.model.requests.jobs import RunJob
from helpers.daemon import Daemon, Home
from helpers.display import Display, Window
from helpers.runs import a_run
from helpers.shell import noting_pages


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Home]:
    made = Home()
    for name, value in made.cli.environment().items():
        monkeypatch.setenv(name, value)
    yield made
    made.close()


class Starting(MemoryDaemonControl):
    """Starts a real one, as a child that is waited for."""

    def __init__(self, home: Home) -> None:
        super().__init__()
        self._home = home
        self.made: list[Daemon] = []

    def start(self) -> int:
        self.made.append(Daemon(self._home))
        return self.made[-1].pid


@asynccontextmanager
async def shown(
    window: Window, home: Home, said: list[str], control: Starting | None = None
) -> AsyncIterator[MainWindow]:
    async with window_service(home._container) as service, trio.open_nursery() as nursery:
        house = house_of(home._container, service, Tasks(nursery, said.append, window.log))
        house = attrs.evolve(house, control=control or house.control)
        pages = {**noting_pages(), "Status": PAGES["Status"]}
        main = MainWindow(window.root, WindowFrame(window.root), house, service, lambda _: None, pages)
        nursery.start_soon(main.run)
        yield main
        nursery.cancel_scope.cancel()


def test_a_daemon_that_is_killed_and_started_again(home: Home, display: Display) -> None:
    gate, control = home.gate("held"), Starting(home)
    home.job("held", before=gate.command)

    async def body(window: Window) -> None:
        said: list[str] = []
        async with shown(window, home, said, control) as main:
            banner, state = main.frame.banner, lambda: main.shell.state
            await window.until(lambda: banner.visible)
            assert state().level == "bad"
            await window.settle()
            await window.click(banner.button)
            with trio.fail_after(12):
                while state().level != "good":
                    await trio.sleep(0.02)
            assert not banner.visible
            status = await trio.to_thread.run_sync(home.status)
            assert status.daemon is not None
            # What it is asked to do shows in the window, whoever asked.
            page = main.page
            assert isinstance(page, StatusPage)
            await window.until(lambda: page.presenter.state.verdict)
            main.house.start(page.house.tools.ask, RunJob("held"))
            await window.until(lambda: banner.visible and "held" in state().banner.title)  # type: ignore[union-attr]
            control.made[0].tell(signal.SIGKILL)
            await window.until(lambda: state().level == "bad")
            await window.until(lambda: said)  # whoever waited for the run is told
            gate.open()
            await window.settle(6)
            banner.button.invoke()
            with trio.fail_after(12):
                while state().level != "good":
                    await trio.sleep(0.02)
            assert state().status.daemon.pid != status.daemon.pid  # type: ignore[union-attr]
            await main.house.tools.ask(StopDaemon())
            await window.until(lambda: state().level == "bad")

    try:
        display.run(body)
    finally:
        for daemon in control.made:
            daemon.end(signal.SIGKILL)


def test_a_daemon_that_talks_nonsense_or_not_at_all(home: Home, display: Display) -> None:
    home.job("nightly")

    async def body(window: Window) -> None:
        path = home.config / "daemon.sock"
        said: list[str] = []

        async def nonsense(stream: trio.SocketStream) -> None:
            await stream.send_all(b'{"jsonrpc": "2.0", "method": \xff\xfe\n' + b"[" * 100_000 + b"\n")
            await trio.sleep_forever()

        async with trio.open_nursery() as nursery:
            listener = trio.socket.socket(trio.socket.AF_UNIX)
            await listener.bind(str(path))
            listener.listen()
            serve = trio.SocketListener(listener)
            nursery.start_soon(trio.serve_listeners, nonsense, [serve])
            async with shown(window, home, said) as main:
                # Nobody answers there: what can be read without a daemon is shown.
                await window.until(lambda: main.shell.state.status is not None)
                assert main.shell.state.level == "bad"
                page = main.page
                assert isinstance(page, StatusPage)
                await window.until(lambda: page.presenter.state.loaded)
                assert not said
            nursery.cancel_scope.cancel()
        path.unlink()

    display.run(body)


def test_a_configuration_that_cannot_be_read(home: Home, display: Display) -> None:
    (home.config / "config.json").write_text("{")

    async def body(window: Window) -> None:
        said: list[str] = []
        async with shown(window, home, said) as main:
            message = main.frame.message
            await window.until(lambda: message.text)
            await window.settle()
            assert "config.json" in message.text
            assert window.cut_off() == []
            assert not said

    display.run(body)
    assert (home.config / "config.json").read_text() == "{"


def test_nothing_stands_still_over_ten_thousand_runs(home: Home, display: Display) -> None:
    job = home.job("nightly")
    ledger, now = home._container.ledger(), datetime.now(UTC)
    made = [a_run(f"{number:08x}", now - timedelta(minutes=40 * number)) for number in range(3)]
    for run in made:
        ledger.add(run)
    ledger.close()
    import sqlite3

    with sqlite3.connect(home.config / "bcper.db") as database:
        names = [row[1] for row in database.execute("PRAGMA table_info(runs)")]
        row = list(database.execute("SELECT * FROM runs LIMIT 1").fetchone())
        for number in range(10_000):
            row[names.index("run_id")] = row[names.index("folder")] = f"{number:08x}-0000"
            row[names.index("job_id")], row[names.index("job_name")] = job.id, job.name
            row[names.index("started_at")] = (now - timedelta(minutes=40 * number)).isoformat()
            database.execute(f"INSERT INTO runs VALUES ({', '.join('?' * len(row))})", row)
    database.close()

    async def body(window: Window) -> None:
        said: list[str] = []
        gaps: list[float] = []

        async def watch() -> None:
            last = trio.current_time()
            while True:
                await trio.sleep(0)
                now = trio.current_time()
                gaps.append(now - last)
                last = now

        async with shown(window, home, said) as main, trio.open_nursery() as nursery:
            page = main.page
            await window.until(lambda: main.page)
            page = main.page
            assert isinstance(page, StatusPage)
            await window.settle()
            nursery.start_soon(watch)
            await window.until(lambda: page.presenter.state.loaded)
            await window.settle()
            nursery.cancel_scope.cancel()
        # No test of seconds: the reading, the reckoning of a year and the drawing were not done in one go.
        assert len(gaps) > 100  # it turned all the while

    display.run(body)
