"""What every presenter has: tools, a state, and words for what goes wrong."""

from collections.abc import Awaitable, Callable, Iterator
from contextlib import contextmanager
from typing import Any, Generic, Protocol, TypeVar, cast

import attrs
import trio

from bcper.apps.failures import explain
from bcper.apps.gui.ask import Ask
from bcper.domain.errors import BcperError, Cancelled
from bcper.domain.model.names import printable
from bcper.ports.clock import Clock

S = TypeVar("S")
T = TypeVar("T")
Show = Callable[[S], None]

_OF_THE_COMMAND_LINE = ("bcper-cli", "--", " edit changes it")


class InThread(Protocol):
    """Runs a function where it may take its time, as ``trio.to_thread.run_sync``."""

    def __call__(self, function: Callable[..., T], /, *args: Any) -> Awaitable[T]: ...


@attrs.frozen
class Tools:
    """What a presenter decides with."""

    ask: Ask
    clock: Clock
    in_thread: InThread = trio.to_thread.run_sync


@attrs.frozen
class Trouble:
    """What went wrong, in a sentence; ``hint`` says what to do about it and may be empty."""

    message: str
    hint: str = ""


def trouble_of(error: BcperError) -> Trouble:
    """The words for ``error``; hints that only make sense on a command line are left out."""
    failure = explain(error)
    hint = "" if any(word in failure.hint for word in _OF_THE_COMMAND_LINE) else failure.hint
    return Trouble(printable(failure.message), printable(hint))


class Presenter(Generic[S]):
    """Holds a state, and shows each one that differs from the one before."""

    def __init__(self, tools: Tools, show: Show[S], first: S) -> None:
        """``show`` is called in trio's thread, first with ``first`` itself."""
        self._tools = tools
        self._show = show
        self._state = first
        show(first)

    @property
    def state(self) -> S:
        """What is shown."""
        return self._state

    def _set(self, **changes: Any) -> None:
        self._put(attrs.evolve(cast("Any", self._state), **changes))

    def _put(self, state: S) -> None:
        if state != self._state:
            self._state = state
            self._show(state)

    def _fail(self, error: BcperError) -> None:
        self._set(trouble=trouble_of(error))

    @contextmanager
    def _telling(self) -> Iterator[None]:
        """What fails within is shown as the state's ``trouble``; what was cancelled is no trouble."""
        try:
            yield
        except Cancelled:
            return
        except BcperError as error:
            self._fail(error)
        else:
            self._set(trouble=None)
