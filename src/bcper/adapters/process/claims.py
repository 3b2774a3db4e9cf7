"""A counter that processes share: a few bytes of memory, and a lock that goes with its holder."""

import fcntl
import os


class SharedClaims:
    """See :class:`~bcper.ports.crew.Claims`. Owns the descriptor ``fd`` of eight bytes of shared memory."""

    def __init__(self, fd: int) -> None:
        self.fd = fd

    @classmethod
    def new(cls) -> "SharedClaims":
        """Claims that nobody has taken from. Raises OSError."""
        fd = os.memfd_create("bcper-claims", os.MFD_CLOEXEC)
        os.pwrite(fd, bytes(8), 0)
        return cls(fd)

    def __call__(self) -> int:
        """See the port."""
        # A record lock: it belongs to the process, and the kernel drops it when that dies (fcntl(2)).
        fcntl.lockf(self.fd, fcntl.LOCK_EX)
        try:
            number = int.from_bytes(os.pread(self.fd, 8, 0), "little")
            os.pwrite(self.fd, (number + 1).to_bytes(8, "little"), 0)
        finally:
            fcntl.lockf(self.fd, fcntl.LOCK_UN)
        return number

    def close(self) -> None:
        """Close the descriptor; more than once does no harm."""
        if self.fd >= 0:
            os.close(self.fd)
            self.fd = -1
