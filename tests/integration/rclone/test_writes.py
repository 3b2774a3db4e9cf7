"""Rows 54 and 56 of FAULTS.md: what counts as written, and what an unfinished write leaves."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable

import pytest

import bcper
from bcper.adapters.rclone.blob_store import RcloneBlobStore
from bcper.domain.errors import BlobNotFound, StoreError
from helpers.proxy import Fault
from helpers.remotes import KINDS, Remotes, rclone, until

MIB = 1 << 20
SOURCE = os.path.dirname(os.path.dirname(bcper.__file__))


@pytest.fixture(params=KINDS)
def store(request: pytest.FixtureRequest, remotes: Remotes) -> RcloneBlobStore:
    opener = remotes.opener()
    return opener.open(opener.resolve(remotes.place(request.param)), create=True, writable=False)


def names(store: RcloneBlobStore) -> list[str]:
    return [blob.name for blob in store.list()]


def seen(remotes: Remotes, store: RcloneBlobStore) -> list[str]:
    """The files on the server's disk."""
    root = remotes.folder(store.location)
    return sorted(str(path.relative_to(root)) for path in root.rglob("*") if path.is_file())


def test_a_long_blob_is_sent_while_it_is_made(store: RcloneBlobStore) -> None:
    piece = os.urandom(MIB)
    with store.create("a/b") as blob:
        for _ in range(20):
            blob.write(piece)
        assert len(blob._buffer) == 0
        assert names(store) == []
        blob.commit()
    assert [(each.name, each.size) for each in store.list()] == [("a/b", 20 * MIB)]
    with store.open("a/b") as reader:
        assert reader.read_at(7 * MIB + 5, 3 * MIB) == (piece * 4)[5 : 3 * MIB + 5]


@pytest.mark.parametrize("size", [100, 9 * MIB, 20 * MIB])
def test_a_write_that_is_given_up_leaves_nothing(remotes: Remotes, store: RcloneBlobStore, size: int) -> None:
    with pytest.raises(KeyError):
        with store.create("a/b") as blob:
            for at in range(0, size, MIB):
                blob.write(bytes(min(MIB, size - at)))
            raise KeyError
    assert names(store) == seen(remotes, store) == []
    store.put("a/b", b"new")


def test_a_write_whose_rclone_is_killed_fails(remotes: Remotes, store: RcloneBlobStore) -> None:
    with pytest.raises(StoreError):
        with store.create("a/b") as blob:
            for _ in range(10):
                blob.write(bytes(MIB))
            pid = remotes.process.pid
            assert pid is not None
            os.kill(pid, signal.SIGKILL)
            for _ in range(30):
                blob.write(bytes(MIB))
            blob.commit()
    assert names(store) == []
    store.put("a/b", b"by another rclone")
    assert remotes.process.pid != pid


def test_the_death_of_the_producer_is_not_the_end_of_the_blob(
    remotes: Remotes, store: RcloneBlobStore
) -> None:
    code = (
        "import sys\n"
        "from bcper.adapters.rclone.process import RcloneProcess\n"
        "from bcper.adapters.rclone.store_opener import RcloneStoreOpener\n"
        "process = RcloneProcess(lambda: sys.argv[1], None, sys.argv[2])\n"
        "store = RcloneStoreOpener(process).open(sys.argv[3], create=False, writable=False)\n"
        "small = store.create('a/small'); small.write(b'half')\n"
        "blob = store.create('a/b')\n"
        "for _ in range(10): blob.write(bytes(1 << 20))\n"
        "print(process.pid, flush=True); sys.stdin.readline()\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", code, rclone(), str(remotes.config), store.location],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": SOURCE},
    )
    assert child.stdout is not None
    pid = int(child.stdout.readline())
    child.kill()
    child.communicate()
    until(lambda: not os.path.exists(f"/proc/{pid}"))
    if store.location.startswith("s3:"):
        assert names(store) == []  # the others show what arrived, which no manifest names
    assert "a/small" not in names(store)


