"""What every StoreOpener promises (ports.store_opener), on folders, on remotes and on the fake."""

import os
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from bcper.adapters.fs.store_opener import LocalStoreOpener
from bcper.adapters.memory.blob_store import MemoryBlobStore
from bcper.adapters.memory.faulty_blob_store import Fault, FaultyBlobStore
from bcper.adapters.memory.progress import RecordingProgress
from bcper.adapters.memory.store_opener import MemoryStoreOpener
from bcper.adapters.rclone.store_opener import RcloneStoreOpener
from bcper.apps.any_store import AnyStoreOpener
from bcper.domain.errors import NoSpace, StoreError, UsageError
from bcper.domain.model.stores import is_remote
from bcper.ports.progress import ProgressSink
from bcper.ports.store_opener import StoreOpener
from helpers.proxy import Fault as Answer
from helpers.remotes import KINDS, Remotes


@pytest.fixture(params=["local", "memory", *KINDS])
def opener(request: pytest.FixtureRequest) -> StoreOpener:
    if request.param in KINDS:
        remotes: Remotes = request.getfixturevalue("remotes")
        # As the program has it: one that knows both.
        return AnyStoreOpener(LocalStoreOpener(), remotes.opener)
    return LocalStoreOpener() if request.param == "local" else MemoryStoreOpener()


@pytest.fixture
def location(tmp_path: Path, request: pytest.FixtureRequest) -> str:
    kind = request.node.callspec.params.get("opener") if hasattr(request.node, "callspec") else None
    if kind in KINDS:
        return f"{request.getfixturevalue('remotes').place(kind)}/a/store"
    return os.path.realpath(tmp_path / "a" / "store")


def test_a_missing_store_is_made_only_when_told_to(opener: StoreOpener, location: str) -> None:
    if is_remote(location):
        assert list(opener.open(location, create=False, writable=False).list()) == []
        assert opener.open(location, create=True, writable=True).location == location
        return
    for writable in (False, True):
        with pytest.raises(StoreError, match="does not exist") as caught:
            opener.open(location, create=False, writable=writable)
        assert "mounted" in caught.value.hint
    assert not os.path.exists(os.path.dirname(location))
    store = opener.open(location, create=True, writable=True)
    assert store.location == location
    assert list(store.list()) == []


def test_a_store_is_tried_by_several_at_once(opener: StoreOpener, location: str) -> None:
    opener.open(location, create=True, writable=False)
    with ThreadPoolExecutor(4) as pool:
        opened = [pool.submit(opener.open, location, create=False, writable=True) for _ in range(8)]
    assert {each.result().location for each in opened} == {location}
    assert list(opener.open(location, create=False, writable=False).list()) == []


def test_every_opening_of_a_location_is_the_same_store(opener: StoreOpener, location: str) -> None:
    opener.open(location, create=True, writable=False).put("a/b", b"1")
    for create in (False, True):
        assert opener.open(location, create=create, writable=True).get("a/b", 1) == b"1"


def test_a_trial_leaves_no_trace(opener: StoreOpener, location: str) -> None:
    store = opener.open(location, create=True, writable=True)
    assert list(store.list()) == []
    assert store.sweep("") == 0


def test_a_resolved_location_stays_as_it_is(opener: StoreOpener) -> None:
    for typed in ("/a/b", "/a/b/", "/a//b", "/a/./b", "/a/x/../b"):
        assert opener.resolve(typed) == "/a/b"
    assert opener.resolve("/") == "/"


@pytest.mark.parametrize("typed", ["", "/a\0b"])
def test_what_cannot_be_a_path_is_refused(opener: StoreOpener, typed: str) -> None:
    with pytest.raises(UsageError):
        opener.resolve(typed)


