"""``bcper-cli backup restore | verify``."""

import argparse
import json
import os
import sys
from collections.abc import Callable

from bcper.apps.cli.commands.common import passwords_for, which
from bcper.apps.cli.passwords import passwords_of
from bcper.apps.cli.progress import CliProgress
from bcper.apps.cli.render import size, tell_failure
from bcper.apps.edge import absolute, place
from bcper.apps.exit_statuses import INCOMPLETE
from bcper.apps.words import counted
from bcper.domain.errors import Damaged, StoreError, UsageError, WrongPassword
from bcper.domain.model.names import printable
from bcper.domain.model.requests.runs import (
    ListRuns,
    RestoreReport,
    RestoreRun,
    VerifyReport,
    VerifyRun,
    Which,
)
from bcper.ports.service import BackupService

_WHY_KEPT = {
    "never": " (see --overwrite)",
    "if-newer": ", not older than in the backup (see --overwrite always)",
    "always": "",
}


def _restore(args: argparse.Namespace, service: BackupService) -> int:
    runs = [which(args, service, name) for name in args.runs]
    target_dir = absolute(args.target_dir)
    passwords = passwords_for(args, service, runs)
    status = 0
    for run in runs:
        request = RestoreRun(run, target_dir, tuple(args.include), args.overwrite, args.special, passwords)
        with CliProgress(as_json=args.json, quiet=args.quiet) as sink:
            report = service(request, sink)
        _tell_restored(args, report)
        if report.incomplete:
            status = INCOMPLETE
    return status


def _tell_restored(args: argparse.Namespace, report: RestoreReport) -> None:
    if args.json:
        problems = [{"path": os.fsdecode(p.path), "reason": p.reason} for p in report.problems]
        summary = {
            "message_type": "summary",
            "run_id": report.run_id,
            "target_dir": report.target_dir,
            "entries": report.entries,
            "written": report.written,
            "kept": report.kept,
            "bytes": report.bytes,
            "problems": problems,
        }
        print(json.dumps(summary))
        return
    for problem in report.problems:
        print(f"Warning: {printable(problem.path)} {problem.reason}", file=sys.stderr)
    if not args.quiet:
        target = printable(report.target_dir)
        kept = (
            f", {counted(report.kept, 'existing file')} kept{_WHY_KEPT[args.overwrite]}"
            if report.kept
            else ""
        )
        print(
            f"Restored run {report.run_id[:8]} to {target}: {counted(report.written, 'entry', 'entries')}, "
            f"{size(report.bytes)}{kept}."
        )


def _verify(args: argparse.Namespace, service: BackupService) -> int:
    if not args.runs and not args.all:
        raise UsageError("Name the runs to verify, or use --all.")
    if args.all:
        store = place(service, args.store)
        found = service(ListRuns(store, args.job)).runs
        runs = [Which(run.run_id, store) for run in found if run.status.restorable]
    else:
        runs = [which(args, service, name) for name in args.runs]
    passwords = passwords_of(args)
    status = 0
    for run in runs:
        try:
            with CliProgress(as_json=args.json, quiet=args.quiet) as sink:
                report = service(VerifyRun(run, passwords), sink)
        except (Damaged, StoreError, WrongPassword) as error:
            if len(runs) == 1:
                raise
            # One bad run must not keep the others from being looked at; the worst is what is returned.
            tell_failure(error, as_json=args.json)
            status = max(status, error.exit_status)
            continue
        _tell_verified(args, report)
    return status


def _tell_verified(args: argparse.Namespace, report: VerifyReport) -> None:
    for warning in report.warnings:
        print(f"Warning: {printable(warning)}", file=sys.stderr)
    if args.json:
        summary = {
            "message_type": "summary",
            "run_id": report.run.run_id,
            "deep": report.deep,
            "entries": report.entries,
            "bytes": report.bytes,
            "warnings": report.warnings,
        }
        print(json.dumps(summary))
    elif not args.quiet:
        deep = f"every byte of {counted(report.entries, 'entry', 'entries')} read and compared"
        if report.deep:
            print(f"Run {report.run.run_id[:8]} is whole: {deep}.")
        else:
            print(f"Run {report.run.run_id[:8]}: its checksums agree; what is inside was not read.")
            print("With its password every byte is compared: --ask-password.")


VERBS: dict[str, Callable[[argparse.Namespace, BackupService], int]] = {
    "restore": _restore,
    "verify": _verify,
}
"""What each verb does; returns the exit status."""
