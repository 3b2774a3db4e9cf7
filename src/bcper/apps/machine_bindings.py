"""Adapters of the machine and the person's desktop: beside ``bindings``, and imported late as there."""

import os
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bcper.adapters.system.sd_notify import SdNotify
    from bcper.ports.appearance import Appearance
    from bcper.ports.autostart import Autostart
    from bcper.ports.hooks import CommandRunner
    from bcper.ports.inhibitor import Inhibitor
    from bcper.ports.network import Network
    from bcper.ports.notifier import Notifier
    from bcper.ports.patience import Patience
    from bcper.ports.pinger import Pinger
    from bcper.ports.power import Power
    from bcper.ports.priority import Priority
    from bcper.ports.shell_profile import ShellProfiles
    from bcper.ports.terminal import Terminal


def power() -> "Power":
    """The battery."""
    from bcper.adapters.dbus.upower import UPowerPower
    from bcper.adapters.system.power_supply import SysfsPower

    return UPowerPower(SysfsPower())


def network() -> "Network":
    """The way out of the machine."""
    from bcper.adapters.dbus.network_manager import NetworkManagerNetwork
    from bcper.adapters.system.routes import RouteNetwork

    return NetworkManagerNetwork(RouteNetwork())


def patience() -> "Patience":
    """Questions to what may never answer."""
    from bcper.adapters.system.patience import ThreadPatience

    return ThreadPatience()


def inhibitor() -> "Inhibitor":
    """Keeping the machine awake."""
    from bcper.adapters.dbus.logind import LogindInhibitor

    return LogindInhibitor()


def notifier() -> "Notifier":
    """Words on the desktop."""
    from bcper.adapters.dbus.notifications import DesktopNotifier

    return DesktopNotifier()


def appearance() -> "Appearance":
    """Light or dark."""
    from bcper.adapters.dbus.appearance import PortalAppearance

    return PortalAppearance()


def priority() -> "Priority":
    """This process's place in the queues."""
    from bcper.adapters.system.priority import SystemPriority

    return SystemPriority()


def autostart() -> "Autostart":
    """Starting at login."""
    from bcper.adapters.system.autostart import system_autostart

    return system_autostart()


def sd_notify() -> "SdNotify":
    """The line to systemd."""
    from bcper.adapters.system.sd_notify import SdNotify

    return SdNotify()


def terminal() -> "Terminal":
    """A window with a terminal in it."""
    from bcper.adapters.system.terminal import DesktopTerminal

    return DesktopTerminal()


def commands() -> "CommandRunner":
    """Commands around a run."""
    from bcper.adapters.process.hooks import ProcessCommands

    return ProcessCommands()


def pinger(tool: str) -> "Pinger":
    """Addresses that are called around a run."""
    from bcper.adapters.http.pinger import HttpPinger

    return HttpPinger(tool)


def shell_profiles() -> "ShellProfiles":
    """The files that this user's shells read."""
    import pwd

    from bcper.adapters.shell.profile import FileShellProfiles

    try:
        shell = pwd.getpwuid(os.getuid()).pw_shell
    except KeyError:  # a user without a name, as in containers
        shell = ""
    return FileShellProfiles(os.path.expanduser("~"), os.environ, shell)
