"""The manifest and the checksum file (FORMAT.md sections 1 and 5)."""

import json
from typing import Any

import attrs

from bcper.domain.errors import ConfigurationError, Damaged
from bcper.domain.model.manifest import FORMAT, IndexLine, Manifest, Part, VolumeLine
from bcper.domain.model.names import check_blob_name

LIMIT = 64 << 20


def encode(manifest: Manifest) -> bytes:
    """The manifest as JSON, ASCII."""
    return (json.dumps(attrs.asdict(manifest), indent=1) + "\n").encode("ascii")


def decode(data: bytes, name: str) -> Manifest:
    """The manifest that ``data`` holds. Raises Damaged; ConfigurationError for a newer format."""
    try:
        raw = json.loads(data)
        if raw["format"] > FORMAT:
            raise ConfigurationError(
                f"{name} was written by a newer BCPER (format {raw['format']}).", "Update BCPER."
            )
        fields = {field.name: raw[field.name] for field in attrs.fields(Manifest)}
        fields["parts"] = tuple(_part(part) for part in raw["parts"])
        fields["warnings"] = tuple(str(warning) for warning in raw["warnings"])
        for key in ("run_id", "job_name", "target_name", "started_at", "completed_at"):
            if not isinstance(fields[key], str):
                raise TypeError(key)
        return Manifest(**fields)
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise Damaged(f"The manifest {name} is damaged.", "Restore another run.") from error


def _part(raw: dict[str, Any]) -> Part:
    for key in ("entries", "bytes", "stored_bytes"):
        if type(raw[key]) is not int or raw[key] < 0:
            raise ValueError(key)
    volumes = tuple(
        VolumeLine(check_blob_name(v["blob"]), int(v["bytes"]), int(v["live_bytes"]), str(v["sha256"]))
        for v in raw["volumes"]
    )
    index = raw["index"]
    return Part(
        name=str(raw["name"]),
        items=tuple(str(item) for item in raw["items"]),
        encrypted=bool(raw["encrypted"]),
        archive=raw["archive"],
        volumes=volumes,
        index=IndexLine(check_blob_name(index["blob"]), int(index["bytes"]), str(index["sha256"])),
        entries=raw["entries"],
        bytes=raw["bytes"],
        stored_bytes=raw["stored_bytes"],
    )
