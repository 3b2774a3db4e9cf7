"""What a process says on standard error, line by line."""

import os
from collections.abc import Callable

import trio

_LINE = 1 << 16
_LAST = 16
"""Pieces that are read after its end: a process of its own that lives on may go on to write for ever."""


class Said:
    """The lines that come out of the pipe ``fd``; a longer one than 64 KiB loses its beginning."""

    def __init__(self, fd: int, log: Callable[[str], None]) -> None:
        self._fd = fd
        self._log = log
        self._held = b""
        os.set_blocking(fd, False)

    async def hear(self) -> None:
        """Log what comes, until the pipe's end."""
        while True:
            await trio.lowlevel.wait_readable(self._fd)
            if not self._take():
                return

    def close(self) -> None:
        """Log what is there still, and close the pipe."""
        try:
            for _ in range(_LAST):
                if not self._take():
                    break
        except BlockingIOError:
            pass  # all of it, though somebody has the other end still
        finally:
            os.close(self._fd)
            if self._held:
                self._tell(self._held)

    def _take(self) -> bool:
        data = os.read(self._fd, _LINE)
        *lines, held = (self._held + data).split(b"\n")
        self._held = held[-_LINE:]
        for line in lines:
            self._tell(line)
        return bool(data)

    def _tell(self, line: bytes) -> None:
        self._log(line.decode(errors="backslashreplace"))
