"""Whichever way to start at login this machine has."""

import os
from collections.abc import Mapping, Sequence

import attrs

from bcper.adapters.system.systemd_unit import SystemdAutostart
from bcper.adapters.system.xdg_autostart import XdgAutostart
from bcper.ports.autostart import AutostartState


@attrs.frozen
class SystemAutostart:
    """See :class:`~bcper.ports.autostart.Autostart`: systemd where it answers, else the desktop's way.

    There is one entry at a time, never both.
    """

    systemd: SystemdAutostart
    xdg: XdgAutostart

    def install(self, argv: Sequence[str]) -> AutostartState:
        """See the port."""
        if not self.systemd.available:
            state = self.xdg.install(argv)
            self.systemd.uninstall()
            return state
        state = self.systemd.install(argv)
        self.xdg.uninstall()
        return state

    def uninstall(self) -> bool:
        """See the port."""
        return any([self.systemd.uninstall(), self.xdg.uninstall()])

    def state(self) -> AutostartState | None:
        """See the port."""
        return self.systemd.state() or self.xdg.state()


def system_autostart(environ: Mapping[str, str] = os.environ) -> SystemAutostart:
    """The entries of this person (XDG Base Directory Specification: a relative folder does not count)."""
    home = environ.get("XDG_CONFIG_HOME", "")
    if not os.path.isabs(home):
        home = os.path.join(os.path.expanduser("~"), ".config")
    return SystemAutostart(SystemdAutostart(home), XdgAutostart(home))
