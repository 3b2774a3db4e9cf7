"""``bcper-cli job …``."""

import argparse
import json
from collections.abc import Callable
from typing import Any

import attrs

from bcper.apps.cli.commands.common import check_changes, delete_each, found, made_run, raw, tell
from bcper.apps.cli.progress import CliProgress
from bcper.apps.cli.render import local, show_json, table
from bcper.apps.words import counted, kept
from bcper.domain.errors import Skipped
from bcper.domain.model.jobs import Keep
from bcper.domain.model.names import printable
from bcper.domain.model.requests.jobs import (
    AddJob,
    CleanOrphans,
    DeleteJob,
    EditJob,
    JobView,
    ListJobs,
    PruneJob,
    RunJob,
)
from bcper.ports.service import BackupService

_RULES = ("last", "daily", "weekly", "monthly", "yearly")


def run(args: argparse.Namespace, service: BackupService) -> int:
    """Do the verb; returns the exit status."""
    return _VERBS[args.verb](args, service)


def _list(args: argparse.Namespace, service: BackupService) -> int:
    views = service(ListJobs())
    if args.json:
        show_json(raw(views))
    elif not views:
        print("There are no jobs yet. bcper-cli job add --help says what one needs.")
    else:
        table(
            ["Job", "Target", "Store", "When", "Next", "Keep", "Enabled", "Last run", "Trouble"],
            [
                [
                    view.job.name,
                    f"{view.job.target_type} {view.job.target_name}",
                    view.job.store_name,
                    view.when,
                    local(view.next),
                    kept(view.job.keep),
                    "Yes" if view.job.enabled else "No",
                    f"{view.last.status}, {local(view.last.started_at)}" if view.last else "never",
                    view.trouble or view.waiting,
                ]
                for view in views
            ],
        )
    return 0


def _show(args: argparse.Namespace, service: BackupService) -> int:
    view = found(args, "job", service(ListJobs()), lambda view: (view.job.name, view.job.id))
    if args.json:
        show_json(raw(view))
        return 0
    job, last = view.job, view.last
    lines = {
        "id": job.id,
        "target": f"{job.target_type} {job.target_name}",
        "store": job.store_name,
        "when": f"{view.when or 'never'} ({job.frequency_id})",
        "enabled": "yes" if job.enabled else "no",
        "next": local(view.next) or "—",
        "waits": view.waiting,
        "trouble": view.trouble,
        "keep": kept(job.keep),
        "last run": f"{last.status}, {local(last.started_at)} ({last.run_id[:8]})" if last else "never",
        "before": job.before,
        "after": job.after,
        "ping": job.ping_url,
        "warn": "" if job.warn_after_days is None else f"after {counted(job.warn_after_days, 'day')}",
        "power": "only when plugged in" if job.only_on_power else "",
    }
    print(f"Job {printable(job.name)}")
    for name, text in lines.items():
        if text:
            print(f"  {name:<8}  {printable(text)}")
    return 0


def _add(args: argparse.Namespace, service: BackupService) -> int:
    view = service(
        AddJob(
            args.name,
            args.target_type,
            args.target_name,
            args.store_name,
            args.frequency_id,
            _keep(args, Keep()) or Keep(),
            not args.disabled,
            **{key: value for key, value in _around(args).items() if value is not None},
        )
    )
    return tell(args, view, f"Added the job {printable(view.job.name)}.{_coming(view)}")


def _edit(args: argparse.Namespace, service: BackupService) -> int:
    check_changes(args)
    before = next((v.job.keep for v in service(ListJobs()) if args.name in (v.job.name, v.job.id)), Keep())
    view = service(
        EditJob(
            args.name,
            args.new_name,
            args.target_type,
            args.target_name,
            args.store_name,
            args.frequency_id,
            _keep(args, before),
            **_around(args),
        )
    )
    return tell(args, view, f"Changed the job {printable(view.job.name)}.{_coming(view)}")


def _enable(args: argparse.Namespace, service: BackupService) -> int:
    enabled = args.verb == "enable"
    view = service(EditJob(args.name, enabled=enabled))
    return tell(args, view, f"{'Enabled' if enabled else 'Disabled'} the job {printable(view.job.name)}.")


def _run(args: argparse.Namespace, service: BackupService) -> int:
    with CliProgress(as_json=args.json, quiet=args.quiet) as sink:
        try:
            made = service(RunJob(args.name), sink)
        except Skipped as skipped:
            if args.json:
                print(json.dumps({"message_type": "summary", "skipped": str(skipped)}))
            elif not args.quiet:
                print(printable(str(skipped)))
            return 0
    status = made_run(args, made)
    if made.hold and not args.json and not args.quiet:
        print(f"Nothing was pruned: {made.hold}. bcper-cli job prune {args.name} --dry-run says more.")
    return status


def _prune(args: argparse.Namespace, service: BackupService) -> int:
    with CliProgress(as_json=args.json, quiet=args.quiet) as sink:
        lines = service(PruneJob(args.name, args.dry_run), sink)
    if args.json:
        print(json.dumps({"message_type": "summary", "lines": raw(lines)}))
    elif lines:
        gone = "would go" if args.dry_run else "gone"
        table(
            ["Run", "Started", "Status", "Kept", "Why"],
            [
                [
                    line.run.run_id[:8],
                    local(line.run.started_at),
                    line.run.status,
                    "Yes" if line.kept else gone,
                    "; ".join(line.reasons),
                ]
                for line in lines
            ],
        )
    elif not args.quiet:
        print("The job has no runs.")
    return 0


def _clean(args: argparse.Namespace, service: BackupService) -> int:
    lines = service(CleanOrphans(args.dry_run))
    done = "" if args.dry_run else " Removed." if lines else ""
    text = [f"{line.kind} {printable(line.name)}: {line.reason}." for line in lines]
    return tell(args, lines, "\n".join(text) + done if text else "Every job refers to what is there.")


def _delete(args: argparse.Namespace, service: BackupService) -> int:
    def known() -> set[str]:
        return {name for view in service(ListJobs()) for name in (view.job.name, view.job.id)}

    return delete_each(args, "job", known, lambda name: service(DeleteJob(name)))


def _keep(args: argparse.Namespace, before: Keep) -> Keep | None:
    given = {rule: value for rule in _RULES if (value := getattr(args, f"keep_{rule}")) is not None}
    return attrs.evolve(before, **given) if given else None


def _around(args: argparse.Namespace) -> dict[str, Any]:
    same = ("before", "after", "ping_url", "warn_after_days", "only_on_power")
    return {"hook_seconds": args.hook_timeout, **{key: getattr(args, key) for key in same}}


def _coming(view: JobView) -> str:
    return f" Next: {local(view.next)}." if view.next is not None else ""


_VERBS: dict[str, Callable[[argparse.Namespace, BackupService], int]] = {
    "list": _list,
    "show": _show,
    "add": _add,
    "edit": _edit,
    "enable": _enable,
    "disable": _enable,
    "run": _run,
    "prune": _prune,
    "clean": _clean,
    "delete": _delete,
}
