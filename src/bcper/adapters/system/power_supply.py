"""The battery as the kernel tells it (Documentation/ABI/testing/sysfs-class-power)."""

import os
from collections.abc import Mapping, Sequence

import attrs

from bcper.ports.power import Battery

_PAIRS = (("energy_now", "energy_full"), ("charge_now", "charge_full"))


@attrs.frozen
class SysfsPower:
    """See :class:`~bcper.ports.power.Power`; ``folder`` holds a folder for each supply."""

    folder: str = "/sys/class/power_supply"

    def battery(self) -> Battery | None:
        """See the port; on battery is who discharges one while no line feeds the machine."""
        supplies = self._supplies()
        batteries = [one for one in supplies if _is_battery(one)]
        percent = _percent(batteries)
        if percent is None:
            return None
        fed = any(
            one.get("online") == "1" for one in supplies if one.get("type") in ("Mains", "USB", "Wireless")
        )
        discharging = any(one.get("status") == "Discharging" for one in batteries)
        return Battery(percent, discharging and not fed)

    def _supplies(self) -> Sequence[Mapping[str, str]]:
        try:
            names = sorted(os.listdir(self.folder))
        except OSError:
            return []
        # "Device" is the scope of a mouse's or a headset's battery.
        found = [_uevent(os.path.join(self.folder, name, "uevent")) for name in names]
        return [one for one in found if one.get("scope") != "Device"]


def _uevent(path: str) -> Mapping[str, str]:
    """All attributes of a supply, from the one file that lists them as POWER_SUPPLY_NAME=value."""
    try:
        with open(path, encoding="utf-8", errors="replace") as file:
            lines = file.read(1 << 16).splitlines()
    except OSError:
        return {}
    pairs = [line.partition("=") for line in lines]
    return {key.removeprefix("POWER_SUPPLY_").lower(): told.strip() for key, _, told in pairs}


def _is_battery(supply: Mapping[str, str]) -> bool:
    return supply.get("type") in ("Battery", "UPS") and supply.get("present", "1") != "0"


def _percent(batteries: Sequence[Mapping[str, str]]) -> float | None:
    """How full they are together: by what they hold where each says so in one unit, else on average."""
    for now, full in _PAIRS:
        held, capacity = [_number(one, now) for one in batteries], [_number(one, full) for one in batteries]
        if batteries and None not in held and all(capacity):
            return _within(100 * sum(filter(None, held)) / sum(filter(None, capacity)))
    levels = [level for one in batteries if (level := _number(one, "capacity")) is not None]
    return _within(sum(levels) / len(levels)) if levels else None


def _number(supply: Mapping[str, str], name: str) -> int | None:
    text = supply.get(name, "")
    return int(text) if text.isascii() and text.isdigit() and len(text) < 20 else None


def _within(percent: float) -> float:
    return min(100.0, percent)
