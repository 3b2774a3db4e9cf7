"""Runs one command as a process group of its own and says what it took."""

import os
import resource
import signal
import statistics
import subprocess
import tempfile
import threading
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext, suppress
from dataclasses import dataclass
from pathlib import Path

_LOOK = 0.05


@dataclass(frozen=True)
class Cost:
    """Wall-clock seconds, and the biggest resident set of any process of the tree in bytes.

    ``together`` is the most that its processes held at one time, and 0 where nobody looked.
    """

    seconds: float
    memory: int
    together: int = 0


@dataclass(frozen=True)
class Costs:
    """Several runs of one command: medians of ``n``, and the stored bytes where it stored something."""

    seconds: float
    memory: float
    n: int
    stored: float | None = None
    together: float = 0.0


class CommandFailed(Exception):
    """A command ended with another status than 0; the message holds the end of what it said."""


def own_memory() -> int:
    """Bytes; a child's peak is never seen below it, as it starts out as a copy of this process."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def run(
    command: Sequence[str], env: Mapping[str, str], cwd: Path | None = None, *, together: bool = False
) -> Cost:
    """Run ``command`` to its end. Raises CommandFailed; leaves no process behind, however it is left.

    With ``together`` a thread looks every 50 ms at what all processes of the tree hold.
    """
    with tempfile.TemporaryFile() as said:
        begin = time.perf_counter()
        # A session of its own, so that an interrupt reaches this process first and the whole pipeline after.
        child = subprocess.Popen(
            command,
            env=env,
            cwd=cwd,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=said,
            start_new_session=True,
        )
        seen = [0]
        try:
            with _watched(child.pid, seen) if together else nullcontext():
                _, status, usage = os.wait4(child.pid, 0)
        except BaseException:
            os.killpg(child.pid, signal.SIGKILL)
            child.wait()
            raise
        seconds = time.perf_counter() - begin
        child.returncode = os.waitstatus_to_exitcode(status)
        if child.returncode:
            said.seek(0)
            text = said.read().decode(errors="replace").strip()[-2000:]
            raise CommandFailed(f"{' '.join(command)}: status {child.returncode}\n{text}")
    # Linux counts in kilobytes, and for a reaped child the most of it and of the children it reaped.
    return Cost(seconds, usage.ru_maxrss * 1024, seen[0])


@contextmanager
def _watched(pid: int, most: list[int]) -> Iterator[None]:
    """``most[0]`` becomes the most bytes that ``pid`` and those it started held at one time."""
    over = threading.Event()

    def watch() -> None:
        while not over.wait(_LOOK):
            most[0] = max(most[0], sum(_share(each) for each in _tree(pid)))

    watching = threading.Thread(target=watch)
    watching.start()
    try:
        yield
    finally:
        over.set()
        watching.join()


def _tree(pid: int) -> Iterator[int]:
    yield pid
    with suppress(OSError):
        for task in os.listdir(f"/proc/{pid}/task"):
            with suppress(OSError):
                for child in Path(f"/proc/{pid}/task/{task}/children").read_text().split():
                    yield from _tree(int(child))


def _share(pid: int) -> int:
    """Bytes of ``pid``; what several processes share, each has its part of (proc(5), smaps_rollup, Pss)."""
    with suppress(OSError, StopIteration):
        with open(f"/proc/{pid}/smaps_rollup", encoding="ascii") as lines:
            return int(next(line for line in lines if line.startswith("Pss:")).split()[1]) * 1024
    return 0


def summed(costs: Sequence[Cost], stored: Sequence[int] = ()) -> Costs:
    """Medians of what several rounds cost."""
    return Costs(
        statistics.median(cost.seconds for cost in costs),
        statistics.median(cost.memory for cost in costs),
        len(costs),
        statistics.median(stored) if stored else None,
        statistics.median(cost.together for cost in costs),
    )


def count(folder: Path) -> tuple[int, int]:
    """Entries below ``folder``, and the bytes of its files."""
    entries = size = 0
    for place, folders, files in os.walk(folder):
        entries += len(folders) + len(files)
        size += sum(os.lstat(os.path.join(place, name)).st_size for name in files)
    return entries, size


def stored(folder: Path) -> int:
    """Bytes of the files below ``folder``, those with several names counted once."""
    sizes = {}
    for place, _, files in os.walk(folder):
        for name in files:
            found = os.lstat(os.path.join(place, name))
            sizes[found.st_dev, found.st_ino] = found.st_size
    return sum(sizes.values())
