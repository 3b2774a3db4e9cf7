"""The extractor for Linux: relative to open folders, nothing followed (FAULTS.md rows 69 to 73)."""

import os
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Self

from bcper.adapters.fs.extract_content import write_content
from bcper.adapters.fs.extract_errors import Blocked, Refused, failure
from bcper.adapters.fs.extract_metadata import Metadata
from bcper.adapters.fs.extract_nodes import make_hard_link, make_special, make_symlink, remove
from bcper.adapters.fs.extract_paths import PathSet, is_name, is_path, temporary_name
from bcper.adapters.fs.extract_pending import Pending
from bcper.adapters.fs.extract_place import UNWRITABLE, decision, place, take_place
from bcper.adapters.fs.extract_position import Position, Step
from bcper.adapters.fs.extract_target import open_target
from bcper.domain.model.choices import Overwrite
from bcper.domain.model.entries import Content, Entry, Problem
from bcper.domain.policy.overwrite import Decision
from bcper.ports.extractor import Outcome

_NEW_FILE = os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_NOFOLLOW | os.O_CLOEXEC


class FsExtractorOpener:
    """See :class:`~bcper.ports.extractor.ExtractorOpener`."""

    def open(
        self, target_dir: str, overwrite: Overwrite, *, special: bool, report: Callable[[Problem], None]
    ) -> "FsExtractor":
        """See the port. ``target_dir`` itself may be a symlink: the person named it."""
        return FsExtractor(open_target(target_dir), overwrite, special=special, report=report)


