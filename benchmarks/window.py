"""The window's figures: ``python benchmarks/window.py [--idle 60] [--starts 7] [--runs 10000]``.

First sight and the page Status filled, beside ``borg --version``, with the interpreter up; a list of runs,
shown and filtered, and how long the loop of Tk stood still meanwhile; processor and memory while the window
idles beside a daemon. On a screen of its own (Xvfb); everything is in a temporary folder, best on a tmpfs.
"""

import argparse
import json
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

TICKS = os.sysconf("SC_CLK_TCK")


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--idle", type=int, default=60, metavar="SECONDS")
    parser.add_argument("--starts", type=int, default=7, metavar="N")
    parser.add_argument("--runs", type=int, default=10_000, metavar="N")
    parser.add_argument("--tmp", type=Path, default=Path("/dev/shm"), help="(%(default)s)")
    parser.add_argument("--child", choices=("start", "list"), help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.child:
        print(json.dumps({"start": _start, "list": _list}[options.child]()))
        return 0
    with tempfile.TemporaryDirectory(prefix="bcper-window-", dir=options.tmp) as folder, _screen() as display:
        home = Path(folder) / "home"
        env = {
            **os.environ,
            "DISPLAY": display,
            "BCPER_CONFIG_DIR": str(home),
            "BCPER_SECRETS": "file",
            "PYTHONPATH": os.pathsep.join(filter(None, sys.path)),
        }
        _starts(env, options.starts, "nothing configured")
        _configure(home, options.runs)
        _starts(env, options.starts, f"{options.runs:,} runs")
        found = _child("list", env)
        print(", ".join(f"{name} {value}" for name, value in found.items()))
        _idle(env, options.idle)
    return 0


@contextmanager
def _screen() -> Iterator[str]:
    reading, writing = os.pipe()
    command = [
        "Xvfb",
        "-displayfd",
        str(writing),
        "-screen",
        "0",
        "1400x1000x24",
        "-nolisten",
        "tcp",
        "-noreset",
    ]
    with subprocess.Popen(command, pass_fds=(writing,), stderr=subprocess.DEVNULL) as server:
        os.close(writing)
        try:
            with open(reading) as told:
                yield f":{told.readline().strip()}"
        finally:
            server.terminate()


def _child(what: str, env: dict[str, str]) -> dict[str, Any]:
    command = [sys.executable, "-P", __file__, "--child", what]
    done = subprocess.run(command, env=env, stdout=subprocess.PIPE, check=True)
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def _starts(env: dict[str, str], count: int, title: str) -> None:
    times: dict[str, list[float]] = {}
    for _ in range(count):
        for name, seconds in _child("start", env).items():
            times.setdefault(name, []).append(seconds)
        if shutil.which("borg"):
            begun = time.perf_counter()
            subprocess.run(["borg", "--version"], stdout=subprocess.DEVNULL, check=True)
            times.setdefault("borg --version", []).append(time.perf_counter() - begun)
    medians = {name: statistics.median(each) for name, each in times.items()}
    other = medians.get("borg --version")
    for name, seconds in medians.items():
        ratio = f", {seconds / other:.2f} x borg --version" if other else ""
        print(f"{title}: {name}: {seconds:.3f} s{ratio}, n = {count}")


def _start() -> dict[str, float]:
    """As ``bcper`` starts: to the first sight, and to the page Status filled."""
    begun = time.perf_counter()
    import gc

    gc.set_threshold(50_000)
    from bcper.apps.gui import main as program
    from bcper.apps.paths import places

    times: dict[str, float] = {}
    first_sight = program._first_sight  # noqa: SLF001 - where the window is to be seen

    def seen(*arguments: Any) -> Any:
        found = first_sight(*arguments)
        times["first sight"] = time.perf_counter() - begun
        from bcper.apps.gui.views.status import StatusPage

        refresh = StatusPage.refresh

        async def filled(self: StatusPage) -> None:
            await refresh(self)
            if "Status filled" not in times:
                times["Status filled"] = time.perf_counter() - begun
                os.kill(os.getpid(), signal.SIGTERM)

        StatusPage.refresh = filled  # type: ignore[method-assign]
        return found

    program._first_sight = seen  # noqa: SLF001
    program._run(places(), "Status")  # noqa: SLF001
    return times


def _configure(home: Path, count: int) -> None:
    from dependency_injector import providers

    from bcper.apps.container import Container
    from bcper.apps.paths import places
    from bcper.domain.model.jobs import Keep
    from bcper.domain.model.requests.jobs import AddFrequency, AddJob, When
    from bcper.domain.model.requests.stores import AddStore
    from bcper.domain.model.requests.targets import AddItem
    from bcper.domain.model.runs import Run, RunStatus

    container = Container(places=providers.Object(places(str(home))))
    service = container.service()
    disk = home.with_name("disk")
    service(AddStore("disk", "local", str(disk)))
    service(AddFrequency("daily", "Daily", When(cron="0 3 * * *")))
    jobs = []
    for number in range(10):
        service(AddItem(f"item{number}", (str(home),)))
        jobs.append(
            service(AddJob(f"job{number}", "item", f"item{number}", "disk", "daily", Keep(last=0))).job
        )
    ledger, now = container.ledger(), datetime.now(UTC)
    for number in range(count):
        job, at = jobs[number % 10], now - timedelta(minutes=45 * number + 5)
        run_id = f"{number:08x}-0000-4000-8000-000000000000"
        ledger.add(
            Run(
                run_id=run_id,
                job_name=job.name,
                job_id=job.id,
                target_type="item",
                target_name=job.target_name,
                store=str(disk),
                store_id="s",
                folder=f"{job.name}/{run_id}",
                started_at=at,
                completed_at=at + timedelta(seconds=number % 1000),
                status=RunStatus.FAILED if number % 37 == 5 else RunStatus.SUCCESS,
                source_bytes=number << 20,
                stored_bytes=number << 14,
                encrypted=number % 3 > 0,
                entries=number,
            )
        )
    ledger.close()


def _list() -> dict[str, str]:
    """The page Backups, as far as it takes time: presenter and table."""
    import logging

    import trio
    from dependency_injector import providers

    from bcper.apps.container import Container
    from bcper.apps.gui.guest import run_guest
    from bcper.apps.gui.presenters.backups import BackupsPresenter, BackupsView
    from bcper.apps.gui.root import Root
    from bcper.apps.gui.tasks import Tasks
    from bcper.apps.gui.widgets.rows import Row
    from bcper.apps.gui.widgets.table import Column, Table
    from bcper.apps.gui.wiring import house_of, window_service
    from bcper.apps.paths import places

    names = ("job", "started", "target", "store", "size", "changed", "duration", "encrypted", "run")
    found: dict[str, str] = {}
    container = Container(places=providers.Object(places()))
    root = Root(logging.getLogger("bcper"))
    table = Table(root, [Column(name, name.title(), stretch=name == "job") for name in names])
    table.pack(fill="both", expand=True)
    made: dict[Any, Row] = {}
    shown: list[object] = [None]

    def show(view: BackupsView) -> None:
        if view.rows is shown[0]:
            return
        shown[0] = view.rows
        rows = []
        for row in view.rows:
            if row not in made:
                cells = (row.job, row.started, row.target, row.store, row.size, row.changed, row.duration)
                made[row] = Row(row.id, (*cells, row.encrypted, row.short_id), row.mark)
            rows.append(made[row])
        table.show(rows)

    async def measure() -> None:
        root.deiconify()
        async with window_service(container) as service, trio.open_nursery() as nursery:
            tools = house_of(container, service, Tasks(nursery, print, logging.getLogger("bcper"))).tools
            presenter = BackupsPresenter(tools, show)
            gaps: list[float] = []
            await trio.sleep(0.5)
            nursery.start_soon(_watch, gaps)
            begun = time.perf_counter()
            await presenter.refresh()
            root.update_idletasks()
            found[f"{len(table.rows):,} runs listed in"] = f"{time.perf_counter() - begun:.3f} s"
            found["longest standstill"] = f"{1000 * max(gaps):.0f} ms"
            for text in ("job3", "job3 2026", ""):
                begun = time.perf_counter()
                presenter.search(text)
                root.update_idletasks()
                found[f"filtered by {text!r} to {len(table.rows):,} in"] = (
                    f"{1000 * (time.perf_counter() - begun):.0f} ms"
                )
            nursery.cancel_scope.cancel()

    run_guest(root, measure)
    root.destroy()
    container.ledger().close()
    return found


async def _watch(gaps: list[float]) -> None:
    """How long the loop stood still, each time."""
    import trio

    last = time.perf_counter()
    while True:
        await trio.sleep(0.001)
        now = time.perf_counter()
        gaps.append(now - last)
        last = now


def _idle(env: dict[str, str], seconds: int) -> None:
    daemon = [sys.executable, "-P", "-m", "bcperd", "--quiet"]
    with _process(daemon, env), _process([sys.executable, "-P", "-m", "bcper"], env) as window:
        time.sleep(15)
        before = _processor(window)
        time.sleep(seconds)
        share = (_processor(window) - before) / seconds
        print(f"idle: {100 * share:.3f} % of a core over {seconds} s, {_memory(window):.1f} MiB")


@contextmanager
def _process(command: list[str], env: dict[str, str]) -> Iterator[int]:
    child = subprocess.Popen(command, env=env)
    try:
        yield child.pid
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait(30)


def _processor(process: int) -> float:
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def _memory(process: int) -> float:
    for line in Path(f"/proc/{process}/status").read_text().splitlines():
        if line.startswith("VmRSS"):
            return int(line.split()[1]) / 1024
    return 0.0


if __name__ == "__main__":
    sys.exit(main())
