"""``bcper-cli backup ls | diff | find``: what is in runs."""

import argparse
import json
import os
import stat
import sys
from collections.abc import Callable

import attrs

from bcper.apps.cli.commands.common import passwords_for, raw, which
from bcper.apps.cli.passwords import passwords_of
from bcper.apps.cli.render import local, size
from bcper.apps.edge import place
from bcper.domain.model.entries import Entry
from bcper.domain.model.names import printable
from bcper.domain.model.requests.runs import DiffRuns, FindFiles, ListEntries
from bcper.ports.service import BackupService

_SIGNS = {"added": "+", "removed": "-", "content": "M", "type": "T", "metadata": "m"}
_KINDS = {"f": stat.S_IFREG, "d": stat.S_IFDIR, "l": stat.S_IFLNK, "p": stat.S_IFIFO}


def _ls(args: argparse.Namespace, service: BackupService) -> int:
    run = which(args, service, args.run)
    below = os.fsencode(args.path.strip("/")) if args.path else None
    for entry in service(ListEntries(run, below, passwords_for(args, service, (run,)))):
        if args.json:
            shown = {key: value for key, value in attrs.asdict(entry).items() if key not in _NOT_IN_JSON}
            print(json.dumps({"path": os.fsdecode(entry.path), **shown}))
        else:
            print(_line(entry))
    return 0


_NOT_IN_JSON = ("path", "link", "xattrs")


def _line(entry: Entry) -> str:
    link = f" -> {printable(entry.link)}" if entry.link is not None else ""
    return (
        f"{stat.filemode(_KINDS.get(entry.type, 0) | entry.mode)} {entry.user or entry.uid} "
        f"{entry.group or entry.gid} {entry.size:>12} {printable(entry.path)}{link}"
    )


def _diff(args: argparse.Namespace, service: BackupService) -> int:
    """A sign and a path a line, as git says it."""
    old, new = (which(args, service, name) for name in (args.old, args.new))
    found = 0
    for change in service(DiffRuns(old, new, passwords_for(args, service, (old, new)))):
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
        print(f"Nothing differs between {args.old} and {args.new}.")
    return 0


def _find(args: argparse.Namespace, service: BackupService) -> int:
    """Every run that holds the file, newest first; exit status 1 if none does."""
    request = FindFiles((args.pattern,), place(service, args.store), args.job, passwords_of(args))
    count = 0
    for found in service(request):
        run, entry = found.run, found.entry
        if entry is None:
            why = printable(found.trouble)
            print(f"Warning: the run {run.run_id[:8]} was not looked into: {why}", file=sys.stderr)
            continue
        count += 1
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
            path = printable(entry.path)
            print(f"{run.run_id[:8]}  {local(run.started_at)}  {size(entry.size):>10}  {path}")
    if not count and not args.json and not args.quiet:
        print(f"No run holds {printable(args.pattern)}.")
        if not set("*?[") & set(args.pattern):
            print(f"For a part of a name: '*{printable(args.pattern)}*'.")
    return 0 if count else 1


VERBS: dict[str, Callable[[argparse.Namespace, BackupService], int]] = {
    "ls": _ls,
    "diff": _diff,
    "find": _find,
}
"""What each verb does; returns the exit status."""
