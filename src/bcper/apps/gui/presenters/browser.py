"""What is in a run: a tree that is read bit by bit, a search, the choice of files to restore."""

from collections.abc import Collection, Iterator, Sequence
from datetime import UTC, datetime
from itertools import islice
from typing import Literal

import attrs
import trio

from bcper.apps.gui.presenters.backups import called, short
from bcper.apps.gui.presenters.base import Presenter, Show, Tools, Trouble
from bcper.apps.gui.presenters.flow import Stoppable, close_iterator
from bcper.apps.gui.presenters.passwords import Prompt, Unlocking
from bcper.apps.gui.presenters.run_tree import TOP, RunTree
from bcper.apps.words import counted, size
from bcper.domain.errors import BcperError
from bcper.domain.model.entries import Entry
from bcper.domain.model.names import printable
from bcper.domain.model.requests.runs import ListEntries, Which
from bcper.domain.model.runs import Run
from bcper.domain.policy.homes import Home, homes
from bcper.domain.policy.selection import pattern_of

CHUNK = 5000
"""Entries read at a time."""

FOUND = 500
"""The most that a search shows."""

Kind = Literal["folder", "file", "link", "other"]
_KINDS: dict[str, Kind] = {"d": "folder", "f": "file", "h": "file", "l": "link"}


@attrs.frozen
class FileRow:
    """One entry. ``id`` is its node; ``place`` is the folder it is in, for the results of a search."""

    id: int
    name: str
    kind: Kind
    size: str
    modified: str
    place: str = ""


@attrs.frozen
class Page:
    """Some of what is in a folder, folders first, then by name; ``total`` is how much there is by now."""

    rows: tuple[FileRow, ...]
    total: int


@attrs.frozen
class BrowserView:
    """``entries`` grows while the index is read: with it, and when ``loaded``, folders may have more in them.

    ``homeless`` says why what is selected cannot be restored to where it was, and is empty if it can.
    """

    title: str
    loaded: bool = False
    reading: bool = False
    entries: int = 0
    status: str = ""
    prompt: Prompt | None = None
    search: str = ""
    found: tuple[FileRow, ...] = ()
    found_text: str = ""
    selected: frozenset[int] = frozenset()
    selection: str = ""
    homeless: str = ""
    trouble: Trouble | None = None


