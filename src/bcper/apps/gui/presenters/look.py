"""A look at one file of a run, and its versions across runs."""

from collections.abc import Iterator
from itertools import islice

import attrs
import trio

from bcper.apps.gui.presenters.backups import short
from bcper.apps.gui.presenters.base import Presenter, Show, Tools, Trouble
from bcper.apps.gui.presenters.browser import moment
from bcper.apps.gui.presenters.flow import Stoppable, close_iterator
from bcper.apps.gui.scratch import Scratch
from bcper.apps.words import size
from bcper.domain.errors import BcperError
from bcper.domain.model.names import printable
from bcper.domain.model.requests.runs import FindFiles, Found, RestoreRun, Which
from bcper.domain.model.runs import Run
from bcper.domain.policy.homes import Home, homes
from bcper.domain.policy.selection import pattern_of

MOST = 1 << 20
"""Bytes of the largest file that is looked at."""

SHOWN = 64 << 10
"""Bytes of it that are shown."""


@attrs.frozen
class LookView:
    """``text`` is on lines, safe to show; ``note`` says that it is not all, or why there is none."""

    title: str
    loading: bool = False
    text: str = ""
    note: str = ""
    trouble: Trouble | None = None


class FileLook(Presenter[LookView]):
    """Restores the file into a private folder that is gone afterwards."""

    def __init__(
        self,
        tools: Tools,
        show: Show[LookView],
        scratch: Scratch,
        run: Run,
        path: bytes,
        passwords: tuple[str, ...] = (),
    ) -> None:
        self._scratch = scratch
        self._run = run
        self._path = path
        self._passwords = passwords
        self._work = Stoppable()
        super().__init__(tools, show, LookView(f"{printable(path)} in {short(run)}"))

    async def open(self, kind: str, length: int) -> None:
        """Look; ``kind`` and ``length`` (bytes) are the entry's."""
        if kind != "f":
            self._set(note="Only files have a content to look at.")
        elif length > MOST:
            self._set(note=f"It is larger than {size(MOST)}: restore it to look at it.")
        else:
            self._set(loading=True)
            try:
                await self._work.run(self._look)
            except BcperError as error:
                self._fail(error)
            finally:
                self._set(loading=False)

    def close(self) -> None:
        """Stop it."""
        self._work.cancel()

    async def _look(self) -> None:
        folder = await self._tools.in_thread(self._scratch.make)
        try:
            request = RestoreRun(
                Which(self._run.run_id), folder, (pattern_of(self._path),), passwords=self._passwords
            )
            await self._tools.ask(request)
            data = await self._tools.in_thread(self._scratch.read, folder, self._path, SHOWN + 1)
        finally:
            with trio.CancelScope(shield=True):
                await self._tools.in_thread(self._scratch.drop, folder)
        text = as_text(data[:SHOWN])
        if text is None:
            self._set(note="It is not text.")
        else:
            self._set(text=text, note=f"The first {size(SHOWN)} of it." if len(data) > SHOWN else "")


@attrs.frozen
class Version:
    """The file in one run. ``same`` says that it is as in the newer run above it; ``kind`` is its entry's."""

    run: Run
    short_id: str
    started: str
    size: str
    modified: str
    same: bool
    kind: str
    length: int


@attrs.frozen
class VersionsView:
    """``rows``, newest first, come while runs are looked into; ``troubles`` are runs that could not be."""

    title: str
    loading: bool = False
    rows: tuple[Version, ...] = ()
    troubles: tuple[str, ...] = ()
    trouble: Trouble | None = None


class FileVersions(Presenter[VersionsView]):
    """One path in all good runs of its job."""

    def __init__(
        self, tools: Tools, show: Show[VersionsView], run: Run, path: bytes, passwords: tuple[str, ...] = ()
    ) -> None:
        self._run = run
        self._path = path
        self._passwords = passwords
        self._work = Stoppable()
        super().__init__(tools, show, VersionsView(printable(path)))

    async def open(self) -> None:
        """Look into run after run."""
        self._set(loading=True)
        try:
            await self._work.run(self._find)
        except BcperError as error:
            self._fail(error)
        finally:
            self._set(loading=False)

    def patterns(self) -> tuple[str, ...]:
        """What a restore of a version, from its run, includes."""
        return (pattern_of(self._path),)

    def homes(self, version: Version) -> tuple[Home, ...] | str:
        """Restores that bring a version to where the file was, or why that cannot be."""
        return homes(version.run, [self._path])

    def close(self) -> None:
        """Look no further."""
        self._work.cancel()

    async def _find(self) -> None:
        request = FindFiles((pattern_of(self._path),), job=self._run.job_name, passwords=self._passwords)
        found = await self._tools.ask(request)
        last: object = None
        try:
            while some := await self._tools.in_thread(_next, found):
                last = self._add(some[0], last)
        finally:
            with trio.CancelScope(shield=True):
                await self._tools.in_thread(close_iterator, found)

    def _add(self, each: Found, last: object) -> object:
        """Show what was found; returns what the next one is compared with."""
        entry, zone = each.entry, self._tools.clock.local_zone()
        if entry is None:
            self._set(troubles=(*self._state.troubles, f"{short(each.run)}: {printable(each.trouble)}"))
            return last
        content = (entry.type, entry.size, entry.sha256, entry.link)
        row = Version(
            each.run,
            short(each.run),
            f"{each.run.started_at.astimezone(zone):%Y-%m-%d %H:%M}",
            size(entry.size),
            f"{moment(entry.mtime_ns).astimezone(zone):%Y-%m-%d %H:%M}",
            content == last,
            entry.type,
            entry.size,
        )
        self._set(rows=(*self._state.rows, row))
        return content


def as_text(data: bytes) -> str | None:
    """``data`` on lines that are safe to show, or ``None`` if it is no text in UTF-8."""
    if b"\0" in data:
        return None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        if error.start < len(data) - 3:  # else it was cut within a character
            return None
        text = data[: error.start].decode("utf-8")
    lines = text.replace("\r\n", "\n").split("\n")
    return "\n".join(printable(line.expandtabs(8)) for line in lines)


def _next(found: Iterator[Found]) -> list[Found]:
    return list(islice(found, 1))
