"""What flows have in common: how far the work is, and sentences about what came of it."""

import tkinter
from collections.abc import Callable, Sequence

from bcper.apps.gui.presenters.base import Trouble
from bcper.apps.gui.presenters.flow import Running, first_of
from bcper.apps.gui.widgets.base import Frame, Label, LabelKind, theme_of
from bcper.apps.gui.widgets.progress import ProgressRow


class Work(ProgressRow):
    """A flow's progress; of several pieces of work the bar is for all of them."""

    def __init__(self, parent: tkinter.Misc, on_cancel: Callable[[], object] | None = None) -> None:
        super().__init__(parent, on_cancel)
        self._told: Running | None = None

    def tell(self, running: Running | None) -> None:
        """How far it is; ``None`` stops the bar."""
        if running == self._told:
            return
        self._told = running
        if running is None:
            self.show("", 0.0)
            return
        several = running.total > 1
        known = several or running.fraction is not None
        self.show(
            f"{running.title} ({running.number:,} of {running.total:,})" if several else running.title,
            running.overall if known else None,
            f"{100 * running.overall:.0f} %" if several else "",
            running.details,
        )


class Sentences(Frame):
    """Some sentences below each other, each with a sign if there is a ``mark``; of many the first five."""

    def __init__(
        self, parent: tkinter.Misc, kind: LabelKind = "body", mark: str = "", *, wrap: int = 440
    ) -> None:
        super().__init__(parent)
        self._kind: LabelKind = kind
        self._mark, self._wrap = mark, wrap
        self._said: tuple[str, ...] = ()

    def say(self, sentences: Sequence[str]) -> bool:
        """Show these; whether there is anything to see."""
        said = tuple(sentences)
        if said != self._said:
            self._said = said
            for old in self.winfo_children():
                old.destroy()
            first, more = first_of(said)
            pady = theme_of(self).px(2)
            for each in first:
                made = Label(self, each, self._kind, mark=self._mark, wrap=self._wrap)
                made.pack(fill="x", pady=pady)
            if more:
                Label(self, more, "muted").pack(anchor="w", pady=pady)
        return bool(said)


def put(widget: tkinter.Widget, there: object, **where: object) -> None:
    """Pack ``widget`` as said while ``there`` is true, else take it out; what is right already stays."""
    if there and not widget.winfo_manager():
        widget.pack(where)
    elif not there and widget.winfo_manager():
        widget.pack_forget()


def words(trouble: Trouble | None) -> str:
    """What went wrong and what to do about it, in one text."""
    return "" if trouble is None else " ".join(filter(None, (trouble.message, trouble.hint)))
