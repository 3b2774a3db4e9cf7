"""Passwords in memory."""

import threading
from collections.abc import Sequence
from typing import NoReturn, SupportsIndex

from bcper.domain.model.owners import Owner
from bcper.domain.model.passwords import Kept, check_password


class MemorySecrets:
    """The fake of :class:`~bcper.ports.secrets.Secrets`; they end with the process."""

    def __init__(self) -> None:
        self._guard = threading.Lock()
        self._kept: dict[Owner, Kept] = {}

    @property
    def place(self) -> str:
        """See the port."""
        return "the memory of this process"

    def get(self, owner: Owner) -> str | None:
        """See the port."""
        return self._of(owner).current

    def earlier(self, owner: Owner) -> Sequence[str]:
        """See the port."""
        return self._of(owner).earlier

    def set(self, owner: Owner, password: str) -> None:
        """See the port."""
        password = check_password(password)
        with self._guard:
            self._kept[owner] = self._of(owner).with_current(password)

    def forget(self, owner: Owner, *, earlier: bool = False) -> None:
        """See the port."""
        with self._guard:
            self._kept[owner] = self._of(owner).forgotten(earlier=earlier)

    def copy(self, owner: Owner, new_owner: Owner) -> None:
        """See the port."""
        with self._guard:
            copied = self._of(owner)
            if copied and owner != new_owner:
                self._kept[new_owner] = copied.joined(self._of(new_owner))

    def read(self, owner: Owner) -> Kept:
        """See the port."""
        return self._of(owner)

    def restore(self, owner: Owner, kept: Kept) -> None:
        """See the port."""
        with self._guard:
            self._kept[owner] = kept

    def _of(self, owner: Owner) -> Kept:
        return self._kept.get(owner, Kept())

    def __repr__(self) -> str:
        return "<MemorySecrets>"

    def __reduce_ex__(self, protocol: SupportsIndex) -> NoReturn:
        raise TypeError("MemorySecrets holds secrets and cannot be pickled or copied.")
