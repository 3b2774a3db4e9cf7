"""Volumes that go into a store side by side (adapters/archive/commits.py)."""

import threading
from collections.abc import Callable, Iterator
from typing import Self

import attrs
import pytest

from bcper.adapters.archive.commits import Commits
from bcper.adapters.archive.part_writer import ArchivePartWriter
from bcper.adapters.archive.sealed import SealedWriter
from bcper.adapters.memory.blob_store import MemoryBlobStore, MemoryBlobWriter
from bcper.domain.errors import Cancelled, StoreError
from bcper.domain.model.manifest import FRAME
from bcper.ports.cipher import Keyring
from helpers.parts import ARCHIVE, MANY, RING, Long, names, plan, read, source, write

SECONDS = 30.0


@pytest.fixture(params=[None, RING], ids=["plain", "sealed"])
def keyring(request: pytest.FixtureRequest) -> Keyring | None:
    ring: Keyring | None = request.param
    return ring


@pytest.fixture(autouse=True)
def _no_thread_outlives_its_part() -> Iterator[None]:
    yield
    ours = ("bcper-commit", "bcper-leave", "bcper-write", "bcper-hash")
    assert not [thread for thread in threading.enumerate() if thread.name.startswith(ours)]


class Line(MemoryBlobStore):
    """Takes two blobs at once; ``commit(number)`` is called before the one of that number is there."""

    def __init__(self, commit: Callable[["LineWriter"], None]) -> None:
        super().__init__(parallel=2)
        self.commit = commit
        self.made: list[LineWriter] = []
        self.most = 0

    def create(self, name: str) -> "LineWriter":
        inner = super().create(name)
        self.made.append(LineWriter(self, len(self.made), inner))
        self.most = max(self.most, sum(not writer.gone.is_set() for writer in self.made))
        return self.made[-1]


class LineWriter(MemoryBlobWriter):
    def __init__(self, line: Line, number: int, inner: MemoryBlobWriter) -> None:
        super().__init__(line, inner.name)
        self.inner, self.line, self.number = inner, line, number
        self.gone, self.left = threading.Event(), threading.Event()

    def write(self, data: bytes | memoryview) -> None:
        self.inner.write(data)

    def commit(self) -> None:
        self.line.commit(self)
        self.inner.commit()
        self.gone.set()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.left.set()
        self.gone.set()
        self.inner.__exit__(*exc)


def stuck(writer: LineWriter) -> None:
    """Until somebody leaves it."""
    assert writer.left.wait(SECONDS)
    raise StoreError("it was left")


def test_two_volumes_are_on_their_way_at_once_and_never_three(keyring: Keyring | None) -> None:
    meeting = threading.Barrier(2, timeout=SECONDS)

    def commit(writer: LineWriter) -> None:
        if writer.number < 2:
            meeting.wait()

    line = Line(commit)
    part = write(line, keyring, MANY, volume_bytes=1)
    assert len(part.volumes) > 2
    assert line.most == 2
    assert len(read(line, part, keyring)) == len(MANY)


def test_the_order_is_that_of_the_volumes_whichever_is_there_first(keyring: Keyring | None) -> None:
    def commit(writer: LineWriter) -> None:
        if writer.number == 0:
            while len(line.made) < 2:
                assert not writer.left.wait(0.01)
            assert line.made[1].gone.wait(SECONDS)

    line = Line(commit)
    part = write(line, keyring, MANY, volume_bytes=1)
    assert [volume.blob for volume in part.volumes[:2]] == [line.made[0].name, line.made[1].name]
    assert [entry.path for entry, _ in read(line, part, keyring)] == [entry.path for entry, _ in MANY]


def test_the_index_comes_when_all_volumes_are_there(keyring: Keyring | None) -> None:
    def commit(writer: LineWriter) -> None:
        if "index" in writer.name:
            assert all(each.gone.is_set() for each in line.made if each is not writer)

    line = Line(commit)
    write(line, keyring, MANY, volume_bytes=1)


