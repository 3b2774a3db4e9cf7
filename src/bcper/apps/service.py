"""BCPER in this process: requests answered by the use cases."""

from typing import TYPE_CHECKING, TypeVar, cast

from bcper.domain.model.progress import Progress
from bcper.domain.model.requests.base import Request
from bcper.ports.progress import ProgressSink

if TYPE_CHECKING:
    from bcper.apps.container import Container

R = TypeVar("R")


class _Silent:
    def step(self, progress: Progress) -> None:
        """Nobody watches, nobody cancels."""


class LocalService:
    """See :class:`~bcper.ports.service.BackupService`."""

    def __init__(self, container: "Container") -> None:
        self._container = container

    def __call__(self, request: Request[R], sink: ProgressSink | None = None) -> R:
        """See the port."""
        name, method = ANSWERS[type(request).__name__]
        answer = getattr(getattr(self._container, name)(), method)
        watched = (sink or _Silent(),) if type(request).__name__ in WATCHED else ()
        return cast("R", answer(request, *watched))


ANSWERS = {
    "ListItems": ("edit_items", "list"),
    "AddItem": ("edit_items", "add"),
    "EditItem": ("edit_items", "edit"),
    "PreviewItem": ("preview_item", "__call__"),
    "PreviewPaths": ("preview_item", "paths"),
    "ListVaults": ("edit_vaults", "list"),
    "AddVault": ("edit_vaults", "add"),
    "EditVault": ("edit_vaults", "edit"),
    "DeleteTarget": ("delete_entities", "target"),
    "ListStores": ("edit_stores", "list"),
    "ListRemotes": ("show_remotes", "__call__"),
    "AddStore": ("edit_stores", "add"),
    "EditStore": ("edit_stores", "edit"),
    "DeleteStore": ("delete_entities", "store"),
    "TestStore": ("edit_stores", "test"),
    "ImportStore": ("import_store", "__call__"),
    "ListFrequencies": ("edit_frequencies", "list"),
    "AddFrequency": ("edit_frequencies", "add"),
    "EditFrequency": ("edit_frequencies", "edit"),
    "CheckSchedule": ("edit_frequencies", "check"),
    "DeleteFrequency": ("delete_entities", "frequency"),
    "ListJobs": ("edit_jobs", "list"),
    "AddJob": ("edit_jobs", "add"),
    "EditJob": ("edit_jobs", "edit"),
    "DeleteJob": ("edit_jobs", "delete"),
    "CleanOrphans": ("edit_jobs", "clean"),
    "RunJob": ("hooked_run", "__call__"),
    "PruneJob": ("prune", "__call__"),
    "PinRun": ("prune", "pin"),
    "BackUpNow": ("back_up_now", "__call__"),
    "ListRuns": ("look_into", "list"),
    "ShowRun": ("look_into", "show"),
    "ListEntries": ("look_into", "entries"),
    "DiffRuns": ("compare", "diff"),
    "FindFiles": ("compare", "find"),
    "FindLocked": ("look_into", "locked"),
    "RestoreRun": ("restore", "__call__"),
    "VerifyRun": ("verify", "__call__"),
    "LastProof": ("show_proof", "__call__"),
    "DeleteRun": ("delete", "__call__"),
    "ShowStatus": ("status", "show"),
    "CancelRun": ("status", "cancel"),
    "StopDaemon": ("status", "stop"),
    "ShowSettings": ("edit_settings", "show"),
    "EditSettings": ("edit_settings", "edit"),
    "Pause": ("edit_settings", "pause"),
    "Resume": ("edit_settings", "resume"),
}
"""Who answers each request, by its name: a provider of the container, and its method.

All that BCPER can be asked. By name, because importing every request costs a command 20 ms.
"""

WATCHED = frozenset(
    (
        *("PreviewItem", "PreviewPaths", "RunJob", "PruneJob", "BackUpNow"),
        *("RestoreRun", "VerifyRun", "DeleteRun", "ImportStore"),
    )
)
"""Those that take long: they tell how far they are, and can be cancelled."""
