"""What few jobs need: commands around a run, an address to ping, when to warn, only on mains power."""

import tkinter
from collections.abc import Callable

from bcper.apps.gui.presenters.job_fields import JobEditorView
from bcper.apps.gui.widgets.base import Frame
from bcper.apps.gui.widgets.choices import Check
from bcper.apps.gui.widgets.entries import NumberEntry, TextEntry
from bcper.apps.gui.widgets.fields import Field


class JobMore(Frame):
    """``tell(field, value)`` hears what a person does."""

    def __init__(self, parent: tkinter.Misc, tell: Callable[[str, object], object]) -> None:
        super().__init__(parent)
        before = Field(
            self, "Before", hint="A command that is run before each backup; if it fails, none is made."
        )
        self.before = TextEntry(before, lambda text: tell("before", text))
        before.hold(self.before)
        after = Field(self, "After", hint="A command that is run afterwards.")
        self.after_command = TextEntry(after, lambda text: tell("after", text))
        after.hold(self.after_command)
        self._hooks = Field(self, "At most", hint="Seconds that each command may take.")
        self.seconds = NumberEntry(self._hooks, lambda text: tell("hook_seconds", text), most=86400, width=7)
        self._hooks.hold(self.seconds, fill=False)
        self._ping = Field(
            self, "Ping", hint="An address that hears of each run's end, as of healthchecks.io."
        )
        self.ping = TextEntry(self._ping, lambda text: tell("ping_url", text))
        self._ping.hold(self.ping)
        self._warn = Field(
            self, "Warn after", hint="Days without a good backup; empty is as the settings say."
        )
        self.warn = NumberEntry(self._warn, lambda text: tell("warn_days", text), least=1, width=5)
        self._warn.hold(self.warn, fill=False)
        power = Field(self, "Power")
        self.power = Check(power, "Only on mains power", lambda on: tell("only_on_power", on))
        power.hold(self.power, fill=False)
        for field in (before, after, self._hooks, self._ping, self._warn, power):
            field.pack(fill="x")

    def show(self, state: JobEditorView) -> None:
        """Its part of the state."""
        self.before.put(state.before)
        self.after_command.put(state.after)
        self.seconds.put(state.hook_seconds)
        self.ping.put(state.ping_url)
        self.warn.put(state.warn_days)
        self.power.put(state.only_on_power)
        for field, error in (
            (self._hooks, state.hooks_error),
            (self._ping, state.ping_error),
            (self._warn, state.warn_error),
        ):
            field.say(error.text if error else "")
