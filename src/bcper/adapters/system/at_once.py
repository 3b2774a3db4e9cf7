"""Questions in threads, all at once."""

import threading
import time
from collections.abc import Callable, Collection, Iterator, Sequence
from typing import TypeVar

from bcper.ports.at_once import Late

R = TypeVar("R")

_LOOK = 0.1


class ThreadAtOnce:
    """See :class:`~bcper.ports.at_once.AtOnce`.

    A thread each, which nobody waits for when this process ends: a mounted disk whose server is gone never
    answers.
    """

    def __call__(
        self,
        asks: Sequence[tuple[float, Callable[[], R]]],
        waiting: Callable[[Collection[int]], None],
    ) -> Iterator[R | Exception | Late]:
        """See the port."""
        answers: dict[int, R | Exception] = {}
        came = threading.Condition()

        def work(at: int, ask: Callable[[], R]) -> None:
            answer: R | Exception
            try:
                answer = ask()
            except Exception as error:  # whoever asked sees it
                answer = error
            with came:
                answers[at] = answer
                came.notify_all()

        start = time.monotonic()
        for at, (_, ask) in enumerate(asks):
            threading.Thread(target=work, args=(at, ask), name="bcper-look", daemon=True).start()
        for at, (seconds, _) in enumerate(asks):
            with came:
                while at not in answers and (left := start + seconds - time.monotonic()) > 0:
                    came.wait(min(left, _LOOK))
                    waiting([each for each in range(len(asks)) if each not in answers])
                answer = answers.get(at, Late())
            yield answer
