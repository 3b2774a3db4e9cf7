"""The window around the pages: what is shown, refreshed, told, and how it ends."""

from datetime import timedelta
from pathlib import Path

import attrs
import trio

from bcper.apps.gui.presenters.shell import PAGES
from bcper.apps.gui.views.preferences import PreferencesDialog
from bcper.apps.gui.widgets.dialog import ConfirmDialog, Dialog
from bcper.domain.errors import ConfigurationError, DaemonError
from bcper.domain.model.events import Activity, Changed
from bcper.domain.model.progress import Progress
from bcper.domain.model.requests.daemon import DaemonInfo, ShowStatus
from helpers.desk import Desk
from helpers.display import Display, Window
from helpers.service import Kit
from helpers.shell import Stage, staged

NAMES = ("bad\\xff", "مشاريع", "a\nb", "📦🗄️")


def activity(name: str = "nightly", state: str = "running") -> Activity:
    progress = Progress("Storing", 65 << 20, 130 << 20)
    made = Activity(f"id of {name}", "backup", name, "abc", "running", progress, 1 << 20, 65, None)
    return attrs.evolve(made, state=state)


async def online(desk: Desk) -> None:
    """As if a daemon answered."""
    status = await desk.ask(ShowStatus())
    began = desk.tools.clock.now() - timedelta(days=6)
    desk.replies["ShowStatus"] = attrs.evolve(status, daemon=DaemonInfo(48213, "1", began))


def dialog(window: Window) -> Dialog | None:
    return next((each for each in window.root.winfo_children() if isinstance(each, Dialog)), None)


def test_keys_turn_the_pages_and_reach_the_one_that_is_shown(
    display: Display, desk: Desk, tmp_path: Path
) -> None:
    async def body(window: Window) -> None:
        async with staged(window, desk, tmp_path) as stage:
            main = stage.main
            assert list(main.pages) == ["Status"]  # the others are made when they are shown
            for number, name in enumerate(PAGES, 1):
                await window.key(f"ctrl+{number}")
                await window.until(lambda name=name: main.shell.state.page == name)
                assert main.frame.book.index("current") == number - 1
                assert main.frame.tabs[name].winfo_viewable()
                assert stage.page.told[:1] == ["arrived"] or stage.page.told[:1] == ["refresh"]
            await window.key("ctrl+4")
            stage.page.told.clear()
            await window.key("ctrl+f", "ctrl+n", "F5")
            await window.until(lambda: stage.page.told == ["search", "new", "refresh"])
            await window.click(main.frame.sidebar.buttons["jobs"])
            assert main.shell.state.page == "Jobs"
            main.house.go("Backups", "an id")
            assert stage.page.told[-2:] == ["choose an id", "arrived"]
            assert window.cut_off() == []
            assert await window.not_by_tab() == []
            await window.key("ctrl+q")
            await window.until(main.closed.is_set)

    display.run(body)


def test_what_changes_refreshes_the_page_shown_once_and_the_others_later(
    display: Display, desk: Desk, tmp_path: Path
) -> None:
    async def body(window: Window) -> None:
        async with staged(window, desk, tmp_path) as stage:
            status = stage.page
            await window.until(lambda: "refresh" in status.told)
            stage.main.go("Jobs")
            jobs = stage.page
            await window.until(lambda: "refresh" in jobs.told)
            status.told.clear()
            jobs.told.clear()
            jobs.held = trio.Event()
            for _ in range(5):
                stage.feed.tell(Changed("runs"))
            stage.feed.tell(Changed("catalog"))  # nothing that these pages show
            await window.until(lambda: jobs.told)
            for _ in range(5):
                stage.feed.tell(Changed("runs"))
            await window.settle()
            stage.main.go("Status")  # one that does not answer holds up no other
            await window.until(lambda: "refresh" in status.told)
            assert status.told.count("refresh") == 1
            jobs.held.set()
            await window.settle()
            assert jobs.told == ["refresh"]
            stage.main.go("Jobs")
            await window.until(lambda: jobs.told.count("refresh") == 2)

    display.run(body)


def test_what_runs_is_in_the_banner_and_can_be_cancelled(
    display: Display, desk: Desk, tmp_path: Path
) -> None:
    async def body(window: Window) -> None:
        await online(desk)
        desk.replies["CancelRun"] = ()
        async with staged(window, desk, tmp_path) as stage:
            banner = stage.main.frame.banner
            assert not banner.visible
            for name in NAMES:
                stage.feed.tell(activity(name))
                await window.until(lambda: stage.page.going)
                await window.settle()
                assert banner.winfo_viewable()
                stage.feed.tell(activity(name, "finished"))
                await window.until(lambda: not banner.visible)
            stage.feed.tell(activity())
            await window.until(lambda: banner.visible)
            await window.settle()
            assert window.cut_off() == []
            before = banner.button.winfo_id()
            stage.feed.tell(attrs.evolve(activity(), seconds_left=3))
            await window.settle()
            assert banner.button.winfo_id() == before  # what moves keeps the focus
            stage.main.go("Items")
            assert len(stage.page.going) == 1
            await window.click(banner.button)
            await window.until(lambda: "CancelRun" in desk.names())

    display.run(body)


