"""What rclone is asked about the place on a remote where a store is."""

import re
import time
from typing import Any

from bcper.adapters.rclone.errors import RcError, translated
from bcper.adapters.rclone.rc import Rclone
from bcper.domain.errors import Damaged
from bcper.domain.model.names import check_blob_name, printable

Item = dict[str, Any]
"""A file or folder as rclone lists it: ``Path``, ``Size``, ``IsDir`` and, where asked for, ``Hashes``."""

_UNFINISHED = re.compile(r"\..*\.part|.*\.[0-9a-z]{8}\.partial", re.DOTALL)
"""As a folder has it; and what rclone sends to some remotes first, to rename it when it is whole."""

_CONTROL = re.compile(r"[\x00-\x1f\x7f]")
_HURRY = 3.0
_DEAD = 10.0
_LEAN = {"filesOnly": True, "noModTime": True, "noMimeType": True}


class Remote:
    """One place. Every method may raise StoreError and NoSpace."""

    def __init__(self, rclone: Rclone, location: str) -> None:
        self.rclone, self.location = rclone, location
        self.bandwidth: int | None = None
        remote, _, path = location.partition(":")
        # The slash says that it is a folder, which rclone would ask the remote otherwise.
        self.fs = f"{remote}:{path}/" if path.strip("/") else location
        self._info: Item | None = None
        self._deadline: float | None = None

    def hurry(self) -> None:
        """Somebody wants an end, and the line may be dead: for the next answer there are a few seconds.

        When they are over nothing is asked for some more, or until :meth:`take_time`.
        """
        self._deadline = self._deadline or time.monotonic() + _HURRY

    def take_time(self) -> None:
        """Somebody begins anew."""
        self._deadline = None

    def ask(self, method: str, **parameters: Any) -> Any:
        """The reply to a method of rclone's rc about this place."""
        try:
            return self._call(method, **parameters)
        except RcError as error:
            raise translated(error, self.location) from error

    def look(self, name: str, *, kind: str = "") -> Item | None:
        """One file; None if there is none. With its sum of the ``kind``, if that is not empty."""
        opt = {**_LEAN, **_with_sum(kind)}
        try:
            reply = self._call("operations/stat", remote=name, opt=opt)
        except RcError as error:
            if error.absent:
                return None
            raise translated(error, self.location) from error
        item: Item | None = reply["item"]
        return None if item is None or item.get("IsDir") else item

    def listed(self, folder: str, *, kind: str = "", **options: Any) -> list[Item]:
        """What is below ``folder``, unless ``options`` say otherwise; nothing if there is no such folder.

        With sums of the ``kind``, if that is not empty.
        """
        opt = {**_LEAN, **_with_sum(kind), "recurse": True, **options}
        silence = self.rclone.patience.listing
        try:
            reply = self._call("operations/list", silence, remote=folder, opt=opt)
        except RcError as error:
            if error.absent:
                return []
            raise translated(error, self.location) from error
        found: list[Item] = reply["list"] or []
        return found

    def delete(self, name: str) -> None:
        """Remove a file, if it is there."""
        try:
            self._call("operations/deletefile", remote=name)
        except RcError as error:
            if not error.absent:
                raise translated(error, self.location) from error

    def free_bytes(self) -> int | None:
        """Bytes that can still be written; None if the remote does not say."""
        if not self.can("About"):
            return None
        try:
            free = self._call("operations/about").get("free")
        except RcError as error:
            # A folder that is not there yet, or a remote that says so only when it is asked.
            if error.absent or "about" in error.text.lower():
                return None
            raise translated(error, self.location) from error
        return free if isinstance(free, int) and free >= 0 else None

    def can(self, feature: str) -> bool:
        """Whether the remote has a feature of rclone's list."""
        return bool(self._about()["Features"].get(feature))

    @property
    def hashes(self) -> tuple[str, ...]:
        """The sums that the remote knows of its files."""
        return tuple(self._about().get("Hashes") or ())

    def limit(self) -> None:
        """Let rclone send no faster than the store's bandwidth; what it sends elsewhere counts, too."""
        rate = f"{self.bandwidth}B:off" if self.bandwidth else "off"
        try:
            self.rclone.limit(rate)
        except RcError as error:
            raise translated(error, self.location) from error

    def _call(self, method: str, silence: float | None = None, **parameters: Any) -> Any:
        """Raises RcError."""
        deadline = self._deadline
        left = _HURRY if deadline is None else deadline - time.monotonic()
        if deadline is None or left < -_DEAD:
            self._deadline = None
            return self.rclone.call(method, silence=silence, fs=self.fs, **parameters)
        if left <= 0:
            raise RcError("connection lost: it is not waited for any more", 0)
        reply = self.rclone.call(method, silence=left, tries=1, fs=self.fs, **parameters)
        self._deadline = None
        return reply

    def _about(self) -> Item:
        """What the remote can do; asked once, and only of rclone."""
        if self._info is None:
            self._info = dict(self.ask("operations/fsinfo"))
        return self._info


def _with_sum(kind: str) -> Item:
    # Of one kind: a server that reckons them when asked (SFTP) reads the whole file for each.
    return {"showHash": True, "hashTypes": [kind]} if kind else {}


def is_unfinished(name: str) -> bool:
    """Whether a file of that name is no blob."""
    return _UNFINISHED.fullmatch(name.rpartition("/")[2]) is not None


def folder_of(name: str) -> str:
    """The folder that a blob is in; empty for the root."""
    return name.rpartition("/")[0]


def checked_folder(name: str) -> str:
    """A folder's name without a slash at its end; empty for the root. Raises Damaged."""
    name = name.rstrip("/")
    return checked(name) if name else ""


def checked(name: str) -> str:
    """``name`` itself. Raises Damaged: a remote's names are text, and not every one knows ends of lines."""
    try:
        check_blob_name(name).encode()
    except UnicodeEncodeError as error:
        raise Damaged(f"A store names a blob {printable(name)!r}, which no remote can name.") from error
    if _CONTROL.search(name):
        raise Damaged(f"A store names a blob {printable(name)!r}, which not every remote can name.")
    return name
