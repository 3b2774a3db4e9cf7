"""Vaults: listed, added, changed."""

import attrs

from bcper.domain.errors import UsageError
from bcper.domain.model.catalog import Catalog
from bcper.domain.model.names import printable
from bcper.domain.model.owners import Owner
from bcper.domain.model.requests.targets import AddVault, EditVault, ItemInVault, ListVaults, VaultView
from bcper.domain.model.targets import Vault, check_vault
from bcper.domain.policy.ignore import IgnoreRules
from bcper.domain.policy.inheritance import effective
from bcper.domain.policy.parts import parts
from bcper.domain.policy.renaming import rename_target
from bcper.domain.usecases.edit_items import known_item
from bcper.domain.usecases.passwords import change_password, copy_passwords, retire_passwords
from bcper.ports.catalog_repository import CatalogRepository
from bcper.ports.secrets import Secrets


@attrs.frozen
class EditVaults:
    """See the requests of the same names."""

    catalogs: CatalogRepository
    secrets: Secrets

    def list(self, _: ListVaults) -> tuple[VaultView, ...]:
        """By name."""
        catalog = self.catalogs.load()
        return tuple(self._view(catalog, catalog.vaults[name]) for name in sorted(catalog.vaults))

    def add(self, request: AddVault) -> VaultView:
        """Raises UsageError, ConfigurationError."""
        vault = Vault(request.name, request.items, request.ignore, has_password=request.password is not None)

        def edit(catalog: Catalog) -> Catalog:
            if vault.name in catalog.vaults:
                raise UsageError(
                    f"There is a vault {printable(vault.name)!r} already.", "vault edit changes it."
                )
            _check(catalog, vault)
            if request.password is not None:
                self.secrets.set(Owner("vault", vault.name), request.password)
            return attrs.evolve(catalog, vaults={**catalog.vaults, vault.name: vault})

        return self._view(self.catalogs.change(edit), vault)

    def edit(self, request: EditVault) -> VaultView:
        """Raises UsageError, ConfigurationError. Runs made with an earlier password stay readable with it."""
        name = request.name if request.new_name is None else request.new_name

        def edit(catalog: Catalog) -> Catalog:
            vault = known_vault(catalog, request.name)
            vault = attrs.evolve(
                vault,
                name=name,
                items=vault.items if request.items is None else request.items,
                ignore=vault.ignore if request.ignore is None else request.ignore,
            )
            if name != request.name and name in catalog.vaults:
                raise UsageError(f"There is a vault {printable(name)!r} already.", "Give another name.")
            _check(catalog, vault)
            owner = Owner("vault", request.name)
            has = change_password(self.secrets, owner, request.password, vault.has_password)
            if name != request.name:
                copy_passwords(self.secrets, owner, Owner("vault", name))
                catalog = rename_target(catalog, "vault", request.name, name)
            return attrs.evolve(
                catalog, vaults={**catalog.vaults, name: attrs.evolve(vault, has_password=has)}
            )

        catalog = self.catalogs.change(edit)
        if name != request.name:
            retire_passwords(self.secrets, Owner("vault", request.name))
        return self._view(catalog, catalog.vaults[name])

    def _view(self, catalog: Catalog, vault: Vault) -> VaultView:
        items = [catalog.items[name] for name in vault.items if name in catalog.items]
        part_of = {name: part.name for part in parts(vault, items) for name in part.items}
        shown = []
        for item in items:
            what = effective(item, vault)
            lines = tuple((line.value, line.origin) for line in what.ignore)
            shown.append(ItemInVault(item, lines, what.password.origin, part_of[item.name]))
        missing = tuple(name for name in vault.items if name not in catalog.items)
        return VaultView(vault, tuple(shown), missing, self.secrets.place if vault.has_password else "")


def known_vault(catalog: Catalog, name: str) -> Vault:
    """The vault of that name. Raises UsageError."""
    vault = catalog.vaults.get(name)
    if vault is None:
        raise UsageError(f"There is no vault {printable(name)!r}.", "bcper-cli vault list shows the vaults.")
    return vault


def _check(catalog: Catalog, vault: Vault) -> None:
    check_vault(vault)
    IgnoreRules.parse(vault.ignore)
    if not vault.items:
        raise UsageError(f"The vault {printable(vault.name)!r} holds no item.", "Name at least one.")
    for name in vault.items:
        known_item(catalog, name)
