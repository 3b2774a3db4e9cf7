"""The folder to restore into."""

import errno
import os

from bcper.adapters.fs.extract_errors import fatal, reason
from bcper.domain.errors import BcperError, TargetError

_DIRECTORY = os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC


def open_target(target_dir: str) -> int:
    """An open descriptor of ``target_dir``; it and the folders above it are made, mode 0700, if missing.

    A symlink is followed here and nowhere else. Raises TargetError if it cannot be opened, or if it is
    empty and nothing may be written into it (one with something in it may hold a folder that can be
    written to), and NoSpace.
    """
    if not target_dir or "\0" in target_dir:
        raise TargetError("There is no folder to restore into.", "Name one.")
    try:
        fd = _opened_or_made(os.fsencode(target_dir))
    except OSError as err:
        raise _unusable(target_dir, err) from err
    try:
        # Through the open folder, not its name; "." since faccessat(2) wants a path.
        if not os.access(".", os.W_OK | os.X_OK, dir_fd=fd, effective_ids=True) and not os.listdir(fd):
            raise _unusable(target_dir, PermissionError(errno.EACCES, "not writable"))
    except OSError as err:
        os.close(fd)
        raise _unusable(target_dir, err) from err
    except TargetError:
        os.close(fd)
        raise
    return fd


def _opened_or_made(path: bytes) -> int:
    try:
        return os.open(path, _DIRECTORY)
    except FileNotFoundError:
        _make(path)
        fd = os.open(path, _DIRECTORY | os.O_NOFOLLOW)
        os.fchmod(fd, 0o700)
        return fd


def _make(path: bytes) -> None:
    """The folder and those above it, each 0700: a umask of 000 shall not open them to all (row 76)."""
    missing: list[bytes] = []
    while True:
        try:
            os.mkdir(path, 0o700)
            break
        except FileNotFoundError:
            missing.append(path)
            path = os.path.dirname(path.rstrip(b"/"))
            if not path:
                raise
        except FileExistsError:
            if not missing:
                raise
            break
    for path in reversed(missing):
        os.mkdir(path, 0o700)


def _unusable(target_dir: str, err: OSError) -> BcperError:
    return fatal(err) or TargetError(f"{target_dir} cannot be restored into: {reason(err)}.")
