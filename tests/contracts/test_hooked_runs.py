"""Jobs run with commands and pings around them, by request (docs/guide/hooks.md)."""

import os
import shlex
import sys
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import attrs
import pytest
from dependency_injector import providers

from bcper.adapters.memory.commands import MemoryCommands
from bcper.adapters.memory.pinger import MemoryPinger
from bcper.adapters.memory.progress import CancelAt
from bcper.domain.errors import BcperError, Cancelled, HookFailed, Locked, Skipped, UsageError
from bcper.domain.model.requests.jobs import ListJobs, RunJob
from bcper.domain.model.runs import Run, RunStatus, lock_name
from bcper.domain.usecases.hooked_run import AFTER_CANCEL
from bcper.ports.hooks import HookResult
from bcper.ports.pinger import Event
from helpers.engine import Meddler
from helpers.service import Kit

MISSING = "bcper-has-no-such-program"
URL = "https://hc-ping.com/x"


@attrs.define
class Journal:
    """Commands and pings in the order in which they were asked for: a CommandRunner and a Pinger."""

    commands: MemoryCommands = attrs.field(factory=MemoryCommands)
    pinger: MemoryPinger = attrs.field(factory=MemoryPinger)
    lines: list[str] = attrs.field(factory=list)
    results: list[HookResult] = attrs.field(factory=list)
    before_any: Callable[[], object] = lambda: None

    def run(
        self, command: str, env: Mapping[str, str], seconds: float, stop: Callable[[], bool]
    ) -> HookResult:
        self.lines.append(f"{command} {env['BCPER_STATUS']}")
        self.before_any()
        self.results.append(self.commands.run(command, env, seconds, stop))
        return self.results[-1]

    def ping(self, url: str, event: Event, body: str = "") -> str:
        self.lines.append(f"ping {event}")
        return self.pinger.ping(url, event, body)

    @property
    def bodies(self) -> list[str]:
        return [body for _, _, body in self.pinger.heard]


@pytest.fixture(params=("real", "fakes"))
def kit(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kit]:
    """Without a server: what is thrown here would end it."""
    monkeypatch.setenv("BCPER_SECRETS", "file")
    made = Kit(tmp_path, request.param)
    yield made
    made.close()


@pytest.fixture
def journal(kit: Kit) -> Journal:
    made = Journal()
    kit.container.commands.override(providers.Object(made))
    kit.container.pinger.override(providers.Object(made))
    return made


def run(kit: Kit, sink: Any = None) -> Run:
    return kit.ask(RunJob("nightly"), sink)


def on_the_list(kit: Kit) -> list[Run]:
    return list(kit.container.ledger().list())


def test_all_of_it_is_done_in_order(kit: Kit, journal: Journal) -> None:
    kit.item("docs")
    job = kit.job("docs", before="true", after="echo bye", ping_url=URL, hook_seconds=7).job
    made = run(kit)
    assert journal.lines == ["true running", "ping start", "echo bye success", "ping success"]
    first, last = journal.commands.calls
    assert (first.seconds, last.seconds) == (7, 7)
    assert first.env == {
        "BCPER_JOB": "nightly",
        "BCPER_RUN_ID": made.run_id,
        "BCPER_STATUS": "running",
        "BCPER_STORE": "disk",
        "BCPER_TARGET": "docs",
        "BCPER_STARTED_AT": first.env["BCPER_STARTED_AT"],
        "BCPER_STORED_BYTES": "0",
        "BCPER_ERROR": "",
    }
    assert last.env == {**first.env, "BCPER_STATUS": "success", "BCPER_STORED_BYTES": str(made.stored_bytes)}
    assert made.stored_bytes
    assert (made.status, made.warnings, made.job_id) == (RunStatus.SUCCESS, (), job.id)
    assert on_the_list(kit) == [made]
    started, ended = journal.bodies
    assert started.splitlines() == ["nightly: running", f"run {made.run_id}"]
    assert ended.startswith("nightly: success\n")
    assert f"{made.stored_bytes} bytes stored, 0 warnings" in ended
    assert kit.base.name not in ended


def test_a_job_without_any_of_it_runs_plainly(kit: Kit, journal: Journal) -> None:
    kit.item("docs")
    kit.job("docs")
    assert run(kit).status is RunStatus.SUCCESS
    assert journal.lines == []


