"""Runs of the original's in the use cases: what needs a hand in the middle (FAULTS.md rows 59 and 61)."""

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import attrs
import pytest

from bcper.adapters.fs.blob_store import LocalBlobStore
from bcper.adapters.memory.progress import RecordingProgress
from bcper.domain.errors import Cancelled, StoreError
from bcper.domain.model.jobs import Job, Keep
from bcper.domain.model.progress import Progress
from bcper.domain.model.requests.runs import DeleteRun, Which
from bcper.domain.model.requests.stores import Imported, ImportStore
from bcper.domain.model.runs import Run
from bcper.ports.blob_store import BlobStore
from helpers.engine import Engine, Meddler, files
from helpers.original import TIME, member, put, zipped

META, ARCHIVE, SUMS = (f"target_{TIME}{end}" for end in (".meta.json", ".tar.gz", ".sha256"))


class Stuck:
    """A store that does not delete archives while ``stuck``."""

    stuck = False

    def __init__(self, inner: BlobStore) -> None:
        self._inner = inner

    def __getattr__(self, name: str) -> object:
        return getattr(self._inner, name)

    def delete(self, name: str) -> None:
        if Stuck.stuck and name.endswith(".tar.gz"):
            raise StoreError("It is stuck.")
        self._inner.delete(name)


@pytest.fixture
def engine(tmp_path: Path) -> Iterator[Engine]:
    store = tmp_path / "store"
    store.mkdir()
    put(LocalBlobStore(str(store)), zipped(member("a", b"1" * 3_000_000), member("b/c", b"2")), name="target")
    with Engine(tmp_path / "home", store, Stuck) as made:  # type: ignore[arg-type]
        yield made


def brought_in(engine: Engine) -> Run:
    report: Imported = engine.service(ImportStore(str(engine.store)))
    assert (report.runs, report.added, report.marked, report.unreadable) == (1, 1, True, ())
    (run,) = engine.runs()
    return run


def test_row_59_a_deletion_that_fails_is_finished_by_the_next_run(engine: Engine, tmp_path: Path) -> None:
    run = brought_in(engine)
    (tmp_path / "source").write_bytes(b"x")
    Stuck.stuck = True
    try:
        with pytest.raises(StoreError, match="stuck"):
            engine.service(DeleteRun(Which(run.run_id)), RecordingProgress())
    finally:
        Stuck.stuck = False
    assert not engine.runs()
    assert {ARCHIVE, SUMS} <= set(files(engine.store)) and META not in files(engine.store)
    made = engine.back_up(tmp_path / "source")
    assert [each.run_id for each in engine.runs()] == [made.run_id]
    assert not {META, ARCHIVE, SUMS} & set(files(engine.store))
    engine.verify(made.run_id)


def test_retention_never_takes_one_out(engine: Engine, tmp_path: Path) -> None:
    run = brought_in(engine)
    (tmp_path / "source").write_bytes(b"x")
    own = [engine.back_up(tmp_path / "source") for _ in range(3)]
    job = Job("id", run.job_name, "item", "target", "store", "daily", Keep(last=1))
    lines = engine.container.prune().prune(job, [*reversed(own), run], RecordingProgress())
    assert [line.kept for line in lines] == [True, False, False]
    assert {each.run_id for each in engine.runs()} == {own[-1].run_id, run.run_id}
    assert {META, ARCHIVE, SUMS} <= set(files(engine.store))


def test_a_run_before_that_the_original_made_is_in_nobodys_way(engine: Engine, tmp_path: Path) -> None:
    brought_in(engine)
    (tmp_path / "source").write_bytes(b"x")
    made = engine.back_up(tmp_path / "source", password="p")
    assert (made.hold, made.status) == ("", "success")


def test_a_run_is_measured_by_our_last_one_and_not_by_the_original_s(engine: Engine, tmp_path: Path) -> None:
    source = tmp_path / "source"
    source.write_bytes(b"x" * 1000)
    own = engine.back_up(source, password="p")
    # As if it had been made before the original's, which is the newest one now.
    engine.container.ledger().update(attrs.evolve(own, started_at=datetime(2020, 1, 1, tzinfo=UTC)))
    engine.service(ImportStore(str(engine.store)))
    assert engine.runs()[0].legacy
    source.write_bytes(b"x")
    made = engine.back_up(source, password="p")
    assert "shrank" in made.hold
    heads = [
        next((engine.store / run.folder).glob("*.index.gz.enc")).read_bytes()[:32] for run in (own, made)
    ]
    assert heads[0] == heads[1]


def test_row_61_reading_can_be_cancelled_and_nothing_is_written(engine: Engine, tmp_path: Path) -> None:
    run = brought_in(engine)
    steps: list[Progress] = []

    def act() -> None:
        raise Cancelled

    meddler = Meddler(lambda step: steps.append(step) or step.step == "Reading the archive", act)  # type: ignore[func-returns-value]
    with pytest.raises(Cancelled):
        engine.restore(run.run_id, tmp_path / "out", meddler)
    assert not (tmp_path / "out").exists()
    assert steps[-1].total == run.stored_bytes
    seen = RecordingProgress()
    engine.restore(run.run_id, tmp_path / "out", seen)
    assert files(tmp_path / "out") == {"a": b"1" * 3_000_000, "b/c": b"2"}
    restoring = [step for step in seen.steps if step.step == "Restoring"]
    assert restoring and all(step.total is None for step in restoring)


def test_a_description_that_now_tells_of_another_run_is_damage(engine: Engine) -> None:
    run = brought_in(engine)
    blobs = LocalBlobStore(str(engine.store))
    for name in (META, ARCHIVE, SUMS):
        blobs.delete(name)
    put(blobs, zipped(member("a", b"other")), name="target")
    with pytest.raises(Exception, match="another run"):
        engine.container.browse().open(run)
    assert attrs.evolve(run, folder="x").legacy is False
