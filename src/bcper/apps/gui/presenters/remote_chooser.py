"""A place on a remote, for a store: rclone's remotes to choose from, and rclone's own configuration."""

from collections.abc import Sequence
from typing import Literal

import attrs
import trio

from bcper.apps.gui.presenters.base import Presenter, Show, Tools, Trouble, trouble_of
from bcper.apps.gui.presenters.fields import FieldError, error_of
from bcper.apps.gui.presenters.flow import Stoppable
from bcper.apps.gui.presenters.work import progress_words
from bcper.domain.errors import BcperError, Cancelled, StoreError
from bcper.domain.model.names import printable
from bcper.domain.model.progress import Progress
from bcper.domain.model.requests.stores import ListRemotes
from bcper.domain.model.stores import Store, check_store
from bcper.ports.progress import ProgressSink
from bcper.ports.rclone import Remotes
from bcper.ports.terminal import Terminal

_LOOK = 0.3
"""Seconds between two looks at what goes on elsewhere."""

_CONFIGURE = "Open rclone's configuration: rclone is fetched for that if it is not there."


@attrs.frozen
class RemoteRow:
    """A remote; ``kind`` is rclone's word for what it is ("drive", "s3")."""

    name: str
    label: str
    kind: str


@attrs.frozen
class RemoteChooserView:
    """``problem`` says why there are no rows: rclone is missing, or its configuration cannot be read.

    ``empty`` is what to do where rclone knows no remote. ``configuring``: rclone is being fetched, or its
    configuration is open in a terminal; ``status`` says which. ``location`` is what was chosen, as
    ``remote:path``.
    """

    loaded: bool = False
    rows: tuple[RemoteRow, ...] = ()
    empty: str = ""
    problem: Trouble | None = None
    remote: str = ""
    path: str = ""
    path_error: FieldError | None = None
    configuring: Literal["no", "fetching", "open"] = "no"
    status: str = ""
    trouble: Trouble | None = None

    @property
    def can_choose(self) -> bool:
        """Whether a store can be there, as far as anybody can tell before."""
        return bool(self.remote) and self.path_error is None

    @property
    def location(self) -> str:
        """``remote:path``, empty without a remote."""
        return f"{self.remote}:{self.path}" if self.remote else ""


class RemoteChooser(Presenter[RemoteChooserView]):
    """``refresh`` first, and whenever the window comes to the front: a terminal may not tell of its end."""

    def __init__(
        self, tools: Tools, show: Show[RemoteChooserView], remotes: Remotes, terminal: Terminal
    ) -> None:
        """``remotes`` knows rclone's own configuration; what it lists is asked of the service."""
        self._remotes = remotes
        self._terminal = terminal
        self._work = Stoppable()
        super().__init__(tools, show, RemoteChooserView())

    async def refresh(self) -> None:
        """Ask rclone anew; a remote that is gone is not chosen any more."""
        try:
            found = await self._tools.ask(ListRemotes())
        except Cancelled:
            return
        except StoreError as error:
            told = trouble_of(error)
            problem = attrs.evolve(told, hint=told.hint or _CONFIGURE)
            self._set(loaded=True, rows=(), empty="", problem=problem)
            return
        except BcperError as error:
            self._fail(error)
            return
        rows = tuple(RemoteRow(each.name, printable(each.name), printable(each.kind)) for each in found)
        known = {row.name for row in rows}
        empty = "" if rows else "rclone knows no remote yet: open its configuration to add one."
        only = rows[0].name if len(rows) == 1 else ""
        remote = self._state.remote if self._state.remote in known else only
        self._set(loaded=True, rows=rows, empty=empty, problem=None, remote=remote)
        self._check()

    def choose(self, remote: str) -> None:
        """This remote is meant."""
        self._set(remote=remote)
        self._check()

    def set_path(self, path: str) -> None:
        """The folder on it, as typed; nothing is its root."""
        self._set(path=path)
        self._check()

    async def configure(self) -> None:
        """Open rclone's own configuration in a terminal; the list is asked for anew when that has ended."""
        if self._state.configuring != "no":
            return
        self._set(configuring="fetching", status="Looking for rclone")
        try:
            with self._telling():
                await self._work.run(self._configure)
        finally:
            self._set(configuring="no", status="")
        await self.refresh()

    def stop(self) -> None:
        """Fetch rclone no further, and wait for no terminal: one that is open stays so."""
        self._work.cancel()

    async def _configure(self) -> None:
        command = await self._command()
        window = await self._tools.in_thread(self._terminal.open, command)
        self._set(configuring="open", status="rclone's configuration is open in a terminal")
        while not window.ended():
            await trio.sleep(_LOOK)

    async def _command(self) -> Sequence[str]:
        sink = _Sink()
        try:
            async with trio.open_nursery() as nursery:
                nursery.start_soon(self._watch, sink)
                command = await self._tools.in_thread(_asked, self._remotes, sink)
                nursery.cancel_scope.cancel()
        finally:
            sink.stop = True
        if isinstance(command, BcperError):
            raise command
        return command

    async def _watch(self, sink: "_Sink") -> None:
        try:
            while True:
                await trio.sleep(_LOOK)
                if sink.last is not None:
                    self._set(status=progress_words(sink.last))
        finally:
            sink.stop = True

    def _check(self) -> None:
        state = self._state
        place = Store("store", "rclone", state.path, state.remote)
        self._set(path_error=error_of(check_store, place) if state.remote else None)


class _Sink:
    """What a thread tells, for whoever looks; it stops when ``stop`` is set."""

    def __init__(self) -> None:
        self.last: Progress | None = None
        self.stop = False

    def step(self, progress: Progress) -> None:
        """See :class:`~bcper.ports.progress.ProgressSink`."""
        self.last = progress
        if self.stop:
            raise Cancelled


def _asked(remotes: Remotes, sink: ProgressSink) -> tuple[str, ...] | BcperError:
    """The command; an error is handed over, since a nursery would put it into a group."""
    try:
        return remotes.configuration(sink)
    except BcperError as error:
        return error
