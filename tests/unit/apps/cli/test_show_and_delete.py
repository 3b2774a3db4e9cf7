"""``show`` of each kind, and ``delete`` of several at once."""

import json
from collections.abc import Callable, Iterator
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from bcper.apps.cli.parser import parser
from bcper.domain.errors import BcperError, UsageError
from bcper.domain.model.requests.jobs import AddFrequency, EditJob, RunJob, When
from bcper.domain.model.requests.runs import BackUpNow
from bcper.domain.model.requests.stores import AddStore
from bcper.domain.model.requests.targets import AddVault
from helpers.service import Kit

Said = Callable[..., str]


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    made = Kit(tmp_path, "fakes")
    yield made
    made.close()


@pytest.fixture
def said(kit: Kit, capsys: pytest.CaptureFixture[str]) -> Said:
    """What a command prints."""

    def call(*words: str) -> str:
        args = parser().parse_args(words)
        more = (kit.container,) if args.noun == "store" else ()
        import_module(f"bcper.apps.cli.commands.{args.noun}").run(args, kit.ask, *more)
        return capsys.readouterr().out

    return call


def test_a_job_a_store_and_a_frequency_are_shown(kit: Kit, said: Said) -> None:
    kit.item("docs")
    job = kit.job("docs", warn_after_days=1).job
    kit.ask(RunJob("nightly"))
    kit.ask(EditJob("nightly", before="mount /d"))
    kit.ask(AddStore("cloud", "rclone", "b", "gdrive", bandwidth=1 << 20))
    lines = said("job", "show", "nightly").splitlines()
    assert lines[0] == "Job nightly"
    for line in (
        "  target    item docs",
        "  when      Every day at 22:00 (daily)",
        "  keep      last 3",
        "  before    mount /d",
        "  warn      after 1 day",
    ):
        assert line in lines
    assert not any(line.startswith(("  after ", "  trouble")) for line in lines)
    assert said("job", "show", job.id) == said("job", "show", "nightly")
    store = said("store", "show", "disk")
    assert f"  where      {kit.place()}\n" in store
    assert "  jobs       nightly\n" in store
    assert "  holds      1 run on the list, " in store
    assert "  bandwidth  at most 1.0 MiB a second\n" in said("store", "show", "cloud")
    frequency = said("frequency", "show", "daily")
    assert "  cron  0 22 * * *\n" in frequency
    assert frequency.count("  next  ") == 5
    assert said("frequency", "show", "Daily") == frequency
    kit.ask(AddFrequency("soon", "Soon", When(once=True)))
    assert "  next  as soon as possible\n" in said("frequency", "show", "soon")
    for noun, key, name in (
        ("job", "job", "nightly"),
        ("store", "store", "disk"),
        ("frequency", "frequency", "daily"),
    ):
        assert json.loads(said("--json", noun, "show", name))[key]
        with pytest.raises(UsageError, match=f"There is no {noun} 'x'"):
            said(noun, "show", "x")


def names(kit: Kit) -> dict[str, Any]:
    catalog = kit.catalog
    return {
        "item": sorted(catalog.items),
        "vault": sorted(catalog.vaults),
        "store": sorted(catalog.stores),
        "frequency": sorted(catalog.frequencies),
        "job": sorted(job.name for job in catalog.jobs.values()),
    }


@pytest.mark.parametrize("noun", ["item", "vault", "store", "frequency", "job"])
def test_several_are_deleted_at_once_and_a_slip_keeps_all_of_them(kit: Kit, said: Said, noun: str) -> None:
    for name in "abc":
        kit.item(name)
        kit.job(name, name=name)
        kit.ask(AddVault(name, (name,)))
        kit.ask(AddStore(name, "local", kit.place(name)))
        kit.ask(AddFrequency(name, name, When(cron="0 4 * * *")))
    more = ("--cascade",) if noun == "item" else ()
    before = names(kit)
    with pytest.raises(UsageError, match="'x': nothing was deleted"):
        said(noun, "delete", "a", "x", *more)
    assert names(kit) == before
    out = said(noun, "delete", "a", "b", "a", *more)
    assert [line for line in out.splitlines() if line.startswith("Deleted")] == [
        f"Deleted the {noun} a.",
        f"Deleted the {noun} b.",
    ]
    assert not {"a", "b"} & set(names(kit)[noun])
    assert json.loads(said("--json", noun, "delete", "c", *more))["name"] == "c"


def test_what_was_deleted_before_an_error_is_told(
    kit: Kit, said: Said, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in "abc":
        kit.item(name)
    kit.job("c")
    with pytest.raises(BcperError):
        said("--json", "item", "delete", "a", "b", "c")
    assert [each["name"] for each in json.loads(capsys.readouterr().out)] == ["a", "b"]
    assert names(kit)["item"] == ["c"]


def test_an_import_says_how_the_folder_becomes_a_store(kit: Kit, said: Said) -> None:
    kit.ask(BackUpNow((kit.source("docs"),), kit.place("my disk"), "docs"))
    out = said("store", "import", kit.place("my disk"))
    assert out.startswith("1 run in ")
    assert out.endswith(
        f"To use it as a store: bcper-cli store add NAME --type local --path '{kit.place('my disk')}'\n"
    )
    kit.ask(AddStore("disk", "local", kit.place("my disk")))
    assert "To use it" not in said("store", "import", "disk")
