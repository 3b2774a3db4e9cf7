"""Ending the daemon, and starting it anew: for the command line and the window."""

from collections.abc import Callable

from bcper.domain.errors import DaemonError
from bcper.ports.daemon_control import DaemonControl

PATIENCE = 15.0
"""Seconds that a daemon has for its end."""


def end_daemon(
    ask: Callable[[], object], control: DaemonControl, process: int | None, *, force: bool = False
) -> None:
    """End it: ``ask`` asks it to (it raises DaemonError if it cannot be asked). Raises DaemonError.

    One that cannot be asked is told by a signal; with ``force`` one that does not end is killed.
    """
    try:
        ask()
    except DaemonError:
        if process is not None:
            control.terminate(process)
    if control.ended(PATIENCE):
        return
    if not force or process is None:
        raise DaemonError("The daemon does not end.", "Kill it: bcper-cli daemon stop --force")
    control.terminate(process, force=True)
    if not control.ended(PATIENCE):
        raise DaemonError(f"The daemon cannot be killed (process {process}).")
