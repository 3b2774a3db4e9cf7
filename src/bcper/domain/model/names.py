"""Names: of blobs in a store, of entries for the eye, of runs by prefix (FORMAT.md section 1)."""

import unicodedata
from datetime import datetime

from bcper.domain.errors import Damaged, UsageError

AD_HOC = "ad-hoc"
"""The job name of a run without a job."""

_KEPT = "._-"


def safe_name(name: str) -> str:
    """``name`` fit for one component of a path: readable, never empty, never hidden, at most 100 characters.

    Raises :class:`UsageError` for an empty name or one that holds ``/``, NUL or a control character
    (FAULTS.md row 39).
    """
    if (
        not name.strip()
        or name in (".", "..")
        or "/" in name
        or any(ord(c) < 32 or ord(c) == 127 for c in name)
    ):
        raise UsageError(f"{printable(name)!r} cannot be a name.", "Use letters, digits, '.', '_' and '-'.")
    composed = unicodedata.normalize("NFC", name)
    kept = "".join(c if c.isalnum() or c in _KEPT else "_" for c in composed)
    if kept.startswith("."):
        kept = "_" + kept[1:]
    while len(kept.encode()) > 100:
        kept = kept[:-1]
    return kept


def blob_base(target: str, started_at: datetime) -> str:
    """``<target>_<YYYY-MM-DD_HH-MM-SS>`` in UTC: what every file name of a run begins with."""
    return f"{safe_name(target)}_{started_at:%Y-%m-%d_%H-%M-%S}"


def check_blob_name(name: str) -> str:
    """``name`` itself if it is a clean relative blob name; raises :class:`Damaged` otherwise."""
    parts = name.split("/")
    if not name or "\0" in name or any(p in ("", ".", "..") for p in parts):
        raise Damaged(f"A store names a blob {printable(name)!r}, which is no clean relative name.")
    return name


def printable(text: str | bytes) -> str:
    """``text`` on one line and safe for a terminal: control characters and stray bytes escaped (row 13)."""
    if isinstance(text, bytes):
        text = text.decode("utf-8", "surrogateescape")
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else _escaped(c) for c in text)


def _escaped(char: str) -> str:
    code = ord(char)
    if 0xDC80 <= code <= 0xDCFF:
        return f"\\x{code - 0xDC00:02x}"
    return char.encode("unicode_escape").decode("ascii") if not 0xD800 <= code <= 0xDFFF else f"\\u{code:04x}"
