"""What an error of the file system means to a restore: the end of it all, or of one entry."""

import errno

from bcper.domain.errors import BcperError, NoSpace, TargetError

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT})
_UNUSABLE = frozenset({errno.EROFS, errno.EIO, errno.ENODEV, errno.ENXIO, errno.ESTALE, errno.ENOTCONN})
_NO_DESCRIPTORS = frozenset({errno.EMFILE, errno.ENFILE})


class Refused(Exception):
    """One entry cannot be restored; ``str`` says why, for a person. Never leaves the extractor."""


class Blocked(Refused):
    """``prefix`` cannot be entered as a folder, so neither it nor anything below it can be restored."""

    def __init__(self, prefix: bytes, reason: str) -> None:
        super().__init__(reason)
        self.prefix = prefix


def reason(err: Exception) -> str:
    """The plain words for ``err``: the system's for an OSError, else the exception's own."""
    return (err.strerror or str(err)) if isinstance(err, OSError) else str(err)


def fatal(err: OSError) -> BcperError | None:
    """The error that ends the restore, or ``None`` if ``err`` concerns one entry only."""
    if err.errno in _FULL:
        return NoSpace(
            f"The folder to restore into is full ({reason(err)}).",
            "Free some space, or choose another folder, and restore again.",
        )
    if err.errno in _UNUSABLE:
        return TargetError(f"The folder to restore into cannot be used any more ({reason(err)}).")
    if err.errno in _NO_DESCRIPTORS:
        return TargetError(
            f"The restore cannot go on ({reason(err)}).", "Raise the limit of open files: ulimit -n 4096."
        )
    return None


def failure(err: OSError, what: str) -> BcperError | Refused:
    """``err`` as what it means; ``what`` begins the reason, such as "could not be written"."""
    return fatal(err) or Refused(f"{what}: {reason(err)}")
