"""One message is one line: a JSON object in UTF-8, read strictly (RFC 8259; FAULTS.md rows 41 and 42)."""

import json
from typing import Any, NoReturn

from bcper.adapters.ipc.codes import INVALID, PARSE, Refused

REQUEST_BYTES = 1 << 20
"""The longest line that a client may send, without its end."""

REPLY_BYTES = 64 << 20
"""The longest line that a client takes: a list of all runs is one line."""


def parse(line: bytes) -> dict[str, Any]:
    """The object in ``line``. Raises Refused: never with anything of what the line holds."""
    try:
        raw = _decoder.decode(line.decode())
    except UnicodeDecodeError:
        raise Refused(PARSE, "The line is not UTF-8.") from None
    except _Strict as error:
        raise Refused(PARSE, f"The line {error}.") from None
    except json.JSONDecodeError:
        raise Refused(PARSE, "The line is not JSON.") from None
    except RecursionError:
        raise Refused(PARSE, "The line is nested too deep.") from None
    except ValueError:  # int() reads 4,300 digits and no more
        raise Refused(PARSE, "The line holds a number that is too long.") from None
    if isinstance(raw, list):
        raise Refused(INVALID, "Batches are not taken.", "Send each request in a line of its own.")
    if not isinstance(raw, dict):
        raise Refused(INVALID, "The line is not an object.")
    return raw


def render(message: dict[str, Any]) -> bytes:
    """``message`` as a line, with its end; all in ASCII, what is not is escaped, lone surrogates too."""
    return json.dumps(message, allow_nan=False, separators=(",", ":")).encode("ascii") + b"\n"


class _Strict(Exception):
    """What RFC 8259 lets a reader refuse, and this one does."""


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    plain = dict(pairs)
    if len(plain) < len(pairs):
        raise _Strict("has a key twice")
    return plain


def _no_number(_text: str) -> NoReturn:
    raise _Strict("holds NaN or Infinity")


def _float(text: str) -> float:
    number = float(text)
    if number - number != 0:
        raise _Strict("holds a number that is too large")
    return number


_decoder = json.JSONDecoder(object_pairs_hook=_object, parse_constant=_no_number, parse_float=_float)
