"""What must be true of BCPER whatever has happened."""

import shutil

import attrs
import pytest

from bcper.domain.errors import BcperError, SourceUnreadable, WrongPassword
from bcper.domain.model.jobs import Keep
from bcper.domain.model.requests.stores import ImportStore
from bcper.domain.model.runs import Run, RunStatus
from helpers.model.config import listed
from helpers.model.memory import MANIFEST, Memory, folder_of
from helpers.model.oracle import Made, is_held, kept, trusted
from helpers.model.process import Disk, Outcome, Process
from helpers.model.trees import tree_of
from helpers.model.troubles import Killed


class World(Memory):
    """Runs compared with what was expected of them."""

    # What has happened

    def ran(self, name: str, forecast: Made | None, outcome: Outcome) -> None:
        """Compare what a run of ``name`` did with what was expected."""
        expected_error(outcome)
        self._adopt()
        rows = self.rows()
        fresh = [rows[run_id] for run_id in rows if run_id not in self.known]
        assert len(fresh) <= 1
        keep = Keep(0)
        for row in fresh:
            assert outcome.reply is None or outcome.reply.run_id == row.run_id
            if self._began(name, row, forecast) and row.status is RunStatus.SUCCESS:
                keep = self.config.jobs[name].keep
        self.pruned(name, keep, exactly=not outcome.trouble)
        if outcome.trouble:
            return
        if forecast is None:
            assert isinstance(outcome.error, SourceUnreadable)
            assert [(row.status, row.folder) for row in fresh] == [(RunStatus.FAILED, "")]
        else:
            assert outcome.error is None
            assert len(fresh) == 1
            assert fresh[0].status.restorable
        self._nothing_half_done(name)
        for run_id in self._whole:
            assert run_id in self.listed or rows[run_id].pruned_at is not None

    def pruned(self, name: str, keep: Keep, *, exactly: bool) -> None:
        """Retention took out what it had to of the runs of the job ``name``, or some of that."""
        line = self.line(name)
        surplus = {run.run_id for run in line} - kept(line, keep, self.disk.clock.now())
        gone = self.listed.keys() - self.good()
        assert gone <= surplus
        assert not exactly or gone == surplus
        for run_id in gone:
            del self.listed[run_id]
            assert self.rows()[run_id].pruned_at is not None
        self.history |= gone

    def deleted(self, run_id: str, outcome: Outcome) -> None:
        """A person deleted a run, or tried."""
        expected_error(outcome)
        if run_id not in {row.run_id for row in self.disk.ledger.list()}:
            self.listed.pop(run_id, None)
            self.doubtful.pop(run_id, None)
        else:
            assert outcome.trouble

    def imported(self, place: str) -> None:
        """A store was imported: what has a manifest is there."""
        leaving = {row.run_id for row in self.disk.ledger.list(deleted=True)}
        there = {name.split("/")[1] for name in self.disk.blobs(place) if name.endswith(MANIFEST)}
        found = [self.known[run_id] for run_id in there - leaving - self.listed.keys()]
        for run in found:
            # Of fractions of a second, and of the sources, a manifest says nothing.
            run.started_at, run.living = run.started_at.replace(microsecond=0), frozenset()
        for run in sorted(found, key=lambda run: run.age):
            run.held = is_held(run, trusted(self.listed.values(), run))
            self.doubtful.pop(run.run_id, None)
            self.listed[run.run_id] = run

    def lost(self) -> None:
        """The list of runs is lost; the stores will tell what they know."""
        self.listed.clear()
        self.doubtful.clear()
        self.history.clear()
        for run in self.known.values():
            run.pinned = False
        for place in self.disk.stores:
            self.litter |= {folder_of(name) for name in self.disk.blobs(place)}

    # What must be true

    def check(self, process: Process, *, all_of_it: bool = False) -> None:
        """Raises AssertionError for whatever is not as it must be."""
        assert listed(process.service) == self.config.shown()
        self._adopt()
        rows = self.rows()
        assert self.good() == self.listed.keys()
        for run_id, run in self.listed.items():
            row = rows[run_id]
            assert (row.pinned, bool(row.hold)) == (run.pinned, run.held), row
            assert (row.status is RunStatus.PARTIAL) == run.partial
            assert (row.started_at, row.folder) == (run.started_at, run.folder)
            assert row.encrypted == any(run.passwords)
        for run_id in self.history:
            assert rows[run_id].pruned_at is not None
        self._check_blobs(rows)
        self._check_secrets(rows)
        for run_id in self.listed:
            state = (rows[run_id], self._blobs_of(rows[run_id]), dict(self.disk.secrets._kept))
            if all_of_it or self._checked.get(run_id) != state:
                self._check_restores(process, run_id, None)
                self._checked[run_id] = state

    def check_new_machine(self) -> None:
        """With the stores alone, and the passwords in a person's head, everything is there, too."""
        disk = Disk(clock=self.disk.clock, stores=self.disk.stores)
        process = Process(self.base, disk)
        for place in disk.stores:
            process.service(ImportStore(place))
        leaving = {row.run_id for row in self.disk.ledger.list(deleted=True)} | self.doubtful.keys()
        good = {row.run_id for row in process.runs() if row.status.restorable}
        assert self.listed.keys() <= good <= self.listed.keys() | leaving
        for run_id in self.listed:
            passwords = {each for each in self.listed[run_id].passwords if each is not None}
            if passwords:
                with pytest.raises(WrongPassword):
                    process.restore(run_id, self.base / "nothing")
                assert not (self.base / "nothing").exists()
            if len(passwords) < 2:
                self._check_restores(process, run_id, next(iter(passwords), None))

    def _began(self, name: str, row: Run, forecast: Made | None) -> bool:
        """A row is new; whether the run is good."""
        if forecast is None:
            assert row.status in (RunStatus.FAILED, RunStatus.CANCELLED, RunStatus.RUNNING)
            self.known[row.run_id] = Made(
                row.run_id,
                row.job_id or "",
                name,
                row.target_type,
                row.target_name,
                row.store,
                row.started_at,
            )
            return False
        run = attrs.evolve(forecast, run_id=row.run_id)
        before = trusted(self.listed.values(), run)
        sources = {source for _, source, _ in self.config.sources(self.config.jobs[name])}
        emptied = before is not None and before.living & (sources - run.living)
        run.partial = run.partial or bool(emptied)
        run.held = is_held(run, before)
        self.known[row.run_id] = run
        if row.status.restorable:
            assert (row.job_id, row.job_name, row.target_type) == (run.job_id, run.job, run.kind)
            assert (row.target_name, row.store, row.source_bytes) == (run.target, run.place, run.size)
            self.listed[row.run_id] = run
            return True
        self.doubtful[row.run_id] = run
        return False

    def _adopt(self) -> None:
        """Runs that were killed between their manifest and the list, and are found to be good."""
        for run_id in self.good() & self.doubtful.keys():
            run = self.listed[run_id] = self.doubtful.pop(run_id)
            run.living = frozenset()
            others = [each for each in self.listed.values() if each is not run]
            run.held = is_held(run, trusted(others, run))

    def _nothing_half_done(self, name: str) -> None:
        """The runs before left nothing that the one that has just ended did not settle."""
        job = self.config.jobs[name]
        place = self.config.stores[job.store]
        assert not self.disk.ledger.list(store=place, job=name, deleted=True)
        for row in self.disk.ledger.list(store=place, job=name):
            if row.target_name == job.target:
                assert row.status is not RunStatus.RUNNING
            assert row.status.restorable or row.status is RunStatus.RUNNING or not row.folder

    def _check_blobs(self, rows: dict[str, Run]) -> None:
        """In the stores is what the list knows of, and nothing else."""
        for place in self.disk.stores:
            known = {row.folder for row in rows.values() if row.store == place and row.folder}
            there = {folder_of(name) for name in self.disk.blobs(place)}
            assert there <= known | self.litter, (place, there - known - self.litter)

    def _check_secrets(self, rows: dict[str, Run]) -> None:
        told = f"{list(rows.values())!r} {self.disk.catalogs.load()!r}"
        found = {name: data for place in self.disk.stores for name, data in self.disk.blobs(place).items()}
        fresh = [data for name, data in found.items() if self._scanned.get(name) is not data]
        self._scanned = found
        for password in self.passwords:
            assert password not in told
            assert not any(password.encode() in data for data in fresh)

    def _check_restores(self, process: Process, run_id: str, password: str | None) -> None:
        run = self.known[run_id]
        report = process.verify(run_id, password)
        assert (report.deep, report.warnings) == (True, ())
        self._restores += 1
        target = self.base / "restored" / str(self._restores)
        assert not process.restore(run_id, target, password).problems
        found = tree_of(target)
        # Of the target, and of the folders called after items, no run says anything.
        above = {path.rpartition("/")[0] for path in run.tree} - run.tree.keys() | {""}
        assert {path: entry for path, entry in found.items() if path not in above} == run.tree
        shutil.rmtree(target)

    def _blobs_of(self, row: Run) -> list[tuple[str, int]]:
        blobs = self.disk.blobs(row.store)
        return [(name, id(data)) for name, data in blobs.items() if folder_of(name) == row.folder]


def expected_error(outcome: Outcome) -> None:
    """Raise the error that nobody expects."""
    if outcome.error is not None and not isinstance(outcome.error, BcperError | Killed):
        raise outcome.error
