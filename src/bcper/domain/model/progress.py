"""Live progress, as the engine tells it."""

import attrs


@attrs.frozen
class Progress:
    """Where a piece of work stands.

    ``step`` is for a person ("Backing up"). ``done`` and ``total`` are bytes of the sources; ``total`` is
    ``None`` while nobody knows it, and ``estimated`` when it is a guess from the shape of the tree.
    ``entries`` counts finished entries; ``current`` is the file at hand, its bytes escaped for display.
    ``run_id`` is told once, when a run has begun, and empty otherwise. ``sent`` are the bytes that have
    gone to a remote, of ``to_send`` that were made for it so far; ``None`` where nothing has to go anywhere.
    """

    step: str
    done: int = 0
    total: int | None = None
    estimated: bool = False
    entries: int = 0
    current: str = ""
    run_id: str = ""
    sent: int | None = None
    to_send: int | None = None

    @property
    def fraction(self) -> float | None:
        """0 to 1, or ``None`` without a total."""
        if self.total is None:
            return None
        return min(1.0, self.done / self.total) if self.total else 1.0
