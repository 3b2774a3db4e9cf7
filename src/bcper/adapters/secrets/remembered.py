"""Which keyring this session has, for those who only want to say so: to look takes a tenth of a second.

What is remembered is what was found when it was last looked for, in the same session with the same settings
and the same installed programs. So it names the place where the passwords were put, even if that does not
answer any more. It is never used to read or write a password.
"""

import hashlib
import os
import stat
import sys
from collections.abc import Iterator
from contextlib import suppress

from bcper.adapters.private_file import read, replace

_NAME = "bcper-keyring"
_LIMIT = 4096
_SETTINGS = (
    *("BCPER_SECRETS", "PYTHON_KEYRING", "PYTHONPATH", "PYTHONHOME", "HOME", "DBUS_", "XDG_"),
    *("DISPLAY", "WAYLAND_", "DESKTOP_", "KDE_"),
)
"""How the variables begin on which it depends which keyring ``keyring`` and D-Bus find."""

_SECRET = "KEYRING_PROPERTY_"  # noqa: S105 - the name of a variable
"""How those begin that may hold a password: with them nothing is remembered, not even a digest."""


def recall() -> str | None:
    """The keyring's place in words, empty when there is none; ``None`` when nobody has looked."""
    path = _path()
    if path is None:
        return None
    try:
        signs, keyring, end = (read(path, _LIMIT) or b"").decode().split("\n")
    except (OSError, ValueError):
        return None
    return keyring if signs == _signs() and not end and (not keyring or keyring.isprintable()) else None


def remember(keyring: str) -> None:
    """Remember that for the other commands of this session, if it has a folder of its own."""
    path = _path()
    if path is not None and recall() != keyring:
        with suppress(OSError):
            replace(path, f"{_signs()}\n{keyring}\n".encode())


def _path() -> str | None:
    """In the folder that ends with the session (the XDG base directory specification)."""
    folder = os.environ.get("XDG_RUNTIME_DIR", "")
    if not os.path.isabs(folder) or any(name.startswith(_SECRET) for name in os.environ):
        return None
    try:
        status = os.stat(folder)
    except OSError:
        return None
    private = status.st_uid == os.geteuid() and not stat.S_IMODE(status.st_mode) & 0o077
    return os.path.join(folder, _NAME) if private else None


def _signs() -> str:
    """A digest of all that decides which keyring is found; another one when any of it changes."""
    settings = sorted((name, os.environ[name]) for name in os.environ if name.startswith(_SETTINGS))
    seen = (sys.version, sys.prefix, settings, [(path, _state(path)) for path in _places()])
    return hashlib.sha256(repr(seen).encode("utf-8", "surrogatepass")).hexdigest()


def _places() -> Iterator[str]:
    """Where a backend, its settings, its service or the session's bus comes and goes."""
    home = os.path.expanduser("~")
    own_data = os.environ.get("XDG_DATA_HOME") or f"{home}/.local/share"
    data = (os.environ.get("XDG_DATA_DIRS") or "/usr/local/share:/usr/share").split(":")
    yield from (path for path in sys.path if path.endswith("-packages"))
    yield f"{os.environ.get('XDG_CONFIG_HOME') or f'{home}/.config'}/python_keyring/keyringrc.cfg"
    yield f"{own_data}/python_keyring/keyringrc.cfg"
    yield from (f"{folder}/dbus-1/services" for folder in (own_data, *data))
    yield f"{os.environ['XDG_RUNTIME_DIR']}/bus"


def _state(path: str) -> tuple[int, int, int] | None:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_ino, status.st_mtime_ns, status.st_size
