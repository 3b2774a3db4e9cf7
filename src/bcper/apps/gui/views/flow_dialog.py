"""A dialog around a flow: it asks, works, and tells what came of it."""

import tkinter
from collections.abc import Sequence
from typing import Generic, TypeVar

from bcper.apps.gui.widgets.base import Label
from bcper.apps.gui.widgets.dialog import Answer, Dialog

S = TypeVar("S")


class FlowDialog(Dialog, Generic[S]):
    """``put_up`` makes what is in it, ``tell(state)`` shows a state; make the flow first, with ``show``."""

    def __init__(
        self, parent: tkinter.Misc, title: str, state: S, answers: Sequence[Answer], *, width: int = 520
    ) -> None:
        super().__init__(parent, title, answers, width=width, heading=False)
        px = self._theme.px
        self.heading = Label(self.body, title, "heading", wrap=300)
        self.heading.pack(fill="x", pady=(0, px(8)))
        self.on_cancel = self.leave
        self.put_up()
        self.ready = True
        self.tell(state)

    ready = False
    _high = 0

    def show(self, state: S) -> None:
        """What the flow calls."""
        if self.ready and self.winfo_exists():
            self.tell(state)
            self.after_idle(self._follow)

    def put_up(self) -> None:
        """Make what is in ``body``."""
        raise NotImplementedError

    def tell(self, state: S) -> None:
        """Show that state."""
        raise NotImplementedError

    def _follow(self) -> None:
        """Be as high as what is shown by now."""
        if not (self.winfo_exists() and self.winfo_ismapped()):
            return
        self.update_idletasks()  # in which tasks may go on, too
        if self.winfo_exists() and self._high != self.body.winfo_reqheight():
            self.refit()
            self._high = self.body.winfo_reqheight() if self.winfo_exists() else 0

    def leave(self) -> None:
        """Escape, Cancel: stop the work, or close."""
        self.close("cancel")

    def ended(self, *others: str) -> None:
        """Nothing is left to do but to close: ``others`` are buttons of no more use."""
        for key in others:
            self.buttons[key].pack_forget()
        self.buttons["cancel"].show("Close")
        self.buttons["cancel"].focus_set()
