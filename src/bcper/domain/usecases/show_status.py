"""How every job stands, and what goes on."""

from collections.abc import Mapping, Sequence
from datetime import datetime, tzinfo

import attrs

from bcper.domain.errors import DaemonError
from bcper.domain.model.catalog import Catalog
from bcper.domain.model.events import Activity
from bcper.domain.model.jobs import Job
from bcper.domain.model.requests.daemon import (
    CancelRun,
    DaemonInfo,
    JobState,
    ShowStatus,
    Status,
    StopDaemon,
)
from bcper.domain.model.runs import Run
from bcper.domain.policy.attention import Watched, overdue
from bcper.domain.policy.conditions import Waiting
from bcper.domain.policy.job_runs import by_job
from bcper.domain.policy.orphans import orphans
from bcper.domain.policy.schedule import next_firing
from bcper.ports.catalog_repository import CatalogRepository
from bcper.ports.clock import Clock
from bcper.ports.run_ledger import RunLedger

_NO_DAEMON = "The daemon does not run."
_START = "Start it: bcper-cli daemon start"


@attrs.frozen
class StatusOf:
    """The status as the configuration and the list of runs tell it, and as a daemon adds to it."""

    catalogs: CatalogRepository
    ledger: RunLedger
    clock: Clock

    def show(self, _: ShowStatus) -> Status:
        """Where no daemon runs. Raises ConfigurationError."""
        return self.full(None, {}, ())

    def full(
        self,
        daemon: DaemonInfo | None,
        waiting: Mapping[str, Waiting],
        activities: tuple[Activity, ...],
        notes: tuple[str, ...] = (),
    ) -> Status:
        """``waiting`` says by job id why a job waits. Raises ConfigurationError."""
        catalog = self.catalogs.load()
        now, zone = self.clock.now(), self.clock.local_zone()
        paused = catalog.settings.paused_until if catalog.settings.paused(now) else None
        jobs = sorted(catalog.jobs.values(), key=lambda job: (job.name, job.id))
        runs = by_job(self.ledger.list(history=True) if jobs else (), jobs)
        lost = {orphan.job.id: orphan.reason for orphan in orphans(catalog)}
        return Status(
            daemon,
            paused,
            tuple(
                attrs.evolve(
                    _state(catalog, job, runs[job.id], now, zone),
                    waiting=waiting[job.id].reason if job.id in waiting else "",
                    trouble=lost.get(job.id, ""),
                )
                for job in jobs
            ),
            activities,
            notes,
        )

    def cancel(self, _: CancelRun) -> tuple[Activity, ...]:
        """Raises DaemonError: what another command does is that command's."""
        raise DaemonError(_NO_DAEMON, "A run of another command is cancelled there, by Ctrl-C.")

    def stop(self, _: StopDaemon) -> bool:
        """Raises DaemonError: there is none."""
        raise DaemonError(_NO_DAEMON, _START)


def _state(catalog: Catalog, job: Job, own: Sequence[Run], now: datetime, zone: tzinfo) -> JobState:
    """What the configuration and its runs, newest first, say of a job."""
    frequency = catalog.frequencies.get(job.frequency_id)
    schedule = frequency.schedule if frequency is not None else None
    return JobState(
        job,
        next_firing(schedule, now, zone) if schedule is not None and job.enabled else None,
        "",
        next(iter(own), None),
        next((run for run in own if run.status.restorable and run.pruned_at is None), None),
        "",
        overdue(Watched(job, schedule, own), catalog.settings, now, zone) if job.enabled else "",
    )
