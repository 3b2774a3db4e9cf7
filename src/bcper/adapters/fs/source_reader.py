"""Reading what a walk found: relative to open directories, nothing followed (FAULTS.md rows 1 to 8)."""

import errno
import os
from collections.abc import Sequence
from stat import S_IMODE, S_ISDIR, S_ISREG
from typing import Self

from bcper.adapters.fs.source_stream import FileStream, data_segments
from bcper.domain.errors import SourceUnreadable
from bcper.domain.model.entries import SMALL_FILE, Problem, Root, SourceContent, SourceEntry, in_walk_order
from bcper.domain.model.names import printable
from bcper.ports.source_tree import Place, Report

_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_CLOEXEC
_QUIET = _READ | os.O_NOATIME
_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
_DIRECTORY_PATH = os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC


class FsSourceReader:
    """See :class:`~bcper.ports.source_tree.SourceReader`.

    Keeps one descriptor for each folder on the way to the entry at hand: the walk's order is depth first,
    so the folder of an entry is always the last one opened at the depth above it.
    """

    def __init__(self, roots: Sequence[Root], report: Report) -> None:
        self._sources = [root.source for root in in_walk_order(roots)]
        self._report = report
        self._folders: list[int | None] = []
        self._euid = os.geteuid()
        self._stream: FileStream | None = None

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        if self._stream is not None:
            self._stream.close()
        self._leave(0)

    def content(self, entry: SourceEntry, place: Place | None = None) -> SourceContent:
        """See the port."""
        if entry.type == "f":
            return self._file(entry, place)
        if entry.type == "d":
            self._directory(entry)
        elif entry.type == "l":
            try:
                entry.link = os.readlink(entry.name, dir_fd=self._parent(entry))
            except OSError as error:
                raise SourceUnreadable(why(error)) from error
        return b""

    def _file(self, entry: SourceEntry, place: Place | None) -> SourceContent:
        fd = self._open_file(entry)
        try:
            status = os.fstat(fd)
            if not S_ISREG(status.st_mode):
                raise SourceUnreadable("turned into something else while the backup ran")
            if status.st_ctime_ns != entry.ctime_ns or status.st_ino != entry.inode:
                _refresh(entry, status)
            try:
                names = os.listxattr(fd)
            except OSError:
                names = []
            if names:
                entry.xattrs = self._xattrs(fd, names, entry.path)
            size = entry.size
            if status.st_blocks * 512 < size:
                segments = data_segments(fd, size)
                if segments is not None:
                    self._stream = FileStream(fd, entry.path, size, segments, self._report)
                    return self._stream
            if size > SMALL_FILE:
                self._stream = FileStream(fd, entry.path, size, None, self._report)
                return self._stream
            if place is not None and (room := place(entry)) is not None:
                length = os.preadv(fd, [room], 0)
                if length != size:
                    data = self._whole(fd, bytes(room[:length]), entry)
                    room[:size] = data
                return room
            data = os.pread(fd, size + 1, 0)
            if len(data) != size:
                data = self._whole(fd, data, entry)
        except OSError as error:
            raise SourceUnreadable(why(error)) from error
        finally:
            # A stream owns its descriptor from here on.
            if self._stream is None or self._stream.fd != fd:
                os.close(fd)
        return data

    def _open_file(self, entry: SourceEntry) -> int:
        parent = self._parent(entry)
        name = entry.name
        if self._stream is not None:
            self._stream.close()
            self._stream = None
        try:
            if self._euid in (0, entry.uid):
                try:
                    return os.open(name, _QUIET, dir_fd=parent)
                except PermissionError:
                    pass
            return os.open(name, _READ, dir_fd=parent)
        except OSError as error:
            raise SourceUnreadable(why(error)) from error

    def _whole(self, fd: int, data: bytes, entry: SourceEntry) -> bytes:
        """The declared size exactly, whatever the file did in the meantime (rows 2 and 3)."""
        size = entry.size
        while len(data) < size:
            more = os.pread(fd, size + 1 - len(data), len(data))
            if not more:
                self._report(Problem(entry.path, "shrank while it was read and is padded with zeros", True))
                return data + bytes(size - len(data))
            data += more
        if len(data) > size:
            self._report(
                Problem(entry.path, f"grew while it was read; its first {size} bytes are stored", False)
            )
        return data[:size]

    def _directory(self, entry: SourceEntry) -> None:
        self._leave(entry.depth)
        try:
            # A failed open must leave a gap, so that what is below is not looked for somewhere else.
            self._folders.append(None)
            fd = self._open_directory(entry)
            self._folders[-1] = fd
            status = os.fstat(fd)
            if not S_ISDIR(status.st_mode):
                raise SourceUnreadable("turned into something else while the backup ran")
            if status.st_ctime_ns != entry.ctime_ns or status.st_ino != entry.inode:
                _refresh(entry, status)
            try:
                names = os.listxattr(fd)
            except OSError:
                # A folder that may be searched but not read is open by O_PATH, which has no attributes.
                names = []
            if names:
                entry.xattrs = self._xattrs(fd, names, entry.path)
        except OSError as error:
            raise SourceUnreadable(why(error)) from error

    def _open_directory(self, entry: SourceEntry) -> int:
        parent = self._parent(entry)
        try:
            return os.open(entry.name, _DIRECTORY, dir_fd=parent)
        except PermissionError:
            return os.open(entry.name, _DIRECTORY_PATH, dir_fd=parent)

    def _parent(self, entry: SourceEntry) -> int | None:
        """The open folder that ``entry`` is in; a root's name is absolute and needs none."""
        if entry.depth == 0:
            return None
        parent = self._folders[entry.depth - 1]
        if parent is None:
            raise SourceUnreadable("is in a folder that could not be opened")
        return parent

    def _leave(self, depth: int) -> None:
        while len(self._folders) > depth:
            fd = self._folders.pop()
            if fd is not None:
                os.close(fd)

    def _xattrs(self, fd: int, names: Sequence[str], path: bytes) -> dict[str, bytes]:
        found = {}
        for name in names:
            try:
                found[name] = os.getxattr(fd, name)
            except OSError as error:
                if error.errno not in (errno.ENODATA, errno.ENOTSUP):
                    self._report(Problem(path, f"extended attribute {printable(name)} cannot be read", False))
        return found


def _refresh(entry: SourceEntry, status: os.stat_result) -> None:
    entry.mode = S_IMODE(status.st_mode)
    entry.uid, entry.gid = status.st_uid, status.st_gid
    if entry.type == "f":
        entry.size = status.st_size
    entry.mtime_ns, entry.ctime_ns = status.st_mtime_ns, status.st_ctime_ns
    entry.inode, entry.device_id = status.st_ino, status.st_dev


def why(error: OSError) -> str:
    """Why a source could not be read, for a person."""
    if error.errno == errno.ENOENT:
        return "vanished while the backup ran"
    if error.errno in (errno.ELOOP, errno.ENOTDIR, errno.ENXIO):
        return "turned into something else while the backup ran"
    return f"cannot be read: {os.strerror(error.errno or 0)}"
