"""Jobs run, pruned and pinned by request (ports.service)."""

from pathlib import Path

import attrs
import pytest

from bcper.domain.errors import RunNotFound, StoreError, UsageError, WrongPassword
from bcper.domain.model.jobs import Keep
from bcper.domain.model.owners import Owner
from bcper.domain.model.requests.jobs import EditJob, ListJobs, PinRun, PruneJob, RunJob
from bcper.domain.model.requests.stores import EditStore
from bcper.domain.model.requests.targets import AddVault, EditItem, EditVault, PasswordChange
from bcper.domain.model.runs import Run, RunStatus
from helpers.service import PASSWORDS, Kit


def run(kit: Kit, name: str = "nightly") -> Run:
    kit.later()
    return kit.ask(RunJob(name))


def folders(kit: Kit) -> set[str]:
    """The run ids that have any blob in the store."""
    return {name.split("/")[1] for name in kit.blobs()}


def stored(kit: Kit, made: Run, *, without: str) -> bytes:
    """All that a run stored, of the files that have not ``without`` in their names."""
    return b"".join(
        data for name, data in kit.blobs().items() if name.startswith(made.folder) and without not in name
    )


def test_a_job_backs_its_item_up_and_keeps_the_newest(kit: Kit) -> None:
    kit.item("docs", ignore=("*.log",))
    kit.source("docs", "first")
    (Path(kit.source("docs", "first")) / "noise.log").write_text("noise")
    job = kit.job("docs", last=2).job
    first, second, third = (run(kit) for _ in range(3))
    assert first.status is RunStatus.SUCCESS
    assert (first.job_id, first.job_name, first.target_type, first.target_name) == (
        job.id,
        "nightly",
        "item",
        "docs",
    )
    assert first.store == kit.place()
    assert kit.listed() == [third.run_id, second.run_id]
    assert folders(kit) == {third.run_id, second.run_id}
    history = {each.run_id: each for each in kit.container.ledger().list(history=True)}
    assert history[first.run_id].pruned_at is not None
    assert kit.container.ledger().list(deleted=True) == ()
    found = kit.restore(second)
    assert [path.name for path in found.rglob("*") if path.is_file()] == ["docs.txt"]
    assert (found / "docs" / "docs.txt").read_text() == "first"


def test_only_the_runs_of_the_job_and_its_target_are_pruned(kit: Kit) -> None:
    kit.item("docs")
    kit.item("letters")
    kit.job("docs", last=1)
    kit.job("docs", name="other", last=5)
    others = [run(kit, "other"), run(kit, "other")]
    first = run(kit)
    kit.ask(EditJob("nightly", target_name="letters"))
    last = [run(kit), run(kit)][-1]
    assert folders(kit) == {each.run_id for each in (*others, first, last)}


def test_a_pinned_run_stays_and_takes_no_place(kit: Kit) -> None:
    kit.item("docs")
    kit.job("docs", last=1)
    first = run(kit)
    assert kit.ask(PinRun(first.run_id[:8])).pinned
    second, third = run(kit), run(kit)
    assert kit.listed() == [third.run_id, first.run_id]
    lines = kit.ask(PruneJob("nightly", dry_run=True))
    assert [(line.run.run_id, line.kept) for line in lines] == [(third.run_id, True), (first.run_id, True)]
    assert lines[1].reasons == ("pinned",)
    assert not kit.ask(PinRun(first.run_id, pinned=False)).pinned
    fourth = run(kit)
    assert folders(kit) == {fourth.run_id}
    assert second.run_id not in kit.listed()
    with pytest.raises(RunNotFound):
        kit.ask(PinRun("nobody"))


@pytest.mark.parametrize("harm", ["shrunk", "empty", "gone"])
def test_a_run_whose_word_is_in_doubt_holds_the_pruning(kit: Kit, harm: str) -> None:
    source = Path(kit.source("docs", "x" * 1000))
    (source / "more").write_text("y" * 3000)
    kit.item("docs")
    kit.item("letters")
    kit.ask(AddVault("home", ("docs", "letters")))
    kit.source("docs", "x" * 1000)
    kit.job("home", "vault", last=1)
    good = run(kit)
    if harm == "shrunk":
        (source / "more").unlink()
        (source / "docs.txt").write_text("x")
    else:
        for file in source.iterdir():
            file.unlink()
        if harm == "gone":
            source.rmdir()
    doubtful = run(kit)
    assert doubtful.hold
    assert doubtful.status is (RunStatus.SUCCESS if harm == "shrunk" else RunStatus.PARTIAL)
    assert folders(kit) == {good.run_id, doubtful.run_id}
    kept = {line.run.run_id: line for line in kit.ask(PruneJob("nightly"))}[good.run_id]
    assert kept.kept
    assert kit.listed() == [doubtful.run_id, good.run_id]


