"""The catalogue as JSON and back, version 3 (docs/reference/configuration.md).

All keys are written, and those that have defaults may be missing: so a default that changes one day does not
change what an old file means. Version 2 is the same without settings and without what jobs do around their
runs; it is read, and written as version 3 at the next change: an older BCPER, which refuses what it does not
know, then says that a newer one wrote the file.
"""

from collections.abc import Callable
from functools import partial
from typing import Any

from bcper.adapters.config_json.models import read_model, writer
from bcper.adapters.config_json.problem import Problem, found
from bcper.adapters.config_json.text import parse, render
from bcper.adapters.config_json.values import below, checked, read_object, read_whole
from bcper.domain.model.catalog import Catalog
from bcper.domain.model.frequency import Frequency
from bcper.domain.model.jobs import Job
from bcper.domain.model.names import safe_name
from bcper.domain.model.settings import Settings, check_settings
from bcper.domain.model.stores import Store, check_store
from bcper.domain.model.targets import Item, Vault
from bcper.domain.policy.whole import whole_frequency, whole_item, whole_job, whole_vault

VERSION = 3

_READ = (2, VERSION)
"""Versions that can be read."""

_SECTIONS: dict[str, tuple[type, Callable[[Any], Any]]] = {
    "items": (Item, whole_item),
    "vaults": (Vault, whole_vault),
    "stores": (Store, check_store),
    "frequencies": (Frequency, whole_frequency),
    "jobs": (Job, whole_job),
}
"""What is in each section, and what the model says of it."""

_NEWER = {"ignore", "leave_out", "has_password", "schedule", "keep", "before", "after", "ping_url"}
"""Keys that the original had not."""


def encode(catalog: Catalog) -> bytes:
    """The file for ``catalog``, which check_catalog takes."""
    unstructure = writer().unstructure
    sections = {
        name: {key: unstructure(value) for key, value in getattr(catalog, name).items()} for name in _SECTIONS
    }
    settings = unstructure(catalog.settings)
    return render({"version": VERSION, "revision": catalog.revision, "settings": settings, **sections})


def decode(data: bytes) -> Catalog:
    """The catalogue in ``data``, a file of this version or of the one before. Raises :class:`Problem`."""
    return structured(parse(data))


def structured(raw: dict[str, Any]) -> Catalog:
    """The catalogue in ``raw``. Raises :class:`Problem`; references to what is gone are none."""
    check_version(raw)
    read_object(raw, ["version"], ["revision", "settings", *_SECTIONS])
    revision = below(("revision",), read_whole, raw.get("revision", 0))
    if revision < 0:
        raise Problem(f"is {found(revision)}; it must be 0 or more", ("revision",))
    settings = below(("settings",), _settings, raw.get("settings", {}))
    sections = {name: _section(name, raw.get(name, {})) for name in _SECTIONS}
    return Catalog(revision=revision, settings=settings, **sections)


def is_original(raw: dict[str, Any]) -> bool:
    """Whether ``raw`` is the original's (migrate.py), which had no version.

    A newer file whose version somebody has taken out is not.
    """
    sections = [section for section in raw.values() if isinstance(section, dict)]
    entries = [entry for section in sections for entry in section.values() if isinstance(entry, dict)]
    return raw.keys() <= _SECTIONS.keys() and not any(entry.keys() & _NEWER for entry in entries)


def check_version(raw: dict[str, Any]) -> None:
    """Raises :class:`Problem` for a version that is not read here, and for a newer one says so (row 35)."""
    if "version" not in raw:
        raise Problem("lacks 'version'", hint=f'Write "version": {VERSION} at its top.')
    version = raw["version"]
    if type(version) is int and version > VERSION:
        raise Problem(
            f"is {found(version)}: a newer BCPER wrote this file, and this one knows version {VERSION}",
            ("version",),
            "Update BCPER.",
        )
    if type(version) is not int or version not in _READ:
        raise Problem(f"is {found(version)}; it must be {' or '.join(map(str, _READ))}", ("version",))


def _settings(raw: object) -> Settings:
    settings: Settings = read_model(Settings, raw)
    return checked(check_settings, settings)


def _section(name: str, raw: object) -> dict[str, Any]:
    kind, check = _SECTIONS[name]
    if not isinstance(raw, dict):
        raise Problem(f"is {found(raw)}; it must be an object in braces", (name,))
    return {key: below((name, key), partial(_value, kind, check, key), raw[key]) for key in raw}


def _value(kind: Any, check: Callable[[Any], Any], key: str, raw: object) -> Any:
    checked(safe_name, key)
    return checked(check, read_model(kind, raw, key))
