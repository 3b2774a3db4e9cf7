"""Jobs: listed, added, changed, deleted; and what refers to nothing any more."""

from collections.abc import Sequence

import attrs

from bcper.domain.errors import UsageError
from bcper.domain.model.catalog import Catalog
from bcper.domain.model.jobs import Job, check_job
from bcper.domain.model.names import printable, safe_name
from bcper.domain.model.requests.jobs import (
    AS_SETTINGS,
    AddJob,
    CleanOrphans,
    DeleteJob,
    EditJob,
    JobView,
    ListJobs,
    OrphanLine,
)
from bcper.domain.model.requests.targets import Removed
from bcper.domain.policy.frequency_builder import describe
from bcper.domain.policy.job_runs import by_job
from bcper.domain.policy.orphans import gaps, orphans
from bcper.domain.policy.schedule import next_firing
from bcper.domain.usecases.edit_frequencies import known_frequency
from bcper.domain.usecases.edit_items import known_item
from bcper.domain.usecases.edit_vaults import known_vault
from bcper.domain.usecases.places import known_store
from bcper.ports.catalog_repository import CatalogRepository
from bcper.ports.clock import Clock
from bcper.ports.run_ledger import RunLedger

_CHANGED = (
    *("target_type", "target_name", "store_name", "frequency_id", "keep", "enabled"),
    *("before", "after", "hook_seconds", "ping_url", "warn_after_days", "only_on_power"),
)
"""Fields of a job that go by the same name in EditJob."""


@attrs.frozen
class EditJobs:
    """See the requests of the same names."""

    catalogs: CatalogRepository
    ledger: RunLedger
    clock: Clock

    def list(self, _: ListJobs) -> tuple[JobView, ...]:
        """By name."""
        catalog = self.catalogs.load()
        jobs = sorted(catalog.jobs.values(), key=lambda job: (job.name, job.id))
        return self._views(catalog, jobs)

    def add(self, request: AddJob) -> JobView:
        """Raises UsageError, ConfigurationError."""
        job = Job(
            self.clock.new_id(),
            request.name,
            request.target_type,
            request.target_name,
            request.store_name,
            request.frequency_id,
            request.keep,
            request.enabled,
            self.clock.now(),
            request.before,
            request.after,
            request.hook_seconds,
            request.ping_url,
            request.warn_after_days,
            request.only_on_power,
        )

        def edit(catalog: Catalog) -> Catalog:
            _check(catalog, job)
            return attrs.evolve(catalog, jobs={**catalog.jobs, job.id: job})

        return self._views(self.catalogs.change(edit), [job])[0]

    def edit(self, request: EditJob) -> JobView:
        """Raises UsageError, ConfigurationError."""
        given = {key: value for key in _CHANGED if (value := getattr(request, key)) is not None}
        if request.warn_after_days == AS_SETTINGS:
            given["warn_after_days"] = None
        if request.new_name is not None:
            given["name"] = request.new_name

        def edit(catalog: Catalog) -> Catalog:
            before = known_job(catalog, request.name)
            job = attrs.evolve(before, **given)
            # Its slots count from now: what passed while it was another, or off, was not missed.
            if job.frequency_id != before.frequency_id or (job.enabled and not before.enabled):
                job = attrs.evolve(job, created_at=self.clock.now())
            _check(catalog, job)
            return attrs.evolve(catalog, jobs={**catalog.jobs, job.id: job})

        name = request.name if request.new_name is None else request.new_name
        catalog = self.catalogs.change(edit)
        return self._views(catalog, [known_job(catalog, name)])[0]

    def delete(self, request: DeleteJob) -> Removed:
        """Raises UsageError, ConfigurationError."""
        gone: list[Job] = []

        def edit(catalog: Catalog) -> Catalog:
            gone[:] = [known_job(catalog, request.name)]
            return _without(catalog, gone)

        self.catalogs.change(edit)
        return Removed(gone[0].name)

    def clean(self, request: CleanOrphans) -> tuple[OrphanLine, ...]:
        """Raises ConfigurationError."""
        found: list[OrphanLine] = []

        def edit(catalog: Catalog) -> Catalog:
            lost, holes = orphans(catalog), gaps(catalog)
            found[:] = [OrphanLine("job", orphan.job.name, orphan.reason) for orphan in lost]
            found.extend(OrphanLine("vault", gap.vault.name, gap.reason) for gap in holes)
            vaults = {**catalog.vaults, **{gap.vault.name: gap.mended for gap in holes}}
            return _without(attrs.evolve(catalog, vaults=vaults), [orphan.job for orphan in lost])

        if request.dry_run:
            edit(self.catalogs.load())
        else:
            self.catalogs.change(edit)
        return tuple(found)

    def _views(self, catalog: Catalog, jobs: Sequence[Job]) -> tuple[JobView, ...]:
        now, zone = self.clock.now(), self.clock.local_zone()
        lost = {orphan.job.id: orphan.reason for orphan in orphans(catalog)}
        runs = by_job(self.ledger.list() if jobs else (), catalog.jobs.values())
        views = []
        for job in jobs:
            frequency = catalog.frequencies.get(job.frequency_id)
            schedule = frequency.schedule if frequency is not None else None
            views.append(
                JobView(
                    job,
                    describe(schedule, zone) if schedule is not None else "",
                    next_firing(schedule, now, zone) if schedule is not None and job.enabled else None,
                    next(iter(runs[job.id]), None),
                    lost.get(job.id, ""),
                )
            )
        return tuple(views)


def known_job(catalog: Catalog, name: str) -> Job:
    """The job of that name, or of that id. Raises UsageError."""
    for job in catalog.jobs.values():
        if name in (job.name, job.id):
            return job
    raise UsageError(f"There is no job {printable(name)!r}.", "bcper-cli job list shows the jobs.")


def _check(catalog: Catalog, job: Job) -> None:
    check_job(job)
    folder = safe_name(job.name)
    for other in catalog.jobs.values():
        # Two jobs in one folder of a store would prune each other's runs.
        if other.id != job.id and safe_name(other.name).casefold() == folder.casefold():
            raise UsageError(f"There is a job {printable(other.name)!r} already.", "Give another name.")
    if job.target_type == "item":
        known_item(catalog, job.target_name)
    else:
        known_vault(catalog, job.target_name)
    known_store(catalog, job.store_name)
    known_frequency(catalog, job.frequency_id)


def _without(catalog: Catalog, gone: list[Job]) -> Catalog:
    ids = {job.id for job in gone}
    return attrs.evolve(catalog, jobs={key: job for key, job in catalog.jobs.items() if key not in ids})
