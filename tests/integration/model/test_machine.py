"""The model test of FAULTS.md: simulated weeks of anything, and every listed run restores what was backed up.

In the suite it is small, and always the same. To run it long, with other examples every time:

    BCPER_MODEL_EXAMPLES=2000 pytest tests/integration/model

``BCPER_MODEL_STEPS`` (40) is how long each example is, and ``BCPER_MODEL_SEED`` repeats what a seed gave.
"""

import os
from datetime import timedelta
from pathlib import Path

from hypothesis import HealthCheck, Phase, seed, settings
from hypothesis import strategies as st
from hypothesis.stateful import invariant, precondition, rule, run_state_machine_as_test

from bcper.domain.model.requests.jobs import PinRun, PruneJob
from bcper.domain.model.requests.stores import ImportStore
from helpers.model.editing import Editing
from helpers.model.hands import pick
from helpers.model.process import Process
from helpers.model.strategies import SOURCES, STORES, number, pauses, run_troubles, store_troubles
from helpers.model.troubles import Trouble


class Machine(Editing):
    """Everything that may happen."""

    @invariant()
    def order(self) -> None:
        self.world.check(self.process)

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
        max_examples=int(examples or 7),
        stateful_step_count=int(os.environ.get("BCPER_MODEL_STEPS", "40")),
        derandomize=examples is None,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=[Phase.generate, Phase.shrink],
    )
    run_state_machine_as_test(machine, settings=profile)
