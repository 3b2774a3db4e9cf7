"""Archives that were made to do harm, or that merge what they should not (FAULTS.md rows 69 and 72)."""

import gzip
import io
import tarfile
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bcper.adapters.archive.legacy.limits import Limits
from bcper.domain.errors import Damaged
from helpers.examples import examples
from helpers.original import contents, member, opened, tar, zipped

LINK, HARD, FOLDER = b"2", b"1", b"5"


@pytest.mark.parametrize("name", ["../x", "/etc/x", "a/../../x", "a/..", "..", "/", "a/" * 40_000 + "x"])
@pytest.mark.parametrize("form", [tarfile.PAX_FORMAT, tarfile.GNU_FORMAT], ids=["pax", "gnu"])
def test_row_69_names_that_lead_elsewhere_are_refused(name: str, form: int) -> None:
    with pytest.raises(Damaged):
        contents(opened(zipped(member("good", b"1"), member(name, b"2"), form=form)))
    with pytest.raises(Damaged):
        contents(opened(zipped(member("good", b"1"), member("h", type=HARD, linkname=name), form=form)))


@pytest.mark.parametrize("name", ["", ".", "./"])
def test_row_69_a_file_without_a_name_is_refused(name: str) -> None:
    with pytest.raises(Damaged, match="name"):
        contents(opened(zipped(member(name, b"2"))))


def test_row_69_nul_in_a_name_is_refused() -> None:
    with pytest.raises(Damaged, match="outside"):
        contents(opened(zipped(member("x", pax_headers={"path": "a\0b"}))))


def test_names_that_only_look_odd_are_put_straight() -> None:
    packed = zipped(
        member("./", type=FOLDER), member("./a//b/./c", b"1"), member("a/b", type=FOLDER, mode=0o711)
    )
    assert [(e.path, e.type, e.mode) for e, _ in contents(opened(packed))] == [
        (b"a", "d", 0o700),
        (b"a/b", "d", 0o711),
        (b"a/b/c", "f", 0o640),
    ]


@pytest.mark.parametrize("kind", [b"S", b"M", b"V", b"D", b"9"])
def test_kinds_that_the_original_never_wrote_are_refused(kind: bytes) -> None:
    block = bytearray(tar(member("x"))[:512])
    block[156:157] = kind
    block[148:156] = b"%06o\0 " % (sum(block[:148]) + 8 * 32 + sum(block[156:]))
    with pytest.raises(Damaged):
        contents(opened(gzip.compress(bytes(block) + bytes(10_240 - 512))))


def test_sparse_files_in_pax_records_are_refused() -> None:
    with pytest.raises(Damaged, match="kind"):
        contents(opened(zipped(member("x", b"1", pax_headers={"GNU.sparse.major": "1"}))))


@pytest.mark.parametrize(
    "records",
    [{"size": "-1"}, {"size": "1e3"}, {"size": "99999999999999999999"}, {"uid": "x"}, {"mtime": "nan"},
     {"mtime": "1e999999"}, {"mtime": "1" * 60}, {"mtime": ""}, {"uname": "x" * 2_000}],
    ids=str,
)  # fmt: skip
def test_row_72_impossible_numbers_are_refused(records: dict[str, str]) -> None:
    with pytest.raises(Damaged):
        contents(opened(zipped(member("x", pax_headers=records))))


def header_with(at: int, field: bytes) -> bytes:
    block = bytearray(tar(member("x"))[:512])
    block[at : at + len(field)] = field
    block[148:156] = b"%06o\0 " % (sum(block[:148]) + 8 * 32 + sum(block[156:]))
    return bytes(block) + bytes(10_240 - 512)


@pytest.mark.parametrize("field", [b"\xff" * 12, b"\x80" + b"\xff" * 11, b"zzzzzzzzzzz\0"], ids=repr)
@pytest.mark.parametrize("at", [124, 136], ids=["size", "mtime"])
def test_row_72_negative_huge_and_odd_numbers_in_headers(at: int, field: bytes) -> None:
    if (at, field) == (136, b"\xff" * 12):
        ((entry, _),) = contents(opened(gzip.compress(header_with(at, field))))
        assert entry.mtime_ns == -1_000_000_000
        return
    with pytest.raises(Damaged):
        contents(opened(gzip.compress(header_with(at, field))))


@pytest.mark.parametrize(
    "record", [b"5 a=b\n", b"100 path=x\n", b"0 a=b\n", b"9 pathx=\n", b"path=x", b"7 =abc\n"]
)
def test_malformed_records_are_refused(record: bytes) -> None:
    block = bytearray(tar(member("x", b""))[:512])
    block[156:157] = b"x"
    block[124:136] = b"%011o\0" % len(record)
    block[148:156] = b"%06o\0 " % (sum(block[:148]) + 8 * 32 + sum(block[156:]))
    stream = bytes(block) + record.ljust(512, b"\0") + tar(member("x"))
    if record == b"9 pathx=\n":
        assert len(contents(opened(gzip.compress(stream)))) == 1  # well formed, and of no meaning to us
        return
    with pytest.raises(Damaged):
        contents(opened(gzip.compress(stream)))


