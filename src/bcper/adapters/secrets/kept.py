"""What every place for passwords has in common: read what is kept of an owner, change it, write it."""

from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager

from bcper.domain.model.owners import Owner
from bcper.domain.model.passwords import Kept, check_password


class KeptSecrets:
    """The :class:`~bcper.ports.secrets.Secrets` of a place that can do :meth:`read` and :meth:`write`."""

    def read(self, owner: Owner) -> Kept:
        """See the port."""
        raise NotImplementedError

    def write(self, changes: Mapping[Owner, Kept]) -> None:
        """Keep this, in this order; an empty Kept removes what there is. Under :meth:`exclusive` only."""
        raise NotImplementedError

    def exclusive(self) -> AbstractContextManager[None]:
        """Nobody else writes meanwhile. Raises Locked."""
        raise NotImplementedError

    def get(self, owner: Owner) -> str | None:
        """See the port."""
        return self.read(owner).current

    def earlier(self, owner: Owner) -> Sequence[str]:
        """See the port."""
        return self.read(owner).earlier

    def set(self, owner: Owner, password: str) -> None:
        """See the port."""
        password = check_password(password)
        with self.exclusive():
            self._change(owner, self.read(owner).with_current(password))

    def forget(self, owner: Owner, *, earlier: bool = False) -> None:
        """See the port."""
        with self.exclusive():
            self._change(owner, self.read(owner).forgotten(earlier=earlier))

    def copy(self, owner: Owner, new_owner: Owner) -> None:
        """See the port."""
        with self.exclusive():
            copied = self.read(owner)
            if copied and owner != new_owner:
                self._change(new_owner, copied.joined(self.read(new_owner)))

    def restore(self, owner: Owner, kept: Kept) -> None:
        """See the port."""
        with self.exclusive():
            self._change(owner, kept)

    def _change(self, owner: Owner, kept: Kept) -> None:
        if kept != self.read(owner):
            self.write({owner: kept})
