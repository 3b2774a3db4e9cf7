"""An item made or changed, with a live preview of what it would leave out."""

from typing import Any

import attrs
import trio

from bcper.apps.gui.presenters.base import Presenter, Show, Tools, Trouble
from bcper.apps.gui.presenters.fields import FieldError, error_of, lines_of, name_error, text_of
from bcper.apps.gui.presenters.password_field import NewPassword, PasswordField, there
from bcper.apps.gui.presenters.work import progress_words
from bcper.apps.words import counted, number_of_bytes, size
from bcper.domain.errors import BcperError, Cancelled, UsageError
from bcper.domain.model.left_out import PreviewReport
from bcper.domain.model.names import printable
from bcper.domain.model.paths import check_absolute
from bcper.domain.model.progress import Progress
from bcper.domain.model.requests.targets import AddItem, EditItem, ItemView, ListItems, PreviewPaths
from bcper.domain.model.targets import LeaveOut

_SETTLED = 0.4
"""Seconds without a key stroke after which the preview begins anew."""


@attrs.frozen
class LeftOutRow:
    """One reason to leave something out: what it matches, and what that saves."""

    pattern: str
    origin: str
    matches: str
    saves: str
    samples: tuple[str, ...]


@attrs.frozen
class PreviewView:
    """``status`` is how far it is while ``running``, and then what a backup would keep."""

    running: bool = False
    status: str = ""
    rows: tuple[LeftOutRow, ...] = ()
    problems: tuple[str, ...] = ()


@attrs.frozen
class ItemEditorView:
    """Fields as typed: ``ignore`` has one a line, ``larger_than`` is a size or empty.

    A password is never in here, only what becomes of it.
    """

    title: str
    name: str = ""
    paths: tuple[str, ...] = ()
    ignore: str = ""
    caches: bool = False
    larger_than: str = ""
    other_file_systems: bool = False
    ignore_files: bool = False
    password: PasswordField = attrs.field(factory=PasswordField)
    name_error: FieldError | None = None
    paths_error: FieldError | None = None
    larger_error: FieldError | None = None
    preview: PreviewView = attrs.field(factory=PreviewView)
    saving: bool = False
    saved: str = ""
    trouble: Trouble | None = None

    @property
    def can_save(self) -> bool:
        """Nothing is wrong, as far as anybody can tell before."""
        errors = (self.name_error, self.paths_error, self.larger_error, self.password.error)
        return not self.saving and bool(self.name and self.paths) and not any(errors)


class ItemEditor(Presenter[ItemEditorView]):
    """``open`` first; ``saved`` has the name once it is; after each change ``preview``, a task of its own."""

    def __init__(self, tools: Tools, show: Show[ItemEditorView], name: str | None = None) -> None:
        """``name`` is that of the item to change, ``None`` for a new one."""
        self._before = name
        self._taken: set[str] = set()
        self._password = NewPassword()
        self._looking: trio.CancelScope | None = None
        super().__init__(
            tools, show, ItemEditorView("New item" if name is None else f"Edit {printable(name)}")
        )

    async def open(self) -> None:
        """Fill the fields."""
        with self._telling():
            views = await self._tools.ask(ListItems())
            self._taken = {view.item.name for view in views} - {self._before}
            view = next((view for view in views if view.item.name == self._before), None)
            if view is not None:
                self._set(**_fields(view))

    def change(self, **fields: Any) -> None:
        """Fields of the view, by name, as typed; all errors are looked for at once."""
        self._set(**fields)
        state = self._state
        untouched = self._before is None and not state.name and "name" not in fields
        self._set(
            name_error=None if untouched else name_error(state.name, self._taken, "item"),
            paths_error=_paths_error(state.paths) if state.paths or "paths" in fields else None,
            larger_error=error_of(_larger_than, state.larger_than),
        )

    def set_password(self, password: str, again: str) -> None:
        """Another password, typed twice. Nothing of it is shown."""
        self._set(password=self._password.typed(self._state.password, password, again))

    def keep_password(self) -> None:
        """As it was before."""
        self._set(password=self._password.kept(self._state.password))

    def remove_password(self) -> None:
        """No password from now on; backups made until now stay readable with theirs."""
        self._set(password=self._password.removed(self._state.password))

    async def preview(self) -> None:
        """What would be kept and left out by the fields as they are; an earlier preview ends."""
        if self._looking is not None:
            self._looking.cancel()
        state = self._state
        if state.paths_error or state.larger_error or not state.paths:
            self._set(preview=PreviewView())
            return
        request = PreviewPaths(
            state.name or "new item", state.paths, lines_of(state.ignore), _leave_out(state)
        )
        with trio.CancelScope() as scope:
            self._looking = scope
            try:
                await trio.sleep(_SETTLED)
                self._set(preview=attrs.evolve(state.preview, running=True, status="Looking"))
                report = await self._tools.ask(request, self._looked)
                self._set(preview=_previewed(report))
            except Cancelled:
                self._set(preview=attrs.evolve(self._state.preview, running=False))
            except BcperError as error:
                self._set(preview=PreviewView(status=printable(str(error))))
            finally:
                if self._looking is scope:
                    self._looking = None

    def close(self) -> None:
        """End the preview."""
        if self._looking is not None:
            self._looking.cancel()

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

    def _request(self) -> AddItem | EditItem:
        state = self._state
        paths, ignore, leave_out = state.paths, lines_of(state.ignore), _leave_out(state)
        if self._before is None:
            return AddItem(state.name, paths, ignore, leave_out, self._password.value)
        change = self._password.change(state.password)
        return EditItem(self._before, state.name, paths, ignore, leave_out, change)

    def _looked(self, progress: Progress) -> None:
        running = PreviewView(True, progress_words(progress), self._state.preview.rows)
        self._set(preview=running)


def _fields(view: ItemView) -> dict[str, Any]:
    item, leave_out = view.item, view.item.leave_out
    return {
        "name": item.name,
        "paths": item.paths,
        "ignore": text_of(item.ignore),
        "caches": leave_out.caches,
        "larger_than": "" if leave_out.larger_than is None else str(leave_out.larger_than),
        "other_file_systems": leave_out.other_file_systems,
        "ignore_files": leave_out.ignore_files,
        "password": there(view.password_place, has=item.has_password),
    }


def _paths_error(paths: tuple[str, ...]) -> FieldError | None:
    if not paths:
        return FieldError("Choose at least one file or folder.")
    errors = (error_of(check_absolute, path) for path in paths)
    return next((error for error in errors if error is not None), None)


def _larger_than(text: str) -> int | None:
    if not text.strip():
        return None
    try:
        return LeaveOut(larger_than=number_of_bytes(text)).larger_than
    except ValueError:
        raise UsageError(f"{printable(text)!r} is no size.", "Write it as 100M or 1.5G.") from None


def _leave_out(state: ItemEditorView) -> LeaveOut:
    return LeaveOut(
        state.caches, _larger_than(state.larger_than), state.other_file_systems, state.ignore_files
    )


def _previewed(report: PreviewReport) -> PreviewView:
    rows = tuple(
        LeftOutRow(
            str(line.reason),
            line.reason.origin,
            counted(line.matches, "match", "matches"),
            "unknown" if line.saved is None else size(line.saved),
            tuple(map(printable, line.samples)),
        )
        for line in report.left_out
    )
    said = f"A backup would keep {counted(report.kept, 'entry', 'entries')}, {size(report.kept_bytes)}."
    problems = tuple(f"{printable(each.path)} {each.reason}" for each in report.problems)
    return PreviewView(False, said, rows, problems)
