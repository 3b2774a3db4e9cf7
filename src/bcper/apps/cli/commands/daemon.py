"""``bcper-cli daemon …``."""

import argparse
import shutil
from collections.abc import Callable
from functools import partial

from bcper.apps.cli.commands.common import raw, tell
from bcper.apps.cli.commands.status import show
from bcper.apps.cli.render import local, show_json
from bcper.apps.container import Container
from bcper.apps.daemon_care import end_daemon
from bcper.apps.exit_statuses import DAEMON
from bcper.apps.programs import programs
from bcper.domain.model.requests.daemon import ShowStatus, StopDaemon
from bcper.domain.model.requests.settings import Pause, Resume
from bcper.domain.model.settings import FOREVER
from bcper.ports.daemon_control import DaemonControl
from bcper.ports.service import BackupService


def run(args: argparse.Namespace, service: BackupService, container: Container) -> int:
    """Do the verb; returns the exit status."""
    if args.verb in _BY_REQUEST:
        return _BY_REQUEST[args.verb](args, service)
    if args.verb in ("install", "uninstall"):
        return _autostart(args, container)
    return _BY_CONTROL[args.verb](args, service, container.daemon_control())


def _start(args: argparse.Namespace, _: BackupService, control: DaemonControl) -> int:
    process = control.process()
    if process is not None:
        return tell(args, {"pid": process}, f"The daemon runs already (process {process}).")
    process = control.start()
    return tell(args, {"pid": process}, f"The daemon runs (process {process}).")


def _stop(args: argparse.Namespace, service: BackupService, control: DaemonControl) -> int:
    process = control.process()
    if process is None and control.ended(0.0):
        return tell(args, {"pid": None}, "The daemon does not run.")
    end_daemon(partial(service, StopDaemon()), control, process, force=getattr(args, "force", False))
    return tell(args, {"pid": None}, "The daemon has ended.")


def _restart(args: argparse.Namespace, service: BackupService, control: DaemonControl) -> int:
    if not control.ended(0.0):
        end_daemon(partial(service, StopDaemon()), control, control.process())
    process = control.start()
    return tell(args, {"pid": process}, f"The daemon runs anew (process {process}).")


def _logs(args: argparse.Namespace, _: BackupService, control: DaemonControl) -> int:
    for line in control.log_lines(max(0, args.lines), follow=args.follow):
        print(line, flush=args.follow)
    return 0


def _status(args: argparse.Namespace, service: BackupService) -> int:
    status = service(ShowStatus())
    if args.json:
        show_json(raw(status))
    else:
        show(status)
    return 0 if status.daemon is not None else DAEMON


def _pause(args: argparse.Namespace, service: BackupService) -> int:
    settings = service(Pause(args.hours))
    until = settings.paused_until
    when = "you resume them" if until is None or until >= FOREVER else local(until)
    return tell(args, settings, f"No job runs by itself until {when}.")


def _resume(args: argparse.Namespace, service: BackupService) -> int:
    return tell(args, service(Resume()), "Jobs run by themselves again.")


def _autostart(args: argparse.Namespace, container: Container) -> int:
    autostart = container.autostart()
    if args.verb == "uninstall":
        done = autostart.uninstall()
        text = "The daemon does not start at login any more." if done else "Nothing was installed."
        return tell(args, {"removed": done}, text)
    state = autostart.install(_program(container.places().config_dir if args.config_dir else None))
    text = f"The daemon starts at every login ({state.kind}: {state.path})."
    if not state.running:
        text += " To start it now: bcper-cli daemon start"
    return tell(args, state, text)


def _program(config_dir: str | None) -> list[str]:
    """The command that is the daemon; absolute, since whoever starts it has another PATH."""
    program, *arguments = programs()["bcperd"]
    more = [] if config_dir is None else ["--config-dir", config_dir]
    return [shutil.which(program) or program, *arguments, "--quiet", *more]


_BY_REQUEST: dict[str, Callable[[argparse.Namespace, BackupService], int]] = {
    "status": _status,
    "pause": _pause,
    "resume": _resume,
}
_BY_CONTROL: dict[str, Callable[[argparse.Namespace, BackupService, DaemonControl], int]] = {
    "start": _start,
    "stop": _stop,
    "restart": _restart,
    "logs": _logs,
}
