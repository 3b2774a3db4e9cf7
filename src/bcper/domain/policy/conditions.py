"""Whether a job that is due runs now, or waits and why."""

from datetime import datetime, tzinfo
from typing import Literal

import attrs

from bcper.domain.model.jobs import Job
from bcper.domain.model.names import printable
from bcper.domain.model.settings import FOREVER, Settings
from bcper.domain.model.stores import Store


@attrs.frozen
class Facts:
    """What was observed of the machine at ``now`` (aware); ``None`` is what nobody could say.

    ``battery`` is its charge in percent and whether the machine runs on it; ``metered`` and ``online`` are
    of the network; ``store_there`` is whether the job's store can be seen. What is not known holds no job up:
    a run that cannot be made says so itself.
    """

    now: datetime
    battery: tuple[int, bool] | None = None
    metered: bool | None = None
    online: bool | None = None
    store_there: bool | None = None


@attrs.frozen
class Waiting:
    """Why a job waits: ``reason`` is a sentence for a person."""

    kind: Literal["paused", "battery", "store", "offline", "metered"]
    reason: str


def waiting(settings: Settings, job: Job, store: Store, facts: Facts, zone: tzinfo) -> Waiting | None:
    """Why ``job``, which goes into ``store``, waits; ``None`` if it can run. Times are told in ``zone``.

    Of several reasons the first one is told: the pause, the battery, the store, the network. This is for
    runs that begin by themselves; a person who says "now" is not asked.
    """
    for reason in (
        _paused(settings, facts, zone),
        _battery(settings, job, facts),
        _store(store, facts),
        _network(settings, store, facts),
    ):
        if reason is not None:
            return reason
    return None


def _paused(settings: Settings, facts: Facts, zone: tzinfo) -> Waiting | None:
    if settings.paused_until is None or not settings.paused(facts.now):
        return None
    if settings.paused_until >= FOREVER:
        return Waiting("paused", "Waiting: all jobs are paused until you resume them.")
    until = settings.paused_until.astimezone(zone)
    same_day = until.date() == facts.now.astimezone(zone).date()
    return Waiting(
        "paused", f"Waiting: all jobs are paused until {until:{'%H:%M' if same_day else '%Y-%m-%d %H:%M'}}."
    )


def _battery(settings: Settings, job: Job, facts: Facts) -> Waiting | None:
    if facts.battery is None:
        return None
    percent, on_battery = facts.battery
    if not on_battery:
        return None
    if job.only_on_power:
        return Waiting("battery", "Waiting: on battery, and this job runs on mains power only.")
    least = settings.battery_min
    if least is not None and percent < least:
        return Waiting("battery", f"Waiting: on battery at {percent} %, and jobs wait below {least} %.")
    return None


def _store(store: Store, facts: Facts) -> Waiting | None:
    if facts.store_there is not False or store.kind != "local":
        return None
    name, place = printable(store.name), printable(store.location)
    return Waiting("store", f"Waiting: the store {name!r} is not there ({place}). Is its disk plugged in?")


def _network(settings: Settings, store: Store, facts: Facts) -> Waiting | None:
    if store.kind == "local":
        return None
    name = printable(store.name)
    if facts.online is False:
        return Waiting("offline", f"Waiting: there is no network to reach the store {name!r}.")
    if facts.metered and not settings.on_metered:
        return Waiting("metered", f"Waiting: the network is metered, and the store {name!r} is remote.")
    if facts.store_there is False:
        return Waiting("store", f"Waiting: the store {name!r} does not answer.")
    return None
