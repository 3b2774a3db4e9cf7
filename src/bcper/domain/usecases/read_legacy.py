"""Archives of the original BCPER: read as a whole before anything is known of them (FORMAT.md section 8)."""

from collections.abc import Iterator

from bcper.domain.model.progress import Progress
from bcper.domain.usecases.browse_runs import OpenedPart
from bcper.domain.usecases.share_part import Count
from bcper.ports.archive import PartReader
from bcper.ports.progress import ProgressSink


def read_whole(part: OpenedPart, sink: ProgressSink) -> None:
    """Read everything, which proves the archive and every file in it. Raises Damaged, Cancelled."""
    read = 0
    for more in part.reader.check_volumes():
        read += more
        sink.step(Progress("Reading the archive", read, part.part.index.bytes))


def count_entries(reader: PartReader, count: Count) -> Iterator[None]:
    """Count what :func:`read_whole` has proven; yields often."""
    for entry in reader.entries():
        count.entries += 1
        count.size += entry.size
        count.current = entry.path
        yield
