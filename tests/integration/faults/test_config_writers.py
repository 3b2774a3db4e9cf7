"""Rows 37 and 38: writers that are killed, and writers at the same time."""

import json
from pathlib import Path

import pytest

from bcper.domain.errors import Locked
from helpers.configs import Config, adding, finished, python

# Processes that end themselves by SIGKILL before the n-th system call of a write, or halfway into it.
KILLED = """
import fcntl, json, os, signal, sys
from pathlib import Path
from helpers.configs import Config, adding
config = Config(Path(sys.argv[1]))
start = config.file.read_bytes()
repository = config.repository(adopt=lambda passwords: (config.folder / "adopted").write_text("yes"))

def deadly(module, name, at):
    real = getattr(module, name)
    def call(*arguments, **options):
        at[0] -= 1
        if at[0] == 0:
            if name == "write":
                real(arguments[0], bytes(arguments[1])[: len(arguments[1]) // 2])
            os.kill(os.getpid(), signal.SIGKILL)
        return real(*arguments, **options)
    setattr(module, name, call)

def in_a_process(step):
    child = os.fork()
    if not child:
        at = [step]
        for name in ("open", "write", "fsync", "fchmod", "rename", "unlink", "close", "stat"):
            deadly(os, name, at)
        deadly(fcntl, "flock", at)
        repository.change(adding("new"))
        os._exit(0)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])

for step in range(1, 200):
    for each in config.folder.iterdir():
        each.unlink()
    config.file.write_bytes(start)
    status = in_a_process(step)
    seen = {each.name: each.read_text() for each in config.folder.iterdir()}
    assert in_a_process(0) == 0  # the next one is not hindered
    print(json.dumps([status, seen, sorted(os.listdir(config.folder))]))
    if status == 0:
        break
"""


def killed(config: Config) -> list[tuple[int, dict[str, str], list[str]]]:
    """For each step: the exit status, the files then, their names after the next change."""
    lines = [json.loads(line) for line in finished(python(KILLED, config.folder)).splitlines()]
    *dead, (last, _, _) = lines
    assert last == 0
    assert {status for status, _, _ in dead} == {-9}
    assert len(dead) > 15
    return dead


def test_row_37_killed_at_any_step_the_old_one_is_there_or_the_new_one(config: Config) -> None:
    config.repository().change(adding("old"))
    old = config.file.read_text()
    config.repository().change(adding("new"))
    new = config.file.read_text()
    config.file.write_text(old)
    config.backup.unlink()
    states = set()
    for _, files, later in killed(config):
        states.add(files["config.json"] == new)
        assert files["config.json"] in (old, new)
        assert files.get("config.json.bak", old) == old
        assert set(later) == {"config.json", "config.json.bak", "config.json.lock"}
    assert states == {False, True}


OLD = {"items": {"o": {"key": "o", "paths": ["/o"], "password": "hunter2", "bcpignore": []}}}


def test_row_37_killed_while_an_old_file_is_taken_over_nothing_is_lost(config: Config) -> None:
    start = config.write(OLD).decode()
    states = set()
    for _, files, later in killed(config):
        whole = json.loads(files["config.json"])
        states.add("version" in whole)
        if "version" in whole:
            assert whole["items"]["o"]["has_password"]
            assert files["config.json.original"] == start
            assert files["adopted"] == "yes"
            assert "hunter2" not in files["config.json"] + files.get("config.json.bak", "")
        else:
            assert files["config.json"] == start
        assert not [name for name in later if name.endswith(".tmp")]
    assert states == {False, True}


ADDING = """
import sys
from pathlib import Path
from helpers.configs import Config, adding
repository = Config(Path(sys.argv[1])).repository(patience=60)
for number in range(20):
    repository.change(adding(sys.argv[2] + str(number)))
"""

READING = """
import sys
from pathlib import Path
from helpers.configs import Config
repository = Config(Path(sys.argv[1])).repository()
seen = [0]
while seen[-1] < 40:
    catalog = repository.load()
    assert len(catalog.items) == catalog.revision >= seen[-1]
    seen.append(catalog.revision)
print(len(set(seen)) > 2)
"""


def test_row_38_of_two_writers_none_loses_anything_and_readers_see_whole_ones(config: Config) -> None:
    processes = [python(READING, config.folder), *(python(ADDING, config.folder, one) for one in "ab")]
    assert [finished(each) for each in reversed(processes)] == ["", "", "True\n"]
    catalog = config.repository().load()
    assert catalog.revision == 40
    assert set(catalog.items) == {f"{one}{number}" for one in "ab" for number in range(20)}


HOLDING = """
import sys
from pathlib import Path
from helpers.configs import Config
def waiting(catalog):
    print("in", flush=True)
    sys.stdin.readline()
    return catalog
Config(Path(sys.argv[1])).repository().change(waiting)
"""


def test_row_38_a_writer_that_does_not_end_locks_others_out_until_it_is_killed(config: Config) -> None:
    holder = python(HOLDING, config.folder)
    with holder:
        try:
            assert holder.stdout is not None
            assert holder.stdout.readline() == "in\n"
            with pytest.raises(Locked) as caught:
                config.repository().change(adding("a"))
            assert caught.value.exit_status == 11
            config.repository().load()
        finally:
            holder.kill()
    assert config.repository().change(adding("a")).revision == 1


TAKING = """
import sys
from pathlib import Path
from helpers.configs import Config
config = Config(Path(sys.argv[1]))
config.repository(patience=60).load()
print(len(config.adopted))
"""


def test_row_38_of_two_that_find_an_old_file_one_takes_it_over(config: Config) -> None:
    config.write(OLD)
    processes = [python(TAKING, config.folder) for _ in range(2)]
    assert sorted(finished(each) for each in processes) == ["0\n", "1\n"]
    assert config.names() == {"config.json", "config.json.original"}


@pytest.fixture
def config(tmp_path: Path) -> Config:
    return Config(tmp_path / "bcper")
