"""One question to the program rclone, answered within seconds; nobody is asked anything for it."""

import atexit
import os
import signal
from collections.abc import Mapping
from contextlib import suppress

import attrs


@attrs.frozen
class Answer:
    """What it printed, what it said on standard error, and its exit status."""

    status: int
    text: str
    said: str


def environment() -> Mapping[str, str]:
    """Ours, without what gives passwords of backups (FAULTS.md row 74)."""
    return {key: value for key, value in os.environ.items() if not key.startswith("BCPER_PASSWORD")}


def ask(program: str, *arguments: str, seconds: float) -> Answer:
    """Run ``program`` with ``arguments``: without a shell, an input and a terminal.

    After ``seconds`` it is killed, with all that it started; at the end of this process, too. Raises OSError
    when it cannot be run, and TimeoutError, which is one, when it was not done in time.
    """
    import subprocess

    child = subprocess.Popen(
        [program, *arguments],
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(),
        process_group=0,
    )

    def kill() -> None:
        with suppress(ProcessLookupError):
            os.killpg(child.pid, signal.SIGKILL)

    # A thread may be asking that nobody waits for.
    atexit.register(kill)
    try:
        out, said = child.communicate(timeout=seconds)
    except subprocess.TimeoutExpired as error:
        raise TimeoutError(f"it did not answer within {seconds:g} seconds") from error
    finally:
        atexit.unregister(kill)
        if child.returncode is None:
            kill()
            child.wait()
        for pipe in (child.stdout, child.stderr):
            if pipe is not None:
                pipe.close()
    return Answer(child.returncode, out.decode("utf-8", "replace"), said.decode("utf-8", "replace"))
