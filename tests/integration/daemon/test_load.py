"""Many requests and many clients: nothing grows, and everybody is served (FAULTS.md row 44)."""

import json
import os
from contextlib import ExitStack

from bcper.domain.model.requests.jobs import When
from helpers.daemon import Daemon, Home, proc, until

_STATUS = {"method": "ShowStatus", "params": {}}
_WINDOW = 16
_GROWTH = 8 << 10
"""Kilobytes: a leak of one kilobyte a request would be more."""


def resident(pid: int) -> int:
    """Kilobytes."""
    lines = proc(pid, "status").decode().splitlines()
    return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS:"))


def ask_often(home: Home, count: int) -> None:
    """So many requests over one connection, some at a time."""
    with home.raw() as client:
        for number in range(count + _WINDOW):
            if number < count:
                client.say({"id": number, **_STATUS})
            if number >= _WINDOW:
                assert client.hear()["result"]["daemon"]


def test_ten_thousand_requests_leave_no_trace_in_its_memory(home: Home, daemon: Daemon) -> None:
    home.job("nightly", When(cron="0 22 * * *"))
    home.cli("job", "run", "nightly")
    ask_often(home, 1000)
    before = resident(daemon.pid)
    ask_often(home, 9000)
    assert resident(daemon.pid) - before < _GROWTH


def test_clients_that_come_and_go_leave_nothing(home: Home, daemon: Daemon) -> None:
    def come_and_go(count: int) -> None:
        for _ in range(count):
            with home.raw() as client:
                assert client.ask("ShowStatus")["result"]["daemon"]

    come_and_go(200)
    before, files = resident(daemon.pid), descriptors(daemon.pid)
    come_and_go(1000)
    assert resident(daemon.pid) - before < _GROWTH
    until(lambda: descriptors(daemon.pid) <= files)


def descriptors(pid: int) -> int:
    return len(os.listdir(f"/proc/{pid}/fd"))


def test_two_hundred_clients_at_once_are_served_also_while_a_run_goes_on(home: Home, daemon: Daemon) -> None:
    gate = home.gate("nightly")
    home.job("nightly", When(once=True), before=gate.command)
    gate.wait()
    with ExitStack() as stack:
        clients = [stack.enter_context(home.raw()) for _ in range(200)]
        for client in clients:
            client.say({"id": 1, "method": "subscribe", "params": {"topics": ["activity", "runs"]}})
            client.say({"id": 2, **_STATUS})
        for client in clients:
            heard = {}
            while 2 not in heard:
                message = client.hear()
                heard[message.get("id")] = message
            (activity,) = heard[2]["result"]["activities"]
            assert (activity["about"], activity["state"]) == ("nightly", "running")
        gate.open()
        for client in clients:
            while '"finished"' not in json.dumps(client.hear()):
                pass
    assert [run.status for run in home.ended("nightly")] == ["success"]
