"""Profiles as files (bash(1) "INVOCATION", zsh(1) "STARTUP/SHUTDOWN FILES", fish(1) "Configuration").

No copy of the version before is kept: a change is whole, is only ever between markers, and is undone by
``--remove``. A hard link of a profile is not followed: it keeps the version before.
"""

import errno
import os
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress

from bcper.adapters.private_file import read
from bcper.adapters.private_folders import make_folders, secure, sync_path
from bcper.domain.errors import BcperError, ConfigurationError, Locked, NoSpace
from bcper.domain.model.names import printable
from bcper.domain.model.shell import SHELLS, Shell, ShellProfile

LIMIT = 16 << 20
"""Bytes of a profile that are read at most."""

_TRIES = 5


class FileShellProfiles:
    """See :class:`~bcper.ports.shell_profile.ShellProfiles`; ``environment`` says where they are."""

    def __init__(self, home: str, environment: Mapping[str, str], login_shell: str) -> None:
        self._used = os.path.basename(environment.get("SHELL") or login_shell)
        config = environment.get("XDG_CONFIG_HOME", "")
        if not os.path.isabs(config):  # the XDG base directory specification says to ignore such a one
            config = os.path.join(home, ".config")
        self._paths: Mapping[Shell, str] = {
            "bash": os.path.join(home, ".bashrc"),
            "zsh": os.path.join(home, environment.get("ZDOTDIR", ""), ".zshrc"),
            "fish": os.path.join(config, "fish", "conf.d", "bcper.fish"),
        }

    def profiles(self) -> Sequence[ShellProfile]:
        """See the port."""
        return tuple(
            ShellProfile(
                shell,
                path := self._paths[shell],
                exists=os.path.lexists(path),
                used=shell == self._used,
                ours=shell == "fish",
            )
            for shell in SHELLS
        )

    def read(self, profile: ShellProfile) -> bytes:
        """See the port."""
        try:
            return read(profile.path, LIMIT) or b""
        except OSError as error:
            raise _told(error, profile, "read") from error

    def change(self, profile: ShellProfile, edit: Callable[[bytes], bytes]) -> bool:
        """See the port."""
        for _ in range(_TRIES):
            seen = _stamp(profile.path)
            before = self.read(profile)
            after = edit(before)
            if after == before:
                return False
            try:
                if _replaced(profile, after, seen):
                    return True
            except OSError as error:
                raise _told(error, profile, "changed") from error
        raise Locked(f"{printable(profile.path)} is being changed by another program.", "Try again.")


def _replaced(profile: ShellProfile, data: bytes, seen: object) -> bool:
    """Whether nobody was quicker."""
    target = os.path.realpath(profile.path)
    folder = os.path.dirname(target)
    exists = os.path.exists(target)
    if exists:
        # A rename would not ask; that the file may not be written is what somebody wanted.
        os.close(os.open(target, os.O_WRONLY | os.O_CLOEXEC))
    if not data and profile.ours:
        if _stamp(profile.path) != seen:
            return False
        os.unlink(target)
        sync_path(folder)
        return True
    make_folders(folder)
    fd, temporary = tempfile.mkstemp(prefix=f"{os.path.basename(target)}.", dir=folder)
    try:
        with open(fd, "wb") as file:
            file.write(data)
            file.flush()
            if exists:
                _like(target, file.fileno())
            else:
                secure(file.fileno(), 0o600, folder)
            os.fsync(file.fileno())
        fresh = _stamp(profile.path) == seen
        if fresh:
            os.rename(temporary, target)
            sync_path(folder)
        else:
            os.unlink(temporary)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise
    return fresh


def _like(target: str, fd: int) -> None:
    """Give the new file what the old one has beside its contents."""
    old, new = os.stat(target), os.fstat(fd)
    if (old.st_uid, old.st_gid) != (new.st_uid, new.st_gid):
        os.fchown(fd, old.st_uid, old.st_gid)
    with suppress(OSError):  # a file system without them; or one of the system's, which it sets by itself
        for name in os.listxattr(target):
            with suppress(OSError):
                os.setxattr(fd, name, os.getxattr(target, name))
    os.fchmod(fd, old.st_mode & 0o7777)


def _stamp(path: str) -> object:
    try:
        status = os.stat(path)
    except OSError:
        return None
    return status.st_dev, status.st_ino, status.st_size, status.st_mtime_ns, status.st_ctime_ns


def _told(error: OSError, profile: ShellProfile, what: str) -> BcperError:
    name = printable(profile.path)
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return NoSpace(f"There is no space to change {name}.", "Free some space, then try again.")
    if isinstance(error, FileNotFoundError) and os.path.islink(profile.path):
        why = "it is a link that leads nowhere"
    else:
        why = (
            os.strerror(error.errno) if error.errno and error.errno != errno.EINVAL else "it is no plain file"
        )
    return ConfigurationError(
        f"{name} cannot be {what}: {why}.",
        f"Paste the lines yourself: bcper-cli shell aliases --print --shell {profile.shell}",
    )
