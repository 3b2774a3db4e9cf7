"""Row 53: kill -9 at many steps of a run; the next run finds the truth and sweeps the litter."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from helpers.cli import Cli

# A real process that ends itself by SIGKILL at the n-th change it makes to the file system.
KILLER = """
import os, signal, sys
left = int(sys.argv[1])
def hook(event, arguments):
    global left
    if event in ("os.rename", "os.mkdir", "os.remove") or (
        event == "open" and isinstance(arguments[2], int) and arguments[2] & (os.O_WRONLY | os.O_RDWR)
    ):
        left -= 1
        if left == 0:
            os.kill(os.getpid(), signal.SIGKILL)
from bcper.apps.cli.main import main
sys.addaudithook(hook)
sys.exit(main(sys.argv[2:]))
"""


# Every step of a plain run; every third one of an encrypted run, which takes the time of a derived key.
@pytest.mark.parametrize(
    ("env", "stride"), [({}, 1), ({"BCPER_PASSWORD": "correct horse"}, 3)], ids=["plain", "encrypted"]
)
def test_killed_at_any_step_earlier_runs_stay_whole_and_the_next_run_is_good(
    tmp_path: Path, env: dict[str, str], stride: int
) -> None:
    cli, store, tree = Cli(tmp_path / "home"), tmp_path / "store", tmp_path / "tree"
    tree.mkdir()
    (tree / "file").write_bytes(os.urandom(2_500_000))
    first = cli.summary("backup", "now", tree, "--to", store, env=env)["run_id"]
    killed = 0
    for step in range(1, 60, stride):
        done = subprocess.run(
            [sys.executable, "-P", "-c", KILLER, str(step), "backup", "now", str(tree), "--to", str(store)],
            env=cli.environment(**env),
            capture_output=True,
            timeout=60,
        )
        if done.returncode == 0:
            break
        assert done.returncode == -9, done.stderr
        killed += 1
    assert killed >= 8 // stride
    assert step < 57
    runs = json.loads(cli("--json", "backup", "list").stdout)
    assert {run["status"] for run in runs} <= {"success", "interrupted"}
    assert "interrupted" in {run["status"] for run in runs}
    good = [run for run in runs if run["status"] == "success"]
    assert first in {run["run_id"] for run in good}
    assert {path.parent.name for path in store.glob("*/*/*")} == {run["run_id"] for run in good}
    assert not list(store.rglob("*.part"))
    cli("backup", "verify", "--all", env=env)
