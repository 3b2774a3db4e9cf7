"""The command line in a process of its own, from an empty home."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any


class Cli:
    def __init__(self, home: Path) -> None:
        self.home = home
        home.mkdir(parents=True, exist_ok=True)

    def environment(self, **more: str) -> dict[str, str]:
        kept = {k: v for k, v in os.environ.items() if not k.startswith(("BCPER_", "XDG_"))}
        # Nobody's keyring is a test's business.
        return {**kept, "HOME": str(self.home), "BCPER_SECRETS": "file", **more}

    def __call__(
        self, *arguments: object, status: int = 0, env: dict[str, str] | None = None
    ) -> "subprocess.CompletedProcess[str]":
        done = subprocess.run(
            [sys.executable, "-P", "-m", "bcper.cli", *map(str, arguments)],
            capture_output=True,
            text=True,
            errors="surrogateescape",
            env=self.environment(**(env or {})),
            stdin=subprocess.DEVNULL,
            timeout=120,
        )
        assert done.returncode == status, (done.returncode, done.stdout, done.stderr)
        assert "Traceback" not in done.stderr
        return done

    def summary(self, *arguments: object, status: int = 0, env: dict[str, str] | None = None) -> Any:
        out = self("--json", *arguments, status=status, env=env).stdout
        return json.loads(out.splitlines()[-1])
