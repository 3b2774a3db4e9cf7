"""The whole look, on fakes: what is wrong becomes a finding, whatever it is."""

from collections.abc import Callable, Iterator, Sequence
from datetime import UTC, datetime
from typing import Any

import attrs
import pytest

from bcper.adapters.memory.at_once import MemoryAtOnce
from bcper.adapters.memory.autostart import MemoryAutostart
from bcper.adapters.memory.clock import FakeClock
from bcper.adapters.memory.daemon_control import MemoryDaemonControl
from bcper.adapters.memory.locks import MemoryLocks
from bcper.adapters.memory.looks import (
    MemoryCatalogLook,
    MemoryLedgerLook,
    MemoryRcloneLook,
    MemorySecretsLook,
)
from bcper.adapters.memory.machine import MemoryMachine
from bcper.adapters.memory.progress import RecordingProgress
from bcper.adapters.memory.rescue import MemoryRescueFiles
from bcper.adapters.memory.store_opener import MemoryStoreOpener
from bcper.domain.errors import ConfigurationError, DaemonError, LedgerDamaged
from bcper.domain.model.catalog import Catalog
from bcper.domain.model.checkup import Checkup, KeptPlaces, RcloneSeen, State
from bcper.domain.model.requests.daemon import DaemonInfo, Status
from bcper.domain.model.runs import RunStatus, lock_name
from bcper.domain.model.stores import Store
from bcper.domain.usecases.check_stores import CheckStore
from bcper.domain.usecases.check_up import CheckUp
from bcper.domain.usecases.open_store import OpenStore
from bcper.domain.usecases.show_status import StatusOf
from bcper.ports.at_once import Late
from helpers.runs import a_run

NOW = datetime(2026, 7, 1, 12, tzinfo=UTC)
PLACES = KeptPlaces("/h/.config/bcper", (), "/h/data", "/h/cache", "/tmp", "/h/data/rclone")


class House:
    """Every fake; ``disk`` is a store that is in order."""

    def __init__(self) -> None:
        self.machine = MemoryMachine()
        self.ledger = MemoryLedgerLook()
        self.locks = MemoryLocks()
        self.clock = FakeClock(NOW)
        self.opener = MemoryStoreOpener()
        self.rescue = MemoryRescueFiles()
        self.rclone = MemoryRcloneLook()
        self.control = MemoryDaemonControl()
        self.secrets = MemorySecretsLook()
        self.late: tuple[int, ...] = ()
        self.daemon: Callable[..., Any] = lambda _request, _sink=None: pytest.fail("nobody is there")
        opened = OpenStore(self.opener, self.ledger, self.clock, self.rescue, "t")("/mnt/disk", writable=True)
        self.blobs = opened.blobs
        self.disk = Store("disk", "local", "/mnt/disk", store_id=opened.store_id)
        self.catalogs = MemoryCatalogLook(Catalog(stores={"disk": self.disk}))
        self.sink = RecordingProgress()

    def look(self, **more: Any) -> Checkup:
        status = StatusOf(self.catalogs, self.ledger, self.clock)  # type: ignore[arg-type]
        store = CheckStore(self.opener, self.ledger, self.locks, self.rescue, self.rclone)
        return CheckUp(
            machine=self.machine,
            catalogs=self.catalogs,
            ledger=self.ledger,
            secrets=self.secrets,
            rclone=self.rclone,
            locks=self.locks,
            daemon_control=self.control,
            daemon=self.daemon,
            autostart=MemoryAutostart(),
            clock=self.clock,
            check_store=store,
            status=status,
            at_once=MemoryAtOnce(self.late),
            places=PLACES,
            version="1.0",
            daemon_lock="bcperd",
        )(self.sink, **more)

    def said(self, group: str) -> list[tuple[State, str]]:
        found = self.look()
        return [(each.state, each.what) for each in found.findings if each.group == group]


@pytest.fixture
def house() -> House:
    return House()


def test_where_all_is_well_nothing_is_a_problem(house: House) -> None:
    found = house.look(report=True)
    assert {each.state for each in found.findings} == {State.OK}
    groups = list(dict.fromkeys(each.group for each in found.findings))
    assert groups == [
        *("Python", "Window", "Passwords", "rclone", "Permissions", "Disk", "Time", "Daemon"),
        *("Settings", "List of runs", "Stores", "Jobs"),
    ]
    assert found.system
    assert found.libraries
    assert house.look().system == {}


def test_settings_that_cannot_be_read_leave_the_rest_to_be_looked_at(house: House) -> None:
    house.catalogs.error = ConfigurationError("It is damaged.", "Mend it.")
    found = house.look()
    assert [each.what for each in found.findings if each.state is State.PROBLEM] == ["It is damaged."]
    unchecked = [each.group for each in found.findings if each.state is State.UNCHECKED]
    assert unchecked == ["Stores", "Jobs"]
    assert found.count(State.OK) >= 9


