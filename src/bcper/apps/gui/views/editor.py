"""What every editor is: a dialog that shows a presenter, saves, and asks before typed work is lost."""

import tkinter
from collections import deque
from collections.abc import Awaitable, Callable
from functools import partial
from typing import Any, Generic, Protocol, TypeVar

from bcper.apps.gui.presenters.base import Trouble
from bcper.apps.gui.presenters.removal import What
from bcper.apps.gui.views.page import House
from bcper.apps.gui.views.removal import remove
from bcper.apps.gui.widgets.base import Button, Frame, Label, theme_of
from bcper.apps.gui.widgets.dialog import CANCEL, Answer, Dialog, confirm
from bcper.apps.gui.widgets.entries import TextEntry

_TYPED_INTO = ("TEntry", "TSpinbox")


class State(Protocol):
    """What the states of all editors have."""

    @property
    def title(self) -> str: ...
    @property
    def can_save(self) -> bool: ...
    @property
    def saving(self) -> bool: ...
    @property
    def saved(self) -> str: ...
    @property
    def trouble(self) -> Trouble | None: ...


class Presents(Protocol):
    """What the presenters of all editors can do."""

    async def open(self) -> None: ...
    async def save(self) -> None: ...


S = TypeVar("S", bound=State)


class Editor(Dialog, Generic[S]):
    """Subclasses make their widgets, then ``presenter``; ``fill`` puts the state into the widgets.

    What a person types is told to the presenter by :meth:`typed`, or :meth:`later` where that takes its time:
    one after the other, and meanwhile nothing is filled, so that no answer overtakes the fingers.
    """

    presenter: Presents

    def __init__(
        self, parent: tkinter.Misc, house: House, title: str, *, width: int = 640, deletes: What | None = None
    ) -> None:
        answers = [CANCEL, Answer("save", "Save", "primary", self.save)]
        if deletes is not None:
            answers.insert(0, Answer("delete", f"Delete {deletes}…", "danger", self._delete, left=True))
        super().__init__(parent, title, answers, width=width)
        self.house = house
        self.touched = False
        self.state_now: S | None = None
        self._deletes: What | None = deletes
        self._queue: deque[Callable[[], Awaitable[object]]] = deque()
        self._at_work = self._asking = False
        self._trouble = Label(self.body, "", "bad", wrap=400)
        self.on_cancel = self._leave
        self.bind("<Return>", self._return)
        self.bind("<KP_Enter>", self._return)
        self.bind("<Control-s>", lambda _: self.save())
        self.body.bind("<Configure>", lambda _: self.grow(), add=True)

    async def run(self) -> str:
        """Fill the fields and wait: what it was saved as, ``deleted``, or nothing."""
        try:
            await self.presenter.open()
            self.opened()
            if isinstance(self.first, TextEntry):
                self.first.icursor("end")
            result = await self.result()
        finally:
            self._queue.clear()
            self.gone()
            if self.winfo_exists():  # cancelled before it was shown
                self.destroy()
        state = self.state_now
        return state.saved if result == "save" and state is not None else "deleted" * (result == "deleted")

    def identity(self) -> tuple[str, str]:
        """The id and the name of what is edited, for deleting it."""
        raise NotImplementedError

    def fill(self, state: S) -> None:
        """Show ``state``; called only while the fingers are not ahead of it."""
        raise NotImplementedError

    def opened(self) -> None:
        """The fields have been filled for the first time."""

    def gone(self) -> None:
        """The editor has been closed."""

    def show(self, state: S) -> None:
        """The presenter's ``show``."""
        self.state_now = state
        if not self.winfo_exists():
            return
        self.buttons["save"].show(enabled=state.can_save)
        self._tell(state.trouble)
        if not self._queue:
            self.fill(state)
        if state.saved and not state.saving:
            self.after_saving()

    def after_saving(self) -> None:
        """It has been saved; ``state_now`` says as what."""
        self.close("save")

    def typed(self, function: Callable[..., object], **fields: Any) -> None:
        """Tell the presenter at once."""
        self.touched = True
        function(**fields)

    def later(self, function: Callable[..., Awaitable[object]], **fields: Any) -> None:
        """Tell the presenter, after what it has been told before."""
        self.touched = True
        self._queue.append(partial(function, **fields))
        if not self._at_work:
            self._at_work = True
            self.house.start(self._work)

    def save(self) -> None:
        """Save it, once the presenter has heard everything."""
        if not self._at_work:
            self.house.start(self.presenter.save)
        else:
            self._queue.append(self.presenter.save)

    def fold(self, words: str) -> Frame:
        """A part that is there when it is wanted: a button, and the frame that it opens."""
        holder = Frame(self.body)
        holder.pack(fill="x")
        inside = Frame(holder)

        def turn() -> None:
            opened = not inside.winfo_manager()
            if opened:
                inside.pack(fill="x")
            else:
                inside.pack_forget()
            button.show(words, icon="down" if opened else "right")

        button = Button(holder, words, turn, "ghost", icon="right")
        button.pack(anchor="w", pady=(theme_of(self).px(4), 0))
        return inside

    async def _work(self) -> None:
        try:
            while self._queue:
                await self._queue.popleft()()
        finally:
            self._at_work = False
        if self.winfo_exists() and self.state_now is not None:
            self.fill(self.state_now)

    def _tell(self, trouble: Trouble | None) -> None:
        self._trouble.show("" if trouble is None else " ".join(filter(None, (trouble.message, trouble.hint))))
        if trouble is None:
            self._trouble.pack_forget()
        elif not self._trouble.winfo_manager():
            self._trouble.pack(side="bottom", fill="x", pady=(theme_of(self).px(8), 0))

    def _return(self, event: "tkinter.Event[Any]") -> str | None:
        if event.widget.winfo_class() not in _TYPED_INTO:
            return None
        self.save()
        return "break"

    def _leave(self) -> None:
        if not self.touched:
            self.close("cancel")
        elif not self._asking:
            self._asking = True
            self.house.start(self._ask_to_leave)

    async def _ask_to_leave(self) -> None:
        try:
            title, text = "Discard the changes?", "What you have changed here is not saved."
            if await confirm(self, title, "Discard changes", text=text):
                self.close("cancel")
        finally:
            self._asking = False

    def _delete(self) -> None:
        if self._deletes is not None and not self._asking:
            self._asking = True
            self.house.start(self._ask_to_delete, self._deletes)

    async def _ask_to_delete(self, what: What) -> None:
        try:
            if await remove(self, self.house, what, *self.identity()):
                self.close("deleted")
        finally:
            self._asking = False
