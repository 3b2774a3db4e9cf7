"""The page of all runs: filters, order, selection; and the flows that begin there."""

from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import trio

from bcper.apps.gui.presenters.backups import BackupsPresenter, BackupsView
from bcper.apps.gui.presenters.delete import DeleteFlow, DeleteView
from bcper.apps.gui.presenters.restore import RestoreFlow, RestoreView
from bcper.apps.gui.presenters.verify import VerifyFlow, VerifyView
from bcper.domain.errors import StoreError
from bcper.domain.model.events import Activity
from bcper.domain.model.progress import Progress
from bcper.domain.model.requests.jobs import RunJob
from bcper.domain.model.requests.runs import BackUpNow, DeleteRun
from bcper.domain.model.requests.targets import EditItem, PasswordChange
from bcper.domain.model.runs import Run, RunStatus
from helpers.desk import Desk, Shown, run
from helpers.runs import a_run
from helpers.service import PASSWORDS, Kit

BEGAN = datetime(2024, 1, 1, tzinfo=UTC)


def fill(kit: Kit, *runs: Run) -> None:
    for each in runs:
        kit.container.ledger().add(each)


def many(count: int) -> list[Run]:
    """Runs an hour apart, newest last; every seventh failed, every second is encrypted."""
    return [
        a_run(
            f"{number:08x}-0000-4000-8000-000000000000",
            BEGAN + timedelta(hours=number),
            RunStatus.FAILED if number % 7 == 0 else RunStatus.SUCCESS,
            encrypted=number % 2 == 0,
            completed_at=BEGAN + timedelta(hours=number, seconds=number % 500),
            source_bytes=number * 1000,
            stored_bytes=number,
        )
        for number in range(count)
    ]


async def opened(desk: Desk) -> tuple[BackupsPresenter, Shown[BackupsView]]:
    shown: Shown[BackupsView] = Shown()
    page = BackupsPresenter(desk.tools, shown)
    await page.refresh()
    return page, shown


def test_ten_thousand_runs_are_searched_filtered_and_sorted(kit: Kit, desk: Desk) -> None:
    fill(kit, *many(10_000))

    async def test() -> None:
        page, shown = await opened(desk)
        assert [chip.count for chip in shown.last.chips] == [10_000, 1429, 5000, 0]
        assert [row.run.started_at for row in shown.last.rows] == sorted(
            (row.run.started_at for row in shown.last.rows), reverse=True
        )
        page.filter(chip="failed")
        assert len(shown.last.rows) == 1429
        page.search("FAILED 2024-01-01")
        assert [row.run.started_at.hour for row in shown.last.rows] == [21, 14, 7, 0]
        page.search("")
        page.filter()
        page.sort_by("size")
        assert shown.last.rows[0].run.source_bytes == 9_999_000
        page.sort_by("size")
        assert shown.last.rows[0].run.source_bytes == 0
        page.sort_by("duration")
        assert shown.last.rows[0].duration == "8:19 min"
        page.search("000003e8")
        assert [row.short_id for row in shown.last.rows] == ["000003e8"]
        before = {row.id: row for row in shown.last.rows}
        await page.refresh()
        assert all(before[row.id] is row for row in shown.last.rows)

    run(test)


def test_what_is_selected_says_what_can_be_done(kit: Kit, desk: Desk) -> None:
    good = a_run("good", BEGAN, source_bytes=3 << 30)
    bad = a_run("bad", BEGAN, RunStatus.FAILED, error="no disk", warnings=("a\nwarning",), roots=("/a/docs",))
    fill(kit, good, bad, a_run("now", BEGAN, RunStatus.RUNNING))

    async def test() -> None:
        page, shown = await opened(desk)
        page.select(["good"])
        view = shown.last
        assert (view.selection, view.can_restore, view.can_browse) == ("1 selected · 3.0 GiB", True, True)
        assert view.details[0].startswith("Completed · ")
        page.select(["bad"])
        assert shown.last.details == ("Failed · no disk", "a\\nwarning", "From /a/docs")
        page.select(["good", "bad"])
        view = shown.last
        assert (view.can_restore, view.can_browse, view.can_delete) == (False, False, True)
        page.select_all()
        assert not shown.last.can_delete
        page.search("success")
        assert page.chosen() == (good,)  # what is not shown is not meant
        page.select(["gone"])
        assert shown.last.selection == ""

    run(test)


