"""JSON, read strictly: RFC 8259, UTF-8, no key twice, no NaN (FAULTS.md row 34)."""

import json
from typing import Any

from bcper.adapters.config_json.problem import Problem, Step, found, quoted


def parse(data: bytes) -> dict[str, Any]:
    """The object that ``data`` holds. Raises :class:`Problem`."""
    if not data.strip():
        raise Problem("is empty" if not data else "is blank")
    if data.startswith(b"\xef\xbb\xbf"):
        raise Problem("begins with a byte order mark (BOM)", hint="Save it as UTF-8 without BOM.")
    try:
        text = data.decode()
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise Problem("is not UTF-8", hint="Save it as UTF-8.", where=f"line {line}") from error
    try:
        raw = json.loads(text, object_pairs_hook=_object)
        _check(raw, ())
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise Problem(f"is not JSON ({error.msg[:1].lower()}{error.msg[1:]})", where=where) from error
    except RecursionError as error:
        raise Problem("is nested too deep") from error
    except ValueError as error:  # int() reads 4,300 digits and no more
        raise Problem("holds a number that is too long") from error
    if not isinstance(raw, dict):
        raise Problem(f"is {found(raw)}; it must be an object in braces")
    return raw


def render(raw: object) -> bytes:
    """``raw`` as people like to edit it; bytes of a path that are not UTF-8 are JSON's ``\\udcxx``."""
    text = json.dumps(raw, ensure_ascii=False, allow_nan=False, indent=2)
    return (text + "\n").encode("utf-8", "backslashreplace")


class _Doubled(dict[str, Any]):
    """An object that has a key twice."""

    twice = ""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    plain = dict(pairs)
    if len(plain) == len(pairs):
        return plain
    doubled, seen = _Doubled(plain), set[str]()
    for key, _ in pairs:
        if key in seen:
            doubled.twice = key
            break
        seen.add(key)
    return doubled


def _check(raw: object, path: tuple[Step, ...]) -> None:
    """No key twice and no NaN, wherever it is: also where nobody looks later."""
    if isinstance(raw, _Doubled):
        raise Problem(f"has the key {quoted(raw.twice)} twice", path, "Leave one of them.")
    if isinstance(raw, float) and raw - raw != 0:
        raise Problem(f"is {found(raw)}", path, "JSON has no such number.")
    below = raw.items() if isinstance(raw, dict) else enumerate(raw) if isinstance(raw, list) else ()
    for step, value in below:
        _check(value, (*path, step))
