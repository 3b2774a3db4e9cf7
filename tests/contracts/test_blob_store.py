"""What every BlobStore promises (ports.blob_store): folders, remotes, the fake, and behind a wrapper."""

import errno
import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable
from pathlib import Path

import pytest

import bcper
from bcper.adapters.fs.blob_store import LocalBlobStore
from bcper.adapters.fs.store_errors import translated
from bcper.adapters.memory.blob_store import MemoryBlobStore
from bcper.adapters.memory.faulty_blob_store import OPERATIONS, Fault, FaultyBlobStore
from bcper.adapters.rclone.blob_store import RcloneBlobStore
from bcper.domain.errors import BlobExists, BlobNotFound, Damaged, NoSpace, StoreError
from bcper.ports.blob_store import BlobStore
from helpers.remotes import KINDS, Remotes

SOURCE = os.path.dirname(os.path.dirname(bcper.__file__))


@pytest.fixture
def root(tmp_path: Path) -> Path:
    root = tmp_path / "store"
    root.mkdir(0o700)
    return root


@pytest.fixture
def local(root: Path) -> LocalBlobStore:
    return LocalBlobStore(str(root))


@pytest.fixture(params=["local", "memory", "faulty local", "faulty memory", *KINDS])
def store(request: pytest.FixtureRequest, local: LocalBlobStore) -> BlobStore:
    if request.param in KINDS:
        remotes: Remotes = request.getfixturevalue("remotes")
        opener = remotes.opener()
        return opener.open(opener.resolve(remotes.place(request.param)), create=True, writable=False)
    inner = local if "local" in request.param else MemoryBlobStore()
    return FaultyBlobStore(inner) if "faulty" in request.param else inner


@pytest.fixture
def litter(store: BlobStore, root: Path, request: pytest.FixtureRequest) -> Callable[[str], None]:
    """Leaves behind what a process leaves that is killed while it writes a blob."""
    if isinstance(store, RcloneBlobStore):
        if store.location.startswith("s3:"):
            pytest.skip("what is unfinished in a bucket is not seen")
        root = request.getfixturevalue("remotes").folder(store.location)
    inner = store._inner if isinstance(store, FaultyBlobStore) else store

    def leave(name: str) -> None:
        if isinstance(inner, MemoryBlobStore):
            inner.create(name).write(b"half")
            inner.kill_writers()
        else:
            folder, _, last = name.rpartition("/")
            (root / folder).mkdir(parents=True, exist_ok=True)
            unfinished = f"{last}.0badcafe.partial" if isinstance(store, RcloneBlobStore) else f".{last}.part"
            (root / folder / unfinished).write_bytes(b"half")

    return leave


def names(store: BlobStore, prefix: str = "") -> list[str]:
    return [blob.name for blob in store.list(prefix)]


def tree(root: Path) -> set[str]:
    return {str(path.relative_to(root)) for path in root.rglob("*")}


NAMES = [
    "a",
    ".marker.json",
    "job/run/x.tar.gz",
    "é 😀/\udcff",
    "a/b/c/d/e/f",
    "x.part",
    "line\nbreak",
    "-r/-f",
]


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_what_was_put_is_there_and_listed_with_its_size(store: BlobStore, name: str) -> None:
    if isinstance(store, RcloneBlobStore):
        name = name.replace("\udcff", "ÿ").replace("\n", " ")  # a remote's names are text
    store.put(name, b"content")
    assert store.get(name, 7) == b"content"
    assert [(blob.name, blob.size) for blob in store.list()] == [(name, 7)]
    with store.open(name) as blob:
        assert blob.size == 7


def test_a_blob_is_visible_from_its_commit_on_and_not_before(store: BlobStore) -> None:
    with store.create("a/b") as blob:
        for piece in (b"one ", b"", b"two ", b"three"):
            blob.write(piece)
            assert not names(store)
            with pytest.raises(BlobNotFound):
                store.open("a/b")
        blob.commit()
        assert names(store) == ["a/b"]
    assert store.get("a/b", 100) == b"one two three"


def test_an_empty_blob_is_a_blob(store: BlobStore) -> None:
    store.put("a", b"")
    assert store.get("a", 0) == b""
    assert [blob.size for blob in store.list()] == [0]


