"""The battery as UPower tells it (https://upower.freedesktop.org/docs/)."""

import attrs

from bcper.adapters.dbus.address import system_bus
from bcper.adapters.dbus.bus import Bus, NoAnswer, value
from bcper.ports.power import Battery, Power

_NAME = "org.freedesktop.UPower"
_PATH = "/org/freedesktop/UPower"
_BATTERY, _UPS = 2, 3


@attrs.frozen
class UPowerPower:
    """See :class:`~bcper.ports.power.Power`. ``otherwise`` is asked where there is no UPower."""

    otherwise: Power
    bus: Bus = attrs.field(factory=lambda: Bus(system_bus()))

    def battery(self) -> Battery | None:
        """See the port. The "display device" stands for all batteries of the machine, not for a mouse's."""
        try:
            with self.bus.conversation() as talk:
                manager = talk.properties(_NAME, _PATH, _NAME)
                on_battery: bool = value(manager, "OnBattery", "b")
                device = talk.properties(_NAME, f"{_PATH}/devices/DisplayDevice", f"{_NAME}.Device")
                if not value(device, "IsPresent", "b") or value(device, "Type", "u") not in (_BATTERY, _UPS):
                    return None
                percent: float = value(device, "Percentage", "d")
        except NoAnswer:
            return self.otherwise.battery()
        if not 0 <= percent <= 100:  # also what is no number
            return self.otherwise.battery()
        return Battery(percent, on_battery)
