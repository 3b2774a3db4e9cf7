"""The original's runs in a store (FORMAT.md section 8; FAULTS.md row 68)."""

import json
from datetime import UTC, datetime, timedelta, timezone
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

import pytest

from bcper.adapters.archive.legacy.listing import checksum_warning, legacy_runs
from bcper.adapters.memory.blob_store import MemoryBlobStore
from bcper.domain.errors import BcperError, Damaged
from helpers.original import TIME, member, put, zipped
from helpers.parts import ARCHIVE, BASE, manifest, write

PACKED = zipped(member("a", b"1"))


def test_runs_are_found_in_any_folder_and_ours_are_not_taken_for_them() -> None:
    store = MemoryBlobStore()
    put(store, PACKED)
    put(store, zipped(member("a", b"2")), "password", name="Büro", folder="some/job/", kind="vault")
    part = write(store, None)
    ARCHIVE.write_manifest(store, BASE, manifest(part))
    ARCHIVE.write_checksums(store, BASE, (part,))
    store.put("photos/holiday.tar.gz", b"somebody's")
    store.put("photos/x.meta.json", b"somebody's")
    item, vault = legacy_runs(store, UTC, report=fail)
    assert (item.target_type, item.target_name, item.sources) == ("item", "home", ("/a", "/b"))
    assert (vault.target_type, vault.target_name, vault.sources) == ("vault", "Büro", ("x", "y"))
    assert item.started_at == vault.started_at == datetime(2024, 5, 6, 7, 8, 9, tzinfo=UTC)
    assert (item.encrypted, vault.encrypted) == (False, True)
    assert item.archive == f"home_{TIME}.tar.gz" and vault.archive == f"some/job/Büro_{TIME}.tar.gz.enc"
    assert item.bytes == len(PACKED)


def fail(name: str, error: BcperError) -> None:
    raise AssertionError((name, error))


def test_a_run_has_the_same_id_in_every_store_and_zone_and_another_one_has_another() -> None:
    ids = []
    for more, packed in (
        ({}, PACKED),
        ({"folder": "x/"}, PACKED),
        ({"name": "other"}, PACKED),
        ({}, PACKED[::-1]),
    ):
        store = MemoryBlobStore()
        put(store, packed, **more)  # type: ignore[arg-type]
        for zone in (UTC, timezone(timedelta(hours=9))):
            (run,) = legacy_runs(store, zone)
            ids.append(run.run_id)
            assert str(UUID(run.run_id)) == run.run_id
    assert ids == [ids[0]] * 4 + [ids[4]] * 2 + [ids[6]] * 2
    assert len(set(ids)) == 3


def test_copies_in_one_store_are_one_run() -> None:
    store = MemoryBlobStore()
    put(store, PACKED)
    put(store, PACKED, folder="copy/")
    (run,) = legacy_runs(store)
    assert run.archive.startswith("copy/")


@pytest.mark.parametrize(
    ("timestamp", "wanted"),
    [
        ("2024-07-01_12-00-00", "2024-07-01T10:00:00Z"),
        ("2024-10-27_02-30-00", "2024-10-27T00:30:00Z"),
        ("2024-07-01T12:00:00", "2024-07-01T10:00:00Z"),
        ("2024-07-01T12:00:00+05:00", "2024-07-01T07:00:00Z"),
    ],
)
def test_times_are_local_ones_of_the_zone_given(timestamp: str, wanted: str) -> None:
    store = MemoryBlobStore()
    put(store, PACKED, timestamp=timestamp)
    (run,) = legacy_runs(store, ZoneInfo("Europe/Berlin"), fail)
    assert run.started_at.isoformat() == wanted.replace("Z", "+00:00")
    assert run.manifest().started_at == wanted


def test_a_manifest_stands_for_it() -> None:
    store = MemoryBlobStore()
    put(store, PACKED, "password", kind="vault")
    (run,) = legacy_runs(store, UTC)
    made = run.manifest()
    assert (made.format, made.run_id, made.encrypted, made.mode) == (0, run.run_id, True, "full")
    (part,) = made.parts
    assert (part.items, part.volumes, part.archive, part.stored_bytes) == (
        ("x", "y"),
        (),
        run.archive,
        run.bytes,
    )


