"""The difference of two runs, in one pass."""

from collections.abc import Iterator
from itertools import count, islice

import attrs
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bcper.domain.model.changes import Change, ChangeKind
from bcper.domain.model.entries import Entry
from bcper.domain.policy.diff import changes, index_order

FILE = Entry(b"f", "f", 0o644, 1000, 1000, "a", "a", 10, 5, 6, 7, "ab" * 32, 0, 512)


def kinds(old: list[Entry], new: list[Entry]) -> list[tuple[ChangeKind, bytes]]:
    return [(change.kind, change.path) for change in changes(old, new)]


def test_what_is_on_one_side_alone_was_added_or_removed() -> None:
    one, two = attrs.evolve(FILE, path=b"1"), attrs.evolve(FILE, path=b"2")
    assert list(changes([one], [two])) == [
        Change("removed", b"1", one, None),
        Change("added", b"2", None, two),
    ]


@pytest.mark.parametrize(
    ("change", "kind", "what"),
    [
        ({"sha256": "cd" * 32}, "content", ("content",)),
        ({"sha256": "cd" * 32, "size": 11, "mtime_ns": 9}, "content", ("content", "size", "mtime")),
        ({"mode": 0o600}, "metadata", ("mode",)),
        ({"uid": 0}, "metadata", ("owner",)),
        ({"group": "staff"}, "metadata", ("owner",)),
        ({"mtime_ns": 6}, "metadata", ("mtime",)),
        ({"xattrs": {"user.x": b"1"}}, "metadata", ("xattrs",)),
        ({"type": "p", "sha256": None, "size": 0}, "type", ("type", "content", "size")),
    ],
)
def test_a_change_says_what_differs(
    change: dict[str, object], kind: ChangeKind, what: tuple[str, ...]
) -> None:
    other = attrs.evolve(FILE, **change)
    assert list(changes([FILE], [other])) == [Change(kind, b"f", FILE, other, what)]


def test_where_a_link_or_a_device_leads_is_its_content() -> None:
    link = Entry(b"l", "l", link=b"a")
    device = Entry(b"m", "c", device=(1, 3))
    news = [attrs.evolve(link, link=b"b"), attrs.evolve(device, device=(1, 5))]
    assert kinds([link, device], news) == [("content", b"l"), ("content", b"m")]


def test_what_no_restore_brings_back_is_no_change() -> None:
    moved = attrs.evolve(FILE, ctime_ns=99, inode=99, vol=3, off=1024, sparse=None)
    assert list(changes([FILE], [moved])) == []


def test_a_folder_comes_before_its_children_and_they_before_its_neighbours() -> None:
    names = [b"a", b"a/b", b"a/\x01", b"a-b", b"a.b", b"a\x01"]
    ordered = sorted(names, key=index_order)
    assert ordered == sorted(names, key=lambda name: name.split(b"/"))
    old = [Entry(name, "d" if name == b"a" else "f") for name in ordered]
    assert kinds(old, [entry for entry in old if entry.path != b"a/b"]) == [("removed", b"a/b")]


components = st.binary(min_size=1, max_size=3).filter(lambda raw: not set(raw) & {0, 47})
names = st.lists(components, min_size=1, max_size=3).map(b"/".join)
entries = st.builds(
    Entry,
    names,
    st.sampled_from("fdl"),
    mode=st.sampled_from([0o644, 0o600]),
    sha256=st.sampled_from([None, "ab", "cd"]),
    mtime_ns=st.sampled_from([0, 1]),
)
trees = st.lists(entries, max_size=12, unique_by=lambda entry: entry.path).map(
    lambda found: sorted(found, key=lambda entry: entry.path.split(b"/"))
)


@settings(deadline=None)
@given(trees, trees)
def test_applying_the_changes_to_the_old_run_gives_the_new_one(old: list[Entry], new: list[Entry]) -> None:
    tree = {entry.path: entry for entry in old}
    found = list(changes(old, new))
    for change in found:
        assert (change.old, change.new) != (None, None)
        assert tree.get(change.path) == change.old
        if change.new is None:
            del tree[change.path]
        else:
            tree[change.path] = change.new
    assert tree == {entry.path: entry for entry in new}
    paths = [change.path.split(b"/") for change in found]
    assert paths == sorted(paths)
    assert len(found) == len({change.path for change in found})


@settings(deadline=None)
@given(trees, trees)
def test_there_and_back_are_mirrors_and_a_run_does_not_differ_from_itself(
    old: list[Entry], new: list[Entry]
) -> None:
    back: dict[ChangeKind, ChangeKind] = {"added": "removed", "removed": "added"}
    there = [(change.path, back.get(change.kind, change.kind), change.what) for change in changes(old, new)]
    assert there == [(change.path, change.kind, change.what) for change in changes(new, old)]
    assert list(changes(new, new)) == []


def test_no_more_of_a_run_is_read_than_is_told_of() -> None:
    taken = [0, 0]

    def endless(side: int) -> Iterator[Entry]:
        for number in count():
            taken[side] += 1
            yield Entry(b"%09d" % number, "f", mtime_ns=side)

    assert len(list(islice(changes(endless(0), endless(1)), 50))) == 50
    assert max(taken) <= 52
