"""Passwords in a file that only the user can read: for machines without a keyring (FAULTS.md row 77)."""

import os
import stat
from collections.abc import Mapping
from contextlib import AbstractContextManager, suppress

from bcper.adapters.private_file import replace
from bcper.adapters.secrets.codec import Newer, decode_file, encode_file
from bcper.adapters.secrets.kept import KeptSecrets
from bcper.adapters.secrets.locking import locked, unusable
from bcper.domain.errors import ConfigurationError
from bcper.domain.model.owners import Owner
from bcper.domain.model.passwords import Kept

_LIMIT = 16 << 20
_READ = os.O_RDONLY | os.O_NONBLOCK | os.O_CLOEXEC


class FileSecrets(KeptSecrets):
    """``secrets.json`` in ``folder``, which is made when missing, and ``secrets.lock`` beside it.

    The file is 0600 and replaced as a whole, on the disk before its name is; nothing of it is held in
    memory. A link stays a link, and the file it leads to is replaced. Neither a damaged file nor a newer
    BCPER's is ever written (FAULTS.md rows 34 and 35).
    """

    def __init__(self, folder: str) -> None:
        folder = os.path.abspath(folder)
        self._path = os.path.join(folder, "secrets.json")
        self._lock = os.path.join(folder, "secrets.lock")

    @property
    def place(self) -> str:
        """See the port."""
        return f"a file only you can read: {_short(self._path)}"

    def __bool__(self) -> bool:
        """Whether any password is in it. Raises as reading does."""
        return any(self._load().values())

    def read(self, owner: Owner) -> Kept:
        """See KeptSecrets."""
        return self._load().get(owner, Kept())

    def write(self, changes: Mapping[Owner, Kept]) -> None:
        """See KeptSecrets; all of it at once."""
        data = encode_file({**self._load(), **changes})
        path = os.path.realpath(self._path)
        try:
            replace(path, data)
        except OSError as error:
            raise unusable(self._path, error) from error

    def exclusive(self) -> AbstractContextManager[None]:
        """See KeptSecrets."""
        return locked(self._lock)

    def _load(self) -> dict[Owner, Kept]:
        try:
            data = self._bytes()
        except FileNotFoundError:
            return {}
        except OSError as error:
            raise unusable(self._path, error) from error
        newer, found = False, None
        try:
            found = decode_file(data)
        except Newer:
            newer = True
        # Raised out here, so that no error that quotes the file hangs on it (row 75).
        if newer:
            raise ConfigurationError(f"{self._path} was written by a newer BCPER.", "Update BCPER.")
        if found is None:
            raise ConfigurationError(
                f"The file of passwords {self._path} is damaged.",
                "Put an intact copy in its place, or move it away and set the passwords again.",
            )
        return found

    def _bytes(self) -> bytes:
        fd = os.open(self._path, _READ)
        try:
            status = os.fstat(fd)
            if not stat.S_ISREG(status.st_mode) or status.st_size > _LIMIT:
                return b""
            if stat.S_IMODE(status.st_mode) & 0o077:
                # Somebody opened it to others; a file system without modes says no.
                with suppress(OSError):
                    os.fchmod(fd, 0o600)
            with os.fdopen(os.dup(fd), "rb") as file:
                return file.read(_LIMIT + 1)
        finally:
            os.close(fd)


def _short(path: str) -> str:
    home = os.path.expanduser("~").rstrip("/")
    return "~" + path[len(home) :] if home and path.startswith(home + "/") else path
