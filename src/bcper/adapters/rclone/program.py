"""Whether a file is an rclone that we can use."""

import errno
import os
import re
import stat
import time

from bcper.adapters.rclone.asking import Answer, ask

MINIMUM = (1, 60)
"""The oldest version that is used: Debian 12's and 13's."""

SECONDS = 5.0
"""What ``rclone version`` is given."""

_VERSION = re.compile(r"rclone v(([0-9]{1,4})\.([0-9]{1,4})[0-9.]*)")
_OTHERS = stat.S_IWGRP | stat.S_IWOTH
_TRIES = 20


def problem(path: str, seconds: float = SECONDS) -> str:
    """Why the file cannot be used, as a clause; nothing if it can. It is run to find out."""
    return examined(path, seconds)[1]


def examined(path: str, seconds: float = SECONDS) -> tuple[str, str]:
    """(its version, :func:`problem`), the former as far as it is known."""
    if not (os.path.isfile(path) and os.access(path, os.X_OK)):
        return "", "it is no program"
    try:
        answer = _ask(path, seconds)
    except TimeoutError as error:
        return "", str(error)
    except (OSError, ValueError) as error:  # ValueError: NUL in a path of the environment
        return "", f"it does not run ({getattr(error, 'strerror', None) or error})"
    found = _VERSION.match(answer.text)
    if answer.status != 0 or found is None:
        return "", "it does not say which version it is"
    version = (int(found[2]), int(found[3]))
    if version < MINIMUM:
        return found[1], f"its version {version[0]}.{version[1]} is older than {MINIMUM[0]}.{MINIMUM[1]}"
    return found[1], ""


def _ask(path: str, seconds: float) -> Answer:
    for _ in range(_TRIES):
        try:
            return ask(path, "version", "--ask-password=false", seconds=seconds)
        except OSError as error:
            # A process that another thread has just forked may hold the file as it was when we wrote it.
            if error.errno != errno.ETXTBSY:
                raise
            time.sleep(0.05)
    return ask(path, "version", "--ask-password=false", seconds=seconds)


def ours_alone(path: str) -> bool:
    """Whether nobody but us, and root, can change the file or folder ``path``. Raises OSError.

    Root trusts the owner of the home whose settings it uses. Of a link the answer is no: its own mode lets
    everybody write (symlink(7)).
    """
    status = os.lstat(path)
    mine = os.geteuid() in (0, status.st_uid) or status.st_uid == 0
    return mine and not status.st_mode & _OTHERS
