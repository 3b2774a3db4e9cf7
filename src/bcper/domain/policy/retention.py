"""Which runs a job keeps (FAULTS.md, introduction: retention can destroy everything)."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime, tzinfo

import attrs

from bcper.domain.model.jobs import Keep
from bcper.domain.model.runs import Run, RunStatus, newest_last


@attrs.frozen
class Verdict:
    """What becomes of a run, and why, in words.

    ``kept`` is false for the runs to take out of the store, and for no others: a run that failed, or left
    the store before, is "kept" in that nothing is to be done about it.
    """

    run: Run
    kept: bool
    reasons: tuple[str, ...]


def decide(
    runs: Iterable[Run], keep: Keep, zone: tzinfo, *, now: datetime | None = None
) -> tuple[Verdict, ...]:
    """A verdict on each of ``runs``, newest first (by start, then id).

    ``runs`` are all those of one job, target and store. ``zone`` says where days, weeks (ISO 8601), months
    and years begin.

    The rules are restic's, and a run stays if any one of them wants it: ``last`` n keeps the n newest runs;
    ``daily`` n looks at the n newest days *that have a run*, not at the last n of the calendar, and keeps
    the newest run of each; weeks, months and years alike. Without any rule everything is kept. One thing is
    left out of restic's: the oldest run gets no extra place while a rule has places left.

    Only runs that can be restored count. Beside the rules:

    - The last good run is never dropped: the newest success, or without one the newest partial run.
    - A pinned run is never dropped, and takes no place of any rule: what the rules keep is what they would
      keep if it were not there, so pinning a run never costs another one.
    - If the newest run that can be restored has a hold (policy/holds.py), nothing is dropped.
    - With ``now``, runs that claim to have started later are kept and take no place either: after a night
      with the clock ten years ahead (row 31), that night's run would push out every new one for ten years.
    """
    newest_first = sorted(runs, key=newest_last, reverse=True)
    aside = {run.run_id: why for run in newest_first if (why := _aside(run, now))}
    stored = [run for run in newest_first if run.run_id not in aside]
    weighed = _weigh([run for run in stored if not run.pinned], keep, zone)
    last_good = _last_good(stored)
    hold = stored[0].hold if stored else ""

    def verdict(run: Run) -> Verdict:
        if why := aside.get(run.run_id):
            return Verdict(run, True, (why,))
        kept, reasons = (True, ("pinned",)) if run.pinned else weighed[run.run_id]
        if run is last_good:
            return Verdict(run, True, (*(reasons if kept else ()), "the last good run"))
        if hold and not kept:
            return Verdict(run, True, (f"held: {hold}",))
        return Verdict(run, kept, reasons)

    return tuple(map(verdict, newest_first))


def _aside(run: Run, now: datetime | None) -> str:
    """Why a run has no part in this, or an empty string."""
    if run.pruned_at is not None:
        return "left the store already"
    if run.deleted_at is not None:
        return "being deleted"
    if run.status is RunStatus.RUNNING:
        return "still running"
    if not run.status.restorable:
        return f"{run.status} runs do not count"
    if now is not None and run.started_at > now:
        return "dated in the future"
    return ""


def _last_good(stored: Sequence[Run]) -> Run | None:
    successes = (run for run in stored if run.status is RunStatus.SUCCESS)
    return next(successes, stored[0] if stored else None)


@attrs.frozen
class _Rule:
    word: str
    count: int
    periods: str
    label: Callable[[datetime], str]


def _weigh(runs: Sequence[Run], keep: Keep, zone: tzinfo) -> dict[str, tuple[bool, tuple[str, ...]]]:
    """By run id: whether a rule wants it, and why, or why none does."""
    if keep.everything:
        return {run.run_id: (True, ("no rule drops anything",)) for run in runs}
    starts = [run.started_at.astimezone(zone) for run in runs]
    opinions = [_last(len(runs), keep.last)] if keep.last else []
    opinions += [tuple(_by_period(starts, rule)) for rule in _rules(keep) if rule.count]
    weighed: dict[str, tuple[bool, tuple[str, ...]]] = {}
    for run, said in zip(runs, zip(*opinions, strict=True), strict=True):
        kept = any(wanted for wanted, _ in said)
        weighed[run.run_id] = kept, tuple(why for wanted, why in said if wanted is kept)
    return weighed


def _last(runs: int, count: int) -> tuple[tuple[bool, str], ...]:
    return tuple(
        (True, f"last {place}") if place <= count else (False, f"not of the last {count}")
        for place in range(1, runs + 1)
    )


def _rules(keep: Keep) -> tuple[_Rule, ...]:
    return (
        _Rule("daily", keep.daily, "days", lambda start: start.date().isoformat()),
        _Rule("weekly", keep.weekly, "weeks", _week),
        _Rule("monthly", keep.monthly, "months", lambda start: start.date().isoformat()[:7]),
        _Rule("yearly", keep.yearly, "years", lambda start: start.date().isoformat()[:4]),
    )


def _week(start: datetime) -> str:
    year, week, _ = start.isocalendar()
    return f"{year:04}-W{week:02}"


def _by_period(starts: Iterable[datetime], rule: _Rule) -> Iterator[tuple[bool, str]]:
    # A set, not the label before: where clocks go back at midnight, a day comes, goes and comes again.
    taken: set[str] = set()
    for start in starts:
        label = rule.label(start)
        if label in taken:
            yield False, f"{label} has a newer run"
        elif len(taken) < rule.count:
            taken.add(label)
            yield True, f"{rule.word} {label}"
        else:
            yield False, f"not of the {rule.count} newest {rule.periods} with a run"
