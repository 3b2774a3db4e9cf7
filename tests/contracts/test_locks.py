"""What every Locks promises (ports.locks), on flock and on the fake."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

import bcper
from bcper.adapters.fs.locks import FileLocks
from bcper.adapters.memory.locks import MemoryLocks
from bcper.domain.errors import BcperError, Locked
from bcper.ports.locks import Locks


@pytest.fixture
def folder(tmp_path: Path) -> str:
    return str(tmp_path / "config" / "locks")


@pytest.fixture(params=["file", "memory"])
def locks(request: pytest.FixtureRequest, folder: str) -> Locks:
    return FileLocks(folder) if request.param == "file" else MemoryLocks()


NAMES = ["config", "a/b", "../x", "", "é\udcff", "x" * 5000, "nul\0"]


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_a_lock_is_held_once_at_a_time_and_then_free_again(locks: Locks, name: str) -> None:
    for _ in range(2):
        with locks.hold(name):
            with pytest.raises(Locked) as caught:
                with locks.hold(name):
                    pytest.fail("held twice")
            assert name in str(caught.value)
            with pytest.raises(Locked):  # the refusal has not let go of it
                with locks.hold(name):
                    pytest.fail("held twice")


def test_locks_of_other_names_are_free(locks: Locks) -> None:
    with locks.hold("a"), locks.hold("A"), locks.hold("a "):
        pass


def test_a_failure_inside_lets_go_of_the_lock_and_goes_on(locks: Locks) -> None:
    with pytest.raises(KeyError):
        with locks.hold("a"):
            raise KeyError
    with locks.hold("a"):
        pass


@pytest.mark.parametrize("umask", [0, 0o777])
def test_files_stay_and_are_the_users_alone(folder: str, umask: int) -> None:
    before = os.umask(umask)
    try:
        with FileLocks(folder).hold("a"):
            pass
    finally:
        os.umask(before)
    (name,) = os.listdir(folder)
    assert os.stat(folder).st_mode & 0o777 == 0o700
    assert os.stat(os.path.join(folder, name)).st_mode & 0o777 == 0o600


def test_another_process_holds_it_until_it_is_killed(folder: str) -> None:
    code = (
        "import sys\n"
        "from bcper.adapters.fs.locks import FileLocks\n"
        "with FileLocks(sys.argv[1]).hold('a'):\n"
        "    print(flush=True); sys.stdin.readline()\n"
    )
    source = os.path.dirname(os.path.dirname(bcper.__file__))
    child = subprocess.Popen(
        [sys.executable, "-c", code, folder],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": source},
    )
    assert child.stdout is not None
    assert child.stdout.readline() == b"\n"
    with pytest.raises(Locked):
        with FileLocks(folder).hold("a"):
            pytest.fail("held twice")
    child.kill()
    child.communicate()
    with FileLocks(folder).hold("a"):
        pass


@pytest.mark.filterwarnings("ignore:.*multi-threaded.*:DeprecationWarning")  # other tests' idle threads
def test_a_forked_child_does_not_keep_a_lock_that_was_let_go(folder: str) -> None:
    read, write = os.pipe()
    with FileLocks(folder).hold("a"):
        child = os.fork()
        if child == 0:
            os.close(write)
            os.read(read, 1)
            os._exit(0)
    try:
        with FileLocks(folder).hold("a"):
            pass
    finally:
        os.close(write)
        os.close(read)
        os.waitpid(child, 0)


def test_a_folder_that_cannot_be_used_is_a_sentence(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"")
    for folder in (tmp_path / "file", tmp_path / "file" / "locks"):
        with pytest.raises(BcperError, match="No lock can be taken"):
            with FileLocks(str(folder)).hold("a"):
                pytest.fail("held")


def test_who_holds_a_lock_can_be_seen_and_nothing_is_made_for_that(locks: Locks, folder: str) -> None:
    assert locks.held("a") is False
    assert not os.path.exists(folder)
    with locks.hold("a"):
        assert locks.held("a") is True
        assert locks.held("b") is False
    assert locks.held("a") is False
    with locks.hold("a"):
        pass


def test_another_process_is_seen_to_hold_one(folder: str) -> None:
    source = os.path.dirname(os.path.dirname(bcper.__file__))
    code = (
        f"import sys; sys.path.insert(0, {source!r})\n"
        "from bcper.adapters.fs.locks import FileLocks\n"
        f"with FileLocks({folder!r}).hold('a'):\n"
        "    print('held', flush=True)\n"
        "    input()\n"
    )
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", code], stdin=pipe, stdout=pipe) as child:
        assert child.stdout is not None
        assert child.stdout.readline() == b"held\n"
        assert FileLocks(folder).held("a") is True
        child.kill()
        child.wait()
        assert FileLocks(folder).held("a") is False
