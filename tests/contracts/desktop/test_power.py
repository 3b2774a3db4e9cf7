"""What every Power promises (ports.power): UPower on a real bus, the kernel's files, and the fake."""

from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import pytest

from bcper.adapters.dbus.bus import Bus
from bcper.adapters.dbus.upower import UPowerPower
from bcper.adapters.memory.power import MemoryPower
from bcper.adapters.system.power_supply import SysfsPower
from bcper.ports.power import Battery, Power
from helpers.bus import PATIENT, properties, service

UPOWER = "org.freedesktop.UPower"
DISPLAY = "/org/freedesktop/UPower/devices/DisplayDevice"

Given = Callable[[Battery | None], Power]


def supply(folder: Path, name: str, **attributes: object) -> None:
    (folder / name).mkdir(parents=True)
    lines = [f"POWER_SUPPLY_{key.upper()}={told}" for key, told in {"name": name, **attributes}.items()]
    (folder / name / "uevent").write_text("\n".join(lines) + "\n")


def upower(
    percent: float, *, on_battery: bool, present: bool = True, kind: int = 2
) -> dict[tuple[str, str], dict[str, tuple[str, Any]]]:
    return {
        ("/org/freedesktop/UPower", UPOWER): {"OnBattery": ("b", on_battery), "LidIsPresent": ("b", True)},
        (DISPLAY, f"{UPOWER}.Device"): {
            "Percentage": ("d", percent),
            "IsPresent": ("b", present),
            "Type": ("u", kind),
            "IconName": ("s", "battery"),
        },
    }


@pytest.fixture(params=["upower", "sysfs", "memory"])
def given(request: pytest.FixtureRequest, tmp_path: Path, address: str) -> Iterator[Given]:
    with ExitStack() as stack:

        def made(battery: Battery | None) -> Power:
            if request.param == "memory":
                return MemoryPower(battery)
            if request.param == "upower":
                found = (
                    upower(0.0, on_battery=False, present=False, kind=0)
                    if battery is None
                    else upower(battery.percent, on_battery=battery.on_battery)
                )
                stack.enter_context(service(address, UPOWER, properties(found)))
                return UPowerPower(MemoryPower(Battery(1.0, on_battery=True)), Bus(address, PATIENT))
            supply(tmp_path, "AC", type="Mains", online=int(battery is None or not battery.on_battery))
            if battery is not None:
                status = "Discharging" if battery.on_battery else "Charging"
                supply(tmp_path, "BAT0", type="Battery", status=status, capacity=round(battery.percent))
            return SysfsPower(str(tmp_path))

        yield made


@pytest.mark.parametrize(
    "battery",
    [None, Battery(100, on_battery=False), Battery(7, on_battery=True), Battery(0, on_battery=True)],
)
def test_the_battery_is_told(given: Given, battery: Battery | None) -> None:
    power = given(battery)
    assert power.battery() == battery
    assert power.battery() == battery


def test_a_ups_counts_as_a_battery(address: str) -> None:
    with service(address, UPOWER, properties(upower(50, on_battery=True, kind=3))):
        assert UPowerPower(MemoryPower(), Bus(address, PATIENT)).battery() == Battery(50, on_battery=True)


@pytest.mark.parametrize("percent", [float("nan"), -1.0, 100.5, float("inf")])
def test_a_level_that_is_none_is_not_believed(address: str, percent: float) -> None:
    otherwise = Battery(33, on_battery=False)
    with service(address, UPOWER, properties(upower(percent, on_battery=True))):
        assert UPowerPower(MemoryPower(otherwise), Bus(address, PATIENT)).battery() == otherwise


def test_two_batteries_are_one_by_what_they_hold(tmp_path: Path) -> None:
    supply(tmp_path, "BAT0", type="Battery", status="Full", energy_now=10, energy_full=10, capacity=100)
    supply(tmp_path, "BAT1", type="Battery", status="Discharging", energy_now=0, energy_full=30, capacity=0)
    assert SysfsPower(str(tmp_path)).battery() == Battery(25, on_battery=True)


def test_batteries_without_a_common_unit_are_averaged(tmp_path: Path) -> None:
    supply(tmp_path, "BAT0", type="Battery", status="Full", energy_now=10, energy_full=10, capacity=100)
    supply(tmp_path, "BAT1", type="Battery", status="Full", charge_now=1, charge_full=2, capacity=50)
    assert SysfsPower(str(tmp_path)).battery() == Battery(75, on_battery=False)


def test_what_is_no_battery_of_the_machine_does_not_count(tmp_path: Path) -> None:
    supply(tmp_path, "mouse", type="Battery", scope="Device", status="Discharging", capacity=3)
    supply(tmp_path, "BAT1", type="Battery", present=0, status="Unknown")
    supply(tmp_path, "broken", type="Battery", status="Discharging", capacity="many")
    (tmp_path / "empty").mkdir()
    (tmp_path / "odd").write_bytes(b"\xff\0")
    assert SysfsPower(str(tmp_path)).battery() is None
    supply(tmp_path, "BAT0", type="Battery", status="Discharging", energy_now=5, energy_full=0, capacity=40)
    assert SysfsPower(str(tmp_path)).battery() is not None


def test_a_charger_that_is_plugged_in_counts_though_the_battery_discharges(tmp_path: Path) -> None:
    supply(tmp_path, "BAT0", type="Battery", status="Discharging", capacity=40)
    supply(tmp_path, "ucsi", type="USB", online=1)
    assert SysfsPower(str(tmp_path)).battery() == Battery(40, on_battery=False)


def test_a_machine_without_such_a_folder_has_none(tmp_path: Path) -> None:
    assert SysfsPower(str(tmp_path / "none")).battery() is None
