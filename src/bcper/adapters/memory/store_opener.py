"""Stores by location, in memory."""

import posixpath

import attrs

from bcper.adapters.memory.blob_store import MemoryBlobStore
from bcper.domain.errors import StoreError, UsageError
from bcper.domain.model.stores import looks_remote
from bcper.ports.blob_store import BlobStore
from bcper.ports.progress import ProgressSink

_TRIAL = "bcper-trial"


@attrs.define
class MemoryStoreOpener:
    """The fake of :class:`~bcper.ports.store_opener.StoreOpener`.

    ``stores`` are the disks that are there, by resolved location: a test may put any store in, a faulty one
    too, take one away, or share the dict between openers.
    """

    stores: dict[str, BlobStore] = attrs.field(factory=dict)

    def prepare(self, location: str, sink: ProgressSink) -> None:
        """See the port: nothing is needed."""

    def resolve(self, location: str) -> str:
        """See the port; relative to ``/``. Raises UsageError for what cannot be a path."""
        if looks_remote(location):
            return location
        if not location or "\0" in location:
            raise UsageError("A store needs a folder.")
        return posixpath.normpath(f"/{location.lstrip('/')}")

    def open(
        self,
        location: str,
        *,
        create: bool,
        writable: bool,
        proven: bool = False,  # noqa: ARG002
    ) -> BlobStore:
        """See the port."""
        store = self.stores.get(location)
        if store is None:
            if not create:
                raise StoreError(
                    f"The store folder {location} does not exist.", "Is the disk that holds it mounted?"
                )
            store = self.stores[location] = MemoryBlobStore(location)
        if writable:
            with store.create(_TRIAL) as trial:
                trial.write(b"BCPER\n")
        return store
