"""However processes take turns, each file is somebody's, once."""

from itertools import count

from hypothesis import given
from hypothesis import strategies as st

from bcper.domain.model.entries import EntryType
from bcper.domain.usecases.share_part import Share

Line = tuple[bytes, EntryType, int]

kinds: st.SearchStrategy[EntryType] = st.sampled_from(["f", "f", "f", "d", "l"])
lines = st.lists(st.tuples(kinds, st.integers(0, 40 << 20)), max_size=120).map(
    lambda items: [(b"%04d" % at, kind, size) for at, (kind, size) in enumerate(items)]
)


@given(lines, st.lists(st.integers(0, 2), max_size=400))
def test_every_file_is_one_process_s_whatever_the_turns(entries: list[Line], turns: list[int]) -> None:
    claims = count().__next__
    told: list[list[bytes]] = [[], [], []]
    shares = [Share(claims, others=at == 0, elsewhere=told[at].append) for at in range(3)]
    wanted: list[list[bytes]] = [[], [], []]
    places = [0, 0, 0]
    for at in [*turns, *[0, 1, 2] * len(entries)]:
        if places[at] < len(entries):
            path, kind, size = entries[places[at]]
            places[at] += 1
            if shares[at].wanted(path, kind, size):
                wanted[at].append(path)
    files = [path for path, kind, _ in entries if kind == "f"]
    assert sorted(path for share in wanted for path in share) == [path for path, _, _ in entries if path]
    for at in range(3):
        own = [path for path in wanted[at] if path in files]
        assert sorted([*own, *told[at]]) == files


def test_only_what_is_included_is_shared() -> None:
    share = Share(count().__next__, ("*.txt",), others=True)
    assert share.wanted(b"a", "d", 0) is False
    assert share.wanted(b"a/one.txt", "f", 5) is True
    assert share.wanted(b"a/two.log", "f", 5) is False