@pytest.mark.parametrize(
    ("command", "result", "words"),
    [
        ("false", None, "The command before the run ended with status 1."),
        (
            "mount /mnt/disk",
            HookResult(32, "mounting\nno such disk"),
            "The command before the run ended with status 32: no such disk.",
        ),
        ("long", HookResult(None), "The command before the run took longer than 600 s and was ended."),
        (
            MISSING,
            None,
            f"The command before the run could not be started: {MISSING}: No such file or directory.",
        ),
    ],
)
def test_a_command_before_that_fails_fails_the_run(
    kit: Kit, journal: Journal, command: str, result: HookResult | None, words: str
) -> None:
    if result is not None:
        journal.commands.results[command] = result
    kit.item("docs")
    job = kit.job("docs", before=command, after="true", ping_url=URL).job
    with pytest.raises(HookFailed) as caught:
        run(kit)
    assert str(caught.value) == words
    assert caught.value.hint
    assert journal.lines == [f"{command} running", "ping failure"]
    assert words in journal.bodies[0]
    assert kit.blobs() == {}
    (failed,) = on_the_list(kit)
    assert (failed.status, failed.error, failed.folder) == (RunStatus.FAILED, words, "")
    assert (failed.job_id, failed.job_name, failed.store) == (job.id, "nightly", kit.place())
    assert failed.completed_at is not None
    assert failed.run_id == journal.commands.calls[0].env["BCPER_RUN_ID"]
    (view,) = kit.ask(ListJobs())
    assert view.last == failed


def test_a_failed_run_of_a_command_is_no_burden_to_the_next(kit: Kit, journal: Journal) -> None:
    journal.commands.results["check"] = HookResult(1)
    kit.item("docs")
    kit.job("docs", before="check", last=1)
    with pytest.raises(HookFailed):
        run(kit)
    kit.later()
    journal.commands.results["check"] = HookResult(0)
    good = run(kit)
    kit.later()
    newest = run(kit)
    assert [each.run_id for each in on_the_list(kit) if each.status is RunStatus.SUCCESS] == [newest.run_id]
    assert good.store_id == newest.store_id


def test_75_skips_it_and_nobody_is_alarmed(kit: Kit, journal: Journal) -> None:
    journal.commands.results["on-wifi"] = HookResult(75, "looking\nnot at home")
    kit.item("docs")
    kit.job("docs", before="on-wifi", after="true", ping_url=URL)
    with pytest.raises(Skipped) as caught:
        run(kit)
    assert str(caught.value) == (
        "The job 'nightly' was skipped: its command before says so (status 75): not at home."
    )
    assert caught.value.exit_status == 0
    assert journal.lines == ["on-wifi running"]
    assert on_the_list(kit) == []


def test_the_command_after_is_run_when_the_run_fails_and_knows_why(kit: Kit, journal: Journal) -> None:
    kit.item("docs")
    kit.job("docs", before="true", after="echo bye", ping_url=URL)
    os.rename(kit.base / "sources" / "docs", kit.base / "elsewhere")
    with pytest.raises(BcperError) as caught:
        run(kit)
    assert journal.lines == ["true running", "ping start", "echo bye failed", "ping failure"]
    assert journal.commands.calls[-1].env["BCPER_ERROR"] == str(caught.value)
    assert str(caught.value) in journal.bodies[-1]
    (failed,) = on_the_list(kit)
    assert failed.status is RunStatus.FAILED
    assert failed.run_id == journal.commands.calls[-1].env["BCPER_RUN_ID"]


@pytest.mark.parametrize(
    ("result", "words"),
    [
        (HookResult(3, "busy"), "The command after the run ended with status 3: busy."),
        (HookResult(None), "The command after the run took longer than 600 s and was ended."),
    ],
)
def test_a_command_after_that_fails_is_a_warning_of_a_good_run(
    kit: Kit, journal: Journal, result: HookResult, words: str
) -> None:
    journal.commands.results["umount"] = result
    kit.item("docs")
    kit.job("docs", after="umount", ping_url=URL)
    made = run(kit)
    assert (made.status, made.warnings) == (RunStatus.SUCCESS, (words,))
    assert on_the_list(kit) == [made]
    assert journal.lines[-1] == "ping success"
    assert words in journal.bodies[-1]


def test_a_ping_that_nobody_hears_is_a_warning_and_shows_no_address(kit: Kit, journal: Journal) -> None:
    journal.pinger.deaf = "there was no answer in time"
    kit.item("docs")
    kit.job("docs", ping_url=URL)
    made = run(kit)
    assert made.status is RunStatus.SUCCESS
    assert made.warnings == ("The ping of the run was not received: there was no answer in time.",)
    assert journal.lines == ["ping start", "ping success"]


def test_a_partial_run_is_a_success_to_the_address_and_partial_to_the_command(
    kit: Kit, journal: Journal
) -> None:
    kit.item("docs")
    kit.job("docs", after="true", ping_url=URL)
    run(kit)
    kit.later()
    (Path(kit.source("docs")) / "docs.txt").unlink()
    made = run(kit)
    assert made.status is RunStatus.PARTIAL
    assert journal.lines[-2:] == ["true partial", "ping success"]
    assert journal.bodies[-1].startswith("nightly: partial\n")


def test_cancelled_in_the_command_before(kit: Kit, journal: Journal) -> None:
    kit.item("docs")
    kit.job("docs", before="sleep 300", after="true", ping_url=URL)
    with pytest.raises(Cancelled):
        run(kit, CancelAt(1))
    assert journal.lines == ["sleep 300 running"]
    (cancelled,) = on_the_list(kit)
    assert cancelled.status is RunStatus.CANCELLED


