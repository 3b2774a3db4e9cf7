"""Whether a run will fit (FAULTS.md row 50: asked before anything is read)."""

_LEAST = 1 << 16


def needed_bytes(previous_stored: int | None) -> int:
    """Bytes that must be free: what the run before it stored, or the little that any run needs."""
    return max(_LEAST, previous_stored or 0)
