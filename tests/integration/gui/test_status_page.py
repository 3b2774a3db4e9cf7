"""The page Status: what it shows, where it leads, the log and the shells."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path
from typing import TypeVar

import attrs
import pytest

from bcper.adapters.memory.shell_profile import MemoryShellProfiles
from bcper.apps.gui.views.log import LogDialog
from bcper.apps.gui.views.pages import PAGES
from bcper.apps.gui.views.shell_integration import ShellDialog
from bcper.apps.gui.views.status import StatusPage
from bcper.apps.gui.widgets.dialog import Dialog
from bcper.domain.model.runs import RunStatus
from helpers.desk import Desk
from helpers.display import Display, Window
from helpers.runs import a_run
from helpers.service import Kit
from helpers.shell import NotingPage, Stage, noting_pages, staged

D = TypeVar("D", bound=Dialog)

JOBS = ("nightly", "مشاريع", "📦 photos")
WHY = "could not read bad\udcff\nsecond line \u202e📦"


def fill(kit: Kit) -> None:
    """Three jobs: one well, one that failed for a reason that is hard to show, one that never ran."""
    for name in JOBS:
        kit.item(name)
        kit.job(name, name=name)
    jobs = {job.name: job for job in kit.catalog.jobs.values()}
    ledger, now = kit.container.ledger(), kit.clock.now()
    for index, name in enumerate(JOBS[:2]):
        for days in range(3):
            failed = index == 1 and days == 0
            run = a_run(f"{name}{days}", now - timedelta(days=days, hours=1))
            ledger.add(
                attrs.evolve(
                    run,
                    job_name=name,
                    target_name=name,
                    job_id=jobs[name].id,
                    status=RunStatus.FAILED if failed else RunStatus.SUCCESS,
                    error=WHY if failed else "",
                    stored_bytes=5 << 30,
                    source_bytes=7 << 30,
                    completed_at=run.started_at + timedelta(seconds=90),
                )
            )


def on_page(
    display: Display, desk: Desk, folder: Path, test: Callable[[Window, Stage, StatusPage], Awaitable[None]],
    **looks: object,
) -> None:  # fmt: skip
    async def body(window: Window) -> None:
        pages = {**noting_pages(), "Status": PAGES["Status"]}
        async with staged(window, desk, folder, pages) as stage:
            page = stage.main.page
            assert isinstance(page, StatusPage)
            await window.until(lambda: page.presenter.state.loaded)
            await window.settle()
            await test(window, stage, page)

    display.run(body, **looks)  # type: ignore[arg-type]


async def opened(window: Window, kind: type[D]) -> D:
    def found() -> D | None:
        for each in window.root.winfo_children():
            for inner in (each, *each.winfo_children()):
                if isinstance(inner, kind) and inner.grab_current() is inner:
                    return inner
        return _under(window.root, kind)

    await window.until(found)
    await window.settle()
    dialog = found()
    assert dialog is not None
    return dialog


def _under(widget: object, kind: type[D]) -> D | None:
    for child in widget.winfo_children():  # type: ignore[attr-defined]
        if isinstance(child, kind) and child.grab_current() is child:
            return child
        if (found := _under(child, kind)) is not None:
            return found
    return None


@pytest.mark.parametrize(
    ("size", "scale"), [((1200, 780), 100), ((900, 560), 100), ((1600, 1200), 200)], ids=str
)
def test_all_of_it_can_be_read_and_reached(
    kit: Kit, desk: Desk, display: Display, tmp_path: Path, size: tuple[int, int], scale: int
) -> None:
    fill(kit)

    async def test(window: Window, _stage: Stage, page: StatusPage) -> None:
        state = page.presenter.state
        assert state.verdict == "2 of 3 jobs need attention"
        assert page.verdict.run.winfo_viewable()
        assert window.cut_off() == []
        assert await window.not_by_tab() == []
        inside = page.scroll.inside
        assert inside.winfo_height() >= inside.winfo_reqheight()  # all of it can be scrolled to

    on_page(display, desk, tmp_path, test, size=size, scale=scale)


def test_lines_and_buttons_lead_on(kit: Kit, desk: Desk, display: Display, tmp_path: Path) -> None:
    fill(kit)

    async def test(window: Window, stage: Stage, page: StatusPage) -> None:
        state = page.presenter.state
        page.lines.coming._made[0]._title.invoke()  # type: ignore[union-attr]
        assert stage.page.told[0] == f"choose {state.coming[0].job_id}"
        stage.main.go("Status")
        page.lines.recent._made[1]._title.invoke()  # type: ignore[union-attr]
        assert stage.main.shell.state.page == "Backups"
        assert stage.page.told[0] == f"choose {state.recent[1].run_id}"
        stage.main.go("Status")
        await window.settle()
        await window.click(page.verdict.details)
        assert isinstance(stage.main.page, NotingPage)
        assert f"choose {state.attention[0]}" in stage.page.told
        stage.main.go("Status")
        await window.settle()
        await window.click(page.verdict.run)
        await window.until(lambda: "RunJob" in desk.names())
        await window.until(lambda: page.verdict.run.instate(["!disabled"]))
        await page.refresh()
        assert page.presenter.state.verdict == "All 3 jobs are well"
        assert not page.verdict.run.winfo_manager()

    on_page(display, desk, tmp_path, test)


def test_a_refresh_moves_nothing(kit: Kit, desk: Desk, display: Display, tmp_path: Path) -> None:
    fill(kit)

    async def test(window: Window, _stage: Stage, page: StatusPage) -> None:
        page.lines.recent._made[-1]._title.focus_set()
        await window.settle()
        focus, at = window.root.focus_get(), page.scroll._canvas.yview()
        assert at[0] > 0  # what gets the focus is scrolled to
        known = {str(each) for each in window.widgets()}
        kit.clock.advance(3600)
        await page.refresh()
        await window.settle()
        assert (window.root.focus_get(), page.scroll._canvas.yview()) == (focus, at)
        assert {str(each) for each in window.widgets()} == known

    on_page(display, desk, tmp_path, test, size=(900, 560))


def test_the_log_is_read_again(kit: Kit, desk: Desk, display: Display, tmp_path: Path) -> None:
    fill(kit)

    async def test(window: Window, stage: Stage, page: StatusPage) -> None:
        await window.click(page.header.buttons["View log"])
        asked = await opened(window, LogDialog)
        await window.until(lambda: asked._trouble.cget("text"))
        assert str(asked._trouble.cget("text")).startswith("There is no log yet.")
        stage.control.lines = tuple(f"line {number} \x1b[31m" for number in range(500))
        await window.click(asked.buttons["refresh"])
        await window.until(lambda: asked.pane.text)
        assert asked.pane.text.endswith("line 499 \\x1b[31m")
        assert asked.pane.view.yview()[1] == 1.0
        assert not asked._trouble.cget("text")
        assert window.cut_off(asked) == []
        assert await window.not_by_tab(asked) == []
        await window.key("Escape")
        await window.until(lambda: not asked.winfo_exists())
        assert not page.message.text

    on_page(display, desk, tmp_path, test)


def test_what_goes_into_a_profile_is_shown_before(
    kit: Kit, desk: Desk, display: Display, tmp_path: Path
) -> None:
    fill(kit)

    async def test(window: Window, stage: Stage, page: StatusPage) -> None:
        profiles = stage.main.house.profiles
        assert isinstance(profiles, MemoryShellProfiles)
        await window.click(page.header.buttons["Shell integration"])
        asked = await opened(window, ShellDialog)
        await window.until(lambda: asked.rows)
        await window.settle(6)
        texts = {shell: row.text.text for shell, row in asked.rows.items()}
        assert window.cut_off(asked) == []
        assert await window.not_by_tab(asked) == []
        chosen = [shell for shell, row in asked.rows.items() if row.check.value]
        written = {each.shell: profiles.read(each) for each in profiles.profiles()}
        await window.click(asked.buttons["add"])
        await window.until(lambda: asked._said.winfo_manager())
        for each in profiles.profiles():
            added = profiles.read(each)[len(written[each.shell]) :].decode().strip("\n")
            assert added == (texts[each.shell] if each.shell in chosen else "")
        await window.until(lambda: asked.buttons["remove"].instate(["!disabled"]))
        await window.settle(6)
        assert window.cut_off(asked) == []
        await window.click(asked.buttons["remove"])
        await window.until(lambda: {e.shell: profiles.read(e) for e in profiles.profiles()} == written)

    on_page(display, desk, tmp_path, test)


def test_restarting_is_the_windows(kit: Kit, desk: Desk, display: Display, tmp_path: Path) -> None:
    fill(kit)

    async def test(window: Window, stage: Stage, page: StatusPage) -> None:
        await window.click(page.header.buttons["Restart daemon"])
        await window.until(lambda: stage.control.started == 1)

    on_page(display, desk, tmp_path, test)
