"""The line above the backups: search, store, job, chips."""

import tkinter
from typing import Any, cast

from bcper.apps.gui.presenters.backups import BackupsPresenter, BackupsView, ChipKey
from bcper.apps.gui.widgets.base import Frame, theme_of
from bcper.apps.gui.widgets.choices import ChipBar, Choice
from bcper.apps.gui.widgets.entries import SearchField


class BackupFilters(Frame):
    """Chips go below the rest where there is no room beside it. Give it its ``presenter`` before use."""

    def __init__(self, parent: tkinter.Misc) -> None:
        super().__init__(parent)
        self.presenter: BackupsPresenter | None = None
        px = theme_of(self).px
        self._left = Frame(self)
        self.search = SearchField(self._left, self._search, width=24)
        self.stores = Choice(self._left, [("", "All stores")], self._filter, 12)
        self.jobs = Choice(self._left, [("", "All jobs")], self._filter, 12)
        for widget in (self.search, self.stores, self.jobs):
            widget.pack(side="left", padx=(0, px(8)))
        self.chips = ChipBar(self, self._filter)
        self.columnconfigure(1, weight=1)
        self._left.grid(row=0, column=0, sticky="w")
        self._beside: bool | None = None
        self.bind("<Configure>", self._place)

    def tell(self, state: BackupsView) -> None:
        """Show what can be filtered by, and what is."""
        self.stores.offer([("", "All stores"), *((name, name) for name in state.stores)])
        self.jobs.offer([("", "All jobs"), *((name, name) for name in state.jobs)])
        self.stores.put(state.store or "")
        self.jobs.put(state.job or "")
        self.chips.show([(chip.key, chip.label, chip.count) for chip in state.chips], state.chip)
        self.search.put(state.search)
        self.after_idle(self._place)  # once Tk knows how wide the new words are

    def clear(self) -> None:
        """Show every backup again."""
        if self.presenter is not None:
            self.presenter.filter()
            self.presenter.search("")

    def _search(self, text: str) -> None:
        if self.presenter is not None:
            self.presenter.search(text)

    def _filter(self, _key: str) -> None:
        if self.presenter is not None:
            chip = cast("ChipKey", self.chips.key or "all")
            self.presenter.filter(store=self.stores.key or None, job=self.jobs.key or None, chip=chip)

    def _place(self, _event: "tkinter.Event[Any] | None" = None) -> None:
        if not self.winfo_exists():
            return
        px = theme_of(self).px
        beside = self._left.winfo_reqwidth() + self.chips.winfo_reqwidth() <= self.winfo_width()
        if beside != self._beside:
            self._beside = beside
            if beside:
                self.chips.grid(row=0, column=1, sticky="e", pady=0)
            else:
                self.chips.grid(row=1, column=0, columnspan=2, sticky="w", pady=(px(8), 0))
