"""Windows that ask."""

import tkinter
from collections.abc import Callable, Sequence
from typing import Any

import attrs
import trio

from bcper.apps.gui.theme.palette import Surface
from bcper.apps.gui.widgets.base import Button, ButtonKind, Frame, Label, Rule, dress, theme_of
from bcper.apps.gui.widgets.layout import ScrollFrame
from bcper.apps.gui.widgets.notes import Note

_LISTED = 5
_EDGE = 1
"""Pixels around a dialog."""


@attrs.frozen
class Answer:
    """A button of a dialog. Without ``command`` it closes it, and its ``key`` is the result.

    ``left`` puts it at the other end.
    """

    key: str
    text: str
    kind: ButtonKind = "plain"
    command: Callable[[], object] | None = None
    left: bool = False


CANCEL = Answer("cancel", "Cancel")


class Dialog(tkinter.Toplevel):
    """Fill ``body``, then ``await result()``. Escape and the window's own button are the same as Cancel.

    ``close(key)`` ends it from elsewhere. While it waits, ``first`` has the focus at first: a widget, or by
    default the first that can have it. It is never larger than the screen: what is too high scrolls.
    """

    surface: Surface = "card"

    def __init__(
        self,
        parent: tkinter.Misc,
        title: str,
        answers: Sequence[Answer] = (CANCEL,),
        *,
        width: int = 520,
        heading: bool = True,
    ) -> None:
        super().__init__(parent, class_="bcper")
        self.withdraw()
        self.title(title)
        self._theme = theme_of(parent)
        self._width = width
        self._parent = parent.winfo_toplevel()
        self._done = trio.Event()
        self._result = ""
        self._focus_before: tkinter.Misc | None = None
        self._grab_before: tkinter.Misc | None = None
        self.first: tkinter.Misc | None = None
        self.on_cancel: Callable[[], object] | None = None
        px = self._theme.px
        dress(self, self._dress)
        if heading:
            Label(self, title, "heading").pack(side="top", anchor="w", padx=px(22), pady=(px(20), px(8)))
        self.buttons: dict[str, Button] = {}
        self._foot(answers)
        self._scroll = ScrollFrame(self, "card")
        self._scroll.pack(
            side="top", fill="both", expand=True, padx=px(22), pady=(0 if heading else px(20), px(16))
        )
        self.body: Frame = self._scroll.inside
        self.protocol("WM_DELETE_WINDOW", self._cancel)
        self.bind("<Escape>", self._escaped)
        for below in (self, self._parent):
            _hand_over(below)

    async def result(self) -> str:
        """The key of the answer, ``cancel`` without one. The dialog is gone then, also when cancelled."""
        try:
            self._open()
            await self._done.wait()
            return self._result
        finally:
            self._end()

    def close(self, key: str) -> None:
        """End with that result."""
        if not self._done.is_set():
            self._result = key
            self._done.set()

    def add(self, answer: Answer) -> Button:
        """One more button, left of those that are there (or right of those at the left)."""
        px = self._theme.px
        command = answer.command or (
            self._cancel if answer.key == "cancel" else lambda: self.close(answer.key)
        )
        made = Button(self._row, answer.text, command, answer.kind)
        made.pack(side="left" if answer.left else "right", padx=(0, px(8)) if answer.left else (px(8), 0))
        self.buttons[answer.key] = made
        return made

    def refit(self) -> None:
        """The body has changed much: be as high as it needs, if the screen has that."""
        self._fit()

    def grow(self) -> None:
        """The body wants more room: be higher, where the dialog stands, as far as the screen allows."""
        screen_h, now = self.winfo_screenheight(), self.winfo_height()
        height = min(now + self._scroll.missing, screen_h - self._theme.px(64))
        if not self.winfo_viewable() or height <= now:
            return
        self.geometry(f"{self.winfo_width()}x{height}")
        if self.winfo_rooty() + height > screen_h:
            self.geometry(f"+{self.winfo_x()}+{max(0, screen_h - height)}")

    def _foot(self, answers: Sequence[Answer]) -> None:
        px = self._theme.px
        foot = Frame(self)
        foot.pack(side="bottom", fill="x", padx=px(22), pady=(0, px(20)))
        Rule(foot).pack(fill="x", pady=(0, px(14)))
        self._row = Frame(foot)
        self._row.pack(fill="x")
        # The last one is at the right end; Tab goes from left to right as they stack.
        made = [self.add(answer) for answer in reversed(answers)]
        for button in reversed(made):
            button.lift()

    def _open(self) -> None:
        self._focus_before = self._focused()
        self.transient(self._parent)
        self.update_idletasks()
        self._fit()
        self.bind("<Map>", lambda event: self._mapped() if event.widget is self else None)
        self.deiconify()

    def _mapped(self) -> None:
        self.unbind("<Map>")
        before = str(self.tk.call("grab", "current", self))
        try:
            self.grab_set()
        except tkinter.TclError:  # another program has the pointer just now
            self.after(50, self._mapped)
            return
        self._grab_before = self.nametowidget(before) if before else None
        first: Any = self.first or self._scroll.tk_focusNext()
        if first is not None:
            first.focus_set()

    def _fit(self) -> None:
        px, theme = self._theme.px, self._theme
        screen_w, screen_h = self.winfo_screenwidth(), self.winfo_screenheight()
        width = min(theme.px(self._width), screen_w - px(16))
        # Texts take their lines from the width, but only windows that exist hear of their size.
        self._exist(self)
        self.geometry(f"{width}x{max(1, self.winfo_height())}")
        self._scroll.settle(width - 2 * px(22) - 2 * _EDGE)
        if not self.winfo_exists():  # a task went on meanwhile
            return
        others = self.winfo_reqheight() - self._scroll.winfo_reqheight()
        body = self._scroll.inside.winfo_reqheight()
        height = min(others + body, screen_h - px(64))
        parent = self._parent
        x = parent.winfo_rootx() + (parent.winfo_width() - width) // 2
        y = parent.winfo_rooty() + (parent.winfo_height() - height) // 2
        x, y = max(0, min(x, screen_w - width)), max(0, min(y, screen_h - height))
        self.geometry(f"{width}x{height}+{x}+{y}")

    def _exist(self, widget: tkinter.Misc) -> None:
        widget.winfo_id()
        for child in widget.winfo_children():
            self._exist(child)

    def _dress(self) -> None:
        colours = self._theme.palette
        self.configure(background=colours.card, highlightthickness=_EDGE, highlightbackground=colours.border)
        self.configure(highlightcolor=colours.border)

    def _escaped(self, event: "tkinter.Event[Any]") -> str | None:
        if event.widget.winfo_toplevel() is not self:
            return None
        self._cancel()
        return "break"

    def _cancel(self) -> None:
        if self.on_cancel is not None:
            self.on_cancel()
        else:
            self.close("cancel")

    def _focused(self) -> tkinter.Misc | None:
        try:
            return self._parent.focus_get()
        except KeyError:  # a list of a combo box, which tkinter does not know
            return None

    def _end(self) -> None:
        if not self.winfo_exists():
            return
        self.grab_release()
        # A dialog above another one hands over to that.
        if self._grab_before is not None and self._grab_before.winfo_exists():
            self._grab_before.grab_set()
        before = self._focus_before
        if before is not None and before.winfo_exists():
            before.focus_set()  # first: with its window the program would lose the focus altogether
        self.destroy()


