"""The original's archives, read as parts (FORMAT.md section 8; FAULTS.md rows 62, 63 and 65)."""

import gzip
import hashlib
import os
import random
import tempfile
import unicodedata
from pathlib import Path

import attrs
import pytest

from bcper.adapters.archive.legacy import reader as reader_module
from bcper.adapters.archive.legacy import sorted_entries
from bcper.adapters.archive.legacy.reader import LegacyPartReader
from bcper.adapters.fs.extractor import FsExtractorOpener
from bcper.domain.errors import Damaged, WrongPassword
from bcper.domain.model.entries import Problem
from bcper.domain.policy.selection import select
from bcper.domain.usecases.share_part import Count, write_files
from helpers.original import contents, keys, member, opened, stored, tree, whole, zipped

NOISE = random.Random(8).randbytes(3_000_000)
PASSWORD = "pässword"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    home = tmp_path / "home"
    (home / "z" / "deep").mkdir(parents=True)
    (home / "a").mkdir()
    (home / "z" / "long").write_bytes(NOISE)
    (home / "z" / "deep" / ("é" * 100)).write_bytes(b"long name")
    (home / "a" / "one").write_bytes(b"1")
    (home / "a.txt").write_bytes(b"sorts by components")
    os.link(home / "a" / "one", home / "a" / "two")
    (home / "link").symlink_to("a/one")
    os.mkfifo(home / "pipe")
    with open(os.fsencode(home) + b"/bad\xff", "wb") as file:
        file.write(b"bytes")
    os.utime(home / "a.txt", ns=(0, 1_700_000_000_500_000_000))
    os.chmod(home / "a.txt", 0o751)
    for number in range(40):
        (home / "z" / f"{number:02}").write_bytes(NOISE[number : number * 7_001])
    return home


@pytest.fixture(params=[None, PASSWORD], ids=["plain", "sealed"])
def password(request: pytest.FixtureRequest) -> str | None:
    word: str | None = request.param
    return word


def test_everything_comes_back_in_index_order(home: Path, password: str | None) -> None:
    found = contents(opened(tree([("", home)]), password))
    paths = [entry.path for entry, _ in found]
    assert paths == sorted(paths, key=lambda path: path.split(b"/"))
    wanted = {os.path.relpath(os.path.join(here, name), os.fsencode(home))
              for here, folders, files in os.walk(os.fsencode(home)) for name in folders + files}  # fmt: skip
    assert set(paths) == wanted
    kinds = {entry.path: entry.type for entry, _ in found}
    assert [kinds[name] for name in (b"z", b"z/deep", b"link", b"pipe")] == ["d", "d", "l", "p"]
    assert sorted([kinds[b"a/one"], kinds[b"a/two"]]) == ["f", "h"]
    for entry, data in found:
        path = os.fsencode(home) + b"/" + entry.path
        status = os.lstat(path)
        if entry.type == "f":
            with open(path, "rb") as file:
                assert data == file.read()
            assert entry.sha256 == hashlib.sha256(data or b"").hexdigest()
            assert (entry.size, entry.mode) == (len(data or b""), status.st_mode & 0o7777)
            assert abs(entry.mtime_ns - status.st_mtime_ns) < 1_000  # a float of seconds holds no more
        else:
            assert data is None
        if entry.type != "d":
            assert (entry.uid, entry.gid) == (status.st_uid, status.st_gid)
    assert {entry.path: entry.link for entry, _ in found if entry.link} == {
        b"link": b"a/one",
        b"a/two" if kinds[b"a/two"] == "h" else b"a/one": b"a/one" if kinds[b"a/two"] == "h" else b"a/two",
    }


def test_folders_that_were_not_stored_are_the_owners_alone(password: str | None) -> None:
    packed = zipped(member("x/y/file", b"1", uid=7, gid=8, uname="ann", gname="users"))
    store, run = stored(packed)
    with LegacyPartReader(store, run, None) as reader:
        *folders, _ = reader.entries()
    assert [folder.path for folder in folders] == [b"x", b"x/y"]
    for folder in folders:
        assert (folder.type, folder.mode, folder.uid, folder.user) == ("d", 0o700, 7, "ann")
        assert folder.mtime_ns == run.started_at.timestamp() * 1_000_000_000


