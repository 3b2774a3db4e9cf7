"""Whether a catalogue can be saved and read back: every value checked, every key its value's own name."""

from collections.abc import Iterable

from bcper.domain.errors import UsageError
from bcper.domain.model.catalog import Catalog
from bcper.domain.model.frequency import Cron, Frequency
from bcper.domain.model.jobs import Job, check_job
from bcper.domain.model.names import printable, safe_name
from bcper.domain.model.paths import check_text
from bcper.domain.model.settings import check_settings
from bcper.domain.model.stores import check_store
from bcper.domain.model.targets import Item, Vault, check_item, check_vault
from bcper.domain.policy.cron import parse_cron


def check_catalog(catalog: Catalog) -> Catalog:
    """``catalog`` itself, for what saves it. Raises :class:`UsageError` (row 39).

    For what the functions below, check_store and check_settings refuse, and for a key that is not the name
    or id of its value. What refers to something that is gone is allowed (policy/orphans.py).
    """
    for item in catalog.items.values():
        whole_item(item)
    for vault in catalog.vaults.values():
        whole_vault(vault)
    for store in catalog.stores.values():
        check_store(store)
    for frequency in catalog.frequencies.values():
        whole_frequency(frequency)
    for job in catalog.jobs.values():
        whole_job(job)
    check_settings(catalog.settings)
    by_name = (catalog.items, catalog.vaults, catalog.stores)
    _check_keys((key, value.name) for section in by_name for key, value in section.items())
    by_id = (catalog.frequencies, catalog.jobs)
    _check_keys((key, value.id) for section in by_id for key, value in section.items())
    return catalog


def whole_item(item: Item) -> Item:
    """``item`` itself; raises :class:`UsageError` as check_item does, and for an ignore line with NUL."""
    _check_ignore(item.ignore)
    return check_item(item)


def whole_vault(vault: Vault) -> Vault:
    """``vault`` itself; raises :class:`UsageError` as check_vault does, and for an ignore line with NUL."""
    _check_ignore(vault.ignore)
    return check_vault(vault)


def whole_frequency(frequency: Frequency) -> Frequency:
    """``frequency`` itself. Raises :class:`UsageError`.

    For an id that cannot be a name, an empty name (which is for people and may hold a slash), and a cron
    that is not as parse_cron makes it.
    """
    safe_name(frequency.id)
    if not frequency.name.strip() or not frequency.name.isprintable():
        raise UsageError(
            f"{printable(frequency.name)!r} cannot be the name of a frequency.",
            "Write a few words on one line.",
        )
    schedule = frequency.schedule
    if isinstance(schedule, Cron) and parse_cron(schedule.expression) != schedule:
        raise UsageError(f"The cron {printable(schedule.expression)!r} is not in its normal form.")
    return frequency


def whole_job(job: Job) -> Job:
    """``job`` itself; raises :class:`UsageError` as check_job does, for ids that cannot be a name, and for a
    time without a zone."""
    safe_name(job.id)
    safe_name(job.frequency_id)
    if job.created_at is not None and job.created_at.utcoffset() is None:
        raise UsageError(f"The time {job.created_at:%Y-%m-%d %H:%M} has no time zone.")
    return check_job(job)


def _check_ignore(lines: tuple[str, ...]) -> None:
    for line in lines:
        check_text(line)


def _check_keys(pairs: Iterable[tuple[str, str]]) -> None:
    for key, name in pairs:
        if key != name:
            raise UsageError(f"{printable(name)!r} is filed under {printable(key)!r}.")