def test_row_72_bombs_are_stopped() -> None:
    packed = zipped(member("zeros", bytes(4 << 20)))
    assert len(contents(opened(packed, limits=Limits(plain_bytes=5 << 20, ratio=1)))) == 1
    with pytest.raises(Damaged, match="unpacks"):
        contents(opened(packed, limits=Limits(plain_bytes=1 << 20, ratio=10)))
    with pytest.raises(Damaged, match="members"):
        contents(opened(zipped(*[member(f"{n}") for n in range(50)]), limits=Limits(members=49)))
    with pytest.raises(Damaged, match="too long"):
        contents(opened(zipped(member("x" * 2_000)), limits=Limits(extended=1_000)))
    with pytest.raises(Damaged, match="names"):
        contents(opened(zipped(*[member("x", b"%d" % n) for n in range(9)]), limits=Limits(same_names=8)))


@pytest.mark.parametrize(
    "stream",
    [
        b"",
        b"no tar at all".ljust(10_240, b"x"),
        tar(member("a", b"x"))[:512],
        tar(member("a", b"x"))[:1024],
        tar(member("a", b"x"))[:1536],
        tar(member("a", b"x"))[:1536] + tar(member("b")),
        tar(member("a", b"x")) + b"x",
        tar(member("a", b"x")) + tar(member("b")),
        tar(member("x" * 200))[:1024] + bytes(1024),
    ],
    ids=range(9),
)
def test_row_63_what_is_cut_or_goes_on_is_damaged_though_its_sum_fits(stream: bytes) -> None:
    with pytest.raises(Damaged):
        contents(opened(gzip.compress(stream)))


def test_what_follows_the_gzip_is_damage_and_a_second_member_of_it_is_not() -> None:
    stream = tar(member("a", b"x" * 2_000))
    two = gzip.compress(stream[:700]) + gzip.compress(b"") + gzip.compress(stream[700:])
    assert contents(opened(two))[0][1] == b"x" * 2_000
    for end in (b"\0", bytes(10), b"x"):
        with pytest.raises(Damaged):
            contents(opened(gzip.compress(stream) + end))


# One name, several times


def listed(*members: tuple[tarfile.TarInfo, bytes]) -> list[tuple[bytes, Any]]:
    return [(entry.path, entry.link or data) for entry, data in contents(opened(zipped(*members)))]


def test_no_file_is_lost_when_two_roots_had_the_same_name() -> None:
    assert listed(
        member("d/x", b"1"),
        member("d/x~2", b"other"),
        member("d/x", b"2"),
        member("d/x", b"3"),
        member("d/x-", b""),
    ) == [
        (b"d", None),
        (b"d/x", b"1"),
        (b"d/x-", b""),
        (b"d/x~2", b"other"),
        (b"d/x~3", b"2"),
        (b"d/x~4", b"3"),
    ]


def test_a_file_gives_its_name_to_the_folder_of_that_name() -> None:
    assert listed(member("a", b"file"), member("a/b/c", b"1"), member("a/b", type=LINK, linkname="t")) == [
        (b"a", None),
        (b"a/b", None),
        (b"a/b/c", b"1"),
        (b"a/b~2", b"t"),
        (b"a~2", b"file"),
    ]


def test_a_folder_stored_twice_is_one() -> None:
    packed = zipped(member("a", type=FOLDER, mode=0o700), member("a/b"), member("a", type=FOLDER, mode=0o755))
    assert [(e.path, e.mode) for e, _ in contents(opened(packed))] == [(b"a", 0o755), (b"a/b", 0o640)]


def test_hard_links_follow_the_file_that_they_were_made_to() -> None:
    assert listed(
        member("x", b"1"),
        member("one", type=HARD, linkname="x"),
        member("x", b"2"),
        member("two", type=HARD, linkname="x"),
    ) == [(b"one", b"x"), (b"two", b"x~2"), (b"x", b"1"), (b"x~2", b"2")]


def test_what_was_renamed_is_told_and_is_no_hole() -> None:
    with opened(zipped(member("x", b"1"), member("x", b"2"))) as reader:
        (problem,) = reader.skipped()
        assert (problem.path, problem.incomplete) == (b"x", False)
        assert "x~2" in problem.reason


names = st.lists(st.sampled_from(["a", "b", "a~2", "c"]), min_size=1, max_size=3).map("/".join)


@settings(max_examples=examples(60), deadline=None)
@given(st.lists(st.tuples(names, st.binary(min_size=1, max_size=3)), max_size=8))
def test_whatever_names_there_are_each_path_is_there_once_in_order_and_no_content_is_lost(
    items: list[tuple[str, bytes]],
) -> None:
    found = contents(opened(zipped(*(member(name, data) for name, data in items))))
    keys = [entry.path.split(b"/") for entry, _ in found]
    assert keys == sorted(keys) and len({entry.path for entry, _ in found}) == len(found)
    assert sorted(data for _, data in found if data is not None) == sorted(data for _, data in items)
    folders = {entry.path for entry, _ in found if entry.type == "d"}
    assert all(entry.path.rpartition(b"/")[0] in folders | {b""} for entry, _ in found)


@settings(max_examples=examples(60), deadline=None)
@given(st.data())
def test_a_changed_tar_is_read_or_damaged_and_nothing_else(data: st.DataObject) -> None:
    stream = bytearray(tar(member("d/é" + "x" * 120, b"1" * 600), member("l", type=LINK, linkname="y")))
    for _ in range(data.draw(st.integers(1, 4))):
        stream[data.draw(st.integers(0, 4_096))] = data.draw(st.integers(0, 255))
    try:
        contents(opened(gzip.compress(bytes(stream))))
    except Damaged:
        return
    with tarfile.open(fileobj=io.BytesIO(bytes(stream))) as read:
        assert read.getmembers()