def test_it_is_restored_by_the_same_hands_as_any_other(
    home: Path, password: str | None, tmp_path: Path
) -> None:
    problems: list[Problem] = []
    target = tmp_path / "target"
    with opened(tree([("it", home)]), password) as reader:
        with FsExtractorOpener().open(
            str(target), "never", special=False, report=problems.append
        ) as extractor:
            for _ in write_files(reader, reader.entries(), extractor, Count(), lambda: None):
                pass
            extractor.finish()
    assert problems == []
    for here, _, files in os.walk(os.fsencode(home)):
        for name in files:
            old = os.path.join(here, name)
            new = os.fsencode(target) + b"/it/" + os.path.relpath(old, os.fsencode(home))
            assert os.lstat(new).st_mode == os.lstat(old).st_mode
            if os.path.islink(old):
                assert os.readlink(new) == os.readlink(old)
            elif os.path.isfile(old):
                with open(old, "rb") as one, open(new, "rb") as two:
                    assert one.read() == two.read()
    assert os.stat(target / "it" / "a" / "one").st_ino == os.stat(target / "it" / "a" / "two").st_ino


def test_what_is_named_is_found_though_no_folders_were_stored(home: Path) -> None:
    with opened(tree([("", home)])) as reader:
        found = [entry.path for entry in select(reader.entries, ("deep",))]
        assert found == [b"z", b"z/deep", b"z/deep/" + ("é" * 100).encode()]
        asked: list[bytes] = []
        assert list(reader.entries(lambda path, _kind, _size: bool(asked.append(path)))) == []
        assert asked == [entry.path for entry in reader.entries()]


@pytest.mark.parametrize("seed", range(3))
def test_contents_of_some_entries_in_any_order(
    home: Path, password: str | None, seed: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    rng = random.Random(seed)
    if seed:
        monkeypatch.setattr(reader_module, "_BATCH", 3)
    packed = tree([("", home)])
    wanted = {entry.path: data for entry, data in contents(opened(packed, password))}
    with opened(packed, password) as reader:
        some = rng.sample(list(reader.entries()), 20)
        for _ in range(2):
            assert [whole(content) for _, content in reader.contents(some)] == [wanted[e.path] for e in some]


def test_long_files_come_in_pieces_and_two_may_be_read_at_once() -> None:
    names = [b"one", b"two"]
    packed = zipped(member("one", NOISE), member("two", NOISE[::-1]))
    with opened(packed) as reader:
        streams = [content for _, content in reader.contents(reader.entries())]
        pieces: dict[bytes, list[bytes]] = {name: [] for name in names}
        for pair in zip(*streams, strict=True):  # type: ignore[arg-type]
            for name, piece in zip(names, pair, strict=True):
                assert 0 < len(piece) <= 1 << 20
                pieces[name].append(piece)
    assert [b"".join(pieces[name]) for name in names] == [NOISE, NOISE[::-1]]


def test_verifying_reads_every_byte_and_can_be_done_again(home: Path, password: str | None) -> None:
    store, run = stored(tree([("", home)]), password)
    with LegacyPartReader(store, run, keys(password)) as reader:
        assert sum(reader.check_volumes()) == run.bytes
        assert reader.count == len(list(reader.entries())) - 3  # the folders
        assert reader.bytes == sum(entry.size for entry in reader.entries())
        assert sum(reader.check_volumes()) == run.bytes


def test_a_check_that_was_stopped_begins_anew(home: Path, password: str | None) -> None:
    with opened(tree([("", home)]), password) as reader:
        for steps in (1, 3, 6):
            check = reader.check_volumes()
            for _ in range(steps):
                next(check)
            check.close()  # type: ignore[attr-defined]
        assert b"a.txt" in [entry.path for entry in reader.entries()]


def test_an_archive_that_changes_later_is_found_out() -> None:
    store, run = stored(zipped(member("a", NOISE)))
    with LegacyPartReader(store, run, None) as reader:
        assert sum(reader.check_volumes()) == run.bytes
        store.delete(run.archive)
        store.put(run.archive, zipped(member("a", NOISE[::-1]))[: run.bytes].ljust(run.bytes, b"\0"))
        reader._blob = store.open(run.archive)
        with pytest.raises(Damaged, match="changed"):
            list(reader.check_volumes())


def test_an_empty_archive_has_no_entries(password: str | None) -> None:
    assert contents(opened(zipped(), password)) == []


def test_many_entries_are_sorted_outside_of_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sorted_entries, "_TOGETHER", 7)
    monkeypatch.setattr(sorted_entries, "_BLOCK", 3)
    monkeypatch.setattr(sorted_entries.SortedEntries.__init__, "__defaults__", (7,))
    names = [f"{n * 7919 % 101:03}" for n in range(100)]
    members = [member(name, name.encode(), uname="ann", linkname="") for name in names]
    packed = zipped(*members, member("l", type=b"2", linkname="é\udcff"), member("0", b"", mtime=-5.5))
    with opened(packed) as reader:
        found = [(entry, whole(data)) for entry, data in reader.contents(reader.entries())]
        assert len(reader._table._found._runs) == 102 // 7  # type: ignore[union-attr]
    assert [entry.path for entry, _ in found] == [b"0", *sorted(name.encode() for name in names), b"l"]
    assert all(data == entry.path for entry, data in found[1:-1])
    assert (found[0][0].mtime_ns, found[-1][0].link) == (
        -5_500_000_000,
        "é\udcff".encode("utf-8", "surrogateescape"),
    )
    assert {entry.user for entry, _ in found[1:-1]} == {"ann"}