def test_cancelled_in_the_run_the_command_after_has_a_few_seconds(kit: Kit, journal: Journal) -> None:
    kit.item("docs")
    kit.job("docs", before="true", after="sleep 4", ping_url=URL)
    with pytest.raises(Cancelled):
        run(kit, CancelAt(2))
    assert journal.lines == ["true running", "ping start", "sleep 4 cancelled"]
    assert journal.commands.calls[-1].seconds == AFTER_CANCEL
    assert journal.results[-1] == HookResult(0)  # the wish that ended the run does not end this one too


def test_a_ctrl_c_in_the_command_before_is_on_the_list(kit: Kit, journal: Journal) -> None:
    def interrupt() -> None:
        raise KeyboardInterrupt

    journal.before_any = interrupt
    kit.item("docs")
    kit.job("docs", before="true", after="true", ping_url=URL)
    with pytest.raises(KeyboardInterrupt):
        run(kit)
    assert journal.lines == ["true running"]
    assert [each.status for each in on_the_list(kit)] == [RunStatus.CANCELLED]


def test_cancelled_at_any_step_the_command_after_follows_the_one_before(kit: Kit, journal: Journal) -> None:
    kit.item("docs")
    kit.job("docs", before="true", after="echo bye", ping_url=URL)
    for count in range(1, 40):
        journal.lines.clear()
        kit.later()
        try:
            made = run(kit, CancelAt(count))
        except Cancelled:
            assert journal.lines[-1] == "echo bye cancelled"
        else:
            assert made.status is RunStatus.SUCCESS
            break
    else:
        pytest.fail("it is cancelled for ever")
    assert count > 3


def test_cancelled_in_the_command_after_the_run_is_good(kit: Kit, journal: Journal) -> None:
    kit.item("docs")
    kit.job("docs", after="sleep 300")

    def stop() -> None:
        raise Cancelled

    made = run(kit, Meddler(lambda progress: "after" in progress.step, stop))
    assert (made.status, made.warnings) == (
        RunStatus.SUCCESS,
        ("The command after the run was stopped.",),
    )


def test_a_bug_or_a_ctrl_c_does_not_keep_the_command_after_from_its_turn(kit: Kit, journal: Journal) -> None:
    kit.item("docs")
    kit.job("docs", before="true", after="echo bye", ping_url=URL)
    for error, lines in (
        (KeyboardInterrupt, ["echo bye cancelled"]),
        (ZeroDivisionError, ["echo bye failed", "ping failure"]),
    ):
        journal.lines.clear()

        def act(error: type[BaseException] = error) -> None:
            raise error

        with pytest.raises(error):
            run(kit, Meddler(lambda progress: progress.step.startswith("Opening"), act))
        assert journal.lines == ["true running", "ping start", *lines]
    assert "ZeroDivisionError" in journal.bodies[-1]


def test_row_60_while_another_run_is_at_work_nobody_is_alarmed(kit: Kit, journal: Journal) -> None:
    kit.item("docs")
    kit.job("docs", before="true", after="echo bye", ping_url=URL)
    made = run(kit)
    journal.lines.clear()
    with kit.container.locks().hold(lock_name(made)), pytest.raises(Locked):
        run(kit)
    assert journal.lines == ["true running", "ping start", "echo bye failed"]


def test_a_job_of_a_store_that_is_gone_does_nothing_at_all(kit: Kit, journal: Journal) -> None:
    kit.item("docs")
    kit.job("docs", before="true", ping_url=URL)
    kit.container.catalogs().change(lambda catalog: attrs.evolve(catalog, stores={}))
    with pytest.raises(UsageError):
        run(kit)
    assert journal.lines == []


def test_a_run_that_left_the_list_meanwhile_is_returned_all_the_same(kit: Kit, journal: Journal) -> None:
    kit.item("docs")
    kit.job("docs", after="false")
    journal.before_any = lambda: [kit.container.ledger().delete(each.run_id) for each in on_the_list(kit)]
    assert run(kit).status is RunStatus.SUCCESS


def test_with_what_the_container_has_a_command_sees_the_run(kit: Kit) -> None:
    """Real processes, where the rest is real."""
    kit.item("docs")
    out = kit.base / "out"
    code = f"import os; open({str(out)!r}, 'a').write(os.environ['BCPER_STATUS'] + ' ')"
    command = shlex.join([sys.executable, "-P", "-c", code])
    fake = kit.container.commands()
    if isinstance(fake, MemoryCommands):
        fake.results[command] = HookResult(0)
    kit.job("docs", before=command, after=command)
    made = run(kit)
    assert made.warnings == ()
    if not isinstance(fake, MemoryCommands):
        assert out.read_text() == "running success "
