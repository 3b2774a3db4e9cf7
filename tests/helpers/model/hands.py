"""What a person does with BCPER in the model test, and what is expected of it at once."""

import shutil
from pathlib import Path
from typing import Any

import attrs
from hypothesis.stateful import RuleBasedStateMachine

from bcper.domain.errors import UsageError
from bcper.domain.model.requests.base import Request
from bcper.domain.model.requests.jobs import AddJob, EditJob, RunJob
from bcper.domain.model.requests.targets import AddItem, AddVault, EditItem, EditVault, PasswordChange
from helpers.model.config import AJob, AnItem, AVault, Config, listed
from helpers.model.process import Outcome, Process
from helpers.model.strategies import FILES, SOURCES
from helpers.model.troubles import Trouble
from helpers.model.world import World, expected_error


class Hands(RuleBasedStateMachine):
    """A user with a disk full of sources; the rules are a subclass's."""

    def __init__(self, base: Path) -> None:
        super().__init__()
        self.base = base
        self.sources = base / "sources"
        self.world = World(base)
        self.process = Process(base, self.world.disk)
        self.ahead = False
        for name in SOURCES:
            for file in FILES[:5]:
                self._write(name, file, b"the first text\n" * 5, 0o644)

    def teardown(self) -> None:
        try:
            self.world.check(self.process, all_of_it=True)
            self.world.check_new_machine()
        finally:
            shutil.rmtree(self.base)

    @property
    def config(self) -> Config:
        return self.world.config

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

    def _set_item(self, name: str, item: AnItem, trouble: Trouble | None = None) -> None:
        request: Request[Any] = AddItem(name, item.paths, item.ignore, password=item.password)
        if name in self.config.items:
            change = PasswordChange(item.password)
            request = EditItem(name, paths=item.paths, ignore=item.ignore, password=change)
        self.change(request, self.config.with_item(name, item), trouble, item.password)

    def _set_vault(self, name: str, vault: AVault, trouble: Trouble | None = None) -> None:
        request: Request[Any] = AddVault(name, vault.items, vault.ignore, vault.password)
        if name in self.config.vaults:
            request = EditVault(name, None, vault.items, vault.ignore, PasswordChange(vault.password))
        self.change(request, self.config.with_vault(name, vault), trouble, vault.password)

    def _set_job(self, name: str, job: AJob, trouble: Trouble | None = None) -> None:
        request: Request[Any] = AddJob(name, job.kind, job.target, job.store, "daily", job.keep)
        if name in self.config.jobs:
            request = EditJob(name, None, job.kind, job.target, job.store, None, job.keep)
        self.change(request, self.config.with_job(name, job), trouble)

    def _source(self, name: str) -> str:
        return str(self.sources / name)

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


def with_store(config: Config, name: str, place: str) -> Config:
    return attrs.evolve(config, stores={**config.stores, name: place})
