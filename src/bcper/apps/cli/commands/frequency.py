"""``bcper-cli frequency …``."""

import argparse
from collections.abc import Callable
from datetime import datetime

from bcper.apps.cli.commands.common import check_changes, delete_each, found, raw, tell
from bcper.apps.cli.render import local, show_json, table
from bcper.domain.errors import UsageError
from bcper.domain.model.frequency import Cron, Once
from bcper.domain.model.names import printable
from bcper.domain.model.requests.jobs import (
    AddFrequency,
    DeleteFrequency,
    EditFrequency,
    FrequencyView,
    ListFrequencies,
    When,
)
from bcper.ports.service import BackupService


def run(args: argparse.Namespace, service: BackupService) -> int:
    """Do the verb; returns the exit status."""
    return _VERBS[args.verb](args, service)


def _list(args: argparse.Namespace, service: BackupService) -> int:
    views = service(ListFrequencies())
    if args.json:
        show_json(raw(views))
    elif not views:
        print('There are no frequencies yet. Add one: bcper-cli frequency add ID --every "day at 22:00"')
    else:
        table(
            ["Frequency", "Name", "When", "Next", "Jobs"],
            [
                [
                    view.frequency.id,
                    view.frequency.name,
                    view.words,
                    _next_time(view),
                    ", ".join(view.jobs),
                ]
                for view in views
            ],
        )
    return 0


def _show(args: argparse.Namespace, service: BackupService) -> int:
    views = service(ListFrequencies(5))
    view = found(args, "frequency", views, lambda view: (view.frequency.id, view.frequency.name))
    if args.json:
        show_json(raw(view))
        return 0
    schedule = view.frequency.schedule
    print(f"Frequency {printable(view.frequency.id)}")
    print(f"  name  {printable(view.frequency.name)}")
    print(f"  when  {view.words}")
    if isinstance(schedule, Cron):
        print(f"  cron  {schedule.expression}")
    for when in view.next or (None,):
        print(f"  next  {_next_time(view) if when is None else local(when)}")
    print(f"  jobs  {printable(', '.join(view.jobs)) or 'none'}")
    return 0


def _add(args: argparse.Namespace, service: BackupService) -> int:
    when = _when(args)
    if when is None:
        raise UsageError("Say when.", "Give one of --cron, --every and --once.")
    view = service(AddFrequency(args.id, args.name or args.id, when))
    return tell(
        args, view, f"Added the frequency {printable(view.frequency.id)}: {view.words}.{_first(view)}"
    )


def _edit(args: argparse.Namespace, service: BackupService) -> int:
    check_changes(args)
    view = service(EditFrequency(args.id, args.name, _when(args)))
    return tell(
        args, view, f"Changed the frequency {printable(view.frequency.id)}: {view.words}.{_first(view)}"
    )


def _delete(args: argparse.Namespace, service: BackupService) -> int:
    def known() -> set[str]:
        return {view.frequency.id for view in service(ListFrequencies())}

    return delete_each(args, "frequency", known, lambda name: service(DeleteFrequency(name, args.cascade)))


def _next(args: argparse.Namespace, service: BackupService) -> int:
    view = next((v for v in service(ListFrequencies(5)) if v.frequency.id == args.id), None)
    if view is None:
        raise UsageError(
            f"There is no frequency {args.id!r}.", "bcper-cli frequency list shows the frequencies."
        )
    times = [f"  {when.astimezone():%A %Y-%m-%d %H:%M}" for when in view.next]
    # What is due at once has no time to tell; its words say so.
    none = f"{view.words}." if _at_once(view) else f"{view.words}: never again."
    return tell(args, view, "\n".join([f"{view.words}:", *times]) if times else none)


def _when(args: argparse.Namespace) -> When | None:
    if args.cron is not None:
        return When(cron=args.cron)
    if args.every is not None:
        return When(every=args.every)
    if args.once is None:
        return None
    if not args.once:
        return When(once=True)
    try:
        moment = datetime.fromisoformat(args.once)
    except ValueError as error:
        raise UsageError(
            f"{args.once!r} is no time.", 'Write it as "2026-12-24 18:00", in this machine\'s zone.'
        ) from error
    return When(once=True, at=moment.astimezone())


def _at_once(view: FrequencyView) -> bool:
    return view.frequency.schedule == Once(None)


def _next_time(view: FrequencyView) -> str:
    if view.next:
        return local(view.next[0])
    return "as soon as possible" if _at_once(view) else "never"


def _first(view: FrequencyView) -> str:
    return f" Next: {local(view.next[0])}." if view.next else ""


_VERBS: dict[str, Callable[[argparse.Namespace, BackupService], int]] = {
    "list": _list,
    "show": _show,
    "add": _add,
    "edit": _edit,
    "delete": _delete,
    "next": _next,
}
