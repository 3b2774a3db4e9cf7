"""How the window looks: what is chosen holds at once."""

import tkinter

from bcper.apps.gui.preferences import APPEARANCES
from bcper.apps.gui.presenters.preferences import (
    APPEARANCE_LABELS,
    SCALE_LABELS,
    PreferencesPresenter,
    PreferencesView,
)
from bcper.apps.gui.views.page import House
from bcper.apps.gui.widgets.base import Label
from bcper.apps.gui.widgets.choices import Choice, Options
from bcper.apps.gui.widgets.dialog import Answer, Dialog
from bcper.apps.gui.widgets.fields import Field


class PreferencesDialog(Dialog):
    """Light or dark, and how large. Its maker passes on what ``presenter`` shows."""

    def __init__(self, parent: tkinter.Misc, presenter: PreferencesPresenter, house: House) -> None:
        super().__init__(parent, "Preferences", (Answer("cancel", "Close"),))
        self._presenter, self._house = presenter, house
        appearance = Field(self.body, "Appearance")
        self.appearance = Options(appearance, APPEARANCE_LABELS, self._set_appearance)
        appearance.hold(self.appearance, fill=False)
        appearance.pack(fill="x")
        scale = Field(self.body, "Size", hint="Of letters and everything else.")
        self.scale = Choice(scale, [(_key(each), words) for each, words in SCALE_LABELS], self._set_scale)
        scale.hold(self.scale)
        scale.pack(fill="x")
        self._trouble = Label(self.body, "", "bad", wrap=440)
        self._trouble.pack(fill="x")
        self.show(presenter.state)

    def show(self, view: PreferencesView) -> None:
        """What holds."""
        self.appearance.put(view.appearance)
        self.scale.put(_key(view.scale))
        self._trouble.show("" if view.trouble is None else view.trouble.message)

    def _set_appearance(self, key: str) -> None:
        chosen = next(each for each in APPEARANCES if each == key)
        self._house.start(self._presenter.set_appearance, chosen)

    def _set_scale(self, key: str) -> None:
        self._house.start(
            self._set_scale_and_refit, next(each for each, _ in SCALE_LABELS if _key(each) == key)
        )

    async def _set_scale_and_refit(self, scale: int | None) -> None:
        await self._presenter.set_scale(scale)
        self.after_idle(self.refit)


def _key(scale: int | None) -> str:
    return "" if scale is None else str(scale)
