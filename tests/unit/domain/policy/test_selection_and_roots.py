"""Which entries ``--include`` wants, and how roots are named in the tar."""

from collections.abc import Callable, Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bcper.domain.errors import UsageError
from bcper.domain.model.entries import Entry, EntryType, Root, in_walk_order
from bcper.domain.policy.roots import name_roots, name_roots_of_vault
from bcper.domain.policy.selection import Named, pattern_of, select

TREE: list[tuple[bytes, EntryType]] = [
    (b"a", "d"),
    (b"a/b", "d"),
    (b"a/b/one.txt", "f"),
    (b"a/b/two.log", "f"),
    (b"a/c", "d"),
    (b"a/c/three.txt", "f"),
    (b"z", "d"),
]


def chosen(*patterns: str, tree: list[tuple[bytes, EntryType]] = TREE) -> list[bytes]:
    def entries(wanted: Callable[[bytes, EntryType, int], bool] | None) -> Iterator[Entry]:
        for path, kind in tree:
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


VAULT: list[tuple[bytes, EntryType]] = [
    (b"a/docs", "d"),
    (b"a/docs/one", "f"),
    (b"a/top", "f"),
    (b"a.b/docs", "d"),
    (b"a.b/docs/a", "f"),
    (b"plain", "d"),
    (b"plain/a", "f"),
]


def test_an_item_of_a_vault_is_named_though_it_has_no_entry() -> None:
    of_a = [b"a/docs", b"a/docs/one", b"a/top"]
    for pattern in ("/a", "/a/"):
        assert chosen(pattern, tree=VAULT) == of_a
    assert chosen("a", tree=VAULT) == [*of_a, b"a.b/docs", b"a.b/docs/a", b"plain", b"plain/a"]
    assert chosen("a.b", tree=VAULT) == [b"a.b/docs", b"a.b/docs/a"]
    assert chosen("/a/docs", tree=VAULT) == [b"a/docs", b"a/docs/one"]
    assert chosen("plain", tree=VAULT) == [b"plain", b"plain/a"]


def test_roots_are_called_by_their_last_component_and_numbered() -> None:
    roots = name_roots([b"/home/a/Docs", b"/home/b/Docs", b"/", b"/x/Docs~2"])
    assert [root.name for root in roots] == [b"Docs", b"Docs~2", b"root", b"Docs~2~2"]


@given(st.lists(st.binary(min_size=1, max_size=6).map(lambda raw: b"/" + raw.replace(b"\0", b"x"))))
def test_root_names_are_unique_single_components(sources: list[bytes]) -> None:
    roots = name_roots(sources)
    names = [root.name for root in roots]
    assert len(set(names)) == len(names) == len(set(sources))
    assert all(name and b"/" not in name for name in names)


def test_roots_of_a_vault_are_in_their_items() -> None:
    named = name_roots_of_vault(
        [("My photos", [b"/a/pics", b"/b/pics"]), ("a", [b"/x"]), ("a.b", [b"/x", b"/"]), ("none", [])]
    )
    assert {item: [root.name for root in roots] for item, roots in named.items()} == {
        "My photos": [b"My photos/pics", b"My photos/pics~2"],
        "a": [b"a/x"],
        "a.b": [b"a.b/x", b"a.b/root"],
        "none": [],
    }
    assert named["My photos"][1].source == b"/b/pics"
    order = [root.name for root in in_walk_order(root for roots in named.values() for root in roots)]
    assert order == [b"My photos/pics", b"My photos/pics~2", b"a/x", b"a.b/root", b"a.b/x"]
    assert order != sorted(order)


def test_items_that_no_file_system_would_take_are_shortened_and_kept_apart() -> None:
    named = name_roots_of_vault([("é" * 200 + end, [b"/x"]) for end in "ab"])
    one, two = (roots[0].name.partition(b"/")[0] for roots in named.values())
    assert one != two and max(len(one), len(two)) < 255
    (fits,) = name_roots_of_vault([("n" * 255, [b"/x"])]).values()
    assert fits == (Root(b"n" * 255 + b"/x", b"/x"),)


@pytest.mark.parametrize("name", ["..", "a/b", "", "a\0"])
def test_row_39_what_is_no_name_is_no_folder_in_the_tar(name: str) -> None:
    with pytest.raises(UsageError):
        name_roots_of_vault([(name, [b"/x"])])


COMPONENTS = st.binary(min_size=1, max_size=5).filter(
    lambda name: b"/" not in name and b"\0" not in name and name not in (b".", b"..")
) | st.sampled_from([b"*", b"a?", b"[b]", b"!x", b"#y", b" ", b"c ", b"d\n", b"\r", b"\\", b"e\\ ", b"\xff"])
PATHS = st.lists(COMPONENTS, min_size=1, max_size=3).map(b"/".join)


@given(PATHS, PATHS)
def test_the_pattern_of_a_path_names_that_path_and_no_other(path: bytes, other: bytes) -> None:
    named = Named((pattern_of(path),))
    for is_dir in (False, True):
        assert named.names(path, is_dir=is_dir)
        assert named.names(other, is_dir=is_dir) == (other == path)
    assert not named.names(b"below/" + path, is_dir=False)
