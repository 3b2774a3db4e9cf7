"""The snippet of the original's README, unchanged, in a process of its own and an empty home."""

import subprocess
import sys
from pathlib import Path

from helpers.cli import Cli

SNIPPET = """
import tempfile, os
from bcper_core.config import Config
from bcper_core.models import BCItem
from bcper_core.engine import TarGzBackupEngine
from bcper_core.storage import LocalStore
with tempfile.TemporaryDirectory() as td:
    src = os.path.join(td, 'src')
    dst = os.path.join(td, 'backups')
    os.makedirs(src)
    with open(os.path.join(src, 'hello.txt'), 'w') as f:
        f.write('world')
    item = BCItem(key='test', paths=[src])
    store = LocalStore(dst)
    engine = TarGzBackupEngine()
    result = engine.backup(item, store)
    print('Backup:', result)
    restore = engine.restore(result['archive'], store, target_dir=os.path.join(td, 'restore'))
    print('Restore:', restore)
    print(open(os.path.join(td, 'restore', 'src', 'hello.txt')).read())
"""


def test_the_original_snippet_runs_and_leaves_no_folder_in_the_home(tmp_path: Path) -> None:
    home = Cli(tmp_path / "home")
    done = subprocess.run(
        [sys.executable, "-c", SNIPPET], capture_output=True, text=True, env=home.environment(), timeout=60
    )
    assert done.returncode == 0, done.stderr
    backup, restore, content = done.stdout.splitlines()
    assert "'success': True" in backup
    assert "'encrypted': False" in backup
    assert "'success': True" in restore
    assert "'warnings': []" in restore
    assert content == "world"
    assert list(home.home.iterdir()) == []
