"""Telling a person what they did not ask for: failures, backups that are overdue, recovery."""

import attrs

from bcper.domain.policy.attention import Watched, notices
from bcper.domain.policy.job_runs import by_job
from bcper.ports.catalog_repository import CatalogRepository
from bcper.ports.clock import Clock
from bcper.ports.notices import Notices
from bcper.ports.notifier import Notifier
from bcper.ports.run_ledger import RunLedger

_TITLE = "BCPER"


@attrs.frozen
class Attend:
    """Look at every job, and say what there is to say."""

    catalogs: CatalogRepository
    ledger: RunLedger
    clock: Clock
    notices: Notices
    notifier: Notifier

    def __call__(self) -> tuple[str, ...]:
        """What was said. Each is said once, whether or not a desktop was there to show it: the log is.

        Raises ConfigurationError, LedgerDamaged.
        """
        catalog = self.catalogs.load()
        if not catalog.jobs:
            return ()
        runs = by_job(self.ledger.list(history=True), catalog.jobs.values())
        watched = []
        for job in catalog.jobs.values():
            frequency = catalog.frequencies.get(job.frequency_id)
            schedule = frequency.schedule if frequency is not None else None
            watched.append(Watched(job, schedule, runs[job.id], self.notices.get(job.id)))
        found = notices(watched, catalog.settings, self.clock.now(), self.clock.local_zone())
        for notice in found:
            self.notifier.notify(_TITLE, notice.text, urgent=notice.kind != "recovery")
            self.notices.put(notice.job_id, notice.told)
        return tuple(notice.text for notice in found)
