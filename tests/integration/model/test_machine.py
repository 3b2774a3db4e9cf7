"""The model test of FAULTS.md: simulated weeks of anything, and every listed run restores what was backed up.

In the suite it is small, and always the same. To run it long, with other examples every time:

    BCPER_MODEL_EXAMPLES=2000 pytest tests/integration/model

``BCPER_MODEL_STEPS`` (40) is how long each example is, and ``BCPER_MODEL_SEED`` repeats what a seed gave.
"""

import os
import shutil
from datetime import timedelta
from pathlib import Path

import attrs
from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import initialize, invariant, precondition, rule, run_state_machine_as_test

from bcper.domain.model.jobs import Keep
from bcper.domain.model.requests.jobs import (
    AddFrequency,
    CleanOrphans,
    DeleteJob,
    EditJob,
    PinRun,
    PruneJob,
    When,
)
from bcper.domain.model.requests.stores import AddStore, DeleteStore, ImportStore
from bcper.domain.model.requests.targets import DeleteTarget, EditItem, EditVault
from helpers.model.config import AJob, AnItem, AVault
from helpers.model.hands import Hands, pick, with_store
from helpers.model.process import Process
from helpers.model.strategies import (
    FILES,
    ITEMS,
    JOBS,
    PASSWORDS,
    SOURCES,
    STORES,
    VAULTS,
    edit_troubles,
    keeps,
    number,
    passwords,
    patterns,
    pauses,
    run_troubles,
    some_items,
    some_sources,
    store_troubles,
)
from helpers.model.troubles import Trouble


