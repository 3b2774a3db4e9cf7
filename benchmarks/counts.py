"""What bcper asks of a remote, in requests: ``python benchmarks/counts.py``.

Counted before the server, rclone's own S3 and WebDAV on the loopback, by an HTTP proxy. Each step is a
command of its own, as it is in life, so none knows more than what is on the disk. The letters are those of
docs/guide/scale.md.
"""

import json
import os
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import attrs
from peers import PASSWORD
from table import row

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "tests"))
from helpers.proxy import Proxy, proxying
from helpers.remotes import section, serving

MB = 1_000_000
PIECE = 5 << 20


@attrs.define
class User:
    """One user's settings, and a store ``cloud`` at ``path`` behind the proxy."""

    proxy: Proxy
    home: Path
    kind: str
    password: str
    path: str

    def __attrs_post_init__(self) -> None:
        self.home.mkdir(parents=True)
        (self.home / "rclone.conf").write_text(section("bench", self.kind, self.proxy.port))
        added = ["--type", "rclone", "--remote", "bench", "--path", self.path]
        self("store", "add", "cloud", *added)

    def __call__(self, *words: str) -> list[tuple[str, str]]:
        """The requests of a command."""
        self.proxy.forget()
        self.said(*words)
        return list(self.proxy.requests)

    def said(self, *words: str) -> str:
        """What a command says."""
        env = {key: value for key, value in os.environ.items() if not key.startswith(("BCPER_", "RCLONE_"))}
        env |= {
            "HOME": str(self.home),
            "RCLONE_CONFIG": str(self.home / "rclone.conf"),
            "BCPER_SECRETS": "file",
        }
        env["PATH"] = f"{Path(sys.executable).parent}{os.pathsep}{env.get('PATH', '')}"
        if self.password:
            env["BCPER_PASSWORD"] = self.password
        command = [sys.executable, "-P", "-m", "bcper.cli", "--config-dir", str(self.home / "config"), *words]
        return subprocess.run(command, env=env, check=True, stdout=subprocess.PIPE, text=True).stdout


def main() -> int:
    """Count and print."""
    found: dict[str, dict[str, str]] = {}
    with tempfile.TemporaryDirectory(prefix="bcper-counts-") as folder:
        for kind, password in (("s3", ""), ("s3", PASSWORD), ("webdav", "")):
            base = Path(folder) / f"{kind}-{'sealed' if password else 'plain'}"
            (base / "served" / "bucket").mkdir(parents=True)
            (base / "empty.conf").touch()
            with serving(kind, base / "served", base / "empty.conf") as port, proxying(port) as proxy:
                found[f"{kind}{', encrypted' if password else ''}"] = dict(
                    _counted(base, proxy, kind, password)
                )
    print(row(["", *found]), row(["---", *["---"] * len(found)]), sep="\n")
    for name in next(iter(found.values())):
        print(row([name, *(of[name] for of in found.values())]))
    return 0


def _counted(base: Path, proxy: Proxy, kind: str, password: str) -> Iterator[tuple[str, str]]:
    user = User(proxy, base / "user", kind, password, "bucket/store")
    tree = base / "tree"
    tree.mkdir()
    (tree / "file").write_bytes(os.urandom(MB))
    yield "first run into a new store", _words(user("backup", "now", str(tree), "--to", "cloud"))
    yield "R: a later run of 1 MB", _words(user("backup", "now", str(tree), "--to", "cloud"))
    (latest, *_) = json.loads(user.said("--json", "backup", "list"))
    yield "verify it", _words(user("backup", "verify", latest["run_id"]))
    yield "D: delete it", _words(user("backup", "delete", latest["run_id"], "--yes"))
    imports = []
    for number in range(3):
        new = User(proxy, base / f"new-{number}", kind, password, "bucket/store")
        new("backup", "list")  # a list that is not there yet is made from the stores
        imports.append(new("store", "import", "cloud"))
        user("backup", "now", str(tree), "--to", "cloud")
    yield "import a store of 1 run", _words(imports[0])
    yield "import a store of 3 runs", _words(imports[2])
    yield "g: more for each run", f"{(len(imports[2]) - len(imports[0])) / 2:g}"
    for number in range(9):
        (tree / f"long-{number}").write_bytes(os.urandom(16 << 20))
    asked = user("backup", "now", str(tree), "--to", "cloud")
    (latest, *_) = json.loads(user.said("--json", "backup", "list"))
    stored = latest["stored_bytes"]
    volume = sum(".tar.gz" in path for _, path in asked)
    pieces = -(-stored // PIECE)
    yield f"u: a volume of {pieces} pieces of 5 MiB", str(volume)
    yield "the whole run with that volume", _words(asked)
    out = str(base / "out")
    yield (
        "O + F: restore one small file of it",
        _words(user("backup", "restore", "latest", "--target-dir", out, "--include", "tree/file")),
    )


def _words(asked: list[tuple[str, str]]) -> str:
    kinds = Counter(method for method, _ in asked)
    return f"{len(asked)} ({', '.join(f'{count} {method}' for method, count in kinds.most_common())})"


if __name__ == "__main__":
    sys.exit(main())