def test_leaving_a_writer_without_commit_leaves_no_trace(store: BlobStore, root: Path) -> None:
    store.put("job/old/x", b"1")
    for leave in (None, KeyError, KeyboardInterrupt):
        before = tree(root)
        try:
            with store.create("job/new/x") as blob:
                blob.write(b"half")
                if leave:
                    raise leave
        except (KeyError, KeyboardInterrupt):
            pass
        assert names(store) == ["job/old/x"]
        assert tree(root) == before
        assert store.sweep("job/new") == 0
    store.put("job/new/x", b"2")


def test_nothing_is_overwritten(store: BlobStore) -> None:
    store.put("a/b", b"first")
    with pytest.raises(BlobExists, match="a/b"):
        store.create("a/b")
    with pytest.raises(BlobExists):
        store.put("a/b", b"second")
    assert store.get("a/b", 100) == b"first"
    assert names(store) == ["a/b"]


def test_a_replaced_blob_is_the_old_one_or_the_new_one(store: BlobStore, root: Path) -> None:
    store.replace("a/b", b"first")
    with store.open("a/b") as reader:
        store.replace("a/b", b"2nd")
        assert reader.read_at(0, 100) == b"first"
    assert store.get("a/b", 100) == b"2nd"
    assert names(store) == ["a/b"]
    assert not [path for path in tree(root) if path.endswith(".part")]
    with store.create("c") as blob, pytest.raises(BlobExists):
        blob.write(b"1")
        store.replace("c", b"2")
    assert names(store) == ["a/b"]


def test_a_replacement_that_fails_leaves_the_old_one() -> None:
    store = MemoryBlobStore(capacity=10)
    store.put("a", b"12345")
    with pytest.raises(NoSpace):
        store.replace("a", b"123456")  # both are there for a moment
    assert store.get("a", 10) == b"12345"


def test_of_two_writers_of_one_name_one_succeeds_whole(store: BlobStore) -> None:
    with store.create("a") as first:
        first.write(b"first ")
        with pytest.raises(BlobExists):
            with store.create("a") as second:
                second.write(b"second")
                second.commit()
        first.write(b"half")
        first.commit()
    assert store.get("a", 100) == b"first half"
    assert names(store) == ["a"]


def test_an_unknown_blob_is_not_found(store: BlobStore) -> None:
    store.put("a/b", b"1")
    for name in ("b", "a", "a/c", "a/b/c", "A/b", "x" * 300):
        with pytest.raises(BlobNotFound):
            store.open(name)
        with pytest.raises(BlobNotFound):
            store.get(name, 100)


def test_a_small_blob_that_is_not_small_is_damaged(store: BlobStore) -> None:
    store.put("a", b"12345")
    assert store.get("a", 5) == b"12345"
    with pytest.raises(Damaged, match="4 bytes"):
        store.get("a", 4)


def test_a_reader_gives_any_range_and_less_only_at_the_end(store: BlobStore) -> None:
    data = bytes(range(256)) * 1000
    store.put("a", data)
    with store.open("a") as blob:
        assert blob.size == len(data)
        for offset, length in ((0, 10), (100_000, 70_000), (255_990, 100), (256_000, 1), (10**12, 5), (7, 0)):
            assert blob.read_at(offset, length) == data[offset : offset + length]


