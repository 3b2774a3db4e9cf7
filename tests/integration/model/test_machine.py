"""The model test of FAULTS.md: simulated weeks of anything, and every listed run restores what was backed up.

In the suite it is small, and always the same. To run it long, with other examples every time:

    BCPER_MODEL_EXAMPLES=2000 pytest tests/integration/model

``BCPER_MODEL_STEPS`` (50) is how long each example is, and ``BCPER_MODEL_SEED`` repeats what a seed gave.
"""

import os
import shutil
from datetime import timedelta
from pathlib import Path
from typing import Any

import attrs
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from bcper.domain.errors import UsageError
from bcper.domain.model.jobs import Keep
from bcper.domain.model.requests.base import Request
from bcper.domain.model.requests.jobs import (
    AddFrequency,
    AddJob,
    CleanOrphans,
    DeleteJob,
    EditJob,
    PinRun,
    PruneJob,
    RunJob,
    When,
)
from bcper.domain.model.requests.stores import AddStore, DeleteStore, ImportStore
from bcper.domain.model.requests.targets import (
    AddItem,
    AddVault,
    DeleteTarget,
    EditItem,
    EditVault,
    PasswordChange,
)
from helpers.model.config import AJob, AnItem, AVault, Config, listed
from helpers.model.process import Outcome, Process
from helpers.model.trees import PATTERNS
from helpers.model.troubles import ERRORS, Trouble
from helpers.model.world import World, expected_error

ITEMS, VAULTS, JOBS = ("docs", "letters", "home"), ("home", "all"), ("nightly", "weekly", "evening")
SOURCES = ("s0", "s1", "s2")
FILES = ("a.txt", "b.log", "keep.log", "c.tmp", "sub/d.txt", "sub/e.log", "sub/deep/f.tmp", "other/a.txt")
STORES = {"disk": "/stores/disk", "other": "/stores/other"}

number = st.integers(0, 11)
"""To pick one of what is there."""
troubles = st.none() | st.builds(
    Trouble,
    kind=st.sampled_from(("kill", "kill", "cancel", *ERRORS)),
    at=st.integers(1, 12) | st.integers(1, 60),
    after=st.booleans(),
    lasting=st.booleans(),
)
names = {kind: st.sampled_from(pool) for kind, pool in (("item", ITEMS), ("vault", VAULTS), ("job", JOBS))}
some_sources = st.lists(st.sampled_from(SOURCES), min_size=1, max_size=2, unique=True)
some_items = st.lists(number, min_size=1, max_size=3)
patterns = st.lists(st.sampled_from(PATTERNS), max_size=2).map(tuple)
passwords = st.none() | st.integers(1, 5).map("Tr0ub4dor-number-{}".format)
keeps = st.builds(Keep, last=st.integers(0, 3)) | st.builds(
    Keep,
    last=st.integers(0, 2),
    daily=st.integers(0, 2),
    weekly=st.integers(0, 2),
    monthly=st.integers(0, 2),
    yearly=st.integers(0, 1),
)
pauses = st.sampled_from((0, 0, 0.25, 3600, 3600, 86_400))


