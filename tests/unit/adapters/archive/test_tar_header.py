"""Headers as the standard library's tarfile reads them (POSIX.1-2001; FORMAT.md section 2)."""

import io
import os
import tarfile
from decimal import Decimal

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bcper.adapters.archive.tar_header import BLOCK, END, header, padding, record
from bcper.adapters.fs.source_stream import sparse_map
from bcper.domain.model.entries import SourceEntry
from helpers.examples import examples
from helpers.parts import NOISE, source

TYPES = {"f": b"0", "d": b"5", "l": b"2", "h": b"1", "p": b"6", "b": b"4", "c": b"3"}
LAST = source(b"last", size=4)
SECOND = 1_000_000_000

many = settings(max_examples=examples(125), deadline=None)


def text(most: int, *, without: str = "\0") -> st.SearchStrategy[str]:
    """What bytes from the system become: any Unicode, and stray bytes (PEP 383)."""
    raw = st.binary(max_size=most) | st.text(max_size=most // 4).map(str.encode)
    return raw.map(lambda data: "".join(c for c in os.fsdecode(data) if c not in without))


component = (
    (st.binary(min_size=1, max_size=255) | st.text("ab é😀\n", min_size=1, max_size=60).map(str.encode))
    .map(lambda name: name.replace(b"\0", b"x").replace(b"/", b"y"))
    .filter(lambda name: name not in (b".", b".."))
)
plain = st.integers(1, 160).map(lambda length: b"n" * length)
paths = st.lists(component | plain, min_size=1, max_size=6).map(b"/".join)
ids = st.integers(0, 2**32 - 2) | st.sampled_from([0, 0o7777777, 0o7777777 + 1, 2**32 - 2])
times = (
    st.integers(-(2**62), 2**62)
    | st.integers(-3 * SECOND, 3 * SECOND)
    | st.sampled_from([-5_500_000_000, 2**40 * SECOND, 0o77777777777 * SECOND, (0o77777777777 + 1) * SECOND])
)
keys = text(60, without="\0=").map("user.".__add__)


@st.composite
def entries(draw: st.DrawFn) -> SourceEntry:
    kind = draw(st.sampled_from(sorted(TYPES)))
    link = draw(paths | paths.map(b"/".__add__) | st.just(b"../x/")) if kind in "lh" else None
    return source(
        draw(paths),
        kind,
        mode=draw(st.integers(0, 0o7777)),
        uid=draw(ids),
        gid=draw(ids),
        user=draw(text(40)),
        group=draw(text(40)),
        mtime_ns=draw(times),
        link=link,
        device=draw(st.tuples(st.integers(0, 4095), st.integers(0, 2**20 - 1))) if kind in "bc" else None,
        xattrs=draw(st.none() | st.dictionaries(keys, st.binary(max_size=300), max_size=3)),
    )


def read(stream: bytes) -> list[tarfile.TarInfo]:
    with tarfile.open(
        fileobj=io.BytesIO(stream), mode="r:", encoding="utf-8", errors="surrogateescape"
    ) as tar:
        return tar.getmembers()


def check(entry: SourceEntry, member: tarfile.TarInfo) -> None:
    assert os.fsencode(member.name) == entry.path
    assert member.type == TYPES[entry.type]
    assert (member.mode, member.uid, member.gid) == (entry.mode, entry.uid, entry.gid)
    assert os.fsencode(member.uname) == os.fsencode(entry.user)
    assert os.fsencode(member.gname) == os.fsencode(entry.group)
    assert os.fsencode(member.linkname) == (entry.link or b"")
    assert (member.devmajor, member.devminor) == (entry.device or (0, 0))
    if "mtime" in member.pax_headers:
        assert Decimal(member.pax_headers["mtime"]) == Decimal(entry.mtime_ns) / SECOND
    else:
        assert member.mtime == entry.mtime_ns // SECOND
    found = {
        key.removeprefix("SCHILY.xattr."): value.encode("utf-8", "surrogateescape")
        for key, value in member.pax_headers.items()
        if key.startswith("SCHILY.xattr.")
    }
    assert found == (entry.xattrs or {})


@many
@given(entries(), st.binary(max_size=1500))
@example(source(b"a" * 100 + b"/" + b"b" * 100, "d"), b"")
@example(source(b"d" * 99, "d"), b"")
@example(source(b"d" * 100, "d"), b"")
@example(source(b"a/" * 77 + b"b" * 101, "d"), b"")
@example(source(b"p" * 155 + b"/" + b"n" * 100), b"")
@example(source(b"p" * 156 + b"/" + b"n" * 99), b"")
@example(source(b"l", "l", link=b"t" * 100), b"")
@example(source(b"l", "l", link=b"t" * 101), b"")
@example(source(b"x/" * 2_500 + b"x"), b"")
@example(source(b"f", user="u" * 31, group="g" * 32), b"")
@example(source(b"f", xattrs={"user.a\nb": b"12 user.c=d\n", "user.e": b""}), b"")
def test_tarfile_reads_every_field(entry: SourceEntry, data: bytes) -> None:
    data = data if entry.type == "f" else b""
    stream = header(entry, len(data)) + data + padding(len(data))
    assert len(stream) % BLOCK == 0
    first, last = read(stream + header(LAST, 4) + b"last" + padding(4) + END)
    check(entry, first)
    assert first.size == len(data)
    assert stream[first.offset_data : first.offset_data + first.size] == data
    check(LAST, last)


@many
@given(entries())
def test_a_pax_record_is_written_only_for_what_a_ustar_header_cannot_say(entry: SourceEntry) -> None:
    (member,) = read(header(entry, 0) + END)
    length = len(entry.path) + (entry.type == "d")
    ascii_path = entry.path.isascii()
    for key in member.pax_headers:
        if key == "path":
            assert not ascii_path or length > 100
        elif key == "linkpath":
            link = entry.link or b""
            assert len(link) > 100 or not link.isascii()
        elif key in ("uname", "gname"):
            name = os.fsencode(entry.user if key == "uname" else entry.group)
            assert len(name) > 31 or not name.isascii()
        elif key in ("uid", "gid"):
            assert getattr(entry, key) > 0o7777777
        elif key == "mtime":
            assert not 0 <= entry.mtime_ns // SECOND <= 0o77777777777
        else:
            assert key.startswith("SCHILY.xattr.")


@pytest.mark.parametrize("kind", sorted(TYPES))
def test_an_ordinary_entry_has_a_header_of_one_block(kind: str) -> None:
    assert len(header(source(b"home/ann/letter.txt", kind), 0)) == BLOCK


@pytest.mark.parametrize("size", [0, 1, 0o77777777777, 0o77777777777 + 1, 2**50])
def test_sizes_beyond_eight_gibibytes_are_read_back(size: int) -> None:
    with tarfile.open(fileobj=io.BytesIO(header(source(b"big", size=size), size)), mode="r:") as tar:
        member = tar.next()
    assert member is not None
    assert (member.size, member.name) == (size, "big")


@given(st.lists(st.integers(0, 300), max_size=8, unique=True), paths)
def test_tarfile_reads_a_sparse_file(starts: list[int], path: bytes) -> None:
    segments = [(start * 4096, 512) for start in sorted(starts)]
    size = 301 * 4096
    area = sparse_map([*segments, (size, 0)]) + b"".join(NOISE[start:][:512] for start, _ in segments)
    entry = source(path, size=size)
    stream = header(entry, len(area), sparse=True) + area + padding(len(area)) + END
    with tarfile.open(fileobj=io.BytesIO(stream), mode="r:", errors="surrogateescape") as tar:
        (member,) = tar.getmembers()
        assert member.issparse() and member.size == size
        assert os.fsencode(member.name) == path
        opened = tar.extractfile(member)
        assert opened is not None
        wanted = bytearray(size)
        for start, length in segments:
            wanted[start : start + length] = NOISE[start:][:length]
        same = opened.read() == wanted
        assert same  # not compared here: a difference of a megabyte takes long to show


def test_a_record_counts_its_own_length() -> None:
    for length in [*range(1_100), *range(9_900, 10_100), *range(99_900, 100_100)]:
        made = record(b"key", b"v" * length)
        count, _, rest = made.partition(b" ")
        assert int(count) == len(made)
        assert rest == b"key=" + b"v" * length + b"\n"


def test_a_key_that_no_record_can_hold_is_left_out_alone() -> None:
    (member,) = read(header(source(b"f", xattrs={"user.a=b": b"1", "user.c": b"2"}), 0) + END)
    assert member.pax_headers == {"SCHILY.xattr.user.c": "2"}


def test_padding_fills_the_last_block() -> None:
    assert [len(padding(size)) for size in (0, 1, 511, 512, 513)] == [0, 511, 1, 0, 511]
