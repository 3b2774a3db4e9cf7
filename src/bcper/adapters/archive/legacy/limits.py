"""How much of an archive is believed (FAULTS.md row 72)."""

import attrs


@attrs.frozen
class Limits:
    """What an archive may hold; beyond it, it is taken for one that was made to do harm.

    ``plain_bytes`` may always come out of it, and ``ratio`` times its own size. ``extended`` bytes are those
    of one extended header. ``same_names`` are entries that cannot keep their names because others have them.
    """

    members: int = 10_000_000
    plain_bytes: int = 4 << 30
    ratio: int = 200
    extended: int = 1 << 20
    same_names: int = 100_000

    def plain(self, packed: int) -> int:
        """The most bytes that an archive of ``packed`` bytes may unpack to."""
        return max(self.plain_bytes, self.ratio * packed)


LIMITS = Limits()
"""Beyond what the original, which held an archive in memory as a whole, can have written honestly."""
