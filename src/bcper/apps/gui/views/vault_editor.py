"""A vault made or changed; below, what holds for each item in it, and where that comes from."""

import tkinter

from bcper.apps.gui.presenters.vault_editor import Effective, VaultEditor, VaultEditorView
from bcper.apps.gui.views.editor import Editor
from bcper.apps.gui.views.page import House
from bcper.apps.gui.views.password import PasswordPart
from bcper.apps.gui.widgets.base import Frame, Label, theme_of
from bcper.apps.gui.widgets.choices import Check
from bcper.apps.gui.widgets.columns import Column
from bcper.apps.gui.widgets.entries import TextEntry
from bcper.apps.gui.widgets.fields import Field
from bcper.apps.gui.widgets.layout import ScrollFrame
from bcper.apps.gui.widgets.rows import Row
from bcper.apps.gui.widgets.table import Table
from bcper.apps.gui.widgets.text import TextPane
from bcper.apps.words import listed
from bcper.domain.model.names import printable

_MANY = 6
_COLUMNS = (
    Column("item", "Item", 120, sorts=False, most=180),
    Column("setting", "Setting", 150, stretch=True, sorts=False),
    Column("origin", "From", 90, sorts=False, most=160),
)


class VaultEditorDialog(Editor[VaultEditorView]):
    """``run`` it."""

    def __init__(self, parent: tkinter.Misc, house: House, name: str | None = None) -> None:
        title = "New vault" if name is None else "Edit vault"
        super().__init__(parent, house, title, width=680, deletes=None if name is None else "vault")
        self._name_before = name or ""
        self.members: dict[str, Check] = {}
        self._make()
        self.presenter: VaultEditor = VaultEditor(house.tools, self.show, name)

    def identity(self) -> tuple[str, str]:
        """See Editor."""
        return self._name_before, self._name_before

    def fill(self, state: VaultEditorView) -> None:
        """See Editor."""
        self.name.put(state.name)
        self.ignore.put(state.ignore)
        self._offer(state.choices)
        for name, check in self.members.items():
            check.put(name in state.items)
        error = state.name_error
        self.name_field.say(error.text if error else "", error.suggestion if error else "")
        gone = listed([printable(name) for name in state.missing])
        hint = f"Gone, and out of it once you save: {gone}." if gone else ""
        self.items_field.say(state.items_error.text if state.items_error else "", hint=hint)
        self.password.show(state.password)
        rows = [
            Row(f"{index}\n{number}", ("" if number else each.item, *setting))
            for index, each in enumerate(state.effective)
            for number, setting in enumerate(_settings(each))
        ]
        self.effective.show(rows)

    def _make(self) -> None:
        body = self.body
        self.name_field = Field(body, "Name")
        self.name = TextEntry(self.name_field, lambda text: self._say(name=text))
        self.name_field.hold(self.name)
        self.name_field.on_suggestion = lambda text: self._say(name=text)
        self.items_field = Field(body, "Items")
        self._members = Frame(self.items_field)
        self.items_field.hold(self._members)
        password = Field(body, "Password", hint="For items that have none of their own.")
        self.password = PasswordPart(password, lambda: self.presenter, self._touch)
        password.hold(self.password)
        ignore = Field(body, "Ignore", hint="Patterns for all of its items, one a line; an item's own win.")
        self.ignore = TextPane(ignore, lambda text: self._say(ignore=text), height=3, width=30)
        ignore.hold(self.ignore)
        result = Field(body, "In effect", hint="What holds for each item, and where that comes from.")
        self.effective = Table(result, _COLUMNS, multiple=False, height=5)
        result.hold(self.effective)
        for field in (self.name_field, self.items_field, password, ignore, result):
            field.pack(fill="x")
        self.first = self.name

    def _offer(self, choices: tuple[str, ...]) -> None:
        if tuple(self.members) == choices:
            return
        px = theme_of(self).px
        for child in self._members.winfo_children():
            child.destroy()
        parent: tkinter.Misc = self._members
        if len(choices) > _MANY:
            scroll = ScrollFrame(self._members)
            scroll.pack(fill="x")
            scroll.pack_propagate(False)
            scroll.configure(height=px(_MANY * 28))
            parent = scroll.inside
        if not choices:
            Label(parent, "There are no items yet.", "muted").pack(anchor="w", pady=px(6))
        self.members = {name: self._member(parent, name) for name in choices}

    def _member(self, parent: tkinter.Misc, name: str) -> Check:
        made = Check(parent, printable(name), lambda on: self._choose(name, on=on))
        made.pack(anchor="w", pady=(theme_of(self).px(4), 0))
        return made

    def _choose(self, name: str, *, on: bool) -> None:
        items = self.presenter.state.items
        self._say(items=(*items, name) if on else tuple(each for each in items if each != name))

    def _touch(self) -> None:
        self.touched = True

    def _say(self, **fields: object) -> None:
        self.typed(self.presenter.change, **fields)


def _settings(each: Effective) -> list[tuple[str, str]]:
    whose = each.password_from
    first = ("No password", "") if whose == "default" else ("Password", whose)
    return [first, *((f"Ignore {pattern}", origin) for pattern, origin in each.patterns)]
