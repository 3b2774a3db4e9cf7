"""The page Backups: every run, searched, filtered, sorted, selected."""

from collections.abc import Callable, Collection, Iterable, Sequence
from datetime import tzinfo
from functools import cache
from typing import Any, Literal

import attrs

from bcper.apps.gui.presenters.base import Presenter, Show, Tools, Trouble
from bcper.apps.gui.presenters.status import Mark, mark_of, outcome
from bcper.apps.gui.presenters.work import at_work
from bcper.apps.words import ago, counted, duration, listed, size
from bcper.domain.model.events import Activity
from bcper.domain.model.names import AD_HOC, printable
from bcper.domain.model.requests.jobs import PinRun
from bcper.domain.model.requests.runs import ListRuns
from bcper.domain.model.requests.stores import ListStores
from bcper.domain.model.runs import Run, RunStatus

Column = Literal[
    "job", "started", "target", "store", "status", "size", "changed", "duration", "encrypted", "run"
]
ChipKey = Literal["all", "failed", "encrypted", "pinned"]

_BAD = (RunStatus.FAILED, RunStatus.INTERRUPTED, RunStatus.PARTIAL)


@attrs.frozen(eq=False)
class BackupRow:
    """One run: texts for the eye, in the order of the columns. ``needle`` is what a search looks into.

    Equal only to itself: the same run, unchanged, keeps its row across refreshes, so that views can compare
    rows by identity.
    """

    run: Run
    mark: Mark
    job: str
    started: str
    target: str
    store: str
    status: str
    size: str
    changed: str
    duration: str
    encrypted: str
    short_id: str
    needle: str = attrs.field(repr=False)

    @property
    def id(self) -> str:
        """The run's whole id."""
        return self.run.run_id


@attrs.frozen
class Chip:
    """A filter with its count."""

    key: ChipKey
    label: str
    count: int
    chosen: bool


@attrs.frozen
class BackupsView:
    """``rows`` are what the filters leave, in order; ``progress`` has the percents of runs at work, by id.

    ``stores`` and ``jobs`` are what can be filtered by. Of what is selected only what is shown counts:
    ``selection`` says how much that is, and the flags what can be done with it; ``details`` are lines on the
    only run that is selected: what became of it, and what it warned of.
    """

    loaded: bool = False
    subtitle: str = ""
    rows: tuple[BackupRow, ...] = ()
    chips: tuple[Chip, ...] = ()
    stores: tuple[str, ...] = ()
    jobs: tuple[str, ...] = ()
    search: str = ""
    store: str | None = None
    job: str | None = None
    chip: ChipKey = "all"
    column: Column = "started"
    descending: bool = True
    selected: frozenset[str] = frozenset()
    selection: str = ""
    details: tuple[str, ...] = ()
    can_restore: bool = False
    can_verify: bool = False
    can_delete: bool = False
    can_browse: bool = False
    progress: tuple[tuple[str, str], ...] = ()
    trouble: Trouble | None = None


class BackupsPresenter(Presenter[BackupsView]):
    """``refresh`` when ``runs`` changed; ``works`` hears every activity."""

    def __init__(self, tools: Tools, show: Show[BackupsView]) -> None:
        self._all: tuple[BackupRow, ...] = ()
        super().__init__(tools, show, BackupsView())

    async def refresh(self) -> None:
        """Ask anew; what is selected stays so if it is still there."""
        with self._telling():
            runs = (await self._tools.ask(ListRuns())).runs
            names = {view.store.location: view.store.name for view in await self._tools.ask(ListStores())}
            zone = self._tools.clock.local_zone()
            self._all = await self._tools.in_thread(rows_of, runs, names, zone, self._all)
            self._set(
                loaded=True,
                subtitle=self._subtitle(),
                stores=tuple(sorted({row.store for row in self._all})),
                jobs=tuple(sorted({row.job for row in self._all})),
            )
            self._sift()

    def works(self, activities: tuple[Activity, ...]) -> None:
        """What goes on has changed."""
        rows = at_work(activities)
        self._set(progress=tuple((row.run_id, row.percent) for row in rows if row.run_id is not None))

    def search(self, text: str) -> None:
        """Leave rows that have every word of ``text`` in job, target, store, status, time or id."""
        self._set(search=text)
        self._sift()

    def filter(self, *, store: str | None = None, job: str | None = None, chip: ChipKey = "all") -> None:
        """Leave rows of a store and a job (``None``: of all), and those of a chip."""
        self._set(store=store, job=job, chip=chip)
        self._sift()

    def sort_by(self, column: Column) -> None:
        """Sort; the same column again turns the order round."""
        same = column == self._state.column
        first = column in ("started", "size", "changed", "duration")
        self._set(column=column, descending=not self._state.descending if same else first)
        self._sift()

    def select(self, ids: Collection[str]) -> None:
        """These runs are selected, and no others."""
        self._set(selected=frozenset(ids))
        self._count()

    def select_all(self) -> None:
        """Every run that is shown is selected."""
        self.select([row.id for row in self._state.rows])

    def chosen(self) -> tuple[Run, ...]:
        """The selected runs, in the order shown: for a restore, a deletion, a verification."""
        return tuple(row.run for row in self._state.rows if row.id in self._state.selected)

    def everything(self) -> tuple[Run, ...]:
        """All runs, newest first: a deletion must know which are the newest good ones."""
        return tuple(row.run for row in self._all)

    async def pin(self, *, pinned: bool) -> None:
        """Keep the selected runs whatever retention says, or no longer."""
        with self._telling():
            for run in self.chosen():
                await self._tools.ask(PinRun(run.run_id, pinned))
            await self.refresh()

    def _sift(self) -> None:
        state = self._state
        words = state.search.lower().split()
        # Chips count what the other filters leave.
        left = [
            row
            for row in self._all
            if (state.store is None or row.store == state.store)
            and (state.job is None or row.job == state.job)
            and all(word in row.needle for word in words)
        ]
        counts = {key: [row for row in left if test(row.run)] for key, _, test in _CHIPS}
        rows = sorted(counts[state.chip], key=_KEYS[state.column], reverse=state.descending)
        chips = tuple(Chip(key, label, len(counts[key]), key == state.chip) for key, label, _ in _CHIPS)
        self._set(rows=tuple(rows), chips=chips)
        self._count()

    def _count(self) -> None:
        runs = self.chosen()
        good = bool(runs) and all(run.status.restorable for run in runs)
        self._set(
            selection=f"{len(runs):,} selected · {size(sum(run.source_bytes for run in runs))}"
            if runs
            else "",
            details=_details(runs[0]) if len(runs) == 1 else (),
            can_restore=good,
            can_verify=good,
            can_delete=bool(runs) and all(run.status is not RunStatus.RUNNING for run in runs),
            can_browse=good and len(runs) == 1,
        )

    def _subtitle(self) -> str:
        if not self._all:
            return ""
        stores = counted(len({row.store for row in self._all}), "store")
        newest = ago(max(row.run.started_at for row in self._all), self._tools.clock.now())
        return f"{counted(len(self._all), 'backup')} · {stores} · newest {newest}"


