"""The messages of the protocol (docs/reference/protocol.md): JSON-RPC 2.0, parameters by name only."""

from typing import Any, TypeVar

import attrs

from bcper import __version__
from bcper.adapters.ipc.codes import (
    BAD_PARAMS,
    INVALID,
    NO_HELLO,
    NO_METHOD,
    OTHER_VERSION,
    SECRET,
    Refused,
    described,
)
from bcper.adapters.ipc.lines import REQUEST_BYTES, parse, render
from bcper.adapters.ipc.requests import holds_secret, reply_type, request_types
from bcper.domain.errors import DaemonError, UsageError
from bcper.domain.model.progress import Progress
from bcper.domain.model.requests.base import Request

R = TypeVar("R")
Id = int | str

PROTOCOL = 1
ALIVE: dict[str, Any] = {"jsonrpc": "2.0", "method": "alive"}
"""What the server says every few seconds while a request runs."""

_MEMBERS = {"jsonrpc", "id", "method", "params", "progress"}
_ID_LENGTH = 64


@attrs.frozen
class Call:
    """What a client said: a request when it has an ``id``, or a notification."""

    id: Id | None
    method: str
    params: dict[str, Any]
    progress: bool


def read_call(message: dict[str, Any]) -> Call:
    """A client's message. Raises Refused, with the message's id where it has one."""
    id_ = message.get("id")
    try:
        return _read_call(message, id_)
    except Refused as refused:
        refused.id = id_ if _is_id(id_) else None
        raise


def _read_call(message: dict[str, Any], id_: Any) -> Call:
    if message.get("jsonrpc") != "2.0" or not isinstance(message.get("method"), str):
        raise Refused(INVALID, "The message is no JSON-RPC 2.0 request.")
    if "id" in message and not _is_id(id_):
        raise Refused(INVALID, "An id is a whole number or a short text.")
    if not message.keys() <= _MEMBERS or not isinstance(message.get("progress", False), bool):
        raise Refused(INVALID, "The message has a member that a request has not.")
    params = message.get("params", {})
    if not isinstance(params, dict):
        raise Refused(BAD_PARAMS, "Parameters are given by name, in an object.")
    return Call(id_, message["method"], params, message.get("progress", False))


def _is_id(raw: object) -> bool:
    if type(raw) is int:
        return abs(raw) < 1 << 63
    return isinstance(raw, str) and len(raw) <= _ID_LENGTH


def request_of(call: Call) -> Request[Any]:
    """The request that ``call`` makes. Raises Refused, and BcperError when the model refuses a value."""
    kind = request_types().get(call.method)
    if kind is None:
        raise Refused(NO_METHOD, "There is no such method.", "Is the daemon of another version? Restart it.")
    from bcper.adapters.ipc.misfit import Misfit
    from bcper.adapters.ipc.shapes import structure

    try:
        request = structure(call.params, kind)
    except Misfit as error:
        raise Refused(BAD_PARAMS, f"{call.method}: {error}.") from None
    if holds_secret(request):
        raise Refused(SECRET, "Passwords do not travel.", "Ask without the daemon.")
    answered: Request[Any] = request
    return answered


def greet(call: Call) -> dict[str, Any]:
    """The reply to ``hello``, which must be the first call. Raises Refused."""
    if call.method != "hello" or call.id is None:
        raise Refused(NO_HELLO, "The first message must be 'hello'.")
    version = call.params.get("protocol")
    if type(version) is not int or version != PROTOCOL:
        raise Refused(
            OTHER_VERSION,
            f"The daemon speaks version {PROTOCOL} of the protocol, and not the client's.",
            "Restart it: bcper-cli daemon restart",
        )
    client = call.params.get("client")
    if not isinstance(client, str) or not call.params.keys() <= {"protocol", "client"}:
        raise Refused(BAD_PARAMS, "hello takes the protocol's version and the client's name.")
    import os

    return result(call.id, {"protocol": PROTOCOL, "version": __version__, "pid": os.getpid()})