class ConfirmDialog(Dialog):
    """Asks before a deed that cannot be undone: the first focus is on Cancel, the button names the deed.

    ``things`` are listed, five of them, as (name, details). Its result is ``deed`` or ``cancel``.
    """

    def __init__(
        self,
        parent: tkinter.Misc,
        title: str,
        deed: str,
        *,
        text: str = "",
        things: Sequence[tuple[str, str]] = (),
        warning: str = "",
        kind: ButtonKind = "danger",
    ) -> None:
        super().__init__(parent, title, (CANCEL, Answer("deed", deed, kind)))
        px = self._theme.px
        if text:
            Label(self.body, text, "muted", wrap=440).pack(fill="x", pady=(0, px(12)))
        for name, details in things[:_LISTED]:
            Label(self.body, name, wrap=440).pack(fill="x")
            if details:
                Label(self.body, details, "muted", wrap=440).pack(fill="x", pady=(0, px(6)))
        if len(things) > _LISTED:
            Label(self.body, f"and {len(things) - _LISTED:,} more", "muted").pack(anchor="w")
        if warning:
            Note(self.body, warning, "caution").pack(fill="x", pady=(px(12), 0))
        self.first = self.buttons["cancel"]


def _hand_over(window: tkinter.Misc) -> None:
    """A window that is clicked while a dialog above it waits gives the keys back to that dialog."""
    if "_hands_over" in window.__dict__:
        return
    window.__dict__["_hands_over"] = True

    def focused(_event: object) -> None:
        try:
            above = window.nametowidget(str(window.tk.call("grab", "current", window)) or ".")
        except KeyError:  # a list of a combo box, which tkinter does not know
            return
        if isinstance(above, Dialog) and above is not window:
            (above.focus_lastfor() or above).focus_set()

    window.bind("<FocusIn>", focused, add=True)


async def confirm(parent: tkinter.Misc, title: str, deed: str, **details: Any) -> bool:
    """Whether a person says yes; see ConfirmDialog."""
    return await ConfirmDialog(parent, title, deed, **details).result() == "deed"


async def tell(parent: tkinter.Misc, title: str, text: str) -> None:
    """Something that must be read."""
    dialog = Dialog(parent, title, (Answer("cancel", "Close"),))
    Label(dialog.body, text, wrap=440).pack(fill="x")
    await dialog.result()
