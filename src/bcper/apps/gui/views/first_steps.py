"""The fields of the first two steps."""

import tkinter
from collections.abc import Callable

from bcper.apps.gui.presenters.first_start import FirstStartView
from bcper.apps.gui.widgets.base import Button, Frame, Label, theme_of
from bcper.apps.gui.widgets.choices import Check
from bcper.apps.gui.widgets.entries import PasswordEntry, TextEntry
from bcper.apps.gui.widgets.fields import Field
from bcper.apps.gui.widgets.notes import Note
from bcper.apps.gui.widgets.paths import PathListEditor


class What(Frame):
    """Paths, and a password if it is wanted."""

    def __init__(
        self, parent: tkinter.Misc, folders: Callable[[], object], files: Callable[[], object]
    ) -> None:
        super().__init__(parent)
        px = theme_of(self).px
        self.on_paths: Callable[[str], object] = _nobody
        self.on_password: Callable[[str, str], object] = _nobody
        Label(self, "Folders with what you would miss: documents, photos, settings.", "muted", wrap=440).pack(
            fill="x", pady=(0, px(8))
        )
        self.paths = PathListEditor(
            self,
            lambda paths: self.on_paths("\n".join(paths)),
            choose_folder=folders,
            choose_files=files,
        )
        self.paths.pack(fill="x")
        self._error = Label(self, "", "bad", wrap=440)
        self._error.pack(fill="x", pady=(px(4), 0))
        self.encrypt = Check(self, "Encrypt it with a password", self._turn)
        self.encrypt.pack(anchor="w", pady=(px(8), 0))
        self._secret = Frame(self)
        first, self._second = Field(self._secret, "Password"), Field(self._secret, "Again")
        self.password = PasswordEntry(first, lambda _: self._typed())
        self.again = PasswordEntry(self._second, lambda _: self._typed())
        first.hold(self.password)
        self._second.hold(self.again)
        first.pack(fill="x")
        self._second.pack(fill="x")
        note = "Without it nobody can read these backups, not even you: keep it in a safe place."
        Note(self._secret, note, "caution").pack(fill="x", pady=(px(4), 0))

    def show(self, view: FirstStartView) -> None:
        """What is wrong."""
        self._error.show("" if view.paths_error is None else view.paths_error.words)
        typed = self.encrypt.value and view.password.error is not None
        self._second.say(view.password.error.words if typed and view.password.error else "")

    def _turn(self, on: bool) -> None:
        if on:
            self._secret.pack(fill="x", pady=(theme_of(self).px(4), 0))
            self.password.entry.focus_set()
            self._typed()
        else:
            self._secret.pack_forget()
            self.password.put("")
            self.again.put("")
            self.on_password("", "")
        refit = getattr(self.winfo_toplevel(), "refit", None)
        if callable(refit):
            self.after_idle(refit)

    def _typed(self) -> None:
        # Two empty texts would mean that no password is wanted.
        self.on_password(self.password.text, self.again.text or ("" if self.password.text else "\0"))


class Where(Frame):
    """A folder, or a place on a remote."""

    def __init__(
        self, parent: tkinter.Misc, folder: Callable[[], object], remote: Callable[[], object]
    ) -> None:
        super().__init__(parent)
        px = theme_of(self).px
        self.on_store: Callable[[str], object] = _nobody
        text = "Another disk is best, or a place on a remote: what dies with this disk is no backup."
        Label(self, text, "muted", wrap=440).pack(fill="x", pady=(0, px(8)))
        self.field = Field(self, "Store in", hint="For example /media/disk/backups, or remote:folder.")
        self.entry = TextEntry(self.field, lambda text: self.on_store(text.strip()))
        self.field.hold(self.entry)
        self.field.pack(fill="x")
        row = Frame(self)
        row.pack(fill="x", padx=(px(110), 0))
        Button(row, "Choose a folder…", folder, icon="folder").pack(side="left", padx=(0, px(8)))
        Button(row, "Choose a remote…", remote, icon="cloud").pack(side="left")
        self._warning = Note(self, "", "caution")

    def show(self, view: FirstStartView) -> None:
        """What was chosen, and what there is to say of it."""
        if view.store != self.entry.text.strip():
            self.entry.put(view.store)
        error = view.store_error
        self.field.say("" if error is None else error.words)
        self._warning.say(view.warning)
        if view.warning and not self._warning.winfo_manager():
            self._warning.pack(fill="x", pady=(theme_of(self).px(12), 0))
        elif not view.warning:
            self._warning.pack_forget()


def _nobody(*_: object) -> None:
    """Nobody hears yet."""
