"""The command line on a terminal of its own, with somebody who answers its questions."""

import os
import pty
import select
import sys
import time

from helpers.cli import Cli

_PATIENCE = 60.0


def converse(cli: Cli, *arguments: object, answers: list[str]) -> tuple[int, str]:
    """Run a command; each question (what ends in a colon and a space) gets the next answer.

    Returns the exit status and all that was shown.
    """
    pid, terminal = pty.fork()
    if pid == 0:
        environment = cli.environment(TERM="dumb")
        command = [sys.executable, "-P", "-m", "bcper.cli", *map(str, arguments)]
        os.execve(sys.executable, command, environment)
    shown, left, begun = b"", list(answers), time.monotonic()
    try:
        while time.monotonic() - begun < _PATIENCE:
            if not select.select([terminal], [], [], 0.1)[0]:
                continue
            try:
                data = os.read(terminal, 1 << 16)
            except OSError:
                break  # the other side has ended
            if not data:
                break
            shown += data
            if shown.endswith((b": ", b"] ")) and left:
                os.write(terminal, left.pop(0).encode() + b"\n")
        else:
            raise TimeoutError(shown)
    finally:
        os.close(terminal)
        status = os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1])
    return status, shown.decode().replace("\r\n", "\n")
