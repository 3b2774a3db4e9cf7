"""This process and its helpers at one part."""

from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from itertools import count

import attrs

from bcper.domain.model.stores import is_remote
from bcper.domain.usecases.browse_runs import OpenedPart, OpenedRun
from bcper.domain.usecases.share_part import Count
from bcper.ports.crew import Claims, Crew, Destination, Helper, ShareReport, ShareTask

_WORTH_BYTES = 64 << 20
_WORTH_ENTRIES = 4000
_EVERY = 64
_WAIT = 0.05


@attrs.frozen
class Team:
    """Gets helpers where there is enough to do."""

    crew: Crew

    @contextmanager
    def share(
        self,
        opened: OpenedRun,
        part: OpenedPart,
        include: tuple[str, ...] = (),
        destination: Destination | None = None,
    ) -> Iterator[tuple[Claims, Sequence[Helper]]]:
        """Claims and helpers for the files of a part; helpers are stopped when this is left."""
        # Holes of sparse files cost nothing, so it is the tar streams that count.
        live = sum(volume.live_bytes for volume in part.part.volumes)
        worth = live >= _WORTH_BYTES or part.part.entries >= _WORTH_ENTRIES
        # On a remote it is the line that takes the time, and each helper would want an rclone of its own.
        worth = worth and not is_remote(opened.run.store)
        if not worth or include or opened.run.manifest is None:
            # Of a few files most of the index is skipped, which every helper would have to do too.
            yield count().__next__, ()
            return
        keys = part.keyring.exported() if part.keyring is not None else None
        task = ShareTask(opened.run.store, opened.run.manifest, part.part.name, keys, include, destination)
        with ExitStack() as stack:
            claims, helpers = self.crew.muster(task)
            for helper in helpers:
                stack.enter_context(helper)
            if helpers:
                part.reader.share()
            yield claims, helpers


def gather(steps: Iterator[None], tally: Count, helpers: Sequence[Helper]) -> Iterator[ShareReport]:
    """Do ``steps``, which ``tally`` counts, and yield what they and the helpers did, until all are done."""
    for number, _ in enumerate(steps):
        if number % _EVERY == 0:
            yield from _reported(helpers, 0.0)
            yield tally.take()
    yield tally.take()
    while not all(helper.done for helper in helpers):
        yield from _reported(helpers, _WAIT)
        # Even where there is no news: whoever asks may want to cancel.
        yield tally.take()


def _reported(helpers: Sequence[Helper], seconds: float) -> Iterator[ShareReport]:
    for helper in helpers:
        yield from helper.reports(seconds)
