"""``bcper-cli status``: how every job stands, in words."""

import argparse
from datetime import UTC, datetime

from bcper.apps.cli.commands.common import raw
from bcper.apps.cli.render import duration, local, show_json, size, table
from bcper.apps.words import ago
from bcper.domain.model.events import Activity
from bcper.domain.model.names import printable
from bcper.domain.model.requests.daemon import JobState, ShowStatus, Status
from bcper.domain.model.settings import FOREVER
from bcper.ports.service import BackupService


def run(args: argparse.Namespace, service: BackupService) -> int:
    """Show it; returns the exit status."""
    status = service(ShowStatus())
    if args.json:
        show_json(raw(status))
    else:
        show(status)
    return 0


def show(status: Status) -> None:
    """In words."""
    daemon = status.daemon
    if daemon is None:
        print("The daemon does not run: no job runs by itself. Start it: bcper-cli daemon start")
    else:
        print(f"The daemon runs (process {daemon.pid}, since {local(daemon.started_at)}).")
    if status.paused_until is not None:
        until = "you resume them" if status.paused_until >= FOREVER else local(status.paused_until)
        print(f"All jobs are paused until {until}: bcper-cli daemon resume")
    for activity in status.activities:
        print(_at_work(activity))
    if not status.jobs:
        print("There are no jobs yet. bcper-cli job add --help says what one needs.")
        return
    print()
    rows = [[state.job.name, _safe(state), local(state.next), _about(state)] for state in status.jobs]
    table(["Job", "Last good backup", "Next", "State"], rows)


def _at_work(activity: Activity) -> str:
    what = f"{activity.kind} of {printable(activity.about)}"
    progress = activity.progress
    if activity.state == "waiting" or progress is None:
        return f"{activity.state.capitalize()}: {what}."
    parts = [progress.step]
    if progress.fraction is not None:
        parts.append(f"{'about ' if progress.estimated else ''}{100 * progress.fraction:.0f} %")
    if activity.bytes_per_second:
        parts.append(f"{size(activity.bytes_per_second)}/s")
    if activity.seconds_left is not None:
        parts.append(f"{duration(activity.seconds_left)} left")
    run = f" (run {activity.run_id[:8]})" if activity.run_id else ""
    return f"At work: {what}{run}: {', '.join(parts)}."


def _safe(state: JobState) -> str:
    good = state.last_good
    if good is None:
        return "never"
    return f"{ago(good.completed_at or good.started_at, datetime.now(UTC))} ({local(good.started_at)})"


def _about(state: JobState) -> str:
    if state.trouble:
        return f"cannot run: {state.trouble}"
    if not state.job.enabled:
        return "disabled"
    if state.waiting:
        return state.waiting
    if state.worry:
        return state.worry
    if state.last is not None and state.last != state.last_good and state.last.error:
        return f"last run {state.last.status}: {state.last.error}"
    return str(state.last.status) if state.last is not None else "has not run yet"
