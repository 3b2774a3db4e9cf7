"""Paths as a person gives them: checked once, at the edge (FAULTS.md rows 39 and 58)."""

from bcper.domain.errors import UsageError
from bcper.domain.model.names import printable


def check_absolute(path: str) -> str:
    """``path`` itself if it is absolute and can be a path at all.

    Text with surrogate escapes for bytes that are not UTF-8. Raises :class:`UsageError` for an empty or
    relative path, for NUL, and for text that no path can hold.
    """
    check_text(path)
    if not path.startswith("/"):
        raise UsageError(f"{printable(path)!r} is not a full path.", "Write the path from '/' on.")
    return path


def check_no_parent(path: str) -> str:
    """``path`` itself if it has no component ``..``; raises :class:`UsageError` otherwise."""
    if ".." in path.split("/"):
        raise UsageError(f"The path {printable(path)!r} has '..' in it.", "Write where it really leads.")
    return path


def check_text(path: str) -> str:
    """``path`` itself if an operating system can be given it; raises :class:`UsageError` otherwise."""
    try:
        raw = path.encode("utf-8", "surrogateescape")
    except UnicodeEncodeError as error:
        raise UsageError(f"{printable(path)!r} is not valid text for a path.") from error
    if b"\0" in raw:
        raise UsageError(f"{printable(path)!r} cannot be a path: it holds a NUL character.")
    return path