def test_a_commit_that_fails_ends_a_writer_that_is_busy_with_the_next(keyring: Keyring | None) -> None:
    boom, failed = StoreError("the remote is full"), threading.Event()

    def commit(writer: LineWriter) -> None:
        if writer.number == 0:
            failed.set()
            raise boom

    @attrs.frozen
    class Endless(Long):
        def __iter__(self) -> Iterator[bytes]:
            assert failed.wait(SECONDS)
            for _ in range(1000):
                yield bytes(FRAME)

    line = Line(commit)
    with pytest.raises(StoreError) as caught:
        with ARCHIVE.write_part(line, plan(volume_bytes=1), keyring) as writer:
            for entry, content in MANY:
                writer.add(entry, content)
                if len(line.made) == 1 and failed.wait(0.02):
                    break
            writer.add(source(b"r/endless", size=1000 * FRAME), Endless(b""))
    assert caught.value is boom
    assert names(line) == []


@pytest.mark.parametrize("error", [Cancelled, KeyboardInterrupt])
def test_who_waits_for_a_store_may_stop_and_nothing_stays(
    keyring: Keyring | None, error: type[BaseException]
) -> None:
    def commit(writer: LineWriter) -> None:
        if writer.number:
            stuck(writer)

    def waiting() -> None:
        raise error

    line = Line(commit)
    with pytest.raises(error):
        with ARCHIVE.write_part(line, plan(volume_bytes=1), keyring, waiting) as writer:
            for entry, content in MANY:
                writer.add(entry, content)
            writer.finish(())
    assert names(line) == []
    assert all(each.left.is_set() for each in line.made)


def test_a_write_that_is_stuck_ends_when_its_writer_is_left(keyring: Keyring | None) -> None:
    class Stuck(Line):
        def create(self, name: str) -> "LineWriter":
            made = super().create(name)
            made.write = lambda data: stuck(made)  # type: ignore[method-assign]
            return made

    def waiting() -> None:
        raise Cancelled

    with pytest.raises(Cancelled):
        with ARCHIVE.write_part(Stuck(lambda _: None), plan(), keyring, waiting) as writer:
            for entry, content in MANY:
                writer.add(entry, content)
            writer.finish(())


def test_the_last_bytes_of_a_blob_are_no_reason_not_to_stop() -> None:
    def waiting() -> None:
        raise Cancelled

    line = Line(lambda _: None)
    commits = Commits(line.parallel, waiting)
    blob = SealedWriter(line, "a", RING)
    blob.write(b"1")
    made = line.made[0]
    made.write = lambda data: stuck(made)  # type: ignore[method-assign]
    with pytest.raises(Cancelled):
        commits.commit(blob)
    commits.give_up(blob)
    assert names(line) == []


def test_an_index_that_is_stuck_is_no_reason_not_to_stop(keyring: Keyring | None) -> None:
    class Stuck(Line):
        def create(self, name: str) -> "LineWriter":
            made = super().create(name)
            if "index" in name:
                made.write = lambda data: stuck(made)  # type: ignore[method-assign]
            return made

    def waiting() -> None:
        if any("index" in each.name for each in line.made):
            raise Cancelled

    line = Stuck(lambda _: None)
    with pytest.raises(Cancelled):
        with ARCHIVE.write_part(line, plan(), keyring, waiting) as writer:
            for entry, content in MANY:
                writer.add(entry, content)
            writer.finish(())
    assert names(line) == []


def test_what_is_on_its_way_is_left_when_the_clearing_up_is_stopped(monkeypatch: pytest.MonkeyPatch) -> None:
    """A second Ctrl-C: who waits for a commit would be waited for when the process ends."""

    def stop() -> None:
        raise KeyboardInterrupt

    line = Line(stuck)
    writer = ArchivePartWriter(line, plan(volume_bytes=1), None)
    for entry, content in MANY:
        writer.add(entry, content)
        if len(line.made) == 2:
            break
    with monkeypatch.context() as stopped:
        stopped.setattr(writer._packers, "end", stop)
        with pytest.raises(KeyboardInterrupt):
            writer.__exit__(KeyboardInterrupt, None, None)
    left = [each.left.is_set() for each in line.made]
    writer.__exit__(KeyboardInterrupt, None, None)
    assert left == [True, True]
