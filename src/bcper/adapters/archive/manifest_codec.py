"""The manifest (FORMAT.md section 5): written as JSON, read with every field checked."""

import json
from datetime import datetime
from typing import Any

import attrs

from bcper.domain.errors import ConfigurationError, Damaged
from bcper.domain.model.manifest import FORMAT, IndexLine, Manifest, Part, VolumeLine
from bcper.domain.model.names import check_blob_name

LIMIT = 64 << 20
_COUNT_LIMIT = 1 << 63

_TEXTS = ("run_id", "job_name", "target_name", "host", "started_at", "completed_at", "timezone", "tool")
_OPTIONAL_TEXTS = ("job_id", "parent")
_CHOICES = {
    "target_type": ("item", "vault"),
    "status": ("success", "partial"),
    "mode": ("full", "incremental"),
}


def encode(manifest: Manifest) -> bytes:
    """The manifest as JSON, ASCII."""
    return (json.dumps(attrs.asdict(manifest), indent=1) + "\n").encode("ascii")


def decode(data: bytes, name: str) -> Manifest:
    """The manifest that ``data``, the blob ``name``, holds.

    Raises Damaged, also for the manifest of another run's folder; ConfigurationError for a newer format.
    """
    try:
        raw = json.loads(data)
        version = raw["format"]
        if type(version) is int and version > FORMAT:
            raise ConfigurationError(
                f"{name} was written by a newer BCPER (format {version}).", "Update BCPER."
            )
        return _manifest(raw, name.split("/")[-2])
    except (ValueError, LookupError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise Damaged(f"The manifest {name} is damaged.", "Restore another run.") from error


def _manifest(raw: dict[str, Any], run_id: str) -> Manifest:
    if type(raw["format"]) is not int or raw["format"] != FORMAT:
        raise ValueError("format")
    fields: dict[str, Any] = {key: _text(raw[key]) for key in _TEXTS}
    fields |= {key: None if raw[key] is None else _text(raw[key]) for key in _OPTIONAL_TEXTS}
    for key, choices in _CHOICES.items():
        if raw[key] not in choices:
            raise ValueError(key)
        fields[key] = raw[key]
    for key in ("started_at", "completed_at"):
        if datetime.fromisoformat(fields[key]).tzinfo is None:
            raise ValueError(key)
    if fields["run_id"] != run_id:
        raise ValueError("run_id")
    parts = tuple(_part(part) for part in _list(raw["parts"]))
    if not parts:
        raise ValueError("parts")
    return Manifest(parts=parts, warnings=tuple(map(_text, _list(raw["warnings"]))), **fields)


def _part(raw: dict[str, Any]) -> Part:
    if type(raw["encrypted"]) is not bool:
        raise TypeError("encrypted")
    index = raw["index"]
    return Part(
        name=_text(raw["name"]),
        items=tuple(map(_text, _list(raw["items"]))),
        encrypted=raw["encrypted"],
        archive=None if raw["archive"] is None else _blob(raw["archive"]),
        volumes=tuple(
            VolumeLine(_blob(v["blob"]), _count(v["bytes"]), _count(v["live_bytes"]), _text(v["sha256"]))
            for v in _list(raw["volumes"])
        ),
        index=IndexLine(_blob(index["blob"]), _count(index["bytes"]), _text(index["sha256"])),
        entries=_count(raw["entries"]),
        bytes=_count(raw["bytes"]),
        stored_bytes=_count(raw["stored_bytes"]),
    )


def _text(value: Any) -> str:
    if type(value) is not str:
        raise TypeError(value)
    return value


def _blob(value: Any) -> str:
    # A name with a lone surrogate that stands for no byte could not even be looked for.
    _text(value).encode("utf-8", "surrogateescape")
    return check_blob_name(_text(value))


def _count(value: Any) -> int:
    if type(value) is not int or not 0 <= value < _COUNT_LIMIT:
        raise ValueError(value)
    return value


def _list(value: Any) -> list[Any]:
    if type(value) is not list:
        raise TypeError(value)
    return value
