"""Which paths of entries are fit to be written, and a small memory of paths."""

import os
from array import array

MAX_NAME = 255
"""Bytes in one component: Linux's NAME_MAX."""

MAX_PATH = 1 << 16
"""Bytes in one path. No honest tree comes near; a forged one shall not cost minutes."""

_NO_NAMES = frozenset({b"", b".", b".."})
_BUCKETS = 1 << 12


def is_name(name: bytes) -> bool:
    """Whether ``name`` can be one component of a path below the target."""
    return name not in _NO_NAMES and len(name) <= MAX_NAME and 0 not in name


def is_path(path: bytes) -> bool:
    """Whether ``path`` is relative, of plain components only, and within the limits (FAULTS.md row 69)."""
    return len(path) <= MAX_PATH and b"/" not in path[:1] and all(map(is_name, path.split(b"/")))


def temporary_name() -> bytes:
    """A name that nothing has, for what will be renamed into place."""
    return b".bcper-%s.part" % os.urandom(8).hex().encode()


class PathSet:
    """Paths that were added, in about 8 bytes each: a million files may not cost 100 MB.

    Keeps 64-bit hashes (SipHash, keyed anew in every process). So a path may be taken for a member by
    mistake once in 2^44 look-ups among a million: never rely on it alone for what must not be touched.
    """

    __slots__ = ("_buckets",)

    def __init__(self) -> None:
        self._buckets = [array("q") for _ in range(_BUCKETS)]

    def add(self, path: bytes) -> None:
        """Remember ``path``; twice takes the room twice."""
        value = hash(path)
        self._buckets[value & (_BUCKETS - 1)].append(value)

    def __contains__(self, path: bytes) -> bool:
        value = hash(path)
        return value in self._buckets[value & (_BUCKETS - 1)]
