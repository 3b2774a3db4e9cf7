"""``/usr/lib/bcper``: BCPER and the modules that it needs.

``python`` is for every Python and machine: the names of compiled modules say for which they are. Those of the
stable ABI do not, so that packages that have some are in a folder for each machine. The programs put both on
``sys.path``, and nothing else.
"""

import filecmp
import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from email import message_from_string
from email.message import Message
from pathlib import Path

from facts import MODULES, Facts
from wheels import Fetched

HOME = Path("usr/lib/bcper")
PLATFORM = "{}-linux-gnu"

_KEPT = (".py", ".so", "METADATA", "entry_points.txt")
_DATA = ("tzdata/",)
_LEFT_OUT = re.compile(
    r"(^|/)(tests?|_tests)/"  # the packages' own tests
    r"|^cffi/|^pycparser/"  # only _cffi_backend is used when what was made with them runs
    r"|^\.\./|^bin/"  # programs
)
_LICENCE = re.compile(r"(^|/)(LICEN[CS]E|COPYING|NOTICE|AUTHORS)[^/]*$|\.dist-info/sboms/", re.IGNORECASE)


@dataclass(frozen=True)
class Carried:
    """A distribution in the package: its METADATA, its modules' paths, and the files about its licence."""

    about: Message
    paths: tuple[str, ...]
    licences: dict[str, bytes]

    @property
    def name(self) -> str:
        """As in the index."""
        return str(self.about["Name"])


def lay(known: Facts, fetched: Fetched, tree: Path) -> list[Carried]:
    """Fill the folder. Raises ValueError where two wheels disagree about a file."""
    for name in MODULES:
        ours = shutil.ignore_patterns("__pycache__", "py.typed")
        shutil.copytree(known.root / "src" / name, tree / HOME / "python" / name, ignore=ours)
    found: dict[str, Carried] = {}
    for (_, machine), folder in fetched.items():
        for info in sorted(folder.glob("*.dist-info")):
            carried = _carry(info, tree, machine)
            if carried is None:
                continue
            before = found.get(carried.name)
            if before is not None:
                paths = tuple(sorted({*before.paths, *carried.paths}))
                carried = Carried(carried.about, paths, {**before.licences, **carried.licences})
            found[carried.name] = carried
    return [found[name] for name in sorted(found, key=str.lower)]


def _carry(info: Path, tree: Path, machine: str) -> Carried | None:
    """None for what is not used once others have been compiled with it."""
    tags = message_from_string((info / "WHEEL").read_text()).get_all("Tag", [])
    shared = not any("-abi3-" in tag for tag in tags)
    home = HOME / ("python" if shared else PLATFORM.format(machine))
    names = [name for name in _files(info) if not _LEFT_OUT.search(name)]
    if not any(name.endswith((".py", ".so")) for name in names):
        return None
    paths, licences = [], {}
    for name in names:
        file = info.parent / name
        if _LICENCE.search(name) and not name.endswith(".py"):
            licences[name] = file.read_bytes()
        elif name.endswith(_KEPT) or name.startswith(_DATA):
            _place(file, tree / home / name)
            paths.append(str(home / name))
    about = message_from_string((info / "METADATA").read_text())
    return Carried(about, tuple(paths), licences)


def _files(info: Path) -> Iterator[str]:
    for line in (info / "RECORD").read_text().splitlines():
        yield line.rpartition(",")[0].rpartition(",")[0].strip('"')


def _place(file: Path, there: Path) -> None:
    if there.exists():
        if not filecmp.cmp(file, there, shallow=False):
            raise ValueError(f"{there.name} is not the same for every Python and machine")
        return
    there.parent.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(file, there)
