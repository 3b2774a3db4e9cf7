"""Parts written and read through the archive port: entries of every kind, streams, changed stores."""

import random
from collections.abc import Callable, Iterator, Sequence

import attrs

from bcper.adapters.archive.tar_gz import TarGzArchive
from bcper.adapters.memory.blob_store import MemoryBlobStore
from bcper.adapters.memory.cipher import MemoryCipher
from bcper.domain.model.entries import SMALL_FILE, Content, Entry, Problem, SourceEntry
from bcper.domain.model.manifest import FRAME, Manifest, Part
from bcper.ports.archive import PartPlan
from bcper.ports.blob_store import BlobStore
from bcper.ports.cipher import HEADER_BYTES, Keyring

ARCHIVE = TarGzArchive()
BASE = "job/run-1/target_2026-01-02_03-04-05"
RING = MemoryCipher().keyring("password")
NOISE = random.Random(7).randbytes(3 * FRAME + 4_321)

Item = tuple[SourceEntry, Content]


@attrs.frozen
class Long:
    """Bytes as a Stream, in uneven pieces."""

    data: bytes
    sparse: bool = False
    step: int = FRAME

    @property
    def length(self) -> int:
        return len(self.data)

    def __iter__(self) -> Iterator[bytes]:
        for at in range(0, len(self.data), self.step):
            yield self.data[at : at + self.step]


def source(path: bytes, kind: str = "f", **more: object) -> SourceEntry:
    """An entry as a walk finds it."""
    fields: dict[str, object] = {
        "path": path, "name": path.rpartition(b"/")[2], "depth": path.count(b"/"), "root": 0, "type": kind,
        "mode": 0o640, "uid": 1000, "gid": 100, "user": "ann", "group": "users", "size": 0,
        "mtime_ns": 1_700_000_000_123_456_789, "ctime_ns": 1_700_000_001_000_000_001, "inode": 42,
        "device_id": 1, "nlink": 1,
    }  # fmt: skip
    return SourceEntry(**{**fields, **more})  # type: ignore[arg-type]


def file(path: bytes, data: bytes, **more: object) -> Item:
    """A regular file as a reader hands it over: whole up to SMALL_FILE, as a stream beyond."""
    content = data if len(data) <= SMALL_FILE else Long(data, step=FRAME - 333)
    return source(path, "f", **{"size": len(data), **more}), content


AREA = b"2\n0\n512\n9000000000\n0\n".ljust(512, b"\0") + NOISE[:512]
"""A sparse file's data area: its map, and half a kilobyte at its beginning."""

ITEMS: list[Item] = [
    (source(b"r", "d", mode=0o755), b""),
    file(b"r/0", b""),
    file(b"r/a\nb", b"line"),
    (source(b"r/a", "d", mode=0o1777, mtime_ns=-5_500_000_000), b""),
    file(b"r/a/below", b"sorts by its components", xattrs={"user.x": b"\0\xff"}),
    file(b"r/a.b", b"x" * 511, mode=0o4755, uid=4_294_967_294),
    (source(b"r/b", "h", link=b"r/a.b", nlink=2), b""),
    file(b"r/bad\xff" + b"n" * 240, b"bytes", user="jörg", group="\udcff"),
    (source(b"r/c", "c", device=(5, 1)), b""),
    *(file(b"r/edge%d" % (n + 1), NOISE[: FRAME + n]) for n in (-1, 0, 1)),
    *(file(b"r/frame%02d" % n, NOISE[n : 400_000 + n]) for n in range(6)),
    (source(b"r/hole", size=9_000_000_000), Long(AREA, sparse=True)),
    (source(b"r/link", "l", link=b"../\xff" + b"t" * 200), b""),
    file(b"r/long", NOISE),
    (source(b"r/pipe", "p"), b""),
]
ITEMS.sort(key=lambda item: item[0].path.split(b"/"))
MANY = [file(b"r/%03d" % n, bytes([n]) * (FRAME - 1)) for n in range(30)]
"""More frames than a writer keeps under way, so that a small limit makes several volumes."""

FEW = [
    file(b"a", b"small"),
    file(b"b", NOISE[: FRAME + 70_000]),
    file(b"c", b"small too"),
    (source(b"d", "l", link=b"a"), b""),
]


def plan(**more: object) -> PartPlan:
    roots, created_at = {b"r": b"/home/\xff"}, "2026-01-02T03:04:05Z"
    return attrs.evolve(PartPlan("run-1", "target", ("target",), BASE, roots, created_at), **more)  # type: ignore[arg-type]


def write(
    store: BlobStore,
    keyring: Keyring | None,
    items: Sequence[Item] = ITEMS,
    skipped: Sequence[Problem] = (),
    **more: object,
) -> Part:
    with ARCHIVE.write_part(store, plan(**more), keyring) as writer:
        for entry, content in items:
            writer.add(entry, content)
        return writer.finish(skipped)


def manifest(*parts: Part, run_id: str = "run-1") -> Manifest:
    at = "2026-01-02T03:04:05Z"
    return Manifest(
        run_id,
        None,
        "job",
        "item",
        "target",
        "host",
        at,
        at,
        "UTC",
        "success",
        "full",
        None,
        parts,
        ("w",),
        "t",
    )


def whole(content: Content | None) -> bytes | None:
    return content if content is None or isinstance(content, bytes) else b"".join(content)


def read(store: BlobStore, part: Part, keyring: Keyring | None) -> list[tuple[Entry, bytes | None]]:
    with ARCHIVE.read_part(store, manifest(part), part, keyring) as reader:
        return [(entry, whole(content)) for entry, content in reader.contents(reader.entries())]


def unsealed(store: BlobStore, name: str, keyring: Keyring | None) -> bytes:
    data = store.get(name, 1 << 30)
    if keyring is None:
        return data
    return keyring.unsealer(data[:HEADER_BYTES]).chunks(0, data[HEADER_BYTES:], last=True)


def names(store: BlobStore) -> list[str]:
    return [blob.name for blob in store.list()]


def copied(store: BlobStore, change: dict[str, Callable[[bytes], bytes]]) -> MemoryBlobStore:
    """A store with the same blobs, some of them changed."""
    other = MemoryBlobStore()
    for name in names(store):
        other.put(name, change.get(name, bytes)(store.get(name, 1 << 30)))
    return other


def flipped(bit: int) -> Callable[[bytes], bytes]:
    def flip(data: bytes) -> bytes:
        changed = bytearray(data)
        changed[bit // 8 % len(changed)] ^= 1 << bit % 8
        return bytes(changed)

    return flip
