"""Files in a folder that say what of it to leave out: ``CACHEDIR.TAG`` and ``.bcpignore``."""

import os
from bisect import bisect_left
from collections.abc import Sequence
from operator import itemgetter
from stat import S_ISREG

from bcper.domain.errors import SourceUnreadable

TAG = b"CACHEDIR.TAG"
IGNORE_FILE = b".bcpignore"

_SIGNATURE = b"Signature: 8a477f597d28d172789f06886806bc55"
"""What a tag begins with (https://bford.info/cachedir/)."""

_MOST = 1 << 20

_READ = os.O_RDONLY | os.O_NOFOLLOW | os.O_NONBLOCK | os.O_NOCTTY | os.O_CLOEXEC

by_name = itemgetter(0)

Found = tuple[bytes, os.DirEntry[str]]
"""A name as bytes, and what scandir(3) said of it."""


def at(found: Sequence[Found], name: bytes) -> int | None:
    """Where ``name`` is in a sorted listing, if it is."""
    place = bisect_left(found, name, key=by_name)
    return place if place < len(found) and found[place][0] == name else None


def is_cache(folder: int, tag: os.DirEntry[str]) -> bool:
    """Whether ``tag``, in the open ``folder``, is a valid one. One that cannot be read is none."""
    try:
        return _head(folder, tag, len(_SIGNATURE)) == _SIGNATURE
    except OSError:
        return False


def patterns_in(folder: int, file: os.DirEntry[str]) -> bytes:
    """What the ignore file ``file`` in the open ``folder`` holds. Raises SourceUnreadable, with a reason."""
    try:
        content = _head(folder, file, _MOST + 1)
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        raise SourceUnreadable(f"is not used, as it cannot be read: {reason}") from error
    if content is None:
        raise SourceUnreadable("is not used, as it is no regular file")
    if len(content) > _MOST:
        raise SourceUnreadable("is not used, as it is larger than 1 MiB")
    return content


def _head(folder: int, file: os.DirEntry[str], most: int) -> bytes | None:
    """The first ``most`` bytes; ``None`` for what is no regular file, which is not even opened."""
    if not file.is_file(follow_symlinks=False):
        return None
    fd = os.open(file.name, _READ, dir_fd=folder)
    try:
        # It may have been swapped since it was listed.
        if not S_ISREG(os.fstat(fd).st_mode):
            return None
        pieces: list[bytes] = []
        while most and (piece := os.read(fd, most)):
            pieces.append(piece)
            most -= len(piece)
        return b"".join(pieces)
    finally:
        os.close(fd)
