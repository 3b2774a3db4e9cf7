"""Blobs on their way into a store, several at once where it takes them, while the next is made."""

from collections.abc import Callable
from concurrent.futures import FIRST_COMPLETED, Future, ThreadPoolExecutor, wait

from bcper.adapters.archive.sealed import SealedWriter

_LOOK = 0.2
"""Seconds between two calls of ``waiting``."""


class Commits:
    """Commits the blobs of one part; where the store takes one at a time, at once and in the caller's thread.

    Otherwise at most ``parallel`` are uncommitted, with the one that is being filled. ``waiting`` is called
    a few times a second while that is waited for, and may raise. One thread uses it.
    """

    def __init__(self, parallel: int, waiting: Callable[[], None]) -> None:
        self.committed: list[str] = []
        """The names of those that are there."""
        self.failed: BaseException | None = None
        """What went wrong with the first that went wrong; it is there for a look that costs nothing."""
        self._parallel, self._waiting = parallel, waiting
        self._pool = ThreadPoolExecutor(parallel, "bcper-commit") if parallel > 1 else None
        self._going: dict[Future[None], SealedWriter] = {}

    def make_room(self) -> None:
        """Wait until one more can be begun. Raises what went wrong with another."""
        self._wait_for(self._parallel - 1)

    def commit(self, blob: SealedWriter) -> None:
        """Commit ``blob`` and leave it, now or later."""
        self.work(blob.end)
        if self._pool is None:
            with blob:
                blob.commit()
            self.committed.append(blob.name)
        else:
            self._going[self._pool.submit(self._commit, blob)] = blob

    def join(self) -> None:
        """Wait for all. Raises what went wrong with one."""
        self._wait_for(0)

    def work(self, work: Callable[[], None]) -> None:
        """Do what may have to wait for the store. Raises what went wrong with it, or with another blob."""
        if self._pool is None:
            work()
        else:
            # There is a thread for it: that of the blob it is about, which is not being committed yet.
            self.result(self._pool.submit(work))

    def result(self, future: Future[None]) -> None:
        """Wait for other work that may be waiting for the store. Raises what went wrong with it."""
        if self._pool is not None:
            while not wait((future,), _LOOK).done:
                self._look()
        future.result()

    def give_up(self, *filled: SealedWriter) -> None:
        """Leave ``filled`` and all that are not committed, together: to do so may take seconds."""
        if self._pool is None:
            return
        blobs = [*filled, *self._going.values()]
        for future in self._going:
            future.cancel()
        if blobs:
            with ThreadPoolExecutor(len(blobs), "bcper-leave") as pool:
                list(pool.map(SealedWriter.__exit__, blobs))
        self._pool.shutdown()
        self.committed += [blob.name for future, blob in self._going.items() if _went_well(future)]
        self._going.clear()

    def close(self) -> None:
        """When nothing is under way any more."""
        if self._pool is not None:
            self._pool.shutdown()

    def _commit(self, blob: SealedWriter) -> None:
        try:
            with blob:
                blob.commit()
        except BaseException as error:
            self.failed = self.failed or error
            raise

    def _wait_for(self, left: int) -> None:
        while True:
            for future in [each for each in self._going if each.done()]:
                blob = self._going.pop(future)
                future.result()
                self.committed.append(blob.name)
            if len(self._going) <= left:
                return
            wait(self._going, _LOOK, FIRST_COMPLETED)
            self._look()

    def _look(self) -> None:
        if self.failed is not None:
            raise self.failed
        self._waiting()


def _went_well(future: Future[None]) -> bool:
    return not future.cancelled() and future.exception() is None
