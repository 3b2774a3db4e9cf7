"""Passwords of items and vaults, changed together with the catalogue."""

from collections.abc import Callable
from contextlib import suppress

import attrs

from bcper.domain.errors import BcperError
from bcper.domain.model.catalog import Catalog
from bcper.domain.model.owners import Owner
from bcper.domain.model.passwords import Kept
from bcper.domain.model.requests.targets import PasswordChange
from bcper.ports.catalog_repository import CatalogRepository
from bcper.ports.secrets import Secrets


@attrs.define
class Passwords:
    """What one edit of the catalogue does to passwords: adds before it is saved, and takes away behind that.

    Killed at any moment, whoever has a password by the catalogue that is kept finds one.
    """

    _secrets: Secrets
    _before: dict[Owner, Kept] = attrs.field(factory=dict)
    _surplus: list[Owner] = attrs.field(factory=list)

    def set(self, owner: Owner, password: str) -> None:
        """Raises UsageError for one that cannot be."""
        self._remember(owner)
        self._secrets.set(owner, password)

    def change(
        self, owner: Owner, new_owner: Owner, change: PasswordChange | None, *, has_password: bool
    ) -> bool:
        """Set, change or take away, under another name perhaps; whether there is a password afterwards.

        What is replaced, or taken away, stays as an earlier one, so that old runs can be opened. So do all
        of them under the old name: the runs made until now say that, in manifests that nobody rewrites.
        Raises UsageError for a password that cannot be.
        """
        if new_owner != owner:
            self._remember(new_owner)
            self._secrets.copy(owner, new_owner)
            self._surplus.append(owner)
        if change is None:
            return has_password
        if change.password is None:
            self._surplus.append(new_owner)
            return False
        self.set(new_owner, change.password)
        return True

    def undo(self) -> None:
        """Have what was there before."""
        for owner, kept in self._before.items():
            self._secrets.restore(owner, kept)

    def finish(self, catalog: Catalog) -> None:
        """Take away what nobody has any more by ``catalog``."""
        for owner in self._surplus:
            targets = catalog.items if owner.kind == "item" else catalog.vaults
            target = targets.get(owner.name)
            if target is None or not target.has_password:
                self._secrets.forget(owner)

    @property
    def surplus(self) -> bool:
        """Whether :meth:`finish` has anything to do."""
        return bool(self._surplus)

    def _remember(self, owner: Owner) -> None:
        if owner not in self._before:
            self._before[owner] = self._secrets.read(owner)


def change_both(
    catalogs: CatalogRepository, secrets: Secrets, edit: Callable[[Catalog, Passwords], Catalog]
) -> Catalog:
    """``catalogs.change``, with passwords that change if and only if the catalogue does.

    Everything happens while nobody else changes the catalogue, and with it passwords. Raises what
    ``catalogs.change`` and ``secrets`` do.
    """
    passwords = Passwords(secrets)
    revision: list[int] = []

    def with_passwords(catalog: Catalog) -> Catalog:
        revision.append(catalog.revision)
        return edit(catalog, passwords)

    def undo(catalog: Catalog) -> Catalog:
        # A catalogue may be there although saving it failed: its password must be there too.
        if revision == [catalog.revision]:
            passwords.undo()
        return catalog

    def finish(catalog: Catalog) -> Catalog:
        passwords.finish(catalog)
        return catalog

    try:
        saved = catalogs.change(with_passwords)
    except BaseException:
        # If that fails too, there is a password more than is needed, and none less.
        with suppress(BcperError):
            catalogs.change(undo)
        raise
    if passwords.surplus:
        # Saved is saved: a current password that nobody has any more does no harm.
        with suppress(BcperError):
            catalogs.change(finish)
    return saved
