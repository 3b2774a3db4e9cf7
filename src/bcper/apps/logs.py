"""The logs: a line each, rotated, for their owner alone."""

import logging
import os
import sys
from logging.handlers import RotatingFileHandler

_MOST_BYTES = 1 << 20
_KEPT = 3
_FORM = "%(asctime)s %(levelname)s %(message)s"


class _OwnFile(RotatingFileHandler):
    """Whatever the umask: only the owner reads what was backed up when."""

    def _open(self):  # type: ignore[no-untyped-def]
        fd = os.open(self.baseFilename, os.O_WRONLY | os.O_CREAT | os.O_APPEND | os.O_CLOEXEC, 0o600)
        os.fchmod(fd, 0o600)
        return open(fd, self.mode, encoding="utf-8", errors="backslashreplace")


def log_to(path: str, *, screen: bool) -> logging.Logger:
    """The program's log, kept in ``path`` (1 MiB, and three earlier ones); with ``screen`` on stderr too."""
    log = logging.getLogger("bcper")
    log.setLevel(logging.INFO)
    log.propagate = False
    handlers: list[logging.Handler] = [_OwnFile(path, maxBytes=_MOST_BYTES, backupCount=_KEPT)]
    if screen:
        handlers.append(logging.StreamHandler(sys.stderr))
    for handler in handlers:
        handler.setFormatter(logging.Formatter(_FORM))
        log.addHandler(handler)
    return log
