"""When: the friendly builder, or raw cron, with what comes of it below."""

import tkinter
from collections.abc import Callable

from bcper.apps.gui.presenters.schedule_form import MODES, WEEKDAYS, ScheduleForm
from bcper.apps.gui.widgets.base import Frame, Label, theme_of
from bcper.apps.gui.widgets.choices import Choice, Options
from bcper.apps.gui.widgets.entries import NumberEntry, TextEntry
from bcper.apps.gui.widgets.notes import Note

Told = Callable[[str, object], object]
"""Hears the name of a field of the form, and what it is now."""

_PARTS = {
    "hours": ("Every", "count", "hour(s) from", "hour", ":", "minute"),
    "days": ("Every", "count", "day(s) at", "hour", ":", "minute"),
    "weeks": ("Every", "count", "week(s) on", "weekday", "at", "hour", ":", "minute"),
    "months": ("Every", "count", "month(s) on day", "day", "at", "hour", ":", "minute"),
    "once": ("At", "once", "empty is as soon as possible"),
    "cron": ("Cron", "cron", "minute hour day month weekday"),
}


class ScheduleBuilder(Frame):
    """Shows a form; ``tell(field, value)`` hears what a person does."""

    def __init__(self, parent: tkinter.Misc, tell: Told) -> None:
        super().__init__(parent)
        self._px = theme_of(parent).px
        self._mode = ""
        self.modes = Options(self, MODES, lambda key: tell("mode", key))
        self.modes.pack(anchor="w")
        self._line = Frame(self)
        self._line.pack(fill="x", pady=(self._px(6), self._px(6)))
        line = self._line
        hours, minutes = [str(hour) for hour in range(24)], [f"{minute:02}" for minute in range(60)]
        self.numbers = {
            "count": NumberEntry(line, lambda text: tell("count", text), least=1, most=999, width=4),
            "hour": NumberEntry(line, lambda text: tell("hour", text), values=hours, width=3),
            "minute": NumberEntry(line, lambda text: tell("minute", text), values=minutes, width=3),
            "day": NumberEntry(line, lambda text: tell("day", text), least=1, most=31, width=3),
        }
        self.texts = {
            "once": TextEntry(line, lambda text: tell("once", text), width=18),
            "cron": TextEntry(line, lambda text: tell("cron", text), width=18),
        }
        days = [(str(number), day) for number, day in enumerate(WEEKDAYS)]
        self.weekday = Choice(line, days, lambda key: tell("weekday", int(key)), width=11)
        self._words = {mode: self._labels(parts) for mode, parts in _PARTS.items()}
        self._error = Label(self, "", "bad", wrap=240)
        self._note = Note(self)

    def show(self, form: ScheduleForm) -> None:
        """This form, and what it means."""
        self.modes.put(form.mode)
        for name, number in self.numbers.items():
            number.put(getattr(form, name))
        for name, entry in self.texts.items():
            entry.put(getattr(form, name))
            entry.wrong(bool(form.error) and name == form.mode)
        self.weekday.put(str(form.weekday))
        if form.mode != self._mode:
            self._mode = form.mode
            self._arrange()
        self._tell(form)

    def _labels(self, parts: tuple[str, ...]) -> dict[str, Label]:
        return {part: Label(self._line, part) for part in parts if self._control(part) is None}

    def _control(self, part: str) -> tkinter.Widget | None:
        return self.weekday if part == "weekday" else self.numbers.get(part) or self.texts.get(part)

    def _arrange(self) -> None:
        for child in self._line.pack_slaves():
            child.pack_forget()
        for part in _PARTS[self._mode]:
            widget = self._control(part) or self._words[self._mode][part]
            widget.pack(side="left", padx=(0, self._px(6)))
            widget.lift()  # Tab goes as they stand

    def _tell(self, form: ScheduleForm) -> None:
        if form.error:
            self._note.pack_forget()
            self._error.show(form.error)
            if not self._error.winfo_manager():
                self._error.pack(fill="x")
            return
        self._error.pack_forget()
        if not form.checked:
            return  # what it meant before stands there for a moment longer
        firings = " · ".join(form.next) or "none"
        cron = f"cron {form.as_cron} · " if form.as_cron else ""
        self._note.say(
            f"Next runs: {firings}\n{form.words} · {cron}If the machine is off, it runs at the next start."
        )
        if not self._note.winfo_manager():
            self._note.pack(fill="x")
