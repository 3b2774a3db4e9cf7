"""From a path to a store in a local folder."""

import os

from bcper.adapters.fs.blob_store import LocalBlobStore
from bcper.adapters.fs.store_errors import translating
from bcper.adapters.private_folders import make_folders
from bcper.domain.errors import StoreError, UsageError
from bcper.domain.model.names import printable
from bcper.ports.progress import ProgressSink


class LocalStoreOpener:
    """See :class:`~bcper.ports.store_opener.StoreOpener`."""

    def prepare(self, location: str, sink: ProgressSink) -> None:
        """See the port: nothing is needed."""

    def resolve(self, location: str) -> str:
        """See the port. Raises UsageError for what cannot be a path."""
        if not location or "\0" in location:
            raise UsageError("A store needs a folder.")
        path = os.path.expanduser(location)
        if path.startswith("~"):
            raise UsageError(f"Nobody's home is {printable(location.partition('/')[0])}.")
        return os.path.realpath(path)

    def open(
        self,
        location: str,
        *,
        create: bool,
        writable: bool,
        proven: bool = False,  # noqa: ARG002
    ) -> LocalBlobStore:
        """See the port. It costs little to try a store again, and a disk may be full or read-only any day."""
        with translating(location):
            if not os.path.isdir(location):
                if os.path.lexists(location):
                    raise StoreError(f"The store {printable(location)} is no folder.")
                if not create:
                    raise StoreError(
                        f"The store folder {printable(location)} does not exist.",
                        "Is the disk that holds it mounted?",
                    )
                make_folders(location, as_parent=False)
        store = LocalBlobStore(location)
        if writable:
            store.try_write()
        return store
