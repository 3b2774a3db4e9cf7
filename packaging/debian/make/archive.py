"""The package of a tree: the same bytes for the same sources, whoever builds it, wherever and whenever."""

import hashlib
import os
import subprocess
from pathlib import Path

from facts import Facts

_SCRIPTS = ("postinst", "prerm")
_RUN = ("usr/bin/*", "usr/lib/bcper/daemons", "usr/share/python3/runtime.d/*", "DEBIAN/p*")


def write(known: Facts, tree: Path, folder: Path) -> Path:
    """``tree`` becomes a package in ``folder``; returns its path. Raises CalledProcessError."""
    files = sorted(path for path in tree.rglob("*") if path.is_file())
    control = tree / "DEBIAN"
    control.mkdir()
    size = sum(-(-path.stat().st_size // 1024) for path in files)
    words = {"VERSION": known.debian_version, "MAINTAINER": known.maintainer, "SIZE": size}
    (control / "control").write_text(known.filled("control.in", **words))
    sums = (f"{_sum(path)}  {path.relative_to(tree)}\n" for path in files)
    (control / "md5sums").write_text("".join(sums))
    for name in _SCRIPTS:
        (control / name).write_text(known.filled(name))
    _same_everywhere(known, tree)
    made = folder / f"bcper_{known.debian_version}_all.deb"
    part = made.with_name(f".{made.name}.{os.getpid()}")
    try:
        # xz: Debian 12 knows no zstd here. How many threads it uses is not seen in what it makes.
        level = os.environ.get("BCPER_DEB_LEVEL", "6")
        options = ["--root-owner-group", "-Zxz", f"-z{level}"]
        env = {**os.environ, "SOURCE_DATE_EPOCH": str(known.epoch), "LC_ALL": "C.UTF-8"}
        command = ["dpkg-deb", *options, "--build", str(tree), str(part)]
        subprocess.run(command, check=True, env=env, stdout=subprocess.DEVNULL)
        os.replace(part, made)
    finally:
        part.unlink(missing_ok=True)
    return made


def _sum(path: Path) -> str:
    """What Debian looks for damage with (deb-md5sums(5))."""
    return hashlib.md5(path.read_bytes(), usedforsecurity=False).hexdigest()


def _same_everywhere(known: Facts, tree: Path) -> None:
    """Modes and times do not depend on who builds it, and when."""
    for path in [*tree.rglob("*"), tree]:
        runs = any(path.match(pattern) for pattern in _RUN)
        path.chmod(0o755 if runs or path.is_dir() else 0o644)
        os.utime(path, (known.epoch, known.epoch))