def test_runs_at_work_show_their_percent_and_odd_names_are_escaped(kit: Kit, desk: Desk) -> None:
    fill(kit, Run("r", "bad\udcff\n-x", "item", "<b>\x1b", "/s\n", "s", "", BEGAN, RunStatus.RUNNING))

    async def test() -> None:
        page, shown = await opened(desk)
        (row,) = shown.last.rows
        assert (row.job, row.target, row.store) == ("bad\\xff\\n-x", "<b>\\x1b", "/s\\n")
        work = Activity("a", "backup", "n", "r", "running", Progress("Storing", 31, 50), 0, None, BEGAN)
        page.works((work,))
        assert shown.last.progress == (("r", "62 %"),)

    run(test)


def test_pinned_runs_say_so(kit: Kit, desk: Desk) -> None:
    fill(kit, a_run("a", BEGAN))

    async def test() -> None:
        page, shown = await opened(desk)
        page.select(["a"])
        await page.pin(pinned=True)
        assert shown.last.rows[0].status == "success, pinned"
        assert shown.last.selected == {"a"}

    run(test)


def backup(kit: Kit, name: str = "docs", text: str = "content", **more: Any) -> Run:
    kit.later()
    return kit.ask(BackUpNow((kit.source(name, text),), kit.place(), name, **more))


def restoring(desk: Desk, *runs: Run, **more: Any) -> tuple[RestoreFlow, Shown[RestoreView]]:
    shown: Shown[RestoreView] = Shown()
    return RestoreFlow(desk.tools, shown, runs, **more), shown


def test_a_restore_asks_for_one_folder_and_no_password_where_none_is_needed(
    kit: Kit, desk: Desk, tmp_path: Path
) -> None:
    made = backup(kit)

    async def test() -> None:
        flow, shown = restoring(desk, made)
        assert not shown.last.can_start
        flow.set_target("there")
        assert "not a full path" in shown.last.target_error
        await flow.start()
        assert desk.names() == []
        flow.set_target(str(tmp_path / "back"))
        await flow.start()
        assert shown.last.step == "done"
        assert len(shown.last.results) == 1
        assert any(view.running and view.running.title.startswith("Restoring docs") for view in shown)

    run(test)
    assert (tmp_path / "back" / "docs" / "docs.txt").read_text() == "content"


def test_two_runs_go_into_folders_of_their_own(kit: Kit, desk: Desk, tmp_path: Path) -> None:
    runs = [backup(kit, text="old"), backup(kit, text="new")]

    async def test() -> None:
        flow, shown = restoring(desk, *runs)
        flow.set_target(str(tmp_path / "back"))
        await flow.start()
        assert shown.last.step == "done"
        assert max(view.running.number for view in shown if view.running) == 2

    run(test)
    texts = sorted(path.read_text() for path in (tmp_path / "back").glob("*/docs/docs.txt"))
    assert texts == ["new", "old"]


def test_passwords_are_asked_for_only_where_nothing_opens_a_part(
    kit: Kit, desk: Desk, tmp_path: Path
) -> None:
    plain, locked = backup(kit), backup(kit, "secret", password=PASSWORDS.item)

    async def test() -> None:
        flow, shown = restoring(desk, plain, locked, target=str(tmp_path / "back"))
        await flow.start()
        assert shown.last.step == "password"
        assert shown.last.prompt is not None
        assert (shown.last.prompt.run, shown.last.prompt.again) == (locked.run_id[:8], False)
        await flow.give_password("wrong")
        assert shown.last.prompt is not None
        assert shown.last.prompt.again
        await flow.give_password("")
        assert shown.last.trouble is not None
        await flow.give_password(PASSWORDS.item)
        assert shown.last.step == "done"
        assert PASSWORDS.item not in repr([*shown, flow, vars(flow)])

    run(test)
    assert len(list((tmp_path / "back").glob("*/secret/secret.txt"))) == 1


def test_a_password_that_is_kept_is_not_asked_for(kit: Kit, desk: Desk, tmp_path: Path) -> None:
    kit.item("docs", password=PASSWORDS.item)
    kit.job("docs")
    made = kit.ask(RunJob("nightly"))
    kit.ask(EditItem("docs", password=PasswordChange("another one")))

    async def test() -> None:
        flow, shown = restoring(desk, made, target=str(tmp_path / "back"))
        await flow.start()
        assert shown.last.step == "done"

    run(test)


def test_a_restore_is_cancelled_and_can_begin_anew(kit: Kit, desk: Desk, tmp_path: Path) -> None:
    made = backup(kit)

    async def test() -> None:
        desk.held.add("RestoreRun")
        flow, shown = restoring(desk, made, target=str(tmp_path / "back"))
        async with trio.open_nursery() as nursery:
            nursery.start_soon(flow.start)
            await trio.sleep(1)
            assert shown.last.running is not None
            assert shown.last.running.details == "Held · 25 % · 1 B of 4 B"
            flow.cancel()
        assert (shown.last.step, shown.last.running) == ("cancelled", None)
        desk.held.clear()
        await flow.start()
        assert shown.last.step == "done"

    run(test)


