"""``bcper-cli backup …``."""

import argparse
import json
import os
import stat
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

import attrs

from bcper.apps.cli.passwords import ask, password_of
from bcper.apps.cli.progress import CliProgress
from bcper.apps.cli.render import duration, local, size, table, tell_failure
from bcper.apps.container import Container
from bcper.domain.errors import Damaged, StoreError, UsageError, WrongPassword
from bcper.domain.model.names import printable
from bcper.domain.model.runs import Run, RunStatus
from bcper.domain.usecases.browse_runs import Unreadable

if TYPE_CHECKING:
    from bcper.domain.usecases.verify_runs import VerifyReport

INCOMPLETE = 3


def run(args: argparse.Namespace, container: Container) -> int:
    """Do the verb; returns the exit status."""
    return _VERBS[args.verb](args, container)


def _now(args: argparse.Namespace, container: Container) -> int:
    from bcper.domain.usecases.part_plans import BackUpRequest, one_part

    last = os.path.basename(os.path.abspath(os.path.expanduser(args.paths[0])))
    name = args.name or printable(last) or "root"
    parts = one_part(name, args.paths, ignore=args.ignore, password=password_of(args, twice=True))
    request = BackUpRequest(
        parts=parts, store=_location(container, args.to), target_name=name, compression=args.compression
    )
    with _progress(args) as sink:
        made = container.back_up()(request, sink)
    for warning in made.warnings:
        print(
            json.dumps({"message_type": "warning", "message": warning})
            if args.json
            else f"Warning: {warning}",
            file=sys.stdout if args.json else sys.stderr,
        )
    if args.json:
        print(json.dumps({"message_type": "summary", **_raw(made)}))
    elif not args.quiet:
        sealed = ", encrypted" if made.encrypted else ""
        seconds = (made.completed_at - made.started_at).total_seconds() if made.completed_at else 0
        print(
            f"Run {made.run_id} is {made.status}: {made.entries} entries, {size(made.source_bytes)}, "
            f"stored in {size(made.stored_bytes)}{sealed}, in {duration(seconds)}."
        )
        print(f"To get it back:  bcper-cli backup restore {made.run_id[:8]} --target-dir DIR")
    return INCOMPLETE if made.status is RunStatus.PARTIAL else 0


def _location(container: Container, name: str) -> str:
    """Where a store is: by its name if there is one of that name, else a folder."""
    store = container.catalogs().load().stores.get(name)
    if store is None:
        return name
    from bcper.domain.usecases.edit_stores import place_of

    return place_of(store)


def _list(args: argparse.Namespace, container: Container) -> int:
    unreadable: list[Unreadable] = []
    if args.history and args.store is None:
        runs = container.ledger().list(history=True)
    else:
        runs = container.browse().list(_store(args, container), unreadable.append)
    runs = [run for run in runs if args.job in (None, run.job_name)]
    for bad in unreadable:
        print(f"Warning: {printable(str(bad.error))}", file=sys.stderr)
    if args.json:
        print(json.dumps([_raw(item) for item in runs]))
    elif not runs:
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
                    "Yes" if r.encrypted else "No",
                    r.store,
                ]
                for r in runs
            ],
        )
    return 0


def _status(run: Run) -> str:
    notes = [word for word, true in (("pinned", run.pinned), ("pruned", run.pruned_at is not None)) if true]
    return ", ".join((str(run.status), *notes))


def _store(args: argparse.Namespace, container: Container) -> str | None:
    return None if args.store is None else _location(container, args.store)


def _show(args: argparse.Namespace, container: Container) -> int:
    found = container.browse().find(args.run, _store(args, container))
    if args.json:
        print(json.dumps(_raw(found)))
        return 0
    for key, value in _raw(found).items():
        if value not in (None, "", [], ()):
            shown = "; ".join(value) if isinstance(value, list | tuple) else value
            print(f"{key.replace('_', ' '):14} {printable(str(shown))}")
    return 0


def _ls(args: argparse.Namespace, container: Container) -> int:
    browse = container.browse()
    opened = browse.open(browse.find(args.run, _store(args, container)))
    below = os.fsencode(args.path.strip("/")) if args.path else None
    count = 0
    for entry in browse.entries(opened, _password(args, container, (opened.run,))):
        if below is not None and entry.path != below and not entry.path.startswith(below + b"/"):
            continue
        count += 1
        if args.json:
            raw = {
                key: value
                for key, value in attrs.asdict(entry).items()
                if key not in ("path", "link", "xattrs")
            }
            print(json.dumps({"path": os.fsdecode(entry.path), **raw}))
        else:
            kind = {"f": stat.S_IFREG, "d": stat.S_IFDIR, "l": stat.S_IFLNK, "p": stat.S_IFIFO}.get(
                entry.type, 0
            )
            link = f" -> {printable(entry.link)}" if entry.link is not None else ""
            print(
                f"{stat.filemode(kind | entry.mode)} {entry.user or entry.uid} {entry.group or entry.gid} "
                f"{entry.size:>12} {printable(entry.path)}{link}"
            )
    if below is not None and not count:
        raise UsageError(f"The run holds no {printable(below)}.")
    return 0


