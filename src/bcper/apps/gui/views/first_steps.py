"""The fields of the three steps."""

import tkinter
from collections.abc import Callable
from typing import Any

from bcper.apps.gui.presenters.first_start import FirstStartView
from bcper.apps.gui.presenters.schedule_form import MODES, WEEKDAYS, ScheduleForm
from bcper.apps.gui.widgets.base import Button, Frame, Label, theme_of
from bcper.apps.gui.widgets.choices import Check, Choice, Options
from bcper.apps.gui.widgets.entries import NumberEntry, PasswordEntry, TextEntry
from bcper.apps.gui.widgets.fields import Field
from bcper.apps.gui.widgets.notes import Note
from bcper.apps.gui.widgets.paths import PathListEditor

_UNITS = {"hours": "hour(s), from", "days": "day(s) at", "weeks": "week(s) on", "months": "month(s) on day"}


class What(Frame):
    """Paths, and a password if it is wanted."""

    def __init__(
        self, parent: tkinter.Misc, folders: Callable[[], object], files: Callable[[], object]
    ) -> None:
        super().__init__(parent)
        px = theme_of(self).px
        self.on_paths: Callable[[str], object] = _nobody
        self.on_password: Callable[[str, str], object] = _nobody
        Label(self, "Folders with what you would miss: documents, photos, settings.", "muted", wrap=440).pack(
            fill="x", pady=(0, px(8))
        )
        self.paths = PathListEditor(
            self,
            lambda paths: self.on_paths("\n".join(paths)),
            choose_folder=folders,
            choose_files=files,
        )
        self.paths.pack(fill="x")
        self._error = Label(self, "", "bad", wrap=440)
        self._error.pack(fill="x", pady=(px(4), 0))
        self.encrypt = Check(self, "Encrypt it with a password", self._turn)
        self.encrypt.pack(anchor="w", pady=(px(8), 0))
        self._secret = Frame(self)
        first, self._second = Field(self._secret, "Password"), Field(self._secret, "Again")
        self.password = PasswordEntry(first, lambda _: self._typed())
        self.again = PasswordEntry(self._second, lambda _: self._typed())
        first.hold(self.password)
        self._second.hold(self.again)
        first.pack(fill="x")
        self._second.pack(fill="x")
        note = "Without it nobody can read these backups, nor can you: keep it in a safe place."
        Note(self._secret, note, "caution").pack(fill="x", pady=(px(4), 0))

    def show(self, view: FirstStartView) -> None:
        """What is wrong."""
        self._error.show("" if view.paths_error is None else view.paths_error.words)
        typed = self.encrypt.value and view.password.error is not None
        self._second.say(view.password.error.words if typed and view.password.error else "")

    def _turn(self, on: bool) -> None:
        if on:
            self._secret.pack(fill="x", pady=(theme_of(self).px(4), 0))
            self.password.entry.focus_set()
            self._typed()
        else:
            self._secret.pack_forget()
            self.password.put("")
            self.again.put("")
            self.on_password("", "")
        refit = getattr(self.winfo_toplevel(), "refit", None)
        if callable(refit):
            self.after_idle(refit)

    def _typed(self) -> None:
        # Two empty texts would mean that no password is wanted.
        self.on_password(self.password.text, self.again.text or ("" if self.password.text else "\0"))


