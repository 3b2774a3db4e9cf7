"""Python processes of our own, started by the adapters that need them."""

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from subprocess import Popen

_PATIENCE = 5.0
"""Seconds that a child is given to end by itself."""


def start_python(
    module: str,
    *arguments: str,
    stdin: int,
    stdout: int,
    stderr: int | None = None,
    pass_fds: Sequence[int] = (),
) -> "Popen[bytes]":
    """Start ``python -m module`` on the descriptors ``stdin`` and ``stdout``. Raises OSError.

    What it says on standard error is thrown away unless ``stderr`` takes it. It imports what we import, and
    gets no password from the environment (FAULTS.md row 74).

    In a process group of its own: a Ctrl-C of the terminal is ours to handle, and the
    end of its input tells it to go. In our session: the kernel shares a processor out by sessions first, and
    among the processes of one by how nice they are (sched(7), "The autogroup feature").
    """
    import subprocess

    if not sys.executable:
        raise OSError("It is not known which Python this is.")
    env = {key: value for key, value in os.environ.items() if not key.startswith("BCPER_PASSWORD")}
    env["PYTHONPATH"] = os.pathsep.join(path for path in sys.path if path)
    # A buffer of a megabyte is used again, and not given back and faulted in anew (mallopt(3)).
    env["MALLOC_TRIM_THRESHOLD_"] = env["MALLOC_MMAP_THRESHOLD_"] = str(64 << 20)
    return subprocess.Popen(
        [sys.executable, "-P", "-m", module, *arguments],
        stdin=stdin,
        stdout=stdout,
        stderr=subprocess.DEVNULL if stderr is None else stderr,
        env=env,
        pass_fds=pass_fds,
        process_group=0,
    )


def end(child: "Popen[bytes]") -> None:
    """Wait for the end of a child whose input was closed; kill it if it does not come."""
    import subprocess

    try:
        child.wait(_PATIENCE)
    except subprocess.TimeoutExpired:
        child.kill()
        child.wait()