class Machine(RuleBasedStateMachine):
    """A user, a disk full of sources, and everything that may happen to them."""

    def __init__(self, base: Path) -> None:
        super().__init__()
        self.base = base
        self.sources = base / "sources"
        self.world = World(base)
        self.process = Process(base, self.world.disk)
        self.ahead = False
        for name in SOURCES:
            self._write(name, "a.txt", b"the first text\n" * 5, 0o644)

    def teardown(self) -> None:
        try:
            self.world.check(self.process, all_of_it=True)
            self.world.check_new_machine()
        finally:
            shutil.rmtree(self.base)

    @property
    def config(self) -> Config:
        return self.world.config

    @initialize()
    def begin(self) -> None:
        self.change(AddFrequency("daily", "Daily", When(cron="0 22 * * *")), self.config)
        for name, place in STORES.items():
            self.change(AddStore(name, "local", place), _with_store(self.config, name, place))
        item = AnItem((str(self.sources / "s0"),))
        self.change(AddItem("docs", item.paths), self.config.with_item("docs", item))
        job = AJob("item", "docs", "disk", Keep(2))
        self.change(
            AddJob("nightly", "item", "docs", "disk", "daily", Keep(2)), self.config.with_job("nightly", job)
        )

    @invariant()
    def order(self) -> None:
        self.world.check(self.process)

    # The sources

    @rule(
        source=st.sampled_from(SOURCES),
        name=st.sampled_from(FILES),
        text=st.binary(max_size=6),
        times=st.sampled_from((1, 1, 30, 1000)),
        mode=st.sampled_from((0o600, 0o644, 0o755, 0o400)),
    )
    def write(self, source: str, name: str, text: bytes, times: int, mode: int) -> None:
        self._write(source, name, text * times, mode)

    @rule(source=st.sampled_from(SOURCES), name=st.sampled_from((*FILES, "sub", "link")))
    def remove(self, source: str, name: str) -> None:
        path = self.sources / source / name
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)

    @rule(
        source=st.sampled_from(SOURCES), to=st.sampled_from(("a.txt", "sub", "/nowhere")), mode=st.booleans()
    )
    def link(self, source: str, to: str, mode: bool) -> None:
        folder = self.sources / source
        folder.mkdir(parents=True, exist_ok=True)
        folder.chmod(0o700 if mode else 0o755)
        (folder / "link").unlink(missing_ok=True)
        (folder / "link").symlink_to(to)

    @rule(source=st.sampled_from(SOURCES), wholly=st.booleans())
    def unmount(self, source: str, wholly: bool) -> None:
        """A disk that is not mounted: its folder is empty, or gone; writing there brings it back."""
        shutil.rmtree(self.sources / source, ignore_errors=True)
        if not wholly:
            (self.sources / source).mkdir()

    # The configuration

    @rule(name=names["item"], sources=some_sources, ignore=patterns, password=passwords, trouble=troubles)
    def set_item(
        self,
        name: str,
        sources: list[str],
        ignore: tuple[str, ...],
        password: str | None,
        trouble: Trouble | None,
    ) -> None:
        item = AnItem(tuple(str(self.sources / each) for each in sources), ignore, password)
        request: Request[Any] = AddItem(name, item.paths, ignore, password=password)
        if name in self.config.items:
            request = EditItem(name, None, item.paths, ignore, password=PasswordChange(password))
        self.change(request, self.config.with_item(name, item), trouble, password)

    @precondition(lambda self: self.config.items)
    @rule(which=number, new=names["item"], trouble=troubles)
    def rename_item(self, which: int, new: str, trouble: Trouble | None) -> None:
        name = pick(self.config.items, which)
        after = self.config.with_item(new, self.config.items[name], name)
        self.change(EditItem(name, new), after, trouble, refused=new != name and new in self.config.items)

    @precondition(lambda self: self.config.items)
    @rule(name=names["vault"], items=some_items, ignore=patterns, password=passwords, trouble=troubles)
    def set_vault(
        self,
        name: str,
        items: list[int],
        ignore: tuple[str, ...],
        password: str | None,
        trouble: Trouble | None,
    ) -> None:
        held = tuple(dict.fromkeys(pick(self.config.items, each) for each in items))
        request: Request[Any] = AddVault(name, held, ignore, password)
        if name in self.config.vaults:
            request = EditVault(name, None, held, ignore, PasswordChange(password))
        after = self.config.with_vault(name, AVault(held, ignore, password))
        self.change(request, after, trouble, password)

    @precondition(lambda self: any(vault.items for vault in self.config.vaults.values()))
    @rule(which=number, new=names["vault"], trouble=troubles)
    def rename_vault(self, which: int, new: str, trouble: Trouble | None) -> None:
        name = pick([key for key, vault in self.config.vaults.items() if vault.items], which)
        after = self.config.with_vault(new, self.config.vaults[name], name)
        self.change(EditVault(name, new), after, trouble, refused=new != name and new in self.config.vaults)

    @precondition(lambda self: self.config.stores and (self.config.items or self.config.vaults))
    @rule(name=names["job"], aim=number, store=number, keep=keeps, trouble=troubles)
    def set_job(self, name: str, aim: int, store: int, keep: Keep, trouble: Trouble | None) -> None:
        targets = [("item", each) for each in self.config.items] + [
            ("vault", each) for each in self.config.vaults
        ]
        kind, target = pick(targets, aim)
        job = AJob(kind, target, pick(self.config.stores, store), keep)
        request: Request[Any] = AddJob(name, kind, target, job.store, "daily", keep)  # type: ignore[arg-type]
        if name in self.config.jobs:
            request = EditJob(name, None, kind, target, job.store, None, keep)  # type: ignore[arg-type]
        self.change(request, self.config.with_job(name, job), trouble)

    @precondition(lambda self: self.config.jobs)
    @rule(which=number, new=names["job"], trouble=troubles)
    def rename_job(self, which: int, new: str, trouble: Trouble | None) -> None:
        name = pick(self.config.jobs, which)
        after = self.config.with_job(new, self.config.jobs[name], name)
        refused = new != name and new in self.config.jobs
        self.change(EditJob(name, new_name=new), after, trouble, refused=refused)

    @precondition(lambda self: self.config.jobs)
    @rule(which=number, trouble=troubles)
    def delete_job(self, which: int, trouble: Trouble | None) -> None:
        name = pick(self.config.jobs, which)
        jobs = {key: job for key, job in self.config.jobs.items() if key != name}
        self.change(DeleteJob(name), attrs.evolve(self.config, jobs=jobs), trouble)

    @precondition(lambda self: self.config.items or self.config.vaults)
    @rule(which=number, cascade=st.booleans(), trouble=troubles)
    def delete_target(self, which: int, cascade: bool, trouble: Trouble | None) -> None:
        targets = [("item", each) for each in self.config.items] + [
            ("vault", each) for each in self.config.vaults
        ]
        kind, name = pick(targets, which)
        after = self.config.without_target(kind, name)
        refused = bool(self.config.users(kind, name)) and not cascade
        self.change(DeleteTarget(kind, name, cascade), after, trouble, refused=refused)  # type: ignore[arg-type]

    @rule(name=st.sampled_from(tuple(STORES)), trouble=troubles)
    def forget_or_find_store(self, name: str, trouble: Trouble | None) -> None:
        if name in self.config.stores:
            self.change(DeleteStore(name, cascade=True), self.config.without_store(name), trouble)
        else:
            self.change(
                AddStore(name, "local", STORES[name]), _with_store(self.config, name, STORES[name]), trouble
            )

    @rule(trouble=troubles)
    def clean_orphans(self, trouble: Trouble | None) -> None:
        empty = [name for name, vault in self.config.vaults.items() if not vault.items]
        jobs = {
            name: job
            for name, job in self.config.jobs.items()
            if job.kind == "item" or job.target not in empty
        }
        self.change(CleanOrphans(), attrs.evolve(self.config, jobs=jobs), trouble)

    # Runs

    @precondition(lambda self: self.config.jobs)
    @rule(which=number, pause=pauses)
    def run(self, which: int, pause: float) -> None:
        self._run(which, pause, None)

    @precondition(lambda self: self.config.jobs)
    @rule(which=number, pause=pauses, trouble=troubles)
    def run_in_trouble(self, which: int, pause: float, trouble: Trouble | None) -> None:
        self._run(which, pause, trouble)

    @precondition(lambda self: self.config.jobs)
    @rule(which=number, trouble=troubles)
    def prune(self, which: int, trouble: Trouble | None) -> None:
        name = pick(self.config.jobs, which)
        outcome = self.asked(PruneJob(name), trouble)
        assert outcome.error is None or outcome.trouble, outcome
        self.world.pruned(name, self.config.jobs[name].keep, exactly=not outcome.trouble)

    @precondition(lambda self: self.process.runs())
    @rule(which=number, trouble=troubles)
    def delete_run(self, which: int, trouble: Trouble | None) -> None:
        run = pick(self.process.runs(), which)
        outcome = self._survived(self.process.delete(run, trouble))
        self.world.deleted(run.run_id, outcome)

    @precondition(lambda self: self.world.listed)
    @rule(which=number, pinned=st.booleans())
    def pin(self, which: int, pinned: bool) -> None:
        run_id = pick(sorted(self.world.listed), which)
        assert self.asked(PinRun(run_id, pinned)).error is None
        self.world.listed[run_id].pinned = pinned

    @rule(place=st.sampled_from(tuple(STORES.values())), trouble=troubles)
    def import_store(self, place: str, trouble: Trouble | None) -> None:
        if self.asked(ImportStore(place), trouble).error is not None:
            assert self.asked(ImportStore(place)).error is None
        self.world.imported(place)

    # The world

    @rule()
    def lose_the_list(self) -> None:
        self.world.lost()
        self.world.disk.ledger.set_aside()
        self.process = Process(self.base, self.world.disk)
        for place in STORES.values():
            self.import_store(place, None)

    @rule(hours=st.sampled_from((1, 7, 24, 24, 24 * 8, 24 * 40)))
    def wait(self, hours: int) -> None:
        self.world.disk.clock.advance(3600 * hours)

    @rule()
    def set_the_clock_back(self) -> None:
        self.world.disk.clock.time -= timedelta(days=1)

    @rule()
    def ten_years_ahead_and_back(self) -> None:
        years = timedelta(days=3650)
        self.world.disk.clock.time += -years if self.ahead else years
        self.ahead = not self.ahead

    @rule()
    def restart(self) -> None:
        self.process = Process(self.base, self.world.disk)

    # What all of these do

    def asked(self, request: Request[Any], trouble: Trouble | None = None) -> Outcome:
        """What became of a request; after a death there is a new process."""
        return self._survived(self.process.ask(request, trouble))

    def change(
        self,
        request: Request[Any],
        after: Config,
        trouble: Trouble | None = None,
        password: str | None = None,
        *,
        refused: bool = False,
    ) -> None:
        """Change the configuration: all of it or nothing. A person who sees that it failed tries again."""
        before = self.config.shown()
        self.world.passwords |= {password} if password is not None else set()
        outcome = self.asked(request, trouble)
        now = listed(self.process.service)
        if refused:
            assert outcome.trouble or isinstance(outcome.error, UsageError), outcome
            assert now == before
            return
        if outcome.error is not None:
            assert outcome.trouble, outcome
            assert now in (before, after.shown())
            if now == before:
                again = self.asked(request)
                assert again.error is None, again
        self.world.config = after

    def _run(self, which: int, pause: float, trouble: Trouble | None) -> None:
        self.world.disk.clock.advance(pause)
        name = pick(self.config.jobs, which)
        forecast = self.world.forecast(name)
        self.world.ran(name, forecast, self.asked(RunJob(name), trouble))

    def _survived(self, outcome: Outcome) -> Outcome:
        expected_error(outcome)
        if self.process.troubles.dead:
            self.process = Process(self.base, self.world.disk)
        return outcome

    def _write(self, source: str, name: str, data: bytes, mode: int) -> None:
        path = self.sources / source / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.unlink(missing_ok=True)
        path.write_bytes(data)
        path.chmod(mode)


def pick(what: Any, which: int) -> Any:
    """One of what is there, by number."""
    found = list(what)
    return found[which % len(found)]


def _with_store(config: Config, name: str, place: str) -> Config:
    return attrs.evolve(config, stores={**config.stores, name: place})


def test_whatever_happens_every_listed_run_restores_what_was_backed_up(tmp_path: Path) -> None:
    examples = os.environ.get("BCPER_MODEL_EXAMPLES")
    made = iter(range(1_000_000))

    def machine() -> Machine:
        return Machine(tmp_path / str(next(made)))

    if number := os.environ.get("BCPER_MODEL_SEED"):
        machine = seed(int(number))(machine)
    profile = settings(
        max_examples=int(examples or 12),
        stateful_step_count=int(os.environ.get("BCPER_MODEL_STEPS", "50")),
        derandomize=examples is None,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )
    run_state_machine_as_test(machine, settings=profile)
