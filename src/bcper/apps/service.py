"""BCPER in this process: requests answered by the use cases."""

from typing import TYPE_CHECKING, Any, TypeVar, cast

from bcper.domain.model.progress import Progress
from bcper.domain.model.requests import jobs, stores, targets
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
        name, method = ANSWERS[type(request)]
        answer = getattr(getattr(self._container, name)(), method)
        watched = (sink or _Silent(),) if type(request) in WATCHED else ()
        return cast("R", answer(request, *watched))


ANSWERS: dict[type[Request[Any]], tuple[str, str]] = {
    targets.ListItems: ("edit_items", "list"),
    targets.AddItem: ("edit_items", "add"),
    targets.EditItem: ("edit_items", "edit"),
    targets.PreviewItem: ("preview_item", "__call__"),
    targets.ListVaults: ("edit_vaults", "list"),
    targets.AddVault: ("edit_vaults", "add"),
    targets.EditVault: ("edit_vaults", "edit"),
    targets.DeleteTarget: ("delete_entities", "target"),
    stores.ListStores: ("edit_stores", "list"),
    stores.AddStore: ("edit_stores", "add"),
    stores.EditStore: ("edit_stores", "edit"),
    stores.DeleteStore: ("delete_entities", "store"),
    stores.TestStore: ("edit_stores", "test"),
    stores.ImportStore: ("import_store", "__call__"),
    jobs.ListFrequencies: ("edit_frequencies", "list"),
    jobs.AddFrequency: ("edit_frequencies", "add"),
    jobs.EditFrequency: ("edit_frequencies", "edit"),
    jobs.DeleteFrequency: ("delete_entities", "frequency"),
    jobs.ListJobs: ("edit_jobs", "list"),
    jobs.AddJob: ("edit_jobs", "add"),
    jobs.EditJob: ("edit_jobs", "edit"),
    jobs.DeleteJob: ("edit_jobs", "delete"),
    jobs.CleanOrphans: ("edit_jobs", "clean"),
    jobs.RunJob: ("run_job", "__call__"),
    jobs.PruneJob: ("prune", "__call__"),
    jobs.PinRun: ("prune", "pin"),
}
"""Who answers each request (a provider of the container, and its method): all that BCPER can be asked."""

WATCHED = frozenset((targets.PreviewItem, jobs.RunJob, jobs.PruneJob))
"""Those that take long: they tell how far they are, and can be cancelled."""
