"""Inhibitor locks of systemd-logind, or of elogind (https://systemd.io/INHIBITOR_LOCKS/)."""

import os
from collections.abc import Iterator
from contextlib import contextmanager

import attrs

from bcper.adapters.dbus.address import system_bus
from bcper.adapters.dbus.bus import Bus, NoAnswer
from bcper.domain.model.names import printable

_NAME = "org.freedesktop.login1"
_PATH = "/org/freedesktop/login1"

# "sleep" alone: a screen may go dark and a person may shut down, which the daemon is told of by a signal.
# "block", as `systemd-inhibit` does it for those who run restic or borg by hand: "delay" would only put the
# sleep off for seconds, and a backup takes longer. Whoever closes the lid has their way all the same: logind
# minds no such lock there (logind.conf(5), LidSwitchIgnoreInhibited=yes), so that a laptop does not glow
# in its bag.
_WHAT, _MODE = "sleep", "block"


@attrs.frozen
class LogindInhibitor:
    """See :class:`~bcper.ports.inhibitor.Inhibitor`."""

    bus: Bus = attrs.field(factory=lambda: Bus(system_bus()))

    @contextmanager
    def hold(self, why: str) -> Iterator[None]:
        """See the port. The lock is a file descriptor, and ends when that is closed."""
        lock = self._lock(why)
        try:
            yield
        finally:
            if lock is not None:
                os.close(lock)

    def _lock(self, why: str) -> int | None:
        arguments = (_WHAT, "BCPER", printable(why)[:200], _MODE)
        try:
            with self.bus.conversation(fds=True) as talk:
                (lock,) = talk.call(_NAME, _PATH, f"{_NAME}.Manager", "Inhibit", "ssss", arguments, reply="h")
        except NoAnswer:
            return None
        fd: int = lock.to_raw_fd()
        return fd
