"""Rows 55, 57 and 58 of FAULTS.md: what is tried again and for how long, and what is refused at once."""

import os
import time
from pathlib import Path

import attrs
import pytest

from bcper.adapters.rclone.process import Limits, RcloneProcess
from bcper.adapters.rclone.store_opener import RcloneStoreOpener
from bcper.domain.errors import BlobNotFound, NoSpace, StoreError, UsageError
from helpers.proxy import Fault, Times
from helpers.remotes import HASTY, LIMITS, Remotes, rclone

ONCE_MORE = attrs.evolve(HASTY, tries=2)
READS = frozenset({"GET", "HEAD", "PROPFIND"})
WRITES = frozenset({"PUT", "POST"})


@pytest.mark.parametrize(("kind", "status"), [("s3", 503), ("s3", 429), ("webdav", 500)])
def test_what_is_busy_three_times_and_then_works_works(remotes: Remotes, kind: str, status: int) -> None:
    with remotes.behind(kind) as (proxy, opener):
        store = opener.open(remotes.place(kind), create=True, writable=False)
        proxy.rule = Times(Fault(status=status), WRITES, 3)
        store.put("a/b", b"content")
        proxy.rule = Times(Fault(status=status), READS, 3)
        assert store.get("a/b", 100) == b"content"
        proxy.rule = Times(Fault(status=status), READS, 3)
        assert [blob.name for blob in store.list()] == ["a/b"]
        proxy.rule = Times(Fault(status=status), frozenset({"DELETE"}), 3)
        store.delete("a/b")
        proxy.rule = lambda _method, _path: None
        assert list(store.list()) == []


@pytest.mark.parametrize("kind", ["s3", "webdav"])
def test_what_is_busy_for_ever_is_an_error_of_the_store_after_a_while(remotes: Remotes, kind: str) -> None:
    with remotes.behind(kind, Limits(tries=1), ONCE_MORE) as (proxy, opener):
        store = opener.open(remotes.place(kind), create=True, writable=False)
        proxy.rule = Times(Fault(status=503), READS | WRITES)
        began = time.monotonic()
        for call in (lambda: store.put("a/b", b"1"), lambda: store.get("c", 1), lambda: list(store.list())):
            with pytest.raises(StoreError, match="busy or failing") as caught:
                call()
            assert not isinstance(caught.value, BlobNotFound)
            assert caught.value.exit_status == 10
        assert time.monotonic() - began < 3 * (HASTY.whole + HASTY.silence)


@pytest.mark.parametrize("kind", ["s3", "webdav"])
def test_connections_that_are_cut_are_made_again(remotes: Remotes, kind: str) -> None:
    with remotes.behind(kind) as (proxy, opener):
        store = opener.open(remotes.place(kind), create=True, writable=False)
        proxy.rule = Times(Fault(cut=True), WRITES, 2)
        data = os.urandom(3 << 20)
        store.put("a/b", data)
        with store.open("a/b") as reader:
            proxy.rule = Times(Fault(cut=True), READS, 2)
            assert reader.read_at(1 << 20, 1 << 20) == data[1 << 20 : 2 << 20]


def test_a_full_remote_is_no_space(remotes: Remotes) -> None:
    with remotes.behind("webdav") as (proxy, opener):
        store = opener.open(remotes.place("webdav"), create=True, writable=False)
        proxy.rule = Times(Fault(status=507), WRITES)
        with pytest.raises(NoSpace, match="is full"):
            store.put("a/b", b"1")


def test_a_server_that_is_not_there_cannot_be_reached(remotes: Remotes) -> None:
    with remotes.behind("s3", Limits(tries=1), ONCE_MORE) as (proxy, opener):
        proxy.shutdown()
        proxy.server_close()
        store = opener.open(remotes.place("s3"), create=False, writable=False)
        with pytest.raises(StoreError, match="s3 cannot be reached"):
            store.get("a", 1)


def opener_with(config: Path, text: str) -> tuple[RcloneProcess, RcloneStoreOpener]:
    config.write_text(text)
    process = RcloneProcess(rclone, LIMITS, str(config))
    return process, RcloneStoreOpener(process, patience=HASTY)


def test_a_remote_that_is_not_configured_is_said_so(tmp_path: Path) -> None:
    process, opener = opener_with(tmp_path / "rclone.conf", "")
    try:
        with pytest.raises(StoreError, match="no remote called gdrive") as caught:
            opener.open("gdrive:Backups", create=False, writable=False).get("a", 1)
        assert "rclone config" in caught.value.hint
    finally:
        process.close()


ENCRYPTED = "# Encrypted rclone configuration File\n\nRCLONE_ENCRYPT_V0:\n" + "Q" * 120 + "\n"


def test_an_encrypted_configuration_without_its_password_is_said_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("RCLONE_CONFIG_PASS", raising=False)
    process, opener = opener_with(tmp_path / "rclone.conf", ENCRYPTED)
    try:
        began = time.monotonic()
        with pytest.raises(StoreError, match="is encrypted") as caught:
            opener.open("gdrive:Backups", create=False, writable=False).get("a", 1)
        assert time.monotonic() - began < 60  # it asks nobody, and 5 s are enough for it
        assert "RCLONE_CONFIG_PASS" in caught.value.hint
    finally:
        process.close()


HOSTILE = [
    "-x:a",
    "--config:a",
    "a:;rm:/x",
    ":s3,env_auth:b",
    "a,b=c:d",
    "a/b:c",
    "a\nb:c",
    "$(x):a",
    " a:b",
    ":a",
]


@pytest.mark.parametrize("location", HOSTILE, ids=range(len(HOSTILE)))
def test_a_name_that_is_no_remotes_is_refused(tmp_path: Path, location: str) -> None:
    def find() -> str:
        raise AssertionError("nothing is started for it")

    opener = RcloneStoreOpener(RcloneProcess(find, Limits()))
    if location == "a:;rm:/x":  # the remote is a, and what follows is a path: nothing ever splits it
        assert opener.resolve(location) == location
    else:
        with pytest.raises(UsageError):
            opener.resolve(location)


@pytest.mark.parametrize(
    "path", ["-x", "--config=y", "a;rm -rf b", "$(touch c)", "a b", "x]y", "é%41?#&=+", "a,b:c"]
)
@pytest.mark.parametrize("kind", ["s3", "sftp", "webdav"])
def test_a_path_is_a_path_whatever_it_looks_like(remotes: Remotes, kind: str, path: str) -> None:
    opener = remotes.opener()
    location = opener.resolve(f"{remotes.place(kind)}/{path}")
    store = opener.open(location, create=True, writable=True)
    store.put("-r/%2e&x", b"1")
    assert store.get("-r/%2e&x", 1) == b"1"
    assert (remotes.folder(location) / "-r" / "%2e&x").read_bytes() == b"1"
    with pytest.raises(UsageError):
        opener.resolve(f"{location}/../x")
