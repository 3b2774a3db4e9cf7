"""What an archive holds: entries of an index, and what a walk finds on the disk."""

from collections.abc import Iterable, Iterator, Mapping
from typing import Literal, Protocol

import attrs

EntryType = Literal["f", "d", "l", "h", "p", "b", "c"]
"""Regular file, directory, symlink, hard link, FIFO, block and character device (FORMAT.md section 4)."""

SMALL_FILE = 1 << 20
"""Bytes. A file up to this size is handed over whole, a longer one as a :class:`Stream`."""


@attrs.frozen
class Entry:
    """One line of an index (FORMAT.md section 4).

    ``path`` is the name in the tar: bytes, relative, ``/``-separated, no empty, ``.`` or ``..`` component.
    ``mode`` is the twelve permission bits. ``vol`` and ``off`` say where the data begins in the volume's
    uncompressed tar stream; ``sparse`` is the length of a sparse file's data area there (map and segments,
    without padding), and ``None`` for every other file. ``sha256`` (hex) is of the content, for a sparse
    file of its data area. ``device`` is (major, minor), for ``b`` and ``c`` only.
    """

    path: bytes
    type: EntryType
    mode: int = 0
    uid: int = 0
    gid: int = 0
    user: str = ""
    group: str = ""
    size: int = 0
    mtime_ns: int = 0
    ctime_ns: int = 0
    inode: int = 0
    sha256: str | None = None
    vol: int | None = None
    off: int | None = None
    sparse: int | None = None
    link: bytes | None = None
    device: tuple[int, int] | None = None
    xattrs: Mapping[str, bytes] = attrs.field(factory=dict)


@attrs.define
class SourceEntry:
    """One thing a walk found; the reader refreshes it from the open file. Made by the million: not frozen.

    ``path`` as in :class:`Entry`; ``name`` is the last component on the disk, ``depth`` the number of
    folders between it and its root (a root has 0), ``root`` the index of its root in the walk's order.
    """

    path: bytes
    name: bytes
    depth: int
    root: int
    type: EntryType
    mode: int
    uid: int
    gid: int
    user: str
    group: str
    size: int
    mtime_ns: int
    ctime_ns: int
    inode: int
    device_id: int
    nlink: int
    link: bytes | None = None
    device: tuple[int, int] | None = None
    xattrs: Mapping[str, bytes] | None = None


class Stream(Protocol):
    """The content of a file longer than :data:`SMALL_FILE`, or of a sparse one, in order.

    ``length`` is in bytes and exact: what iterating yields always adds up to it, in pieces of at most
    1 MiB, each of them its receiver's to keep. ``sparse`` says that the bytes are a GNU sparse 1.0 data
    area (map and segments) and not the plain content.
    """

    @property
    def length(self) -> int: ...

    @property
    def sparse(self) -> bool: ...

    def __iter__(self) -> Iterator[bytes]: ...


Content = bytes | Stream

SourceContent = Content | memoryview
"""A memoryview is a place that the content was read into: see ``PartWriter.place``."""


@attrs.frozen
class Root:
    """One path of an item. ``source`` is absolute; ``name`` is what it is called in the tar, unique.

    A name is one component for an item, and two (``<item>/<root>``) for a vault (FORMAT.md section 2).
    """

    name: bytes
    source: bytes


def in_walk_order(roots: Iterable[Root]) -> list[Root]:
    """``roots`` as a walk takes them: by the components of their names, as all entries come."""
    return sorted(roots, key=lambda root: root.name.split(b"/"))


@attrs.frozen
class Problem:
    """Something about one source that a person must know.

    ``incomplete`` tells a hole in the backup (exit status 3, run ``partial``) from a mere note.
    """

    path: bytes
    reason: str
    incomplete: bool
