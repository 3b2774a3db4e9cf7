"""The page Vaults."""

import tkinter
from collections.abc import Awaitable, Callable

from bcper.apps.gui.presenters.targets import VaultRow, VaultsPresenter, VaultsView
from bcper.apps.gui.views.page import House
from bcper.apps.gui.views.table_page import TablePage
from bcper.apps.gui.views.vault_editor import VaultEditorDialog
from bcper.apps.gui.widgets.columns import Column
from bcper.apps.gui.widgets.rows import Row


class VaultsPage(TablePage[VaultsView]):
    """Groups of items."""

    name = "Vaults"
    what = "vault"
    subtitle = "Group items so one job can back them up together."
    empty = (
        "A vault is a named group of items that share a password and ignore patterns. "
        "You need at least one item before you can make one."
    )
    columns = (
        Column("name", "Name", 130, sorts=False, most=240),
        Column("items", "Items", 200, stretch=True, sorts=False),
        Column("lock", "Password", 70, sorts=False),
        Column("size", "Size", 80, "right", sorts=False),
        Column("last", "Last backup", 90, sorts=False),
        Column("jobs", "Jobs", 110, sorts=False, most=200),
    )

    def __init__(self, parent: tkinter.Misc, house: House) -> None:
        super().__init__(parent, house)
        self._rows: dict[str, VaultRow] = {}
        self.presenter = VaultsPresenter(house.tools, self.show)

    async def refresh(self) -> None:
        """See Page."""
        await self.presenter.refresh()

    def editor(self, id_: str | None) -> Callable[[], Awaitable[str]]:
        """See EntityPage."""
        return VaultEditorDialog(self, self.house, id_).run

    def details(self, id_: str) -> str:
        """See TablePage."""
        row = self._rows.get(id_)
        if row is None:
            return ""
        gone = f"\nGone, and in no backup any more: {', '.join(row.missing)}" if row.missing else ""
        lock = f"\nIts password is kept in {row.lock}." if row.lock else ""
        return f"In it: {', '.join(row.items)}{gone}{lock}"

    def show(self, state: VaultsView) -> None:
        """The presenter's ``show``."""
        if not self.winfo_exists():
            return
        self.tell(state.trouble)
        self._rows = {row.id: row for row in state.rows}
        self.put([_row(row) for row in state.rows], loaded=state.loaded)


def _row(row: VaultRow) -> Row:
    return Row(
        row.id,
        (
            row.name,
            ", ".join(row.items),
            "yes" if row.lock else "no",
            row.size or "—",
            row.last or "—",
            ", ".join(row.jobs) or "—",
        ),
        mark="warning" if row.missing else "",
        icon="lock" if row.lock else "vaults",
    )
