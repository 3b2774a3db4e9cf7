"""Failures as a reply tells them, and back (JSON-RPC 2.0 section 5.1; docs/reference/protocol.md)."""

from functools import lru_cache
from typing import Any

from bcper.domain import errors
from bcper.domain.errors import BcperError, DaemonError

PARSE, INVALID, NO_METHOD, BAD_PARAMS, BUG = -32700, -32600, -32601, -32602, -32603
FAILED, OTHER_VERSION, FULL, TOO_LONG, TOO_SLOW, SECRET, NO_HELLO = range(-32000, -32007, -1)
"""FAILED is every expected failure; the others are of the protocol itself."""


class Refused(Exception):
    """A message that is not taken: ``code``, a sentence without any value of the message, and a hint."""

    def __init__(self, code: int, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.code = code
        self.hint = hint
        self.id: int | str | None = None


def described(error: Exception) -> dict[str, Any]:
    """``error`` as the member ``error`` of a reply. Of a bug nothing is told but that it is one."""
    if isinstance(error, Refused):
        return _told(error.code, str(error), DaemonError, error.hint, DaemonError.exit_status)
    if isinstance(error, BcperError):
        return _told(FAILED, str(error), _known(type(error)), error.hint, error.exit_status)
    return _told(
        BUG,
        "Something went wrong in BCPER that should not have.",
        DaemonError,
        "It is a bug: please report it. The daemon's log has the trace.",
        1,
    )


def rebuilt(raw: object) -> BcperError:
    """The error that a reply's member ``error`` tells; DaemonError if that makes no sense."""
    if not isinstance(raw, dict) or not isinstance(raw.get("message"), str):
        return DaemonError("The daemon's answer makes no sense.")
    data = raw["data"] if isinstance(raw.get("data"), dict) else {}
    name, hint, status = data.get("kind"), data.get("hint"), data.get("exit_status")
    kind = kinds().get(name, BcperError) if isinstance(name, str) else DaemonError
    error = kind.__new__(kind)
    BcperError.__init__(error, raw["message"], hint if isinstance(hint, str) else "")
    if type(status) is int and 0 < status < 256 and status != kind.exit_status:
        error.exit_status = status
    return error


@lru_cache(maxsize=1)
def kinds() -> dict[str, type[BcperError]]:
    """The tree of errors by name."""
    return {
        name: kind
        for name, kind in vars(errors).items()
        if isinstance(kind, type) and issubclass(kind, BcperError)
    }


def _known(kind: type[BcperError]) -> type[BcperError]:
    """The nearest that the other end knows, too: an adapter may have errors of its own."""
    return next(base for base in kind.__mro__ if kinds().get(base.__name__) is base)


def _told(code: int, message: str, kind: type[BcperError], hint: str, status: int) -> dict[str, Any]:
    return {
        "code": code,
        "message": message,
        "data": {"kind": kind.__name__, "hint": hint, "exit_status": status},
    }
