"""A small disk of one's own: commands in a private mount namespace with a tmpfs (unshare(1), tmpfs(5)).

What is mounted there is seen by these commands alone and is gone when the last of them ends, also when it
is killed. As root it needs CAP_SYS_ADMIN, as an ordinary user a kernel that grants user namespaces.
"""

import functools
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

Command = str | Sequence[str]
"""A snippet of Python (a string), or an argument vector."""

_PREFIXES = (("unshare", "--mount"), ("unshare", "--user", "--map-root-user", "--mount"))

# Runs inside. Standard input stays the caller's; the last command takes this process's place, so its exit
# status, its signals and its output are what the caller sees.
_DRIVER = """
import json, os, subprocess, sys
plan = json.loads(sys.argv[1])
def done(what, argv, **more):
    result = subprocess.run(argv, capture_output=True, text=True, errors="replace", **more)
    if result.returncode:
        sys.exit(f"{what} failed ({result.returncode}): {argv}\\n{result.stdout}{result.stderr}")
done("mount", ["mount", "-t", "tmpfs", "-o", f"size={plan['size']},mode=0700", "tmpfs", plan["folder"]])
for argv in plan["setup"]:
    done("set-up", argv, stdin=subprocess.DEVNULL)
if plan["read_only"]:
    # "bind": of this mount alone. Otherwise mount(8) repeats options that a user namespace may not give.
    done("remount", ["mount", "-o", "remount,bind,ro", plan["folder"]])
os.execvp(plan["command"][0], plan["command"])
"""


def run_on_small_disk(
    command: Command,
    *,
    folder: Path,
    size: int,
    setup: Sequence[Command] = (),
    read_only: bool = False,
    env: Mapping[str, str] | None = None,
    timeout: float = 120,
) -> "subprocess.CompletedProcess[str]":
    """Run ``command`` with a tmpfs of ``size`` bytes (a multiple of 4 KiB) mounted on ``folder``.

    ``folder`` is made if it is missing; outside it stays empty. ``setup`` runs first, command by command,
    on the same disk, and must succeed; with ``read_only`` the disk is read-only after it. ``env`` is that of
    all of them; the default is ours, and Python finds the modules that it finds here. Raises AssertionError
    if this machine gives no such namespace, or the set-up fails; TimeoutExpired after ``timeout`` seconds.
    """
    folder.mkdir(parents=True, exist_ok=True)
    plan = {
        "folder": str(folder),
        "size": size,
        "setup": [_argv(one) for one in setup],
        "read_only": read_only,
        "command": _argv(command),
    }
    paths = os.pathsep.join(path for path in sys.path if path)
    done = subprocess.run(
        [*_prefix(), sys.executable, "-c", _DRIVER, json.dumps(plan)],
        capture_output=True,
        text=True,
        errors="surrogateescape",
        stdin=subprocess.DEVNULL,
        env={"PYTHONPATH": paths, **(os.environ if env is None else env)},
        timeout=timeout,
    )
    for failed in ("mount failed", "set-up failed", "remount failed"):
        assert not done.stderr.startswith(failed), done.stderr
    return done


def _argv(command: Command) -> list[str]:
    return [sys.executable, "-c", command] if isinstance(command, str) else [str(part) for part in command]


@functools.cache
def _prefix() -> Sequence[str]:
    said = []
    with tempfile.TemporaryDirectory() as folder:
        for prefix in _PREFIXES:
            try:
                trial = [*prefix, "mount", "-t", "tmpfs", "tmpfs", folder]
                done = subprocess.run(trial, capture_output=True, text=True)
            except OSError as error:
                said.append(str(error))
                continue
            if done.returncode == 0:
                return prefix
            said.append(done.stderr.strip())
    raise AssertionError(
        "These tests mount a tmpfs in a private mount namespace, and this machine allows neither `unshare "
        f"--mount` nor `unshare --user --map-root-user --mount`: {'; '.join(said)}"
    )
