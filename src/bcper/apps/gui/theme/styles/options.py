"""Tk's own widgets (menus, the lists of combo boxes): their looks come from the option database."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from bcper.apps.gui.theme.theme import Theme


def set_options(theme: "Theme") -> None:
    """For widgets that are made from now on; those that are there follow by themselves."""
    colours, root = theme.palette, theme.root
    for name, value in {
        "*TCombobox*Listbox.background": colours.card,
        "*TCombobox*Listbox.foreground": colours.text,
        "*TCombobox*Listbox.selectBackground": colours.selected,
        "*TCombobox*Listbox.selectForeground": colours.on_selected,
        "*TCombobox*Listbox.borderWidth": 0,
        "*TCombobox*Listbox.highlightThickness": 0,
        "*Menu.background": colours.card,
        "*Menu.foreground": colours.text,
        "*Menu.activeBackground": colours.selected,
        "*Menu.activeForeground": colours.on_selected,
        "*Menu.disabledForeground": colours.disabled,
        "*Menu.relief": "flat",
        "*Menu.borderWidth": 1,
        "*Menu.activeBorderWidth": theme.px(3),
    }.items():
        root.option_add(name, value)
    root.configure(background=colours.window)
