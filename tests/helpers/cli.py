"""The command line in a process of its own, from an empty home."""

import json
import os
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from helpers.fork_server import ForkServer, is_alike

_TIMEOUT = 120.0
_ALWAYS_NEW = "BCPER_TESTS_START_ANEW" in os.environ

_server = ForkServer()
_seen: set[tuple[str, ...]] = set()


class Cli:
    """Calls of it are commands.

    The first of each verb is a Python of its own, as a user's is: it shows that a command imports what it
    needs. Later ones are forks that need not start one (``fork_server``); with ``BCPER_TESTS_START_ANEW`` in
    the environment of the tests, there are none of these.
    """

    def __init__(self, home: Path) -> None:
        self.home = home
        home.mkdir(parents=True, exist_ok=True)

    def environment(self, **more: str) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("BCPER_", "XDG_"))}
        # Nobody's keyring is a test's business.
        return {**kept, "HOME": str(self.home), "BCPER_SECRETS": "file", **more}

    def __call__(
        self, *arguments: object, status: int = 0, env: dict[str, str] | None = None
    ) -> "subprocess.CompletedProcess[str]":
        done = _run([*map(str, arguments)], self.environment(**(env or {})))
        assert done.returncode == status, (done.returncode, done.stdout, done.stderr)
        assert "Traceback" not in done.stderr
        return done

    def summary(self, *arguments: object, status: int = 0, env: dict[str, str] | None = None) -> Any:
        out = self("--json", *arguments, status=status, env=env).stdout
        return json.loads(out.splitlines()[-1])


def _run(arguments: list[str], env: dict[str, str]) -> "subprocess.CompletedProcess[str]":
    done: subprocess.CompletedProcess[bytes]
    if _ALWAYS_NEW or _is_new(arguments) or not is_alike(env):
        command = [sys.executable, "-P", "-m", "bcper.cli", *arguments]
        done = subprocess.run(
            command, capture_output=True, env=env, stdin=subprocess.DEVNULL, timeout=_TIMEOUT
        )
    else:
        done = _server.run("bcper.cli", arguments, env, _TIMEOUT)
    stdout, stderr = (_text(said) for said in (done.stdout, done.stderr))
    return subprocess.CompletedProcess(done.args, done.returncode, stdout, stderr)


def _is_new(arguments: Sequence[str]) -> bool:
    """Whether no test of this process has seen that noun and verb."""
    verb = tuple([each for each in arguments if not each.startswith("-")][:2])
    is_new = verb not in _seen
    _seen.add(verb)
    return is_new


def _text(said: bytes) -> str:
    """As subprocess has it."""
    return said.decode("utf-8", "surrogateescape").replace("\r\n", "\n").replace("\r", "\n")
