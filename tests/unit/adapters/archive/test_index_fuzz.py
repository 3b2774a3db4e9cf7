"""Whatever an index or a manifest says: it is read, or it is an expected error (FAULTS.md rows 67 and 72)."""

import gzip
import hashlib
import json
from collections.abc import Callable
from typing import Any

import attrs
import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from bcper.adapters.memory.blob_store import MemoryBlobStore
from bcper.domain.errors import BcperError, Damaged
from bcper.domain.model.entries import Entry
from bcper.domain.model.manifest import IndexLine, Manifest, Part
from helpers.examples import examples
from helpers.parts import ARCHIVE, BASE, FEW, copied, file, manifest, names, source, whole, write

STORE = MemoryBlobStore()
PART = write(
    STORE,
    None,
    [
        *FEW,
        file(b"e\xff", b"x", xattrs={"user.x": b"\0\xff"}, user="jörg"),
        (source(b"f", "c", device=(5, 1)), b""),
        (source(b"g", "h", link=b"a"), b""),
    ],
    [],
)
LINES: list[dict[str, Any]] = [
    json.loads(line) for line in gzip.decompress(STORE.get(PART.index.blob, 1 << 20)).splitlines()
]
LINES[-1]["skipped"] = [{"path": "a", "reason": "gone"}]
MANIFEST: dict[str, Any] = json.loads(STORE.get(ARCHIVE.write_manifest(STORE, BASE, manifest(PART)), 1 << 20))
STORE.delete(f"{BASE}.meta.json")

ENDLESS = {**MANIFEST["parts"][0]["index"], "bytes": float("inf")}

many = settings(max_examples=examples(125), deadline=None, suppress_health_check=list(HealthCheck))

