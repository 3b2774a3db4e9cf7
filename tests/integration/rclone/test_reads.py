"""A few bytes of a long blob cost a few bytes, and many of them little memory."""

import os
import threading

import pytest

from bcper.adapters.rclone.blob_store import RcloneBlobStore
from bcper.adapters.rclone.reader import BLOCK, HEAD
from helpers.remotes import Remotes

SIZE = 24 << 20


def filled(store: RcloneBlobStore, name: str, size: int = SIZE) -> bytes:
    data = os.urandom(size)
    with store.create(name) as blob:
        for at in range(0, size, 1 << 20):
            blob.write(data[at : at + (1 << 20)])
        blob.commit()
    return data


@pytest.mark.parametrize("kind", ["s3", "webdav"])
def test_only_what_is_wanted_is_fetched(remotes: Remotes, kind: str) -> None:
    direct = remotes.opener()
    location = direct.resolve(remotes.place(kind))
    data = filled(direct.open(location, create=True, writable=False), "a/b")
    with remotes.behind(kind) as (proxy, opener):
        store = opener.open(location, create=False, writable=False)
        with store.open("a/b") as reader:
            for offset, length in ((17 << 20, 100), (SIZE - 50, 100), (5 << 20, 2 << 20)):
                assert reader.read_at(offset, length) == data[offset : offset + length]
                assert reader.read_at(offset, 10) == data[offset : offset + 10]
        gets = [path for method, path in proxy.requests if method == "GET"]
        assert len(gets) == 4
        # The XML of a question about one blob is small.
        assert proxy.sent <= HEAD + 4 * BLOCK + (1 << 16)


def test_what_is_read_in_order_is_one_request(remotes: Remotes) -> None:
    direct = remotes.opener()
    location = direct.resolve(remotes.place("s3"))
    data = filled(direct.open(location, create=True, writable=False), "a")
    with remotes.behind("s3") as (proxy, opener):
        with opener.open(location, create=False, writable=False).open("a") as reader:
            pieces = [reader.read_at(at, 300_000) for at in range(0, SIZE, 300_000)]
        assert b"".join(pieces) == data
        assert [method for method, _ in proxy.requests] == ["HEAD", "GET"] * 2


def test_what_is_wanted_a_little_ahead_is_read_on_to(remotes: Remotes) -> None:
    direct = remotes.opener()
    location = direct.resolve(remotes.place("s3"))
    data = filled(direct.open(location, create=True, writable=False), "a")
    blocks = [0, 1, 3, 2, 5, 4, 7, 6, 8, 11, 23, 22]
    with remotes.behind("s3") as (proxy, opener):
        with opener.open(location, create=False, writable=False).open("a") as reader:
            for block in blocks:
                at = block * BLOCK
                assert reader.read_at(at, BLOCK) == data[at : at + BLOCK]
        # The opening, what goes on, and what is too far ahead and the one before it.
        assert [method for method, _ in proxy.requests] == ["HEAD", "GET"] * 4


@pytest.mark.parametrize("size", [0, 1, HEAD - 1, HEAD, HEAD + 1, BLOCK - 1, BLOCK, BLOCK + 1, 3 * BLOCK])
@pytest.mark.parametrize("kind", ["s3", "sftp", "webdav"])
def test_every_edge_is_read_right(remotes: Remotes, kind: str, size: int) -> None:
    opener = remotes.opener()
    store = opener.open(opener.resolve(remotes.place(kind)), create=True, writable=False)
    data = filled(store, "a", size)
    with store.open("a") as reader:
        assert reader.size == size
        for edge in (0, HEAD, BLOCK, 2 * BLOCK, size):
            for offset in (edge - 1, edge, edge + 1):
                for length in (0, 1, 2, HEAD, BLOCK, BLOCK + 2):
                    if offset >= 0:
                        assert reader.read_at(offset, length) == data[offset : offset + length]


def test_many_open_blobs_keep_a_bounded_memory_and_few_connections(remotes: Remotes) -> None:
    opener = remotes.opener()
    store = opener.open(opener.resolve(remotes.place("s3")), create=True, writable=False)
    data = filled(store, "a", 5 * BLOCK)
    readers = [store.open("a") for _ in range(12)]
    before = len(os.listdir("/proc/self/fd"))
    found: list[bool] = []

    def read(number: int) -> None:
        for at in range(0, 5 * BLOCK, 700_000):
            found.append(readers[number].read_at(at, 700_000) == data[at : at + 700_000])

    threads = [threading.Thread(target=read, args=(number,)) for number in range(12)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(found) == 12 * 8
    assert all(found)
    assert len(store._blocks._kept) <= 16
    assert len(os.listdir("/proc/self/fd")) <= before + 4
    for reader in readers:
        reader.__exit__()
    assert not store._blocks._kept
    assert not store._blocks._streams
