"""Stores by request (ports.service)."""

import os
from pathlib import Path

import attrs
import pytest
from dependency_injector import providers

from bcper.adapters.memory.rclone import MemoryRemotes
from bcper.domain.errors import RunNotFound, StoreError, UsageError
from bcper.domain.model.remotes import Remote
from bcper.domain.model.requests.base import Request
from bcper.domain.model.requests.jobs import ListJobs, PinRun, RunJob
from bcper.domain.model.requests.stores import (
    AddStore,
    DeleteStore,
    EditStore,
    ImportStore,
    ListRemotes,
    ListStores,
    TestStore,
)
from bcper.domain.model.requests.targets import Removed
from bcper.domain.model.runs import RunStatus
from helpers.service import Kit


def marker(kit: Kit, place: str) -> bytes:
    store = kit.container.opener().open(place, create=False, writable=False)
    return bytes(store.get(".bcper-store.json", 1 << 16))


def test_a_local_store_is_made_and_marked_when_it_is_added(kit: Kit) -> None:
    view = kit.ask(AddStore("disk", "local", kit.place(), volume_bytes=0, bandwidth=1000))
    assert view.store.store_id is not None
    assert view.store.store_id.encode() in marker(kit, kit.place())
    kit.ask(AddStore("a", "local", kit.place("a")))
    first, second = kit.ask(ListStores())
    assert (first.store.name, second) == ("a", view)
    assert (view.store.path, view.store.volume_bytes, view.store.bandwidth) == (kit.place(), 0, 1000)


def test_a_remote_is_kept_as_it_was_said_and_waits_for_its_use(kit: Kit) -> None:
    view = kit.ask(AddStore("drive", "rclone", "backups", "gdrive"))
    assert (view.store.location, view.store.store_id) == ("gdrive:backups", None)


@pytest.mark.parametrize(
    "refused",
    [
        AddStore("a/b", "local", "/x"),
        AddStore("a", "local", "relative"),
        AddStore("a", "local", ""),
        AddStore("a", "local", "/x/../y"),
        AddStore("a", "local", "/x", "remote"),
        AddStore("a", "rclone", "x", "-x"),
        AddStore("a", "rclone", "x", "a:;rm"),
        AddStore("a", "local", "/x", volume_bytes=-1),
        AddStore("a", "local", "/x", bandwidth=0),
        AddStore("a", "rclone", "x", "gdrive", volume_bytes=0),
        EditStore("disk", new_name="../x"),
        EditStore("disk", new_name=""),
        EditStore("disk", path="relative"),
        EditStore("disk", bandwidth=-5),
    ],
    ids=repr,
)
def test_what_makes_no_sense_is_refused_and_changes_nothing(kit: Kit, refused: Request[object]) -> None:
    kit.ask(AddStore("disk", "local", kit.place()))
    before = kit.catalog
    with pytest.raises(UsageError):
        kit.ask(refused)
    assert kit.catalog == before


@pytest.mark.parametrize(
    "unknown", [EditStore("nobody", path="/x"), DeleteStore("nobody"), TestStore("nobody")], ids=repr
)
def test_an_unknown_name_is_said_with_where_to_look(kit: Kit, unknown: Request[object]) -> None:
    with pytest.raises(UsageError, match="There is no store 'nobody'") as error:
        kit.ask(unknown)
    assert "store list" in error.value.hint


def test_one_name_is_one_store_and_one_place_too(kit: Kit) -> None:
    kit.ask(AddStore("disk", "local", kit.place()))
    kit.ask(AddStore("other", "local", kit.place("other")))
    before = kit.catalog
    for request in (
        AddStore("disk", "local", kit.place("third")),
        AddStore("third", "local", kit.place()),
        AddStore("third", "local", kit.place() + "/"),
        EditStore("other", new_name="disk"),
        EditStore("other", path=kit.place()),
        EditStore("other", path=kit.place() + "//"),
    ):
        with pytest.raises(UsageError, match="already"):
            kit.ask(request)
    assert kit.catalog == before


def test_an_edit_moves_renames_and_keeps_what_is_not_given(kit: Kit) -> None:
    kit.item("docs")
    kit.job("docs")
    before = kit.ask(EditStore("disk", bandwidth=7)).store
    revision = kit.catalog.revision
    kit.ask(EditStore("disk", path=kit.place(), bandwidth=7))
    assert kit.catalog.revision == revision
    renamed = kit.ask(EditStore("disk", new_name="usb"))
    assert renamed.store == attrs.evolve(before, name="usb")
    assert renamed.jobs == ("nightly",)
    assert [view.trouble for view in kit.ask(ListJobs())] == [""]
    moved = kit.ask(EditStore("usb", path=kit.place("elsewhere"))).store
    assert (moved.path, moved.bandwidth) == (kit.place("elsewhere"), 7)
    assert moved.store_id not in (None, before.store_id)
    assert str(moved.store_id).encode() in marker(kit, kit.place("elsewhere"))


def test_deleting_one_in_use_says_by_whom_and_a_cascade_takes_them_along(kit: Kit) -> None:
    kit.item("docs")
    kit.job("docs")
    kit.ask(RunJob("nightly"))
    blobs = kit.blobs()
    with pytest.raises(UsageError, match="The store 'disk' is used by the job 'nightly'"):
        kit.ask(DeleteStore("disk"))
    assert kit.ask(DeleteStore("disk", cascade=True)) == Removed("disk", ("nightly",))
    assert (kit.ask(ListStores()), kit.ask(ListJobs())) == ((), ())
    assert kit.blobs() == blobs
    kit.ask(AddStore("again", "local", kit.place()))
    assert kit.ask(DeleteStore("again")) == Removed("again")


