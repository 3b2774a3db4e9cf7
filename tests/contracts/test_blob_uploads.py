"""What a BlobStore promises of blobs that are on their way side by side (ports.blob_store)."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from bcper.adapters.fs.blob_store import LocalBlobStore
from bcper.adapters.memory.blob_store import MemoryBlobStore
from bcper.adapters.memory.faulty_blob_store import FaultyBlobStore
from bcper.domain.errors import StoreError
from bcper.ports.blob_store import BlobStore, Traffic
from helpers.remotes import KINDS, Remotes

MIB = 1 << 20
SIZE = 9 * MIB
"""Of a blob that is sent while it is made."""


@pytest.fixture(params=["local", "memory", "memory line", "faulty line", *KINDS])
def store(request: pytest.FixtureRequest, tmp_path: Path) -> BlobStore:
    if request.param in KINDS:
        remotes: Remotes = request.getfixturevalue("remotes")
        opener = remotes.opener()
        return opener.open(opener.resolve(remotes.place(request.param)), create=True, writable=False)
    if request.param == "local":
        return LocalBlobStore(str(tmp_path))
    inner = MemoryBlobStore(parallel=2 if "line" in request.param else 1)
    return FaultyBlobStore(inner) if "faulty" in request.param else inner


@pytest.fixture(autouse=True)
def _no_thread_is_left() -> Iterator[None]:
    yield
    assert not [thread for thread in threading.enumerate() if thread.name == "bcper-upload"]


def names(store: BlobStore) -> list[str]:
    return [blob.name for blob in store.list()]


def test_as_many_blobs_as_it_takes_are_written_at_once(store: BlobStore) -> None:
    contents = {f"a/{number}": os.urandom(SIZE) for number in range(store.parallel)}
    errors: list[BaseException] = []

    def write(name: str, content: bytes) -> None:
        try:
            with store.create(name) as blob:
                for at in range(0, SIZE, MIB):
                    blob.write(content[at : at + MIB])
                blob.commit()
        except BaseException as error:
            errors.append(error)

    threads = [threading.Thread(target=write, args=each) for each in contents.items()]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert not errors
    assert names(store) == sorted(contents)
    assert all(store.get(name, SIZE) == content for name, content in contents.items())


def test_the_traffic_of_a_folder_is_what_was_written_in_it_since_it_began(store: BlobStore) -> None:
    store.begin("a/run")
    if store.parallel == 1:
        assert store.traffic("a/run") is None
        return
    assert store.traffic("a/run") == Traffic(0, 0)
    store.put("a/other", b"1234")
    store.put("a/run/small", b"12345")
    assert store.traffic("a/run") == Traffic(5, 5)
    with store.create("a/run/long") as blob:
        for at in range(0, SIZE, MIB):
            blob.write(bytes(MIB))
            traffic = store.traffic("a/run/")
            assert traffic is not None
            assert traffic.written == at + MIB + 5
            assert 5 <= traffic.sent <= traffic.written
        blob.commit()
    assert store.traffic("a/run") == Traffic(SIZE + 5, SIZE + 5)
    store.prove("a/run")
    assert store.traffic("a/run") == Traffic(SIZE + 5, SIZE + 5)


def test_a_blob_that_is_left_by_another_thread_ends_for_its_own(store: BlobStore) -> None:
    if store.parallel == 1:
        pytest.skip("one thread at a time")
    store.begin("a")
    blob = store.create("a/b")
    for _ in range(SIZE // MIB):
        blob.write(bytes(MIB))
    caught: list[BaseException] = []

    def go_on() -> None:
        try:
            while True:
                blob.write(bytes(MIB))
        except StoreError as error:
            caught.append(error)

    thread = threading.Thread(target=go_on)
    thread.start()
    blob.__exit__(None, None, None)
    thread.join()
    assert len(caught) == 1
    with pytest.raises(StoreError):
        blob.commit()
    assert names(store) == []
    store.put("a/b", b"another")
