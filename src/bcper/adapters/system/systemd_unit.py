"""The daemon as a service of the person's own systemd (systemd.unit(5), systemd.service(5))."""

import os
import re
from collections.abc import Sequence
from contextlib import suppress

import attrs

from bcper.adapters.system.own_file import OwnFile
from bcper.adapters.system.systemctl import Systemctl
from bcper.domain.errors import ConfigurationError
from bcper.ports.autostart import AutostartState

UNIT = "bcperd.service"

# Why there is so little "hardening": in a user's service manager all that hides folders or filters system
# calls needs a user namespace or NoNewPrivileges. The one makes the files of other users unreadable and
# their owners "nobody", the other takes sudo and fusermount from the commands before and after a run.
_TEXT = """\
# Written by BCPER; "bcper-cli daemon uninstall" takes it away.
[Unit]
Description=BCPER backups
StartLimitIntervalSec=10min
StartLimitBurst=5

[Service]
Type=notify
ExecStart=%s
Restart=on-failure
RestartSec=10
# Another daemon runs, or the configuration is wrong: to start again would not help.
RestartPreventExitStatus=2 11 14 16
TimeoutStartSec=60
WatchdogSec=120
# SIGTERM to the daemon alone, which ends its runs in order.
KillMode=mixed
TimeoutStopSec=30
# A run that needs too much memory is lost, the daemon is not.
OOMPolicy=continue
# Passwords are in memory: no picture of it on the disk.
LimitCORE=0
# A third of what every other program gets when all want the processor at once.
CPUWeight=33
IOWeight=33

[Install]
WantedBy=default.target
"""

_PLAIN = re.compile(rb"[A-Za-z0-9_@=:,./+-]+")


@attrs.frozen
class SystemdAutostart:
    """See :class:`~bcper.ports.autostart.Autostart`; ``config_home`` is $XDG_CONFIG_HOME."""

    config_home: str
    systemctl: Systemctl = attrs.field(factory=Systemctl)

    @property
    def available(self) -> bool:
        """Whether there is such a systemd and it answers."""
        return self.systemctl.answers()

    def install(self, argv: Sequence[str]) -> AutostartState:
        """See the port."""
        text = _TEXT % exec_start(argv)
        file = self._file
        fresh = file.text() is None
        file.write(text)
        try:
            self.systemctl.do("daemon-reload")
            self.systemctl.do("enable", "--now", UNIT)
        except ConfigurationError:
            if fresh:
                self.uninstall()
            raise
        return AutostartState("systemd", file.path, self._enabled, self.systemctl.active(UNIT))

    def uninstall(self) -> bool:
        """See the port; without an answer of systemd's the files go all the same."""
        file = self._file
        if file.text() is None:
            return False
        self.systemctl.attempt("disable", "--now", UNIT)
        if self._enabled:
            with suppress(OSError):
                os.unlink(self._link)
                os.rmdir(os.path.dirname(self._link))
        file.remove()
        self.systemctl.attempt("daemon-reload")
        self.systemctl.attempt("reset-failed", UNIT)
        return True

    def state(self) -> AutostartState | None:
        """See the port."""
        file = self._file
        try:
            if file.text() is None:
                return None
        except ConfigurationError:
            return None
        return AutostartState("systemd", file.path, self._enabled, self.systemctl.active(UNIT))

    @property
    def _file(self) -> OwnFile:
        return OwnFile(os.path.join(self.config_home, "systemd", "user", UNIT))

    @property
    def _link(self) -> str:
        """What ``enable`` makes."""
        return os.path.join(self.config_home, "systemd", "user", "default.target.wants", UNIT)

    @property
    def _enabled(self) -> bool:
        return os.path.islink(self._link)


def exec_start(argv: Sequence[str]) -> str:
    """``argv`` as the value of ExecStart= (systemd.service(5), "Command lines"; systemd.syntax(7)).

    Raises ConfigurationError for a program that systemd cannot start: it takes no quotes, backslashes or
    control characters in a path.
    """
    program = argv[0] if argv else ""
    if not program.startswith("/") or re.search(r"[\"'\\\x00-\x1f\x7f]", program):
        raise ConfigurationError(f"systemd cannot start {program!r}.", "Install BCPER in a plainer folder.")
    # ":" turns off that "$NAME" is replaced: within a path "$$" would not be understood.
    return " ".join([_quoted(b":" + os.fsencode(program)), *(_quoted(os.fsencode(one)) for one in argv[1:])])


def _quoted(word: bytes) -> str:
    if b"\0" in word:
        raise ConfigurationError("An argument holds a NUL character.")
    if _PLAIN.fullmatch(word):
        return word.decode()
    text = word.decode("utf-8", "surrogateescape")
    return '"' + "".join(_escaped(char) for char in text) + '"'


def _escaped(char: str) -> str:
    if char in '"\\':
        return "\\" + char
    if char == "%":
        return "%%"
    if 0xDC80 <= ord(char) <= 0xDCFF:  # a byte that is not UTF-8 (os.fsencode)
        return f"\\x{ord(char) - 0xDC00:02x}"
    return char if char.isprintable() else "".join(f"\\x{byte:02x}" for byte in char.encode())
