"""A vault made or changed; it shows what holds for each item in it, and where that comes from."""

from typing import Any

import attrs

from bcper.apps.gui.presenters.base import Presenter, Show, Tools, Trouble
from bcper.apps.gui.presenters.fields import FieldError, lines_of, name_error, text_of
from bcper.apps.gui.presenters.password_field import NewPassword, PasswordField, there
from bcper.domain.model.names import printable
from bcper.domain.model.requests.targets import (
    AddVault,
    EditVault,
    ListItems,
    ListVaults,
)
from bcper.domain.model.targets import Item, Vault
from bcper.domain.policy.inheritance import effective


@attrs.frozen
class Effective:
    """What holds for one item in the vault: each pattern with its origin, and whose password it is."""

    item: str
    patterns: tuple[tuple[str, str], ...]
    password_from: str


@attrs.frozen
class VaultEditorView:
    """``choices`` are all items, ``items`` those in the vault, in their order; ``ignore`` has one a line."""

    title: str
    name: str = ""
    choices: tuple[str, ...] = ()
    items: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    ignore: str = ""
    password: PasswordField = attrs.field(factory=PasswordField)
    effective: tuple[Effective, ...] = ()
    name_error: FieldError | None = None
    items_error: FieldError | None = None
    saving: bool = False
    saved: str = ""
    trouble: Trouble | None = None

    @property
    def can_save(self) -> bool:
        """Nothing is wrong, as far as anybody can tell before."""
        errors = (self.name_error, self.items_error, self.password.error)
        return not self.saving and bool(self.name and self.items) and not any(errors)


class VaultEditor(Presenter[VaultEditorView]):
    """``open`` first; ``saved`` has the name once it is."""

    def __init__(self, tools: Tools, show: Show[VaultEditorView], name: str | None = None) -> None:
        """``name`` is that of the vault to change, ``None`` for a new one."""
        self._before = name
        self._taken: set[str] = set()
        self._known: dict[str, Item] = {}
        self._password = NewPassword()
        super().__init__(
            tools, show, VaultEditorView("New vault" if name is None else f"Edit {printable(name)}")
        )

    async def open(self) -> None:
        """Fill the fields."""
        with self._telling():
            self._known = {view.item.name: view.item for view in await self._tools.ask(ListItems())}
            vaults = await self._tools.ask(ListVaults())
            self._taken = {view.vault.name for view in vaults} - {self._before}
            self._set(choices=tuple(self._known))
            view = next((view for view in vaults if view.vault.name == self._before), None)
            if view is not None:
                vault = view.vault
                self._set(
                    name=vault.name,
                    items=tuple(name for name in vault.items if name in self._known),
                    missing=view.missing,
                    ignore=text_of(vault.ignore),
                    password=there(view.password_place, has=vault.has_password),
                )
                self._set(effective=self._effective())

    def change(self, **fields: Any) -> None:
        """Fields of the view, by name, as typed."""
        self._set(**fields)
        state = self._state
        untouched = self._before is None and not state.name and "name" not in fields
        nothing = not state.items and (self._before is not None or "items" in fields)
        self._set(
            name_error=None if untouched else name_error(state.name, self._taken, "vault"),
            items_error=FieldError("Choose at least one item.") if nothing else None,
            effective=self._effective(),
        )

    def set_password(self, password: str, again: str) -> None:
        """Another password, typed twice. Nothing of it is shown."""
        self._have(self._password.typed(self._state.password, password, again))

    def keep_password(self) -> None:
        """As it was before."""
        self._have(self._password.kept(self._state.password))

    def remove_password(self) -> None:
        """No password from now on; backups made until now stay readable with theirs."""
        self._have(self._password.removed(self._state.password))

    async def save(self) -> None:
        """Save it, if it can be."""
        state = self._state
        if not state.can_save:
            return
        self._set(saving=True)
        try:
            with self._telling():
                await self._tools.ask(self._request())
                self._set(saved=state.name)
        finally:
            self._set(saving=False)

    def _have(self, password: PasswordField) -> None:
        self._set(password=password)
        self._set(effective=self._effective())

    def _request(self) -> AddVault | EditVault:
        state = self._state
        ignore = lines_of(state.ignore)
        if self._before is None:
            return AddVault(state.name, state.items, ignore, self._password.value)
        change = self._password.change(state.password)
        return EditVault(self._before, state.name, state.items, ignore, change)

    def _effective(self) -> tuple[Effective, ...]:
        state = self._state
        vault = Vault(state.name or "new", state.items, lines_of(state.ignore), state.password.has)
        return tuple(_effective(self._known[name], vault) for name in state.items if name in self._known)


def _effective(item: Item, vault: Vault) -> Effective:
    what = effective(item, vault)
    patterns = tuple((printable(line.value), line.origin) for line in what.ignore)
    return Effective(printable(item.name), patterns, what.password.origin)