def test_a_reader_serves_several_threads(store: BlobStore) -> None:
    data = os.urandom(1 << 20)
    store.put("a", data)
    found: dict[int, bytes] = {}
    with store.open("a") as blob:

        def read(number: int) -> None:
            found[number] = blob.read_at(number << 17, 1 << 17)

        threads = [threading.Thread(target=read, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert b"".join(found[number] for number in range(8)) == data


def test_a_blob_that_is_open_can_be_deleted_and_read_on(store: BlobStore) -> None:
    store.put("a", b"content")
    with store.open("a") as blob:
        store.delete("a")
        assert blob.read_at(0, 7) == b"content"


def test_a_closed_reader_or_writer_is_of_no_use(store: BlobStore) -> None:
    with store.create("a") as writer:
        writer.commit()
    with store.open("a") as reader:
        pass
    with pytest.raises(StoreError):
        reader.read_at(0, 1)
    with pytest.raises(StoreError):
        writer.write(b"1")


def test_the_list_is_in_order_of_name(store: BlobStore) -> None:
    every = ["a-b", "a.b", "a/b", "a/b.c", "a/b/c", "ab", "b", "Z", "é", ".m"]
    kept = [name for name in every if name != "a/b"]  # a file and a folder of one name is for no file system
    for name in kept:
        store.put(name, b"")
    assert names(store) == sorted(kept)


def test_a_list_of_a_folder_has_what_is_below_it_and_no_more(store: BlobStore) -> None:
    for name in ("a/b/1", "a/b/2/3", "a/bc", "a/b.c/4", "ab/5", "6"):
        store.put(name, b"")
    assert names(store, "a/b") == names(store, "a/b/") == ["a/b/1", "a/b/2/3"]
    assert names(store, "a") == ["a/b.c/4", "a/b/1", "a/b/2/3", "a/bc"]
    for nothing in ("b", "6", "a/b/1", "a/b/9/9"):
        assert names(store, nothing) == []


def test_deleting_is_final_and_twice_is_no_error(store: BlobStore) -> None:
    for name in ("a/b/1", "a/b/2", "c"):
        store.put(name, b"")
    for _ in range(2):
        store.delete("a/b/1")
        assert names(store) == ["a/b/2", "c"]
    store.delete("never/there")
    store.delete("a")  # a folder is no blob
    store.delete("c/d")
    assert names(store) == ["a/b/2", "c"]
    store.put("a/b/1", b"again")


def test_a_sweep_removes_what_unfinished_writes_left_in_that_folder_alone(
    store: BlobStore, litter: Callable[[str], None]
) -> None:
    for name in ("job/run/x", "job/run/y", "job/run2/z", "job/w", "v"):
        litter(name)
    store.put("job/run/done", b"1")
    store.put("job/run/.odd", b"1")
    store.put("job/run/odd.part", b"1")
    kept = ["job/run/.odd", "job/run/done", "job/run/odd.part"]
    assert names(store) == kept
    assert [store.sweep(folder) for folder in ("job/run", "job/run/", "job", "", "none/such")] == [
        2,
        0,
        1,
        1,
        0,
    ]
    assert names(store) == kept
    assert store.sweep("job/run2") == 1


def test_a_sweep_leaves_alone_what_is_being_written(store: BlobStore) -> None:
    with store.create("a/b") as blob:
        assert store.sweep("a") == 0
        blob.write(b"1")
        blob.commit()
    assert names(store) == ["a/b"]


def test_what_a_killed_writer_left_does_not_stand_in_the_way(
    store: BlobStore, litter: Callable[[str], None]
) -> None:
    litter("a/b")
    store.put("a/b", b"new")
    assert store.get("a/b", 10) == b"new"
    assert store.sweep("a") == (1 if isinstance(store, RcloneBlobStore) else 0)
    assert store.sweep("a") == 0


BAD = ["", "/", "/x", "x/", "a//b", ".", "..", "../x", "a/../b", "a/./b", "nul\0", "a/\0/b", "\ud800"]


@pytest.mark.parametrize("name", BAD, ids=range(len(BAD)))
def test_a_name_that_is_not_clean_is_refused(store: BlobStore, root: Path, name: str) -> None:
    calls: list[Callable[[], object]] = [
        lambda: store.create(name),
        lambda: store.put(name, b""),
        lambda: store.replace(name, b""),
        lambda: store.open(name),
        lambda: store.get(name, 1),
        lambda: store.delete(name),
    ]
    if name not in ("", "x/", "/"):  # for a folder: the root, x, and the root
        calls += [lambda: list(store.list(name)), lambda: store.sweep(name)]
    for call in calls:
        with pytest.raises(Damaged):
            call()
    assert os.listdir(root) == []
    assert os.listdir(root.parent) == ["store"]


def test_a_name_of_unfinished_files_is_refused(store: BlobStore) -> None:
    for write in (store.put, store.replace):
        with pytest.raises(StoreError):
            write("a/.b.part", b"")
    assert names(store) == []


# The folder


def modes(root: Path) -> set[tuple[str, int]]:
    return {("d" if path.is_dir() else "f", path.stat().st_mode & 0o7777) for path in root.rglob("*")}


@pytest.mark.parametrize("umask", [0, 0o022, 0o777])
def test_folders_and_files_are_the_users_alone_whatever_the_umask(
    local: LocalBlobStore, root: Path, umask: int
) -> None:
    before = os.umask(umask)
    try:
        local.try_write()
        with local.create("a/b/c") as blob:
            assert modes(root) == {("d", 0o700), ("f", 0o600)}
            blob.commit()
    finally:
        os.umask(before)
    assert modes(root) == {("d", 0o700), ("f", 0o600)}


def test_folders_left_empty_go_and_others_stay(local: LocalBlobStore, root: Path) -> None:
    local.put("job/one/x", b"")
    local.put("job/two/y", b"")
    local.delete("job/one/x")
    assert tree(root) == {"job", "job/two", "job/two/y"}
    local.delete("job/two/y")
    assert tree(root) == set()
    (root / "job" / "three").mkdir(parents=True)  # as a crash between the two steps of a delete leaves it
    local.delete("job/three/z")
    (root / "job" / "four").mkdir(parents=True)
    (root / "job" / "four" / ".z.part").write_bytes(b"")
    assert local.sweep("job/four") == 1
    assert tree(root) == set()


def test_a_writer_takes_only_the_folders_it_made(local: LocalBlobStore, root: Path) -> None:
    (root / "job").mkdir()
    with local.create("job/run/x"):
        pass
    assert tree(root) == {"job"}


def test_only_regular_files_are_blobs_and_links_are_not_followed(
    local: LocalBlobStore, root: Path, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "secret").write_bytes(b"secret")
    (outside / ".x.part").write_bytes(b"")
    (root / "link").symlink_to(outside)
    (root / "file").symlink_to(outside / "secret")
    (root / "loop").symlink_to("loop")
    (root / ".y.part").symlink_to(outside / "secret")
    os.mkfifo(root / "fifo")
    (root / "folder").mkdir()
    assert names(local) == names(local, "link") == []
    for name in ("link/secret", "file", "loop", "fifo", "folder", "loop/x"):
        with pytest.raises(BlobNotFound):
            local.open(name)
    with pytest.raises(StoreError):
        local.create("link/new")
    with pytest.raises(BlobExists):
        local.create("file")
    with pytest.raises(BlobExists):
        local.create("y")
    local.delete("link/secret")
    assert local.sweep("link") == local.sweep("") == 0
    assert sorted(os.listdir(outside)) == [".x.part", "secret"]
    local.replace("loop", b"a file now")
    assert local.get("loop", 100) == b"a file now"
    with pytest.raises(StoreError):
        local.replace("folder", b"")
    local.delete("file")
    assert (outside / "secret").read_bytes() == b"secret"
    assert not (root / "file").is_symlink()


def test_another_root_in_the_old_ones_place_is_refused_and_stays_empty(
    local: LocalBlobStore, root: Path
) -> None:
    local.put("job/run/x", b"")
    with pytest.raises(StoreError, match="not the folder"):
        with local.create("job/run/y") as blob:
            blob.write(b"1")
            root.rename(root.parent / "moved")
            root.mkdir()
            blob.commit()
    calls: list[Callable[[], object]] = [
        lambda: local.create("job/run/z"),
        lambda: local.open("job/run/x"),
        lambda: local.get("job/run/x", 1),
        lambda: names(local),
        lambda: local.replace("job/run/x", b""),
        lambda: local.delete("job/run/x"),
        lambda: local.sweep("job/run"),
        local.free_bytes,
        local.try_write,
    ]
    for gone in (False, True):
        if gone:
            root.rmdir()
        for call in calls:
            with pytest.raises(StoreError) as caught:
                call()
            # Never "not found": that would say that the store is there.
            assert not isinstance(caught.value, BlobNotFound)
            assert gone or os.listdir(root) == []


def test_a_root_that_is_not_there_is_an_error_with_its_cause(tmp_path: Path) -> None:
    with pytest.raises(StoreError) as caught:
        LocalBlobStore(str(tmp_path / "none"))
    assert isinstance(caught.value.__cause__, FileNotFoundError)
    assert caught.value.hint


def test_the_root_is_known_by_device_and_inode(store: BlobStore, local: LocalBlobStore, root: Path) -> None:
    assert local.identity() == (root.stat().st_dev, root.stat().st_ino)
    assert store.identity() in (None, local.identity())


def test_free_space_is_that_of_the_file_system(store: BlobStore, local: LocalBlobStore, root: Path) -> None:
    free = local.free_bytes()
    assert free is not None
    assert 0 < free <= os.statvfs(root).f_blocks * os.statvfs(root).f_frsize
    assert store.free_bytes() is None or isinstance(store.free_bytes(), int)


def test_a_folder_that_may_not_be_read_is_an_error_unless_it_is_lost_and_found(
    local: LocalBlobStore, root: Path
) -> None:
    for name in ("lost+found", "job"):
        (root / name).mkdir()
        (root / name).chmod(0)
    code = (
        "import sys\n"
        "from bcper.adapters.fs.blob_store import LocalBlobStore\n"
        "from bcper.domain.errors import StoreError\n"
        "store = LocalBlobStore(sys.argv[1])\n"
        "for prefix in ('', 'lost+found'):\n"
        "    try: print(len(list(store.list(prefix))))\n"
        "    except StoreError as error: print('error')\n"
    )
    # Root reads everything, unless it gives up its capabilities (setpriv(1)).
    humble = ["setpriv", "--bounding-set=-all", "--inh-caps=-all"] if os.geteuid() == 0 else []
    try:
        done = subprocess.run(
            [*humble, sys.executable, "-c", code, str(root)],
            capture_output=True,
            text=True,
            env={**os.environ, "PYTHONPATH": SOURCE},
        )
    finally:
        for name in ("lost+found", "job"):
            (root / name).chmod(0o700)
    assert done.stdout.split() == ["error", "0"], done.stderr


def test_a_writer_that_is_killed_leaves_litter_and_no_blob(local: LocalBlobStore, root: Path) -> None:
    code = (
        "import os, sys, signal\n"
        "from bcper.adapters.fs.blob_store import LocalBlobStore\n"
        "with LocalBlobStore(sys.argv[1]).create('a/b') as blob:\n"
        "    blob.write(bytes(100_000))\n"
        "    print(flush=True); sys.stdin.readline()\n"
    )
    child = subprocess.Popen(
        [sys.executable, "-c", code, str(root)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": SOURCE},
    )
    assert child.stdout is not None
    assert child.stdout.readline() == b"\n"
    assert local.sweep("a") == 0  # it lives
    with pytest.raises(BlobExists):
        local.create("a/b")
    child.kill()
    child.communicate()
    assert child.returncode == -signal.SIGKILL
    assert names(local) == []
    assert tree(root) == {"a", "a/.b.part"}
    assert local.sweep("a") == 1
    assert tree(root) == set()


def test_a_delete_next_door_does_not_break_a_create(local: LocalBlobStore) -> None:
    failures: list[Exception] = []

    def churn(name: str) -> None:
        try:
            for _ in range(40):
                local.put(name, b"")
                local.delete(name)
        except Exception as error:
            failures.append(error)

    threads = [threading.Thread(target=churn, args=(f"job/run{number}",)) for number in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert names(local) == []


def test_descriptors_are_given_back(local: LocalBlobStore) -> None:
    before = len(os.listdir("/proc/self/fd"))
    for number in range(3):
        local.put(f"a/{number}", b"1")
        local.get(f"a/{number}", 1)
        for name in (f"a/{number}", f"a/{number}/x", "../x"):
            with pytest.raises((StoreError, Damaged)):
                local.create(name)
        with pytest.raises(BlobNotFound):
            local.open("a")
        with local.create("b/c"):
            pass
    assert len(names(local)) == 3
    local.delete("a/0")
    local.sweep("a")
    local.try_write()
    assert len(os.listdir("/proc/self/fd")) == before


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (errno.ENOSPC, NoSpace),
        (errno.EDQUOT, NoSpace),
        (errno.EFBIG, NoSpace),
        (errno.EROFS, StoreError),
        (errno.EIO, StoreError),
        (errno.EACCES, StoreError),
    ],
)
def test_an_error_of_the_system_is_a_sentence_that_names_the_store(code: int, kind: type[Exception]) -> None:
    error = translated(OSError(code, "x"), "/mnt/a\n\udcff", "job/x")
    assert type(error) is kind
    assert "/mnt/a\\n\\xff" in str(error)
    assert error.hint


def test_a_write_past_the_limit_for_files_is_no_space_and_leaves_nothing(root: Path) -> None:
    code = (
        "import resource, sys\n"
        "from bcper.adapters.fs.blob_store import LocalBlobStore\n"
        "from bcper.domain.errors import NoSpace\n"
        "resource.setrlimit(resource.RLIMIT_FSIZE, (100_000, 100_000))\n"
        "try: LocalBlobStore(sys.argv[1]).put('a/b', bytes(200_000))\n"
        "except NoSpace as error: print(type(error.__cause__).__name__)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(root)],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": SOURCE},
    )
    assert done.stdout == "OSError\n", done.stderr
    assert tree(root) == set()


# The fakes


def test_a_memory_store_is_full_at_its_capacity() -> None:
    store = MemoryBlobStore(capacity=10)
    store.put("a", bytes(6))
    assert store.free_bytes() == 4
    with pytest.raises(NoSpace):
        with store.create("b") as blob:
            blob.write(bytes(4))
            assert store.free_bytes() == 0
            blob.write(b"1")
    assert (names(store), store.free_bytes()) == (["a"], 4)


def work(store: BlobStore) -> None:
    """Every operation once, but for writing in pieces."""
    with store.create("a") as blob:
        blob.write(b"1")
        blob.write(b"2")
        blob.commit()
    store.begin("")
    store.put("b", b"3")
    store.prove("")
    store.replace("a", b"4")
    with store.open("a") as reader:
        reader.read_at(0, 2)
    store.get("b", 1)
    list(store.list())
    store.delete("b")
    store.sweep("")
    store.free_bytes()


@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
def test_a_fault_comes_at_every_operation_that_it_is_set_for(after: bool) -> None:
    quiet = FaultyBlobStore(MemoryBlobStore())
    work(quiet)
    assert {operation for operation, _ in quiet.operations} == OPERATIONS
    for at in range(1, len(quiet.operations) + 1):
        inner = MemoryBlobStore()
        store = FaultyBlobStore(inner, Fault(at, lambda: StoreError("told to"), after=after))
        with pytest.raises(StoreError, match="told to"):
            work(store)
        assert store.operations == quiet.operations[:at]
        there = "b" in names(inner)
        assert quiet.operations[at - 1][0] != "put" or there is after
        assert quiet.operations[at - 1][0] != "delete" or there is not after
        inner.kill_writers()
        assert inner.sweep("") == 0  # every writer was left properly


def test_a_fault_counts_only_what_it_is_about_and_may_last() -> None:
    store = FaultyBlobStore(
        MemoryBlobStore(), Fault(2, lambda: NoSpace("full"), only=frozenset({"put"}), lasting=True)
    )
    store.put("a", b"")
    assert names(store) == ["a"]
    for _ in range(2):
        with pytest.raises(NoSpace):
            store.put("b", b"")
    store.fault = None
    store.put("b", b"")
    store.forget()
    store.fault = Fault(2, lambda: NoSpace("full"))
    store.put("c", b"")
    with pytest.raises(NoSpace):
        store.delete("c")
    store.delete("c")


def test_what_unfinished_writes_have_left_is_counted_and_stays(
    store: BlobStore, litter: Callable[[str], None]
) -> None:
    litter("job/run/a")
    litter("job/run/b")
    store.put("job/run/whole", b"1")
    if isinstance(store, RcloneBlobStore):
        assert store.unfinished() is None
        return
    assert store.unfinished() == 2
    with store.create("job/run/c") as blob:
        blob.write(b"alive")
        assert store.unfinished() == 2
    assert store.unfinished() == 2
    assert store.sweep("job/run") == 2
    assert store.unfinished() == 0
