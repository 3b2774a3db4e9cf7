"""How the programs of this very BCPER are started, from whatever folder."""

import os
import shutil
import sys

from bcper.domain.errors import UsageError
from bcper.domain.model.names import printable
from bcper.domain.model.shell import Programs

_MODULES = {"bcper": "bcper", "bcperd": "bcperd", "bcper-cli": "bcper.cli"}
"""Every program, and the module that it is."""


def programs() -> Programs:
    """The installed scripts beside this Python if they are all there, else Python and the modules.

    Raises UsageError where neither can be said in a command.
    """
    folder = os.path.dirname(os.path.abspath(sys.executable)) if sys.executable else ""
    scripts = {name: os.path.join(folder, name) for name in _MODULES}
    if folder and all(map(_runs, scripts.values())):
        return {name: [script] for name, script in scripts.items()}
    source = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))
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


def _runs(path: str) -> bool:
    return os.path.isfile(path) and os.access(path, os.X_OK)
