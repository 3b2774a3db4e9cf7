"""Programs whose version was asked for before: one process less at the start of whatever uses a remote."""

import json
import os
from contextlib import suppress

from bcper.adapters import private_file

_MAGIC = b"\x7fELF"
_MOST = 1 << 14
_KEPT = 8


class KnownPrograms:
    """Kept in the file ``path``, or nowhere with ``None``. Never raises: what is not known is asked again.

    A program is known as long as its file is the same to the nanosecond (stat(2)). A script is never: what it
    starts may change without it.
    """

    def __init__(self, path: str | None) -> None:
        self._path = path

    def __contains__(self, program: str) -> bool:
        mark = _mark(program)
        return mark is not None and mark in self._read()

    def add(self, program: str) -> None:
        """It can be used."""
        mark = _mark(program)
        if mark is None or self._path is None:
            return
        known = [each for each in self._read() if each[0] != mark[0]]
        with suppress(OSError):
            os.makedirs(os.path.dirname(self._path), mode=0o700, exist_ok=True)
            private_file.replace(self._path, json.dumps([*known[1 - _KEPT :], mark]).encode())

    def _read(self) -> list[list[object]]:
        if self._path is None:
            return []
        try:
            found = json.loads(private_file.read(self._path, _MOST) or b"[]")
        except (OSError, ValueError, RecursionError):
            return []
        known = found if isinstance(found, list) else []
        return [each for each in known if isinstance(each, list) and each]


def _mark(program: str) -> list[object] | None:
    try:
        with open(program, "rb") as file:
            status = os.fstat(file.fileno())
            if file.read(len(_MAGIC)) != _MAGIC:
                return None
    except OSError:
        return None
    return [
        os.fsencode(program).hex(), status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns,
        status.st_ctime_ns, status.st_mode,
    ]  # fmt: skip
