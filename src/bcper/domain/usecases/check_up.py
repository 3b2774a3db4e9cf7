"""A look at the whole installation: every port is asked, all at once, and nothing is changed."""

from collections.abc import Callable, Collection, Iterable, Iterator
from functools import partial

import attrs

from bcper.domain.errors import BcperError, LedgerDamaged
from bcper.domain.model.catalog import Catalog
from bcper.domain.model.checkup import Checkup, Finding, KeptPlaces, State
from bcper.domain.model.names import printable
from bcper.domain.model.progress import Progress
from bcper.domain.model.requests.daemon import JobState, ShowStatus
from bcper.domain.model.runs import RunStatus
from bcper.domain.model.settings import FOREVER
from bcper.domain.policy.checkup import folders, program, services, time
from bcper.domain.usecases.check_stores import STORES, CheckStore
from bcper.domain.usecases.show_status import StatusOf
from bcper.ports.at_once import AtOnce, Late
from bcper.ports.autostart import Autostart
from bcper.ports.clock import Clock
from bcper.ports.daemon_control import DaemonControl
from bcper.ports.locks import Locks
from bcper.ports.looks import CatalogLook, LedgerLook, RcloneLook, SecretsLook
from bcper.ports.machine import Machine
from bcper.ports.progress import ProgressSink
from bcper.ports.service import BackupService

SETTINGS, RUNS, JOBS = "Settings", "List of runs", "Jobs"

Ask = Callable[[], Iterable[Finding]]


@attrs.frozen
class Check:
    """Findings of one group. ``about`` is what is waited for, in words, and ``seconds`` how long at most."""

    group: str
    about: str
    seconds: float
    ask: Ask


