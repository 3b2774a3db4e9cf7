"""The page Frequencies."""

import tkinter
from collections.abc import Awaitable, Callable

from bcper.apps.gui.presenters.frequencies import FrequenciesPresenter, FrequenciesView, FrequencyRow
from bcper.apps.gui.views.frequency_editor import FrequencyEditorDialog
from bcper.apps.gui.views.page import House
from bcper.apps.gui.views.table_page import TablePage
from bcper.apps.gui.widgets.columns import Column
from bcper.apps.gui.widgets.rows import Row


class FrequenciesPage(TablePage[FrequenciesView]):
    """When jobs run."""

    name = "Frequencies"
    what = "frequency"
    subtitle = "A frequency says when jobs run; several jobs may share one."
    empty = "A frequency says when: every night at ten, each Sunday, once on Christmas Eve."
    columns = (
        Column("name", "Name", 140, sorts=False, most=240),
        Column("words", "When", 160, stretch=True, sorts=False),
        Column("cron", "Cron", 100, sorts=False, most=200),
        Column("next", "Next", 120, sorts=False, most=220),
        Column("jobs", "Used by", 140, sorts=False, most=260),
    )

    def __init__(self, parent: tkinter.Misc, house: House) -> None:
        super().__init__(parent, house)
        self._rows: dict[str, FrequencyRow] = {}
        self.presenter = FrequenciesPresenter(house.tools, self.show)

    async def refresh(self) -> None:
        """See Page."""
        await self.presenter.refresh()

    def editor(self, id_: str | None) -> Callable[[], Awaitable[str]]:
        """See EntityPage."""
        return FrequencyEditorDialog(self, self.house, id_).run

    def name_of(self, id_: str) -> str:
        """See EntityPage."""
        return self._rows[id_].name

    def details(self, id_: str) -> str:
        """See TablePage."""
        row = self._rows.get(id_)
        return f"Next: {' · '.join(row.next) or 'never again'}" if row is not None else ""

    def show(self, state: FrequenciesView) -> None:
        """The presenter's ``show``."""
        if not self.winfo_exists():
            return
        self.tell(state.trouble)
        self._rows = {row.id: row for row in state.rows}
        self.put([_row(row) for row in state.rows], loaded=state.loaded)


def _row(row: FrequencyRow) -> Row:
    upcoming = row.next[0] if row.next else "never again"
    cells = (row.name, row.words, row.cron or "—", upcoming, ", ".join(row.jobs) or "—")
    return Row(row.id, cells, icon="frequencies")
