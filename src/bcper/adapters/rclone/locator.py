"""Where rclone is on this machine."""

import os
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress

from bcper.adapters.rclone.known import KnownPrograms
from bcper.adapters.rclone.program import SECONDS, ours_alone, problem
from bcper.domain.model.progress import Progress
from bcper.ports.progress import ProgressSink

_POLL = 0.2


class RcloneLocator:
    """See :class:`~bcper.ports.rclone.RcloneFinder`.

    ``own`` is the path of BCPER's own copy, and ``fetch`` puts one there, and returns where it is, unless
    what it is called with says that one is there by now. Every rclone that is not ``known`` is asked for its
    version, and given ``seconds`` for that; relative folders in ``PATH`` are not looked into.
    """

    def __init__(
        self,
        own: str,
        fetch: Callable[[Callable[[], str | None], ProgressSink | None], str],
        seconds: float = SECONDS,
        known: KnownPrograms | None = None,
    ) -> None:
        self._own = own
        self._programs = known or KnownPrograms(None)
        self._fetch = fetch
        self._seconds = seconds
        self._known: str | None = None
        self._turn = threading.Lock()

    def find(self, sink: ProgressSink | None = None) -> str:
        """See the port."""
        with self._my_turn(sink):
            found = self._look()
            if found is None:
                found = self._known = self._fetch(self._kept, sink)
            return found

    def present(self) -> str | None:
        """See the port."""
        # Whoever fetches holds the turn for long, and there is none before that has ended.
        if not self._turn.acquire(timeout=3 * self._seconds):
            return None
        try:
            return self._look()
        finally:
            self._turn.release()

    def _look(self) -> str | None:
        if self._known is None or not os.access(self._known, os.X_OK):
            self._known = next((path for path in on_path() if self._works(path)), None) or self._kept()
        return self._known

    def _kept(self) -> str | None:
        """Our own copy, if it can be used."""
        with suppress(OSError):
            if ours_alone(self._own) and ours_alone(os.path.dirname(self._own)):
                return self._own if self._works(self._own) else None
        return None

    def _works(self, path: str) -> bool:
        if os.access(path, os.X_OK) and path in self._programs:
            return True
        works = not problem(path, self._seconds)
        if works:
            self._programs.add(path)
        return works

    @contextmanager
    def _my_turn(self, sink: ProgressSink | None) -> Iterator[None]:
        while not self._turn.acquire(timeout=_POLL):
            if sink is not None:
                sink.step(Progress("Waiting for rclone"))
        try:
            yield
        finally:
            self._turn.release()


def on_path() -> Iterator[str]:
    """Programs of that name, in the order of ``PATH``."""
    for folder in os.environ.get("PATH", "").split(os.pathsep):
        path = os.path.join(folder, "rclone")
        if os.path.isabs(folder) and os.path.isfile(path) and os.access(path, os.X_OK):
            yield path
