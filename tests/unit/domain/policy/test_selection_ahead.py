"""Selecting while the answers are asked for ahead of the entries, as a reader of an index does."""

from collections.abc import Iterator
from itertools import islice

from hypothesis import given
from hypothesis import strategies as st

from bcper.domain.model.entries import Entry, EntryType
from bcper.domain.policy.selection import Wanted, select

names = st.sampled_from([b"a", b"b", b"c.txt", b"d.log"])


@st.composite
def trees(draw: st.DrawFn) -> list[tuple[bytes, EntryType]]:
    """Paths in index order, every folder before what is in it."""
    found: dict[bytes, EntryType] = {}
    for parts in draw(st.lists(st.lists(names, min_size=1, max_size=4), max_size=12)):
        for depth in range(1, len(parts)):
            found[b"/".join(parts[:depth])] = "d"
        found.setdefault(b"/".join(parts), "f")
    return sorted(found.items(), key=lambda item: item[0].split(b"/"))


def reader(tree: list[tuple[bytes, EntryType]], ahead: int) -> object:
    def entries(wanted: Wanted | None) -> Iterator[Entry]:
        lines = iter(tree)
        while some := list(islice(lines, ahead)):
            yield from [Entry(p, k) for p, k in some if wanted is None or wanted(p, k, 0)]

    return entries


@given(
    trees(),
    st.lists(st.sampled_from(["a", "*.txt", "/b/", "a/b", "!a/c.txt", "c.txt", "absent"]), max_size=3).map(
        tuple
    ),
    st.integers(1, 9),
)
def test_how_far_ahead_the_reader_asks_changes_nothing(
    tree: list[tuple[bytes, EntryType]], patterns: tuple[str, ...], ahead: int
) -> None:
    at_once = [entry.path for entry in select(reader(tree, 1), patterns)]  # type: ignore[arg-type]
    assert [entry.path for entry in select(reader(tree, ahead), patterns)] == at_once  # type: ignore[arg-type]
    asked: list[bytes] = []
    without = [
        entry.path
        for entry in select(reader(tree, ahead), patterns, lambda path: bool(asked.append(path)))  # type: ignore[arg-type]
    ]
    files = {path for path, kind in tree if kind == "f"}
    assert without == [path for path in at_once if path not in files]
    assert asked == [path for path in at_once if path in files]


@given(trees(), st.integers(1, 9))
def test_folders_come_only_for_what_is_below_them(tree: list[tuple[bytes, EntryType]], ahead: int) -> None:
    chosen = [entry.path for entry in select(reader(tree, ahead), ("*.txt",))]  # type: ignore[arg-type]
    named = [path for path, _ in tree if any(part.endswith(b".txt") for part in path.split(b"/"))]
    above = {
        b"/".join(path.split(b"/")[:depth]) for path in named for depth in range(1, path.count(b"/") + 1)
    }
    assert chosen == [path for path, _ in tree if path in above or path in named]