def test_a_list_that_is_damaged_is_told_once(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    house.ledger.wrong = "page 3 is never used"
    assert "page 3" in house.said("List of runs")[0][1]

    def damaged(*_: object, **__: object) -> None:
        raise LedgerDamaged("It is damaged.")

    for name in ("list", "store_id"):
        monkeypatch.setattr(house.ledger, name, damaged)
    found = house.look()
    assert [each.group for each in found.findings if each.state is State.PROBLEM] == ["List of runs"]


def test_a_bug_in_a_check_is_a_finding_and_no_end(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def bug() -> None:
        raise ZeroDivisionError("Tr0ub4dor")

    monkeypatch.setattr(MemorySecretsLook, "look", lambda _: bug())
    (said,) = house.said("Passwords")
    assert said == (State.UNCHECKED, "This could not be checked (ZeroDivisionError): the keyring.")


def test_who_hangs_is_told_of_and_a_store_that_does_is_a_problem(house: House) -> None:
    house.late = tuple(range(20))
    found = house.look()
    assert found.count(State.OK) == 0
    house.late = (10,)
    assert house.said("Stores") == [(State.PROBLEM, "The store disk did not answer within 10 seconds.")]
    assert house.sink.steps[-1].current == "the store disk"


def test_what_was_found_before_it_was_given_up_counts(house: House, monkeypatch: pytest.MonkeyPatch) -> None:
    def too_late(_: object, asks: Sequence[tuple[float, Callable[[], object]]], __: object) -> Iterator[Late]:
        for _seconds, ask in asks:
            ask()
            yield Late()

    all_well = house.said("Stores")
    monkeypatch.setattr(MemoryAtOnce, "__call__", too_late)
    *found, (state, what) = house.said("Stores")
    assert found == all_well
    assert state is State.UNCHECKED
    assert what == "The store disk was not looked at to the end in 10 seconds."


def test_a_daemon_that_answers_or_does_not(house: House) -> None:
    house.control.pid = 7
    house.daemon = lambda _request, _sink=None: Status(DaemonInfo(7, "1.0", NOW), None, (), ())
    assert house.said("Daemon")[0][0] is State.OK

    def hung(_request: object, _sink: object = None) -> Status:
        raise DaemonError("The daemon does not answer.", "Restart it.")

    house.daemon = hung
    assert house.said("Daemon")[0] == (State.PROBLEM, "The daemon does not answer.")
    house.control.pid = None
    with house.locks.hold("bcperd"):
        assert "its socket is gone" in house.said("Daemon")[0][1]


def test_stores_can_be_left_alone(house: House) -> None:
    house.opener = MemoryStoreOpener()  # anything asked of it would fail
    (finding,) = [each for each in house.look(stores=False).findings if each.group == "Stores"]
    assert (finding.state, finding.what) == (State.UNCHECKED, "Stores were left out, as you wished.")


def test_another_disk_and_no_disk_are_told_apart(house: House) -> None:
    house.catalogs.catalog = Catalog(stores={"disk": attrs.evolve(house.disk, store_id="other")})
    assert "another store than before" in house.said("Stores")[0][1]
    house.blobs.delete(".bcper-store.json")
    assert "its marker is missing" in house.said("Stores")[0][1]
    house.catalogs.catalog = Catalog(stores={"gone": Store("gone", "local", "/mnt/gone", store_id="s")})
    assert house.said("Stores")[0][0] is State.PROBLEM


def test_what_was_left_in_a_store_is_counted_unless_a_run_is_at_it(house: House) -> None:
    house.blobs.put("job/11111111-1111-1111-1111-111111111111/a.tar.gz", b"half")
    house.blobs.put("job/22222222-2222-2222-2222-222222222222/a.tar.gz", b"whole")
    house.blobs.put("job/22222222-2222-2222-2222-222222222222/a.meta.json", b"{}")
    assert [said for said in house.said("Stores") if said[0] is State.HINT] == [
        (State.HINT, "In disk 1 run without an end lie about.")
    ]
    run = attrs.evolve(a_run("1", NOW, RunStatus.RUNNING), store="/mnt/disk")
    house.ledger.add(run)
    with house.locks.hold(lock_name(run)):
        assert [state for state, _ in house.said("Stores")] == [State.OK]
    assert "1 run did not end" in house.said("Stores")[1][1]


def test_old_rescue_files_are_told(house: House) -> None:
    name = house.rescue.names[0]
    house.blobs.replace(name, b"# BCPER restore 0\n")
    assert name in house.said("Stores")[1][1]


def test_a_remote_says_nothing_to_strangers(house: House) -> None:
    remote = Store("cloud", "rclone", "Tr0ub4dor/path", "alicesnas")
    house.catalogs.catalog = Catalog(stores={"cloud": remote})
    (finding,) = [each for each in house.look().findings if each.group == "Stores"]
    assert finding.state is State.PROBLEM
    assert "Tr0ub4dor" not in finding.public
    assert "alicesnas" not in finding.public
    assert finding.public.startswith("cloud is on a remote")
    house.rclone.seen = RcloneSeen("")
    assert house.said("Stores") == [(State.UNCHECKED, "cloud is on a remote, and rclone is not here.")]
