"""The daemon's log: rotated, and for its owner alone."""

import logging
import os
from collections.abc import Iterator
from pathlib import Path

import pytest

from bcper.apps.logs import log_to


@pytest.fixture(autouse=True)
def _alone() -> Iterator[None]:
    """Whatever the test adds to the program's log is taken away."""
    log = logging.getLogger("bcper")
    before, level, propagate = log.handlers[:], log.level, log.propagate
    mask = os.umask(0)
    yield
    os.umask(mask)
    for handler in [handler for handler in log.handlers if handler not in before]:
        log.removeHandler(handler)
        handler.close()
    log.setLevel(level)
    log.propagate = propagate


def logs(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_line_each_in_the_file_alone(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log = log_to(str(tmp_path / "daemon.log"), screen=False)
    log.info("ready")
    log.debug("nobody wants to know")
    log.error("a bug", exc_info=ValueError("why"))
    lines = (tmp_path / "daemon.log").read_text().splitlines()
    assert lines[0].endswith(" INFO ready")
    assert lines[1].endswith(" ERROR a bug")
    assert lines[2:] == ["ValueError: why"]
    assert capsys.readouterr() == ("", "")


def test_on_the_screen_too_if_that_is_wanted(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    log_to(str(tmp_path / "daemon.log"), screen=True).info("ready")
    out, err = capsys.readouterr()
    assert out == ""
    assert err == (tmp_path / "daemon.log").read_text()


def test_it_is_for_its_owner_alone_whatever_the_umask(tmp_path: Path) -> None:
    path = tmp_path / "daemon.log"
    path.touch(0o666)
    assert path.stat().st_mode & 0o777 == 0o666
    log_to(str(path), screen=False).info("ready")
    assert path.stat().st_mode & 0o777 == 0o600


def test_it_goes_on_where_it_was(tmp_path: Path) -> None:
    path = tmp_path / "daemon.log"
    path.write_text("earlier\n")
    log_to(str(path), screen=False).info("ready")
    assert len(path.read_text().splitlines()) == 2


def test_it_is_rotated_and_three_earlier_ones_are_kept(tmp_path: Path) -> None:
    log = log_to(str(tmp_path / "daemon.log"), screen=False)
    for number in range(6 * 17):
        log.info("%d %s", number, "x" * (1 << 16))
    assert logs(tmp_path) == ["daemon.log", *(f"daemon.log.{number}" for number in (1, 2, 3))]
    for path in tmp_path.iterdir():
        assert path.stat().st_mode & 0o777 == 0o600
        assert path.stat().st_size <= 1 << 20
    newest = (tmp_path / "daemon.log").read_text().splitlines()[-1]
    assert f"INFO {6 * 17 - 1} " in newest


def test_no_name_of_a_file_stops_it(tmp_path: Path) -> None:
    log_to(str(tmp_path / "daemon.log"), screen=False).info("bad \udcff name, and ünïcode")
    assert "bad \\udcff name, and ünïcode" in (tmp_path / "daemon.log").read_text(encoding="utf-8")


def test_no_child_inherits_it(tmp_path: Path) -> None:
    log = log_to(str(tmp_path / "daemon.log"), screen=False)
    (handler,) = [each for each in log.handlers if isinstance(each, logging.FileHandler)]
    assert not os.get_inheritable(handler.stream.fileno())
