"""What an Archive does when it is left, damaged, or its store fails (FAULTS.md rows 50, 62 to 68)."""

import random
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import attrs
import pytest

from bcper.adapters.fs.blob_store import LocalBlobStore
from bcper.adapters.memory.blob_store import MemoryBlobReader, MemoryBlobStore
from bcper.adapters.memory.cipher import MemoryCipher
from bcper.adapters.memory.faulty_blob_store import Fault, FaultyBlobStore
from bcper.domain.errors import (
    Damaged,
    NoSpace,
    StoreError,
    WrongPassword,
)
from bcper.domain.model.manifest import FRAME
from bcper.ports.blob_store import BlobStore
from bcper.ports.cipher import Keyring
from helpers.parts import (
    ARCHIVE,
    FEW,
    MANY,
    NOISE,
    RING,
    Long,
    copied,
    file,
    flipped,
    manifest,
    names,
    plan,
    read,
    source,
    whole,
    write,
)

SAMPLED = 40


@pytest.fixture(params=["memory", "local"])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    return MemoryBlobStore() if request.param == "memory" else LocalBlobStore(str(tmp_path))


@pytest.fixture(params=[None, RING], ids=["plain", "sealed"])
def keyring(request: pytest.FixtureRequest) -> Keyring | None:
    ring: Keyring | None = request.param
    return ring


@pytest.fixture(autouse=True)
def _no_thread_outlives_its_archive() -> Iterator[None]:
    yield
    assert not threads()


def threads() -> list[threading.Thread]:
    # An rclone that other tests have is kept by a thread, too.
    ours = [thread for thread in threading.enumerate() if thread.name.startswith("bcper")]
    return [thread for thread in ours if thread.name != "bcper-rclone"]


