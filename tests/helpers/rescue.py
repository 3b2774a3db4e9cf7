"""The rescue script run as somebody in trouble runs it: by a bare Python that cannot import BCPER."""

import functools
import gzip
import hashlib
import importlib.util
import json
import os
import shutil
import stat
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from bcper.adapters.archive.rescue import rescue_files
from bcper.adapters.crypto.container import AesGcmCipher
from bcper.domain.model.runs import Run
from bcper.ports.cipher import HEADER_BYTES

Line = dict[str, Any]

# -I and -S leave only the standard library; what an encrypted run needs comes from a folder of its own.
_DRIVER = """
import runpy, sys
sys.path.append(sys.argv[1])
try:
    import bcper
except ImportError:
    pass
else:
    sys.exit("BCPER can be imported here")
sys.argv = sys.argv[2:]
{code}
runpy.run_path(sys.argv[0], run_name="__main__")
"""
_NEEDED = ("cryptography", "cffi", "_cffi_backend", "pycparser")


def install(store: Path) -> None:
    for name, data in rescue_files().items():
        (store / name).write_bytes(data)


@functools.cache
def system_python() -> str:
    """The system's own Python if it is new enough, else this one."""
    found = shutil.which("python3", path="/usr/bin:/bin:/usr/local/bin")
    if found is not None:
        asked = [found, "-I", "-c", "import sys; sys.exit(sys.version_info < (3, 8))"]
        if subprocess.run(asked).returncode == 0:
            return found
    return sys.executable


def libraries(folder: Path) -> Path:
    """A folder from which ``cryptography`` can be imported, and little else."""
    folder.mkdir(exist_ok=True)
    for name in _NEEDED:
        spec = importlib.util.find_spec(name)
        if spec is not None and spec.origin is not None:
            place = Path(spec.origin)
            place = place.parent if place.name == "__init__.py" else place
            if not (folder / place.name).exists():
                (folder / place.name).symlink_to(place)
    return folder


def arguments(store: Path, *words: object, sealed: bool, code: str = "", python: str = "") -> list[str]:
    """The command; ``sealed`` says that ``cryptography`` is there; ``code`` runs before the script."""
    where = str(libraries(store.parent / "libraries")) if sealed else ""
    chosen = python or (sys.executable if sealed else system_python())
    driver = _DRIVER.format(code=code)
    return [chosen, "-I", "-S", "-c", driver, where, str(store / "restore.py"), *map(str, words)]


def rescue(
    store: Path,
    *words: object,
    status: int = 0,
    password: str | None = None,
    sealed: bool | None = None,
    code: str = "",
    python: str = "",
) -> "subprocess.CompletedProcess[str]":
    """Run the script that lies in ``store``; a ``password`` comes in a file."""
    install(store)
    if password is not None:
        file = store.parent / "password"
        file.write_text(password + "\n", encoding="utf-8")
        words = ("--password-file", file, *words)
    sealed = password is not None if sealed is None else sealed
    done = subprocess.run(
        arguments(store, *words, sealed=sealed, code=code, python=python),
        capture_output=True,
        text=True,
        errors="surrogateescape",
        stdin=subprocess.DEVNULL,
        env={"PATH": os.environ["PATH"], "LC_ALL": "C.UTF-8"},
        timeout=120,
    )
    assert done.returncode == status, (done.returncode, done.stdout, done.stderr)
    assert "Traceback" not in done.stderr
    return done


def listing(root: Path) -> dict[bytes, tuple[object, ...]]:
    """All that a restore must bring back, by path below ``root``, the root itself included."""
    base, found = os.fsencode(root), {}
    paths = [base]
    for folder, names, files in os.walk(base):
        paths += [os.path.join(folder, name) for name in (*names, *files)]
    for path in paths:
        status = os.lstat(path)
        content: object = None
        if stat.S_ISREG(status.st_mode):
            content = hashlib.sha256(Path(os.fsdecode(path)).read_bytes()).hexdigest(), status.st_nlink
        elif stat.S_ISLNK(status.st_mode):
            content = os.readlink(path)
        names = () if stat.S_ISLNK(status.st_mode) else os.listxattr(path)
        attributes = {name: os.getxattr(path, name) for name in names}
        owner = status.st_uid, status.st_gid
        found[path[len(base) :]] = (status.st_mode, status.st_mtime_ns, owner, content, attributes)
    return found


def blob(store: Path, run: Run, ending: str) -> Path:
    """The only file of a run whose name ends so."""
    (found,) = [path for path in (store / run.folder).iterdir() if path.name.endswith(ending)]
    return found


def flip(path: Path, at: int) -> None:
    """Turn one bit of a file; ``at`` may count from its end."""
    data = bytearray(path.read_bytes())
    data[at] ^= 4
    path.write_bytes(data)


def forge(
    store: Path,
    run: Run,
    change: Callable[[Line, list[Line]], object],
    password: str | None = None,
    number: int = 0,
) -> None:
    """Let ``change`` lie in a run's manifest and in the lines of a part's index; the sums are made to fit."""
    manifest = store / (run.manifest or "")
    said = json.loads(manifest.read_bytes())
    part = said["parts"][number]
    path = store / part["index"]["blob"]
    data, ring = path.read_bytes(), None
    if password is not None:
        ring = AesGcmCipher(100_000).keyring(password, data[:HEADER_BYTES])
        data = ring.unsealer(data[:HEADER_BYTES]).chunks(0, data[HEADER_BYTES:], last=True)
    lines = [json.loads(line) for line in gzip.decompress(data).splitlines()]
    change(said, lines)
    entries = [line for line in lines if "path" in line]
    files = sum(entry.get("size", 0) for entry in entries if entry["type"] == "f")
    lines[-1].update(entries=len(entries), bytes=files)
    part.update(entries=len(entries), bytes=files)
    data = gzip.compress(b"".join(json.dumps(line).encode() + b"\n" for line in lines), 1)
    if ring is not None:
        sealer = ring.sealer()
        data = sealer.update(data) + sealer.finish()
    path.write_bytes(data)
    part["index"].update(bytes=len(data), sha256=hashlib.sha256(data).hexdigest())
    manifest.write_text(json.dumps(said))


def insert(lines: list[Line], *entries: Line) -> None:
    """Put entries where the order of an index wants them."""
    first = next(number for number, line in enumerate(lines) if "path" in line)
    whole = [*lines[first:-1], *entries]
    whole.sort(key=lambda line: line["path"].encode("utf-8", "surrogateescape").split(b"/"))
    lines[first:-1] = whole
