"""What the pages of configured things have in common: head, empty state, an editor, deleting."""

import tkinter
from collections.abc import Awaitable, Callable
from typing import ClassVar, Generic, TypeVar

from bcper.apps.gui.presenters.base import Trouble
from bcper.apps.gui.presenters.removal import What
from bcper.apps.gui.views.page import House, Page
from bcper.apps.gui.views.removal import remove
from bcper.apps.gui.widgets.base import theme_of
from bcper.apps.gui.widgets.layout import Action, EmptyState, PageHeader
from bcper.apps.gui.widgets.notes import Message

S = TypeVar("S")


class EntityPage(Page, Generic[S]):
    """Subclasses say what it is about; one editor or question is open at a time."""

    what: ClassVar[What]
    subtitle: ClassVar[str]
    empty: ClassVar[str]

    def __init__(self, parent: tkinter.Misc, house: House) -> None:
        super().__init__(parent, house)
        self.header = PageHeader(
            self,
            self.name,
            self.subtitle,
            (*self.more_actions(), Action(f"New {self.what}", self.new, "primary", "plus", "Ctrl+N")),
        )
        self.message = Message(self, pady=(0, theme_of(self).px(12)), side="top")
        self._shown: tkinter.Widget | None = None
        self._nothing: EmptyState | None = None
        self._open = False

    def more_actions(self) -> tuple[Action, ...]:
        """More buttons of the head."""
        return ()

    def editor(self, id_: str | None) -> Callable[[], Awaitable[str]]:
        """What runs a new editor, and returns the id of what was saved."""
        raise NotImplementedError

    def name_of(self, id_: str) -> str:
        """The name that a person knows it by."""
        return id_

    def new(self) -> None:
        """See Page."""
        self.once(lambda: self._edit(None))

    def edit(self, id_: str) -> None:
        """Open its editor."""
        self.once(lambda: self._edit(id_))

    def delete(self, id_: str) -> None:
        """Ask, and delete it."""
        self.once(lambda: self._delete(id_))

    def once(self, function: Callable[[], Awaitable[object]]) -> None:
        """Start that, unless something of the page is open."""
        if not self._open:
            self._open = True
            self.house.start(self._alone, function)

    def tell(self, trouble: Trouble | None) -> None:
        """What is wrong, above the rows; or nothing."""
        text = "" if trouble is None else " ".join(filter(None, (trouble.message, trouble.hint)))
        if text != self.message.text:
            self.message.say(text)
            if text and self._shown is not None:
                self.message.pack_configure(before=self._shown)

    def body(self, widget: tkinter.Widget | None) -> None:
        """Show this below the head; ``None`` is the empty state."""
        if widget is None:
            if self._nothing is None:
                action = Action(f"Create your first {self.what}", self.new, "primary")
                icon, title = self.name.lower(), f"No {self.name.lower()} yet"
                self._nothing = EmptyState(self, icon, title, self.empty, action)
            widget = self._nothing
        if widget is not self._shown:
            if self._shown is not None:
                self._shown.pack_forget()
            widget.pack(fill="both", expand=True)
            self._shown = widget

    async def _alone(self, function: Callable[[], Awaitable[object]]) -> None:
        try:
            await function()
        finally:
            self._open = False

    async def _edit(self, id_: str | None) -> None:
        saved = await self.editor(id_)()
        if saved:
            await self.refresh()
            if saved != "deleted":
                self.choose(saved)

    async def _delete(self, id_: str) -> None:
        if await remove(self, self.house, self.what, id_, self.name_of(id_)):
            await self.refresh()
