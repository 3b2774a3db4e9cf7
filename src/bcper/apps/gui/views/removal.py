"""Asking before something configured is deleted, and what goes with it."""

import tkinter

from bcper.apps.gui.presenters.removal import Removal, RemovalView, What
from bcper.apps.gui.views.page import House
from bcper.apps.gui.widgets.dialog import ConfirmDialog, tell


async def remove(parent: tkinter.Misc, house: House, what: What, id_: str, name: str = "") -> bool:
    """Ask, and delete it; whether it is gone. See :class:`~bcper.apps.gui.presenters.removal.Removal`."""
    shown: list[RemovalView] = []
    removal = Removal(house.tools, shown.append, what, id_, name)
    await removal.open()
    view = shown[-1]
    if view.ready:
        things = [(sentence, "") for sentence in view.along[1:]]
        warning = view.along[0] if view.along else ""
        dialog = ConfirmDialog(parent, view.title, view.deed, text=view.text, things=things, warning=warning)
        if await dialog.result() != "deed":
            return False
        await removal.confirm()
        view = shown[-1]
    if view.trouble is not None:
        await tell(parent, view.title, " ".join(filter(None, (view.trouble.message, view.trouble.hint))))
        return False
    house.say(view.removed)
    return True