@attrs.frozen
class CheckUp:
    """See docs/doctor.md. Every failure is a finding; none comes out."""

    machine: Machine
    catalogs: CatalogLook
    ledger: LedgerLook
    secrets: SecretsLook
    rclone: RcloneLook
    locks: Locks
    daemon_control: DaemonControl
    daemon: BackupService
    autostart: Autostart
    clock: Clock
    check_store: CheckStore
    status: StatusOf
    at_once: AtOnce
    places: KeptPlaces
    version: str
    daemon_lock: str

    def __call__(self, sink: ProgressSink, *, stores: bool = True, report: bool = False) -> Checkup:
        """With ``stores`` off none of them is touched; with ``report`` system and libraries are told, too.

        ``sink`` hears what is waited for. Raises only what ``sink`` does.
        """
        catalogs: list[Catalog] = []
        settings = self._all([Check(SETTINGS, "the settings", 10, partial(self._settings, catalogs))], sink)
        catalog = catalogs[0] if catalogs else None
        findings = self._all(list(self._checks(catalog, stores=stores)), sink)
        return Checkup(
            tuple(_in_order((*findings, *settings))),
            self.machine.system() if report else {},
            self.machine.libraries() if report else {},
        )

    def _all(self, checks: list[Check], sink: ProgressSink) -> list[Finding]:
        def waiting(left: Collection[int]) -> None:
            names = [checks[at].about for at in left]
            if names:
                sink.step(Progress("Checking", current=", ".join(names[:3]) + ", ..." * (len(names) > 3)))

        kept: list[list[Finding]] = [[] for _ in checks]
        asks = [
            (check.seconds, partial(_ask, check, so_far)) for check, so_far in zip(checks, kept, strict=True)
        ]
        found: list[Finding] = []
        for check, so_far, answer in zip(checks, kept, self.at_once(asks, waiting), strict=True):
            found += _said(check, tuple(so_far), answer)
        return found

    def _checks(self, catalog: Catalog | None, *, stores: bool) -> Iterator[Check]:
        yield Check(program.PYTHON, "Python", 10, lambda: program.python_findings(self.machine.interpreter()))
        yield Check(program.WINDOW, "Tk", 12, lambda: program.window_findings(self.machine.window()))
        yield Check(services.PASSWORDS, "the keyring", 15, partial(self._secrets, catalog))
        yield Check(services.RCLONE, "rclone", 20, partial(self._rclone, catalog))
        yield Check(folders.FOLDERS, "permissions", 5, self._folders)
        yield Check(folders.DISK, "the disk", 5, partial(self._disk, catalog))
        yield Check(time.TIME, "the clock", 5, self._time)
        yield Check(services.DAEMON, "the daemon", 12, partial(self._daemon, catalog))
        yield Check(services.DAEMON, "what starts at login", 8, partial(self._autostart, catalog))
        yield Check(RUNS, "the list of runs", 20, self._runs)
        if catalog is None:
            yield Check(STORES, "stores", 1, partial(_unknown, STORES, "Stores"))
            yield Check(JOBS, "jobs", 1, partial(_unknown, JOBS, "Jobs"))
            return
        if stores:
            for name in sorted(catalog.stores):
                store = catalog.stores[name]
                seconds = 10 if store.kind == "local" else 40
                about = f"the store {printable(name)}"
                yield Check(STORES, about, seconds, partial(self.check_store, store))
        elif catalog.stores:
            yield Check(STORES, "stores", 1, _left_out)
        yield Check(JOBS, "jobs", 10, self._jobs)

    def _settings(self, catalogs: list[Catalog]) -> Iterator[Finding]:
        catalog = self.catalogs.load()
        version = self.catalogs.version()
        catalogs.append(catalog)
        if version is None:
            yield Finding(SETTINGS, State.OK, "Nothing is configured yet.")
            return
        sizes = [(len(catalog.items), "item"), (len(catalog.vaults), "vault"), (len(catalog.stores), "store")]
        has = ", ".join(_counted(*each) for each in (*sizes, (len(catalog.jobs), "job")))
        if version == 0:
            what = f"config.json is the original BCPER's, and can be taken over: {has}."
            yield Finding(
                SETTINGS, State.HINT, what, "Any command does so, and keeps the old file beside it."
            )
        else:
            yield Finding(SETTINGS, State.OK, f"config.json can be read (version {version}): {has}.")
        if (until := catalog.settings.paused_until) is not None and catalog.settings.paused(self.clock.now()):
            what = f"All jobs are paused until {until.astimezone(self.clock.local_zone()):%Y-%m-%d %H:%M}."
            if until >= FOREVER:
                what = "All jobs are paused until you resume them."
            yield Finding(SETTINGS, State.HINT, what, "bcper-cli daemon resume")

    def _secrets(self, catalog: Catalog | None) -> Iterable[Finding]:
        catalog = catalog or Catalog()
        kept = [item.has_password for item in catalog.items.values()]
        kept += [vault.has_password for vault in catalog.vaults.values()]
        return services.secrets_findings(self.secrets.look(), wanted=any(kept))

    def _rclone(self, catalog: Catalog | None) -> Iterable[Finding]:
        space = self.machine.space(self.places.rclone)
        return services.rclone_findings(self.rclone.look(), stores=_remotes(catalog), space=space)

    def _folders(self) -> Iterable[Finding]:
        places = self.places
        paths = (places.config_dir, *places.files, places.data_dir, places.cache_dir)
        seen = {path: self.machine.seen(path) for path in (*paths, *folders.above(places.config_dir))}
        return folders.folder_findings(places, seen, self.machine.user())

    def _disk(self, catalog: Catalog | None) -> Iterable[Finding]:
        places = (self.places.config_dir, self.places.cache_dir, self.places.temporary)
        spaces = {path: self.machine.space(path) for path in places if path}
        return folders.disk_findings(self.places, spaces, remotes=_remotes(catalog) > 0)

    def _time(self) -> Iterable[Finding]:
        try:
            newest = next((run.started_at for run in self.ledger.list(history=True)), None)
        except BcperError:  # that the list is damaged is said elsewhere
            newest = None
        clock, is_set = self.clock, self.machine.zone_is_set()
        return time.time_findings(clock.now(), clock.timezone(), clock.local_zone(), newest, is_set=is_set)

    def _daemon(self, catalog: Catalog | None) -> Iterable[Finding]:
        process = self.daemon_control.process()
        version = ""
        if process is not None:
            told = self.daemon(ShowStatus()).daemon
            version = "" if told is None else told.version
        alive = process is None and self.locks.held(self.daemon_lock)
        jobs = _enabled(catalog)
        return services.daemon_findings(process, version, self.version, alive=alive, jobs=jobs)

    def _autostart(self, catalog: Catalog | None) -> Iterable[Finding]:
        state, lingers = self.autostart.state(), self.machine.lingers()
        return services.autostart_findings(state, lingers=lingers, jobs=_enabled(catalog))

    def _runs(self) -> Iterator[Finding]:
        try:
            count = len(self.ledger.list(history=True))
            wrong = self.ledger.unsound()
        except LedgerDamaged:
            count, wrong = 0, "it cannot be read"
        if wrong:
            yield Finding(RUNS, State.PROBLEM, f"It is damaged: {printable(wrong)[:200]}.", _MEND)
            return
        yield Finding(RUNS, State.OK, f"It is sound: {_counted(count, 'run')}.")

    def _jobs(self) -> Iterator[Finding]:
        try:
            states = self.status.show(ShowStatus()).jobs
        except LedgerDamaged:
            what = "How jobs stand is not known, as the list of runs cannot be read."
            yield Finding(JOBS, State.UNCHECKED, what)
            return
        worries = [finding for state in states for finding in _job(state)]
        yield from worries
        if states and not worries:
            what = f"{_counted(len(states), 'job')}, and nothing to worry about."
            yield Finding(JOBS, State.OK, what)
        elif not states:
            yield Finding(JOBS, State.OK, "There are no jobs yet.")


