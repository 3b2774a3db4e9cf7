"""Asking before what a job's keep rules do not keep is deleted."""

import tkinter

from bcper.apps.gui.presenters.prune import Prune, PruneView
from bcper.apps.gui.views.page import House
from bcper.apps.gui.widgets.dialog import confirm, tell


async def prune(parent: tkinter.Misc, house: House, job_id: str, name: str) -> None:
    """Say what would go, and delete it if that is wanted."""
    shown: list[PruneView] = []
    presenter = Prune(house.tools, shown.append, job_id, name)
    await presenter.open()
    view = shown[-1]
    if view.ready and not view.deed:
        await tell(parent, view.title, view.text)
        return
    if view.ready:
        if not await confirm(parent, view.title, view.deed, text=view.text, things=view.going):
            return
        await presenter.confirm()
        view = shown[-1]
    if view.trouble is not None:
        await tell(parent, view.title, " ".join(filter(None, (view.trouble.message, view.trouble.hint))))
    elif view.done:
        house.say(view.done)
