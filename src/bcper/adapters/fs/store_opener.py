"""From a path to a store in a local folder."""

import os
from contextlib import suppress

from bcper.adapters.fs.blob_store import LocalBlobStore
from bcper.adapters.fs.store_errors import translated
from bcper.domain.errors import StoreError, UsageError


class LocalStoreOpener:
    """See :class:`~bcper.ports.store_opener.StoreOpener`."""

    def resolve(self, location: str) -> str:
        """See the port."""
        if not location or "\0" in location:
            raise UsageError("A store needs a folder.")
        return os.path.realpath(os.path.expanduser(location))

    def open(self, location: str, *, create: bool, writable: bool) -> LocalBlobStore:
        """See the port."""
        try:
            if not os.path.isdir(location):
                if os.path.lexists(location):
                    raise StoreError(f"The store {location} is no folder.")
                if not create:
                    raise StoreError(
                        f"The store folder {location} does not exist.", "Is the disk that holds it mounted?"
                    )
                os.makedirs(location, mode=0o700)
            if writable:
                self._try(location)
        except OSError as error:
            raise translated(error, location) from error
        return LocalBlobStore(location)

    def _try(self, location: str) -> None:
        path = os.path.join(location, ".bcper-trial.part")
        fd = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_NOFOLLOW | os.O_CLOEXEC, 0o600)
        try:
            os.write(fd, b"BCPER\n")
            os.fsync(fd)
        finally:
            os.close(fd)
            # One name for all, so that what a killed process left goes with the next trial.
            with suppress(FileNotFoundError):
                os.unlink(path)
