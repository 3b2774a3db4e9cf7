"""Deleting what is configured: what goes along is said before."""

from typing import Literal

import attrs

from bcper.apps.gui.presenters.base import Presenter, Show, Tools, Trouble
from bcper.apps.words import counted, listed
from bcper.domain.model.jobs import Job
from bcper.domain.model.names import printable
from bcper.domain.model.requests.jobs import DeleteFrequency, DeleteJob, ListJobs
from bcper.domain.model.requests.stores import DeleteStore
from bcper.domain.model.requests.targets import DeleteTarget, ListVaults, Removed

What = Literal["item", "vault", "store", "frequency", "job"]

_STAYS: dict[What, str] = {
    "item": "Its files are not touched, and its backups stay in their stores.",
    "vault": "Its items stay, and its backups stay in their stores.",
    "store": "It is only forgotten: nothing in the store itself is touched.",
    "frequency": "",
    "job": "Its backups stay in their store and in the list.",
}


@attrs.frozen
class RemovalView:
    """The question; ``deed`` is the button's text. ``along`` are sentences on what goes with it.

    ``ready`` once that is known. ``removed`` says what was done.
    """

    title: str
    text: str
    deed: str
    along: tuple[str, ...] = ()
    ready: bool = False
    working: bool = False
    removed: str = ""
    trouble: Trouble | None = None


class Removal(Presenter[RemovalView]):
    """``open``, then ``confirm`` or nothing."""

    def __init__(self, tools: Tools, show: Show[RemovalView], what: What, id_: str, name: str = "") -> None:
        """``id_`` is what it is asked for by: a name, or an id of a frequency or a job."""
        self._what = what
        self._id = id_
        shown = printable(name or id_)
        super().__init__(
            tools, show, RemovalView(f"Delete the {what} “{shown}”?", _STAYS[what], f"Delete {what}")
        )

    async def open(self) -> None:
        """See what uses it."""
        with self._telling():
            vaults = []
            if self._what == "item":
                for view in await self._tools.ask(ListVaults()):
                    if self._id in view.vault.items:
                        vaults.append((view.vault.name, len(view.vault.items) == 1))
            jobs = [view.job.name for view in await self._tools.ask(ListJobs()) if self._uses(view.job)]
            along = []
            if vaults:
                along.append(f"It is taken out of {listed([_quoted(name) for name, _ in vaults])}.")
            if empty := [_quoted(name) for name, last in vaults if last]:
                along.append(f"Nothing would be left in {listed(empty)}.")
            if jobs:
                many = counted(len(jobs), "job")
                along.append(f"With it {many} would go: {listed([_quoted(name) for name in jobs])}.")
                self._set(deed=f"Delete {self._what} and {many}")
            self._set(along=tuple(along), ready=True)

    async def confirm(self) -> None:
        """Delete it, with all that was said."""
        if not self._state.ready or self._state.working:
            return
        self._set(working=True)
        try:
            with self._telling():
                removed = await self._tools.ask(self._request())
                self._set(removed=_said(self._what, removed))
        finally:
            self._set(working=False)

    def _uses(self, job: Job) -> bool:
        match self._what:
            case "item" | "vault":
                return (job.target_type, job.target_name) == (self._what, self._id)
            case "store":
                return job.store_name == self._id
            case "frequency":
                return job.frequency_id == self._id
            case "job":
                return False

    def _request(self) -> DeleteTarget | DeleteStore | DeleteFrequency | DeleteJob:
        match self._what:
            case "item" | "vault":
                return DeleteTarget(self._what, self._id, cascade=True)
            case "store":
                return DeleteStore(self._id, cascade=True)
            case "frequency":
                return DeleteFrequency(self._id, cascade=True)
            case "job":
                return DeleteJob(self._id)


def _quoted(name: str) -> str:
    return f"“{printable(name)}”"


def _said(what: What, removed: Removed) -> str:
    jobs = f" and {counted(len(removed.jobs), 'job')}" if removed.jobs else ""
    return f"Deleted the {what} {_quoted(removed.name)}{jobs}."
