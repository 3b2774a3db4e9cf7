"""Working off the files of a part, alone or as one of several processes."""

from collections.abc import Callable, Generator, Iterable

import attrs

from bcper.domain.model.entries import Entry, EntryType, Problem
from bcper.domain.model.names import printable
from bcper.domain.policy.batches import Batches
from bcper.domain.policy.selection import Named
from bcper.domain.usecases.watched import Watched
from bcper.ports.archive import PartReader
from bcper.ports.crew import Claims, ShareReport
from bcper.ports.extractor import Extractor, Outcome

_LONG = 1 << 20


class Share:
    """Which files are this process's: asked about every entry, in index order."""

    def __init__(
        self,
        claims: Claims,
        include: tuple[str, ...] = (),
        *,
        others: bool = False,
        elsewhere: Callable[[bytes], None] = lambda _: None,
    ) -> None:
        """With ``others`` entries that are no files are wanted too. ``elsewhere`` is told the other files."""
        self._claims = claims
        self._others = others
        self._elsewhere = elsewhere
        self._named = Named(include) if include else None
        self._batches = Batches()
        self._mine = -1

    def wanted(self, path: bytes, kind: EntryType, size: int) -> bool:
        """See ``ports.archive.Wanted``."""
        if self._named is not None and not self._named.covers(path, is_dir=kind == "d"):
            return False
        if kind != "f":
            return self._others
        number = self._batches.number(size)
        # What is claimed is never behind: a number below it was somebody's before.
        if self._mine < number:
            self._mine = self._claims()
        if self._mine == number:
            return True
        self._elsewhere(path)
        return False


@attrs.define
class Count:
    """What was done since it was told last."""

    entries: int = 0
    size: int = 0
    written: int = 0
    kept: int = 0
    current: bytes = b""
    lost: list[bytes] = attrs.field(factory=list)
    problems: list[Problem] = attrs.field(factory=list)

    def take(self) -> ShareReport:
        """Everything counted; begins anew."""
        report = ShareReport(
            self.entries,
            self.size,
            self.written,
            self.kept,
            printable(self.current),
            tuple(self.lost),
            tuple(self.problems),
        )
        self.entries = self.size = self.written = self.kept = 0
        self.lost.clear()
        self.problems.clear()
        return report


def check_files(reader: PartReader, share: Share, count: Count) -> Generator[None, None, None]:
    """Compare the share's files with the index; yields often. Raises Damaged."""
    for entry, content in reader.contents(reader.entries(share.wanted, sized=True)):
        count.entries += 1
        count.current = entry.path
        if content is not None and not isinstance(content, bytes):
            for _ in content:
                yield
        count.size += entry.size
        yield


def write_files(
    reader: PartReader,
    entries: Iterable[Entry],
    extractor: Extractor,
    count: Count,
    step: Callable[[], None],
) -> Generator[None, None, None]:
    """Write ``entries``, files or others; yields often. Raises Damaged, NoSpace, TargetError.

    Within a long file ``step`` is called for every piece; what it raises stops the work, and the file that
    is half written is removed.
    """
    wanted = (entry for entry in entries if _is_wanted(entry, extractor, count))
    for entry, content in reader.contents(wanted):
        count.entries += 1
        count.current = entry.path
        if entry.type == "d":
            outcome = extractor.directory(entry)
        elif content is None:
            outcome = extractor.other(entry)
        else:
            whole = content if isinstance(content, bytes) else Watched(content, lambda _read: step())
            outcome = extractor.file(entry, whole)
        if outcome in (Outcome.CREATED, Outcome.REPLACED):
            count.written += 1
            count.size += entry.size
        else:
            count.kept += outcome is Outcome.KEPT and entry.type != "d"
            if entry.type == "f":
                count.lost.append(entry.path)
        yield


def _is_wanted(entry: Entry, extractor: Extractor, count: Count) -> bool:
    """Small files are tried at once, since most are new; a long one that stays is not inflated."""
    if entry.type != "f" or entry.size < _LONG or extractor.wants(entry):
        return True
    count.entries += 1
    count.kept += 1
    count.lost.append(entry.path)
    return False
