"""Finding rclone on this machine, with real programs."""

import os
import shutil
import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from bcper.adapters.memory.progress import CancelAt
from bcper.adapters.rclone.known import KnownPrograms
from bcper.adapters.rclone.locator import RcloneLocator
from bcper.adapters.rclone.program import problem
from bcper.domain.errors import Cancelled, StoreError
from bcper.ports.progress import ProgressSink
from helpers.rclone import program, script
from helpers.remotes import rclone


class Fetch:
    """Puts one at ``own`` when asked, and counts."""

    def __init__(self, own: Path) -> None:
        self.own = own
        self.count = 0

    def __call__(self, ready: Callable[[], str | None], _: ProgressSink | None = None) -> str:
        self.count += 1
        assert ready() is None
        return program(self.own.parent)


@pytest.fixture
def own(tmp_path: Path) -> Path:
    return tmp_path / "data" / "rclone"


@pytest.fixture
def fetch(own: Path) -> Fetch:
    return Fetch(own)


def found(own: Path, fetch: Fetch, seconds: float = 30.0) -> RcloneLocator:
    return RcloneLocator(str(own), fetch, seconds)


def lives(process: int) -> bool:
    """Whether it runs: one that has ended may wait for its parent."""
    try:
        return "(sleep) Z" not in Path(f"/proc/{process}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def path_of(monkeypatch: pytest.MonkeyPatch, *folders: object) -> None:
    monkeypatch.setenv("PATH", os.pathsep.join(map(str, folders)))


def test_path_comes_before_our_own(
    tmp_path: Path, own: Path, fetch: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, second = program(tmp_path / "a"), program(tmp_path / "b")
    program(own.parent)
    path_of(monkeypatch, tmp_path / "none", tmp_path / "a", tmp_path / "b")
    assert found(own, fetch).find() == first
    os.unlink(first)
    assert found(own, fetch).find() == second
    os.unlink(second)
    assert found(own, fetch).find() == str(own)
    assert fetch.count == 0


@pytest.mark.parametrize(
    "content",
    [
        script("1.59.9"),
        script("0.99.0"),
        b"\x7fELF nonsense",
        b"",
        script(body="exit 2"),
        b"#!/bin/sh\necho rclone v1.75.2\nexit 1\n",
        b"#!/bin/sh\necho x rclone v1.75.2\n",
        b"#!/bin/sh\nprintf '\\377rclone v1.75.2'\n",
        b"#!/nowhere/sh\n",
    ],
    ids=range(9),
)
def test_one_that_is_of_no_use_is_passed_over(
    tmp_path: Path, own: Path, fetch: Fetch, monkeypatch: pytest.MonkeyPatch, content: bytes
) -> None:
    program(tmp_path / "a", content)
    good = program(tmp_path / "b", script("1.60.1-DEV"))
    path_of(monkeypatch, tmp_path / "a", tmp_path / "b")
    assert found(own, fetch).find() == good
    path_of(monkeypatch, tmp_path / "a")
    program(own.parent, content)
    one = found(own, fetch)
    assert one.present() is None
    assert one.find() == str(own)
    assert fetch.count == 1


@pytest.mark.parametrize("version", ["1.60.0", "1.75.2", "1.100.0", "2.0.0", "1.76.0-beta.9012.abc"])
def test_versions_are_numbers(tmp_path: Path, version: str) -> None:
    assert problem(program(tmp_path, script(version)), 30.0) == ""


def test_a_program_that_is_known_is_not_asked_again_until_it_changes(tmp_path: Path) -> None:
    asked, file = tmp_path / "asked", tmp_path / "cache" / "rclone.json"
    real, place = rclone(), tmp_path / "rclone"
    os.link(real, place) if os.stat(real).st_dev == os.stat(tmp_path).st_dev else shutil.copy(real, place)
    known = KnownPrograms(str(file))
    assert str(place) not in known
    known.add(str(place))
    assert str(place) in KnownPrograms(str(file))
    assert file.stat().st_mode & 0o777 == 0o600
    place.unlink()
    assert str(place) not in known
    # Another file under that name, as long and as old as it may be, is another program.
    shutil.copy(real, place)
    assert str(place) not in known
    script_ = program(tmp_path / "a", script(body=f"echo >> {asked}; echo rclone v1.75.2"))
    known.add(script_)
    assert script_ not in known


@pytest.mark.parametrize(
    "content", [b"", b"{}", b"[[]]", b"[" * 10_000, b"[1, null]", b"\xff", b" " * 20_000]
)
def test_what_is_known_may_be_any_nonsense(tmp_path: Path, content: bytes) -> None:
    file, place = tmp_path / "rclone.json", program(tmp_path, b"\x7fELF and more")
    file.write_bytes(content)
    known = KnownPrograms(str(file))
    assert place not in known
    known.add(place)
    assert place in known


def test_where_it_cannot_be_kept_it_is_asked_again(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    known, place = KnownPrograms(str(tmp_path / "file" / "rclone.json")), program(tmp_path, b"\x7fELF")
    known.add(place)
    assert place not in known


def test_the_locator_remembers(
    tmp_path: Path, own: Path, fetch: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    path_of(monkeypatch, os.path.dirname(rclone()))
    known = KnownPrograms(str(tmp_path / "rclone.json"))
    assert RcloneLocator(str(own), fetch, 30.0, known).find() == rclone()
    # With no time at all for an answer, only what is known is found.
    assert RcloneLocator(str(own), fetch, 0.0, known).find() == rclone()
    assert RcloneLocator(str(own), fetch, 0.0, KnownPrograms(None)).present() is None


def test_one_that_hangs_is_passed_over_with_all_it_started(
    tmp_path: Path, own: Path, fetch: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    hangs = program(tmp_path / "a", script(body=f"sleep 1000 & echo $! > {tmp_path}/child; wait"))
    path_of(monkeypatch, tmp_path / "a", "/usr/bin", "/bin")
    assert problem(hangs, 1.0) == "it did not answer within 1 seconds"
    child = int((tmp_path / "child").read_text())
    while lives(child):
        time.sleep(0.01)


def test_one_with_a_child_that_keeps_its_output_is_waited_for_no_longer(tmp_path: Path) -> None:
    one = program(tmp_path, script(body="sleep 1000 &"))
    assert "did not answer" in problem(one, 1.0)


def test_folders_that_are_not_absolute_and_what_is_no_program_are_left_out(
    tmp_path: Path, own: Path, fetch: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    program(tmp_path)
    (tmp_path / "folder" / "rclone").mkdir(parents=True)
    Path(program(tmp_path / "plain")).chmod(0o644)
    monkeypatch.chdir(tmp_path)
    path_of(monkeypatch, "", ".", tmp_path / "folder", tmp_path / "plain")
    assert found(own, fetch).present() is None
    monkeypatch.delenv("PATH")
    assert found(own, fetch).present() is None


@pytest.mark.parametrize(("what", "mode"), [("rclone", 0o757), ("rclone", 0o775), ("", 0o777), ("", 0o770)])
def test_a_copy_of_ours_that_others_can_change_is_not_run(
    own: Path, fetch: Fetch, monkeypatch: pytest.MonkeyPatch, what: str, mode: int, tmp_path: Path
) -> None:
    program(own.parent, script(body=f"touch {tmp_path}/run"))
    (own.parent / what).chmod(mode)
    path_of(monkeypatch)
    assert found(own, fetch).present() is None
    assert not (tmp_path / "run").exists()


def test_a_link_in_place_of_our_copy_is_not_run(
    own: Path, fetch: Fetch, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    own.parent.mkdir(mode=0o755)
    own.symlink_to(program(tmp_path / "else"))
    path_of(monkeypatch)
    assert found(own, fetch).present() is None


def test_an_answer_is_remembered_while_it_is_there(
    tmp_path: Path, own: Path, fetch: Fetch, monkeypatch: pytest.MonkeyPatch
) -> None:
    counted = script(body=f"echo >> {tmp_path}/count")
    path = program(tmp_path / "a", counted)
    path_of(monkeypatch, tmp_path / "a")
    one = found(own, fetch)
    for _ in range(3):
        assert one.find() == one.present() == path
    assert (tmp_path / "count").read_text() == "\n"
    os.unlink(path)
    assert one.find() == str(own)
    assert fetch.count == 1


def test_one_without_a_password_of_ours_in_its_environment(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("BCPER_PASSWORD", "secret")
    monkeypatch.setenv("RCLONE_CONFIG_PASS", "its own")
    path = program(tmp_path, script(body=f"env > {tmp_path}/env"))
    assert problem(path, 30.0) == ""
    seen = (tmp_path / "env").read_text()
    assert "secret" not in seen
    assert "its own" in seen


def test_of_two_threads_one_fetches_and_the_other_may_stop_waiting(
    own: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    started, go = threading.Event(), threading.Event()

    class Slow(Fetch):
        def __call__(self, ready: Callable[[], str | None], sink: ProgressSink | None = None) -> str:
            started.set()
            go.wait()
            return super().__call__(ready, sink)

    path_of(monkeypatch)
    fetch = Slow(own)
    one = found(own, fetch)
    answers: list[str] = []
    threads = [threading.Thread(target=lambda: answers.append(one.find())) for _ in range(2)]
    threads[0].start()
    started.wait()
    threads[1].start()
    with pytest.raises(Cancelled):
        one.find(CancelAt(1))
    go.set()
    for thread in threads:
        thread.join()
    assert answers == [str(own)] * 2
    assert fetch.count == 1


def test_a_failure_to_fetch_is_no_memory(own: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class Fails(Fetch):
        def __call__(self, ready: Callable[[], str | None], sink: ProgressSink | None = None) -> str:
            if not self.count:
                self.count = 1
                raise StoreError("Offline.")
            return super().__call__(ready, sink)

    path_of(monkeypatch)
    one = found(own, Fails(own))
    with pytest.raises(StoreError):
        one.find()
    assert one.find() == str(own)
