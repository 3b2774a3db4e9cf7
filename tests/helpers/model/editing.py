"""The rules of the model test that change sources and configuration."""

import shutil

import attrs
from hypothesis import strategies as st
from hypothesis.stateful import initialize, precondition, rule

from bcper.domain.model.jobs import Keep
from bcper.domain.model.requests.jobs import AddFrequency, CleanOrphans, DeleteJob, EditJob, When
from bcper.domain.model.requests.stores import AddStore, DeleteStore
from bcper.domain.model.requests.targets import DeleteTarget, EditItem, EditVault
from helpers.model.config import AJob, AnItem, AVault
from helpers.model.hands import Hands, pick, with_store
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
    some_items,
    some_sources,
)
from helpers.model.troubles import Trouble


class Editing(Hands):
    """A user who changes files, and what is configured."""

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
