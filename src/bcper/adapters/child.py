"""Python processes of our own, started by the adapters that need them."""

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from subprocess import Popen

_PATIENCE = 5.0
"""Seconds that a child is given to end by itself."""

_BEGIN = """\
import sys
sys.path[:] = {path}
del sys.argv[0]
from runpy import run_module
run_module(sys.argv[0], run_name="__main__", alter_sys=True)
"""


def own_python(module: str, *arguments: str) -> tuple[list[str], dict[str, str]]:
    """The command that runs ``module`` as ``python -m`` does, and its environment. Raises OSError.

    It imports what we import, and is as much cut off from the person's own Python as we are (python(1), -I
    and -S). Its environment says nothing about that: commands that a person wrote are started with it. It
    holds no password (FAULTS.md row 74).
    """
    if not sys.executable:
        raise OSError("It is not known which Python this is.")
    flags = ["-I" if sys.flags.isolated else "-P", *(["-S"] if sys.flags.no_site else [])]
    begin = _BEGIN.format(path=ascii([path for path in sys.path if path]))
    env = {key: value for key, value in os.environ.items() if not key.startswith("BCPER_PASSWORD")}
    return [sys.executable, *flags, "-c", begin, module, *arguments], env


def start_python(
    module: str,
    *arguments: str,
    stdin: int,
    stdout: int,
    stderr: int | None = None,
    pass_fds: Sequence[int] = (),
) -> "Popen[bytes]":
    """Start ``python -m module`` on the descriptors ``stdin`` and ``stdout``. Raises OSError.

    What it says on standard error is thrown away unless ``stderr`` takes it. See :func:`own_python`.

    In a process group of its own: a Ctrl-C of the terminal is ours to handle, and the
    end of its input tells it to go. In our session: the kernel shares a processor out by sessions first, and
    among the processes of one by how nice they are (sched(7), "The autogroup feature").
    """
    import subprocess

    command, env = own_python(module, *arguments)
    # A buffer of a megabyte is used again, and not given back and faulted in anew (mallopt(3)).
    env["MALLOC_TRIM_THRESHOLD_"] = env["MALLOC_MMAP_THRESHOLD_"] = str(64 << 20)
    return subprocess.Popen(
        command,
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