@pytest.mark.parametrize("size", [100, 20 * MIB], ids=["small", "long"])
def test_a_remote_that_tells_another_size_has_lost_something(remotes: Remotes, size: int) -> None:
    def shorter(headers: dict[str, str], body: bytes) -> bytes:
        headers["Content-Length"] = str(size - 1)
        return body

    with remotes.behind("s3") as (proxy, opener):
        store = opener.open(remotes.place("s3"), create=True, writable=False)
        proxy.rule = lambda method, path: (
            Fault(answer=shorter) if method == "HEAD" and ("PUT" in methods(proxy, "/a/b")) else None
        )
        with pytest.raises(StoreError, match=r"were sent|another one"), store.create("a/b") as blob:
            for at in range(0, size, MIB):
                blob.write(bytes(min(MIB, size - at)))
            blob.commit()
        proxy.rule = lambda _method, _path: None
        assert names(store) == []


def test_a_remote_that_tells_another_sum_has_something_else(remotes: Remotes) -> None:
    def another(headers: dict[str, str], body: bytes) -> bytes:
        headers["Etag"] = '"' + "0" * 32 + '"'
        return body

    with remotes.behind("s3") as (proxy, opener):
        store = opener.open(remotes.place("s3"), create=True, writable=False)
        proxy.rule = lambda method, path: (
            Fault(answer=another) if method == "HEAD" and ("PUT" in methods(proxy, "/a/b")) else None
        )
        with pytest.raises(StoreError, match="md5 sum"):
            store.put("a/b", b"content")
        proxy.rule = lambda _method, _path: None
        assert names(store) == []


@pytest.mark.parametrize("what", ["gone", "size", "sum"])
def test_what_a_begun_folder_got_is_proven_at_once(remotes: Remotes, what: str) -> None:
    with remotes.behind("s3") as (proxy, opener):
        store = opener.open(remotes.place("s3"), create=True, writable=False)
        store.begin("a/run")
        store.put("a/run/1", b"one")
        store.put("a/run/2", b"two")
        requests = list(proxy.requests)
        assert [method for method, path in requests if "/a/run" in path] == ["PUT", "PUT"]
        # Behind the store's back: it remembers what it deletes.
        on_disk = remotes.folder(store.location) / "a" / "run" / "2"
        change: Callable[[], object] = {
            "gone": lambda: store.remote.delete("a/run/2"),
            "size": lambda: on_disk.write_bytes(b"tw"),
            "sum": lambda: on_disk.write_bytes(b"TWO"),
        }[what]
        change()
        with pytest.raises(StoreError, match="a/run/2 did not arrive"):
            store.prove("a/run")
        assert names(store) == ["a/run/1"]
        store.put("a/run/3", b"proven by itself")
        store.prove("a/run")


def test_a_listing_that_does_not_show_what_is_there_yet_is_not_believed(
    remotes: Remotes, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = remotes.opener().open(remotes.place("s3"), create=True, writable=True)
    store.begin("a/run")
    store.put("a/run/1", b"one")
    monkeypatch.setattr(store.remote, "listed", lambda _folder, **_options: [])
    store.prove("a/run")
    assert store.get("a/run/1", 3) == b"one"


def methods(proxy: object, suffix: str) -> set[str]:
    requests = proxy.requests  # type: ignore[attr-defined]
    return {method for method, path in requests if path.partition("?")[0].endswith(suffix)}


def test_a_blob_that_is_gone_while_it_is_read_is_said_to_be(store: RcloneBlobStore) -> None:
    with store.create("a") as blob:
        for _ in range(9):
            blob.write(bytes(MIB))
        blob.commit()
    with store.open("a") as reader:
        store.delete("a")
        with pytest.raises(StoreError):
            for at in range(8, 0, -1):
                reader.read_at(at * MIB, MIB)
    with pytest.raises(BlobNotFound):
        store.open("a")
