"""Who is at the other end of a Unix socket: SO_PEERCRED (unix(7))."""

import socket
import struct
from typing import Protocol

_CREDENTIALS = struct.Struct("3i")


class Socket(Protocol):
    """The standard library's, or trio's, which must not be imported here."""

    def getsockopt(self, level: int, option: int, length: int, /) -> bytes:
        """See socket(7)."""
        ...


def peer_uid(sock: Socket) -> int:
    """The user that the other end ran as when it connected, or listened; -1 if there is none.

    Raises OSError.
    """
    _pid, uid, _gid = _CREDENTIALS.unpack(
        sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    )
    return int(uid)
