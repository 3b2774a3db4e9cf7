"""What every Priority promises (ports.priority): in a process of its own, and the fake."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

import bcper
from bcper.adapters.memory.priority import MemoryPriority

# What a worker does: step back, then start a thread and a program, which inherit it.
_WORKER = """
import json, os, subprocess, sys, threading
from bcper.adapters.system.priority import SystemPriority
{before}
for _ in range({times}):
    SystemPriority().lower()
def look():
    command = ["ionice", "-p", str(threading.get_native_id())]
    return [os.getpriority(os.PRIO_PROCESS, 0), os.sched_getscheduler(0),
            subprocess.run(command, capture_output=True, text=True).stdout]
found = [look()]
thread = threading.Thread(target=lambda: found.append(look()))
thread.start()
thread.join()
found.append(json.loads(subprocess.run([sys.executable, "-c", '''
import json, os, subprocess
print(json.dumps([os.getpriority(os.PRIO_PROCESS, 0), os.sched_getscheduler(0),
    subprocess.run(["ionice", "-p", str(os.getpid())], capture_output=True, text=True).stdout]))
'''], capture_output=True, text=True).stdout))
print(json.dumps(found))
"""


def worker(before: str = "", times: int = 1) -> list[Any]:
    env = {**os.environ, "PYTHONPATH": str(Path(bcper.__file__).parent.parent)}
    script = _WORKER.format(before=before, times=times)
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, env=env, check=True)
    found: list[Any] = json.loads(done.stdout)
    return found


NICE = os.getpriority(os.PRIO_PROCESS, 0)


@pytest.mark.parametrize("times", [1, 3])
def test_processor_and_disk_make_way_and_it_is_inherited(times: int) -> None:
    expected = [max(NICE, 10), os.SCHED_BATCH, "best-effort: prio 7\n"]
    assert worker(times=times) == [expected] * 3


def test_nothing_is_raised_again() -> None:
    before = """
os.setpriority(os.PRIO_PROCESS, 0, 18)
os.sched_setscheduler(0, os.SCHED_IDLE, os.sched_param(0))
subprocess.run(["ionice", "-c", "3", "-p", str(os.getpid())], check=True)
"""
    assert worker(before) == [[18, os.SCHED_IDLE, "idle\n"]] * 3


def test_a_machine_whose_calls_are_not_known_does_the_rest() -> None:
    found = worker("os.uname = lambda: type('', (), {'machine': 'pdp11'})")
    assert [one[:2] for one in found] == [[max(NICE, 10), os.SCHED_BATCH]] * 3


def test_the_fake_counts() -> None:
    fake = MemoryPriority()
    fake.lower()
    fake.lower()
    assert fake.lowered == 2
