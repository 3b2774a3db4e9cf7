"""A file among other programs' that says it is ours, so that it can be taken away without a trace."""

import os
import re
from contextlib import suppress

import attrs

from bcper.adapters.private_file import read, replace
from bcper.adapters.private_folders import make_folders
from bcper.domain.errors import ConfigurationError

_MARK = "\n[X-BCPER]\nFolders={}\n"
"""Ends the file: how many folders above it were made for it. Programs pass over groups of "X-" names."""

_MARKED = re.compile(r"^\[X-BCPER\]\nFolders=(\d{1,2})$", re.ASCII | re.MULTILINE)

_LIMIT = 1 << 16


@attrs.frozen
class OwnFile:
    """The text file at ``path``, absolute. Every method raises ConfigurationError if it cannot be used."""

    path: str

    def text(self) -> str | None:
        """What is in it; ``None`` when it is not there or not ours."""
        try:
            data = read(self.path, _LIMIT)
        except OSError as error:
            raise self._unusable(error) from error
        text = (data or b"").decode("utf-8", "replace")
        return None if _folders(text) is None else text

    def write(self, text: str) -> None:
        """Make ``text`` its content, with the mark after it. A file that somebody else wrote is refused."""
        before = self.text()
        if before is None and os.path.lexists(self.path):
            raise ConfigurationError(
                f"{self.path} was not written by BCPER.", "Remove it or rename it, then try again."
            )
        folders = _missing(self.path) if before is None else _folders(before)
        new = text + _MARK.format(folders)
        if new == before:
            return
        try:
            make_folders(os.path.dirname(self.path))
            replace(self.path, new.encode())
        except OSError as error:
            raise self._unusable(error) from error

    def remove(self) -> bool:
        """Remove it if it is ours, and the folders that were made for it unless others use them now."""
        text = self.text()
        if text is None:
            return False
        try:
            os.unlink(self.path)
        except OSError as error:
            raise self._unusable(error) from error
        folder = self.path
        with suppress(OSError):
            for _ in range(_folders(text) or 0):
                folder = os.path.dirname(folder)
                os.rmdir(folder)
        return True

    def _unusable(self, error: OSError) -> ConfigurationError:
        return ConfigurationError(f"{self.path} cannot be used: {error.strerror or error}.")


def _folders(text: str) -> int | None:
    found = _MARKED.search(text)
    return int(found[1]) if found else None


def _missing(path: str) -> int:
    """How many folders above ``path`` there are not."""
    count = 0
    while not os.path.lexists(path := os.path.dirname(path)):
        count += 1
    return count
