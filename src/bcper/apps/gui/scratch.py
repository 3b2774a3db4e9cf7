"""A folder for a moment: where a file of a backup is put to be looked at."""

import os
import shutil
import tempfile
from typing import Protocol

from bcper.domain.errors import BcperError


class Scratch(Protocol):
    """Private folders. Any thread may call."""

    def make(self) -> str:
        """A fresh folder that nobody else can look into. Raises BcperError."""
        ...

    def read(self, folder: str, path: bytes, limit: int) -> bytes:
        """The first ``limit`` bytes of the file ``path`` (relative) in it. Raises BcperError."""
        ...

    def drop(self, folder: str) -> None:
        """Remove it with all that is in it."""
        ...


class TemporaryFolders:
    """See :class:`Scratch`; in memory where the session has such a folder (``XDG_RUNTIME_DIR``)."""

    def make(self) -> str:
        """See the protocol."""
        base = os.environ.get("XDG_RUNTIME_DIR")
        try:
            return tempfile.mkdtemp(prefix="bcper-look-", dir=base if base and os.path.isdir(base) else None)
        except OSError as error:
            raise BcperError(f"There is no place to look at a file: {error.strerror}.") from error

    def read(self, folder: str, path: bytes, limit: int) -> bytes:
        """See the protocol."""
        try:
            fd = os.open(os.path.join(os.fsencode(folder), path), os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
            with open(fd, "rb") as file:
                return file.read(limit)
        except OSError as error:
            raise BcperError(f"The file cannot be looked at: {error.strerror}.") from error

    def drop(self, folder: str) -> None:
        """See the protocol."""
        shutil.rmtree(folder, ignore_errors=True)
