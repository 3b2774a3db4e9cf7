"""Runs one command as a process group of its own and says what it took."""

import os
import resource
import signal
import statistics
import subprocess
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path


@dataclass(frozen=True)
class Cost:
    """Wall-clock seconds, and the biggest resident set of any process of the tree in bytes."""

    seconds: float
    memory: int


@dataclass(frozen=True)
class Costs:
    """Several runs of one command: medians of ``n``, and the stored bytes where it stored something."""

    seconds: float
    memory: float
    n: int
    stored: float | None = None


class CommandFailed(Exception):
    """A command ended with another status than 0; the message holds the end of what it said."""


def own_memory() -> int:
    """Bytes; a child's peak is never seen below it, as it starts out as a copy of this process."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * 1024


def run(command: Sequence[str], env: Mapping[str, str], cwd: Path | None = None) -> Cost:
    """Run ``command`` to its end. Raises CommandFailed; leaves no process behind, however it is left."""
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
        try:
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
    return Cost(seconds, usage.ru_maxrss * 1024)


def summed(costs: Sequence[Cost], stored: Sequence[int] = ()) -> Costs:
    """Medians of what several rounds cost."""
    return Costs(
        statistics.median(cost.seconds for cost in costs),
        statistics.median(cost.memory for cost in costs),
        len(costs),
        statistics.median(stored) if stored else None,
    )


def count(folder: Path) -> tuple[int, int]:
    """Entries below ``folder``, and the bytes of its files."""
    entries = size = 0
    for place, folders, files in os.walk(folder):
        entries += len(folders) + len(files)
        size += sum(os.lstat(os.path.join(place, name)).st_size for name in files)
    return entries, size
