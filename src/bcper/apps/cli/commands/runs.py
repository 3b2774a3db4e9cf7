"""``bcper-cli backup now | list | show | pin | unpin | delete``."""

import argparse
import json
import os
import sys
from collections.abc import Callable

from bcper.apps.cli.commands.common import made_run, raw, tell, which
from bcper.apps.cli.passwords import password_of
from bcper.apps.cli.progress import CliProgress
from bcper.apps.cli.render import local, show_json, size, table
from bcper.apps.edge import absolute, place
from bcper.domain.errors import UsageError
from bcper.domain.model.names import printable
from bcper.domain.model.requests.runs import BackUpNow, DeleteRun, ListRuns, ShowRun, Which
from bcper.domain.model.runs import Run
from bcper.ports.service import BackupService


def _now(args: argparse.Namespace, service: BackupService) -> int:
    paths = tuple(map(absolute, args.paths))
    request = BackUpNow(
        paths,
        place(service, args.to),
        args.name or printable(os.path.basename(paths[0])) or "root",
        tuple(args.ignore),
        args.compression,
        password_of(args, twice=True),
    )
    with CliProgress(as_json=args.json, quiet=args.quiet) as sink:
        made = service(request, sink)
    status = made_run(args, made)
    if not args.json and not args.quiet:
        print(f"To get it back:  bcper-cli backup restore {made.run_id[:8]} --target-dir DIR")
    return status


def _list(args: argparse.Namespace, service: BackupService) -> int:
    found = service(ListRuns(place(service, args.store), args.job, args.history))
    for text in found.unreadable:
        print(f"Warning: {text}", file=sys.stderr)
    if args.json:
        show_json(raw(found.runs))
    elif not found.runs:
        print("There are no runs yet. Make one: bcper-cli backup now PATH --to FOLDER")
    else:
        table(
            ["Run", "Job", "Target", "Started", "Status", "Size", "Stored", "Encrypted", "Store"],
            [
                [
                    r.run_id[:8],
                    r.job_name,
                    r.target_name,
                    local(r.started_at),
                    _status(r),
                    size(r.source_bytes),
                    size(r.stored_bytes),
                    _yes(r.encrypted),
                    r.store,
                ]
                for r in found.runs
            ],
        )
    return 0


def _status(run: Run) -> str:
    notes = [word for word, true in (("pinned", run.pinned), ("pruned", run.pruned_at is not None)) if true]
    return ", ".join((str(run.status), *notes))


def _show(args: argparse.Namespace, service: BackupService) -> int:
    found = service(ShowRun(which(args, service, args.run)))
    if args.json:
        show_json(raw(found))
        return 0
    for name, value in _about(found).items():
        if value:
            print(f"{name:14} {printable(value)}")
    return 0


def _about(run: Run) -> dict[str, str]:
    """What there is to say of a run, in words; empty where there is nothing."""
    return {
        "Run": run.run_id,
        "Job": run.job_name,
        "Target": f"{run.target_type} {run.target_name}",
        "Status": str(run.status),
        "Error": run.error,
        "Started": local(run.started_at),
        "Ended": local(run.completed_at),
        "Entries": str(run.entries),
        "Size": size(run.source_bytes),
        "Stored": size(run.stored_bytes),
        "Encrypted": _yes(run.encrypted),
        "Pinned": _yes(run.pinned),
        "Kind": run.mode,
        "Builds on": run.parent or "",
        "Folders": "; ".join(run.roots),
        "Warnings": "; ".join(run.warnings),
        "No pruning": run.hold,
        "Left its store": local(run.pruned_at),
        "Being deleted": local(run.deleted_at),
        "Store": run.store,
        "Store's id": run.store_id,
        "Manifest": run.manifest or "",
    }


def _yes(value: bool) -> str:
    return "Yes" if value else "No"


def _pin(args: argparse.Namespace, service: BackupService) -> int:
    from bcper.domain.model.requests.jobs import PinRun

    pinned = args.verb == "pin"
    runs = [service(PinRun(name, pinned)) for name in args.runs]
    names = ", ".join(run.run_id[:8] for run in runs)
    return tell(args, runs, f"{'Pinned' if pinned else 'Left to retention'}: {names}.")


def _cancel(args: argparse.Namespace, service: BackupService) -> int:
    from bcper.domain.model.requests.daemon import CancelRun

    cancelled = service(CancelRun(args.run))
    names = ", ".join(printable(activity.about) for activity in cancelled)
    return tell(args, cancelled, f"Cancelled: {names}.")


def _delete(args: argparse.Namespace, service: BackupService) -> int:
    runs = [service(ShowRun(which(args, service, name))) for name in args.runs]
    if not args.yes and not _agreed(runs):
        return 130
    store = place(service, args.store)
    with CliProgress(as_json=args.json, quiet=args.quiet) as sink:
        for found in runs:
            service(DeleteRun(Which(found.run_id, store)), sink)
    if args.json:
        print(json.dumps({"message_type": "summary", "deleted": [r.run_id for r in runs]}))
    elif not args.quiet:
        print(f"Deleted {', '.join(r.run_id[:8] for r in runs)}.")
    return 0


def _agreed(runs: list[Run]) -> bool:
    if not sys.stdin.isatty():
        raise UsageError("Deleting asks first, and there is no terminal to ask on.", "Use --yes.")
    ids = ", ".join(r.run_id[:8] for r in runs)
    question = f"Delete {len(runs)} run{'s' if len(runs) > 1 else ''} ({ids})? [y/N] "
    return input(question).lower() in ("y", "yes")


VERBS: dict[str, Callable[[argparse.Namespace, BackupService], int]] = {
    "now": _now,
    "list": _list,
    "show": _show,
    "pin": _pin,
    "unpin": _pin,
    "cancel": _cancel,
    "delete": _delete,
}
"""What each verb does; returns the exit status."""
