"""How much is taken of what somebody sends, and how long is waited for it."""

import attrs


@attrs.frozen
class Limits:
    """The most bytes of a list of sums, of a zip, of the program in it."""

    sums: int = 1 << 20
    zip: int = 100 << 20
    program: int = 200 << 20


@attrs.frozen
class Patience:
    """Seconds: for the other side to answer at all (``idle``), and for the ``whole``; in each ``window`` at
    least ``least`` bytes must come."""

    idle: float = 15.0
    window: float = 60.0
    least: int = 1 << 16
    whole: float = 3600.0


LIMITS = Limits()
PATIENCE = Patience()
