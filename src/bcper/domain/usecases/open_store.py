"""Opening a store behind its marker (FORMAT.md section 1; FAULTS.md row 51)."""

import json
import re
from collections.abc import Callable
from contextlib import suppress

import attrs

from bcper.domain.errors import BlobNotFound, NoSpace, StoreError
from bcper.domain.model.stores import is_remote
from bcper.domain.policy.trials import took_data_lately
from bcper.domain.usecases.rescue_copies import renew
from bcper.ports.blob_store import BlobStore
from bcper.ports.clock import Clock
from bcper.ports.progress import ProgressSink
from bcper.ports.rescue import RescueFiles
from bcper.ports.run_ledger import RunLedger
from bcper.ports.store_opener import StoreOpener

MARKER = ".bcper-store.json"
_LIMIT = 1 << 16
_UUID = re.compile("[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")


@attrs.frozen
class OpenedStore:
    """A store whose marker was seen."""

    blobs: BlobStore
    store_id: str


@attrs.frozen
class OpenStore:
    """Open a store; refuse a disk that is not mounted or another one than before.

    ``rescue`` are the files that every store's root has beside the marker (FORMAT.md section 7). A store's
    copy is looked at once in the life of this object, when the store is first opened to be written to; on a
    remote, where that costs, when it is first used by this user, and when it is tried.
    """

    opener: StoreOpener
    ledger: RunLedger
    clock: Clock
    rescue: RescueFiles
    tool: str
    _renewed: set[str] = attrs.field(factory=set, init=False)

    def __call__(
        self, location: str, *, writable: bool, trial: bool = False, sink: ProgressSink | None = None
    ) -> OpenedStore:
        """The store at ``location``; with ``trial`` nothing is saved that shows whether it is in order.

        ``sink`` sees what must be fetched for it first (rclone), and may cancel that.

        Raises StoreError, NoSpace.
        """
        location = self.opener.resolve(location)
        known = self.ledger.store_id(location)
        if sink is not None:
            self.opener.prepare(location, sink)
        blobs = self.opener.open(location, create=writable and known is None, writable=False)
        found = read_marker(blobs)
        if found is None:
            if known is not None:
                raise StoreError(
                    f"The store {location} has been used before, and now its marker is missing.",
                    "Is the disk mounted? Nothing was read or written.",
                )
            if not writable:
                raise StoreError(
                    f"{location} is no BCPER store.",
                    "Check the path. To take over what the original BCPER wrote: bcper-cli store import PATH",
                )
        elif known is not None and found != known:
            raise StoreError(
                f"Another store than before is at {location}.",
                "Is another disk mounted there? Nothing was read or written.",
            )
        if writable:
            used = is_remote(location) and known is not None and found is not None and not trial
            proven = used and took_data_lately(self.ledger.list(store=location), self.clock.now())
            self.opener.open(location, create=False, writable=True, proven=proven)
            if found is None:
                found = self._mark(blobs)
            elif found not in self._renewed and not used:
                # No run fails for it: what is wrong with the store it will find out by itself.
                with suppress(StoreError, NoSpace):
                    renew(blobs, self.rescue)
            self._renewed.add(found)
        if found is None:
            raise StoreError(f"{location} is no BCPER store.")
        if known is None:
            self.ledger.remember_store(location, found)
        return OpenedStore(blobs, found)

    def is_there(self, location: str) -> bool:
        """Whether a run would find the store at ``location``; nothing is made or remembered.

        Where none has been yet, as in a configuration of the original's, the folder is enough: its first
        run makes the store. What is wrong with a marker that is there, the run says.
        """
        location = self.opener.resolve(location)
        known = self.ledger.store_id(location)
        try:
            blobs = self.opener.open(location, create=False, writable=False)
        except StoreError:
            return False
        try:
            found = read_marker(blobs)
        except StoreError:
            return True
        return known is None or found == known

    def adopt(
        self, location: str, worth: Callable[[BlobStore], bool], sink: ProgressSink | None = None
    ) -> bool:
        """Make a store of the folder ``location`` if ``worth`` says so of what is in it; whether it was made.

        Nothing is done to what is a store already, nor where one was before (row 51). ``sink`` as above.
        Raises StoreError, NoSpace.
        """
        location = self.opener.resolve(location)
        if self.ledger.store_id(location) is not None:
            return False
        if sink is not None:
            self.opener.prepare(location, sink)
        blobs = self.opener.open(location, create=False, writable=False)
        if read_marker(blobs) is not None or not worth(blobs):
            return False
        self(location, writable=True)
        return True

    def _mark(self, blobs: BlobStore) -> str:
        store_id = self.clock.new_id()
        marker = {
            "format": 1,
            "store_id": store_id,
            "created_at": self.clock.now().strftime("%Y-%m-%dT%H:%M:%SZ"),
            "tool": self.tool,
        }
        # First: a marker promises that whoever finds the store finds the way out of it, too.
        renew(blobs, self.rescue)
        blobs.put(MARKER, (json.dumps(marker) + "\n").encode())
        return store_id


def read_marker(blobs: BlobStore) -> str | None:
    """The id that the store's marker shows; None if there is no marker. Raises StoreError."""
    try:
        raw = json.loads(blobs.get(MARKER, _LIMIT))
        if not _UUID.fullmatch(raw["store_id"]):
            raise ValueError(raw["store_id"])
        return str(raw["store_id"])
    except BlobNotFound:
        return None
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise StoreError(f"The marker of the store {blobs.location} is damaged.") from error
