"""Items and vaults."""

from typing import TYPE_CHECKING, Literal

import attrs

from bcper.domain.model.requests.base import Request
from bcper.domain.model.targets import Item, LeaveOut, Vault

if TYPE_CHECKING:
    from bcper.domain.model.left_out import PreviewReport  # noqa: F401 - below, as text

Origin = Literal["item", "vault", "default"]


@attrs.frozen
class ItemView:
    """An item as it is shown; ``vaults`` hold it, ``password_place`` says where its password is kept."""

    item: Item
    vaults: tuple[str, ...]
    password_place: str = ""


@attrs.frozen
class ItemInVault:
    """One item as its vault backs it up; an origin says which of the two a setting comes from."""

    item: Item
    ignore: tuple[tuple[str, Origin], ...]
    password_from: Origin
    part: str


@attrs.frozen
class VaultView:
    """A vault as it is shown; ``missing`` are names of items that are gone."""

    vault: Vault
    items: tuple[ItemInVault, ...]
    missing: tuple[str, ...]
    password_place: str = ""


@attrs.frozen
class PasswordChange:
    """A new password, or none any more when ``password`` is ``None``."""

    password: str | None = attrs.field(repr=False)


@attrs.frozen
class ListItems(Request[tuple[ItemView, ...]]):
    """Every item, by name."""


@attrs.frozen
class AddItem(Request[ItemView]):
    """Add an item. Paths are absolute."""

    name: str
    paths: tuple[str, ...]
    ignore: tuple[str, ...] = ()
    leave_out: LeaveOut = attrs.field(factory=LeaveOut)
    password: str | None = attrs.field(default=None, repr=False)


@attrs.frozen
class EditItem(Request[ItemView]):
    """Change what is given (not ``None``) of the item ``name``."""

    name: str
    new_name: str | None = None
    paths: tuple[str, ...] | None = None
    ignore: tuple[str, ...] | None = None
    leave_out: LeaveOut | None = None
    password: PasswordChange | None = None


@attrs.frozen
class PreviewItem(Request["PreviewReport"]):
    """What a backup of an item would keep and leave out, on its own or as one of ``vault``."""

    name: str
    vault: str | None = None


@attrs.frozen
class PreviewPaths(Request["PreviewReport"]):
    """The same of an item that is not saved: paths are absolute, ``name`` is only for whoever watches.

    ``vault`` is one that there is, whose patterns come before ``ignore``.
    """

    name: str
    paths: tuple[str, ...]
    ignore: tuple[str, ...] = ()
    leave_out: LeaveOut = attrs.field(factory=LeaveOut)
    vault: str | None = None


@attrs.frozen
class ListVaults(Request[tuple[VaultView, ...]]):
    """Every vault, by name."""


@attrs.frozen
class AddVault(Request[VaultView]):
    """Add a vault of items that exist."""

    name: str
    items: tuple[str, ...]
    ignore: tuple[str, ...] = ()
    password: str | None = attrs.field(default=None, repr=False)


@attrs.frozen
class EditVault(Request[VaultView]):
    """Change what is given (not ``None``) of the vault ``name``."""

    name: str
    new_name: str | None = None
    items: tuple[str, ...] | None = None
    ignore: tuple[str, ...] | None = None
    password: PasswordChange | None = None


@attrs.frozen
class Removed:
    """What a deletion took along: jobs by name, vaults that lost an item, and vaults left empty by it."""

    name: str
    jobs: tuple[str, ...] = ()
    vaults_changed: tuple[str, ...] = ()
    vaults_emptied: tuple[str, ...] = ()


@attrs.frozen
class DeleteTarget(Request[Removed]):
    """Delete an item or a vault; with ``cascade`` what uses it too. Its runs stay in their stores."""

    kind: Literal["item", "vault"]
    name: str
    cascade: bool = False
