"""The network as NetworkManager tells it (https://networkmanager.dev/docs/api/latest/)."""

from collections.abc import Mapping
from typing import Any

import attrs

from bcper.adapters.dbus.address import system_bus
from bcper.adapters.dbus.bus import Bus, NoAnswer, value
from bcper.ports.network import Network

_NAME = "org.freedesktop.NetworkManager"
_PATH = "/org/freedesktop/NetworkManager"

_METERED = {1: True, 2: False, 3: True, 4: False}
"""NMMetered: yes, no, and guesses of both; 0 is unknown."""

_CONNECTED_SITE = 60
"""NMState, from here on: there is a default route, if perhaps no Internet."""

_PORTAL = 2
"""NMConnectivityState: somebody has to log in first, as in a hotel."""


@attrs.frozen
class NetworkManagerNetwork:
    """See :class:`~bcper.ports.network.Network`. ``otherwise`` is asked where there is no answer."""

    otherwise: Network
    bus: Bus = attrs.field(factory=lambda: Bus(system_bus()))

    def metered(self) -> bool | None:
        """See the port."""
        try:
            return _METERED.get(value(self._properties(), "Metered", "u"))
        except NoAnswer:
            return self.otherwise.metered()

    def online(self) -> bool | None:
        """See the port.

        No Internet is no reason to say no: a store may be in the house. Nor is it when NetworkManager knows
        of no connection, for it does not look after all of them; the routes decide then.
        """
        try:
            properties = self._properties()
            if value(properties, "Connectivity", "u") == _PORTAL:
                return False
            if value(properties, "State", "u") >= _CONNECTED_SITE:
                return True
        except NoAnswer:
            pass
        return self.otherwise.online()

    def _properties(self) -> Mapping[str, tuple[str, Any]]:
        return self.bus.properties(_NAME, _PATH, _NAME)