WRONG: dict[str, dict[str, Any]] = {
    "key and vault": {"vault": "x"},
    "more": {"more": 1},
    "name": {"key": 1},
    "no name": {"key": ""},
    "nul": {"key": "a\0b"},
    "time": {"timestamp": "yesterday"},
    "year": {"timestamp": "0001-01-01T00:00:00+23:00"},
    "number": {"timestamp": 1},
    "paths": {"paths": "/a"},
    "path": {"paths": [1]},
    "encrypted": {"encrypted": 0},
    "other archive": {"encrypted": True},
    "hash": {"hash": "0" * 63},
    "upper case": {"hash": "A" * 64},
    "archive": {"archive_name": f"other_{TIME}.tar.gz"},
    "archive's kind": {"archive_name": f"home_{TIME}.tar.gz.enc"},
}


@pytest.mark.parametrize("what", WRONG)
def test_a_description_that_is_wrong_is_reported_and_hides_no_other(what: str) -> None:
    store = MemoryBlobStore()
    put(store, PACKED, **WRONG[what])
    put(store, PACKED, name="zzz")
    assert reported(store) == ([f"home_{TIME}.meta.json"], ["zzz"])


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"{",
        b"[]",
        b"null",
        b'"x"',
        b"\xff",
        b"\xef\xbb\xbf{}",
        b"NaN",
        b'{"key": 1, "key": 1}',
        b"[" * 99_999,
    ],
    ids=range(10),
)
def test_a_description_that_is_none_is_reported(data: bytes) -> None:
    store = MemoryBlobStore()
    put(store, PACKED)
    store.delete(f"home_{TIME}.meta.json")
    store.put(f"home_{TIME}.meta.json", data)
    assert reported(store) == ([f"home_{TIME}.meta.json"], [])


def reported(store: MemoryBlobStore) -> tuple[list[str], list[str]]:
    bad: list[tuple[str, BcperError]] = []
    good = [run.target_name for run in legacy_runs(store, UTC, lambda name, error: bad.append((name, error)))]
    assert all(isinstance(error, Damaged) and name in str(error) for name, error in bad)
    return [name for name, _ in bad], good


def test_our_manifest_without_its_index_is_nobodys() -> None:
    store = MemoryBlobStore()
    part = write(store, None)
    ARCHIVE.write_manifest(store, BASE, manifest(part))
    store.delete(part.index.blob)
    assert reported(store) == ([], [])


def test_of_a_decrypted_copy_and_the_archive_itself_the_one_that_is_described_counts() -> None:
    store = MemoryBlobStore()
    put(store, PACKED, "password")
    store.put(f"home_{TIME}.tar.gz", PACKED)
    (run,) = legacy_runs(store)
    assert run.encrypted and run.archive.endswith(".enc")


@pytest.mark.parametrize(
    ("data", "fine"),
    [("{}", True), ("{}\n", True), ("{}  home.tar.gz\n", True), ("", False), ("x" * 64, False),
     ("\xff", False), ("0" * 64, False), ("0" * 9_999, False), (None, False)],
    ids=str,
)  # fmt: skip
def test_row_68_a_checksum_file_that_is_wrong_is_a_warning(data: str | None, fine: bool) -> None:
    store = MemoryBlobStore()
    put(store, PACKED)
    (run,) = legacy_runs(store)
    store.delete(run.checksum)
    if data is not None:
        store.put(run.checksum, data.replace("{}", run.sha256).encode())
    assert (checksum_warning(store, run) is None) == fine


def test_the_json_of_the_original_is_what_the_helper_writes() -> None:
    store = MemoryBlobStore()
    put(store, PACKED)
    said = json.loads(store.get(f"home_{TIME}.meta.json", 1 << 20))
    assert list(said) == ["key", "paths", "timestamp", "encrypted", "hash", "archive_name"]
