"""From nothing to a first backup, in a home of its own, on the real parts."""

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
import trio

from bcper.adapters.secrets.file import FileSecrets
from bcper.apps.gui.tasks import Tasks
from bcper.apps.gui.views.first_start import FirstStartDialog
from bcper.apps.gui.views.frame import WindowFrame
from bcper.apps.gui.views.status import StatusPage
from bcper.apps.gui.views.window import MainWindow
from bcper.apps.gui.wiring import house_of, window_service
from bcper.domain.model.requests.runs import ListRuns
from helpers.display import Display, Window
from helpers.service import Kit

PASSWORD = "correct horse battery"


@pytest.fixture
def real(tmp_path: Path) -> Iterator[Kit]:
    secrets = FileSecrets(str(tmp_path / "config"))
    made = Kit(tmp_path, "real", secrets=secrets)
    yield made
    made.close()


async def opened(window: Window) -> FirstStartDialog:
    def found() -> FirstStartDialog | None:
        grabbed = window.root.grab_current()
        return grabbed if isinstance(grabbed, FirstStartDialog) else None

    await window.until(found)
    await window.settle(5)
    dialog = found()
    assert dialog is not None
    return dialog


def test_three_steps_and_the_first_backup_is_there(
    real: Kit, display: Display, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, store = real.source("ada"), tmp_path / "stores" / "usb"
    (Path(source) / os.fsdecode(b"bad\xff")).write_text("x")

    async def body(window: Window) -> None:
        frame, said = WindowFrame(window.root), list[str]()
        async with window_service(real.container) as service, trio.open_nursery() as nursery:
            house = house_of(real.container, service, Tasks(nursery, said.append, window.log))
            main = MainWindow(window.root, frame, house, service, lambda _: None)
            nursery.start_soon(main.run)
            await window.until(lambda: isinstance(main.page, StatusPage) and main.page._empty)
            page = main.page
            assert isinstance(page, StatusPage)
            await window.settle()
            assert window.cut_off() == []
            await window.key("Return")  # the one button has the focus
            dialog = await opened(window)
            forth = dialog.buttons["next"]
            assert forth.instate(["disabled"])
            dialog.what.paths.buttons["Type a path"].invoke()
            await window.type("relative")
            await window.until(lambda: dialog.what._error.cget("text"))
            assert forth.instate(["disabled"])
            await window.settle(5)
            assert dialog._scroll.missing <= 0  # a password is offered below the paths
            await window.key("ctrl+a")
            await window.type(source)
            await window.until(lambda: forth.instate(["!disabled"]))
            dialog.what.encrypt.invoke()
            await window.settle(5)
            assert forth.instate(["disabled"])
            await window.type(PASSWORD)
            dialog.what.again.entry.focus_set()
            await window.type(PASSWORD)
            await window.until(lambda: forth.instate(["!disabled"]))
            assert window.cut_off(dialog) == []
            assert await window.not_by_tab(dialog) == []
            dialog.what.again.entry.focus_set()
            await window.key("Return")
            await window.until(lambda: dialog.presenter.state.step == "where")
            await window.settle(5)
            assert dialog.focus_lastfor() is dialog.where.entry
            dialog.where.entry.focus_force()  # nobody manages windows here: one that shrinks loses the focus
            await window.type(f"{source}/inside")
            await window.until(lambda: dialog.presenter.state.warning)
            await window.settle(5)
            assert window.cut_off(dialog) == []
            await window.key("ctrl+a")
            await window.type(str(store))
            await window.until(lambda: not dialog.presenter.state.warning)
            assert await window.not_by_tab(dialog) == []
            dialog.where.entry.focus_set()
            await window.key("Return")
            await window.until(lambda: dialog.presenter.state.step == "when")
            await window.until(lambda: forth.instate(["!disabled"]))
            await window.settle(5)
            assert window.cut_off(dialog) == []
            assert await window.not_by_tab(dialog) == []
            await window.click(forth)
            await window.until(lambda: dialog.presenter.state.step == "done")
            await window.settle(5)
            await window.click(forth)
            await window.until(lambda: dialog.presenter.state.outcome)
            assert dialog.presenter.state.outcome.startswith("Completed")
            await window.settle(5)
            assert window.cut_off(dialog) == []
            await window.key("Escape")
            await window.until(lambda: page.presenter.state.verdict == "All is well")
            await window.until(lambda: page._empty is None)
            await window.until(lambda: page.presenter.state.tiles[-1].figure != "—")
            (run,) = (await service(ListRuns())).runs
            assert run.encrypted
            (restored,) = real.restore(run, PASSWORD).rglob("ada.txt")
            assert restored.read_text() == "content"
            assert not said
            nursery.cancel_scope.cancel()

    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    display.run(body)
    for file in (tmp_path / "config").rglob("*"):
        if file.is_file() and "secret" not in file.name:
            assert PASSWORD.encode() not in file.read_bytes()
