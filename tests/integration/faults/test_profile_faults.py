"""A profile on a disk that is full, or read-only: told, and nothing of the person's is lost."""

from pathlib import Path

import pytest

from helpers.cli import Cli
from helpers.namespace import run_on_small_disk

TEXT = "export MINE=1\n"


@pytest.mark.parametrize(
    ("read_only", "status", "said"), [(False, 15, "no space"), (True, 14, "Read-only file system")]
)
def test_a_profile_that_cannot_be_replaced_stays(
    tmp_path: Path, *, read_only: bool, status: int, said: str
) -> None:
    home = tmp_path / "home"
    code = f"""
import os, subprocess, sys
cli = [sys.executable, "-P", "-m", "bcper.cli", "shell", "aliases", "--force", "--shell", "bash"]
done = subprocess.run(cli, capture_output=True, text=True)
print(done.returncode, done.stderr)
print(open({str(home / ".bashrc")!r}).read() == {TEXT!r}, sorted(os.listdir({str(home)!r})))
"""
    fill = f"""
import os
open({str(home / ".bashrc")!r}, "w").write({TEXT!r})
if not {read_only!r}:
    with open({str(home / "full")!r}, "wb", buffering=0) as file:
        try:
            while True:
                file.write(bytes(4096))
        except OSError:
            pass
"""
    environment = Cli(home).environment(PYTHONDONTWRITEBYTECODE="1")
    done = run_on_small_disk(
        code, folder=home, size=64 << 10, setup=[fill], read_only=read_only, env=environment
    )
    first, *_, last = done.stdout.splitlines()
    assert first.startswith(f"{status} Error: "), done
    assert said in first
    assert last == f"True {['.bashrc'] if read_only else ['.bashrc', 'full']}"