odd: st.SearchStrategy[Any] = st.sampled_from(
    [None, True, 0, -1, 1, 2**31, 2**62, 2**63, -(2**63) - 1, 10**400, 0.5, float("inf"), float("-inf"),
     float("nan"), "", "a", "/", "..", "\0", "\ud800", "\udcff", "x" * 300, "f", "d", "h", "zz", [], [[]], {},
     [1, 2], [0, 1e300], {"a": "b"}, {"": None}]
)  # fmt: skip
values = st.recursive(
    odd | st.integers() | st.text(max_size=5) | st.floats(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


def encoded(values: list[Any]) -> bytes:
    return b"".join(json.dumps(value).encode() + b"\n" for value in values)


def part_of(packed: bytes, entries: int) -> Part:
    index = IndexLine(PART.index.blob, len(packed), hashlib.sha256(packed).hexdigest())
    return attrs.evolve(PART, index=index, entries=entries)


def use(packed: bytes, entries: int = PART.entries) -> list[Entry]:
    """All that a reader can be asked for, of an index blob ``packed``."""
    store = copied(STORE, {PART.index.blob: lambda _: packed})
    part = part_of(packed, entries)
    with ARCHIVE.read_part(store, manifest(part), part, None) as reader:
        assert all(isinstance(key, bytes) for pair in reader.roots.items() for key in pair)
        found = list(reader.entries())
        for problem in reader.skipped():
            assert {type(problem.path), type(problem.reason)} == {bytes, str}
        list(reader.entries(lambda _path, kind, _size: kind == "d"))
        for _, content in reader.contents(found):
            whole(content)
        list(reader.check_volumes())
    return found


def check(packed: bytes, entries: int = PART.entries) -> None:
    try:
        found = use(packed, entries)
    except BcperError as error:
        assert str(error)
        return
    for entry in found:
        assert type(entry.path) is bytes
        assert entry.type in "fdlhpbc"
        assert 0 <= entry.mode <= 0o7777 and min(entry.uid, entry.gid, entry.size, entry.inode) >= 0
        assert {type(entry.user), type(entry.group)} == {str}
        assert (entry.off is not None) == (entry.vol is not None) == (entry.type == "f")
        assert entry.link is None or isinstance(entry.link, bytes)
        assert all(isinstance(value, bytes) for value in entry.xattrs.values())


def places(value: Any, here: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """The way to every value in a JSON document."""
    found = [here] if here else []
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, below in inner:
        found += places(below, (*here, key))
    return found


@st.composite
def changed(draw: st.DrawFn, document: Any) -> Any:
    """The document with one to three of its values replaced, added or taken away."""
    copy = json.loads(json.dumps(document))
    for _ in range(draw(st.integers(1, 3))):
        way = draw(st.sampled_from(places(copy) or [("x",)]))
        holder = copy
        for key in way[:-1]:
            holder = holder[key]
        if draw(st.booleans()) and draw(st.booleans()):
            del holder[way[-1]]
        else:
            # A copy: what is drawn may be one object every time, and is changed further here.
            holder[way[-1]] = json.loads(json.dumps(draw(values)))
    return copy


def test_the_real_index_is_read() -> None:
    assert len(use(gzip.compress(encoded(LINES)))) == PART.entries == len(names(STORE)) + 5


NO_OBJECTS = [b"1", b"null", b"true", b"[]", b'["path"]', b'"path"', b'"\n"']


@pytest.mark.parametrize("line", NO_OBJECTS, ids=repr)
def test_a_line_that_is_no_object_is_damage(line: bytes) -> None:
    with pytest.raises(Damaged):
        use(gzip.compress(encoded(LINES[:3]) + line + b"\n" + encoded(LINES[3:])))


HUGE: list[Callable[[list[dict[str, Any]]], object]] = [
    lambda lines: lines[1].update(bytes=float("inf")),
    lambda lines: lines[1].update(frames=[0, float("inf")]),
    lambda lines: lines[-3].update(device=[float("inf"), 0]),
]


@pytest.mark.parametrize("change", HUGE, ids=["bytes", "frames", "device"])
def test_an_infinite_number_is_damage(change: Callable[[list[dict[str, Any]]], object]) -> None:
    lines = json.loads(json.dumps(LINES))
    change(lines)
    with pytest.raises(Damaged):
        use(gzip.compress(encoded(lines)))


@many
@given(st.lists(values, max_size=6), st.integers(0, 3))
@example([], 0)
@example([*LINES[:3], 1], 0)
def test_any_lines_are_an_index_or_an_expected_error(lines: list[Any], kept: int) -> None:
    check(gzip.compress(encoded([*LINES[:kept], *lines])))


@many
@given(changed(LINES), st.integers(0, PART.entries + 1) | st.just(PART.entries))
@example([*LINES[:3], 1, *LINES[3:]], PART.entries)
def test_a_changed_index_is_read_or_an_expected_error(lines: list[Any], entries: int) -> None:
    check(gzip.compress(encoded(lines)), entries)


@many
@given(st.lists(st.sampled_from(LINES), max_size=14), st.integers(0, 14))
def test_lines_in_any_order_are_read_or_an_expected_error(lines: list[Any], entries: int) -> None:
    check(gzip.compress(encoded(lines)), entries)


@many
@given(st.data())
def test_changed_bytes_of_an_index_are_read_or_an_expected_error(data: st.DataObject) -> None:
    text = bytearray(encoded(LINES))
    for _ in range(data.draw(st.integers(1, 3))):
        at, end = data.draw(st.integers(0, len(text))), data.draw(st.integers(0, 3))
        # Nothing that turns a line into another value than an object: those have a test of their own.
        text[at : at + end] = data.draw(st.binary(max_size=3).filter(lambda new: b"\n" not in new))
    check(gzip.compress(bytes(text)))


@many
@given(st.binary(max_size=60), st.integers(0, 1 << 20), st.integers(0, 20))
@example(b"", 0, 1 << 20)
def test_any_bytes_as_an_index_blob_are_an_expected_error(junk: bytes, at: int, gone: int) -> None:
    packed = gzip.compress(encoded(LINES))
    at %= len(packed) + 1
    check(packed[:at] + junk + packed[at + gone :])


@pytest.mark.parametrize(
    "text",
    [
        b"[" * 200_000 + b"\n",
        b'{"a":' * 200_000 + b"\n",
        b"9" * 5_000 + b"\n",
        b"\n" * 9,
        b"\xff\n",
    ],
    ids=["lists", "objects", "digits", "newlines", "no text"],
)
def test_what_a_parser_chokes_on_is_damage(text: bytes) -> None:
    for before in (b"", encoded(LINES[:3])):
        with pytest.raises(Damaged):
            use(gzip.compress(before + text))


def test_a_bomb_is_damage_before_it_fills_the_memory() -> None:
    with pytest.raises(Damaged, match="too long"):
        use(gzip.compress(encoded(LINES[:3]) + bytes(260 << 20), 1))


def decoded(raw: bytes) -> Manifest | None:
    store = MemoryBlobStore()
    store.put("job/run-1/x.meta.json", raw)
    try:
        return ARCHIVE.read_manifest(store, "job/run-1/x.meta.json")
    except BcperError as error:
        assert str(error)
        return None


@many
@given(st.binary(max_size=80) | values.map(lambda value: json.dumps(value).encode()))
def test_any_bytes_as_a_manifest_are_an_expected_error(raw: bytes) -> None:
    assert decoded(raw) is None


@many
@given(changed(MANIFEST))
@example(
    {**MANIFEST, "parts": [{**MANIFEST["parts"][0], "index": {"blob": "a", "bytes": 1e999, "sha256": ""}}]}
)
def test_a_changed_manifest_is_read_or_an_expected_error(document: Any) -> None:
    found = decoded(json.dumps(document).encode())
    if found is not None:
        for part in found.parts:
            assert min(part.entries, part.bytes, part.stored_bytes) >= 0
            try:
                ARCHIVE.read_part(STORE, found, part, None).__exit__()
            except BcperError as error:
                assert str(error)


WRONG: dict[str, Any] = {
    "status": "gone", "mode": 3, "target_type": [], "run_id": "", "job_name": None, "parts": [],
    "started_at": 1.5, "completed_at": None, "format": 0,
}  # fmt: skip


@pytest.mark.parametrize("key", WRONG)
def test_a_manifest_with_a_value_of_the_wrong_kind_is_damaged(key: str) -> None:
    assert decoded(json.dumps(MANIFEST).encode()) is not None
    assert decoded(json.dumps({**MANIFEST, key: WRONG[key]}).encode()) is None


def test_the_manifest_of_another_run_is_damaged() -> None:
    store = MemoryBlobStore()
    for name in ("job/run-2/x.meta.json", "run-1.meta.json", "x.meta.json"):
        store.put(name, json.dumps(MANIFEST).encode())
        with pytest.raises(Damaged):
            ARCHIVE.read_manifest(store, name)
