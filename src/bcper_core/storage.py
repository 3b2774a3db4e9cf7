"""The original's stores."""

import os

import attrs


def _absolute(path: str | os.PathLike[str]) -> str:
    return os.path.abspath(path)


@attrs.frozen
class LocalStore:
    """A folder that backups go to. Made by the first backup, not before."""

    path: str = attrs.field(converter=_absolute)
