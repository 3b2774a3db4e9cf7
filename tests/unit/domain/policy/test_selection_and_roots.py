"""Which entries ``--include`` wants, and how roots are named in the tar."""

from collections.abc import Callable, Iterator

from hypothesis import given
from hypothesis import strategies as st

from bcper.domain.model.entries import Entry, EntryType
from bcper.domain.policy.roots import name_roots
from bcper.domain.policy.selection import select

TREE: list[tuple[bytes, EntryType]] = [
    (b"a", "d"),
    (b"a/b", "d"),
    (b"a/b/one.txt", "f"),
    (b"a/b/two.log", "f"),
    (b"a/c", "d"),
    (b"a/c/three.txt", "f"),
    (b"z", "d"),
]


def chosen(*patterns: str) -> list[bytes]:
    def entries(wanted: Callable[[bytes, EntryType, int], bool] | None) -> Iterator[Entry]:
        for path, kind in TREE:
            if wanted is None or wanted(path, kind, 0):
                yield Entry(path, kind)

    return [entry.path for entry in select(entries, patterns)]


def test_without_patterns_everything_is_wanted() -> None:
    assert chosen() == [path for path, _ in TREE]


def test_a_file_comes_with_the_folders_above_it() -> None:
    assert chosen("a/c/three.txt") == [b"a", b"a/c", b"a/c/three.txt"]


def test_a_folder_covers_what_is_below_it() -> None:
    assert chosen("/a/b/") == [b"a", b"a/b", b"a/b/one.txt", b"a/b/two.log"]


def test_a_glob_finds_files_anywhere() -> None:
    assert chosen("*.txt") == [b"a", b"a/b", b"a/b/one.txt", b"a/c", b"a/c/three.txt"]


def test_nothing_matches_nothing() -> None:
    assert chosen("absent") == []


def test_roots_are_called_by_their_last_component_and_numbered() -> None:
    roots = name_roots([b"/home/a/Docs", b"/home/b/Docs", b"/", b"/x/Docs~2"])
    assert [root.name for root in roots] == [b"Docs", b"Docs~2", b"root", b"Docs~2~2"]


@given(st.lists(st.binary(min_size=1, max_size=6).map(lambda raw: b"/" + raw.replace(b"\0", b"x"))))
def test_root_names_are_unique_single_components(sources: list[bytes]) -> None:
    roots = name_roots(sources)
    names = [root.name for root in roots]
    assert len(set(names)) == len(names) == len(set(sources))
    assert all(name and b"/" not in name for name in names)
