"""What may be drawn in the model test."""

from hypothesis import strategies as st

from bcper.domain.model.jobs import Keep
from helpers.model.trees import PATTERNS
from helpers.model.troubles import ERRORS, Trouble

ITEMS, VAULTS, JOBS = ("docs", "letters", "home"), ("home", "all"), ("nightly", "weekly", "evening")
SOURCES = ("s0", "s1", "s2")
FILES = ("a.txt", "b.log", "keep.log", "c.tmp", "sub/d.txt", "sub/e.log", "sub/deep/f.tmp", "other/a.txt")
STORES = {"disk": "/stores/disk", "other": "/stores/other"}

PASSWORDS = tuple(f"Tr0ub4dor-number-{number}" for number in range(5))

number = st.integers(0, 11)
"""To pick one of what is there."""


def trouble(calls: int, *kinds: str) -> st.SearchStrategy[Trouble]:
    """Something that goes wrong in work that makes about so many calls to ports."""
    return st.builds(
        Trouble,
        kind=st.sampled_from(kinds),
        at=st.integers(1, calls // 8 + 1) | st.integers(1, calls),
        after=st.booleans(),
        lasting=st.booleans(),
    )


edit_troubles = st.none() | trouble(6, "kill", "catalogs", "secrets")
store_troubles = st.none() | trouble(16, "kill", "kill-store", "store", "ledger", "update")
run_troubles = trouble(50, "kill", "kill-store", "kill-update", "cancel", *ERRORS)
some_sources = st.lists(st.sampled_from(SOURCES), min_size=1, max_size=2, unique=True)
some_items = st.lists(number, min_size=1, max_size=3)
patterns = st.lists(st.sampled_from(PATTERNS), max_size=2).map(tuple)
passwords = st.none() | st.sampled_from(PASSWORDS)
keeps = st.builds(Keep, last=st.integers(0, 3)) | st.builds(
    Keep,
    last=st.integers(0, 2),
    daily=st.integers(0, 2),
    weekly=st.integers(0, 2),
    monthly=st.integers(0, 2),
    yearly=st.integers(0, 1),
)
pauses = st.sampled_from((0, 0.25, 3600, 3600, 86_400, 86_400))
