"""What RescueFiles promise (ports.rescue), and a store's copy that keeps up, on a folder and on fakes."""

import hashlib
import re
from pathlib import Path

import attrs
import pytest

from bcper.adapters.archive.rescue import PackagedRescueFiles
from bcper.adapters.fs.store_opener import LocalStoreOpener
from bcper.adapters.memory.clock import FakeClock
from bcper.adapters.memory.faulty_blob_store import Fault, FaultyBlobStore
from bcper.adapters.memory.rescue import MemoryRescueFiles
from bcper.adapters.memory.run_ledger import MemoryRunLedger
from bcper.adapters.memory.store_opener import MemoryStoreOpener
from bcper.domain.errors import NoSpace, StoreError
from bcper.domain.usecases.open_store import MARKER, OpenStore
from bcper.ports.blob_store import BlobStore
from bcper.ports.rescue import RescueFiles
from bcper.ports.run_ledger import RunLedger
from bcper.ports.store_opener import StoreOpener

NAMES = ("README.txt", "restore.py")


@pytest.fixture(params=[PackagedRescueFiles, MemoryRescueFiles])
def rescue(request: pytest.FixtureRequest) -> RescueFiles:
    made: RescueFiles = request.param()
    return made


def test_every_file_says_its_edition_near_its_beginning(rescue: RescueFiles) -> None:
    files = rescue.read()
    assert set(files) == set(rescue.names) == set(NAMES)
    for data in files.values():
        assert re.findall(rb"BCPER restore (\d+)\b", data[:1024]) == [b"%d" % rescue.edition]


EDITIONS = {1: "06137ba4c8ea9e54"}


def test_what_is_changed_gets_a_new_edition() -> None:
    """When this fails, raise EDITION and the line in both files, if the one before was published."""
    digest = hashlib.sha256()
    for _, data in sorted(PackagedRescueFiles().read().items()):
        digest.update(data)
    assert EDITIONS[PackagedRescueFiles.edition] == digest.hexdigest()[:16]


@attrs.define
class Place:
    """A location, and BCPERs of different age that use it on one machine or on others."""

    location: str
    opener: StoreOpener
    ledger: RunLedger = attrs.field(factory=MemoryRunLedger)

    def use(self, rescue: RescueFiles, *, writable: bool = True) -> BlobStore:
        return OpenStore(self.opener, self.ledger, FakeClock(), rescue, "tool")(
            self.location, writable=writable
        ).blobs

    @property
    def raw(self) -> BlobStore:
        return self.opener.open(self.location, create=False, writable=False)

    def line(self, name: str) -> bytes:
        return self.raw.get(name, 1 << 20)


@pytest.fixture(params=["local", "memory"])
def place(request: pytest.FixtureRequest, tmp_path: Path) -> Place:
    if request.param == "local":
        return Place(str(tmp_path.resolve() / "store"), LocalStoreOpener())
    return Place("/store", MemoryStoreOpener())


def test_a_new_store_has_them_and_the_next_opening_reads_no_more_than_their_heads(place: Place) -> None:
    place.use(MemoryRescueFiles(2))
    assert {blob.name for blob in place.raw.list()} == {MARKER, *NAMES}
    again = MemoryRescueFiles(2)
    place.use(again)
    assert again.reads == 0
    assert place.line("restore.py") == b"restore.py: BCPER restore 2\n"


def test_a_newer_bcper_renews_them_and_an_older_one_does_not(place: Place) -> None:
    place.use(MemoryRescueFiles(9))
    place.use(MemoryRescueFiles(10), writable=False)
    assert place.line("restore.py") == b"restore.py: BCPER restore 9\n"
    place.use(MemoryRescueFiles(10))
    older = MemoryRescueFiles(9)
    place.use(older)
    assert older.reads == 0
    for name in NAMES:
        assert place.line(name) == name.encode() + b": BCPER restore 10\n"


@pytest.mark.parametrize("name", NAMES)
def test_one_that_is_missing_comes_back(place: Place, name: str) -> None:
    place.use(MemoryRescueFiles())
    place.raw.delete(name)
    place.use(MemoryRescueFiles())
    assert {blob.name for blob in place.raw.list()} == {MARKER, *NAMES}


def test_what_somebody_else_put_there_stays(place: Place) -> None:
    place.opener.open(place.location, create=True, writable=False).put("README.txt", b"My holiday photos.\n")
    for edition in (1, 2):
        place.use(MemoryRescueFiles(edition))
        assert place.line("README.txt") == b"My holiday photos.\n"
        assert place.line("restore.py") == b"restore.py: BCPER restore %d\n" % edition


def test_they_are_looked_at_once_and_cost_one_small_read_each() -> None:
    opener = MemoryStoreOpener()
    place = Place("/store", opener)
    place.use(MemoryRescueFiles())
    watched = opener.stores["/store"] = FaultyBlobStore(place.raw)
    open_store = OpenStore(opener, place.ledger, FakeClock(), MemoryRescueFiles(), "tool")
    for _ in range(3):
        open_store("/store", writable=True)
    touched = [(operation, name) for operation, name in watched.operations if name in NAMES]
    assert touched == [(operation, name) for name in NAMES for operation in ("open", "read_at")]


@pytest.mark.parametrize("error", [NoSpace, StoreError])
def test_a_store_that_cannot_take_them_is_opened_all_the_same(error: type[StoreError]) -> None:
    opener = MemoryStoreOpener()
    place = Place("/store", opener)
    place.use(MemoryRescueFiles(1))
    fault = Fault(1, lambda: error("no"), only=frozenset({"replace"}), lasting=True)
    opener.stores["/store"] = FaultyBlobStore(place.raw, fault)
    place.use(MemoryRescueFiles(2))
    assert place.line("restore.py") == b"restore.py: BCPER restore 1\n"


def test_a_store_is_not_marked_without_them() -> None:
    opener = MemoryStoreOpener()
    empty = opener.open("/store", create=True, writable=False)
    fault = Fault(2, lambda: NoSpace("full"), only=frozenset({"replace"}))
    opener.stores["/store"] = FaultyBlobStore(empty, fault)
    with pytest.raises(NoSpace):
        Place("/store", opener).use(MemoryRescueFiles())
    assert MARKER not in {blob.name for blob in empty.list()}
