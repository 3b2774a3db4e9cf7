"""Long blobs on their way: kept until they have arrived, sent anew, given up (rows 54, 55 and 61)."""

import os
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import attrs
import pytest

import bcper
from bcper.adapters.memory.progress import RecordingProgress
from bcper.adapters.rclone import spool
from bcper.adapters.rclone.blob_store import RcloneBlobStore
from bcper.adapters.rclone.process import Limits
from bcper.adapters.rclone.store_opener import RcloneStoreOpener
from bcper.domain.errors import Cancelled, StoreError
from bcper.domain.model.progress import Progress
from bcper.domain.model.runs import RunStatus
from helpers.engine import engine_at, files
from helpers.proxy import Fault, Times
from helpers.relay import Relay, relaying
from helpers.remotes import HASTY, Remotes, rclone, until

MIB = 1 << 20
SIZE = 20 * MIB
VOLUME = 9 * MIB
PUTS = frozenset({"PUT"})
SOURCE = os.path.dirname(os.path.dirname(bcper.__file__))
PATIENT = Limits(timeout=600.0, connect=5.0, tries=1)


@pytest.fixture(scope="module")
def content() -> bytes:
    return os.urandom(SIZE)


@pytest.fixture
def tree(tmp_path: Path, content: bytes) -> Path:
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree" / "a").write_bytes(content)
    (tmp_path / "tree" / "b").write_bytes(content[: 10 * MIB])
    return tmp_path / "tree"


@pytest.fixture(autouse=True)
def _nothing_is_left(remotes: Remotes) -> Iterator[None]:
    yield
    assert not os.path.exists(remotes.spool) or os.listdir(remotes.spool) == []
    assert not [thread for thread in threading.enumerate() if thread.name == "bcper-upload"]


def opened(opener: RcloneStoreOpener, place: str) -> RcloneBlobStore:
    return opener.open(place, create=True, writable=False)


def send(store: RcloneBlobStore, content: bytes, name: str = "a/b") -> None:
    with store.create(name) as blob:
        for at in range(0, len(content), MIB):
            blob.write(memoryview(content)[at : at + MIB])
        blob.commit()


@pytest.mark.parametrize("fault", [Fault(status=503, at=12 * MIB), Fault(cut=True, at=12 * MIB)])
def test_what_fails_in_the_middle_is_sent_anew(remotes: Remotes, content: bytes, fault: Fault) -> None:
    with remotes.behind("webdav") as (proxy, opener):
        store = opened(opener, remotes.place("webdav"))
        proxy.rule = Times(fault, PUTS, 2)
        send(store, content)
        assert store.get("a/b", SIZE) == content


def test_a_line_that_is_cut_in_the_middle_is_no_failure(remotes: Remotes, content: bytes) -> None:
    with relaying(remotes.ports["sftp"]) as relay, remotes.through("sftp", relay.port) as opener:
        store = opened(opener, remotes.place("sftp"))
        relay.cuts = [12 * MIB, 6 * MIB]
        send(store, content)
        assert relay.cuts == []
        assert store.get("a/b", SIZE) == content


def test_a_line_may_be_slower_with_a_blob_than_a_remote_with_an_answer(
    remotes: Remotes, content: bytes
) -> None:
    with relaying(remotes.ports["s3"]) as relay, remotes.through("s3", relay.port) as opener:
        store = opened(opener, remotes.place("s3"))
        store.begin("a")
        with store.create("a/b") as blob:
            relay.freeze()
            store.remote.rclone.patience = attrs.evolve(HASTY, silence=0.2, tries=1)
            for at in range(0, SIZE, MIB):
                blob.write(memoryview(content)[at : at + MIB])
            thawing = threading.Timer(1.0, relay.thaw)
            thawing.start()
            blob.commit()
            thawing.join()
        store.remote.rclone.patience = HASTY
        assert store.get("a/b", SIZE) == content


