"""From ``remote:path`` to a store on a remote."""

import threading
from collections.abc import Callable

from bcper.adapters.rclone.blob_store import RcloneBlobStore
from bcper.adapters.rclone.process import RcloneProcess
from bcper.adapters.rclone.rc import Patience, Rclone
from bcper.domain.errors import UsageError
from bcper.domain.model.paths import check_no_parent, check_text
from bcper.domain.model.stores import check_remote
from bcper.ports.progress import ProgressSink


class RcloneStoreOpener:
    """See :class:`~bcper.ports.store_opener.StoreOpener`. Nothing is started before it is needed.

    ``bandwidth`` tells the most bytes a second to send to a location, None for no limit. ``fetch`` gets
    rclone, if it is not here, before that is needed. ``spool`` is a folder for what is being sent, made when
    it is needed; None where nothing is to be kept.
    """

    def __init__(
        self,
        process: RcloneProcess,
        bandwidth: Callable[[str], int | None] = lambda _: None,
        patience: Patience | None = None,
        fetch: Callable[[ProgressSink], object] = lambda _: None,
        spool: str | None = None,
    ) -> None:
        self._rclone = Rclone(process, patience)
        self._bandwidth = bandwidth
        self._fetch = fetch
        self._spool = spool
        self._lock = threading.Lock()
        self._stores: dict[str, RcloneBlobStore] = {}

    def prepare(self, location: str, sink: ProgressSink) -> None:  # noqa: ARG002
        """See the port."""
        self._fetch(sink)

    def resolve(self, location: str) -> str:
        """See the port. Raises UsageError for what cannot be ``remote:path`` (row 58)."""
        remote, colon, path = location.partition(":")
        if not colon:
            raise UsageError("A remote store is called remote:path.")
        check_no_parent(check_text(path))
        absolute = path.startswith("/")
        clean = "/".join(part for part in path.split("/") if part not in ("", "."))
        return f"{check_remote(remote)}:{'/' if absolute else ''}{clean}"

    def open(self, location: str, *, create: bool, writable: bool, proven: bool = False) -> RcloneBlobStore:
        """See the port. That a folder is missing shows when it is used, and in a bucket never."""
        with self._lock:
            store = self._stores.get(location)
            if store is None:
                store = self._stores[location] = RcloneBlobStore(self._rclone, location, self._spool)
            store.remote.take_time()
            store.remote.bandwidth = self._bandwidth(location)
        if create:
            store.make()
        if writable and not proven:
            store.try_write()
        return store

    def close(self) -> None:
        """End rclone; what is opened later starts it again."""
        self._rclone.process.close()