def rows_of(
    runs: Iterable[Run], names: dict[str, str], zone: tzinfo, before: Sequence[BackupRow] = ()
) -> tuple[BackupRow, ...]:
    """A row for each run; ``names`` are those of stores by location. Rows of ``before`` are used again."""
    known = {row.id: row for row in before}
    rows = []
    eye = cache(printable)  # the same few names, again and again
    for run in runs:
        row = known.get(run.run_id)
        store = eye(names.get(run.store, run.store))
        if row is None or row.run != run or row.store != store:
            row = _row(run, eye(run.job_name), eye(run.target_name), store, zone)
        rows.append(row)
    return tuple(rows)


def short(run: Run) -> str:
    """The short id of a run."""
    return run.run_id[:8]


def called(run: Run) -> str:
    """What a run is called after, for the eye: its job, or without one what it holds."""
    return printable(run.target_name if run.job_name == AD_HOC else run.job_name)


def _row(run: Run, job: str, target: str, store: str, zone: tzinfo) -> BackupRow:
    started = run.started_at.astimezone(zone).isoformat(" ")[:16]
    status = f"{run.status}, pinned" if run.pinned else str(run.status)
    took = (run.completed_at - run.started_at).total_seconds() if run.completed_at else None
    good = run.status.restorable
    return BackupRow(
        run,
        mark_of(run),
        job,
        started,
        target,
        store,
        status,
        size(run.source_bytes) if good else "",
        f"+{size(run.stored_bytes)}" if good else "",
        duration(took) if took is not None else "",
        "Yes" if run.encrypted else "No",
        short(run),
        f"{job}\n{target}\n{store}\n{status}\n{started}\n{run.run_id}".lower(),
    )


def _details(run: Run) -> tuple[str, ...]:
    lines = [outcome(run), *map(printable, run.warnings)]
    if run.hold:
        lines.append(f"Nothing is pruned on its word: {printable(run.hold)}.")
    if run.roots:
        lines.append(f"From {listed([printable(root) for root in run.roots])}")
    return tuple(lines)


def _seconds(row: BackupRow) -> float:
    run = row.run
    return (run.completed_at - run.started_at).total_seconds() if run.completed_at else -1.0


_CHIPS: tuple[tuple[ChipKey, str, Callable[[Run], bool]], ...] = (
    ("all", "All", lambda _: True),
    ("failed", "Failed", lambda run: run.status in _BAD),
    ("encrypted", "Encrypted", lambda run: run.encrypted),
    ("pinned", "Pinned", lambda run: run.pinned),
)

_KEYS: dict[Column, Callable[[BackupRow], Any]] = {
    "job": lambda row: row.job.lower(),
    "started": lambda row: row.run.started_at,
    "target": lambda row: row.target.lower(),
    "store": lambda row: row.store.lower(),
    "status": lambda row: row.status,
    "size": lambda row: row.run.source_bytes,
    "changed": lambda row: row.run.stored_bytes,
    "duration": _seconds,
    "encrypted": lambda row: row.run.encrypted,
    "run": lambda row: row.run.run_id,
}
