"""A job, run with what a person wants done around it (docs/guide/hooks.md)."""

from contextlib import suppress

import attrs

from bcper.domain.errors import BcperError, Cancelled, HookFailed, Locked, RunNotFound, Skipped, UsageError
from bcper.domain.model.names import printable
from bcper.domain.model.progress import Progress
from bcper.domain.model.requests.jobs import RunJob
from bcper.domain.model.runs import Run, RunStatus
from bcper.domain.model.stores import Store
from bcper.domain.policy.hook_words import Moment, ended_how, environment, summary
from bcper.domain.policy.outcome import status_after, words_for
from bcper.domain.usecases.edit_jobs import known_job
from bcper.domain.usecases.places import known_store
from bcper.domain.usecases.run_job import RunJobs
from bcper.ports.catalog_repository import CatalogRepository
from bcper.ports.clock import Clock
from bcper.ports.hooks import CommandRunner
from bcper.ports.pinger import Event, Pinger
from bcper.ports.progress import ProgressSink
from bcper.ports.run_ledger import RunLedger
from bcper.ports.store_opener import StoreOpener

SOFT = 75
"""The status by which a command before has its run skipped (EX_TEMPFAIL of sysexits.h)."""

AFTER_CANCEL = 5
"""Seconds that the command after has at most when the run was cancelled: somebody waits for the end."""

_TELLING = "Calling the job's address"


@attrs.frozen
class HookedRuns:
    """The command before, the run, the command after, and the pings."""

    catalogs: CatalogRepository
    ledger: RunLedger
    clock: Clock
    commands: CommandRunner
    pinger: Pinger
    opener: StoreOpener
    run_job: RunJobs

    def __call__(self, request: RunJob, sink: ProgressSink) -> Run:
        """Returns the run, and raises what a run may raise.

        Also Skipped if the command before says so, which is no failure: nothing is recorded and nobody is
        pinged. HookFailed if it fails or takes too long; the list of runs then has a run that failed, and the
        command after is not run. Whatever becomes of the run itself, the command after is run; that this one
        failed, and that nobody heard the ping, are warnings of the run.
        """
        catalog = self.catalogs.load()
        job = known_job(catalog, request.name)
        store = known_store(catalog, job.store_name)
        moment = Moment(job, store, self.clock.new_id(), self.clock.now())
        if not job.hooked:
            return self._run(request, moment, sink)
        self._before(moment, sink)
        lost = ""
        try:
            if job.ping_url:
                sink.step(Progress(_TELLING))
            lost = self._ping(moment, "start")
            made = self._run(request, moment, sink)
        except BaseException as error:
            self._finish(_failed(moment, error), sink, lost, quiet=isinstance(error, Cancelled | Locked))
            raise
        done = attrs.evolve(moment, status=made.status, stored_bytes=made.stored_bytes, run=made)
        return self._finish(done, sink, lost) or made

    def _before(self, moment: Moment, sink: ProgressSink) -> None:
        job = moment.job
        if not job.before:
            return
        watch = _Watch(sink, "Running the command before the run")
        try:
            result = self.commands.run(job.before, environment(moment), job.hook_seconds, watch.stop)
        except BaseException as error:
            self._record(moment, status_after(error), words_for(error))
            raise
        if result.stopped:
            cancelled = Cancelled()
            self._record(moment, RunStatus.CANCELLED, str(cancelled))
            raise cancelled
        if result.status == SOFT:
            said = f": {result.output.splitlines()[-1]}" if result.output else ""
            raise Skipped(
                f"The job {printable(job.name)!r} was skipped: its command before says so (status 75){said}."
            )
        if result.status != 0:
            reason = ended_how("before", result, job.hook_seconds)
            self._record(moment, RunStatus.FAILED, reason)
            self._ping(attrs.evolve(moment, status=RunStatus.FAILED, error=reason), "failure")
            raise HookFailed(reason, "Nothing was backed up. Run the command by hand to see what is wrong.")

    def _run(self, request: RunJob, moment: Moment, sink: ProgressSink) -> Run:
        """The run itself; the list of runs knows of it even if it could not begin: its store is not there."""
        try:
            return self.run_job(request, sink, moment.run_id)
        except (UsageError, Locked, Cancelled):
            raise  # what makes no sense, or has not begun; BackUp itself knows of those that had
        except BcperError as error:
            with suppress(BcperError):
                self._record_if_new(moment, error)
            raise

    def _record_if_new(self, moment: Moment, error: BcperError) -> None:
        try:
            self.ledger.get(moment.run_id)
        except RunNotFound:
            self._record(moment, status_after(error), words_for(error))

    def _record(self, moment: Moment, status: RunStatus, error: str) -> None:
        """A run that came to nothing before it began."""
        job, location = moment.job, self._location(moment.store)
        self.ledger.add(
            Run(
                run_id=moment.run_id,
                job_id=job.id,
                job_name=job.name,
                target_type=job.target_type,
                target_name=job.target_name,
                store=location,
                store_id=self.ledger.store_id(location) or moment.store.store_id or "",
                folder="",
                started_at=moment.started_at,
                completed_at=self.clock.now(),
                status=status,
                error=error,
            )
        )

    def _location(self, store: Store) -> str:
        return self.opener.resolve(store.location)

    def _finish(self, moment: Moment, sink: ProgressSink, lost: str, *, quiet: bool = False) -> Run | None:
        """The command after and the last ping; returns the run if it is on the list and got warnings."""
        warnings = [warning] if (warning := self._after(moment, sink)) else []
        if not quiet and moment.status is not RunStatus.CANCELLED:
            event: Event = "success" if moment.status.restorable else "failure"
            if moment.job.ping_url:
                _Watch(sink, _TELLING).stop()  # what is done is done: it is told all the same
            lost = self._ping(attrs.evolve(moment, warnings=tuple(warnings)), event)
        if lost:
            warnings.append(f"The ping of the run was not received: {lost}.")
        return self._warn(moment.run_id, warnings) if warnings else None

    def _after(self, moment: Moment, sink: ProgressSink) -> str:
        """Why the command after is no success, if it is none."""
        job = moment.job
        if not job.after:
            return ""
        seconds, stop = job.hook_seconds, _Watch(sink, "Running the command after the run").stop
        if moment.status is RunStatus.CANCELLED:
            seconds, stop = min(seconds, AFTER_CANCEL), _go_on
        try:
            result = self.commands.run(job.after, environment(moment), seconds, stop)
        except BcperError as error:
            return str(error)
        return "" if result.status == 0 else ended_how("after", result, seconds)

    def _ping(self, moment: Moment, event: Event) -> str:
        """Why it was not received, if so."""
        url = moment.job.ping_url
        if not url:
            return ""
        return self.pinger.ping(url, event, summary(attrs.evolve(moment, ended_at=self.clock.now())))

    def _warn(self, run_id: str, warnings: list[str]) -> Run | None:
        with suppress(BcperError):  # a run that never got on the list, or is off it again
            run = self.ledger.get(run_id)
            warned = attrs.evolve(run, warnings=(*run.warnings, *map(printable, warnings)))
            self.ledger.update(warned)
            return warned
        return None


@attrs.define
class _Watch:
    """Asks a sink whether to go on, while something runs that takes no steps."""

    sink: ProgressSink
    words: str

    def stop(self) -> bool:
        """Whether it is to end."""
        try:
            self.sink.step(Progress(self.words))
        except Cancelled:
            return True
        return False


def _go_on() -> bool:
    return False


def _failed(moment: Moment, error: BaseException) -> Moment:
    return attrs.evolve(moment, status=status_after(error), error=words_for(error))
