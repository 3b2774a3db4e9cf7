"""Tables, on a screen, with a pointer and keys."""

from tkinter import ttk

import trio

from bcper.apps.gui.widgets.columns import Column
from bcper.apps.gui.widgets.rows import Row
from bcper.apps.gui.widgets.table import Table
from helpers.display import Display, Window


def rows(count: int) -> list[Row]:
    return [Row(f"id{index}", (f"job {index}", "ok"), "good") for index in range(count)]


def table(window: Window, count: int = 30) -> Table:
    made = Table(window.root, [Column("job", "Job", stretch=True), Column("state", "State")])
    made.pack(fill="both", expand=True)
    made.show(rows(count))
    return made


def place(shown: Table, key: str) -> tuple[int, int]:
    x, y, _, height = shown.view.bbox(key)  # type: ignore[misc]
    return int(x) + 60, int(y) + int(height) // 2


def test_rows_are_chosen_with_the_pointer_and_opened(display: Display) -> None:
    async def body(window: Window) -> None:
        shown = table(window)
        opened: list[str] = []
        shown.on_open = opened.append
        await window.settle()
        await window.click(shown.view, at=place(shown, "id1"))
        assert shown.selection == ("id1",)
        await window.click(shown.view, "ctrl", at=place(shown, "id4"))
        assert shown.selection == ("id1", "id4")
        await window.click(shown.view, "shift", at=place(shown, "id7"))
        assert {"id5", "id6", "id7"} <= set(shown.selection)
        await window.click(shown.view, at=place(shown, "id2"), times=2)
        assert opened == ["id2"]

    display.run(body)


def test_rows_by_keys(display: Display) -> None:
    async def body(window: Window) -> None:
        shown = table(window)
        opened: list[str] = []
        deleted: list[tuple[str, ...]] = []
        sorts: list[str] = []
        shown.on_open, shown.on_delete, shown.on_sort = (
            opened.append,
            lambda: deleted.append(shown.selection),
            sorts.append,
        )
        shown.focus_set()
        await window.settle()
        await window.key("Down")
        assert shown.selection == ("id0",)
        await window.key("Down", "Return", "Delete", "ctrl+a")
        assert opened == ["id1"]
        assert deleted == [("id1",)]
        assert len(shown.selection) == 30
        await window.click(shown.view, at=(shown.view.winfo_width() - 30, 12))
        assert sorts == ["state"]

    display.run(body)


def test_other_rows_keep_the_selection_and_the_place(display: Display) -> None:
    async def body(window: Window) -> None:
        shown = table(window, 200)
        heard: list[tuple[str, ...]] = []
        shown.on_select = heard.append
        await window.settle()
        shown.select(["id100"])
        await window.settle()
        first = shown.view.identify_row(60)
        changed = [Row("new", ("new", "ok")), *rows(200)]
        changed[51] = Row("id50", ("job 50", "failed"), "bad", "bad")
        shown.show(changed)
        await window.settle()
        assert shown.selection == ("id100",)
        assert shown.view.identify_row(60) == first
        assert shown.view.set("id50", "state") == "failed"
        assert shown.view.get_children()[0] == "new"
        shown.show(rows(200)[::2])
        assert shown.view.get_children() == tuple(f"id{index}" for index in range(0, 200, 2))
        shown.show(rows(200))
        assert len(shown.view.get_children()) == 200
        assert heard == [("id100",)]

    display.run(body)


def test_a_click_with_the_right_button_chooses_and_asks_for_a_menu(display: Display) -> None:
    async def body(window: Window) -> None:
        shown = table(window)
        asked: list[tuple[str, ...]] = []
        shown.menu = lambda ids: asked.append(ids) or []  # type: ignore[func-returns-value]
        await window.settle()
        await window.click(shown.view, at=place(shown, "id3"), button=3)
        assert asked == [("id3",)]

    display.run(body)


def test_a_tree_opens(display: Display) -> None:
    async def body(window: Window) -> None:
        shown = Table(window.root, [Column("name", "Name", stretch=True)], tree=True)
        shown.pack(fill="both", expand=True)
        opened: list[str] = []
        shown.on_expand = opened.append
        shown.show([Row("a", ("a",), icon="folder"), Row("a/b", ("b",), icon="file", parent="a")])
        shown.focus_set()
        await window.settle()
        await window.key("Right")
        await trio.sleep(0.02)
        assert opened == ["a"]
        assert shown.view.bbox("a/b")
        assert isinstance(shown.view, ttk.Treeview)

    display.run(body)


def test_a_column_grows_with_what_comes_into_it_unless_a_person_has_made_it_narrow(display: Display) -> None:
    async def body(window: Window) -> None:
        table = Table(window.root, [Column("a", "A", stretch=True), Column("b", "B"), Column("c", "C")])
        table.pack(fill="both", expand=True)
        table.show([Row("1", ("one", "x", "x"))])
        await window.settle()

        def width(key: str) -> int:
            return int(table.view.column(key, "width"))

        before, narrow = width("b"), width("c") - 10
        table.view.column("c", width=narrow)
        long = "some words that were not there at first"
        table.show([Row("1", ("one", long, long))])
        assert width("b") >= window.root.theme.fonts.width(long) > before
        assert width("c") == narrow
        table.show([Row("1", ("one", "x", "x"))])
        assert width("b") > before  # it does not jump about

    display.run(body)