# Passwords and damage


def test_row_65_a_wrong_password_is_told_before_anything_is_read(home: Path) -> None:
    packed = tree([("", home)])
    for wrong in ("Pässword", "x"):
        with pytest.raises(WrongPassword):
            opened(packed, PASSWORD, given=wrong)
    store, run = stored(packed, PASSWORD)
    with pytest.raises(WrongPassword, match="needs"):
        LegacyPartReader(store, run, None)


@pytest.mark.parametrize("typed", ["NFC", "NFD"])
@pytest.mark.parametrize("given", ["NFC", "NFD"])
def test_row_78_any_way_of_typing_the_password_opens_it(typed: str, given: str) -> None:
    word, other = (unicodedata.normalize(form, PASSWORD) for form in (typed, given))
    assert len(contents(opened(zipped(member("a")), word, given=other))) == 1


def flipped(at: int, data: bytes, bit: int = 0) -> bytes:
    changed = bytearray(data)
    changed[at] ^= 1 << bit
    return bytes(changed)


PACKED = zipped(member("a", NOISE[:5_000]), member("b/c", b"small"))


def test_row_62_a_flipped_bit_anywhere_is_damage(password: str | None) -> None:
    size = len(PACKED) + (44 if password else 0)
    step = 611 if password else 97
    places = [*range(28, size, step), *range(28, 44), *range(size - 18, size)]
    for at in places if password else [*places, *range(28)]:
        with pytest.raises(Damaged):
            contents(opened(PACKED, password, lambda data, at=at: flipped(at, data, at % 8)))
        with pytest.raises(Damaged):
            with opened(PACKED, password, lambda data, at=at: flipped(at, data, at % 8)) as reader:
                list(reader.check_volumes())


@pytest.mark.parametrize("at", [0, 15, 16, 27])
def test_a_flipped_bit_of_salt_or_nonce_looks_like_a_wrong_password_and_the_message_says_so(at: int) -> None:
    with pytest.raises(WrongPassword, match="first 28 bytes"):
        opened(PACKED, PASSWORD, lambda data: flipped(at, data))


def test_row_63_a_cut_or_longer_archive_is_damaged(password: str | None) -> None:
    size = len(PACKED) + (44 if password else 0)
    for length in (0, 1, 27, 28, 46, size // 2, size - 17, size - 8, size - 1):
        with pytest.raises(Damaged):
            contents(opened(PACKED, password, lambda data, length=length: data[:length]))
    for more in (b"\0", b"x", PACKED):
        with pytest.raises(Damaged):
            contents(opened(PACKED, password, lambda data, more=more: data + more))


def test_a_wrong_sum_is_damage_although_everything_else_fits(password: str | None) -> None:
    store, run = stored(PACKED, password)
    other = attrs.evolve(run, sha256=hashlib.sha256(b"").hexdigest())
    with LegacyPartReader(store, other, keys(password)) as reader:
        with pytest.raises(Damaged, match="not the archive"):
            list(reader.entries())
        with pytest.raises(Damaged, match="not the archive"):
            list(reader.check_volumes())


def test_another_archive_of_the_same_length_is_damaged() -> None:
    lie = zipped(member("a", NOISE[1:5_001]), member("b/c", b"small"))
    with pytest.raises(Damaged):
        contents(opened(PACKED, None, lambda data: lie))


def test_gone_or_of_another_size() -> None:
    store, run = stored(PACKED)
    with pytest.raises(Damaged, match="bytes"):
        LegacyPartReader(store, attrs.evolve(run, bytes=7), None)
    store.delete(run.archive)
    with pytest.raises(Damaged, match="gone"):
        LegacyPartReader(store, run, None)


def test_no_plaintext_lies_in_the_temporary_folder_and_nothing_stays(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    secret = b"a secret that nobody must read " * 1_000
    with opened(gzip.compress(gzip.decompress(zipped(member("a", secret))), 0), PASSWORD) as reader:
        assert [whole(data) for _, data in reader.contents(reader.entries())] == [secret]
        spool = reader._source._spool  # type: ignore[attr-defined]
        copied = spool.read_at(0, 1 << 20)
        assert len(copied) > len(secret) and secret[:40] not in copied
        assert os.fstat(spool._file.fileno()).st_mode & 0o777 == 0o600
        assert os.fstat(spool._file.fileno()).st_nlink == 0
        assert os.listdir(tmp_path) == []
