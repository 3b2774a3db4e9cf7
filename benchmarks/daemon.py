"""The daemon's figures: ``python benchmarks/daemon.py [--idle 60] [--starts 7]``.

Start to ready beside ``borg --version``; processor and memory while it idles with 50 jobs; how long a request
takes while two runs are at work; 200 clients at once; 10,000 status requests and what they leave in memory.
Everything is in a temporary folder, best on a tmpfs.
"""

import argparse
import os
import shutil
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from bcper.adapters.ipc.client import SocketService
from bcper.domain.model.requests.daemon import ShowStatus
from bcper.domain.model.requests.jobs import AddFrequency, AddJob, RunJob, When
from bcper.domain.model.requests.stores import AddStore
from bcper.domain.model.requests.targets import AddItem, ListItems
from bcper.domain.model.runs import Run

JOBS = 50
REQUESTS = 100
CLIENTS = 200
MANY = 10_000
TICKS = os.sysconf("SC_CLK_TCK")


def main() -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--idle", type=int, default=60, metavar="SECONDS")
    parser.add_argument("--starts", type=int, default=7, metavar="N")
    parser.add_argument("--tmp", type=Path, default=Path("/dev/shm"), help="(%(default)s)")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="bcper-daemon-", dir=options.tmp) as folder:
        base = Path(folder)
        _starts(base / "starts", options.starts)
        with _daemon(base / "home") as (process, service):
            _configure(base, service)
            _idle(process, options.idle)
            _busy(base, service)
            _crowd(service)
            _many(process, service)
    return 0


@contextmanager
def _daemon(home: Path) -> Iterator[tuple[int, SocketService]]:
    home.mkdir(parents=True, exist_ok=True, mode=0o700)
    command = [sys.executable, "-P", "-m", "bcperd", "--quiet", "--config-dir", str(home)]
    env = {**os.environ, "BCPER_SECRETS": "file", "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    child = subprocess.Popen(command, env=env)
    service = SocketService(str(home / "daemon.sock"))
    try:
        until = time.monotonic() + 30
        while not service.connect():
            if time.monotonic() > until:
                raise TimeoutError("the daemon is not ready")
            time.sleep(0.002)
        yield child.pid, service
    finally:
        service.close()
        child.send_signal(signal.SIGTERM)
        child.wait(30)


def _starts(base: Path, count: int) -> None:
    ours, theirs = [], []
    for number in range(count):
        begun = time.perf_counter()
        with _daemon(base / str(number)):
            ours.append(time.perf_counter() - begun)
        if shutil.which("borg"):
            begun = time.perf_counter()
            subprocess.run(["borg", "--version"], stdout=subprocess.DEVNULL, check=True)
            theirs.append(time.perf_counter() - begun)
    line = f"start to ready: {statistics.median(ours):.3f} s"
    if theirs:
        other = statistics.median(theirs)
        line += f", {statistics.median(ours) / other:.2f} x borg --version ({other:.3f} s)"
    print(f"{line}, n = {count}")


def _configure(base: Path, service: SocketService) -> None:
    for name in ("one", "two"):
        service(AddStore(name, "local", str(base / "stores" / name)))
        tree = base / "sources" / name
        tree.mkdir(parents=True)
        block = os.urandom(1 << 20)
        for number in range(600):
            (tree / f"f{number}").write_bytes(block[number:] + block[:number])
        service(AddItem(name, (str(tree),)))
    service(AddFrequency("daily", "Daily", When(cron="0 3 * * *")))
    service(AddFrequency("often", "Every two hours", When(cron="0 */2 * * *")))
    for number in range(JOBS):
        which = ("one", "two")[number % 2]
        service(AddJob(f"job{number}", "item", which, which, ("daily", "often")[number % 3 == 0]))


def _idle(process: int, seconds: int) -> None:
    time.sleep(3)
    before = _processor(process)
    time.sleep(seconds)
    share = (_processor(process) - before) / seconds
    print(
        f"idle with {JOBS} jobs: {100 * share:.3f} % of a core over {seconds} s, {_memory(process):.1f} MiB"
    )


def _busy(base: Path, service: SocketService) -> None:
    path = service._path  # noqa: SLF001 - one more client of the same daemon
    made: list[Run] = []

    def back_up(job: str) -> None:
        with SocketService(path) as own:
            made.append(own(RunJob(job)))

    threads = [threading.Thread(target=back_up, args=(job,)) for job in ("job0", "job1")]
    for thread in threads:
        thread.start()
    while sum(each.progress is not None for each in service(ShowStatus()).activities) < 2:
        time.sleep(0.02)
    times = {
        "list items": _timed(lambda: service(ListItems())),
        "status": _timed(lambda: service(ShowStatus())),
    }
    still = len(service(ShowStatus()).activities)
    for thread in threads:
        thread.join()
    for name, each in times.items():
        print(
            f"{name}, two runs at work ({still} at the end): median {1000 * statistics.median(each):.2f} ms, "
            f"99th of a hundred {1000 * sorted(each)[98]:.2f} ms"
        )
    shutil.rmtree(base / "stores")


def _timed(ask: Callable[[], object]) -> list[float]:
    times = []
    for _ in range(REQUESTS):
        begun = time.perf_counter()
        ask()
        times.append(time.perf_counter() - begun)
        time.sleep(0.005)
    return times


def _crowd(service: SocketService) -> None:
    clients = [SocketService(service._path) for _ in range(CLIENTS)]  # noqa: SLF001
    begun = time.perf_counter()
    served = sum(client.connect() for client in clients)
    answered = sum(client(ShowStatus()).daemon is not None for client in clients)
    seconds = time.perf_counter() - begun
    for client in clients:
        client.close()
    print(f"{CLIENTS} clients at once: {served} connected, {answered} answered, {seconds:.2f} s")


def _many(process: int, service: SocketService) -> None:
    for _ in range(200):
        service(ShowStatus())
    before, begun = _memory(process), time.perf_counter()
    for _ in range(MANY):
        service(ShowStatus())
    seconds = time.perf_counter() - begun
    print(
        f"{MANY} status requests: {1000 * seconds / MANY:.2f} ms each, memory {before:.1f} to "
        f"{_memory(process):.1f} MiB"
    )


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
