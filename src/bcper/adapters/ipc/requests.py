"""Which requests there are, what answers them, and which of them travel."""

import sys
import typing
from collections.abc import Iterable, Iterator, Mapping
from functools import lru_cache
from importlib import import_module
from typing import Any, get_args, get_origin, get_type_hints

import attrs

import bcper.domain.model
from bcper.domain.model.requests.base import Request

_MODEL = bcper.domain.model.__name__
_SECRETS = ("password", "passwords")
_ONE_BY_ONE = (Iterator, Iterable, typing.Generator)


@lru_cache(maxsize=1)
def request_types() -> Mapping[str, type[Request[Any]]]:
    """Every request that travels, by the name of its class. Imports every module of requests."""
    for module in _modules(f"{_MODEL}.requests"):
        import_module(module)
    return {
        kind.__name__: kind
        for kind in sorted(_below(Request), key=lambda kind: kind.__name__)
        if carried(kind)
    }


def reply_type(kind: Any) -> Any:
    """What answers requests of the class ``kind``, as it says. Raises TypeError when it says nothing."""
    return _reply_type(kind)


@lru_cache
def _reply_type(kind: Any) -> Any:
    for base in getattr(kind, "__orig_bases__", ()):
        if isinstance(get_origin(base), type) and issubclass(get_origin(base), Request):
            holder = type("Reply", (), {"__annotations__": {"reply": get_args(base)[0]}})
            return get_type_hints(holder, *_namespaces(kind))["reply"]
    raise TypeError(f"{kind.__name__} does not say what answers it")


def carried(kind: type[Request[Any]]) -> bool:
    """Whether requests of this kind travel: not those that are answered bit by bit."""
    origin: Any = get_origin(reply_type(kind))
    return origin not in _ONE_BY_ONE


def travels(request: Request[Any]) -> bool:
    """Whether ``request`` may be sent: not with a password, and not when its reply comes bit by bit."""
    return carried(type(request)) and not holds_secret(request)


def holds_secret(value: object) -> bool:
    """Whether a password is set anywhere in it (FAULTS.md row 75); also that none shall be any more."""
    kind: Any = type(value)
    if attrs.has(kind):
        fields = {field.name: getattr(value, field.name) for field in attrs.fields(kind)}
        return any(
            holds_secret(held) or (name in _SECRETS and held is not None and held != "" and held != ())
            for name, held in fields.items()
        )
    if isinstance(value, Mapping):
        return any(map(holds_secret, value.values()))
    return isinstance(value, tuple | list) and any(map(holds_secret, value))


def resolve(kind: type) -> None:
    """Make the types of an attrs class's fields real types, where they are text."""
    attrs.resolve_types(kind, *_namespaces(kind))


def _below(kind: type[Request[Any]]) -> Iterator[type[Request[Any]]]:
    for each in kind.__subclasses__():
        # Only what is in the model can be asked for, whatever else this process has (tests).
        if each.__module__.startswith(f"{_MODEL}.requests."):
            yield each
        yield from _below(each)


def _modules(package: str) -> list[str]:
    import pkgutil

    path = import_module(package).__path__
    return [f"{package}.{found.name}" for found in pkgutil.iter_modules(path)]


def _namespaces(kind: type) -> tuple[dict[str, Any], "_Elsewhere"]:
    known = vars(sys.modules[kind.__module__])
    return known, _Elsewhere(known)


class _Elsewhere(dict[str, Any]):
    """Classes of the model by name, for a module that imports some only for the type checker."""

    def __init__(self, known: dict[str, Any]) -> None:
        super().__init__()
        self._known = known

    def __missing__(self, name: str) -> Any:
        if name in self._known:
            raise KeyError(name)
        for module in (*_modules(_MODEL), *_modules(f"{_MODEL}.requests")):
            found = vars(import_module(module)).get(name)
            if getattr(found, "__module__", None) == module:
                return found
        raise KeyError(name)
