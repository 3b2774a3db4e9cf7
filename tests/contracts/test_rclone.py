"""What every RcloneFinder and Remotes promise (ports.rclone), with programs and a server, and the fakes."""

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Protocol

import pytest

from bcper.adapters.memory.progress import CancelAt, RecordingProgress
from bcper.adapters.memory.rclone import MemoryRcloneFinder, MemoryRemotes
from bcper.adapters.rclone.download import RcloneDownload
from bcper.adapters.rclone.locator import RcloneLocator
from bcper.adapters.rclone.remotes import RcloneRemotes
from bcper.domain.errors import Cancelled, StoreError
from bcper.domain.model.remotes import Remote
from bcper.ports.rclone import RcloneFinder, Remotes
from helpers.rclone import AMD64, SUMS, Mirror, program, script, served

FinderMaker = Callable[[bool, bool], RcloneFinder]


@pytest.fixture(params=["real", "fake"])
def finder(
    request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[FinderMaker]:
    """Makes one on a machine that has rclone, or not, and that can be reached by a mirror, or not."""
    if request.param == "fake":
        yield lambda here, online: MemoryRcloneFinder(here=here, problem="" if online else "Offline.")
        return
    with served(Mirror()) as mirror:

        def make(here: bool, online: bool) -> RcloneFinder:
            if here:
                program(tmp_path / "bin")
            monkeypatch.setenv("PATH", str(tmp_path / "bin"))
            if not online:
                mirror.answers[SUMS] = lambda handler: handler.send_error(404)
            own = str(tmp_path / "data" / "rclone")
            return RcloneLocator(own, RcloneDownload(own, lambda: mirror.url, "t", machine=lambda: AMD64))

        yield make


def test_one_that_is_here_is_found_without_a_step(finder: FinderMaker) -> None:
    one, steps = finder(True, False), RecordingProgress()
    found = one.find(steps)
    assert os.path.isabs(found)
    assert one.find() == found == one.present()
    assert steps.steps == []


def test_one_that_is_missing_is_fetched_once(finder: FinderMaker) -> None:
    one, steps = finder(False, True), RecordingProgress()
    assert one.present() is None
    found = one.find(steps)
    assert {step.step for step in steps.steps} == {"Fetching rclone"}
    told = len(steps.steps)
    assert one.present() == found == one.find(steps)
    assert len(steps.steps) == told


def test_without_a_way_to_it_the_hint_says_how_to_install_it(finder: FinderMaker) -> None:
    one = finder(False, False)
    for _ in range(2):
        with pytest.raises(StoreError) as caught:
            one.find()
        assert "apt install rclone" in caught.value.hint
        assert "https://rclone.org/install/" in caught.value.hint
        assert one.present() is None


def test_a_person_who_stops_it_can_have_it_later(finder: FinderMaker) -> None:
    one = finder(False, True)
    with pytest.raises(Cancelled):
        one.find(CancelAt(1))
    assert one.present() is None
    assert one.find() == one.present()


class RemotesMaker(Protocol):
    """Makes some with these kinds by name, an rclone that is here or not, and a configuration that is bad."""

    def __call__(self, kinds: Mapping[str, str], *, here: bool = True, bad: bool = False) -> Remotes: ...


@pytest.fixture(params=["real", "fake"])
def remotes(request: pytest.FixtureRequest, tmp_path: Path) -> RemotesMaker:
    def fake(kinds: Mapping[str, str], *, here: bool = True, bad: bool = False) -> Remotes:
        return MemoryRemotes(kinds, MemoryRcloneFinder(here=here, path="/x/rclone"), "No." if bad else "")

    def real(kinds: Mapping[str, str], *, here: bool = True, bad: bool = False) -> Remotes:
        lines = "".join(f"{name + ':':<9} {kind}\n" for name, kind in kinds.items())
        (tmp_path / "listed").write_text(lines)
        path = program(tmp_path / "x", script(body=f"cat '{tmp_path}/listed'; exit {int(bad)}"))
        return RcloneRemotes(MemoryRcloneFinder(here=here, path=path), seconds=30.0)

    return real if request.param == "real" else fake


def test_remotes_come_by_name(remotes: RemotesMaker) -> None:
    assert remotes({}).list() == ()
    some = remotes({"my box 2": "s3", "a.b+c@d": "sftp", "gdrive": "drive"})
    assert some.list() == (Remote("a.b+c@d", "sftp"), Remote("gdrive", "drive"), Remote("my box 2", "s3"))


def test_without_rclone_or_with_a_bad_configuration_nobody_knows(remotes: RemotesMaker) -> None:
    for some in (remotes({}, here=False), remotes({"a": "s3"}, bad=True)):
        with pytest.raises(StoreError):
            some.list()


def test_the_configuration_is_a_command_for_a_terminal(remotes: RemotesMaker) -> None:
    for here in (True, False):
        path, *arguments = remotes({}, here=here).configuration()
        assert (os.path.basename(path), arguments) == ("rclone", ["config"])
