"""The widgets, on a screen, with a pointer and keys."""

import tkinter

import pytest

from bcper.apps.gui.widgets.base import Button, Label
from bcper.apps.gui.widgets.charts import Cell, MiniStrip, grid_lines
from bcper.apps.gui.widgets.choices import Options, Switch
from bcper.apps.gui.widgets.entries import NumberEntry, SearchField, TextEntry
from bcper.apps.gui.widgets.fields import Field
from bcper.apps.gui.widgets.layout import Action, PageHeader, ScrollFrame
from bcper.apps.gui.widgets.notes import Banner
from bcper.apps.gui.widgets.paths import PathListEditor
from bcper.apps.gui.widgets.text import TextPane
from helpers.display import CONTROLS, Display, Window
from helpers.gallery import gallery


def test_the_gallery_has_room_is_reached_by_tab_and_shows_where_the_focus_is(display: Display) -> None:
    async def body(window: Window) -> None:
        gallery(window.root)
        await window.settle()
        assert window.cut_off() == []
        assert await window.not_by_tab() == []
        unseen = []
        for widget in window.widgets():
            if isinstance(widget, CONTROLS) and "disabled" not in str(
                widget.cget("state")
                if isinstance(widget, tkinter.Button)
                else getattr(widget, "state", lambda: "")()
            ):
                window.root.focus_set()
                window.root.update()
                before = looks(window, widget)
                widget.focus_set()
                window.root.update()
                if before == looks(window, widget):
                    unseen.append(str(widget))
        assert unseen == []

    display.run(body, size=(1400, 1180))


def looks(window: Window, widget: tkinter.Misc) -> list[bytes]:
    _, _, found = window.display._rows()
    left, top = widget.winfo_rootx() - 8, max(0, widget.winfo_rooty() - 8)
    right, bottom = left + widget.winfo_width() + 16, top + widget.winfo_height() + 16
    return [row[left * 4 : right * 4] for row in found[top:bottom]]


def test_mode_and_scale_change_at_once_and_back(display: Display) -> None:
    async def body(window: Window) -> None:
        gallery(window.root)
        await window.settle()
        root, colours = window.root, window.root.theme.palette
        button = next(each for each in window.widgets() if isinstance(each, Button))
        at = root.winfo_rootx() + root.winfo_width() - 4, root.winfo_rooty() + root.winfo_height() // 2
        before = button.winfo_reqheight(), button.winfo_reqwidth(), button.winfo_x()
        assert display.colour(*at) == colours.window
        root.theme.change(mode="dark", scale=1.5)
        await window.settle(6)
        root.update()
        assert display.colour(*at) == root.theme.palette.window != colours.window
        assert button.winfo_reqheight() > 1.3 * before[0]
        root.theme.change(mode="light", scale=1.0)
        await window.settle(6)
        assert (button.winfo_reqheight(), button.winfo_reqwidth(), button.winfo_x()) == before

    display.run(body, size=(1400, 1180))


def test_a_field_says_what_is_wrong_and_takes_its_own_advice(display: Display) -> None:
    async def body(window: Window) -> None:
        field = Field(window.root, "Name", hint="Of the job.")
        typed: list[str] = []
        entry = TextEntry(field, typed.append)
        field.hold(entry)
        field.pack(fill="x")
        field.on_suggestion = entry.put
        await window.settle()
        await window.click(entry)
        await window.type("a b")
        assert typed == ["a", "a ", "a b"]
        field.say("No spaces.", "a-b")
        await window.settle()
        assert entry.instate(["invalid"])
        link = next(each for each in window.widgets(field) if isinstance(each, Button))
        await window.click(link)
        assert (entry.text, len(typed)) == ("a-b", 3)
        field.say()
        await window.settle()
        assert not entry.instate(["invalid"])
        assert not link.winfo_viewable()

    display.run(body)


def test_all_of_a_number_is_selected_by_its_key(display: Display) -> None:
    async def body(window: Window) -> None:
        number = NumberEntry(window.root)
        number.put("7")
        number.pack()
        await window.settle()
        await window.click(number, at=(12, 12))
        await window.key("ctrl+a")
        await window.type("5")
        assert number.text == "5"

    display.run(body)


def test_a_placeholder_is_no_text(display: Display) -> None:
    async def body(window: Window) -> None:
        typed: list[str] = []
        search = SearchField(window.root, typed.append, "Search")
        search.pack()
        other = Button(window.root, "Other")
        other.pack()
        await window.settle()
        assert (search.text, search.get()) == ("", "Search")
        await window.click(search)
        await window.type("ab")
        assert (search.text, typed) == ("ab", ["a", "ab"])
        await window.key("Escape")
        other.focus_set()
        await window.settle()
        assert (search.text, search.get(), typed[-1]) == ("", "Search", "")

    display.run(body)


def test_choices_and_switches_tell_what_a_person_did_only(display: Display) -> None:
    async def body(window: Window) -> None:
        heard: list[object] = []
        options = Options(window.root, [("a", "A"), ("b", "B")], heard.append)
        switch = Switch(window.root, "On", heard.append)
        options.pack()
        switch.pack()
        options.put("a")
        switch.put(True)
        await window.settle()
        await window.click(switch)
        options.buttons["a"].focus_set()
        await window.key("Right")
        assert heard == [False, "b"]
        assert (options.key, switch.value) == ("b", False)

    display.run(body)