_MEND = "The next command that needs it makes it anew from the stores: bcper-cli status"
_ORDER = (
    *(program.PYTHON, program.WINDOW, services.PASSWORDS, services.RCLONE, folders.FOLDERS, folders.DISK),
    *(time.TIME, services.DAEMON, SETTINGS, RUNS, STORES, JOBS),
)


def _in_order(findings: Iterable[Finding]) -> list[Finding]:
    return sorted(findings, key=lambda finding: _ORDER.index(finding.group))


def _ask(check: Check, so_far: list[Finding]) -> None:
    for finding in check.ask():
        so_far.append(finding)  # one by one: of a check that is given up, what it has found counts


def _said(check: Check, found: tuple[Finding, ...], answer: Exception | Late | None) -> tuple[Finding, ...]:
    """A failure as a finding; what is no failure of ours to expect is a bug of the check's."""
    about = check.about[0].upper() + check.about[1:]
    if isinstance(answer, Late) and found:
        what = f"{about} was not looked at to the end in {check.seconds:g} seconds."
        return (*found, Finding(check.group, State.UNCHECKED, what, "It may be large, or slow."))
    if isinstance(answer, Late):
        what = f"{about} did not answer within {check.seconds:g} seconds."
        state = State.PROBLEM if check.group == STORES else State.UNCHECKED
        return (Finding(check.group, state, what, "Try again; if it stays so, something hangs."),)
    if isinstance(answer, BcperError):
        return (*found, Finding(check.group, State.PROBLEM, printable(str(answer)), printable(answer.hint)))
    if isinstance(answer, Exception):
        what = f"This could not be checked ({type(answer).__name__}): {check.about}."
        advice = "That is a bug in BCPER: please report it."
        return (*found, Finding(check.group, State.UNCHECKED, what, advice))
    return found


def _job(state: JobState) -> Iterator[Finding]:
    name = printable(state.job.name)
    if state.trouble:
        what = f"{name} cannot run: {printable(state.trouble)}."
        yield Finding(JOBS, State.PROBLEM, what, "bcper-cli job edit, or: bcper-cli job clean")
    elif state.worry:
        yield Finding(JOBS, State.PROBLEM, f"{name}: {printable(state.worry)}", "bcper-cli status says more.")
    elif state.last is not None and state.last.status in (RunStatus.FAILED, RunStatus.INTERRUPTED):
        what = f"The last run of {name} {_BECAME[state.last.status]}."
        yield Finding(JOBS, State.HINT, what, "bcper-cli status says more.")


_BECAME = {RunStatus.FAILED: "failed", RunStatus.INTERRUPTED: "was interrupted"}


def _unknown(group: str, what: str) -> tuple[Finding, ...]:
    return (Finding(group, State.UNCHECKED, f"{what} are not known, as the settings cannot be read."),)


def _left_out() -> tuple[Finding, ...]:
    return (Finding(STORES, State.UNCHECKED, "Stores were left out, as you wished."),)


def _remotes(catalog: Catalog | None) -> int:
    return 0 if catalog is None else sum(store.kind == "rclone" for store in catalog.stores.values())


def _enabled(catalog: Catalog | None) -> int:
    return 0 if catalog is None else sum(job.enabled for job in catalog.jobs.values())


def _counted(count: int, what: str) -> str:
    return f"{count:,} {what}{'' if count == 1 else 's'}"