def test_the_red_banner_starts_the_daemon(display: Display, desk: Desk, tmp_path: Path) -> None:
    async def body(window: Window) -> None:
        async with staged(window, desk, tmp_path) as stage:
            banner = stage.main.frame.banner
            assert banner.visible
            stage.control.error = DaemonError("It ends at once.", "Look into the log.")
            await window.click(banner.button)
            await window.until(lambda: stage.main.frame.message.text)
            assert stage.main.frame.message.text == "It ends at once. Look into the log."
            await window.settle()
            assert window.cut_off() == []
            stage.control.error = None
            await online(desk)
            banner.button.focus_set()
            await window.key("Return")
            await window.until(lambda: not banner.visible)
            assert stage.control.started == 1
            assert not stage.main.frame.message.text

    display.run(body)


def test_a_configuration_that_cannot_be_read_is_a_sentence_in_the_window(
    display: Display, desk: Desk, tmp_path: Path
) -> None:
    async def body(window: Window) -> None:
        desk.errors["ShowStatus"] = ConfigurationError(
            "It is no JSON.", "Repair it, or take config.json.bak."
        )
        async with staged(window, desk, tmp_path) as stage:
            message = stage.main.frame.message
            await window.until(lambda: message.text)
            assert message.text == "It is no JSON. Repair it, or take config.json.bak."
            await window.settle()
            assert message.winfo_viewable()
            assert window.cut_off() == []
            await window.key("Escape")
            assert not message.text
            await window.settle()
            assert not message.winfo_viewable()

    display.run(body)


def test_the_window_asks_before_it_closes_on_work_of_its_own(
    display: Display, desk: Desk, tmp_path: Path
) -> None:
    async def body(window: Window) -> None:
        async with staged(window, desk, tmp_path) as stage:
            stage.feed.local_work = (activity(),)

            def asked() -> ConfirmDialog | None:
                found = dialog(window)
                return found if isinstance(found, ConfirmDialog) and found.grab_current() else None

            await window.key("ctrl+q")
            await window.until(asked)
            question = asked()
            assert question is not None
            assert question.focus_get() is question.buttons["cancel"]
            assert window.cut_off(question) == []
            await window.key("Escape")
            await window.until(lambda: dialog(window) is None)
            assert not stage.main.closed.is_set()
            await window.key("ctrl+q")
            await window.until(asked)
            question = asked()
            assert question is not None
            await window.click(question.buttons["deed"])
            await window.until(stage.main.closed.is_set)
            assert stage.feed.left  # what the daemon is at goes on

    display.run(body)


def test_looks_hold_at_once_and_are_kept(display: Display, desk: Desk, tmp_path: Path) -> None:
    async def body(window: Window) -> None:
        async with staged(window, desk, tmp_path) as stage:
            stage.nursery.start_soon(stage.main._ask_preferences)
            await window.until(lambda: (found := dialog(window)) and found.grab_current())
            asked = dialog(window)
            assert isinstance(asked, PreferencesDialog)
            assert window.cut_off(asked) == []
            assert await window.not_by_tab(asked) == []
            await window.click(asked.appearance.buttons["dark"])
            await window.until(lambda: stage.looks[-1].appearance == "dark")
            asked.scale.put("150")
            asked.scale.event_generate("<<ComboboxSelected>>")
            await window.until(lambda: stage.looks[-1].scale == 150)
            await window.key("Escape")
            await window.until(lambda: dialog(window) is None)
            kept = stage.main.house.preferences.load()
            assert (kept.appearance, kept.scale) == ("dark", 150)

    display.run(body)


def test_jobs_are_paused_from_the_menu(kit: Kit, display: Display, desk: Desk, tmp_path: Path) -> None:
    kit.item("docs")
    kit.job("docs")

    async def body(window: Window) -> None:
        async with staged(window, desk, tmp_path) as stage:
            entries = {entry.text: entry for entry in stage.main.frame.menu()}
            command = entries["Pause jobs until resumed"].command
            assert command is not None
            command()
            await window.until(lambda: stage.main.shell.state.paused)
            entries = {entry.text: entry for entry in stage.main.frame.menu()}
            command = entries["Resume jobs"].command
            assert command is not None
            command()
            await window.until(lambda: not stage.main.shell.state.paused)

    display.run(body)


def test_a_page_that_fails_is_told_and_breaks_nothing(display: Display, desk: Desk, tmp_path: Path) -> None:
    async def body(window: Window) -> None:
        async with staged(window, desk, tmp_path) as stage:
            said: list[str] = []
            stage.main.frame.say = said.append  # type: ignore[method-assign]
            page = stage.page

            async def fail() -> None:
                page.told.append("failed")
                raise DaemonError("It went away.")

            page.refresh, kept = fail, page.refresh  # type: ignore[method-assign]
            tasks = stage.main.house.tasks
            tasks._say = said.append  # type: ignore[attr-defined]
            stage.main.refresh()
            await window.until(lambda: said == ["It went away."])
            page.refresh = kept  # type: ignore[method-assign]
            page.told.clear()
            stage.main.refresh()
            await window.until(lambda: page.told == ["refresh"])

    display.run(body)


def shown(stage: Stage) -> str:
    return stage.main.frame.said


def test_a_sentence_is_shown_until_escape(display: Display, desk: Desk, tmp_path: Path) -> None:
    async def body(window: Window) -> None:
        async with staged(window, desk, tmp_path) as stage:
            for name in NAMES:
                stage.main.house.say(f"Removed {name}.")
                await window.settle(1)
                assert shown(stage) == f"Removed {name}."
            await window.key("Escape")
            assert shown(stage) == ""

    display.run(body)
