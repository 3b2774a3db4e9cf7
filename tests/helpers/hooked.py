"""The command line in a process that changes the world at a given moment (sys.addaudithook).

An audit hook sees every open, listing and attribute call before it is done, so a race is no matter of luck.
It cannot be taken away again, which is why it gets a process of its own.
"""

import subprocess
import sys
from collections.abc import Sequence

from helpers.cli import Cli

# ``at(event, arguments)`` is the test's; while it acts, its own calls are not events.
_DRIVER = """
import os, sys
acting = False
{code}
def hook(event, arguments):
    global acting
    if not acting and event in EVENTS:
        acting = True
        try:
            at(event, arguments)
        finally:
            acting = False
from bcper.apps.cli.main import main
sys.addaudithook(hook)
sys.exit(main(sys.argv[1:]))
"""


def hooked(
    cli: Cli,
    code: str,
    *arguments: object,
    status: int = 0,
    prefix: Sequence[str] = (),
    env: dict[str, str] | None = None,
    trace: bool = False,
) -> "subprocess.CompletedProcess[str]":
    """Run the command line; ``code`` defines ``EVENTS`` and ``at(event, arguments)``.

    What ``at`` raises comes out of the call that it is about; with ``trace`` that may be a bug.
    """
    done = subprocess.run(
        [*prefix, sys.executable, "-P", "-c", _DRIVER.format(code=code), *map(str, arguments)],
        capture_output=True,
        text=True,
        errors="surrogateescape",
        env=cli.environment(**(env or {})),
        stdin=subprocess.DEVNULL,
        timeout=120,
    )
    assert done.returncode == status, (done.returncode, done.stdout, done.stderr)
    assert trace or "Traceback" not in done.stderr
    return done
