"""Who is at the other end of a Unix socket: SO_PEERCRED (unix(7))."""

import socket
import struct
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import trio

_CREDENTIALS = struct.Struct("3i")


def peer_uid(sock: "socket.socket | trio.socket.SocketType") -> int:
    """The user that the other end ran as when it connected, or listened. Raises OSError."""
    raw = sock.getsockopt(socket.SOL_SOCKET, socket.SO_PEERCRED, _CREDENTIALS.size)
    _pid, uid, _gid = _CREDENTIALS.unpack(raw)
    return int(uid)