def check_greeting(raw: object) -> None:
    """Raises DaemonError unless ``raw`` is the result of a ``hello`` of this version."""
    if not isinstance(raw, dict) or raw.get("protocol") != PROTOCOL:
        raise DaemonError(
            "The daemon speaks another version of the protocol.", "Restart it: bcper-cli daemon restart"
        )


def call(id_: int, method: str, params: dict[str, Any], *, progress: bool = False) -> dict[str, Any]:
    """A request."""
    message = {"jsonrpc": "2.0", "id": id_, "method": method, "params": params}
    return {**message, "progress": True} if progress else message


def hello(id_: int, client: str) -> dict[str, Any]:
    """What a client says first."""
    return call(id_, "hello", {"protocol": PROTOCOL, "client": client})


def asked(id_: int, request: Request[Any], *, progress: bool) -> bytes:
    """``request`` as a line. Raises UsageError for one that is too long, or holds a time without a zone."""
    from bcper.adapters.ipc.shapes import unstructure

    kind = type(request)
    try:
        line = render(call(id_, kind.__name__, unstructure(request, kind), progress=progress))
    except ValueError as error:  # JSON has no infinity, and nothing that is no number
        raise UsageError("That is no number that can be told.", "Give an ordinary one.") from error
    if len(line) > REQUEST_BYTES:
        raise UsageError("This is too long to ask of the daemon.", "Ask for less at once.")
    return line


def read_word(line: bytes) -> dict[str, Any]:
    """What a server said. Raises DaemonError when it makes no sense."""
    try:
        return parse(line)
    except Refused as error:
        raise DaemonError("The daemon's answer makes no sense.", "Is it of another version?") from error


def answered(id_: Id, request: Request[R], reply: R) -> dict[str, Any]:
    """``reply`` to ``request``."""
    from bcper.adapters.ipc.shapes import unstructure

    return result(id_, unstructure(reply, reply_type(type(request))))


def reply_of(raw: object, request: Request[R]) -> R:
    """The reply to ``request`` that a result tells. Raises DaemonError when it makes no sense."""
    from bcper.adapters.ipc.shapes import structure

    try:
        reply: R = structure(raw, reply_type(type(request)))
    except Exception as error:
        raise DaemonError("The daemon's answer makes no sense.", "Is it of another version?") from error
    return reply


def result(id_: Id, value: object) -> dict[str, Any]:
    """A reply."""
    return {"jsonrpc": "2.0", "id": id_, "result": value}


def failure(id_: Id | None, error: Exception) -> dict[str, Any]:
    """A reply that tells an error; the id is ``null`` where the request's could not be read."""
    return {"jsonrpc": "2.0", "id": id_, "error": described(error)}


def notification(method: str, params: dict[str, Any]) -> dict[str, Any]:
    """What nobody answers."""
    return {"jsonrpc": "2.0", "method": method, "params": params}


def progressed(id_: Id, progress: Progress) -> dict[str, Any]:
    """How far the request ``id_`` is."""
    from bcper.adapters.ipc.shapes import unstructure

    return notification("progress", {"id": id_, "progress": unstructure(progress, Progress)})


def progress_of(params: object, id_: Id) -> Progress | None:
    """The progress that the params of a ``progress`` tell, if it is of the request ``id_``."""
    from bcper.adapters.ipc.misfit import Misfit
    from bcper.adapters.ipc.shapes import structure

    if not isinstance(params, dict) or params.get("id") != id_:
        return None
    try:
        progress: Progress = structure(params.get("progress"), Progress)
    except Misfit:
        return None
    return progress


def untold() -> UsageError:
    """A request that does not travel was to be sent."""
    return UsageError("This cannot be asked of the daemon.", "Ask without it.")


def not_running() -> DaemonError:
    """Nobody listens."""
    return DaemonError("The daemon does not run.", "Start it: bcper-cli daemon start")


def gone() -> DaemonError:
    """The other end has closed the connection, or broken it."""
    return DaemonError("The daemon went away.", "See whether it runs: bcper-cli daemon status")
