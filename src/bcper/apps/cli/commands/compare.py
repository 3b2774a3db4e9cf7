"""``bcper-cli backup diff | find | pin | unpin``."""

import argparse
import json
import os
import sys

from bcper.apps.cli.commands.common import raw, tell
from bcper.apps.cli.passwords import password_of
from bcper.apps.cli.render import local, size
from bcper.apps.container import Container
from bcper.domain.errors import BcperError
from bcper.domain.model.names import printable
from bcper.domain.model.runs import Run

_SIGNS = {"added": "+", "removed": "-", "content": "M", "type": "T", "metadata": "m"}


def diff(args: argparse.Namespace, container: Container) -> int:
    """What changed between two runs: a sign and a path a line, as git says it."""
    browse = container.browse()
    old, new = (browse.find(name, args.store) for name in (args.old, args.new))
    found = 0
    with container.compare().diff(old, new, password_of(args)) as changes:
        for change in changes:
            if change.kind == "metadata" and not args.metadata:
                continue
            found += 1
            if args.json:
                line = {"kind": change.kind, "path": os.fsdecode(change.path), "what": list(change.what)}
                print(json.dumps(line))
            else:
                entry = change.new or change.old
                about = f"  ({size(entry.size)})" if entry is not None and entry.type == "f" else ""
                print(f"{_SIGNS[change.kind]} {printable(change.path)}{about}")
    if not found and not args.json and not args.quiet:
        print(f"Nothing differs between {old.run_id[:8]} and {new.run_id[:8]}.")
    return 0


def find(args: argparse.Namespace, container: Container) -> int:
    """Every run that holds the file, newest first; exit status 1 if none does."""
    runs = (
        run
        for run in container.browse().list(args.store)
        if run.status.restorable and args.job in (None, run.job_name)
    )
    found = 0
    for run, entry in container.compare().find(runs, (args.pattern,), password_of(args), _skipped):
        found += 1
        if args.json:
            line = {
                "run_id": run.run_id,
                "started_at": raw(run.started_at),
                "path": os.fsdecode(entry.path),
                "type": entry.type,
                "size": entry.size,
                "mtime_ns": entry.mtime_ns,
                "sha256": entry.sha256,
            }
            print(json.dumps(line))
        else:
            print(
                f"{run.run_id[:8]}  {local(run.started_at)}  {size(entry.size):>10}  {printable(entry.path)}"
            )
    if not found and not args.json and not args.quiet:
        print(f"No run holds {printable(args.pattern)}.")
    return 0 if found else 1


def pin(args: argparse.Namespace, container: Container) -> int:
    """Keep runs whatever retention says, or no longer."""
    from bcper.domain.model.requests.jobs import PinRun

    service = container.service()
    pinned = args.verb == "pin"
    runs = [service(PinRun(name, pinned)) for name in args.runs]
    names = ", ".join(run.run_id[:8] for run in runs)
    return tell(args, runs, f"{'Pinned' if pinned else 'Left to retention'}: {names}.")


def _skipped(run: Run, error: BcperError) -> None:
    print(f"Warning: the run {run.run_id[:8]} was not looked into: {printable(str(error))}", file=sys.stderr)
