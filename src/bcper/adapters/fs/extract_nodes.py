"""What is neither a regular file nor a folder, made under a name that nothing has yet.

Each function here makes ``name`` in the open folder ``folder`` or raises and leaves nothing behind: an
OSError from the call that makes it (FileExistsError if the name is taken), Refused for all else.
"""

import os
from contextlib import suppress
from stat import S_IFBLK, S_IFCHR, S_IFIFO, S_IFMT, S_ISREG

from bcper.adapters.fs.extract_errors import Refused, failure
from bcper.adapters.fs.extract_metadata import Metadata, through_proc
from bcper.domain.model.entries import Entry

_PROBE = os.O_PATH | os.O_NOFOLLOW | os.O_CLOEXEC
_KINDS = {"p": S_IFIFO, "b": S_IFBLK, "c": S_IFCHR}
# Linux's dev_t has 12 and 20 bits (include/linux/kdev_t.h).
_MAJOR = (1 << 12) - 1
_MINOR = (1 << 20) - 1


def remove(folder: int, name: bytes) -> None:
    """Unlink ``name``, if it can be: it is called when something else went wrong already."""
    with suppress(OSError):
        os.unlink(name, dir_fd=folder)


def make_symlink(folder: int, name: bytes, entry: Entry, metadata: Metadata) -> None:
    """A symlink to ``entry.link``, whatever that says."""
    os.symlink(entry.link or b"", name, dir_fd=folder)
    metadata.symlink(folder, name, entry)


def make_special(folder: int, name: bytes, entry: Entry, metadata: Metadata) -> None:
    """A FIFO or a device node, mode 0600 until its metadata is set."""
    kind = _KINDS[entry.type]
    if kind == S_IFIFO:
        os.mkfifo(name, 0o600, dir_fd=folder)
    else:
        major, minor = entry.device or (-1, -1)
        if not (0 <= major <= _MAJOR and 0 <= minor <= _MINOR):
            raise Refused("refused: it is a device without a proper number")
        os.mknod(name, kind | 0o600, os.makedev(major, minor), dir_fd=folder)
    try:
        probe = os.open(name, _PROBE, dir_fd=folder)
        try:
            if S_IFMT(os.stat(probe).st_mode) != kind:
                raise Refused("something else took its place while it was made")
            metadata.file(through_proc(probe), entry)
        finally:
            os.close(probe)
    except OSError as err:
        remove(folder, name)
        raise failure(err, "could not be restored") from err


def make_hard_link(folder: int, name: bytes, source_folder: int, source: bytes) -> None:
    """A second name for ``source``, if that is a regular file and stays the one it was (FAULTS.md row 70)."""
    try:
        probe = os.open(source, _PROBE, dir_fd=source_folder)
    except OSError as err:
        raise failure(err, "the file it is a hard link to cannot be found") from err
    try:
        found = os.stat(probe)
        if not S_ISREG(found.st_mode):
            raise Refused("refused: it is a hard link to something that is no regular file")
        os.link(source, name, src_dir_fd=source_folder, dst_dir_fd=folder, follow_symlinks=False)
        made = os.stat(name, dir_fd=folder, follow_symlinks=False)
        if (made.st_dev, made.st_ino) != (found.st_dev, found.st_ino):
            remove(folder, name)
            raise Refused("refused: the file it is a hard link to was swapped while it was made")
    finally:
        os.close(probe)
