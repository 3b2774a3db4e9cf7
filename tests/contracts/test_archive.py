"""What every Archive promises (ports.archive, FORMAT.md 2 and 4): plain and sealed, on two kinds of store."""

import gzip
import hashlib
import io
import os
import random
import tarfile
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bcper.adapters.fs.blob_store import LocalBlobStore
from bcper.adapters.memory.blob_store import MemoryBlobStore
from bcper.domain.errors import BcperError, BlobNotFound, ConfigurationError, Damaged
from bcper.domain.model.entries import EntryType, Problem
from bcper.domain.model.manifest import FRAME
from bcper.ports.blob_store import BlobStore
from bcper.ports.cipher import Keyring
from helpers.examples import examples
from helpers.parts import (
    ARCHIVE,
    AREA,
    BASE,
    FEW,
    ITEMS,
    MANY,
    NOISE,
    RING,
    file,
    manifest,
    names,
    read,
    unsealed,
    whole,
    write,
)


@pytest.fixture(params=["memory", "local"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    return MemoryBlobStore() if request.param == "memory" else LocalBlobStore(str(tmp_path))


@pytest.fixture(params=[None, RING], ids=["plain", "sealed"])
def keyring(request: pytest.FixtureRequest) -> Keyring | None:
    ring: Keyring | None = request.param
    return ring


def test_entries_and_contents_come_back_as_they_were_stored(
    store: BlobStore, keyring: Keyring | None
) -> None:
    found = read(store, write(store, keyring), keyring)
    assert [entry.path for entry, _ in found] == [entry.path for entry, _ in ITEMS]
    for (was, content), (entry, data) in zip(ITEMS, found, strict=True):
        for name in ("type", "mode", "uid", "gid", "user", "group", "size", "mtime_ns", "ctime_ns", "inode"):
            assert getattr(entry, name) == getattr(was, name), (was.path, name)
        assert (entry.link, entry.device, entry.xattrs) == (was.link, was.device, was.xattrs or {})
        assert data == (whole(content) if was.type == "f" else None)
        assert entry.sparse == (len(AREA) if was.path == b"r/hole" else None)
        assert entry.sha256 == (None if data is None else hashlib.sha256(data).hexdigest())


def test_a_part_says_what_was_stored(store: BlobStore, keyring: Keyring | None) -> None:
    part = write(store, keyring)
    end = ".enc" if keyring else ""
    assert (part.name, part.items, part.encrypted) == ("target", ("target",), keyring is not None)
    assert part.archive == part.volumes[0].blob == f"{BASE}.tar.gz{end}"
    assert part.index.blob == f"{BASE}.index.gz{end}"
    assert part.entries == len(ITEMS)
    assert part.bytes == sum(entry.size for entry, _ in ITEMS if entry.type == "f")
    assert names(store) == sorted(line.blob for line in part.blobs)
    for line in part.blobs:
        data = store.get(line.blob, 1 << 30)
        assert (len(data), hashlib.sha256(data).hexdigest()) == (line.bytes, line.sha256)
    assert part.stored_bytes == sum(line.bytes for line in part.blobs)
    with ARCHIVE.read_part(store, manifest(part), part, keyring) as reader:
        assert reader.roots == {b"r": b"/home/\xff"}
        assert sum(reader.check_volumes()) == sum(line.bytes for line in part.volumes)


@pytest.mark.parametrize("compression", ["fast", "balanced", "best"])
def test_a_volume_is_frames_of_a_mebibyte_that_tarfile_reads(
    store: BlobStore, keyring: Keyring | None, compression: str
) -> None:
    part = write(store, keyring, compression=compression)
    with ARCHIVE.read_part(store, manifest(part), part, keyring) as reader:
        (volume,), entries = reader.volumes, list(reader.entries())
    data = unsealed(store, volume.blob, keyring)
    edges = [*volume.frames, len(data)]
    frames = [gzip.decompress(data[a:b]) for a, b in pairwise(edges)]
    assert {len(frame) for frame in frames[:-1]} == {FRAME}
    stream = b"".join(frames)
    assert 0 < len(frames[-1]) <= FRAME and stream.endswith(bytes(1024))
    contents = {entry.path: whole(content) for entry, content in ITEMS}
    for entry in entries:
        if entry.off is not None:
            length = entry.size if entry.sparse is None else entry.sparse
            assert stream[entry.off : entry.off + length] == contents[entry.path]
    with tarfile.open(fileobj=io.BytesIO(data), mode="r:gz") as tar:
        members = tar.getmembers()
        assert [os.fsencode(member.name) for member in members] == [entry.path for entry, _ in ITEMS]
        for member, (was, content) in zip(members, ITEMS, strict=True):
            if was.type == "f" and not member.issparse():
                opened = tar.extractfile(member)
                assert opened is not None and opened.read() == whole(content)


def test_every_volume_is_an_archive_of_its_own_with_whole_files(
    store: BlobStore, keyring: Keyring | None
) -> None:
    part = write(store, keyring, MANY, volume_bytes=1)
    end = ".enc" if keyring else ""
    assert len(part.volumes) > 1
    wanted = [f"{BASE}{f'.{n}' if n else ''}.tar.gz{end}" for n in range(len(part.volumes))]
    assert [line.blob for line in part.volumes] == wanted
    found: list[tuple[bytes, bytes]] = []
    for name in wanted:
        with tarfile.open(fileobj=io.BytesIO(unsealed(store, name, keyring)), mode="r:gz") as tar:
            for member in tar:
                opened = tar.extractfile(member)
                assert opened is not None
                found.append((os.fsencode(member.name), opened.read()))
    assert found == [(entry.path, content) for entry, content in MANY]
    assert [data for _, data in read(store, part, keyring)] == [content for _, content in MANY]
    with ARCHIVE.read_part(store, manifest(part), part, keyring) as reader:
        volumes = [entry.vol or 0 for entry in reader.entries()]
        assert volumes == sorted(volumes) and set(volumes) == set(range(len(wanted)))


EDGES = [0, 1, 511, 512, 513, 400_000, FRAME - 1024, FRAME - 512, FRAME - 1, FRAME, FRAME + 1, 2 * FRAME]


@settings(max_examples=examples(30), deadline=None)
@given(st.lists(st.sampled_from(EDGES) | st.integers(0, 3 * FRAME), max_size=12), st.booleans())
def test_files_of_any_length_come_back(sizes: list[int], sealed: bool) -> None:
    items = [file(b"%03d" % n, bytes([n + 1]) * size) for n, size in enumerate(sizes)]
    store, keyring = MemoryBlobStore(), RING if sealed else None
    part = write(store, keyring, items)
    assert (part.archive is None) == (not sizes)
    assert [data for _, data in read(store, part, keyring)] == [whole(content) for _, content in items]


def test_a_part_without_entries_is_an_index_alone(store: BlobStore, keyring: Keyring | None) -> None:
    part = write(store, keyring, [])
    assert (part.archive, part.volumes, part.entries, part.bytes) == (None, (), 0, 0)
    assert names(store) == [part.index.blob]
    assert read(store, part, keyring) == []


def test_wanted_is_asked_about_every_entry_in_order(store: BlobStore, keyring: Keyring | None) -> None:
    part = write(store, keyring)
    asked: list[tuple[bytes, EntryType, int]] = []

    def wanted(path: bytes, kind: EntryType, size: int) -> bool:
        asked.append((path, kind, size))
        return len(asked) % 3 == 0

    with ARCHIVE.read_part(store, manifest(part), part, keyring) as reader:
        some = [entry.path for entry in reader.entries(wanted, sized=True)]
        assert asked == [(entry.path, entry.type, entry.size) for entry, _ in ITEMS]
        assert some == [entry.path for entry, _ in ITEMS[2::3]]
        assert list(reader.entries(lambda _path, _kind, _size: False)) == []
        both = zip(reader.entries(), reader.entries(), strict=True)
        assert all(one == other for one, other in both)


@pytest.mark.parametrize("seed", range(3))
def test_contents_of_some_entries_are_those_entries_bytes(
    store: BlobStore, keyring: Keyring | None, seed: int
) -> None:
    rng = random.Random(seed)
    items = [*ITEMS, *(file(b"s/%03d" % n, NOISE[n : n + n * 7]) for n in range(600))]
    part = write(store, keyring, items)
    contents = {entry.path: whole(content) if entry.type == "f" else None for entry, content in items}
    chance = rng.choice([0.01, 0.1, 0.5, 0.9])
    with ARCHIVE.read_part(store, manifest(part), part, keyring) as reader:
        for _ in range(2):
            some = [entry for entry in reader.entries() if rng.random() < chance]
            found = [(entry, whole(content)) for entry, content in reader.contents(some)]
            assert found == [(entry, contents[entry.path]) for entry in some]


def test_streams_come_in_pieces_of_at_most_a_mebibyte(store: BlobStore, keyring: Keyring | None) -> None:
    part = write(store, keyring)
    with ARCHIVE.read_part(store, manifest(part), part, keyring) as reader:
        for entry, content in reader.contents(reader.entries()):
            if entry.path in (b"r/long", b"r/hole"):
                assert content is not None and not isinstance(content, bytes)
                assert content.sparse == (entry.path == b"r/hole")
                pieces = list(content)
                assert max(map(len, pieces)) <= FRAME and sum(map(len, pieces)) == content.length
            else:
                whole(content)


def test_what_was_skipped_is_known_at_the_end(store: BlobStore, keyring: Keyring | None) -> None:
    skipped = [Problem(b"r/\xff\n", "cannot be read: ☃", True), Problem(b"r/a", "is a socket", False)]
    part = write(store, keyring, skipped=skipped)
    with ARCHIVE.read_part(store, manifest(part), part, keyring) as reader:
        list(reader.entries())
        assert list(reader.skipped()) == skipped[:1]


@pytest.mark.parametrize("order", [[1, 0], [0, 0]], ids=["backwards", "twice"])
def test_entries_out_of_order_are_not_read(
    store: BlobStore, keyring: Keyring | None, order: list[int]
) -> None:
    items = [file(b"a/b", b"1"), file(b"a.b", b"2")]
    part = write(store, keyring, [items[number] for number in order])
    with pytest.raises(Damaged, match="order"):
        read(store, part, keyring)


def test_checksums_are_coreutils_lines_for_every_blob(store: BlobStore, keyring: Keyring | None) -> None:
    part = write(store, keyring, MANY, volume_bytes=1)
    assert ARCHIVE.write_checksums(store, BASE, (part,)) == f"{BASE}.sha256"
    lines = [line.split("  ") for line in store.get(f"{BASE}.sha256", 1 << 20).decode().splitlines()]
    folder = os.path.dirname(BASE)
    assert [f"{folder}/{name}" for _, name in lines] == [line.blob for line in part.blobs]
    for digest, name in lines:
        assert hashlib.sha256(store.get(f"{folder}/{name}", 1 << 30)).hexdigest() == digest


def test_a_manifest_comes_back_and_a_newer_one_is_refused(store: BlobStore, keyring: Keyring | None) -> None:
    part = write(store, keyring, FEW)
    wanted = manifest(part, part)
    name = ARCHIVE.write_manifest(store, BASE, wanted)
    assert name == f"{BASE}.meta.json"
    assert ARCHIVE.read_manifest(store, name) == wanted
    store.put("newer", store.get(name, 1 << 20).replace(b'"format": 1', b'"format": 2'))
    with pytest.raises(ConfigurationError):
        ARCHIVE.read_manifest(store, "newer")
    with pytest.raises(BlobNotFound):
        ARCHIVE.read_manifest(store, "missing")
    with pytest.raises(BcperError):
        ARCHIVE.write_manifest(store, BASE, wanted)
