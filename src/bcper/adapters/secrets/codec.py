"""Passwords as JSON. Reading tells only whether it is in order: an error would quote what it was given."""

import json
from collections.abc import Mapping
from typing import Any

from bcper.domain.errors import UsageError
from bcper.domain.model.owners import Owner
from bcper.domain.model.passwords import Kept, check_password

FORMAT = 1


class Newer(Exception):
    """The file was written by a newer BCPER."""


def encode_kept(kept: Kept) -> str:
    """What is kept of one owner, ASCII."""
    return json.dumps({"current": kept.current, "earlier": list(kept.earlier)})


def decode_kept(text: str) -> Kept | None:
    """The reverse of :func:`encode_kept`; ``None`` for anything else."""
    try:
        return _kept(_parse(text), {"current", "earlier"})
    except _WRONG:
        return None


def encode_file(secrets: Mapping[Owner, Kept]) -> bytes:
    """Everything, ASCII."""
    lines = [
        {"kind": owner.kind, "name": owner.name, "current": kept.current, "earlier": list(kept.earlier)}
        for owner, kept in secrets.items()
        if kept
    ]
    return (json.dumps({"format": FORMAT, "secrets": lines}, indent=1) + "\n").encode("ascii")


def decode_file(data: bytes) -> dict[Owner, Kept] | None:
    """The reverse of :func:`encode_file`; ``None`` for what is damaged. Raises Newer."""
    newer = False
    try:
        raw = _parse(data.decode("ascii"))
        version = raw["format"]
        newer = type(version) is int and version > FORMAT
        if not newer:
            return _secrets(raw)
    except _WRONG:
        return None
    raise Newer


_WRONG = (ValueError, LookupError, TypeError, AttributeError, RecursionError, UsageError)


def _secrets(raw: dict[str, Any]) -> dict[Owner, Kept]:
    if type(raw["format"]) is not int or raw["format"] != FORMAT or set(raw) != {"format", "secrets"}:
        raise ValueError
    found: dict[Owner, Kept] = {}
    for line in _checked(raw["secrets"], list):
        if line["kind"] not in ("item", "vault"):
            raise ValueError
        owner = Owner(line["kind"], _checked(line["name"], str))
        if owner in found:
            raise ValueError
        found[owner] = _kept(line, {"kind", "name", "current", "earlier"})
    return found


def _kept(raw: dict[str, Any], keys: set[str]) -> Kept:
    if set(raw) != keys:
        raise ValueError
    current = raw["current"]
    if current is not None:
        current = check_password(_checked(current, str))
    earlier = tuple(check_password(_checked(one, str)) for one in _checked(raw["earlier"], list))
    if len({*earlier, current}) != len(earlier) + 1:
        raise ValueError
    return Kept(current, earlier)


def _parse(text: str) -> Any:
    return json.loads(text, object_pairs_hook=_no_doubles, parse_constant=_no_constant)


def _no_doubles(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    if len({key for key, _ in pairs}) != len(pairs):
        raise ValueError
    return dict(pairs)


def _no_constant(_: str) -> Any:
    raise ValueError


def _checked(value: Any, kind: type) -> Any:
    if type(value) is not kind:
        raise TypeError
    return value
