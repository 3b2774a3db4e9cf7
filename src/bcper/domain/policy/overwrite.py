"""What to do with an entry whose place may be taken already (FAULTS.md row 73)."""

from enum import Enum

from bcper.domain.model.choices import Overwrite


class Decision(Enum):
    """What becomes of an entry: written anew, left out for what is there, or put in its place."""

    WRITE = "write"
    KEEP = "keep"
    REPLACE = "replace"


def decide(rule: Overwrite, existing_mtime_ns: int | None, entry_mtime_ns: int) -> Decision:
    """Weigh an entry against what is there.

    ``existing_mtime_ns`` is ``None`` if nothing is there; both times are in nanoseconds since 1970. Under
    ``if-newer`` only a strictly newer entry replaces, so that a restore run twice writes nothing twice.
    """
    if existing_mtime_ns is None:
        return Decision.WRITE
    if rule == "always" or (rule == "if-newer" and entry_mtime_ns > existing_mtime_ns):
        return Decision.REPLACE
    return Decision.KEEP