def test_what_fails_for_ever_fails_after_the_tries_that_there_are(remotes: Remotes, content: bytes) -> None:
    with remotes.behind("webdav") as (proxy, opener):
        store = opened(opener, remotes.place("webdav"))
        rule = proxy.rule = Times(Fault(status=503, at=2 * MIB), PUTS)
        with pytest.raises(StoreError, match="busy or failing") as caught:
            send(store, content)
        assert caught.value.exit_status == 10
        assert rule.seen == HASTY.tries
        proxy.rule = lambda _method, _path: None
        assert list(store.list()) == []


@pytest.mark.parametrize("kind", ["webdav", "s3"])
def test_without_room_a_blob_is_sent_while_it_is_made_and_kept_nowhere(
    remotes: Remotes, content: bytes, kind: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(spool, "LEFT", 1 << 60)
    with remotes.behind(kind) as (proxy, opener):
        store = opened(opener, remotes.place(kind))
        send(store, content)
        assert store.get("a/b", SIZE) == content
        if kind == "webdav":
            rule = proxy.rule = Times(Fault(status=503, at=12 * MIB), PUTS, 1)
            with pytest.raises(StoreError, match="busy or failing"):
                send(store, content, "a/c")
            assert rule.seen == 1
            assert [blob.name for blob in store.list()] == ["a/b"]


def test_a_disk_that_becomes_full_ends_the_keeping_and_not_the_run(
    remotes: Remotes, content: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    store = opened(remotes.opener(), remotes.place("sftp"))
    monkeypatch.setattr(spool, "_LOOK", MIB)
    with store.create("a/b") as blob:
        blob.write(memoryview(content)[: 12 * MIB])
        monkeypatch.setattr(spool, "LEFT", 1 << 60)
        for at in range(12 * MIB, SIZE, MIB):
            blob.write(memoryview(content)[at : at + MIB])
        blob.commit()
    assert store.get("a/b", SIZE) == content


@pytest.mark.parametrize("fault", ["other bytes", "an end too soon"])
def test_what_cannot_be_read_again_as_it_was_written_does_not_become_a_blob(
    remotes: Remotes, content: bytes, fault: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A disk may tell that a write has failed when nobody asks any more (NFS; fsync(2), "EIO")."""
    right = spool.Spool.read

    def read(self: spool.Spool, at: int, length: int) -> bytes:
        data = right(self, at, length)
        if at < 10 * MIB:
            return data
        return bytes(len(data)) if fault == "other bytes" else b""

    monkeypatch.setattr(spool.Spool, "read", read)
    store = opened(remotes.opener(), remotes.place("webdav"))
    with pytest.raises(StoreError, match="cannot be read again"):
        send(store, content)
    assert list(store.list()) == []


def test_a_folder_that_cannot_be_made_is_no_trouble(remotes: Remotes, content: bytes, tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    opener = RcloneStoreOpener(remotes.process, patience=HASTY, spool=str(tmp_path / "file" / "spool"))
    store = opened(opener, remotes.place("webdav"))
    send(store, content)
    assert store.get("a/b", SIZE) == content


def test_a_run_has_two_volumes_on_their_way_at_once(tmp_path: Path, tree: Path, remotes: Remotes) -> None:
    meeting, seen = threading.Barrier(2, timeout=60.0), set[str]()

    def rule(method: str, path: str) -> Fault | None:
        # The first and the second volume: neither is taken before both are there.
        if method == "PUT" and path.endswith((".tar.gz", ".1.tar.gz")) and path not in seen and len(seen) < 2:
            seen.add(path)
            meeting.wait()
        return None

    with remotes.behind("webdav") as (proxy, opener):
        place = remotes.place("webdav")
        with engine_at(tmp_path / "home", place, opener) as engine:
            proxy.rule = rule
            sink = RecordingProgress()
            made = engine.back_up(tree, volume_bytes=VOLUME, sink=sink)
            assert made.manifest
            assert len(seen) == 2
            assert not meeting.broken
            engine.verify(made.run_id)
    sent = [step.sent for step in sink.steps if step.sent is not None]
    assert sent == sorted(sent)
    last = [step for step in sink.steps if step.step == "Uploading to webdav"][-1]
    assert last.sent is not None
    assert 20 * MIB < last.sent <= (last.to_send or 0)
    assert (last.done, last.total) == (last.sent, last.to_send)


@attrs.define
class CancelOnDeadLine:
    """Lets the line die in the middle of the second volume, and stops when nothing else is to be done."""

    relay: Relay
    frozen: bool = False
    at: float = 0.0

    def step(self, progress: Progress) -> None:
        if self.frozen and progress.step.startswith("Uploading"):
            self.at = self.at or time.monotonic()
            raise Cancelled
        if not self.frozen and progress.done > 12 * MIB:
            self.frozen = True
            self.relay.freeze()


@pytest.mark.parametrize("kind", ["sftp", "s3"])
def test_a_cancel_does_not_wait_for_a_line_that_is_dead(
    tmp_path: Path, tree: Path, remotes: Remotes, kind: str
) -> None:
    place = remotes.place(kind)
    with relaying(remotes.ports[kind]) as relay:
        with remotes.through(kind, relay.port, PATIENT) as opener:
            with engine_at(tmp_path / "home", place, opener) as engine:
                sink = CancelOnDeadLine(relay)
                with pytest.raises(Cancelled):
                    engine.back_up(tree, volume_bytes=VOLUME, sink=sink)
                assert time.monotonic() - sink.at < PATIENT.timeout / 10
                assert engine.runs()[0].status is RunStatus.CANCELLED
                assert os.listdir(remotes.spool) == []
        relay.thaw()
        with remotes.through(kind, relay.port) as opener:
            with engine_at(tmp_path / "home", place, opener) as engine:
                made = engine.back_up(tree, volume_bytes=VOLUME)
                engine.verify(made.run_id)
    folders = {name.split("/")[1] for name in files(remotes.folder(place)) if "/" in name}
    assert folders == {made.run_id}


def sending(remotes: Remotes, place: str, then: str) -> list[str]:
    """The command of a process that is sending a blob that is not at its end, and does ``then``."""
    code = (
        "import sys\n"
        "from bcper.adapters.rclone.process import RcloneProcess\n"
        "from bcper.adapters.rclone.store_opener import RcloneStoreOpener\n"
        "process = RcloneProcess(lambda: sys.argv[1], None, sys.argv[2])\n"
        "opener = RcloneStoreOpener(process, spool=sys.argv[4])\n"
        "blob = opener.open(sys.argv[3], create=False, writable=False).create('a/b')\n"
        "for _ in range(10): blob.write(bytes(1 << 20))\n"
        f"{then}\n"
    )
    return [sys.executable, "-c", code, rclone(), str(remotes.config), place, remotes.spool]


def test_a_process_that_is_killed_leaves_nothing_of_what_it_kept(remotes: Remotes) -> None:
    command = sending(remotes, remotes.place("s3"), "print(process.pid, flush=True); sys.stdin.readline()")
    child = subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={**os.environ, "PYTHONPATH": SOURCE}
    )
    assert child.stdout is not None
    pid = int(child.stdout.readline())
    kept = [
        os.stat(f"/proc/{child.pid}/fd/{number}")
        for number in os.listdir(f"/proc/{child.pid}/fd")
        if os.readlink(f"/proc/{child.pid}/fd/{number}").startswith(remotes.spool)
    ]
    assert [(each.st_size, each.st_mode & 0o777, each.st_nlink) for each in kept] == [(10 * MIB, 0o600, 0)]
    assert os.stat(remotes.spool).st_mode & 0o777 == 0o700
    child.kill()
    child.communicate()
    until(lambda: not os.path.exists(f"/proc/{pid}"))
    assert os.listdir(remotes.spool) == []


def test_a_process_that_is_stopped_in_the_middle_of_clearing_up_ends(remotes: Remotes) -> None:
    """A second Ctrl-C comes where it will: what is being sent then is nobody's any more."""
    place = remotes.place("s3")
    ended = subprocess.run(
        sending(remotes, place, "raise KeyboardInterrupt"),
        capture_output=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": SOURCE},
    )
    assert b"KeyboardInterrupt" in ended.stderr
    assert list(opened(remotes.opener(), place).list()) == []
