"""What commands and watchers around a run are told (docs/guide/hooks.md)."""

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

import attrs

from bcper.domain.model.jobs import Job
from bcper.domain.model.names import printable
from bcper.domain.model.runs import Run, RunStatus
from bcper.domain.model.stores import Store
from bcper.ports.hooks import HookResult

_MOST = 1000
"""Characters of an error that are passed on."""


@attrs.frozen
class Moment:
    """Where a run stands. Times are aware; ``warnings`` are those of what is around it, ``run`` is what came
    of it if something did."""

    job: Job
    store: Store
    run_id: str
    started_at: datetime
    status: RunStatus = RunStatus.RUNNING
    stored_bytes: int = 0
    error: str = ""
    warnings: tuple[str, ...] = ()
    run: Run | None = None
    ended_at: datetime | None = None


def environment(moment: Moment) -> Mapping[str, str]:
    """The variables of a command. Values are one line each, with what no terminal should see escaped."""
    return {
        "BCPER_JOB": printable(moment.job.name),
        "BCPER_RUN_ID": moment.run_id,
        "BCPER_STATUS": str(moment.status),
        "BCPER_STORE": printable(moment.store.name),
        "BCPER_TARGET": printable(moment.job.target_name),
        "BCPER_STARTED_AT": moment.started_at.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "BCPER_STORED_BYTES": str(moment.stored_bytes),
        "BCPER_ERROR": printable(moment.error)[:_MOST],
    }


def summary(moment: Moment) -> str:
    """The body of a ping: some lines for a person. No source path but in the sentence of an error."""
    lines = [f"{printable(moment.job.name)}: {moment.status}", f"run {moment.run_id}"]
    if moment.error:
        lines.append(printable(moment.error)[:_MOST])
    if moment.status is not RunStatus.RUNNING and moment.ended_at is not None:
        lines.append(f"{max(0, int((moment.ended_at - moment.started_at).total_seconds()))} seconds")
    if moment.run is not None:
        run = moment.run
        lines.append(
            f"{run.entries} entries, {run.source_bytes} bytes, {run.stored_bytes} bytes stored,"
            f" {len(run.warnings)} warnings"
        )
    return "\n".join((*lines, *(printable(each)[:_MOST] for each in moment.warnings)))


def ended_how(which: Literal["before", "after"], result: HookResult, seconds: int) -> str:
    """A sentence about a command that was no success, with the last line of what it said."""
    last = result.output.splitlines()[-1][:_MOST] if result.output else ""
    said = f": {last}" if last else ""
    if result.stopped:
        how = "was stopped"
    elif result.status is None:
        how = f"took longer than {seconds} s and was ended"
    elif result.status in (126, 127) and last:
        how = "could not be started"
    else:
        how = f"ended with status {result.status}"
    return f"The command {which} the run {how}{said}{'' if said.endswith('.') else '.'}"
