"""The page Items."""

import tkinter
from collections.abc import Awaitable, Callable

from bcper.apps.gui.presenters.targets import ItemRow, ItemsPresenter, ItemsView
from bcper.apps.gui.views.item_editor import ItemEditorDialog
from bcper.apps.gui.views.page import House
from bcper.apps.gui.views.table_page import TablePage
from bcper.apps.gui.widgets.columns import Column
from bcper.apps.gui.widgets.rows import Row
from bcper.apps.words import counted


class ItemsPage(TablePage[ItemsView]):
    """What there is to back up."""

    name = "Items"
    what = "item"
    subtitle = "An item is a set of files and folders that are backed up together."
    empty = "An item names files and folders that belong together: your documents, your mail, your photos."
    columns = (
        Column("name", "Name", 130, sorts=False, most=240),
        Column("paths", "Paths", 180, stretch=True, sorts=False, most=200),
        Column("lock", "Password", 70, sorts=False),
        Column("size", "Size", 80, "right", sorts=False),
        Column("files", "Files", 70, "right", sorts=False),
        Column("last", "Last backup", 90, sorts=False),
        Column("vaults", "Vaults", 70, sorts=False, most=130),
        Column("jobs", "Jobs", 70, sorts=False, most=130),
    )

    def __init__(self, parent: tkinter.Misc, house: House) -> None:
        super().__init__(parent, house)
        self._rows: dict[str, ItemRow] = {}
        self.presenter = ItemsPresenter(house.tools, self.show)

    async def refresh(self) -> None:
        """See Page."""
        await self.presenter.refresh()

    def editor(self, id_: str | None) -> Callable[[], Awaitable[str]]:
        """See EntityPage."""
        return ItemEditorDialog(self, self.house, id_).run

    def details(self, id_: str) -> str:
        """See TablePage."""
        row = self._rows.get(id_)
        if row is None:
            return ""
        more = f"\nand {counted(len(row.paths) - 4, 'more path')}" if len(row.paths) > 4 else ""
        lock = f"Its password is kept in {row.lock}." if row.lock else "It has no password of its own."
        return "\n".join(row.paths[:4]) + more + f"\n{lock}"

    def show(self, state: ItemsView) -> None:
        """The presenter's ``show``."""
        if not self.winfo_exists():
            return
        self.tell(state.trouble)
        self._rows = {row.id: row for row in state.rows}
        self.put([_row(row) for row in state.rows], loaded=state.loaded)


def _row(row: ItemRow) -> Row:
    first = row.paths[0] if row.paths else ""
    paths = f"{len(row.paths):,} paths, {first}" if len(row.paths) > 1 else first
    return Row(
        row.id,
        (
            row.name,
            paths,
            "yes" if row.lock else "no",
            row.size or "—",
            row.files or "—",
            row.last or "—",
            ", ".join(row.vaults) or "—",
            ", ".join(row.jobs) or "—",
        ),
        icon="lock" if row.lock else "folder",
    )
