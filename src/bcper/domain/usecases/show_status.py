"""How every job stands, and what goes on."""

from collections.abc import Mapping, Sequence

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
from bcper.domain.policy.job_runs import is_of_job
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
        now = self.clock.now()
        paused = catalog.settings.paused_until if catalog.settings.paused(now) else None
        jobs = sorted(catalog.jobs.values(), key=lambda job: (job.name, job.id))
        runs = self.ledger.list(history=True) if jobs else ()
        return Status(
            daemon,
            paused,
            tuple(self._state(catalog, job, runs, waiting.get(job.id)) for job in jobs),
            activities,
            notes,
        )

    def cancel(self, _: CancelRun) -> tuple[Activity, ...]:
        """Raises DaemonError: what another command does is that command's."""
        raise DaemonError(_NO_DAEMON, "A run of another command is cancelled there, by Ctrl-C.")

    def stop(self, _: StopDaemon) -> bool:
        """Raises DaemonError: there is none."""
        raise DaemonError(_NO_DAEMON, _START)

    def _state(self, catalog: Catalog, job: Job, runs: Sequence[Run], why: Waiting | None) -> JobState:
        now, zone = self.clock.now(), self.clock.local_zone()
        frequency = catalog.frequencies.get(job.frequency_id)
        schedule = frequency.schedule if frequency is not None else None
        own = [run for run in runs if is_of_job(run, job.id, job.name, catalog.jobs)]
        trouble = next((lost.reason for lost in orphans(catalog) if lost.job.id == job.id), "")
        worry = overdue(Watched(job, schedule, own), catalog.settings, now, zone) if job.enabled else ""
        return JobState(
            job,
            next_firing(schedule, now, zone) if schedule is not None and job.enabled else None,
            why.reason if why is not None else "",
            own[0] if own else None,
            next((run for run in own if run.status.restorable and run.pruned_at is None), None),
            trouble,
            worry,
        )
