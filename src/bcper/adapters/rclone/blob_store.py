"""A place on a remote as a store (docs/adr/0012-rclone.md)."""

import threading
from collections.abc import Iterator
from functools import partial

from bcper.adapters.rclone.errors import RcError, absent, translated
from bcper.adapters.rclone.rc import Rclone
from bcper.adapters.rclone.reader import HEAD, Blocks, RcloneBlobReader, url_of
from bcper.adapters.rclone.remote import Item, Remote, checked, checked_folder, folder_of, is_unfinished
from bcper.adapters.rclone.writer import End, RcloneBlobWriter, Sent, quietly
from bcper.domain.errors import BlobExists, Damaged, StoreError
from bcper.domain.model.names import printable
from bcper.ports.blob_store import BlobInfo, Traffic

_TRIAL = "bcper-trial"


class RcloneBlobStore:
    """See :class:`~bcper.ports.blob_store.BlobStore`: what is below ``location``, ``remote:path``.

    One object for one location in a process: what it is writing, other objects would not know of. Any thread
    may call.
    """

    def __init__(self, rclone: Rclone, location: str, spool: str | None = None) -> None:
        """Long blobs are kept in the folder ``spool`` until they have arrived, if it is given."""
        self.remote = Remote(rclone, location)
        self._spool = spool
        self._lock = threading.Lock()
        self._trying = threading.Lock()
        self._writing: dict[str, RcloneBlobWriter | None] = {}
        self._fresh: dict[str, dict[str, int]] = {}
        self._waiting: dict[str, dict[str, Sent]] = {}
        self._blocks = Blocks()

    @property
    def location(self) -> str:
        """``remote:path``."""
        return self.remote.location

    @property
    def parallel(self) -> int:
        """See the port: two, so that one is sent while another is begun or ended, which takes as long."""
        return 2

    def create(self, name: str) -> RcloneBlobWriter:
        """See the port. BlobExists, too, while this process writes a blob of that name."""
        return self._created(name, replacing=False)

    def _created(self, name: str, *, replacing: bool) -> RcloneBlobWriter:
        if is_unfinished(checked(name)):
            raise StoreError(f"{printable(name)} is a name of unfinished files, and not for a blob.")
        with self._lock:
            known = self._fresh.get(folder_of(name))
            if name in self._writing or (known is not None and name in known and not replacing):
                raise self._taken(name)
            self._writing[name] = None
        try:
            if known is None and not replacing and self.remote.look(name) is not None:
                raise self._taken(name)
            self.remote.limit()
            sent = Sent(name, self.remote.hashes)
            writer = RcloneBlobWriter(
                self.remote, sent, self._spool, self._arrived, partial(self._done, replacing)
            )
        except BaseException:
            with self._lock:
                del self._writing[name]
            raise
        with self._lock:
            self._writing[name] = writer
        return writer

    def put(self, name: str, data: bytes) -> None:
        """See the port."""
        with self.create(name) as blob:
            blob.write(data)
            blob.commit()

    def replace(self, name: str, data: bytes) -> None:
        """See the port. As atomic as the remote is."""
        with self._created(name, replacing=True) as blob:
            blob.write(data)
            blob.commit()

    def begin(self, folder: str) -> None:
        """See the port."""
        folder = checked_folder(folder)
        with self._lock:
            self._fresh[folder], self._waiting[folder] = {}, {}

    def prove(self, folder: str) -> None:
        """See the port: one listing, with sums where the remote has them."""
        folder = checked_folder(folder)
        with self._lock:
            sent = self._waiting.pop(folder, {})
        if sent:
            items = self.remote.listed(folder, kind=next(iter(sent.values())).kind)
            there = {str(item["Path"]): item for item in items}
            for each in sent.values():
                # A listing may be older than what was just written.
                item = there.get(each.name) or self.remote.look(each.name, kind=each.kind)
                self._compare(each, item)

    def traffic(self, folder: str) -> Traffic | None:
        """See the port: what rclone has taken, which holds back some of it (docs/adr/0012-rclone.md)."""
        folder = checked_folder(folder)
        with self._lock:
            gone = sum(self._fresh.get(folder, {}).values())
            going = [each for name, each in self._writing.items() if each and folder_of(name) == folder]
        return Traffic(gone + sum(each.sent for each in going), gone + sum(each.written for each in going))

    def open(self, name: str) -> RcloneBlobReader:
        """See the port. One that is deleted meanwhile can be read on only as far as it is in memory."""
        url = url_of(self.remote.fs, checked(name))
        try:
            return RcloneBlobReader(self.remote.rclone, self.location, name, url, self._blocks)
        except RcError as error:
            if error.absent:
                raise absent(self.location, name) from error
            raise translated(error, self.location) from error

    def get(self, name: str, limit: int) -> bytes:
        """See the port."""
        with self.open(name) as blob:
            if blob.size > limit:
                raise Damaged(f"{printable(name)} is longer than the {limit} bytes such a blob may have.")
            return b"".join(blob.read_at(at, HEAD) for at in range(0, blob.size, HEAD))

    def list(self, prefix: str = "") -> Iterator[BlobInfo]:
        """See the port; a picture of the moment of the call."""
        found = []
        for item in self.remote.listed(checked_folder(prefix)):
            name = str(item["Path"])
            if name not in self._writing and not is_unfinished(name):
                found.append(BlobInfo(name, int(item["Size"])))
        return iter(sorted(found, key=lambda blob: blob.name))

    def delete(self, name: str) -> None:
        """See the port. Empty folders stay until a sweep: to look for them may cost as many requests."""
        self.remote.delete(checked(name))
        with self._lock:
            self._fresh.get(folder_of(name), {}).pop(name, None)
            self._waiting.get(folder_of(name), {}).pop(name, None)

    def sweep(self, folder: str) -> int:
        """See the port. In a bucket, what is unfinished is not seen, and there are no folders."""
        folder = checked_folder(folder)
        if self.remote.can("BucketBased"):
            return 0
        gone = left = 0
        for item in self.remote.listed(folder, recurse=False, filesOnly=False):
            name = str(item["Path"])
            if is_unfinished(name) and not item["IsDir"] and not self._is_written(name):
                self.remote.delete(name)
                gone += 1
            else:
                left += 1
        while folder and not left:
            # One that is not empty after all, or gone, is left alone by the remote.
            left = not quietly(partial(self.remote.ask, "operations/rmdir", remote=folder))
            folder = folder_of(folder)
        return gone

    def unfinished(self) -> None:
        """See the port: another machine may be writing them."""

    def free_bytes(self) -> int | None:
        """See the port. Many remotes do not say."""
        return self.remote.free_bytes()

    def identity(self) -> tuple[int, int] | None:
        """See the port: None."""
        return None

    def make(self) -> None:
        """Make the folder, where the remote has folders, or the bucket. Raises StoreError."""
        self.remote.ask("operations/mkdir", remote="")

    def try_write(self) -> None:
        """Prove that the store takes data, and leave no trace. Raises StoreError, NoSpace."""
        # One name for all, so that what a killed process left goes with the next trial.
        with self._trying:
            self.replace(_TRIAL, b"BCPER\n")
            self.delete(_TRIAL)

    def _arrived(self, sent: Sent) -> None:
        """rclone says that it has; what the remote says is asked now, or later for a whole folder."""
        folder = folder_of(sent.name)
        with self._lock:
            if folder in self._waiting:
                self._waiting[folder][sent.name] = sent
                return
        self._compare(sent, self.remote.look(sent.name, kind=sent.kind))

    def _compare(self, sent: Sent, there: Item | None) -> None:
        """Remove what is not what was sent, and say so (row 56)."""
        if there is None:
            why = "it is not there"
        else:
            why = sent.difference(int(there["Size"]), there.get("Hashes") or {})
        if why:
            quietly(lambda: self.delete(sent.name))
            raise StoreError(
                f"{printable(sent.name)} did not arrive in the store {printable(self.location)} as it was"
                f" sent: {why}.",
                "It was removed. Try again; if it happens again, the remote or the way to it is faulty.",
            )

    def _done(self, replacing: bool, sent: Sent, end: End) -> None:
        folder = folder_of(sent.name)
        try:
            if end in (End.FAILED, End.LEFT) and not replacing:
                if end is End.LEFT:
                    self.remote.hurry()
                # What appeared of it; in a bucket nothing does. Of another one of that name nothing is known.
                quietly(lambda: self.delete(sent.name))
        finally:
            with self._lock:
                del self._writing[sent.name]
                if end is End.COMMITTED and folder in self._fresh:
                    self._fresh[folder][sent.name] = sent.size

    def _is_written(self, name: str) -> bool:
        return any(name.startswith(f"{each}.") for each in list(self._writing))

    def _taken(self, name: str) -> BlobExists:
        return BlobExists(f"The store {printable(self.location)} holds {printable(name)} already.")
