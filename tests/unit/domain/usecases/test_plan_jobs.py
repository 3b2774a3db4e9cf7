"""What the daemon starts now, and what it looks at to know (usecases/plan_jobs.py)."""

from datetime import UTC, datetime, timedelta
from typing import Any

import attrs
import pytest

from bcper.adapters.memory.blob_store import MemoryBlobStore
from bcper.adapters.memory.catalog_repository import MemoryCatalogRepository
from bcper.adapters.memory.clock import FakeClock
from bcper.adapters.memory.network import MemoryNetwork
from bcper.adapters.memory.power import MemoryPower
from bcper.adapters.memory.rescue import MemoryRescueFiles
from bcper.adapters.memory.run_ledger import MemoryRunLedger
from bcper.adapters.memory.slots import MemorySlots
from bcper.adapters.memory.store_opener import MemoryStoreOpener
from bcper.domain.errors import ConfigurationError, LedgerDamaged
from bcper.domain.model.catalog import Catalog
from bcper.domain.model.frequency import Cron, Frequency, Once, Schedule
from bcper.domain.model.jobs import Job
from bcper.domain.model.stores import Store
from bcper.domain.model.targets import Item
from bcper.domain.policy.catch_up import Due
from bcper.domain.usecases.open_store import MARKER, OpenStore
from bcper.domain.usecases.plan_jobs import PlanJobs
from bcper.ports.blob_store import BlobStore
from bcper.ports.power import Battery

MADE = datetime(2026, 1, 1, 12, tzinfo=UTC)
SLOT = datetime(2026, 1, 1, 22, tzinfo=UTC)
DAY, HOUR, MINUTE = timedelta(days=1), timedelta(hours=1), timedelta(minutes=1)


class Asked(set[str]):
    """What a machine was asked."""


@attrs.define
class CountingPower(MemoryPower):
    asked: Asked = attrs.field(factory=Asked)

    def battery(self) -> Battery | None:
        self.asked.add("battery")
        return super().battery()


@attrs.define
class CountingNetwork(MemoryNetwork):
    asked: Asked = attrs.field(factory=Asked)

    def metered(self) -> bool | None:
        self.asked.add("network")
        return super().metered()

    def online(self) -> bool | None:
        self.asked.add("network")
        return super().online()


@attrs.define
class CountingOpener(MemoryStoreOpener):
    asked: Asked = attrs.field(factory=Asked)

    def open(self, location: str, *, create: bool, writable: bool, proven: bool = False) -> BlobStore:
        self.asked.add(location)
        return super().open(location, create=create, writable=writable, proven=proven)


class Machine:
    def __init__(self, *jobs: Job, **schedules: Schedule) -> None:
        self.clock, self.slots, self.ledger = FakeClock(MADE), MemorySlots(), MemoryRunLedger()
        self.asked = Asked()
        self.power, self.network = CountingPower(asked=self.asked), CountingNetwork(asked=self.asked)
        self.opener = CountingOpener(asked=self.asked)
        self.opened = OpenStore(self.opener, self.ledger, self.clock, MemoryRescueFiles(), "test")
        for name in ("disk", "other"):
            self.opened(f"/mnt/{name}", writable=True)
        stores = [
            Store("disk", "local", "/mnt/disk"),
            Store("other", "local", "/mnt/other"),
            Store("cloud", "rclone", "b", "c"),
        ]
        frequencies = {"daily": Cron("0 22 * * *"), **schedules}
        self.catalogs = MemoryCatalogRepository(
            Catalog(
                items={"docs": Item("docs", ("/docs",))},
                stores={store.name: store for store in stores},
                frequencies={name: Frequency(name, name, each) for name, each in frequencies.items()},
                jobs={job.id: job for job in jobs},
            )
        )
        self.asked.clear()
        self.plan = PlanJobs(self.catalogs, self.slots, self.clock, self.power, self.network, self.opened)

    def settings(self, **changes: Any) -> None:
        self.catalogs.change(
            lambda catalog: attrs.evolve(catalog, settings=attrs.evolve(catalog.settings, **changes))
        )