def test_a_restore_that_fails_says_why(kit: Kit, desk: Desk, tmp_path: Path) -> None:
    made = backup(kit)
    (tmp_path / "file").write_text("")

    async def test() -> None:
        flow, shown = restoring(desk, made, target=str(tmp_path / "file"))
        await flow.start()
        assert shown.last.step == "failed"
        assert shown.last.trouble is not None
        assert shown.last.can_start

    run(test)


def deleting(desk: Desk, runs: list[Run], everything: list[Run]) -> tuple[DeleteFlow, Shown[DeleteView]]:
    shown: Shown[DeleteView] = Shown()
    return DeleteFlow(desk.tools, shown, runs, everything), shown


def test_a_deletion_names_the_deed_and_five_short_ids(desk: Desk) -> None:
    runs = many(8)
    _, shown = deleting(desk, runs[1:], runs)
    view = shown.last
    assert (view.title, view.deed, view.more) == (
        "Delete 7 backups for good?",
        "Delete 7 backups",
        "and 2 more",
    )
    assert [each.short_id for each in view.doomed] == [each.run_id[:8] for each in runs[1:6]]
    _, shown = deleting(desk, runs[1:2], runs)
    assert (shown.last.deed, shown.last.warning) == ("Delete 1 backup", "")


def test_a_deletion_says_where_by_the_names_of_stores(desk: Desk) -> None:
    runs = many(2)
    flow = DeleteFlow(desk.tools, Shown(), runs, runs, {runs[0].store: "nas\n"})
    assert {each.text[-6:] for each in flow.state.doomed} == {" nas\\n"}


@pytest.mark.parametrize(
    ("going", "warning"),
    [
        ([1], ""),
        ([3], "This includes the newest good backup of “nightly”."),
        (
            [1, 3],
            "This includes the newest good backup of “nightly”. No good backup of “nightly” would be left.",
        ),
        ([0, 2], ""),
    ],
)
def test_a_deletion_warns_of_the_newest_good_backup(desk: Desk, going: list[int], warning: str) -> None:
    runs = [
        a_run(
            str(number), BEGAN + timedelta(days=number), RunStatus.SUCCESS if number % 2 else RunStatus.FAILED
        )
        for number in range(5)
    ]
    _, shown = deleting(desk, [runs[number] for number in going], runs)
    assert shown.last.warning == warning


def test_what_cannot_be_deleted_keeps_no_other_from_going(kit: Kit, desk: Desk) -> None:
    runs = [backup(kit), backup(kit)]

    async def test() -> None:
        flow, shown = deleting(desk, [runs[0], a_run("gone", BEGAN), runs[1]], runs)
        await flow.confirm()
        assert shown.last.step == "done"
        assert [line.split(":")[0] for line in shown.last.failures] == ["gone"]

    run(test)
    assert kit.listed() == []


def test_a_deletion_that_nobody_confirms_does_nothing(kit: Kit, desk: Desk) -> None:
    made = backup(kit)

    async def test() -> None:
        flow, shown = deleting(desk, [made], [made])
        flow.cancel()
        await flow.confirm()
        assert shown.last.step == "cancelled"
        assert desk.asked == []
        flow, shown = deleting(desk, [made], [made])
        desk.held.add("DeleteRun")
        async with trio.open_nursery() as nursery:
            nursery.start_soon(flow.confirm)
            await trio.sleep(1)
            flow.cancel()
        assert shown.last.step == "cancelled"
        assert [type(request) for request in desk.asked] == [DeleteRun]

    run(test)


def test_verifying_tells_of_each_run(kit: Kit, desk: Desk) -> None:
    runs = [backup(kit), a_run("gone", BEGAN), backup(kit, "locked", password=PASSWORDS.item)]

    async def test() -> None:
        shown: Shown[VerifyView] = Shown()
        flow = VerifyFlow(desk.tools, shown, runs)
        await flow.start()
        assert [each.good for each in shown.last.results] == [True, False, True]
        assert "every byte of 2 entries" in shown.last.results[0].text
        assert "checksums agree" in shown.last.results[2].text
        assert shown.last.step == "done"
        desk.errors["VerifyRun"] = StoreError("No disk.")
        flow = VerifyFlow(desk.tools, shown, runs[:1])
        await flow.start()
        assert shown.last.results[0].text == "No disk."

    run(test)