def test_paths_are_typed_added_and_taken_out(display: Display) -> None:
    async def body(window: Window) -> None:
        heard: list[tuple[str, ...]] = []
        editor = PathListEditor(window.root, heard.append)
        editor.pack(fill="x")
        editor.put(["/a", "/b"])
        await window.settle()
        await window.click(editor.buttons["Type a path"])
        await window.type("/c")
        assert heard[-1] == ("/a", "/b", "/c")
        crosses = [
            each for each in window.widgets(editor) if isinstance(each, Button) and not each.cget("text")
        ]
        await window.click(crosses[0])
        assert heard[-1] == ("/b", "/c")
        editor.add(["/c", "/d"])
        assert heard[-1] == ("/b", "/c", "/d")

    display.run(body)


def test_the_wheel_scrolls_and_focus_is_brought_into_view(display: Display) -> None:
    async def body(window: Window) -> None:
        scroll = ScrollFrame(window.root)
        scroll.pack(fill="both", expand=True)
        buttons = [Button(scroll.inside, f"Button {index}") for index in range(60)]
        for button in buttons:
            button.pack()
        await window.settle()
        top = buttons[0].winfo_rooty()
        await window.click(buttons[3], button=5)
        assert buttons[0].winfo_rooty() < top
        buttons[-1].focus_set()
        await window.settle()
        assert (
            buttons[-1].winfo_rooty() + buttons[-1].winfo_height()
            <= window.root.winfo_rooty() + window.root.winfo_height()
        )

    display.run(body, size=(900, 600))


def test_the_window_grows_with_its_letters(display: Display) -> None:
    async def body(window: Window) -> None:
        window.root.look("light", 125)
        await window.until(lambda: window.root.winfo_width() == 1250)
        assert window.root.winfo_height() == 875
        window.root.look("dark", 200)
        await window.until(lambda: window.root.winfo_width() == 1600)  # the screen's

    display.run(body, size=(1000, 700))


def test_the_banner_has_the_colour_and_the_deed(display: Display) -> None:
    async def body(window: Window) -> None:
        heard: list[object] = []
        banner = Banner(window.root, lambda shown: banner.pack(fill="x") if shown else banner.pack_forget())
        Label(window.root, "below").pack()
        banner.show(
            "red", "The daemon is not running", action="Start Daemon", command=lambda: heard.append(1)
        )
        await window.settle()
        at = banner.winfo_rootx() + 3, banner.winfo_rooty() + 3
        assert display.colour(*at) == window.root.theme.palette.banner_red
        await window.click(banner.button)
        assert heard == [1]
        long = "Scheduled backups will not run until it is started."
        banner.show("red", "The daemon is not running", long, action="Start Daemon")
        await window.settle()
        line = banner._title.winfo_height()
        assert banner._details.winfo_rooty() < banner._title.winfo_rooty() + line
        window.root.minsize(1, 1)
        window.root.geometry("420x600")
        await window.until(lambda: banner.winfo_width() <= 420)
        await window.settle(5)
        assert banner._details.winfo_rooty() >= banner._title.winfo_rooty() + line
        assert banner.winfo_height() < 6 * line
        banner.show("blue", "Backing up", fraction=0.5)
        await window.settle()
        assert display.colour(*at) == window.root.theme.palette.banner_blue
        banner.hide()
        await window.settle()
        assert not banner.winfo_viewable()

    display.run(body)


def test_text_is_read_not_written_and_left_by_tab(display: Display) -> None:
    async def body(window: Window) -> None:
        pane = TextPane(window.root)
        pane.pack()
        after = Button(window.root, "After")
        after.pack()
        pane.put("one\ntwo")
        pane.view.focus_set()
        await window.settle()
        await window.type("x")
        assert pane.text == "one\ntwo"
        await window.key("Tab")
        assert window.root.focus_get() is after

    display.run(body)


def test_a_strip_tells_in_words(display: Display) -> None:
    async def body(window: Window) -> None:
        strip = MiniStrip(window.root, 5)
        strip.pack()
        strip.show([Cell("good", "Monday: completed"), Cell("bad", "Tuesday: failed")])
        await window.settle()
        assert strip.words_at(strip.winfo_width() - 5, 15) == "Tuesday: failed"
        assert strip.words_at(2, 15) == ""
        await window.point(strip, strip.winfo_width() - 13, 15)
        await window.until(lambda: any(isinstance(each, tkinter.Toplevel) for each in strip.winfo_children()))

    display.run(body)


@pytest.mark.parametrize(("most", "last"), [(1, 1), (160, 200), (99, 100), (0.3, 0.3), (7, 8)])
def test_a_scale_is_of_round_numbers(most: float, last: float) -> None:
    lines = grid_lines(most)
    assert lines[0] == 0
    assert lines[-1] == pytest.approx(last)
    assert 3 <= len(lines) <= 6


def test_the_buttons_of_a_page_go_below_its_title_where_there_is_no_room(display: Display) -> None:
    async def body(window: Window) -> None:
        head = PageHeader(
            window.root, "Status", "Now", [Action(name, print) for name in ("Restart daemon", "View the log")]
        )
        await window.settle()
        first = head.buttons["Restart daemon"]
        assert first.winfo_rooty() < head._subtitle.winfo_rooty()
        window.root.minsize(200, 200)
        window.root.geometry("300x400")
        await window.until(lambda: first.winfo_rooty() > head._subtitle.winfo_rooty())
        await window.settle()
        assert window.cut_off() == []
        window.root.geometry("900x400")
        await window.until(lambda: first.winfo_rooty() < head._subtitle.winfo_rooty())

    display.run(body)