class RunBrowser(Presenter[BrowserView]):
    """``open`` reads until the index is at its end, and is a task of its own; ``close`` ends it."""

    def __init__(self, tools: Tools, show: Show[BrowserView], run: Run) -> None:
        self.run = run
        self.tree = RunTree()
        self._work = Stoppable()
        self._sorted: dict[int, tuple[int, list[int]]] = {}
        self._unlocking = Unlocking(tools, [Which(run.run_id)])
        started = run.started_at.astimezone(tools.clock.local_zone())
        title = f"{called(run)}, {started:%Y-%m-%d %H:%M} ({short(run)})"
        super().__init__(tools, show, BrowserView(title))

    @property
    def passwords(self) -> tuple[str, ...]:
        """What was given for this run: for a look at a file of it, and never to be shown."""
        return self._unlocking.passwords

    async def open(self) -> None:
        """Ask for the password that is missing, or read."""
        try:
            prompt = await self._unlocking.next()
            self._set(prompt=prompt, trouble=None)
            if prompt is None and not self._state.reading and not self._state.loaded:
                self._set(reading=True)
                await self._work.run(self._read)
        except BcperError as error:
            self._fail(error)
        finally:
            self._set(reading=False)

    async def give_password(self, password: str) -> None:
        """An answer to ``prompt``; then on with it."""
        try:
            self._unlocking.give(password)
        except BcperError as error:
            self._fail(error)
        else:
            await self.open()

    def close(self) -> None:
        """Read no further."""
        self._work.cancel()

    async def children(self, node: int = TOP, start: int = 0, count: int = 500) -> Page:
        """What is in a folder, or at the top: ``count`` rows from ``start``. It may be asked any time."""
        return await self._tools.in_thread(self._page, node, start, count)

    async def search(self, text: str) -> None:
        """Entries whose names have ``text`` in them; with nothing the search is over."""
        self._set(search=text)
        nodes, more = await self._tools.in_thread(
            self.tree.find, text.encode("utf-8", "surrogateescape"), FOUND
        )
        if text == self._state.search:  # nobody has typed on meanwhile
            found = tuple(self._row(node, place=True) for node in nodes)
            said = f"the first {FOUND:,}" if more else f"{len(found):,} found"
            self._set(found=found, found_text=said if text else "")

    def select(self, nodes: Collection[int]) -> None:
        """These are chosen, with all that is below them."""
        chosen = frozenset(nodes)
        total = size(sum(self.tree.size(node) for node in self._tops(chosen)))
        text = f"{counted(len(chosen), 'entry', 'entries')} selected · {total}" if chosen else ""
        reason = ""
        if chosen:
            found = self._homes(chosen)
            reason = found if isinstance(found, str) else ""
        self._set(selected=chosen, selection=text, homeless=reason)

    def patterns(self) -> tuple[str, ...]:
        """What a restore of the selected entries includes."""
        return tuple(pattern_of(self.tree.path(node)) for node in self._tops(self._state.selected))

    def homes(self) -> tuple[Home, ...] | str:
        """Restores that bring the selected entries to where they were, or why that cannot be."""
        return self._homes(self._state.selected)

    def _homes(self, nodes: Collection[int]) -> tuple[Home, ...] | str:
        tops = self._tops(nodes)
        if self.run.target_type == "vault":  # an item's folder was nowhere: what is in it was
            tops = [
                each
                for node in tops
                for each in (self.tree.children(node) if self.tree.parent(node) == TOP else (node,))
            ]
        return homes(self.run, [self.tree.path(node) for node in tops])

    async def _read(self) -> None:
        entries = await self._tools.ask(ListEntries(Which(self.run.run_id), passwords=self.passwords))
        try:
            while await self._tools.in_thread(self._take, entries):
                self._count("Reading the index")
            await self._tools.in_thread(self.tree.finish)
            self._count("")
            self._set(loaded=True)
        finally:
            with trio.CancelScope(shield=True):
                await self._tools.in_thread(close_iterator, entries)

    def _take(self, entries: Iterator[Entry]) -> bool:
        some = list(islice(entries, CHUNK))
        for entry in some:
            self.tree.add(entry)
        return bool(some)

    def _count(self, doing: str) -> None:
        number = len(self.tree)
        text = counted(number, "entry", "entries")
        self._set(entries=number, status=f"{doing}: {text}" if doing else text)

    def _tops(self, nodes: Collection[int]) -> list[int]:
        """Those of ``nodes`` that are below no other one of them, in index order."""
        chosen, tops = set(nodes), []
        for node in sorted(chosen):
            above = self.tree.parent(node)
            while above != TOP and above not in chosen:
                above = self.tree.parent(above)
            if above == TOP:
                tops.append(node)
        return tops

    def _page(self, node: int, start: int, count: int) -> Page:
        order = self._order(node)
        return Page(tuple(self._row(child) for child in order[start : start + count]), len(order))

    def _order(self, node: int) -> Sequence[int]:
        number = len(self.tree)
        known = self._sorted.get(node)
        if known is not None and known[0] == number:
            return known[1]
        tree = self.tree
        order = sorted(
            tree.children(node), key=lambda child: (tree.type(child) != "d", tree.name(child).lower())
        )
        self._sorted[node] = (number, order)
        return order

    def _row(self, node: int, *, place: bool = False) -> FileRow:
        tree, zone = self.tree, self._tools.clock.local_zone()
        kind = _KINDS.get(tree.type(node), "other")
        mtime = tree.mtime_ns(node)
        return FileRow(
            node,
            printable(tree.name(node)),
            kind,
            size(tree.size(node)) if kind in ("folder", "file") else "",
            moment(mtime).astimezone(zone).strftime("%Y-%m-%d %H:%M") if mtime else "",
            printable(tree.path(tree.parent(node))) if place and tree.parent(node) != TOP else "",
        )


def moment(time_ns: int) -> datetime:
    """A time of a file (UTC); the nearest there is for one beyond the calendar."""
    try:
        return datetime.fromtimestamp(time_ns / 1e9, UTC)
    except (ValueError, OverflowError, OSError):
        return datetime(9000, 1, 1, tzinfo=UTC) if time_ns > 0 else datetime(1, 1, 2, tzinfo=UTC)
