"""Items: listed, added, changed."""

import attrs

from bcper.domain.errors import UsageError
from bcper.domain.model.catalog import Catalog
from bcper.domain.model.names import printable
from bcper.domain.model.owners import Owner
from bcper.domain.model.requests.targets import AddItem, EditItem, ItemView, ListItems
from bcper.domain.model.targets import Item, check_item
from bcper.domain.policy.references import users_of_item
from bcper.domain.policy.renaming import rename_target
from bcper.domain.usecases.passwords import change_password, copy_passwords, retire_passwords
from bcper.ports.catalog_repository import CatalogRepository
from bcper.ports.secrets import Secrets


@attrs.frozen
class EditItems:
    """See the requests of the same names."""

    catalogs: CatalogRepository
    secrets: Secrets

    def list(self, _: ListItems) -> tuple[ItemView, ...]:
        """By name."""
        catalog = self.catalogs.load()
        return tuple(self._view(catalog, catalog.items[name]) for name in sorted(catalog.items))

    def add(self, request: AddItem) -> ItemView:
        """Raises UsageError, ConfigurationError."""
        item = _checked(
            Item(
                request.name,
                request.paths,
                request.ignore,
                request.leave_out,
                has_password=request.password is not None,
            )
        )

        def edit(catalog: Catalog) -> Catalog:
            if item.name in catalog.items:
                raise UsageError(
                    f"There is an item {printable(item.name)!r} already.", "item edit changes it."
                )
            if request.password is not None:
                self.secrets.set(Owner("item", item.name), request.password)
            return attrs.evolve(catalog, items={**catalog.items, item.name: item})

        return self._view(self.catalogs.change(edit), item)

    def edit(self, request: EditItem) -> ItemView:
        """Raises UsageError, ConfigurationError. Runs made with an earlier password stay readable with it."""
        name = request.name if request.new_name is None else request.new_name

        def edit(catalog: Catalog) -> Catalog:
            item = known_item(catalog, request.name)
            item = _checked(
                attrs.evolve(
                    item,
                    name=name,
                    paths=item.paths if request.paths is None else request.paths,
                    ignore=item.ignore if request.ignore is None else request.ignore,
                    leave_out=item.leave_out if request.leave_out is None else request.leave_out,
                )
            )
            if name != request.name and name in catalog.items:
                raise UsageError(f"There is an item {printable(name)!r} already.", "Give another name.")
            owner = Owner("item", request.name)
            item = attrs.evolve(
                item, has_password=change_password(self.secrets, owner, request.password, item.has_password)
            )
            if name != request.name:
                copy_passwords(self.secrets, owner, Owner("item", name))
                catalog = rename_target(catalog, "item", request.name, name)
            return attrs.evolve(catalog, items={**catalog.items, name: item})

        catalog = self.catalogs.change(edit)
        if name != request.name:
            retire_passwords(self.secrets, Owner("item", request.name))
        return self._view(catalog, catalog.items[name])

    def _view(self, catalog: Catalog, item: Item) -> ItemView:
        vaults = tuple(user.name for user in users_of_item(catalog, item.name) if user.kind == "vault")
        return ItemView(item, vaults, self.secrets.place if item.has_password else "")


def known_item(catalog: Catalog, name: str) -> Item:
    """The item of that name. Raises UsageError."""
    item = catalog.items.get(name)
    if item is None:
        raise UsageError(f"There is no item {printable(name)!r}.", "bcper-cli item list shows the items.")
    return item


def _checked(item: Item) -> Item:
    # Reading patterns is imported by those who have some to read: a list of items needs none.
    from bcper.domain.policy.inheritance import effective

    check_item(item)
    effective(item).rules()
    return item
