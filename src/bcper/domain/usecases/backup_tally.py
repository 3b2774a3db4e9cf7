"""Counting along while a tree is walked and read: progress, totals, problems, hard links."""

from collections import deque
from collections.abc import Callable, Iterator

import attrs

from bcper.domain.model.entries import Problem, SourceEntry
from bcper.domain.model.names import printable
from bcper.domain.model.progress import Progress
from bcper.ports.blob_store import Traffic
from bcper.ports.progress import ProgressSink
from bcper.ports.source_tree import Walk

_LOOKAHEAD = 32_768
_EVERY = 64
_TELLING = 0.05
"""The part of a tree from which on its shape says something: one large file at its start is not all of it."""

_MOST_PROBLEMS = 100_000
"""Named one by one; beyond that they are counted, so that a broken disk does not fill the memory."""


@attrs.define
class Tally:
    """What a walk has found and a reader has read so far.

    ``expected`` is how many bytes there were the last time, 0 if nobody knows: a better guess than the shape
    of a tree of which little has been seen.
    """

    walk: Walk | None = None
    problems: list[Problem] = attrs.field(factory=list)
    incomplete: bool = False
    unnamed: int = 0
    links: dict[tuple[int, int], bytes] = attrs.field(factory=dict)
    done: int = 0
    found: int = 0
    read: int = 0
    walked: bool = False
    roots: set[int] = attrs.field(factory=set)
    traffic: Callable[[], Traffic | None] = lambda: None
    expected: int = 0
    _before: int = attrs.field(default=0, init=False)
    _last: Progress = attrs.field(default=Progress("Backing up"), init=False)

    def begin_part(self) -> None:
        """What is known of one part alone begins anew: a hard link never leads into another part."""
        self.links.clear()
        self.roots.clear()
        self.walked = False
        self._before = len(self.problems)

    def problems_of_part(self) -> list[Problem]:
        """The problems since :meth:`begin_part`, as :meth:`all_problems`."""
        return self.all_problems()[self._before :]

    def report(self, problem: Problem) -> None:
        """Take note of a problem."""
        self.incomplete = self.incomplete or problem.incomplete
        if len(self.problems) < _MOST_PROBLEMS:
            self.problems.append(problem)
        else:
            self.unnamed += 1

    def all_problems(self) -> list[Problem]:
        """Every problem named, and one for those that are only counted."""
        if not self.unnamed:
            return self.problems
        return [*self.problems, Problem(b"", f"and {self.unnamed} more", self.incomplete)]

    def lookahead(self, walk: Walk) -> Iterator[SourceEntry]:
        """The walk's entries; the walk runs ahead four to one, so that the total is known soon."""
        self.walk = walk
        ahead: deque[SourceEntry] = deque()
        while True:
            for entry in walk:
                self.found += entry.size
                ahead.append(entry)
                if len(ahead) % 4 == 0 or len(ahead) >= _LOOKAHEAD:
                    break
            else:
                self.walked = True
            if not ahead:
                return
            yield ahead.popleft()

    def step(self, entry: SourceEntry, sink: ProgressSink) -> None:
        """Count ``entry`` as begun; tells ``sink`` now and then."""
        self.read += 1
        if entry.depth == 0:
            self.roots.add(entry.root)
        if self.read % _EVERY == 1 or entry.size > (1 << 20):
            sink.step(self.progress(entry))

    def progress(self, entry: SourceEntry, read: int = 0) -> Progress:
        """Where the work stands, ``read`` bytes into ``entry``."""
        total = self.found if self.walked else self._guessed()
        self._last = Progress(
            "Backing up", self.done + read, total, not self.walked, self.read, printable(entry.path)
        )
        return self.sent()

    def _guessed(self) -> int | None:
        if self.expected:
            return max(self.found, self.expected)
        behind = self.walk.fraction() if self.walk is not None else 0.0
        return max(self.found, int(self.found / behind)) if behind >= _TELLING else None

    def sent(self) -> Progress:
        """The progress that was told last, and how much of what was made has gone by now."""
        if (traffic := self.traffic()) is None:
            return self._last
        return attrs.evolve(self._last, sent=traffic.sent, to_send=traffic.written)

    def uploading(self, place: str) -> Progress:
        """How much of what was made has gone to ``place``, when all is made."""
        traffic = self.traffic() or Traffic(0, 0)
        sent, written = traffic.sent, traffic.written
        return Progress(f"Uploading to {place}", sent, written, False, self.read, "", "", sent, written)