class Where(Frame):
    """A folder, or a place on a remote."""

    def __init__(
        self, parent: tkinter.Misc, folder: Callable[[], object], remote: Callable[[], object]
    ) -> None:
        super().__init__(parent)
        px = theme_of(self).px
        self.on_store: Callable[[str], object] = _nobody
        text = "Another disk is best, or a place on a remote: what dies with this disk is no backup."
        Label(self, text, "muted", wrap=440).pack(fill="x", pady=(0, px(8)))
        self.field = Field(self, "Store in", hint="As /media/disk/backups, or remote:folder.")
        self.entry = TextEntry(self.field, lambda text: self.on_store(text.strip()))
        self.field.hold(self.entry)
        self.field.pack(fill="x")
        row = Frame(self)
        row.pack(fill="x", padx=(px(110), 0))
        Button(row, "Choose a folder…", folder, icon="folder").pack(side="left", padx=(0, px(8)))
        Button(row, "Choose a remote…", remote, icon="cloud").pack(side="left")
        self._warning = Note(self, "", "caution")

    def show(self, view: FirstStartView) -> None:
        """What was chosen, and what there is to say of it."""
        if view.store != self.entry.text.strip():
            self.entry.put(view.store)
        error = view.store_error
        self.field.say("" if error is None else error.words)
        self._warning.say(view.warning)
        if view.warning and not self._warning.winfo_manager():
            self._warning.pack(fill="x", pady=(theme_of(self).px(12), 0))
        elif not view.warning:
            self._warning.pack_forget()


class When(Frame):
    """How often, and at what time."""

    def __init__(self, parent: tkinter.Misc) -> None:
        super().__init__(parent)
        px = theme_of(self).px
        self.on_change: Callable[[dict[str, Any]], object] = _nobody
        modes = [(key, text) for key, text in MODES if key in _UNITS]
        self.modes = Options(self, modes, lambda key: self.on_change({"mode": key}))
        self.modes.pack(anchor="w")
        row = Frame(self)
        row.pack(fill="x", pady=px(8))
        Label(row, "Every").pack(side="left", padx=(0, px(6)))
        self.count = self._number(row, "count", 1, 99)
        self._unit = Label(row, "")
        self._unit.pack(side="left", padx=px(6))
        self._weekday = Choice(
            row,
            [(str(index), name) for index, name in enumerate(WEEKDAYS)],
            lambda key: self.on_change({"weekday": int(key)}),
            width=12,
        )
        self._day = self._number(row, "day", 1, 31)
        self._at = Label(row, "at")
        self.hour = self._number(row, "hour", 0, 23)
        self._colon = Label(row, ":")
        self.minute = self._number(row, "minute", 0, 59)
        self._next = Note(self, "")
        self._next.pack(fill="x")
        self._error = Label(self, "", "bad", wrap=440)
        self._error.pack(fill="x")
        self._mode = ""

    @property
    def chosen(self) -> tkinter.Misc:
        """What says how often."""
        return self.modes.buttons[self.modes.key]

    def show(self, form: ScheduleForm) -> None:
        """What is chosen, and what it means."""
        self.modes.put(form.mode)
        for entry, text in (
            (self.count, form.count),
            (self._day, form.day),
            (self.hour, form.hour),
            (self.minute, form.minute),
        ):
            entry.put(text)
            entry.wrong(bool(form.error))
        self._weekday.put(str(form.weekday))
        if form.mode != self._mode:
            self._mode = form.mode
            self._lay_out(form.mode)
        if form.checked:
            runs = " · ".join(form.next[:3])
            self._next.say(f"{form.words}\nNext runs: {runs}" if form.good else "This is refused.")
            self._error.show(form.error)

    def _lay_out(self, mode: str) -> None:
        px = theme_of(self).px
        self._unit.show(_UNITS.get(mode, ""))
        parts: list[Any] = [self._weekday, self._day, self._at, self.hour, self._colon, self.minute]
        for part in parts:
            part.pack_forget()
        special = {"weeks": self._weekday, "months": self._day}.get(mode)
        if special is not None:
            special.pack(side="left", padx=(0, px(6)))
            self._at.pack(side="left", padx=(0, px(6)))
        self.hour.pack(side="left")
        self._colon.pack(side="left", padx=px(2))
        self.minute.pack(side="left")

    def _number(self, parent: Frame, name: str, least: int, most: int) -> NumberEntry:
        made = NumberEntry(parent, lambda text: self.on_change({name: text}), least=least, most=most, width=3)
        made.pack(side="left")
        return made


def _nobody(*_: object) -> None:
    """Nobody hears yet."""