def test_trying_a_store_tells_its_id_and_how_many_good_runs_it_holds(kit: Kit) -> None:
    kit.item("docs")
    kit.job("docs")
    kit.ask(RunJob("nightly"))
    report = kit.ask(TestStore("disk"))
    assert report.runs == 1
    assert report.store_id == report.store.store_id
    assert report.free_bytes is None or report.free_bytes > 0


def test_row_51_trying_a_store_that_lost_its_marker_is_a_store_error(kit: Kit) -> None:
    kit.ask(AddStore("disk", "local", kit.place()))
    kit.container.opener().open(kit.place(), create=False, writable=True).delete(".bcper-store.json")
    with pytest.raises(StoreError, match="marker is missing"):
        kit.ask(TestStore("disk"))


@pytest.mark.parametrize("by", ["name", "place"])
def test_importing_lists_what_the_store_holds_once(kit: Kit, by: str) -> None:
    kit.item("docs", password="a password that is not asked for")
    kit.job("docs")
    first = kit.ask(RunJob("nightly"))
    kit.later()
    second = kit.ask(RunJob("nightly"))
    name = "disk" if by == "name" else kit.place()
    assert kit.ask(ImportStore(name)).added == 0
    for run in (first, second):
        kit.container.ledger().delete(run.run_id)
    report = kit.ask(ImportStore(name))
    assert (report.location, report.runs, report.added, report.unreadable) == (kit.place(), 2, 2, ())
    # A manifest knows whole seconds, so two of one second come in the order of their ids.
    assert sorted(kit.listed()) == sorted([second.run_id, first.run_id])
    found = kit.container.ledger().get(first.run_id)
    assert (found.job_name, found.target_name, found.encrypted) == ("nightly", "docs", True)
    assert (found.folder, found.manifest, found.entries) == (first.folder, first.manifest, first.entries)
    assert (kit.ask(ImportStore(name)).added, len(kit.listed())) == (0, 2)


def test_importing_keeps_a_pin_and_mends_a_row_that_says_less_than_the_manifest(kit: Kit) -> None:
    kit.item("docs")
    kit.job("docs")
    run = kit.ask(RunJob("nightly"))
    ledger = kit.container.ledger()
    kit.ask(PinRun(run.run_id))
    ledger.update(attrs.evolve(run, status=RunStatus.INTERRUPTED, pinned=True, manifest=None))
    assert kit.ask(ImportStore("disk")).runs == 1
    found = ledger.get(run.run_id)
    assert (found.status, found.pinned, found.manifest) == (RunStatus.SUCCESS, True, run.manifest)


def test_importing_lists_a_run_again_that_was_pruned_and_is_there(kit: Kit) -> None:
    """A run exists if and only if its manifest does (FORMAT.md, promise 3): of a store put back, say."""
    kit.item("docs")
    kit.job("docs")
    run = kit.ask(RunJob("nightly"))
    ledger = kit.container.ledger()
    ledger.update(attrs.evolve(run, pruned_at=run.started_at, pinned=True))
    assert kit.listed() == []
    report = kit.ask(ImportStore("disk"))
    assert (report.runs, report.added) == (1, 0)
    assert kit.listed() == [run.run_id]
    assert (ledger.get(run.run_id).pruned_at, ledger.get(run.run_id).pinned) == (None, True)
    assert [path.name for path in kit.restore(run).rglob("*.txt")] == ["docs.txt"]
    kit.later()
    # One whose deletion goes on is not brought back.
    ledger.update(attrs.evolve(run, pruned_at=run.started_at, deleted_at=run.started_at))
    assert kit.ask(ImportStore("disk")).runs == 0
    assert kit.listed() == []


def test_importing_says_which_manifest_cannot_be_read_and_brings_the_others(kit: Kit) -> None:
    kit.item("docs")
    kit.job("docs")
    good, bad = kit.ask(RunJob("nightly")), kit.ask(RunJob("nightly"))
    blobs = kit.container.opener().open(kit.place(), create=False, writable=True)
    blobs.delete(bad.manifest)
    blobs.put(bad.manifest, b"{")
    for run in (good, bad):
        kit.container.ledger().delete(run.run_id)
    report = kit.ask(ImportStore("disk"))
    assert (report.runs, report.added) == (1, 1)
    (said,) = report.unreadable
    assert said.startswith(f"{bad.manifest}: ")
    assert kit.listed() == [good.run_id]
    with pytest.raises(RunNotFound):
        kit.container.ledger().get(bad.run_id)


def test_importing_what_is_no_store_is_a_store_error_and_makes_none(kit: Kit) -> None:
    with pytest.raises(StoreError):
        kit.ask(ImportStore(kit.place("nothing here")))
    assert not os.path.exists(kit.place("nothing here"))


def test_a_link_to_a_store_is_the_same_place(tmp_path: Path) -> None:
    kit = Kit(tmp_path, "real")
    kit.ask(AddStore("disk", "local", kit.place()))
    (tmp_path / "link").symlink_to(kit.place())
    with pytest.raises(UsageError, match=r"The store 'disk' is at .* already"):
        kit.ask(AddStore("other", "local", str(tmp_path / "link")))
    kit.close()


def test_remotes_are_listed_for_choosing(kit: Kit) -> None:
    known = MemoryRemotes({"my box": "s3", "gdrive": "drive"})
    kit.container.remotes.override(providers.Object(known))
    assert kit.ask(ListRemotes()) == (Remote("gdrive", "drive"), Remote("my box", "s3"))
    known.problem = "rclone's configuration is encrypted."
    with pytest.raises(StoreError, match="encrypted"):
        kit.ask(ListRemotes())
