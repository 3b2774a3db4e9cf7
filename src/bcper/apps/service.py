"""BCPER in this process: requests answered by the use cases."""

from collections.abc import Callable
from typing import TYPE_CHECKING, Any, TypeVar, cast

from bcper.domain.model.progress import Progress
from bcper.domain.model.requests import jobs, stores, targets
from bcper.domain.model.requests.base import Request
from bcper.ports.progress import ProgressSink

if TYPE_CHECKING:
    from bcper.apps.container import Container

R = TypeVar("R")
Answer = Callable[["Container", Any, ProgressSink], object]


class _Silent:
    def step(self, progress: Progress) -> None:
        """Nobody watches, nobody cancels."""


class LocalService:
    """See :class:`~bcper.ports.service.BackupService`."""

    def __init__(self, container: "Container") -> None:
        self._container = container

    def __call__(self, request: Request[R], sink: ProgressSink | None = None) -> R:
        """See the port."""
        answer = ANSWERS[type(request)]
        return cast("R", answer(self._container, request, sink or _Silent()))


ANSWERS: dict[type[Request[Any]], Answer] = {
    targets.ListItems: lambda c, request, _: c.edit_items().list(request),
    targets.AddItem: lambda c, request, _: c.edit_items().add(request),
    targets.EditItem: lambda c, request, _: c.edit_items().edit(request),
    targets.ListVaults: lambda c, request, _: c.edit_vaults().list(request),
    targets.AddVault: lambda c, request, _: c.edit_vaults().add(request),
    targets.EditVault: lambda c, request, _: c.edit_vaults().edit(request),
    targets.DeleteTarget: lambda c, request, _: c.delete_entities().target(request),
    stores.ListStores: lambda c, request, _: c.edit_stores().list(request),
    stores.AddStore: lambda c, request, _: c.edit_stores().add(request),
    stores.EditStore: lambda c, request, _: c.edit_stores().edit(request),
    stores.DeleteStore: lambda c, request, _: c.delete_entities().store(request),
    stores.TestStore: lambda c, request, _: c.edit_stores().test(request),
    stores.ImportStore: lambda c, request, _: c.import_store()(request),
    jobs.ListFrequencies: lambda c, request, _: c.edit_frequencies().list(request),
    jobs.AddFrequency: lambda c, request, _: c.edit_frequencies().add(request),
    jobs.EditFrequency: lambda c, request, _: c.edit_frequencies().edit(request),
    jobs.DeleteFrequency: lambda c, request, _: c.delete_entities().frequency(request),
    jobs.ListJobs: lambda c, request, _: c.edit_jobs().list(request),
    jobs.AddJob: lambda c, request, _: c.edit_jobs().add(request),
    jobs.EditJob: lambda c, request, _: c.edit_jobs().edit(request),
    jobs.DeleteJob: lambda c, request, _: c.edit_jobs().delete(request),
    jobs.CleanOrphans: lambda c, request, _: c.edit_jobs().clean(request),
    jobs.RunJob: lambda c, request, sink: c.run_job()(request, sink),
    jobs.PruneJob: lambda c, request, sink: c.prune()(request, sink),
    jobs.PinRun: lambda c, request, _: c.prune().pin(request),
}
"""Who answers each request: the whole list of what BCPER can be asked."""