def test_a_job_s_runs_under_its_earlier_name_are_the_runs_before(kit: Kit) -> None:
    source = Path(kit.source("docs", "x" * 1000))
    (source / "more").write_text("y" * 3000)
    kit.item("docs", password=PASSWORDS.item)
    kit.source("docs", "x" * 1000)
    kit.job("docs", last=1)
    good = run(kit)
    kit.ask(EditJob("nightly", new_name="evening"))
    (view,) = kit.ask(ListJobs())
    assert (view.job.name, view.last) == ("evening", good)
    (source / "more").unlink()
    doubtful = run(kit, "evening")
    assert "shrank" in doubtful.hold
    assert kit.listed() == [doubtful.run_id, good.run_id]
    assert kit.ask(ListJobs())[0].last == doubtful


def test_another_job_s_runs_and_those_without_a_job_are_not(kit: Kit) -> None:
    source = Path(kit.source("docs", "x" * 1000))
    (source / "more").write_text("y" * 3000)
    kit.item("docs")
    kit.source("docs", "x" * 1000)
    kit.job("docs", last=1)
    kit.job("docs", name="other", last=1)
    first = run(kit)
    ad_hoc = attrs.evolve(first, run_id="f" * 36, job_id=None, job_name="ad-hoc")
    kit.container.ledger().add(ad_hoc)
    assert {view.job.name: view.last for view in kit.ask(ListJobs())} == {"nightly": first, "other": None}
    (source / "more").unlink()
    assert run(kit, "other").hold == ""
    assert run(kit).hold


def test_pruning_dry_says_what_would_go_and_why_and_touches_nothing(kit: Kit) -> None:
    kit.item("docs")
    kit.job("docs", last=3)
    made = [run(kit) for _ in range(3)]
    kit.ask(EditJob("nightly", keep=Keep(last=1)))
    blobs, listed = kit.blobs(), kit.listed()
    dry = kit.ask(PruneJob("nightly", dry_run=True))
    assert [(line.run.run_id, line.kept, line.reasons) for line in dry] == [
        (made[2].run_id, True, ("last 1", "the last good run")),
        (made[1].run_id, False, ("not of the last 1",)),
        (made[0].run_id, False, ("not of the last 1",)),
    ]
    assert (kit.blobs(), kit.listed()) == (blobs, listed)
    assert kit.ask(PruneJob("nightly")) == dry
    assert kit.listed() == [made[2].run_id]
    assert folders(kit) == {made[2].run_id}


def test_a_vault_whose_item_has_a_password_of_its_own_makes_two_parts_found_by_the_secret_store(
    kit: Kit,
) -> None:
    kit.item("shared")
    kit.item("own", password=PASSWORDS.item)
    kit.ask(AddVault("home", ("shared", "own"), password=PASSWORDS.vault))
    kit.job("home", "vault")
    made = run(kit)
    assert made.encrypted
    manifest = kit.container.browse().open(made).manifest
    assert {part.name: (part.items, part.encrypted) for part in manifest.parts} == {
        "home": (("shared",), True),
        "home.own": (("own",), True),
    }
    assert b"content" not in stored(kit, made, without=".meta.json")
    found = kit.restore(made)
    assert {str(path.relative_to(found)) for path in found.rglob("*.txt")} == {
        "own/own/own.txt",
        "shared/shared/shared.txt",
    }


def test_a_part_whose_password_nobody_has_is_named_and_nothing_is_written(kit: Kit) -> None:
    made = _two_parts(kit)
    kit.container.secrets().forget(Owner("item", "own"), earlier=True)
    with pytest.raises(WrongPassword, match=r"'home\.own'"):
        kit.restore(made)
    assert not (kit.base / "restored").exists()
    assert len(list(kit.restore(made, PASSWORDS.item).rglob("*.txt"))) == 2


def test_row_65_a_password_for_one_part_and_none_for_another_writes_nothing(kit: Kit) -> None:
    made = _two_parts(kit)
    for owner in (Owner("item", "own"), Owner("vault", "home")):
        kit.container.secrets().forget(owner, earlier=True)
    with pytest.raises(WrongPassword):
        kit.restore(made, PASSWORDS.vault)
    assert not list((kit.base / "restored").rglob("*.txt"))


def _two_parts(kit: Kit) -> Run:
    kit.item("shared")
    kit.item("own", password=PASSWORDS.item)
    kit.ask(AddVault("home", ("shared", "own"), password=PASSWORDS.vault))
    kit.job("home", "vault")
    return run(kit)


