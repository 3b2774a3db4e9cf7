"""Frequencies: listed, added, changed."""

import attrs

from bcper.domain.errors import UsageError
from bcper.domain.model.catalog import Catalog
from bcper.domain.model.frequency import Cron, Frequency, Once, Schedule
from bcper.domain.model.names import printable, safe_name
from bcper.domain.model.requests.jobs import (
    AddFrequency,
    CheckSchedule,
    EditFrequency,
    FrequencyView,
    ListFrequencies,
    ScheduleCheck,
    When,
)
from bcper.domain.policy.cron import parse_cron
from bcper.domain.policy.frequency_builder import describe, from_builder, parse_interval, to_builder
from bcper.domain.policy.references import users_of_frequency
from bcper.domain.policy.schedule import next_firings
from bcper.ports.catalog_repository import CatalogRepository
from bcper.ports.clock import Clock


@attrs.frozen
class EditFrequencies:
    """See the requests of the same names."""

    catalogs: CatalogRepository
    clock: Clock

    def list(self, request: ListFrequencies) -> tuple[FrequencyView, ...]:
        """By id."""
        catalog = self.catalogs.load()
        return tuple(
            self._view(catalog, catalog.frequencies[key], request.count)
            for key in sorted(catalog.frequencies)
        )

    def add(self, request: AddFrequency) -> FrequencyView:
        """Raises UsageError, with the reason; ConfigurationError."""
        safe_name(request.id)
        frequency = Frequency(request.id, request.name, self._schedule(request.when, None))

        def edit(catalog: Catalog) -> Catalog:
            if frequency.id in catalog.frequencies:
                raise UsageError(
                    f"There is a frequency {printable(frequency.id)!r} already.", "frequency edit changes it."
                )
            return attrs.evolve(catalog, frequencies={**catalog.frequencies, frequency.id: frequency})

        return self._view(self.catalogs.change(edit), frequency, 5)

    def edit(self, request: EditFrequency) -> FrequencyView:
        """Raises UsageError, ConfigurationError."""

        def edit(catalog: Catalog) -> Catalog:
            before = known_frequency(catalog, request.id)
            after = attrs.evolve(
                before,
                name=before.name if request.name is None else request.name,
                schedule=before.schedule
                if request.when is None
                else self._schedule(request.when, before.schedule),
            )
            jobs = catalog.jobs
            if after.schedule != before.schedule:
                # Slots of the new schedule that lie behind were never missed.
                now = self.clock.now()
                jobs = {
                    key: attrs.evolve(job, created_at=now) if job.frequency_id == after.id else job
                    for key, job in jobs.items()
                }
            frequencies = {**catalog.frequencies, after.id: after}
            return attrs.evolve(catalog, frequencies=frequencies, jobs=jobs)

        catalog = self.catalogs.change(edit)
        return self._view(catalog, catalog.frequencies[request.id], 5)

    def check(self, request: CheckSchedule) -> ScheduleCheck:
        """Raises nothing for a schedule that is refused: the answer says why."""
        try:
            schedule = self._schedule(request.when, None)
        except UsageError as error:
            return ScheduleCheck(error=str(error), hint=error.hint)
        zone = self.clock.local_zone()
        return ScheduleCheck(
            describe(schedule, zone),
            schedule.expression if isinstance(schedule, Cron) else None,
            to_builder(schedule),
            next_firings(schedule, self.clock.now(), zone, request.count),
        )

    def _schedule(self, when: When, before: Schedule | None) -> Schedule:
        given = (when.cron is not None) + (when.every is not None) + when.once
        if given != 1:
            raise UsageError("Say when in one way.", "Give one of --cron, --every and --once.")
        now = self.clock.now()
        if when.once or (when.cron is not None and when.cron.strip().lower() == "once"):
            if when.at is not None and when.at <= now:
                raise UsageError("That time has passed.", "Give a time to come, or none for at once.")
            return Once(when.at)
        if when.cron is not None:
            return parse_cron(when.cron)
        interval = parse_interval(when.every or "")
        # The same words again must not move the phase.
        if before is not None and to_builder(before) == interval:
            return before
        return from_builder(interval, now, self.clock.local_zone())

    def _view(self, catalog: Catalog, frequency: Frequency, count: int) -> FrequencyView:
        zone = self.clock.local_zone()
        return FrequencyView(
            frequency,
            describe(frequency.schedule, zone),
            next_firings(frequency.schedule, self.clock.now(), zone, count),
            tuple(user.name for user in users_of_frequency(catalog, frequency.id)),
        )


def known_frequency(catalog: Catalog, key: str) -> Frequency:
    """The frequency of that id. Raises UsageError."""
    frequency = catalog.frequencies.get(key)
    if frequency is None:
        raise UsageError(
            f"There is no frequency {printable(key)!r}.", "bcper-cli frequency list shows the frequencies."
        )
    return frequency
