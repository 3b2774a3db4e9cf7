"""From where a store is to the store."""

from typing import Protocol

from bcper.ports.blob_store import BlobStore
from bcper.ports.progress import ProgressSink


class StoreOpener(Protocol):
    """Opens the technology behind a location; knows nothing of markers (``usecases.open_store`` does)."""

    def open(self, location: str, *, create: bool, writable: bool, proven: bool = False) -> BlobStore:
        """The store at ``location``, an absolute path or ``remote:path``, as :meth:`resolve` gives it.

        With ``create`` a missing folder is made, mode 0700. With ``writable`` a trial write proves that
        the store takes data, before anything else is read (row 49). A store on a remote is not tried if it is
        ``proven``, that is, has taken data lately. Nor is it said here that there is no such folder. Raises
        StoreError, NoSpace.
        """
        ...

    def prepare(self, location: str, sink: ProgressSink) -> None:
        """Get what opening ``location`` needs and this machine does not have: rclone is fetched for a remote.

        ``sink`` hears of it and may cancel; otherwise that is done by the first use, unseen. Raises
        StoreError, ConfigurationError, Cancelled.
        """
        ...

    def resolve(self, location: str) -> str:
        """``location`` as typed, made absolute or ``remote:path``, so that one store has one name.

        Raises UsageError.
        """
        ...
