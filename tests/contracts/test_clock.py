"""What every Clock promises (ports.clock), on the machine's and on the fake."""

import os
import time
import uuid
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest

from bcper.adapters.memory.clock import FakeClock
from bcper.adapters.system.clock import SystemClock
from bcper.ports.clock import Clock


@pytest.fixture(params=["system", "fake"])
def clock(request: pytest.FixtureRequest) -> Clock:
    return SystemClock() if request.param == "system" else FakeClock()


@pytest.fixture
def zone(monkeypatch: pytest.MonkeyPatch) -> Iterator[pytest.MonkeyPatch]:
    """Whatever a test does to TZ is undone, for the C library too."""
    with monkeypatch.context() as changed:
        changed.delenv("TZ", raising=False)
        yield changed
    time.tzset()


def test_the_time_is_aware_and_in_utc(clock: Clock) -> None:
    assert clock.now().tzinfo is UTC


def test_the_monotonic_clock_never_goes_back(clock: Clock) -> None:
    seen = [clock.monotonic() for _ in range(100)]
    assert seen == sorted(seen)
    assert all(isinstance(seconds, float) for seconds in seen)


def test_ids_are_fresh_random_uuids_in_canonical_form(clock: Clock) -> None:
    ids = [clock.new_id() for _ in range(100)]
    assert len(set(ids)) == 100
    for one in ids:
        assert str(uuid.UUID(one)) == one
        assert uuid.UUID(one).version == 4
        assert uuid.UUID(one).variant == uuid.RFC_4122


def test_the_zone_and_the_machine_have_names(clock: Clock) -> None:
    assert clock.timezone()
    assert clock.host()


def test_the_machines_clock_is_the_machines() -> None:
    before = datetime.now(UTC)
    assert before <= SystemClock().now() <= datetime.now(UTC)
    assert SystemClock().host() == os.uname().nodename


@pytest.mark.parametrize(
    ("told", "zone_name"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        (":Europe/Berlin", "Europe/Berlin"),
        (":/usr/share/zoneinfo/Asia/Tokyo", "Asia/Tokyo"),
        ("/usr/share/zoneinfo/posix/Asia/Tokyo", "Asia/Tokyo"),
        ("XYZ-3", "XYZ"),
        ("../../etc/passwd", "UTC"),
    ],
)
def test_tz_says_the_zone(zone: pytest.MonkeyPatch, told: str, zone_name: str) -> None:
    zone.setenv("TZ", told)
    time.tzset()
    assert SystemClock(localtime="/none", zone_file="/none").timezone() == zone_name


def test_the_zone_link_goes_before_the_zone_file(zone: pytest.MonkeyPatch, tmp_path: Path) -> None:
    zones = tmp_path / "zoneinfo" / "Asia"
    zones.mkdir(parents=True)
    (zones / "Tokyo").write_bytes(b"")
    (tmp_path / "localtime").symlink_to("zoneinfo/Asia/Tokyo")
    (tmp_path / "plain").write_bytes(b"a copy of a zone")
    (tmp_path / "timezone").write_text("Europe/Berlin\n")
    link, plain, written = (str(tmp_path / name) for name in ("localtime", "plain", "timezone"))
    assert SystemClock(localtime=link, zone_file=written).timezone() == "Asia/Tokyo"
    assert SystemClock(localtime=plain, zone_file=written).timezone() == "Europe/Berlin"


@pytest.mark.parametrize("text", ["", "nonsense\n", "../../etc/passwd\n", "/etc/passwd\n", "é\0\n"])
def test_a_machine_that_does_not_say_gives_its_abbreviation(
    zone: pytest.MonkeyPatch, tmp_path: Path, text: str
) -> None:
    (tmp_path / "timezone").write_text(text)
    clock = SystemClock(localtime=str(tmp_path / "none"), zone_file=str(tmp_path / "timezone"))
    assert clock.timezone() == datetime.now(UTC).astimezone().tzname()


def test_the_fake_goes_when_it_is_told_to() -> None:
    clock = FakeClock()
    start, seconds = clock.now(), clock.monotonic()
    assert clock.now() == start
    clock.advance(90.5)
    assert (clock.now() - start, clock.monotonic() - seconds) == (timedelta(seconds=90.5), 90.5)
    clock.time = datetime(2000, 1, 1, 9, tzinfo=timezone(timedelta(hours=9)))
    assert clock.now() == datetime(2000, 1, 1, tzinfo=UTC)
    assert clock.now().tzinfo is UTC
    assert clock.monotonic() - seconds == 90.5
    with pytest.raises(ValueError, match="backwards"):
        clock.advance(-1)


def test_fakes_of_one_seed_give_the_same_ids() -> None:
    one, same, other = FakeClock(), FakeClock(), FakeClock(seed=1)
    assert [one.new_id() for _ in range(3)] == [same.new_id() for _ in range(3)]
    assert one.new_id() != other.new_id()
