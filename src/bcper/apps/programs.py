"""How the programs of this very BCPER are started, from whatever folder."""

import os
import shutil
import sys
from collections.abc import Iterator

from bcper.domain.errors import UsageError
from bcper.domain.model.names import printable
from bcper.domain.model.shell import Programs

_MODULES = {"bcper": "bcper", "bcperd": "bcperd", "bcper-cli": "bcper.cli"}
"""Every program, and the module that it is."""


_PACKAGE = os.path.join("lib", "bcper", "python")
"""Where a package puts the modules; its programs are in ``bin`` beside that ``lib`` (docs/install.md)."""


def programs() -> Programs:
    """The package's programs or the scripts beside this Python, if all are there; else Python and modules.

    Raises UsageError where neither can be said in a command.
    """
    source = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
    folder = os.path.dirname(os.path.abspath(sys.executable)) if sys.executable else ""
    for beside in _folders(source, folder):
        scripts = {name: os.path.join(beside, name) for name in _MODULES}
        if all(map(_runs, scripts.values())):
            return {name: [script] for name, script in scripts.items()}
    if not folder or os.pathsep in source or "=" in sys.executable:
        # A colon parts PYTHONPATH, and env takes what has an equals sign for a variable.
        raise UsageError(
            f"BCPER cannot be started from another folder than {printable(source)}.",
            "Install it, or move it to a folder without ':' and '=' in its name.",
        )
    python = ["env", f"PYTHONPATH={source}", os.path.abspath(sys.executable), "-P", "-m"]
    return {name: [*python, module] for name, module in _MODULES.items()}


def on_path() -> Programs | None:
    """Where they are on PATH; None if one of them is not.

    What depends on the current folder does not count.
    """
    found = {name: shutil.which(name) for name in _MODULES}
    absolute = {name: [path] for name, path in found.items() if path and os.path.isabs(path)}
    return absolute if len(absolute) == len(found) else None


def _folders(source: str, folder: str) -> Iterator[str]:
    """Where programs of these modules may be: not those of a package, for a source tree that it is not."""
    prefix = source.removesuffix(os.sep + _PACKAGE)
    if prefix != source:
        yield os.path.join(prefix, "bin")
    elif folder and not os.path.isdir(os.path.join(os.path.dirname(folder), _PACKAGE)):
        yield folder


def _runs(path: str) -> bool:
    return os.path.isfile(path) and os.access(path, os.X_OK)
