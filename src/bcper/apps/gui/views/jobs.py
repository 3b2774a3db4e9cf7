"""The page Jobs: a card for each."""

import tkinter
from collections.abc import Awaitable, Callable

from bcper.apps.gui.presenters.jobs import JobRow, JobsPresenter, JobsView
from bcper.apps.gui.views.entity_page import EntityPage
from bcper.apps.gui.views.job_editor import JobEditorDialog
from bcper.apps.gui.views.job_row import Deeds, JobCard
from bcper.apps.gui.views.page import House
from bcper.apps.gui.views.prune import prune
from bcper.apps.gui.widgets.base import theme_of
from bcper.apps.gui.widgets.layout import ScrollFrame
from bcper.domain.model.events import Activity


class JobsPage(EntityPage[JobsView]):
    """Cards stay what they are while their job does."""

    name = "Jobs"
    what = "job"
    subtitle = "A job links what to back up, where, and how often."
    empty = "A job backs up an item or a vault into a store, as often as its frequency says."

    def __init__(self, parent: tkinter.Misc, house: House) -> None:
        super().__init__(parent, house)
        self.scroll = ScrollFrame(self)
        self.cards: dict[str, JobCard] = {}
        self._deeds = Deeds(
            edit=self.edit,
            switch=lambda id_, on: house.start(self._switch, id_, on),
            run=lambda id_: house.start(self.presenter.run_now, id_),
            cancel=lambda id_: house.start(self.presenter.cancel, id_),
            delete=self.delete,
            prune=lambda id_: self.once(lambda: self._prune(id_)),
            last=lambda run_id: house.go("Backups", run_id),
            step=self._step,
        )
        self._noted = ""
        self._wanted = ""
        self._arriving = False
        self.presenter = JobsPresenter(house.tools, self.show)

    async def refresh(self) -> None:
        """See Page."""
        await self.presenter.refresh()

    def works(self, activities: tuple[Activity, ...]) -> None:
        """See Page."""
        self.presenter.works(activities)

    def arrived(self) -> None:
        """See Page."""
        cards = list(self.cards.values())
        self._arriving = not cards
        if cards:
            cards[0].focus_set()

    def choose(self, id_: str) -> None:
        """See Page."""
        self._wanted = id_
        card = next((card for card in self.cards.values() if id_ in (card.row.id, card.row.name)), None)
        if card is not None:
            self._wanted = ""
            card.focus_set()

    def editor(self, id_: str | None) -> Callable[[], Awaitable[str]]:
        """See EntityPage."""
        return JobEditorDialog(self, self.house, id_).run

    def show(self, state: JobsView) -> None:
        """The presenter's ``show``."""
        if not self.winfo_exists():
            return
        self.tell(state.trouble)
        if state.note != self._noted:
            self._noted = state.note
            if state.note:
                self.house.say(state.note)
        if state.loaded:
            self.body(self.scroll if state.rows else None)
            self._arrange(state.rows)
        if (
            self._arriving
            and self.cards
            and self.winfo_viewable()
            and not self.tk.call("grab", "current", self)
        ):
            self.arrived()
        if self._wanted:
            self.choose(self._wanted)

    def name_of(self, id_: str) -> str:
        """See EntityPage."""
        return self.cards[id_].row.name

    def _arrange(self, rows: tuple[JobRow, ...]) -> None:
        there = {row.id for row in rows}
        for id_ in [each for each in self.cards if each not in there]:
            self.cards.pop(id_).destroy()
        for row in rows:
            if row.id in self.cards:
                if self.cards[row.id].row != row:
                    self.cards[row.id].show(row)
            else:
                self.cards[row.id] = JobCard(self.scroll.inside, row, self._deeds)
        order = [self.cards[row.id] for row in rows]
        if order != self.scroll.inside.pack_slaves():
            for card in order:
                card.pack_forget()
            for card in order:
                card.pack(fill="x", pady=(0, theme_of(self).px(8)))
                card.lift()

    def _step(self, id_: str, way: int) -> None:
        cards = self.scroll.inside.pack_slaves()
        at = cards.index(self.cards[id_]) + way
        if 0 <= at < len(cards):
            cards[at].focus_set()

    async def _switch(self, id_: str, on: bool) -> None:
        await self.presenter.set_enabled(id_, enabled=on)
        if id_ in self.cards:  # what was refused is shown as it is
            self.cards[id_].show(self.cards[id_].row)

    async def _prune(self, id_: str) -> None:
        await prune(self, self.house, id_, self.name_of(id_))
        await self.refresh()
