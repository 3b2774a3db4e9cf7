"""Whether a job waits, and the words for it."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import attrs
import pytest
from hypothesis import given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from bcper.domain.model.jobs import Job
from bcper.domain.model.settings import FOREVER, Settings
from bcper.domain.model.stores import Store
from bcper.domain.policy.conditions import Facts, Waiting, waiting
from helpers.catalog_strategies import jobs, settings, stores

NOW = datetime(2026, 1, 10, 12, 0, tzinfo=UTC)
BERLIN = ZoneInfo("Europe/Berlin")
JOB = Job("1", "nightly", "item", "docs", "disk", "daily")
DISK = Store("disk", "local", "/mnt/disk")
CLOUD = Store("cloud", "rclone", "backups", "gdrive")
LOW = Facts(NOW, battery=(12, True))


def reason(
    facts: Facts, store: Store = DISK, settings: Settings | None = None, job: Job = JOB
) -> tuple[str, str]:
    found = waiting(settings or Settings(), job, store, facts, BERLIN)
    return ("", "") if found is None else (found.kind, found.reason)


@pytest.mark.parametrize(
    ("settings", "facts", "store", "kind", "words"),
    [
        (Settings(), Facts(NOW), DISK, "", ""),
        (Settings(), LOW, DISK, "battery", "Waiting: on battery at 12 %, and jobs wait below 20 %."),
        (Settings(), Facts(NOW, (20, True)), DISK, "", ""),
        (Settings(), Facts(NOW, (12, False)), DISK, "", ""),
        (Settings(battery_min=None), LOW, DISK, "", ""),
        (
            Settings(paused_until=NOW + timedelta(hours=1)),
            LOW,
            DISK,
            "paused",
            "Waiting: all jobs are paused until 14:00.",
        ),
        (
            Settings(paused_until=NOW + timedelta(hours=11)),
            LOW,
            DISK,
            "paused",
            "Waiting: all jobs are paused until 2026-01-11 00:00.",
        ),
        (
            Settings(paused_until=FOREVER),
            Facts(NOW),
            DISK,
            "paused",
            "Waiting: all jobs are paused until you resume them.",
        ),
        (Settings(paused_until=NOW), Facts(NOW), DISK, "", ""),
        (
            Settings(),
            Facts(NOW, store_there=False),
            DISK,
            "store",
            "Waiting: the store 'disk' is not there (/mnt/disk). Is its disk plugged in?",
        ),
        (Settings(), Facts(NOW, metered=True, online=False), DISK, "", ""),
        (
            Settings(),
            Facts(NOW, metered=True, online=False),
            CLOUD,
            "offline",
            "Waiting: there is no network to reach the store 'cloud'.",
        ),
        (
            Settings(),
            Facts(NOW, metered=True, online=True),
            CLOUD,
            "metered",
            "Waiting: the network is metered, and the store 'cloud' is remote.",
        ),
        (Settings(on_metered=True), Facts(NOW, metered=True, online=True), CLOUD, "", ""),
        (
            Settings(),
            Facts(NOW, store_there=False),
            CLOUD,
            "store",
            "Waiting: the store 'cloud' does not answer.",
        ),
    ],
)
def test_the_first_reason_is_told(
    settings: Settings, facts: Facts, store: Store, kind: str, words: str
) -> None:
    assert reason(facts, store, settings) == (kind, words)


def test_a_job_may_run_on_mains_power_only() -> None:
    job = attrs.evolve(JOB, only_on_power=True)
    assert reason(Facts(NOW, (100, True)), job=job) == (
        "battery",
        "Waiting: on battery, and this job runs on mains power only.",
    )
    assert reason(Facts(NOW, (1, False)), job=job) == ("", "")
    assert reason(Facts(NOW), job=job) == ("", "")


observed = st.builds(
    Facts,
    st.just(NOW),
    st.none() | st.tuples(st.integers(0, 100), st.booleans()),
    st.none() | st.booleans(),
    st.none() | st.booleans(),
    st.none() | st.booleans(),
)


def answer(settings: Settings, job: Job, store: Store, facts: Facts) -> Waiting | None:
    return waiting(settings, job, store, facts, BERLIN)


@hypothesis_settings(deadline=None)
@given(settings, jobs, stores, observed)
def test_what_it_says_is_one_line_for_a_person(
    settings: Settings, job: Job, store: Store, facts: Facts
) -> None:
    found = answer(settings, job, store, facts)
    if found is not None:
        assert found.reason.startswith("Waiting: ")
        assert found.reason.isprintable()


@hypothesis_settings(deadline=None)
@given(settings, jobs, stores)
def test_what_nobody_knows_holds_nothing_up_but_the_pause(settings: Settings, job: Job, store: Store) -> None:
    found = answer(settings, job, store, Facts(NOW))
    assert (found is not None) == settings.paused(NOW)


def mended(found: Waiting, settings: Settings, facts: Facts) -> tuple[Settings, Facts]:
    """What the job waits for has come."""
    if found.kind == "paused":
        return attrs.evolve(settings, paused_until=None), facts
    better = {
        "battery": {"battery": (0, False)},
        "metered": {"metered": False},
        "offline": {"online": True},
        "store": {"store_there": True},
    }
    return settings, attrs.evolve(facts, **better[found.kind])


@hypothesis_settings(deadline=None)
@given(settings, jobs, stores, observed)
def test_each_reason_needs_its_fact(settings: Settings, job: Job, store: Store, facts: Facts) -> None:
    found = answer(settings, job, store, facts)
    for _ in range(6):
        if found is None:
            return
        settings, facts = mended(found, settings, facts)
        again = answer(settings, job, store, facts)
        assert again is None or again.kind != found.kind
        found = again
    pytest.fail("it still waits when all is well")


@hypothesis_settings(deadline=None)
@given(settings, jobs, stores, observed, st.integers(0, 100))
def test_more_charge_never_makes_a_job_wait(
    settings: Settings, job: Job, store: Store, facts: Facts, more: int
) -> None:
    if facts.battery is None or answer(settings, job, store, facts) is not None:
        return
    percent, on_battery = facts.battery
    fuller = attrs.evolve(facts, battery=(min(100, percent + more), on_battery))
    assert answer(settings, job, store, fuller) is None


@hypothesis_settings(deadline=None)
@given(settings, jobs, stores.filter(lambda store: store.kind == "local"), observed)
def test_the_network_is_nothing_to_a_local_store(
    settings: Settings, job: Job, store: Store, facts: Facts
) -> None:
    without = attrs.evolve(facts, metered=None, online=None)
    assert answer(settings, job, store, facts) == answer(settings, job, store, without)