def test_a_part_without_a_password_beside_one_with_is_plain(kit: Kit) -> None:
    kit.item("shared")
    kit.item("own", password=PASSWORDS.item)
    kit.ask(AddVault("home", ("shared", "own")))
    kit.job("home", "vault")
    made = run(kit)
    manifest = kit.container.browse().open(made).manifest
    assert {part.name: part.encrypted for part in manifest.parts} == {"home": False, "home.own": True}
    assert (kit.restore(made) / "own" / "own" / "own.txt").read_text() == "content"


@pytest.mark.parametrize("owner", [Owner("item", "own"), Owner("vault", "home")], ids=str)
def test_a_password_that_is_gone_stops_the_run_and_nothing_is_stored_plain(kit: Kit, owner: Owner) -> None:
    kit.item("shared")
    kit.item("own", password=PASSWORDS.item)
    kit.ask(AddVault("home", ("shared", "own"), password=PASSWORDS.vault))
    kit.job("home", "vault")
    kit.container.secrets().forget(owner)
    with pytest.raises(WrongPassword, match=f"password of the {owner.kind} '{owner.name}'") as error:
        kit.ask(RunJob("nightly"))
    assert f"{owner.kind} edit {owner.name} --ask-password" in error.value.hint
    assert kit.blobs() == {}


def test_runs_stay_readable_after_their_password_changed_or_was_taken_away(kit: Kit) -> None:
    kit.item("docs", password=PASSWORDS.item)
    kit.job("docs")
    first = run(kit)
    kit.ask(EditItem("docs", password=PasswordChange("another")))
    second = run(kit)
    kit.ask(EditItem("docs", password=PasswordChange(None)))
    third = run(kit)
    assert [first.encrypted, second.encrypted, third.encrypted] == [True, True, False]
    for made in (first, second, third):
        assert (kit.restore(made) / "docs" / "docs.txt").read_text() == "content"


def test_runs_stay_readable_after_their_item_and_vault_got_new_names(kit: Kit) -> None:
    kit.item("docs", password=PASSWORDS.item)
    kit.item("shared")
    kit.ask(AddVault("home", ("docs", "shared"), password=PASSWORDS.vault))
    kit.job("home", "vault")
    kit.job("docs", name="alone")
    made, alone = run(kit), run(kit, "alone")
    kit.ask(EditItem("docs", new_name="papers"))
    kit.ask(EditVault("home", new_name="house"))
    for each in (made, alone, run(kit), run(kit, "alone")):
        assert kit.restore(each).exists()


def test_a_job_that_refers_to_what_is_gone_says_so_and_makes_no_run(kit: Kit) -> None:
    kit.item("docs")
    kit.item("letters")
    kit.ask(AddVault("home", ("docs", "letters")))
    kit.job("home", "vault")
    catalogs = kit.container.catalogs()
    catalogs.change(lambda catalog: attrs.evolve(catalog, items={"letters": catalog.items["letters"]}))
    with pytest.raises(UsageError, match="There is no item 'docs'"):
        kit.ask(RunJob("nightly"))
    assert kit.listed() == []


def test_a_job_runs_by_its_id_and_into_the_place_its_store_is_now(kit: Kit) -> None:
    kit.item("docs")
    job = kit.job("docs").job
    run(kit)
    kit.ask(EditStore("disk", path=kit.place("elsewhere")))
    made = run(kit, job.id)
    assert made.store == kit.place("elsewhere")
    assert len(kit.listed()) == 2


def test_row_51_a_job_whose_store_lost_its_marker_writes_nothing(kit: Kit) -> None:
    kit.item("docs")
    kit.job("docs")
    kit.container.opener().open(kit.place(), create=False, writable=True).delete(".bcper-store.json")
    for request in (RunJob("nightly"), PruneJob("nightly")):
        with pytest.raises(StoreError, match="marker is missing"):
            kit.ask(request)
    assert kit.blobs() == {}


def test_a_run_that_was_killed_is_set_right_by_the_next_one_of_the_job_under_another_name(kit: Kit) -> None:
    kit.item("docs")
    kit.job("docs")
    made = run(kit)
    ledger = kit.container.ledger()
    killed = attrs.evolve(
        made, run_id=kit.container.clock().new_id(), status=RunStatus.RUNNING, manifest=None
    )
    ledger.add(attrs.evolve(killed, folder=f"nightly/{killed.run_id}"))
    kit.ask(EditJob("nightly", new_name="daily"))
    run(kit, "daily")
    assert ledger.get(killed.run_id).status is RunStatus.INTERRUPTED