def test_a_location_as_typed_is_made_absolute(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    opener, real = LocalStoreOpener(), os.path.realpath(tmp_path)
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", real)
    (tmp_path / "link").symlink_to("target")
    assert opener.resolve("x/\udcff") == f"{real}/x/\udcff"
    assert opener.resolve("~/x") == opener.resolve("link/../x") == f"{real}/x"
    assert opener.resolve("link/none") == f"{real}/target/none"
    assert opener.resolve("./~nobody-of-that-name") == f"{real}/~nobody-of-that-name"
    with pytest.raises(UsageError, match="~nobody-of-that-name"):
        opener.resolve("~nobody-of-that-name/x")


@pytest.mark.parametrize("umask", [0, 0o777])
def test_folders_that_are_made_are_the_users_alone_and_others_stay(
    tmp_path: Path, location: str, umask: int
) -> None:
    tmp_path.chmod(0o755)
    before = os.umask(umask)
    try:
        LocalStoreOpener().open(location, create=True, writable=True)
    finally:
        os.umask(before)
    assert [os.stat(path).st_mode & 0o777 for path in (tmp_path, os.path.dirname(location), location)] == [
        0o755,
        0o700,
        0o700,
    ]


def test_what_is_no_folder_is_refused(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    (tmp_path / "dangling").symlink_to("none")
    for name in ("file", "dangling"):
        with pytest.raises(StoreError, match="no folder"):
            LocalStoreOpener().open(str(tmp_path / name), create=True, writable=True)
    with pytest.raises(StoreError, match="cannot be used"):
        LocalStoreOpener().open(str(tmp_path / "file" / "store"), create=True, writable=True)


def test_what_a_killed_trial_left_goes_with_the_next(tmp_path: Path) -> None:
    (tmp_path / ".bcper-trial.part").write_bytes(b"left")
    assert list(LocalStoreOpener().open(str(tmp_path), create=False, writable=True).list()) == []
    assert os.listdir(tmp_path) == []


def test_a_faulty_store_may_stand_behind_a_location() -> None:
    faulty = FaultyBlobStore(MemoryBlobStore("/a"), Fault(1, lambda: NoSpace("full")))
    opener = MemoryStoreOpener({"/a": faulty})
    with pytest.raises(NoSpace):
        opener.open("/a", create=False, writable=True)
    assert opener.open("/a", create=False, writable=True) is faulty


def test_a_remote_that_has_taken_data_is_not_tried_again(remotes: Remotes) -> None:
    place = remotes.place("s3")
    with remotes.behind("s3") as (proxy, opener):
        opener.open(place, create=True, writable=True)
        assert "DELETE" in {method for method, _ in proxy.requests}
        proxy.forget()
        opener.open(place, create=False, writable=True, proven=True)
        assert proxy.requests == []
        proxy.rule = lambda method, _path: Answer(status=403) if method == "PUT" else None
        with pytest.raises(StoreError, match="does not allow"):
            opener.open(place, create=False, writable=True)


@pytest.mark.parametrize(
    ("typed", "resolved"),
    [
        ("gdrive:Backups/", "gdrive:Backups"),
        ("gdrive:", "gdrive:"),
        ("gdrive:a//b/./c", "gdrive:a/b/c"),
        ("nas:/srv/b/", "nas:/srv/b"),
        ("my drive@x:a b", "my drive@x:a b"),
    ],
)
def test_one_place_on_a_remote_has_one_name(remotes: Remotes, typed: str, resolved: str) -> None:
    opener = AnyStoreOpener(LocalStoreOpener(), remotes.opener)
    assert opener.resolve(typed) == resolved
    assert opener.resolve(resolved) == resolved


def test_what_a_remote_needs_is_fetched_with_the_sink_and_what_a_folder_needs_is_nothing(
    remotes: Remotes, tmp_path: Path
) -> None:
    seen: list[ProgressSink] = []
    sink = RecordingProgress()
    remote = RcloneStoreOpener(remotes.process, fetch=seen.append)
    opener = AnyStoreOpener(LocalStoreOpener(), lambda: remote)
    opener.prepare(str(tmp_path), sink)
    assert seen == []
    opener.prepare("s3:bucket", sink)
    assert seen == [sink]
