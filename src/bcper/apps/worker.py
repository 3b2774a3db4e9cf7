"""A worker of the daemon: ``python -m bcper.apps.worker CONFIG_DIR [--low]``, on a socket as standard input.

It answers requests until the other end closes the socket (docs/reference/protocol.md, "Workers").
"""

import os
import signal
import sys
from types import FrameType

_STREAM, _OUT, _ERRORS = 0, 1, 2


def main() -> int:
    """Answer."""
    config_dir, *options = sys.argv[1:]
    # A Ctrl-C of the terminal, and systemd's SIGTERM to all of a unit, are the daemon's to handle.
    # Handlers and not SIG_IGN, which the processes that we start would inherit.
    signal.signal(signal.SIGINT, _let_it_pass)
    signal.signal(signal.SIGTERM, _let_it_pass)
    os.dup2(_ERRORS, _OUT)  # what is printed by mistake must not get into the stream
    from dependency_injector import providers

    from bcper.apps import bindings, machine_bindings
    from bcper.apps.container import Container
    from bcper.apps.limits import raise_file_limit
    from bcper.apps.paths import places

    if "--low" in options:
        machine_bindings.priority().lower()
    raise_file_limit()
    container = Container(places=providers.Object(places(config_dir)))
    try:
        bindings.serve_stream(_STREAM, container.service(), _log)
    finally:
        if "bcper.adapters.sqlite.run_ledger" in sys.modules:
            container.ledger().close()
    return 0


def _let_it_pass(_number: int, _frame: FrameType | None) -> None:
    """The daemon says what is to be done."""


def _log(message: str, error: BaseException | None = None) -> None:
    import traceback

    lines = [message, *(traceback.format_exception(error) if error is not None else ())]
    sys.stderr.write("".join(f"{line.rstrip()}\n" for line in lines))


if __name__ == "__main__":
    sys.exit(main())
