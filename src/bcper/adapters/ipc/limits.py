"""What the server grants its clients."""

import attrs

from bcper.adapters.ipc.lines import REQUEST_BYTES


@attrs.frozen
class Limits:
    """Counts, bytes and seconds (FAULTS.md rows 41 to 44).

    ``requests`` run at once for one client, ``running`` for all of them, also those who went away. A line,
    once begun, must be whole after ``line_seconds``; a client that reads nothing for ``write_seconds`` while
    something is to be written is dropped, and so is one for which ``waiting`` messages have piled up. While a
    request runs, its client hears something every ``alive_seconds``; progress comes at most every
    ``progress_seconds``.
    """

    clients: int = 256
    line_bytes: int = REQUEST_BYTES
    hello_seconds: float = 10.0
    line_seconds: float = 10.0
    write_seconds: float = 30.0
    requests: int = 32
    running: int = 512
    waiting: int = 1024
    alive_seconds: float = 2.0
    progress_seconds: float = 0.1
