"""One store, looked at as a run would meet it: nothing is made in it that stays (docs/doctor.md)."""

from collections.abc import Iterator

import attrs

from bcper.domain.errors import BcperError
from bcper.domain.model.checkup import Finding, State
from bcper.domain.model.names import printable
from bcper.domain.model.runs import RunStatus, lock_name
from bcper.domain.model.stores import Store
from bcper.domain.policy.checkup.folders import size, store_space
from bcper.domain.usecases.open_store import read_marker
from bcper.domain.usecases.rescue_copies import outdated
from bcper.ports.blob_store import BlobStore
from bcper.ports.locks import Locks
from bcper.ports.looks import LedgerLook, RcloneLook
from bcper.ports.rescue import RescueFiles
from bcper.ports.store_opener import StoreOpener

STORES = "Stores"

_MANIFEST = ".meta.json"
_DEPTH = 3
"""Components of the name of a run's blob: ``<job>/<run uuid>/<file>`` (FORMAT.md section 1)."""


@attrs.frozen
class CheckStore:
    """Whether it is there, whose it is, takes data, has room, and what was left in it."""

    opener: StoreOpener
    ledger: LedgerLook
    locks: Locks
    rescue: RescueFiles
    rclone: RcloneLook

    def __call__(self, store: Store) -> Iterator[Finding]:
        """Findings, as they come. What a store on a remote says of itself is for its owner's eyes only."""
        try:
            yield from self._findings(store)
        except BcperError as error:
            name = printable(store.name)
            what = f"{name} cannot be used: {printable(str(error))}"
            advice = printable(error.hint) or f"bcper-cli store test {name}"
            public = ""
            if store.kind == "rclone":
                public = f"{name} is on a remote, and cannot be used ({type(error).__name__})."
            yield Finding(STORES, State.PROBLEM, what, advice, public)

    def _findings(self, store: Store) -> Iterator[Finding]:
        name = printable(store.name)
        if store.kind == "rclone" and not self.rclone.look().path:
            yield Finding(STORES, State.UNCHECKED, f"{name} is on a remote, and rclone is not here.")
            return
        location = self.opener.resolve(store.location)
        blobs = self.opener.open(location, create=False, writable=False)
        known = store.store_id or self._remembered(location)
        marker = read_marker(blobs)
        if marker is None and known is not None:
            what = (
                f"{name} was used before, and now its marker is missing: another disk may be mounted there."
            )
            yield Finding(STORES, State.PROBLEM, what, "Is the right disk mounted? No run will use it.")
            return
        if marker is None:
            yield Finding(STORES, State.HINT, f"{name} is there, and no run has used it yet.", "")
            return
        if known is not None and marker != known:
            what = f"At the place of {name} is another store than before."
            yield Finding(STORES, State.PROBLEM, what, "Is another disk mounted there? No run will use it.")
            return
        self.opener.open(location, create=False, writable=True)
        free = blobs.free_bytes()
        room = "" if free is None else f", {size(free)} free"
        yield Finding(STORES, State.OK, f"{name} is there, is the one that it was, and takes data{room}.")
        if (scarce := store_space(name, free, STORES)) is not None:
            yield scarce
        if stale := outdated(blobs, self.rescue):
            what = f"In {name} {' and '.join(map(printable, stale))} is missing, or of an older BCPER."
            yield Finding(
                STORES, State.HINT, what, f"The next run renews it, or: bcper-cli store test {name}"
            )
        yield from self._left(name, location, blobs)

    def _remembered(self, location: str) -> str | None:
        try:
            return self.ledger.store_id(location)
        except BcperError:  # that the list is damaged is said elsewhere
            return None

    def _left(self, name: str, location: str, blobs: BlobStore) -> Iterator[Finding]:
        """What interrupted runs have left; the next run of the same job clears it."""
        try:
            rows = self.ledger.list(store=location, history=True)
        except BcperError:
            return
        running = [run for run in rows if run.status is RunStatus.RUNNING]
        dead = [run for run in running if self.locks.held(lock_name(run)) is False]
        advice = "It is set right when the daemon starts, or by the next run of the same job."
        if dead:
            what = f"In {name} {_counted(len(dead), 'run')} did not end: killed, or the machine went down."
            yield Finding(STORES, State.HINT, what, advice)
        if len(running) > len(dead):
            # What is being written is no leftover.
            return
        folders = _unfinished(blobs)
        parts = blobs.unfinished() or 0
        if folders or parts:
            found = [f"{_counted(folders, 'run')} without an end"] * bool(folders)
            found += [_counted(parts, "unfinished file")] * bool(parts)
            yield Finding(STORES, State.HINT, f"In {name} {' and '.join(found)} lie about.", advice)


def _unfinished(blobs: BlobStore) -> int:
    """How many folders of runs have no manifest (FORMAT.md, promise 3)."""
    folders: dict[str, bool] = {}
    for blob in blobs.list():
        if blob.name.count("/") == _DEPTH - 1:
            folder = blob.name.rpartition("/")[0]
            folders[folder] = folders.get(folder, False) or blob.name.endswith(_MANIFEST)
    return sum(not whole for whole in folders.values())


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'' if count == 1 else 's'}"