class Machine(Hands):
    """Everything that may happen."""

    @initialize()
    def begin(self) -> None:
        self.change(AddFrequency("daily", "Daily", When(cron="0 22 * * *")), self.config)
        for name, place in STORES.items():
            self.change(AddStore(name, "local", place), with_store(self.config, name, place))
        self._set_item("docs", AnItem((self._source("s0"),), ("*.log",), None))
        self._set_item("letters", AnItem((self._source("s1"), self._source("s2")), (), PASSWORDS[0]))
        self._set_vault("home", AVault(("docs", "letters"), ("*.tmp",), PASSWORDS[1]))
        self._set_job("nightly", AJob("item", "docs", "disk", Keep(2)))
        self._set_job("weekly", AJob("vault", "home", "disk", Keep(1, daily=2)))

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

    @rule(
        source=st.sampled_from(SOURCES),
        name=st.sampled_from((*FILES, "sub", "link")),
        to=st.none() | st.sampled_from(("a.txt", "sub", "/nowhere")),
        mode=st.sampled_from((0o700, 0o755)),
    )
    def remove_or_link(self, source: str, name: str, to: str | None, mode: int) -> None:
        folder = self.sources / source
        if not folder.exists():
            return
        folder.chmod(mode)
        path = folder / name if to is None else folder / "link"
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
        if to is not None:
            path.symlink_to(to)

    @precondition(lambda self: self.config.jobs)
    @rule(source=st.sampled_from(SOURCES), wholly=st.booleans(), which=number, stays=st.booleans())
    def unmount(self, source: str, wholly: bool, which: int, stays: bool) -> None:
        """A disk that is not mounted when a job runs: its folder is empty, or gone; perhaps for good."""
        folder, aside = self.sources / source, self.base / "unmounted"
        if folder.exists():
            folder.rename(aside)
        if not wholly:
            folder.mkdir()
        self._run(which, 3600, None)
        if stays or not aside.exists():
            shutil.rmtree(aside, ignore_errors=True)
            return
        shutil.rmtree(folder, ignore_errors=True)
        aside.rename(folder)

    # The configuration

    @rule(
        name=st.sampled_from(ITEMS),
        sources=some_sources,
        ignore=patterns,
        password=passwords,
        trouble=edit_troubles,
    )
    def set_item(
        self,
        name: str,
        sources: list[str],
        ignore: tuple[str, ...],
        password: str | None,
        trouble: Trouble | None,
    ) -> None:
        self._set_item(name, AnItem(tuple(map(self._source, sources)), ignore, password), trouble)

    @precondition(lambda self: self.config.items)
    @rule(
        name=st.sampled_from(VAULTS),
        items=some_items,
        ignore=patterns,
        password=passwords,
        trouble=edit_troubles,
    )
    def set_vault(
        self,
        name: str,
        items: list[int],
        ignore: tuple[str, ...],
        password: str | None,
        trouble: Trouble | None,
    ) -> None:
        held = tuple(dict.fromkeys(pick(self.config.items, each) for each in items))
        self._set_vault(name, AVault(held, ignore, password), trouble)

    @precondition(lambda self: self.config.stores and (self.config.items or self.config.vaults))
    @rule(name=st.sampled_from(JOBS), aim=number, store=number, keep=keeps, trouble=edit_troubles)
    def set_job(self, name: str, aim: int, store: int, keep: Keep, trouble: Trouble | None) -> None:
        targets = [("item", each) for each in self.config.items] + [
            ("vault", each) for each in self.config.vaults
        ]
        kind, target = pick(targets, aim)
        self._set_job(name, AJob(kind, target, pick(self.config.stores, store), keep), trouble)

    @rule(what=st.sampled_from(("item", "vault", "job")), which=number, new=number, trouble=edit_troubles)
    def rename(self, what: str, which: int, new: int, trouble: Trouble | None) -> None:
        config = self.config
        pool, there = {
            "item": (ITEMS, config.items),
            "vault": (VAULTS, {name: vault for name, vault in config.vaults.items() if vault.items}),
            "job": (JOBS, config.jobs),
        }[what]
        if not there:
            return
        name, new_name = pick(there, which), pick(pool, new)
        taken = new_name != name and new_name in getattr(config, f"{what}s")
        if what == "item":
            after = config.with_item(new_name, config.items[name], name)
            self.change(EditItem(name, new_name), after, trouble, refused=taken)
        elif what == "vault":
            after = config.with_vault(new_name, config.vaults[name], name)
            self.change(EditVault(name, new_name), after, trouble, refused=taken)
        else:
            after = config.with_job(new_name, config.jobs[name], name)
            self.change(EditJob(name, new_name), after, trouble, refused=taken)

    @rule(which=number, cascade=st.booleans(), trouble=edit_troubles)
    def delete(self, which: int, cascade: bool, trouble: Trouble | None) -> None:
        config = self.config
        targets = [("item", each) for each in config.items] + [("vault", each) for each in config.vaults]
        kind, name = pick([*targets, *(("job", each) for each in config.jobs), ("", "")], which)
        if kind == "job":
            jobs = {key: job for key, job in config.jobs.items() if key != name}
            self.change(DeleteJob(name), attrs.evolve(config, jobs=jobs), trouble)
        elif kind:
            refused = bool(config.users(kind, name)) and not cascade
            after = config.without_target(kind, name)
            self.change(DeleteTarget(kind, name, cascade), after, trouble, refused=refused)

    @rule(name=st.sampled_from(tuple(STORES)), trouble=edit_troubles)
    def forget_or_find_store(self, name: str, trouble: Trouble | None) -> None:
        if name in self.config.stores:
            self.change(DeleteStore(name, cascade=True), self.config.without_store(name), trouble)
        else:
            self.change(
                AddStore(name, "local", STORES[name]), with_store(self.config, name, STORES[name]), trouble
            )

    @rule(trouble=edit_troubles)
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
    @rule(which=number, pauses=st.lists(pauses, min_size=1, max_size=4))
    def run(self, which: int, pauses: list[float]) -> None:
        for pause in pauses:
            self._run(which, pause, None)

    @precondition(lambda self: self.config.jobs)
    @rule(which=number, pause=pauses, trouble=run_troubles, again=st.booleans())
    def run_in_trouble(self, which: int, pause: float, trouble: Trouble, again: bool) -> None:
        self._run(which, pause, trouble)
        if again:
            self._run(which, pause, None)

    @precondition(lambda self: self.config.jobs)
    @rule(
        which=number, write=st.integers(1, 3), after=st.booleans(), again=st.booleans(), shrink=st.booleans()
    )
    def run_killed_at_its_end(self, which: int, write: int, after: bool, again: bool, shrink: bool) -> None:
        """When the list is told of the run, or of what is pruned after it."""
        if shrink:
            for source in SOURCES:
                self._write(source, "diary.txt", b"-", 0o644)
        self._run(which, 3600, Trouble("kill-update", write, after))
        if again:
            self._run(which, 3600, None)

    @precondition(lambda self: self.config.jobs)
    @rule(pause=pauses, trouble=st.none() | run_troubles)
    def night(self, pause: float, trouble: Trouble | None) -> None:
        """All jobs run, one in trouble perhaps."""
        for which in range(len(self.config.jobs)):
            self._run(which, pause, None if which else trouble)

    @precondition(lambda self: self.config.jobs)
    @rule(
        days=st.integers(2, 6),
        source=st.sampled_from(SOURCES),
        troubles=st.lists(run_troubles, max_size=1),
    )
    def work(self, days: int, source: str, troubles: list[Trouble]) -> None:
        """Days in which somebody writes, and all jobs run at night."""
        for day in range(days):
            self._write(source, "diary.txt", b"Dear diary,\n" * (5 + day), 0o644)
            self.world.disk.clock.advance(86_400)
            for which in range(len(self.config.jobs)):
                self._run(which, 60, troubles.pop() if troubles and day else None)

    @precondition(lambda self: self.config.jobs)
    @rule(which=number, trouble=store_troubles)
    def prune(self, which: int, trouble: Trouble | None) -> None:
        name = pick(self.config.jobs, which)
        outcome = self.asked(PruneJob(name), trouble)
        assert outcome.error is None or outcome.trouble, outcome
        self.world.pruned(name, self.config.jobs[name].keep, exactly=not outcome.trouble)

    @precondition(lambda self: self.process.runs())
    @rule(which=number, trouble=store_troubles)
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

    @rule(place=st.sampled_from(tuple(STORES.values())), trouble=store_troubles)
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

    @rule(hours=st.sampled_from((1, 24, 24 * 8, 24 * 40, -24, 24 * 3650)))
    def clock_jumps(self, hours: int) -> None:
        """On, back, or ten years ahead for a while."""
        if hours == 24 * 3650:
            hours = -hours if self.ahead else hours
            self.ahead = not self.ahead
        self.world.disk.clock.time += timedelta(hours=hours)


def test_whatever_happens_every_listed_run_restores_what_was_backed_up(tmp_path: Path) -> None:
    examples = os.environ.get("BCPER_MODEL_EXAMPLES")
    made = iter(range(1_000_000))

    def machine() -> Machine:
        return Machine(tmp_path / str(next(made)))

    if number := os.environ.get("BCPER_MODEL_SEED"):
        machine = seed(int(number))(machine)
    profile = settings(
        max_examples=int(examples or 10),
        stateful_step_count=int(os.environ.get("BCPER_MODEL_STEPS", "40")),
        derandomize=examples is None,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )
    run_state_machine_as_test(machine, settings=profile)
