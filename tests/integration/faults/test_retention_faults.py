"""Row 59 of FAULTS.md: a delete that fails in mid-retention is gone on with by the next run."""

from pathlib import Path

import pytest

from bcper.adapters.fs.store_opener import LocalStoreOpener
from bcper.adapters.memory.faulty_blob_store import Fault, FaultyBlobStore
from bcper.adapters.memory.progress import RecordingProgress
from bcper.domain.errors import StoreError
from bcper.domain.model.requests.jobs import RunJob
from bcper.domain.model.requests.stores import ImportStore
from bcper.domain.model.runs import RunStatus
from bcper.ports.blob_store import BlobStore
from bcper.ports.progress import ProgressSink
from helpers.engine import WrappingOpener
from helpers.service import Kit

BLOBS = 4
"""Of a run: its manifest, archive, index and checksums."""


class Opener:
    """Local folders; with a ``fault`` their deletes fail."""

    def __init__(self) -> None:
        self.fault: Fault | None = None
        self.inner = WrappingOpener(self.wrap, LocalStoreOpener())

    def wrap(self, store: BlobStore) -> BlobStore:
        return FaultyBlobStore(store, self.fault)

    def prepare(self, location: str, sink: ProgressSink) -> None:
        self.inner.prepare(location, sink)

    def resolve(self, location: str) -> str:
        return self.inner.resolve(location)

    def open(self, location: str, *, create: bool, writable: bool, proven: bool = False) -> BlobStore:
        return self.inner.open(location, create=create, writable=writable)


def error() -> StoreError:
    return StoreError("The disk does not want to.")


@pytest.mark.parametrize(
    ("operation", "at"),
    [*(("delete", number) for number in range(1, BLOBS + 1)), ("sweep", 1), ("list", 1)],
)
@pytest.mark.parametrize("after", [False, True], ids=["before", "only the answer"])
def test_row_59_the_run_is_off_the_list_and_the_next_one_goes_on(
    tmp_path: Path, operation: str, at: int, after: bool
) -> None:
    opener = Opener()
    kit = Kit(tmp_path, "real", opener=opener)
    kit.item("docs")
    kit.job("docs", last=1)
    first = kit.ask(RunJob("nightly"))
    assert len(kit.blobs()) == BLOBS
    folder = Path(kit.place()) / first.folder

    # The backup before it has its own store, without a fault.
    class AtPruning(RecordingProgress):
        def step(self, progress: object) -> None:
            if str(progress.step).startswith("Pruning"):  # type: ignore[attr-defined]
                opener.fault = Fault(at, error, frozenset([operation]), after=after, lasting=True)

    second = kit.ask(RunJob("nightly"), AtPruning())
    assert second.status is RunStatus.SUCCESS
    assert [run.run_id for run in kit.container.ledger().list(deleted=True)] == [first.run_id]
    assert kit.listed() == [second.run_id]

    opener.fault = None
    assert kit.ask(ImportStore("disk")).added == 0
    assert kit.listed() == [second.run_id]
    third = kit.ask(RunJob("nightly"))
    assert kit.listed() == [third.run_id]
    assert {name.split("/")[1] for name in kit.blobs()} == {third.run_id}
    assert not folder.exists()
    assert kit.container.ledger().list(deleted=True) == ()
    history = {run.run_id: run.pruned_at is not None for run in kit.container.ledger().list(history=True)}
    assert history == {first.run_id: True, second.run_id: True, third.run_id: False}
    assert (kit.restore(third) / "docs" / "docs.txt").read_text() == "content"
    kit.close()


def test_row_59_a_run_is_there_whole_or_not_at_all_wherever_its_deletion_stopped(tmp_path: Path) -> None:
    opener = Opener()
    kit = Kit(tmp_path, "real", opener=opener)
    kit.item("docs")
    kit.job("docs", last=1)
    first = kit.ask(RunJob("nightly"))

    class AtPruning(RecordingProgress):
        def step(self, progress: object) -> None:
            opener.fault = Fault(2, error, frozenset(["delete"]), lasting=True)

    kit.ask(RunJob("nightly"), AtPruning())
    left = [name for name in kit.blobs() if name.startswith(first.folder)]
    assert len(left) == BLOBS - 1
    assert first.manifest not in left
    other = Kit(tmp_path / "other", "real")
    other.ask(ImportStore(kit.place()))
    assert first.run_id not in other.listed()
    other.close()
    kit.close()
