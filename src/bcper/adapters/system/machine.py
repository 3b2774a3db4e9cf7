"""This machine, as the standard library and a few files of Linux's show it."""

import json
import os
import platform
import stat
import sys
from collections.abc import Callable, Mapping, Sequence

import attrs

from bcper.adapters.child import start_python
from bcper.domain.model.checkup import Interpreter, Module, Seen, Space, WindowKit

_TK_SECONDS = 8.0
_DATA = b"BCPER" * 100
_GZIP = 31
_LIBRARIES = (
    *("attrs", "cattrs", "croniter", "cryptography", "dependency-injector", "isal", "jeepney", "keyring"),
    *("rich", "secretstorage", "shtab", "trio", "zlib-ng"),
)


@attrs.frozen
class SystemMachine:
    """See :class:`~bcper.ports.machine.Machine`.

    ``families`` are the fonts that the window would take, the best first. The other fields are files of the
    system's, for tests.
    """

    families: Sequence[str] = ()
    linger: str = "/var/lib/systemd/linger"
    localtime: str = "/etc/localtime"

    def interpreter(self) -> Interpreter:
        """See the port."""
        modules = tuple(_module(name, use) for name, use in _COMPILED.items())
        return Interpreter(platform.python_version(), sys.executable, modules)

    def window(self) -> WindowKit:
        """See the port. In a process of its own."""
        import subprocess

        try:
            pipe = subprocess.PIPE
            child = start_python("bcper.adapters.system.tk_probe", *self.families, stdin=pipe, stdout=pipe)
        except OSError as error:
            return WindowKit("", False, f"Python cannot be started: {error.strerror or error}")
        with child:
            try:
                # Its input stays open while it is waited for: the end of it is the end of the child.
                child.wait(_TK_SECONDS)
                said = child.stdout.read(1 << 16) if child.stdout is not None else b""
            except subprocess.TimeoutExpired:
                child.kill()
                return WindowKit("", False, f"Tk did not answer within {_TK_SECONDS:g} seconds")
        return _kit(said)

    def seen(self, path: str) -> Seen | None:
        """See the port."""
        try:
            status = os.stat(path)
            writable = os.access(path, os.W_OK, effective_ids=True)
        except (OSError, ValueError):
            return None
        return Seen(stat.S_ISDIR(status.st_mode), stat.S_IMODE(status.st_mode), status.st_uid, writable)

    def space(self, path: str) -> Space | None:
        """See the port."""
        try:
            while not os.path.exists(path) and path != os.path.dirname(path):
                path = os.path.dirname(path)
            found = os.statvfs(path)
        except (OSError, ValueError):
            return None
        if not found.f_blocks:
            return None
        left = found.f_files == 0 or found.f_favail > 0
        return Space(found.f_bavail * found.f_frsize, found.f_blocks * found.f_frsize, left)

    def user(self) -> int:
        """See the port."""
        return os.geteuid()

    def lingers(self) -> bool | None:
        """See the port: a file of the user's name says so (loginctl(1), "enable-linger")."""
        import pwd

        try:
            return os.path.exists(os.path.join(self.linger, pwd.getpwuid(os.geteuid()).pw_name))
        except KeyError:
            return None

    def zone_is_set(self) -> bool:
        """See the port."""
        return "TZ" in os.environ or os.path.exists(self.localtime)

    def system(self) -> Mapping[str, str]:
        """See the port."""
        return {
            "os": _release(),
            "kernel": f"{platform.system()} {platform.release()}",
            "machine": platform.machine(),
            "libc": " ".join(platform.libc_ver()).strip(),
            "python": sys.version.split("\n")[0],
            "sqlite": _sqlite(),
            "desktop": os.environ.get("XDG_CURRENT_DESKTOP", ""),
            "session": os.environ.get("XDG_SESSION_TYPE", ""),
            "locale": os.environ.get("LC_ALL") or os.environ.get("LC_CTYPE") or os.environ.get("LANG", ""),
            "variables": " ".join(sorted(name for name in os.environ if name.startswith("BCPER_"))),
        }

    def libraries(self) -> Mapping[str, str]:
        """See the port."""
        return {name: _version(name) for name in _LIBRARIES}


def _kit(said: bytes) -> WindowKit:
    try:
        found = json.loads(said)
        return WindowKit(
            str(found.get("version", "")),
            bool(found.get("screen", False)),
            str(found.get("problem", "")),
            bool(found.get("smooth", False)),
            str(found.get("family", "")),
        )
    except (ValueError, AttributeError):
        return WindowKit("", False, "Tk ended without a word")


def _module(name: str, use: Callable[[], bool]) -> Module:
    try:
        problem = "" if use() else "what it gives back is wrong"
    except ImportError:
        problem = "it is not installed, or not for this Python"
    except Exception as error:  # a module that is broken raises whatever it likes
        problem = f"it fails ({type(error).__name__})"
    return Module(name, _version(name), problem)


def _isal() -> bool:
    import zlib

    from isal import isal_zlib

    return zlib.decompress(isal_zlib.compress(_DATA, 2, _GZIP), _GZIP) == _DATA


def _zlib_ng() -> bool:
    import zlib

    from zlib_ng import zlib_ng

    return zlib.decompress(zlib_ng.compress(_DATA, 4, _GZIP), _GZIP) == _DATA


def _cryptography() -> bool:
    from cryptography.hazmat.primitives.ciphers.aead import AESGCM

    key, nonce = bytes(32), bytes(12)
    return AESGCM(key).decrypt(nonce, AESGCM(key).encrypt(nonce, _DATA, None), None) == _DATA


_COMPILED = {"isal": _isal, "zlib-ng": _zlib_ng, "cryptography": _cryptography}


def _version(name: str) -> str:
    from importlib import metadata

    try:
        return metadata.version(name)
    except Exception:  # damaged metadata raises whatever it likes; it is for information only
        return ""


def _release() -> str:
    try:
        return platform.freedesktop_os_release().get("PRETTY_NAME", "")
    except (OSError, ValueError):  # bytes that are no UTF-8, too
        return ""


def _sqlite() -> str:
    try:
        import sqlite3
    except ImportError:
        return ""
    return sqlite3.sqlite_version
