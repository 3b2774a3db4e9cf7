"""A store made or changed."""

from typing import Any, Literal

import attrs

from bcper.apps.gui.presenters.base import Presenter, Show, Tools, Trouble
from bcper.apps.gui.presenters.fields import FieldError, error_of, name_error, suggestion
from bcper.apps.words import counted, number_of_bytes, size
from bcper.domain.errors import UsageError
from bcper.domain.model.names import printable
from bcper.domain.model.requests.stores import AddStore, EditStore, ListStores, TestStore
from bcper.domain.model.stores import Store, check_store


@attrs.frozen
class StoreEditorView:
    """Fields as typed; sizes may be empty. ``kind`` of what exists stays what it is.

    ``tested`` is what trying the store showed, right after it was saved.
    """

    title: str
    new: bool = True
    name: str = ""
    kind: Literal["local", "rclone"] = "local"
    path: str = ""
    remote: str = ""
    volume: str = ""
    bandwidth: str = ""
    name_error: FieldError | None = None
    place_error: FieldError | None = None
    size_error: FieldError | None = None
    saving: bool = False
    saved: str = ""
    tested: str = ""
    trouble: Trouble | None = None

    @property
    def can_save(self) -> bool:
        """Nothing is wrong, as far as anybody can tell before."""
        place = self.path if self.kind == "local" else self.remote
        errors = (self.name_error, self.place_error, self.size_error)
        return not self.saving and bool(self.name and place) and not any(errors)


class StoreEditor(Presenter[StoreEditorView]):
    """``open`` first; ``saved`` has the name once it is."""

    def __init__(self, tools: Tools, show: Show[StoreEditorView], name: str | None = None) -> None:
        """``name`` is that of the store to change, ``None`` for a new one."""
        self._before = name
        self._taken: set[str] = set()
        title = "New store" if name is None else f"Edit {printable(name)}"
        super().__init__(tools, show, StoreEditorView(title, name is None))

    async def open(self) -> None:
        """Fill the fields."""
        with self._telling():
            views = await self._tools.ask(ListStores())
            self._taken = {view.store.name for view in views} - {self._before}
            store = next((view.store for view in views if view.store.name == self._before), None)
            if store is not None:
                self._set(
                    name=store.name,
                    kind=store.kind,
                    path=store.path,
                    remote=store.remote,
                    volume="" if store.volume_bytes is None else str(store.volume_bytes),
                    bandwidth="" if store.bandwidth is None else str(store.bandwidth),
                )

    def change(self, **fields: Any) -> None:
        """Fields of the view, by name, as typed."""
        self._set(**fields)
        state = self._state
        untouched = self._before is None and not state.name and "name" not in fields
        placed = state.path if state.kind == "local" else state.remote
        size_error = error_of(_sizes, state)
        self._set(
            name_error=None if untouched else name_error(state.name, self._taken, "store"),
            place_error=error_of(_check_place, state) if placed or {"path", "remote"} & set(fields) else None,
            size_error=size_error,
        )

    def choose_remote(self, remote: str, path: str) -> None:
        """A place on a remote, from the chooser; a store without a name is called after the remote."""
        name = {} if self._state.name else {"name": suggestion(remote, self._taken, "store")}
        self.change(kind="rclone", remote=remote, path=path, **name)

    async def save(self) -> None:
        """Save it, if it can be, and try it."""
        state = self._state
        if not state.can_save:
            return
        self._set(saving=True, tested="")
        try:
            with self._telling():
                await self._tools.ask(self._request())
                self._before = state.name
                self._set(saved=state.name, new=False)
                found = await self._tools.ask(TestStore(state.name))
                free = f", {size(found.free_bytes)} free" if found.free_bytes is not None else ""
                self._set(tested=f"It can be used: {counted(found.runs, 'backup')} there{free}.")
        finally:
            self._set(saving=False)

    def _request(self) -> AddStore | EditStore:
        state = self._state
        volume, bandwidth = _sizes(state)
        remote = state.remote if state.kind == "rclone" else ""
        if self._before is None:
            return AddStore(state.name, state.kind, state.path, remote, volume, bandwidth)
        return EditStore(self._before, state.name, state.path, remote or None, volume, bandwidth)


def _check_place(state: StoreEditorView) -> None:
    remote = state.remote if state.kind == "rclone" else ""
    check_store(Store("name", state.kind, state.path, remote))


def _sizes(state: StoreEditorView) -> tuple[int | None, int | None]:
    volume, bandwidth = (_size(text) for text in (state.volume, state.bandwidth))
    remote = "remote" if state.kind == "rclone" else ""
    check_store(Store("name", state.kind, "/", remote, volume_bytes=volume, bandwidth=bandwidth))
    return volume, bandwidth


def _size(text: str) -> int | None:
    try:
        return number_of_bytes(text) if text.strip() else None
    except ValueError:
        raise UsageError(f"{printable(text)!r} is no size.", "Write it as 100M or 1.5G.") from None
