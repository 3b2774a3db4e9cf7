"""One opener for stores in folders and on remotes: a location tells which it is (model/stores.py)."""

from collections.abc import Callable

import attrs

from bcper.domain.model.stores import is_remote, looks_remote
from bcper.ports.blob_store import BlobStore
from bcper.ports.progress import ProgressSink
from bcper.ports.store_opener import StoreOpener


@attrs.define
class AnyStoreOpener:
    """See :class:`~bcper.ports.store_opener.StoreOpener`. The one for remotes is made when it is needed."""

    local: StoreOpener
    make_remote: Callable[[], StoreOpener]
    _remote: StoreOpener | None = attrs.field(default=None, init=False)

    def open(self, location: str, *, create: bool, writable: bool, proven: bool = False) -> BlobStore:
        """See the port."""
        opener = self.remote() if is_remote(location) else self.local
        return opener.open(location, create=create, writable=writable, proven=proven)

    def prepare(self, location: str, sink: ProgressSink) -> None:
        """See the port."""
        (self.remote() if is_remote(location) else self.local).prepare(location, sink)

    def resolve(self, location: str) -> str:
        """See the port."""
        return (self.remote() if looks_remote(location) else self.local).resolve(location)

    def remote(self) -> StoreOpener:
        """The one for remotes."""
        if self._remote is None:
            self._remote = self.make_remote()
        return self._remote
