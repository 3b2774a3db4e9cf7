"""Where runs are kept."""

import re
from typing import Literal

import attrs

from bcper.domain.errors import UsageError
from bcper.domain.model.names import printable, safe_name
from bcper.domain.model.paths import check_absolute, check_no_parent, check_text

VOLUME = 256 << 20
"""Bytes after which a volume is closed where they are best kept small (FORMAT.md section 2)."""

_REMOTE = re.compile(r"[A-Za-z0-9_.+@ -]+")


@attrs.frozen
class Store:
    """A folder, or a place on an rclone remote.

    ``path`` is absolute for a local store; on a remote it is as the remote has it, and empty for its root.
    ``store_id`` is what the store's marker shows, once it has been seen. ``volume_bytes`` closes a volume
    (FORMAT.md section 2; 0 never, ``None`` as is best for the kind), which on a remote must be somewhere;
    ``bandwidth`` is the most bytes a second to send, ``None`` for no limit.
    """

    name: str
    kind: Literal["local", "rclone"]
    path: str
    remote: str = ""
    store_id: str | None = None
    volume_bytes: int | None = None
    bandwidth: int | None = None

    @property
    def volume(self) -> int:
        """The bytes after which a volume is closed, 0 for never (FORMAT.md section 2)."""
        if self.volume_bytes is not None:
            return self.volume_bytes
        return 0 if self.kind == "local" else VOLUME

    @property
    def location(self) -> str:
        """What the ledger calls the store: its path, or ``remote:path``. Local ones begin with ``/``."""
        return self.path if self.kind == "local" else f"{self.remote}:{self.path}"


def is_remote(location: str) -> bool:
    """Whether a location, as ``StoreOpener.resolve`` gives it, is on a remote: a folder begins with ``/``."""
    return not location.startswith("/")


def looks_remote(text: str) -> bool:
    """Whether what was typed for a place may be ``remote:path``, by what stands before the colon."""
    remote, colon, _ = text.partition(":")
    return bool(colon) and _REMOTE.fullmatch(remote) is not None and not remote.startswith(("-", ".", "~"))


def check_store(store: Store) -> Store:
    """``store`` itself, for the edge. Raises :class:`UsageError` (rows 39 and 58).

    For a name that cannot be one, a path with NUL or ``..``, a local path that is not absolute, a remote's
    name that :func:`check_remote` refuses, a remote for a local store, and a size that makes no sense: on a
    remote that is 0, too.
    """
    safe_name(store.name)
    check_no_parent(check_text(store.path))
    if store.kind == "rclone":
        check_remote(store.remote)
    else:
        check_absolute(store.path)
        if store.remote:
            raise UsageError("A local store has no remote.", "Leave the remote out, or use the type rclone.")
    if store.volume_bytes is not None and store.volume_bytes < 0:
        raise UsageError("A volume cannot be smaller than nothing.", "Leave it out for what is best.")
    if store.kind == "rclone" and store.volume_bytes == 0:
        raise UsageError(
            "On a remote a volume has to end somewhere: what is being sent is kept until it has arrived.",
            "Give a size, as 256M, or leave it out for what is best.",
        )
    if store.bandwidth is not None and store.bandwidth < 1:
        raise UsageError("The bandwidth must be at least 1 byte a second.", "Leave it out for no limit.")
    return store


def check_remote(remote: str) -> str:
    """``remote`` itself if it is the plain name of an rclone remote; raises :class:`UsageError` otherwise.

    Row 58: never an option, a connection string or a second remote, though no shell ever sees it. As rclone
    itself has it, a space stands only within (https://rclone.org/docs/#valid-remote-names).
    """
    if not _REMOTE.fullmatch(remote) or remote.startswith("-") or remote != remote.strip(" "):
        raise UsageError(
            f"{printable(remote)!r} cannot be the name of an rclone remote.",
            "Use letters, digits, '_', '.', '+', '@', '-' and spaces within; no '-' at the beginning.",
        )
    return remote
