"""The socket's file: made private, and never wider for a moment (FAULTS.md rows 46 and 47)."""

import os
import socket
import stat

from bcper.adapters.private_folders import make_folders
from bcper.domain.errors import DaemonError

_BACKLOG = 1024


def listening(path: str) -> socket.socket:
    """A socket that listens at ``path``, 0600 in a folder 0700, both made so.

    Whoever calls holds the daemon's lock: a socket that is there is one of a daemon that is no more, and is
    removed. Raises DaemonError when the folder is another user's, or when ``path`` is something else.
    """
    try:
        _secure(os.path.dirname(path))
        _clear(path)
        sock = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
        try:
            # On Linux a socket's file gets the mode of its descriptor; bind(2) itself knows only the umask.
            os.fchmod(sock.fileno(), 0o600)
            sock.bind(path)
            os.chmod(path, 0o600)
            sock.listen(_BACKLOG)
            sock.setblocking(False)
        except BaseException:
            sock.close()
            raise
    except OSError as error:
        raise DaemonError(f"No socket can be made at {path}: {error.strerror or error}.") from error
    return sock


def identity(path: str) -> tuple[int, int] | None:
    """What tells a file from another that is there later; None where nothing is."""
    try:
        found = os.lstat(path)
    except OSError:
        return None
    return found.st_dev, found.st_ino


def _secure(folder: str) -> None:
    make_folders(folder)
    # A link of our own to a folder of our own is fine; one of another user's leads where that one likes.
    for found in (os.lstat(folder), status := os.stat(folder)):
        if found.st_uid != os.geteuid():
            raise DaemonError(f"{folder} is another user's folder.", "No socket is made there.")
    if stat.S_IMODE(status.st_mode) & 0o077:
        os.chmod(folder, 0o700)


def _clear(path: str) -> None:
    try:
        found = os.lstat(path)
    except FileNotFoundError:
        return
    if not stat.S_ISSOCK(found.st_mode):
        raise DaemonError(f"{path} is there, and is no socket.", "Move it away.")
    os.unlink(path)