def _restore(args: argparse.Namespace, container: Container) -> int:
    from bcper.domain.usecases.restore_runs import RestoreRequest

    store = _store(args, container)
    browse = container.browse()
    password = _password(args, container, [browse.find(name, store) for name in args.runs])
    status = 0
    for name in args.runs:
        request = RestoreRequest(
            name,
            args.target_dir,
            tuple(args.include),
            args.overwrite,
            args.special,
            store,
            password,
        )
        with _progress(args) as sink:
            report = container.restore()(request, sink)
        problems = [{"path": os.fsdecode(p.path), "reason": p.reason} for p in report.problems]
        if args.json:
            print(
                json.dumps(
                    {
                        "message_type": "summary",
                        "run_id": report.run_id,
                        "target_dir": report.target_dir,
                        "entries": report.entries,
                        "written": report.written,
                        "kept": report.kept,
                        "bytes": report.bytes,
                        "problems": problems,
                    }
                )
            )
        else:
            for problem in report.problems:
                print(f"Warning: {printable(problem.path)} {problem.reason}", file=sys.stderr)
            if not args.quiet:
                target = printable(report.target_dir)
                kept = f", {report.kept} existing files kept (see --overwrite)" if report.kept else ""
                print(
                    f"Restored run {report.run_id[:8]} to {target}: {report.written} entries, "
                    f"{size(report.bytes)}{kept}."
                )
        if report.incomplete:
            status = INCOMPLETE
    return status


def _password(args: argparse.Namespace, container: Container, runs: Sequence[Run]) -> str | None:
    """What the options give; else it is asked for, on a terminal, if the secret store does not know it."""
    given = password_of(args)
    if given is not None or not sys.stdin.isatty():
        return given
    browse = container.browse()
    if all(browse.opens(browse.open(run), None) for run in runs):
        return None
    return ask(twice=False)


def _verify(args: argparse.Namespace, container: Container) -> int:
    if not args.runs and not args.all:
        raise UsageError("Name the runs to verify, or use --all.")
    names = args.runs
    if args.all:
        names = [r.run_id for r in container.browse().list(_store(args, container)) if r.status.restorable]
    password = password_of(args)
    status = 0
    for name in names:
        try:
            with _progress(args) as sink:
                report = container.verify()(name, password, sink, _store(args, container))
        except (Damaged, StoreError, WrongPassword) as error:
            if len(names) == 1:
                raise
            # One bad run must not keep the others from being looked at; the worst is what is returned.
            tell_failure(error, as_json=args.json)
            status = max(status, error.exit_status)
            continue
        _tell_verified(args, report)
    return status


def _tell_verified(args: argparse.Namespace, report: "VerifyReport") -> None:
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
        deep = f"every byte of {report.entries} entries read and compared"
        print(f"Run {report.run.run_id[:8]} is whole: {deep if report.deep else 'checksums agree'}.")
        if not report.deep:
            print("With its password every byte inside would be compared too.")


def _delete(args: argparse.Namespace, container: Container) -> int:
    browse = container.browse()
    runs = [browse.find(name, _store(args, container)) for name in args.runs]
    if not args.yes:
        if not sys.stdin.isatty():
            raise UsageError("Deleting asks first, and there is no terminal to ask on.", "Use --yes.")
        ids = ", ".join(r.run_id[:8] for r in runs)
        if input(f"Delete {len(runs)} run{'s' if len(runs) > 1 else ''} ({ids})? [y/N] ").lower() not in (
            "y",
            "yes",
        ):
            return 130
    with _progress(args) as sink:
        for found in runs:
            container.delete()(found, sink)
    if args.json:
        print(json.dumps({"message_type": "summary", "deleted": [r.run_id for r in runs]}))
    elif not args.quiet:
        print(f"Deleted {', '.join(r.run_id[:8] for r in runs)}.")
    return 0


def _progress(args: argparse.Namespace) -> CliProgress:
    return CliProgress(as_json=args.json, quiet=args.quiet)


def _raw(item: Run) -> dict[str, object]:
    raw = attrs.asdict(item)
    for key in ("started_at", "completed_at", "deleted_at", "pruned_at"):
        raw[key] = raw[key].isoformat() if raw[key] is not None else None
    return raw


def _compared(verb: str) -> Callable[[argparse.Namespace, Container], int]:
    def run(args: argparse.Namespace, container: Container) -> int:
        from bcper.apps.cli.commands import compare

        command: Callable[[argparse.Namespace, Container], int] = getattr(compare, verb)
        if getattr(args, "store", None) is not None:
            args.store = _location(container, args.store)
        return command(args, container)

    return run


_VERBS: dict[str, Callable[[argparse.Namespace, Container], int]] = {
    "now": _now,
    "list": _list,
    "show": _show,
    "ls": _ls,
    "restore": _restore,
    "verify": _verify,
    "delete": _delete,
    "diff": _compared("diff"),
    "find": _compared("find"),
    "pin": _compared("pin"),
    "unpin": _compared("pin"),
}