class FsExtractor:
    """See :class:`~bcper.ports.extractor.Extractor`. For one thread; owns the open folder ``root``.

    A new file is written under its own name (O_EXCL) and removed if that fails; what replaces something
    is made under a temporary name beside it and renamed over it. An entry that cannot be restored is
    reported once, by :meth:`wants` or by the method that would have restored it.
    """

    def __init__(
        self, root: int, overwrite: Overwrite, *, special: bool, report: Callable[[Problem], None]
    ) -> None:
        self._here = Position(root, replace=overwrite == "always")
        self._rule: Overwrite = overwrite
        self._special = special
        self._report = report
        self._metadata = Metadata(report, special=special)
        self._files = PathSet()
        self._told = PathSet()
        self._directories = Pending("d")
        self._symlinks = Pending("l")
        self._links = Pending("h")
        self._lost = PathSet()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self._here.close()

    def directory(self, entry: Entry) -> Outcome:
        """See the port. One that was there keeps its mode and times, except under ``always``."""
        try:
            how = self._here.step(self._enter(entry), make=True)
        except Refused as refusal:
            return self._skip(entry, refusal)
        if how is Step.FOUND and self._rule != "always":
            return Outcome.KEPT
        self._directories.add(entry)
        return Outcome.CREATED if how is Step.MADE else Outcome.REPLACED

    def file(self, entry: Entry, content: Content) -> Outcome:
        """See the port. Raises Damaged if ``content`` is not ``entry.size`` bytes, NoSpace, TargetError."""
        try:
            name = self._enter(entry)
            try:
                fd = os.open(name, _NEW_FILE, 0o600, dir_fd=self._here.fd)
            except FileExistsError:
                return self._file_over(entry, name, content)
            except OSError as err:
                raise failure(err, UNWRITABLE) from err
            self._fill(fd, name, entry, content)
            self._files.add(entry.path)
        except Refused as refusal:
            return self._skip(entry, refusal)
        return Outcome.CREATED

    def other(self, entry: Entry) -> Outcome:
        """See the port. A hard link is made only to a regular file that this restore wrote."""
        try:
            if entry.type in ("l", "h"):
                return self._later(entry)
            if entry.type in ("b", "c", "p"):
                return self._special_file(entry)
            raise Refused("refused: its kind is unknown")
        except Refused as refusal:
            return self._skip(entry, refusal)

    def elsewhere(self, path: bytes) -> None:
        """See the port."""
        self._files.add(path)

    def lost(self, path: bytes) -> None:
        """See the port."""
        self._lost.add(path)

    def wants(self, entry: Entry) -> bool:
        """See the port. Makes no folder."""
        try:
            name = self._enter(entry, make=False)
            return not name or decision(self._here.fd, name, entry, self._rule) is not Decision.KEEP
        except Refused as refusal:
            self._skip(entry, refusal)
            return False

    def finish(self) -> None:
        """See the port; and say how many entries were left out below what could not be entered."""
        links, self._links = self._links, Pending("h")
        symlinks, self._symlinks = self._symlinks, Pending("l")
        directories, self._directories = self._directories, Pending("d")
        for entry in links:
            self._hard_link(entry)
        for entry in symlinks:
            self._symlink(entry)
        for path, count in self._here.blocked.items():
            if count:
                many = "1 entry was" if count == 1 else f"{count} entries were"
                self._report(Problem(path, f"below it, {many} not restored", incomplete=True))
        done = PathSet()
        for entry in reversed(directories):
            if entry.path not in done:
                done.add(entry.path)
                self._close_directory(entry)

    def _enter(self, entry: Entry, *, make: bool = True) -> bytes:
        """Stand in the folder that ``entry`` goes into and give its name there; ``b""`` if that is missing.

        It is missing only without ``make``. Raises Refused, NoSpace, TargetError.
        """
        path = entry.path
        parent, slash, name = path.rpartition(b"/")
        # One comparison for the next file in the same folder: its parent was found fit before.
        if parent != self._here.path or not is_name(name) or (slash and not parent):
            if not is_path(path):
                raise Refused("refused: its path is not one to be written below a folder")
            if not self._here.enter(parent, make=make):
                return b""
        return name

    def _fill(self, fd: int, name: bytes, entry: Entry, content: Content) -> None:
        """Write the new file ``fd``, close it, and remove it if anything at all goes wrong."""
        try:
            write_content(fd, entry, content)
            self._metadata.file(fd, entry)
        except BaseException:
            with suppress(OSError):
                os.close(fd)
            remove(self._here.fd, name)
            raise
        try:
            os.close(fd)
        except OSError as err:
            # A network file system may find out only here that it is full.
            remove(self._here.fd, name)
            raise failure(err, UNWRITABLE) from err

    def _file_over(self, entry: Entry, name: bytes, content: Content) -> Outcome:
        if decision(self._here.fd, name, entry, self._rule) is Decision.KEEP:
            return Outcome.KEPT
        temporary = temporary_name()
        try:
            fd = os.open(temporary, _NEW_FILE, 0o600, dir_fd=self._here.fd)
        except OSError as err:
            raise failure(err, UNWRITABLE) from err
        self._fill(fd, temporary, entry, content)
        take_place(self._here.fd, temporary, name)
        self._files.add(entry.path)
        return Outcome.REPLACED

    def _special_file(self, entry: Entry) -> Outcome:
        if entry.type != "p" and not self._special:
            return self._note(entry, "a device node, left out")
        make = partial(make_special, entry=entry, metadata=self._metadata)
        return place(self._here.fd, self._enter(entry), entry, self._rule, make)

    def _later(self, entry: Entry) -> Outcome:
        if entry.type == "l" and (not entry.link or 0 in entry.link):
            raise Refused("refused: it is a symlink to nothing that has a name")
        name = self._enter(entry)
        what = decision(self._here.fd, name, entry, self._rule)
        if what is Decision.KEEP:
            return Outcome.KEPT
        if entry.type == "l":
            self._symlinks.add(entry)
        else:
            first = entry.link or b""
            if not is_path(first):
                raise Refused("the file it is a hard link to was not written by this restore")
            self._links.add(entry)
        return Outcome.CREATED if what is Decision.WRITE else Outcome.REPLACED

    def _hard_link(self, entry: Entry) -> None:
        try:
            self._link(entry, entry.link or b"")
        except Refused as refusal:
            self._skip(entry, refusal)

    def _link(self, entry: Entry, first: bytes) -> None:
        if first not in self._files or first in self._lost:
            raise Refused("the file it is a hard link to was not written by this restore")
        parent, _, source = first.rpartition(b"/")
        try:
            if not self._here.enter(parent, make=False):
                raise Refused("the file it is a hard link to is gone")
            source_folder = os.dup(self._here.fd)
        except Blocked as err:
            raise Refused("the file it is a hard link to cannot be reached any more") from err
        except OSError as err:
            raise failure(err, UNWRITABLE) from err
        try:
            name = self._enter(entry)
            make = partial(make_hard_link, source_folder=source_folder, source=source)
            if place(self._here.fd, name, entry, self._rule, make) is Outcome.KEPT:
                raise Refused("something else took its place")
        finally:
            os.close(source_folder)
        self._files.add(entry.path)

    def _symlink(self, entry: Entry) -> None:
        make = partial(make_symlink, entry=entry, metadata=self._metadata)
        try:
            # Entering moves: the folder's descriptor is asked for after it.
            name = self._enter(entry)
            if place(self._here.fd, name, entry, self._rule, make) is Outcome.KEPT:
                raise Refused("something else took its place")
        except Refused as refusal:
            self._skip(entry, refusal)

    def _close_directory(self, entry: Entry) -> None:
        try:
            if self._here.enter(entry.path, make=False):
                self._metadata.directory(self._here.fd, entry)
                return
            why = "it is gone"
        except Refused as refusal:
            why = str(refusal)
        self._note(entry, f"its mode and times could not be restored: {why}")

    def _note(self, entry: Entry, text: str) -> Outcome:
        self._report(Problem(entry.path, text, incomplete=False))
        return Outcome.SKIPPED

    def _skip(self, entry: Entry, refusal: Refused) -> Outcome:
        """Report ``refusal``, once for each entry; below what is blocked only count."""
        path = entry.path
        if path not in self._told:
            self._told.add(path)
            known = False
            if isinstance(refusal, Blocked):
                blocked, path = self._here.blocked, refusal.prefix
                known = path in blocked
                blocked[path] = blocked.get(path, 0) + (path != entry.path)
            if not known:
                self._report(Problem(path, str(refusal), incomplete=True))
        return Outcome.SKIPPED
