"""What the daemon starts now, what waits and why, and when to look again."""

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from functools import partial

import attrs

from bcper.domain.model.catalog import Catalog
from bcper.domain.model.frequency import Once, Schedule
from bcper.domain.model.jobs import Job
from bcper.domain.model.stores import Store
from bcper.domain.policy.catch_up import Due, Scheduled, due, missed, next_wakeup
from bcper.domain.policy.conditions import Facts, Waiting, waiting
from bcper.domain.policy.orphans import orphans
from bcper.domain.usecases.open_store import OpenStore
from bcper.domain.usecases.places import place_of
from bcper.ports.catalog_repository import CatalogRepository
from bcper.ports.clock import Clock
from bcper.ports.network import Network
from bcper.ports.patience import Patience
from bcper.ports.power import Power
from bcper.ports.slots import Slots

_EVER = datetime(1970, 1, 1, tzinfo=UTC)


@attrs.frozen
class Agenda:
    """What is to be done.

    ``due`` are jobs to start now, ``missed`` those to catch up on, one after the other, both oldest first.
    ``waiting`` says by job id why a job whose time has come does not run yet. ``wake_at`` (UTC) is the next
    time at which a slot becomes due. ``revision`` is the configuration's.
    """

    due: tuple[Due, ...]
    missed: tuple[Due, ...]
    waiting: Mapping[str, Waiting]
    wake_at: datetime | None
    revision: int


def _at_once(key: str, ask: Callable[[], bool]) -> bool:  # noqa: ARG001 - the port's
    return ask()


@attrs.frozen
class PlanJobs:
    """Look at the configuration, the clock and the machine."""

    catalogs: CatalogRepository
    slots: Slots
    clock: Clock
    power: Power
    network: Network
    open_store: OpenStore
    patience: Patience = _at_once

    def __call__(self, busy: Collection[str] = ()) -> Agenda:
        """The agenda; jobs whose ids are in ``busy`` are at work, and left out of it.

        The machine is only looked at when a job's time has come. Raises ConfigurationError, LedgerDamaged.
        """
        catalog = self.catalogs.load()
        now, zone = self.clock.now(), self.clock.local_zone()
        scheduled = [each for each in self._scheduled(catalog, now) if each.job_id not in busy]
        due_now = due(scheduled, now, zone)
        late = missed(scheduled, now, zone) if catalog.settings.catch_up else ()
        held = self._held(catalog, now, [*due_now, *late])
        return Agenda(
            tuple(each for each in due_now if each.job_id not in held),
            tuple(each for each in late if each.job_id not in held),
            held,
            next_wakeup(scheduled, now, zone),
            catalog.revision,
        )

    def _scheduled(self, catalog: Catalog, now: datetime) -> Iterator[Scheduled]:
        recorded = self.slots.recorded()
        lost = {orphan.job.id for orphan in orphans(catalog)}
        for job in catalog.jobs.values():
            if job.enabled and job.id not in lost:
                used = tuple(recorded.get(job.id, ()))
                schedule = catalog.frequencies[job.frequency_id].schedule
                since = job.created_at or self._begin(job, schedule, used, now)
                yield Scheduled(job.id, schedule, since, used)

    def _begin(self, job: Job, schedule: Schedule, used: Sequence[datetime], now: datetime) -> datetime:
        """A job that was taken over from the original's configuration begins when it is first seen.

        One that runs once, as soon as possible, has been waiting for ever: what is recorded is its run.
        """
        if schedule == Once():
            return _EVER
        if not used:
            self.slots.record(job.id, now)
        return min(used, default=now)

    def _held(self, catalog: Catalog, now: datetime, wanted: Collection[Due]) -> dict[str, Waiting]:
        if not wanted:
            return {}
        zone, battery = self.clock.local_zone(), self.power.battery()
        jobs = [catalog.jobs[each.job_id] for each in wanted]
        remote = any(catalog.stores[job.store_name].kind != "local" for job in jobs)
        general = Facts(
            now,
            None if battery is None else (int(battery.percent), battery.on_battery),
            self.network.metered() if remote else None,
            self.network.online() if remote else None,
        )
        there = {name: self._is_there(catalog.stores[name]) for name in {job.store_name for job in jobs}}
        held = {}
        for job in jobs:
            facts = attrs.evolve(general, store_there=there[job.store_name])
            why = waiting(catalog.settings, job, catalog.stores[job.store_name], facts, zone)
            if why is not None:
                held[job.id] = why
        return held

    def _is_there(self, store: Store) -> bool | None:
        """A store that does not answer is not there: the others' jobs must not wait for it."""
        if store.kind != "local":
            return None
        place = place_of(store)
        return self.patience(place, partial(self.open_store.is_there, place)) is True
