"""A store made or changed."""

import tkinter

from bcper.apps.gui.presenters.store_editor import StoreEditor, StoreEditorView
from bcper.apps.gui.views.choosers import choose_folder
from bcper.apps.gui.views.editor import Editor
from bcper.apps.gui.views.page import House
from bcper.apps.gui.views.remote_chooser import choose_remote
from bcper.apps.gui.widgets.base import Button, Frame, theme_of
from bcper.apps.gui.widgets.choices import Options
from bcper.apps.gui.widgets.entries import TextEntry
from bcper.apps.gui.widgets.fields import Field

_KINDS = (("local", "Folder on this machine"), ("rclone", "Remote of rclone"))


class StoreEditorDialog(Editor[StoreEditorView]):
    """``run`` it; ``remote`` asks for a remote at once, ``path`` is a folder to begin with."""

    def __init__(
        self,
        parent: tkinter.Misc,
        house: House,
        name: str | None = None,
        *,
        remote: tuple[str, str] | None = None,
        path: str = "",
    ) -> None:
        title = "New store" if name is None else "Edit store"
        super().__init__(parent, house, title, deletes=None if name is None else "store")
        self._name_before = name or ""
        self._begin = remote, path
        self._arranged = ("", False)
        self._make()
        self.presenter: StoreEditor = StoreEditor(house.tools, self.show, name)

    def identity(self) -> tuple[str, str]:
        """See Editor."""
        return self._name_before, self._name_before

    def opened(self) -> None:
        """See Editor."""
        remote, path = self._begin
        if remote is not None:
            self.presenter.choose_remote(*remote)
        elif path:
            self.presenter.change(path=path)

    def fill(self, state: StoreEditorView) -> None:
        """See Editor."""
        self.name.put(state.name)
        self.kind.put(state.kind)
        self.path.put(state.path)
        self.folder.put(state.path)
        self.remote.put(state.remote)
        self.volume.put(state.volume)
        self.bandwidth.put(state.bandwidth)
        error, place, size = state.name_error, state.place_error, state.size_error
        self.name_field.say(error.text if error else "", error.suggestion if error else "")
        for field, kind in ((self.path_field, "local"), (self.remote_field, "rclone")):
            field.say(place.text if place and state.kind == kind else "")
        self.bandwidth_field.say(size.text if size else "")
        if (state.kind, state.new) != self._arranged:
            self._arranged = state.kind, state.new
            self._arrange(state)

    def after_saving(self) -> None:
        """It was saved and tried; what cannot be used stays open, to be put right."""
        state, self.touched = self.state_now, False
        if state is not None and state.trouble is None:
            self.house.say(f"Saved. {state.tested}".strip())
            self.close("save")
        else:
            self.buttons["cancel"].show("Close")

    def _make(self) -> None:
        body, px = self.body, theme_of(self).px
        self.name_field = Field(body, "Name")
        self.name = TextEntry(self.name_field, lambda text: self._say(name=text))
        self.name_field.hold(self.name)
        self.name_field.on_suggestion = lambda text: self._say(name=text)
        self.kind_field = Field(body, "Kind")
        self.kind = Options(self.kind_field, _KINDS, lambda key: self._say(kind=key))
        self.kind_field.hold(self.kind, fill=False)
        self.path_field = Field(body, "Folder", hint="Best on another disk than what is backed up.")
        line = Frame(self.path_field)
        self.path = TextEntry(line, lambda text: self._say(path=text))
        self.path.pack(side="left", fill="x", expand=True)
        browse = Button(line, "Browse…", lambda: self.house.start(self._browse), icon="folder")
        browse.pack(side="left", padx=(px(8), 0))
        self.path_field.hold(line)
        self.remote_field = Field(body, "Remote", hint="What rclone calls it: choose one, or type its name.")
        line = Frame(self.remote_field)
        self.remote = TextEntry(line, lambda text: self._say(remote=text))
        self.remote.pack(side="left", fill="x", expand=True)
        choose = Button(line, "Choose…", lambda: self.house.start(self._choose), icon="cloud")
        choose.pack(side="left", padx=(px(8), 0))
        self.remote_field.hold(line)
        self.folder_field = Field(body, "Folder on it", hint="Empty is its root.")
        self.folder = TextEntry(self.folder_field, lambda text: self._say(path=text))
        self.folder_field.hold(self.folder)
        volume = Field(
            body, "Volume size", hint="Backups are cut into files of this size; empty is the usual."
        )
        self.volume = TextEntry(volume, lambda text: self._say(volume=text), width=12)
        volume.hold(self.volume, fill=False)
        self.bandwidth_field = Field(body, "Bandwidth", hint="Bytes a second, as 2M; empty is no limit.")
        self.bandwidth = TextEntry(self.bandwidth_field, lambda text: self._say(bandwidth=text), width=12)
        self.bandwidth_field.hold(self.bandwidth, fill=False)
        first = (self.name_field, self.kind_field, self.path_field, self.remote_field)
        self._fields = (*first, self.folder_field, volume, self.bandwidth_field)
        self.first = self.name

    def _arrange(self, state: StoreEditorView) -> None:
        local = state.kind == "local"
        hidden = {
            self.kind_field: not state.new,
            self.path_field: not local,
            self.remote_field: local,
            self.folder_field: local,
        }
        for field in self._fields:
            field.pack_forget()
        for field in self._fields:
            if not hidden.get(field, False):
                field.pack(fill="x")

    def _say(self, **fields: object) -> None:
        self.typed(self.presenter.change, **fields)

    async def _browse(self) -> None:
        found = await choose_folder(self, "Where backups go")
        if found and self.winfo_exists():
            self._say(path=found)

    async def _choose(self) -> None:
        found = await choose_remote(self, self.house)
        if found is not None and self.winfo_exists():
            self.touched = True
            self.presenter.choose_remote(*found)