def job(name: str = "j", store: str = "disk", frequency: str = "daily", **more: Any) -> Job:
    made: dict[str, Any] = {"created_at": MADE, **more}
    return Job(name, name, "item", "docs", store, frequency, **made)


def test_before_its_time_nobody_is_asked() -> None:
    it = Machine(job(), job("k", "cloud"))
    agenda = it.plan()
    assert (agenda.due, agenda.missed, agenda.waiting) == ((), (), {})
    assert agenda.wake_at == SLOT
    assert agenda.revision == it.catalogs.load().revision
    assert it.asked == set()


def test_what_is_due_and_what_was_missed_oldest_first() -> None:
    it = Machine(job("b"), job("a"), job("early", frequency="noon"), noon=Cron("0 13 * * *"))
    it.clock.time = SLOT + MINUTE
    agenda = it.plan()
    assert agenda.due == (Due("a", SLOT, SLOT), Due("b", SLOT, SLOT))
    assert agenda.missed == (Due("early", MADE + HOUR, MADE + HOUR),)
    assert agenda.wake_at == MADE + DAY + HOUR
    assert it.asked == {"battery", "/mnt/disk"}


def test_the_network_is_asked_for_remote_stores_alone() -> None:
    it = Machine(job("k", "cloud"))
    it.clock.time = SLOT
    assert [each.job_id for each in it.plan().due] == ["k"]
    assert it.asked == {"battery", "network"}


def test_what_was_missed_is_let_go_where_that_is_wanted() -> None:
    it = Machine(job())
    it.settings(catch_up=False)
    it.clock.time = SLOT + HOUR
    agenda = it.plan()
    assert (agenda.due, agenda.missed) == ((), ())
    assert agenda.wake_at == SLOT + DAY
    assert it.asked == set()
    it.clock.time = SLOT + DAY
    assert it.plan().due == (Due("j", SLOT + DAY, SLOT),)


def test_jobs_at_work_disabled_and_orphaned_are_left_out() -> None:
    it = Machine(
        job("busy"), job("off", enabled=False), job("lost", store="gone"), job("odd", frequency="none")
    )
    it.clock.time = SLOT
    agenda = it.plan({"busy"})
    assert (agenda.due, agenda.missed, agenda.waiting, agenda.wake_at) == ((), (), {}, None)
    assert it.asked == set()
    assert [each.job_id for each in it.plan().due] == ["busy"]


def test_a_recorded_slot_is_not_due_again() -> None:
    it = Machine(job())
    it.clock.time = SLOT
    (each,) = it.plan().due
    assert it.slots.record(each.job_id, each.slot)
    assert it.plan().due == ()


def test_a_job_of_the_original_begins_when_it_is_first_seen() -> None:
    it = Machine(job(created_at=None))
    it.clock.time = SLOT + HOUR
    assert it.plan().missed == ()
    it.clock.time = SLOT + DAY
    (each,) = it.plan().due
    assert each.slot == SLOT + DAY
    assert it.slots.record("j", each.slot)
    it.clock.time = SLOT + 2 * DAY + HOUR
    assert [each.slot for each in it.plan().missed] == [SLOT + 2 * DAY]


