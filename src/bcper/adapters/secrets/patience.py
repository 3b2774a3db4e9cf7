"""Calls that may never come back."""

import threading
from collections.abc import Callable
from typing import Any

from bcper.domain.errors import SecretsUnavailable

_HINT = "Unlock it and try again, or set BCPER_SECRETS=file to do without."


class Patient:
    """Makes calls in a thread of their own, one at a time, and waits ``seconds`` for each.

    A keyring that is locked asks the person, and there may be none, so a call may hang for as long as this
    process lives: its thread is left behind then (a daemon thread: nothing else lets the process end), and
    no second one is started while it hangs.
    """

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._turn = threading.Lock()

    def __call__(self, call: Callable[..., Any], *arguments: str) -> Any:
        """What ``call`` returns. Raises SecretsUnavailable when it takes too long; what it raises itself.

        The error of ``call`` is handed over as it is, without ours on its trace.
        """
        if not self._turn.acquire(timeout=self._seconds):
            raise self._no_answer()
        outcome: list[tuple[Any, Exception | None]] = []

        def work() -> None:
            try:
                outcome.append((call(*arguments), None))
            except Exception as error:  # it is raised where it can be seen
                outcome.append((None, error))
            finally:
                self._turn.release()

        thread = threading.Thread(target=work, name="bcper-keyring", daemon=True)
        thread.start()
        thread.join(self._seconds)
        if not outcome:
            raise self._no_answer()
        result, error = outcome[0]
        if error is not None:
            raise error
        return result

    def _no_answer(self) -> SecretsUnavailable:
        return SecretsUnavailable(f"The keyring did not answer within {self._seconds:g} seconds.", _HINT)
