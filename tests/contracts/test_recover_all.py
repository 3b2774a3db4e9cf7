"""After a crash: what nobody works on any more is set right, and nothing else (FAULTS.md rows 53, 59, 60)."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import attrs
import pytest

from bcper.domain.errors import StoreError
from bcper.domain.model.requests.jobs import RunJob
from bcper.domain.model.runs import Run, RunStatus, lock_name
from helpers.service import Kit


@pytest.fixture(params=["real", "fakes"])
def kit(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kit]:
    monkeypatch.setenv("BCPER_SECRETS", "file")
    made = Kit(tmp_path, request.param)
    made.item("docs")
    made.job("docs")
    yield made
    made.close()


def recover(kit: Kit) -> tuple[str, ...]:
    said: tuple[str, ...] = kit.container.recover_all()()
    return said


def killed(kit: Kit, *, manifest: bool, **more: object) -> Run:
    """A run whose process was killed: before its manifest was written, or after that."""
    run = kit.ask(RunJob("nightly"))
    assert run.manifest is not None
    if not manifest:
        kit.container.opener().open(run.store, create=False, writable=True).delete(run.manifest)
    left = attrs.evolve(
        run, status=RunStatus.RUNNING, completed_at=None, manifest=None, entries=0, source_bytes=0, **more
    )
    kit.container.ledger().update(left)
    kit.later()
    return left


def row(kit: Kit, run: Run) -> Run:
    found: Run = kit.container.ledger().get(run.run_id)
    return found


@contextmanager
def unplugged(kit: Kit) -> Iterator[None]:
    """The disk with the store is away."""
    place, opener = Path(kit.place()), kit.container.opener()
    aside = place.with_name("aside")
    stores = getattr(opener, "stores", None)
    if stores is None:
        place.rename(aside)
        yield
        aside.rename(place)
    else:
        disk = stores.pop(str(place))
        yield
        stores[str(place)] = disk


def test_where_nothing_was_left_nothing_is_said(kit: Kit) -> None:
    assert recover(kit) == ()
    run = kit.ask(RunJob("nightly"))
    before = kit.blobs()
    assert recover(kit) == ()
    with unplugged(kit):
        assert recover(kit) == ()
    assert row(kit, run) == run
    assert kit.blobs() == before


def test_a_killed_run_becomes_interrupted_and_its_litter_is_swept(kit: Kit) -> None:
    good = kit.ask(RunJob("nightly"))
    kept = set(kit.blobs())
    kit.later()
    left = killed(kit, manifest=False)
    assert set(kit.blobs()) > kept
    (said,) = recover(kit)
    assert "docs" in said and said.endswith("set right.")
    found = row(kit, left)
    assert found.status is RunStatus.INTERRUPTED
    assert found.folder == ""
    assert found.completed_at is not None and found.completed_at >= found.started_at
    assert "killed" in found.error
    assert set(kit.blobs()) == kept
    assert row(kit, good) == good
    assert recover(kit) == ()


def test_a_run_killed_after_its_manifest_is_a_good_one(kit: Kit) -> None:
    left = killed(kit, manifest=True)
    assert recover(kit) != ()
    found = row(kit, left)
    assert found.status is RunStatus.SUCCESS
    assert found.manifest is not None and found.entries > 0
    assert (kit.restore(found) / "docs" / "docs.txt").exists() or any(kit.restore(found).rglob("docs.txt"))


def test_a_run_that_goes_on_is_left_alone(kit: Kit) -> None:
    left = killed(kit, manifest=False)
    before = kit.blobs()
    with kit.container.locks().hold(lock_name(left)):
        assert recover(kit) == ()
        assert row(kit, left) == left
        assert kit.blobs() == before
    assert recover(kit) != ()
    assert row(kit, left).status is RunStatus.INTERRUPTED


def test_of_two_jobs_the_one_that_goes_on_is_left_alone(kit: Kit) -> None:
    kit.job("docs", name="other")
    mine = killed(kit, manifest=False)
    other = kit.ask(RunJob("other"))
    other = attrs.evolve(other, status=RunStatus.RUNNING, completed_at=None)
    kit.container.ledger().update(other)
    with kit.container.locks().hold(lock_name(other)):
        assert len(recover(kit)) == 1
    assert row(kit, mine).status is RunStatus.INTERRUPTED
    assert row(kit, other) == other


@pytest.mark.parametrize("manifest", [False, True])
def test_while_its_store_is_away_a_killed_run_is_interrupted_and_its_next_run_finds_the_truth(
    kit: Kit, manifest: bool
) -> None:
    left = killed(kit, manifest=manifest)
    with unplugged(kit):
        (said,) = recover(kit)
        assert "cleared when" in said
        found = row(kit, left)
        assert found.status is RunStatus.INTERRUPTED
        assert found.folder == left.folder
        assert found.completed_at is not None
        assert recover(kit) == ()
        with pytest.raises(StoreError):
            kit.ask(RunJob("nightly"))
    made = kit.ask(RunJob("nightly"))
    found = row(kit, left)
    assert found.status is (RunStatus.SUCCESS if manifest else RunStatus.INTERRUPTED)
    assert any(name.startswith(left.folder) for name in kit.blobs()) == manifest
    assert made.status is RunStatus.SUCCESS
    assert recover(kit) == ()


def test_a_deletion_that_was_begun_is_finished(kit: Kit) -> None:
    run = kit.ask(RunJob("nightly"))
    kit.later()
    kept = kit.ask(RunJob("nightly"))
    kit.container.ledger().update(attrs.evolve(run, deleted_at=kit.container.clock().now()))
    with kit.container.locks().hold(lock_name(run)):
        assert recover(kit) == ()
    assert recover(kit) != ()
    assert kit.listed() == [kept.run_id]
    assert kit.container.ledger().list(deleted=True) == ()
    assert not any(name.startswith(run.folder) for name in kit.blobs())
    assert any(name.startswith(kept.folder) for name in kit.blobs())


def test_row_59_what_retention_began_to_delete_is_finished_and_stays_in_the_history(kit: Kit) -> None:
    run = kit.ask(RunJob("nightly"))
    now = kit.container.clock().now()
    kit.container.ledger().update(attrs.evolve(run, deleted_at=now, pruned_at=now))
    assert recover(kit) != ()
    assert kit.listed() == []
    (line,) = kit.container.ledger().list(history=True)
    assert (line.run_id, line.manifest, line.deleted_at) == (run.run_id, None, None)
    assert kit.blobs() == {}


def test_a_deletion_waits_for_its_store(kit: Kit) -> None:
    run = kit.ask(RunJob("nightly"))
    marked = attrs.evolve(run, deleted_at=kit.container.clock().now())
    kit.container.ledger().update(marked)
    with unplugged(kit):
        recover(kit)
        assert row(kit, marked) == marked
    recover(kit)
    assert kit.container.ledger().list(deleted=True) == ()
