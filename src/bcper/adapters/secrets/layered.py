"""A keyring, and a file from the time before there was one."""

from collections.abc import Mapping
from contextlib import AbstractContextManager

from bcper.adapters.secrets.file import FileSecrets
from bcper.adapters.secrets.kept import KeptSecrets
from bcper.domain.errors import BcperError
from bcper.domain.model.owners import Owner
from bcper.domain.model.passwords import Kept


class LayeredSecrets(KeptSecrets):
    """Writes to the keyring, and takes what the file held of an owner along; reads both.

    Each owner moves with its first change, into the keyring before out of the file, so that nothing is lost
    in between. The lock is the one of both.
    """

    def __init__(self, keyring: KeptSecrets, place: str, file: FileSecrets) -> None:
        """``place`` is the keyring's."""
        self._keyring, self._place, self._file = keyring, place, file

    @property
    def place(self) -> str:
        """See the port."""
        return place_of_both(self._place, self._file)

    def read(self, owner: Owner) -> Kept:
        """See KeptSecrets."""
        in_keyring, in_file = self._keyring.read(owner), self._file.read(owner)
        known = (None, in_keyring.current, *in_keyring.earlier)
        if in_file.current in known:
            # As after a move that was cut short.
            return in_keyring.joined(in_file)
        # The keyring does not know it: it was set when there was no keyring, before or since.
        return in_file.joined(in_keyring)

    def write(self, changes: Mapping[Owner, Kept]) -> None:
        """See KeptSecrets."""
        self._keyring.write(changes)
        stale = {owner: Kept() for owner in changes if self._file.read(owner)}
        if stale:
            self._file.write(stale)

    def exclusive(self) -> AbstractContextManager[None]:
        """See KeptSecrets."""
        return self._file.exclusive()


def place_of_both(keyring: str, file: FileSecrets) -> str:
    """In words where passwords are, given where the keyring's are."""
    try:
        both = bool(file)
    except BcperError:
        return f"{keyring}; {file.place} cannot be read"
    return f"{keyring}, and some still in {file.place}" if both else keyring
