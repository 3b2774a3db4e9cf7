"""What the model remembers of runs, and what it expects of the next one."""

from pathlib import Path

from bcper.domain.model.runs import Run, RunStatus
from helpers.model.config import Config
from helpers.model.oracle import Made
from helpers.model.process import Disk
from helpers.model.trees import filtered, size_of, tree_of

MANIFEST = ".meta.json"


class Memory:
    """``listed`` are the runs that can be restored, ``doubtful`` those of which the list says something else.

    ``known``: every run ever begun. ``history``: what retention took out. ``litter``: folders in stores of
    which no list knows any more, since it was lost.
    """

    def __init__(self, base: Path) -> None:
        self.base = base
        self.disk = Disk()
        self.config = Config()
        self.known: dict[str, Made] = {}
        self.listed: dict[str, Made] = {}
        self.doubtful: dict[str, Made] = {}
        self.history: set[str] = set()
        self.litter: set[str] = set()
        self.passwords: set[str] = set()
        self._checked: dict[str, object] = {}
        self._scanned: dict[str, bytes] = {}
        self._whole: set[str] = set()
        self._restores = 0

    # What is expected of a run

    def forecast(self, name: str) -> Made | None:
        """What a run of the job ``name`` will hold if it is made now; nothing if no source is there."""
        job = self.config.jobs[name]
        self._whole = self._to_adopt(name)
        tree: dict[str, tuple[object, ...]] = {}
        living, missing = set(), False
        for root, source, patterns in self.config.sources(job):
            found = tree_of(Path(source))
            missing = missing or not found
            if len(found) > 1:
                living.add(source)
            for path, entry in filtered(found, patterns).items():
                tree[f"{root}/{path}".rstrip("/")] = entry
        if not tree:
            return None
        return Made(
            run_id="",
            job_id=next(job.id for job in self.disk.catalogs.load().jobs.values() if job.name == name),
            job=name,
            kind=job.kind,
            target=job.target,
            place=self.config.stores[job.store],
            started_at=self.disk.clock.now(),
            tree=tree,
            size=size_of(tree),
            passwords=self.config.passwords(job),
            living=frozenset(living),
            partial=missing,
        )

    def line(self, name: str) -> list[Made]:
        """The listed runs that retention of the job ``name`` decides about."""
        job = self.config.jobs[name]
        jobs = self.disk.catalogs.load().jobs
        (job_id,) = (each.id for each in jobs.values() if each.name == name)
        return [
            run
            for run in self.listed.values()
            if (run.place, run.kind, run.target) == (self.config.stores[job.store], job.kind, job.target)
            and (run.job_id == job_id or (run.job == name and run.job_id not in jobs))
        ]

    def rows(self) -> dict[str, Run]:
        """All rows of the list, by id."""
        ledger = self.disk.ledger
        return {row.run_id: row for row in (*ledger.list(history=True), *ledger.list(deleted=True))}

    def good(self) -> set[str]:
        """The ids of those that are listed and can be restored."""
        return {row.run_id for row in self.disk.ledger.list() if row.status.restorable}

    def _to_adopt(self, name: str) -> set[str]:
        """The runs of the job ``name`` that were killed when all of them was in their store."""
        job = self.config.jobs[name]
        place = self.config.stores[job.store]
        whole = {folder_of(blob) for blob in self.disk.blobs(place) if blob.endswith(MANIFEST)}
        return {
            row.run_id
            for row in self.disk.ledger.list(store=place, job=name)
            if row.status is RunStatus.RUNNING and row.target_name == job.target and row.folder in whole
        }


def folder_of(name: str) -> str:
    """The run's folder that a blob lies in."""
    return name.rpartition("/")[0]
