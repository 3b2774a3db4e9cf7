"""Where the daemon's socket is: one answer for the server and for its clients (FAULTS.md row 48)."""

import os

NAME = "daemon.sock"
_LONGEST = 107
"""Bytes: unix(7) has room for 108 with the NUL at the end."""


def socket_path(config_dir: str, runtime_dir: str | None, uid: int) -> str:
    """The path of the socket for the settings in ``config_dir``, never too long.

    In that folder; where it would be too long, in ``runtime_dir`` (``$XDG_RUNTIME_DIR``); else in a folder of
    the user's own below ``/tmp``, which the server makes and both ends check to be the user's.
    """
    path = os.path.join(config_dir, NAME)
    if _fits(path):
        return path
    from hashlib import sha256

    digest = sha256(os.fsencode(config_dir)).hexdigest()[:16]
    if runtime_dir and os.path.isabs(runtime_dir) and _fits(path := f"{runtime_dir}/bcper-{digest}.sock"):
        return path
    return f"/tmp/bcper-{uid}/{digest}.sock"  # noqa: S108 - the folder's owner and mode are checked


def _fits(path: str) -> bool:
    return len(os.fsencode(path)) <= _LONGEST
