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
_OWN = '# Written by BCPER; "bcper-cli daemon uninstall" takes it away.\n'

_TEXT = """\
[Unit]
Description=BCPER backups
Documentation=man:bcperd(1)
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


PACKAGED = "/usr/lib/systemd/user"
"""Where a distribution's package puts its units for every person (systemd.unit(5))."""


@attrs.frozen
class SystemdAutostart:
    """See :class:`~bcper.ports.autostart.Autostart`; ``config_home`` is $XDG_CONFIG_HOME.

    Where a package has the unit in ``packaged`` and it starts the same command, that one is enabled and none
    is written. One that is written has the same name: it takes the packaged one's place, and never runs
    beside it.
    """

    config_home: str
    systemctl: Systemctl = attrs.field(factory=Systemctl)
    packaged: str = PACKAGED

    @property
    def available(self) -> bool:
        """Whether there is such a systemd and it answers."""
        return self.systemctl.answers()

    def install(self, argv: Sequence[str]) -> AutostartState:
        """See the port."""
        text = unit_text(argv)
        file = self._file
        fresh = file.text() is None
        # Somebody else's takes the packaged one's place: then writing refuses, and says why.
        foreign = fresh and os.path.lexists(file.path)
        shared = not foreign and self._packaged_text() == text
        if not shared:
            file.write(_OWN + text)
        elif not fresh:
            file.remove()
        try:
            self.systemctl.do("daemon-reload")
            self.systemctl.do("enable", "--now", UNIT)
        except ConfigurationError:
            if fresh and not shared:
                self.uninstall()
            raise
        path = self._packaged_path if shared else file.path
        return AutostartState("systemd", path, self._enabled, self.systemctl.active(UNIT))

    def uninstall(self) -> bool:
        """See the port; without an answer of systemd's the files go all the same."""
        file = self._file
        # The package may be gone, and what enabled its unit still there.
        dangling = self._enabled and not os.path.lexists(file.path)
        if self._unit() is None and not dangling:
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
        try:
            unit = self._unit()
        except ConfigurationError:
            return None
        if unit is None:
            return None
        return AutostartState("systemd", unit, self._enabled, self.systemctl.active(UNIT))

    def _unit(self) -> str | None:
        """The unit that is installed: of BCPER's own, or the package's as soon as it is enabled."""
        if self._file.text() is not None:
            return self._file.path
        if os.path.lexists(self._file.path):  # somebody else's, which takes the packaged one's place
            return None
        return self._packaged_path if self._enabled and self._packaged_text() is not None else None

    def _packaged_text(self) -> str | None:
        with suppress(OSError, ValueError), open(self._packaged_path, encoding="utf-8") as file:
            return file.read()
        return None

    @property
    def _packaged_path(self) -> str:
        return os.path.join(self.packaged, UNIT)

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


def unit_text(argv: Sequence[str]) -> str:
    """The unit that starts ``argv``, word for word as a package has it. Raises ConfigurationError."""
    return _TEXT % exec_start(argv)


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