def places(rng: random.Random, size: int) -> list[int]:
    """Bits to flip in a blob of ``size`` bytes: all over, and in its first and last bytes."""
    edges = [0, 8, 70, 100, 111, 112, size - 1, size - 5, size - 16, size - 17]
    spread = [size * n // SAMPLED for n in range(SAMPLED)]
    return [at % size * 8 + rng.randrange(8) for at in edges + spread]


@pytest.mark.parametrize("error", [KeyError, KeyboardInterrupt, NoSpace])
def test_a_writer_left_by_an_error_leaves_no_blob(
    store: BlobStore, keyring: Keyring | None, error: type[BaseException]
) -> None:
    with pytest.raises(error):
        with ARCHIVE.write_part(store, plan(volume_bytes=1), keyring) as writer:
            for entry, content in MANY:
                writer.add(entry, content)
            assert len(names(store)) > 0
            raise error("on purpose")
    assert names(store) == []


def test_a_writer_left_without_finish_leaves_no_blob(store: BlobStore, keyring: Keyring | None) -> None:
    with ARCHIVE.write_part(store, plan(volume_bytes=1), keyring) as writer:
        for entry, content in MANY:
            writer.add(entry, content)
    assert names(store) == []


def test_an_error_after_finish_takes_the_part_back(store: BlobStore, keyring: Keyring | None) -> None:
    with pytest.raises(KeyError):
        with ARCHIVE.write_part(store, plan(), keyring) as writer:
            writer.add(*FEW[0])
            writer.finish(())
            raise KeyError
    assert names(store) == []


def test_an_error_of_a_stream_is_the_writers(store: BlobStore, keyring: Keyring | None) -> None:
    @attrs.frozen
    class Failing(Long):
        def __iter__(self) -> Iterator[bytes]:
            yield self.data[:FRAME]
            raise KeyError

    with pytest.raises(KeyError):
        with ARCHIVE.write_part(store, plan(), keyring) as writer:
            writer.add(source(b"a", size=len(NOISE)), Failing(NOISE))
    assert names(store) == []


@pytest.mark.parametrize("operations", ["create", "write", "commit"])
@pytest.mark.parametrize("lasting", [False, True], ids=["once", "for ever"])
def test_an_error_of_the_store_comes_out_as_it_is(
    keyring: Keyring | None, operations: str, lasting: bool
) -> None:
    store = FaultyBlobStore(MemoryBlobStore())
    write(store, keyring, MANY, volume_bytes=1)
    count = sum(operation == operations for operation, _ in store.operations)
    for at in sorted({1, 2, count // 2, count - 1, count} & set(range(1, count + 1))):
        inner, boom = MemoryBlobStore(), NoSpace(f"at {at}")
        store = FaultyBlobStore(inner, Fault(at, lambda: boom, frozenset({operations}), lasting=lasting))  # noqa: B023
        try:
            write(store, keyring, MANY, volume_bytes=1)
        except NoSpace as error:
            assert error is boom
        else:
            # How many volumes there are depends on how fast they are written.
            assert sum(operation == operations for operation, _ in store.operations) < at
            continue
        assert names(inner) == []
        assert not threads()


def test_a_store_that_is_gone_does_not_hide_why_a_writer_was_left(keyring: Keyring | None) -> None:
    store = FaultyBlobStore(MemoryBlobStore())
    with pytest.raises(KeyboardInterrupt):
        with ARCHIVE.write_part(store, plan(volume_bytes=1), keyring) as writer:
            for entry, content in MANY:
                writer.add(entry, content)
            store.forget()
            store.fault = Fault(1, lambda: StoreError("gone"), lasting=True)
            raise KeyboardInterrupt


@pytest.mark.parametrize("operation", ["open", "read_at"])
def test_an_error_of_the_store_while_reading_comes_out_as_it_is(
    keyring: Keyring | None, operation: str
) -> None:
    inner = MemoryBlobStore()
    part = write(inner, keyring)
    store = FaultyBlobStore(inner)
    read(store, part, keyring)
    count = sum(done == operation for done, _ in store.operations)
    # Two workers may open a volume at once, so the last few may not be reached.
    for at in range(1, max(3, count - 3)):
        boom = StoreError(f"at {at}")
        faulty = FaultyBlobStore(inner, Fault(at, lambda: boom, frozenset({operation}), lasting=True))  # noqa: B023
        with pytest.raises(StoreError) as caught:
            read(faulty, part, keyring)
        assert caught.value is boom
        assert not threads()


def test_a_reader_left_in_the_middle_leaves_no_thread(store: BlobStore, keyring: Keyring | None) -> None:
    part = write(store, keyring)
    with ARCHIVE.read_part(store, manifest(part), part, keyring) as reader:
        for entry, content in reader.contents(reader.entries()):
            whole(content)
            if entry.path == b"r/frame03":
                break
    assert not threads()


class Counting(MemoryBlobStore):
    """Counts readers that are open; two that are asked for at once are made at once."""

    def __init__(self) -> None:
        super().__init__()
        self.meeting = threading.Barrier(2, timeout=0.3)
        self.left = 0

    def open(self, name: str) -> MemoryBlobReader:
        if "tar" in name:
            try:
                self.meeting.wait()
            except threading.BrokenBarrierError:
                self.meeting.reset()
        reader, store = super().open(name), self
        store.left += 1

        class Counted(MemoryBlobReader):
            def __exit__(self, *exc: object) -> None:
                store.left -= 1
                super().__exit__(*exc)

        return Counted(reader.read_at(0, reader.size))


def test_every_blob_that_a_reader_opened_is_closed(keyring: Keyring | None) -> None:
    store = Counting()
    part = write(store, keyring)
    read(store, part, keyring)
    assert store.left == 0


def test_a_flipped_bit_in_a_volume_is_damage_and_no_other_content(keyring: Keyring | None) -> None:
    store, rng = MemoryBlobStore(), random.Random(62)
    part = write(store, keyring, FEW)
    good = read(store, part, keyring)
    (volume,) = part.volumes
    for bit in places(rng, volume.bytes):
        bad = copied(store, {volume.blob: flipped(bit)})
        with pytest.raises(Damaged, match=r"tar\.gz"):
            with ARCHIVE.read_part(bad, manifest(part), part, keyring) as reader:
                list(reader.check_volumes())
        try:
            assert read(bad, part, keyring) == good
        except Damaged:
            continue
        # Gzip's header (RFC 1952) has bits that mean nothing to the content.
        assert keyring is None


def test_a_flipped_bit_in_an_index_is_damage_or_nothing(keyring: Keyring | None) -> None:
    store, rng = MemoryBlobStore(), random.Random(63)
    part = write(store, keyring, FEW)
    good = read(store, part, keyring)
    for bit in places(rng, part.index.bytes):
        bad = copied(store, {part.index.blob: flipped(bit)})
        try:
            assert read(bad, part, keyring) == good
        except Damaged as error:
            assert part.index.blob in str(error) or "index" in str(error)
        else:
            assert keyring is None


@pytest.mark.parametrize(
    "change",
    [lambda d: d[:-1], lambda d: d + b"\0", lambda _: b"", lambda d: d[: len(d) // 2], lambda d: d + d],
    ids=["cut", "longer", "empty", "half", "twice"],
)
def test_a_blob_of_another_length_is_damaged(
    keyring: Keyring | None, change: Callable[[bytes], bytes]
) -> None:
    store = MemoryBlobStore()
    part = write(store, keyring, FEW)
    for line in part.blobs:
        with pytest.raises(Damaged, match=r"tar\.gz|index"):
            read(copied(store, {line.blob: change}), part, keyring)


def test_blobs_of_another_run_are_damage(keyring: Keyring | None) -> None:
    store, other = MemoryBlobStore(), MemoryBlobStore()
    part = write(store, keyring, [file(b"a", b"one")])
    theirs = write(other, keyring, [file(b"a", b"two")], run_id="run-2")
    for mine, line in zip(part.blobs, theirs.blobs, strict=True):
        data = other.get(line.blob, 1 << 20)
        swapped = copied(store, {mine.blob: lambda _: data})  # noqa: B023
        adopted = attrs.evolve(part, index=theirs.index) if mine is part.index else part
        with pytest.raises(Damaged):
            with ARCHIVE.read_part(swapped, manifest(adopted), adopted, keyring) as reader:
                list(reader.contents(reader.entries()))
                list(reader.check_volumes())
    with pytest.raises(Damaged, match="another run"):
        ARCHIVE.read_part(store, manifest(part, run_id="run-2"), part, keyring)


def test_a_missing_blob_is_damage(keyring: Keyring | None) -> None:
    store = MemoryBlobStore()
    part = write(store, keyring, FEW)
    for line in part.blobs:
        bad = copied(store, {})
        bad.delete(line.blob)
        with pytest.raises(Damaged, match="gone"):
            read(bad, part, keyring)


def test_a_wrong_password_is_told_from_a_damaged_header() -> None:
    store = MemoryBlobStore()
    part = write(store, RING, FEW)
    with pytest.raises(WrongPassword):
        read(store, part, MemoryCipher().keyring("another"))
    for line in part.blobs:
        bad = copied(store, {line.blob: flipped(90 * 8)})  # in the header's own MAC
        with pytest.raises(Damaged, match="header"):
            read(bad, part, RING)
