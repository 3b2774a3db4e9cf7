"""A ``config.json`` of the original, which has no version, as a catalogue.

What cannot be taken over becomes a note for a person and is left out; nothing fails as a whole. A note never
holds a password.
"""

from collections.abc import Callable, Mapping
from typing import Any, Literal, TypeVar

import attrs

from bcper.adapters.config_json.original import (
    Owner,
    Taken,
    take_frequency,
    take_item,
    take_job,
    take_store,
    take_vault,
)
from bcper.adapters.config_json.problem import found, quoted
from bcper.domain.errors import UsageError
from bcper.domain.model.catalog import Catalog
from bcper.domain.model.frequency import Once
from bcper.domain.model.names import safe_name

T = TypeVar("T")


@attrs.frozen
class Migration:
    """What an original file says. ``notes`` are sentences: what was left out or changed, and why.

    ``passwords`` are by kind and name of their owner; ``holds_passwords`` says whether any are in the file,
    those that were left out included. An owner whose password could not be read has
    ``has_password`` all the same, so that it is missed and nothing is backed up without it.
    """

    catalog: Catalog
    passwords: Mapping[Owner, str] = attrs.field(repr=False)
    notes: tuple[str, ...]
    holds_passwords: bool = False

    def kept(self, path: str) -> str:
        """What a person must know of the original file, which is kept at ``path``."""
        begin = f"The configuration of the original BCPER was taken over. The old file is kept as {path}."
        if not self.holds_passwords:
            return f"{begin} Delete it when all is well."
        return (
            f"{begin} It holds your passwords in plain text, and only you may read it (mode 0600). "
            "Check that all is well, that backups can be opened too, and then delete it."
        )


def migrated(raw: dict[str, Any], home: str) -> Migration:
    """The original's file ``raw`` taken over; ``home`` is the folder that ``~`` stands for. Never fails.

    ``last_run`` and ``next_run`` are not needed and dropped without a note.
    """
    taken = Taken(home)
    items = _section(raw, "items", "item", taken, take_item)
    vaults = _section(raw, "vaults", "vault", taken, take_vault)
    stores = _section(raw, "stores", "store", taken, take_store)
    frequencies = _section(raw, "frequencies", "frequency", taken, take_frequency)
    jobs = _section(raw, "jobs", "job", taken, take_job)
    for key, job in jobs.items():
        frequency = frequencies.get(job.frequency_id)
        has_run = frequency is not None and frequency.schedule == Once() and raw["jobs"][key].get("last_run")
        if has_run and job.enabled:
            taken.note(f"The job {quoted(job.name)} has had its one run and is disabled.")
            jobs[key] = attrs.evolve(job, enabled=False)
    catalog = Catalog(items, vaults, stores, frequencies, jobs)
    return Migration(catalog, dict(taken.passwords), tuple(taken.notes), _holds_passwords(raw))


def _holds_passwords(raw: dict[str, Any]) -> bool:
    """Whether there is a password anywhere, also in what cannot be taken over."""
    values: list[Any] = [raw]
    while values:
        value = values.pop()
        if isinstance(value, dict):
            if value.get("password"):
                return True
            values += value.values()
        elif isinstance(value, list):
            values += value
    return False


def _section(
    raw: dict[str, Any],
    name: str,
    word: Literal["item", "vault", "store", "frequency", "job"],
    taken: Taken,
    take: Callable[[str, dict[str, Any], Taken], T],
) -> dict[str, T]:
    section = raw.get(name, {})
    if not isinstance(section, dict):
        taken.note(f"The {name} are left out: what is there is {found(section)}.")
        return {}
    values = {}
    for key, entry in section.items():
        try:
            safe_name(key)
            if not isinstance(entry, dict):
                raise UsageError(f"What is there is {found(entry)}.")
            values[key] = take(key, entry, taken)
        except UsageError as error:
            taken.note(f"The {word} {quoted(key)} is left out. {error}")
    return values
