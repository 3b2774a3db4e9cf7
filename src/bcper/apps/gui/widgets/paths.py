"""A list of paths to be changed."""

import tkinter
from collections.abc import Callable, Sequence

from bcper.apps.gui.widgets.base import Button, Frame, Label, theme_of
from bcper.apps.gui.widgets.entries import TextEntry


class PathListEditor(Frame):
    """One line for each path, with a button to take it out; below, buttons that choose more.

    ``on_change(paths)`` hears of every change, one without empty lines; ``choose_files`` and
    ``choose_folder`` start what asks for paths and gives them to :meth:`add`.
    """

    def __init__(
        self,
        parent: tkinter.Misc,
        on_change: Callable[[tuple[str, ...]], object],
        *,
        choose_folder: Callable[[], object] | None = None,
        choose_files: Callable[[], object] | None = None,
    ) -> None:
        super().__init__(parent)
        self._on_change = on_change
        self._px = theme_of(parent).px
        self._lines: list[_Line] = []
        self._rows = Frame(self)
        self._rows.pack(fill="x")
        foot = Frame(self)
        foot.pack(fill="x")
        self.buttons: dict[str, Button] = {}
        for text, icon, command in (
            ("Add folder…", "folder", choose_folder),
            ("Add files…", "file", choose_files),
            ("Type a path", "plus", self._type),
        ):
            if command is not None:
                made = self.buttons[text] = Button(foot, text, command, icon=icon)
                made.pack(side="left", padx=(0, self._px(8)))
        self._column = foot

    @property
    def paths(self) -> tuple[str, ...]:
        """What is there, without empty lines."""
        return tuple(text for line in self._lines if (text := line.entry.text.strip()))

    def put(self, paths: Sequence[str]) -> None:
        """Show these; lines that are the same stay, with their cursor."""
        if tuple(paths) == self.paths:
            return
        while len(self._lines) > len(paths):
            self._lines.pop().destroy()
        while len(self._lines) < len(paths):
            self._line()
        for line, path in zip(self._lines, paths, strict=True):
            line.entry.put(path)

    def add(self, paths: Sequence[str]) -> None:
        """As if a person had: those that are not there yet."""
        there = self.paths
        self.put((*there, *(path for path in dict.fromkeys(paths) if path not in there)))
        self._changed()

    def mark(self, errors: Sequence[str]) -> None:
        """What is wrong with each path, in order; empty where nothing is."""
        lines = [line for line in self._lines if line.entry.text.strip()]
        for line, error in zip(lines, errors, strict=False):
            line.say(error)

    def _type(self) -> None:
        self._line().entry.focus_set()

    def _line(self) -> "_Line":
        line = _Line(self._rows, self._changed, self._drop)
        line.pack(fill="x", pady=(0, self._px(4)))
        self._lines.append(line)
        return line

    def _drop(self, line: "_Line") -> None:
        self._lines.remove(line)
        line.destroy()
        self._changed()

    def _changed(self) -> None:
        self._on_change(self.paths)


class _Line(Frame):
    def __init__(
        self, parent: tkinter.Misc, changed: Callable[[], object], drop: Callable[["_Line"], object]
    ) -> None:
        super().__init__(parent)
        self.columnconfigure(0, weight=1)
        self.entry = TextEntry(self, lambda _: changed(), width=40)
        self.entry.grid(row=0, column=0, sticky="ew")
        Button(self, "", lambda: drop(self), "ghost", icon="cross", tip="Take it out").grid(row=0, column=1)
        self._error = Label(self, "", "bad", wrap=200)

    def say(self, error: str) -> None:
        self.entry.wrong(bool(error))
        self._error.show(error)
        if error:
            self._error.grid(row=1, column=0, sticky="ew")
        else:
            self._error.grid_forget()