def test_a_job_of_the_original_for_once_runs_once() -> None:
    it = Machine(job(created_at=None, frequency="once"), once=Once())
    for now in (SLOT, SLOT + DAY):
        it.clock.time = now
        (each,) = it.plan().due
    assert it.slots.record("j", each.slot)
    for now in (SLOT + DAY, SLOT + 2 * DAY, SLOT - 3650 * DAY):
        it.clock.time = now
        agenda = it.plan()
        assert (agenda.due, agenda.missed) == ((), ())


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("battery", "battery"),
        ("paused", "paused"),
        ("metered", "metered"),
        ("offline", "offline"),
        ("store", "store"),
    ],
)
def test_what_has_to_wait_says_why_and_then_does_not(name: str, kind: str) -> None:
    it = Machine(job("j", "cloud" if name in ("metered", "offline") else "disk"))
    it.clock.time = SLOT
    before = it.plan()
    stores = dict(it.opener.stores)
    match name:
        case "battery":
            it.power.level = Battery(19.9, on_battery=True)
        case "paused":
            it.settings(paused_until=SLOT + DAY)
        case "metered":
            it.network.costs = True
        case "offline":
            it.network.there = False
        case "store":
            it.opener.stores.clear()
    for time in (SLOT, SLOT + HOUR):  # due, and missed
        it.clock.time = time
        agenda = it.plan()
        assert (agenda.due, agenda.missed) == ((), ())
        assert agenda.waiting["j"].kind == kind
        assert agenda.wake_at == SLOT + DAY
    it.clock.time = SLOT
    it.power.level = it.network.costs = it.network.there = None
    it.opener.stores.update(stores)
    it.settings(paused_until=None)
    assert it.plan().due == before.due != ()


def test_one_disk_that_is_away_holds_up_no_other() -> None:
    it = Machine(job("j", "disk"), job("k", "other"))
    it.clock.time = SLOT
    del it.opener.stores["/mnt/disk"]
    agenda = it.plan()
    assert [each.job_id for each in agenda.due] == ["k"]
    assert set(agenda.waiting) == {"j"}


def test_another_disk_in_its_place_is_waited_out() -> None:
    it = Machine(job())
    it.clock.time = SLOT
    for other in (it.opener.stores["/mnt/other"], MemoryBlobStore("/mnt/disk")):
        it.opener.stores["/mnt/disk"] = other
        assert it.plan().waiting["j"].kind == "store"


def test_a_folder_that_has_never_been_a_store_is_for_its_first_run_to_make_one() -> None:
    """As the stores of the original's configuration are: nobody has looked into them yet."""
    it = Machine(job("j", "new"))
    it.catalogs.change(
        lambda catalog: attrs.evolve(
            catalog, stores={**catalog.stores, "new": Store("new", "local", "/mnt/new")}
        )
    )
    it.clock.time = SLOT
    assert it.plan().waiting["j"].kind == "store"
    blobs = it.opener.stores["/mnt/new"] = MemoryBlobStore("/mnt/new")
    assert [each.job_id for each in it.plan().due] == ["j"]
    assert list(blobs.list()) == []
    assert it.ledger.store_id("/mnt/new") is None


def test_a_store_with_a_damaged_marker_is_for_its_run_to_complain_of() -> None:
    it = Machine(job())
    it.clock.time = SLOT
    blobs = it.opener.stores["/mnt/disk"]
    blobs.delete(MARKER)
    blobs.put(MARKER, b"{")
    assert [each.job_id for each in it.plan().due] == ["j"]


def test_what_cannot_be_read_is_an_error() -> None:
    it = Machine(job())

    class Damaged(MemoryCatalogRepository):
        def load(self) -> Catalog:
            raise ConfigurationError("It is damaged.")

    class Lost(MemorySlots):
        def recorded(self) -> Any:
            raise LedgerDamaged("It is damaged.")

    with pytest.raises(ConfigurationError):
        attrs.evolve(it.plan, catalogs=Damaged())()
    with pytest.raises(LedgerDamaged):
        attrs.evolve(it.plan, slots=Lost())()


def test_a_store_that_does_not_answer_waits_and_holds_up_no_other() -> None:
    it = Machine(job(), job("k", "other"))
    it.clock.time = SLOT
    hung = "/mnt/disk"
    it.plan = attrs.evolve(it.plan, patience=lambda key, ask: None if key == hung else ask())
    agenda = it.plan()
    assert [each.job_id for each in agenda.due] == ["k"]
    assert agenda.waiting["j"].kind == "store"
