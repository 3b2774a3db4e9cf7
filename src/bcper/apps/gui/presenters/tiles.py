"""The figures of the page Status."""

from collections.abc import Sequence
from datetime import datetime, timedelta

import attrs

from bcper.apps.words import ago, counted, listed, size, span
from bcper.domain.model.names import printable
from bcper.domain.model.proofs import Proof
from bcper.domain.model.requests.daemon import JobState
from bcper.domain.model.runs import Run
from bcper.domain.policy.history.exposure import exposure
from bcper.domain.policy.history.verdict import Level


@attrs.frozen
class Tile:
    """One of the four figures: ``label``, ``figure`` in large, ``text`` below."""

    label: str
    figure: str
    text: str
    level: Level = "none"


def full_in(days: int | None) -> tuple[str, Level]:
    """When a store is full, in words."""
    if days is None:
        return "does not fill up at this rate", "good"
    if days < 60:
        return f"full in about {counted(max(1, days), 'day')} at this rate", "bad" if days < 14 else "warning"
    months = round(days / 30.44)
    much = f"{months} months" if months < 24 else f"{months // 12} years"
    return f"full in about {much} at this rate", "warning" if months < 6 else "good"


def exposed(states: Sequence[JobState], now: datetime) -> Tile:
    """What would be lost with the disk: since the newest good backup of the job that is worst off."""
    label, found = "If this disk died now", exposure(states, now)
    never = [printable(job.target_name) for job in found.never]
    if found.worst is None or found.job is None or found.newest is None:
        text = f"nothing of {listed(never[:3])} is backed up yet" if never else "there are no jobs yet"
        return Tile(label, "everything" if never else "—", text, "bad" if never else "none")
    name = printable(found.job.name)
    text = f"of work would be lost (worst job: {name})"
    if found.newest < found.worst:
        text += f"; the newest backup is {span(found.newest)} old"
    if never:
        text += f"; nothing of {listed(never[:3])} is backed up yet"
    return Tile(label, span(found.worst), text, "bad" if never else "none")


def proven(proof: Proof | None, now: datetime) -> Tile:
    """A restore or a verification of a whole run, whichever was last."""
    label = "Last restore test"
    if proof is None:
        return Tile(label, "never", "verify or restore a backup to be sure of it", "warning")
    did = "restored" if proof.kind == "restore" else "compared"
    text = f"passed · {counted(proof.entries, 'entry', 'entries')} {did}"
    old = now - proof.at > timedelta(days=90)
    return Tile(label, ago(proof.at, now), text, "warning" if old else "good")


def protected(runs: Sequence[Run], states: Sequence[JobState]) -> Tile:
    """The size of the newest good backup of each target; kept are the runs that can be restored."""
    newest: dict[tuple[str, str], Run] = {}
    kept = 0
    for run in runs:  # newest first
        if run.status.restorable and run.pruned_at is None:
            kept += 1
            newest.setdefault((run.target_type, run.target_name), run)
    total = sum(run.source_bytes for run in newest.values())
    text = f"{counted(len(states), 'job')} · {counted(kept, 'backup')} kept"
    return Tile("Protected", size(total), text)
