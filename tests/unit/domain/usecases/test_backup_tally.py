"""How much there is to do, told while a tree is still being walked (usecases/backup_tally.py)."""

from collections.abc import Iterator

import attrs

from bcper.domain.model.entries import SourceEntry
from bcper.domain.usecases.backup_tally import Tally

ENTRY = SourceEntry(
    b"root/file", b"file", 1, 0, "f", 0o600, 0, 0, "", "", size=1 << 30, mtime_ns=0, ctime_ns=0, inode=1,
    device_id=1, nlink=1,
)  # fmt: skip


@attrs.define
class Slow:
    """A walk that has come so far."""

    behind: float = 0.0
    entries: int = 400

    def fraction(self) -> float:
        return self.behind

    def bare(self) -> set[int]:
        return set()

    def close(self) -> None:
        pass

    def __iter__(self) -> Iterator[SourceEntry]:
        while self.entries:
            self.entries -= 1
            yield ENTRY


def begun(walk: Slow, expected: int = 0) -> Tally:
    tally = Tally(expected=expected)
    next(tally.lookahead(walk))
    return tally


def test_one_large_file_at_the_start_of_a_tree_says_nothing_of_the_rest() -> None:
    walk = Slow(0.02)
    tally = begun(walk)
    assert tally.progress(ENTRY).total is None
    walk.behind = 0.5
    assert tally.progress(ENTRY).total == 2 * tally.found
    assert tally.progress(ENTRY).estimated


def test_what_there_was_the_last_time_is_the_better_guess_until_more_is_found() -> None:
    walk = Slow(0.5)
    tally = begun(walk, expected=10 << 30)
    assert (tally.progress(ENTRY).total, tally.progress(ENTRY).estimated) == (10 << 30, True)
    tally.found = 11 << 30
    assert tally.progress(ENTRY).total == 11 << 30
    tally.walked = True
    tally.found = 5 << 30
    assert (tally.progress(ENTRY).total, tally.progress(ENTRY).estimated) == (5 << 30, False)
