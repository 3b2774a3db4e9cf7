"""A vault's settings and an item's: the item's win (FAULTS.md row 22)."""

from typing import Generic, Literal, TypeVar

import attrs

from bcper.domain.model.targets import Item, LeaveOut, Vault
from bcper.domain.policy.ignore import IgnoreRules

Origin = Literal["item", "vault", "default"]
"""Where a setting comes from."""

PasswordOf = tuple[Literal["item", "vault"], str]
"""Whose password it is, by kind and name: the secret store's key, never the password."""

T = TypeVar("T")


@attrs.frozen
class Setting(Generic[T]):
    """A value, and where it comes from."""

    value: T
    origin: Origin


@attrs.frozen
class Effective:
    """What holds for an item. ``ignore`` are patterns in the order that decides: the last match wins."""

    ignore: tuple[Setting[str], ...]
    password: Setting[PasswordOf | None]
    leave_out: Setting[LeaveOut]

    def ignored_by(self, origin: Origin) -> tuple[str, ...]:
        """The patterns of one origin."""
        return tuple(pattern.value for pattern in self.ignore if pattern.origin == origin)

    def rules(self) -> IgnoreRules:
        """The patterns, ready to ask. Raises :class:`UsageError` for text that no file name can hold."""
        return IgnoreRules.parse(self.ignored_by("vault"), self.ignored_by("item"))


def effective(item: Item, vault: Vault | None = None) -> Effective:
    """What holds for ``item`` on its own, or as one of ``vault``.

    Ignore patterns add up, the item's after the vault's. A password of the item's own replaces the vault's.
    A vault says nothing about what else is left out.
    """
    layers: tuple[tuple[Origin, tuple[str, ...]], ...] = (
        ("vault", vault.ignore if vault is not None else ()),
        ("item", item.ignore),
    )
    return Effective(
        ignore=tuple(Setting(line, origin) for origin, lines in layers for line in lines),
        password=_password(item, vault),
        leave_out=Setting(item.leave_out, "default" if item.leave_out == LeaveOut() else "item"),
    )


def _password(item: Item, vault: Vault | None) -> Setting[PasswordOf | None]:
    if item.has_password:
        return Setting(("item", item.name), "item")
    if vault is not None and vault.has_password:
        return Setting(("vault", vault.name), "vault")
    return Setting(None, "default")
