"""Calls that may never come back."""

import threading
from collections.abc import Callable
from typing import Any


class Patient:
    """Makes calls in a thread of their own, one at a time, and waits ``seconds`` for each.

    A keyring that is locked asks the person, and there may be none; the server of a mounted disk may be
    gone. So a call may hang for as long as this process lives: its thread is left behind then (a daemon
    thread: nothing else lets the process end), and no second one is started while it hangs. ``late`` makes
    the error that says so. Who finds another call at work waits for its end, unless ``queue`` is False.
    """

    def __init__(
        self, seconds: float, late: Callable[[], Exception], *, name: str, queue: bool = True
    ) -> None:
        self._seconds = seconds
        self._late = late
        self._name = name
        self._queue = queue
        self._turn = threading.Lock()

    def __call__(self, call: Callable[..., Any], *arguments: str) -> Any:
        """What ``call`` returns. Raises ``late``'s error when it takes too long; what it raises itself.

        The error of ``call`` is handed over as it is, without ours on its trace.
        """
        if not self._turn.acquire(timeout=self._seconds if self._queue else 0):
            raise self._late()
        outcome: list[tuple[Any, Exception | None]] = []

        def work() -> None:
            try:
                outcome.append((call(*arguments), None))
            except Exception as error:  # it is raised where it can be seen
                outcome.append((None, error))
            finally:
                self._turn.release()

        thread = threading.Thread(target=work, name=self._name, daemon=True)
        thread.start()
        thread.join(self._seconds)
        if not outcome:
            raise self._late()
        result, error = outcome[0]
        if error is not None:
            raise error
        return result
