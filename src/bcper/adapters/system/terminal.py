"""The terminal emulator of a desktop: whichever there is."""

import os
import shlex
import shutil
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bcper.domain.errors import BcperError
from bcper.domain.model.names import printable

if TYPE_CHECKING:
    from subprocess import Popen

_BEFORE: dict[str, tuple[str, ...]] = {
    "gnome-terminal": ("--wait", "--"),
    "konsole": ("-e",),
    "xfce4-terminal": ("--disable-server", "-x"),
    "xterm": ("-e",),
    "xdg-terminal-exec": (),
    "x-terminal-emulator": ("-e",),
}
"""What stands before the command, so that the program stays as long as its window.

From their manuals; ``x-terminal-emulator`` is Debian's choice (Debian Policy 11.8.3), ``xdg-terminal-exec``
the desktop's.
"""

_ORDER = (
    "x-terminal-emulator",
    "xdg-terminal-exec",
    "gnome-terminal",
    "konsole",
    "xfce4-terminal",
    "xterm",
)
_WRAPPED = ".wrapper"
_SOON = 2.0
"""Seconds in which a terminal that fails has failed by itself, and not what a person did in it."""


class DesktopTerminal:
    """See :class:`~bcper.ports.terminal.Terminal`. Of ``PATH``, in the order of ``_ORDER``."""

    def open(self, command: Sequence[str]) -> "ProcessWindow":
        """See the port."""
        import subprocess

        typed = printable(shlex.join(command))
        found = _find()
        if found is None:
            raise BcperError("No terminal was found on this desktop.", f"Type in one: {typed}")
        program, before = found
        env = {key: value for key, value in os.environ.items() if not key.startswith("BCPER_PASSWORD")}
        try:
            child = subprocess.Popen(
                [program, *before, *command],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
                env=env,
                start_new_session=True,
            )
        except OSError as error:
            why = error.strerror or str(error)
            raise BcperError(
                f"{printable(program)} cannot be run: {why}.", f"Type in a terminal: {typed}"
            ) from error
        return ProcessWindow(child, printable(os.path.basename(program)), typed)


class ProcessWindow:
    """See :class:`~bcper.ports.terminal.TerminalWindow`."""

    def __init__(self, child: "Popen[bytes]", name: str, typed: str) -> None:
        self._child = child
        self._name = name
        self._typed = typed
        self._since = time.monotonic()

    def ended(self) -> bool:
        """See the port."""
        status = self._child.poll()
        if status and time.monotonic() - self._since < _SOON:
            raise BcperError(
                f"{self._name} could not open a window (status {status}).",
                f"Type in a terminal: {self._typed}",
            )
        return status is not None


def _find() -> tuple[str, tuple[str, ...]] | None:
    """The program, and what stands before the command."""
    for name in _ORDER:
        path = shutil.which(name)
        if path is None or not os.path.isabs(path):
            continue
        # Debian's choice may be a wrapper, which does not wait: what it wraps is asked itself.
        real = os.path.basename(os.path.realpath(path)).removesuffix(_WRAPPED)
        wrapped = shutil.which(real) if real in _BEFORE and real != name else None
        if wrapped is not None:
            return wrapped, _BEFORE[real]
        return path, _BEFORE[name]
    return None
