"""``item preview`` counts what a backup then does (usecases.preview), leave-outs included."""

import os
import subprocess
from pathlib import Path

import attrs
import pytest

from bcper.adapters.fs.source_tree import FsSourceTree
from bcper.adapters.memory.blob_store import MemoryBlobStore
from bcper.adapters.memory.progress import RecordingProgress
from bcper.domain.errors import Cancelled
from bcper.domain.model.left_out import LeftOut, PreviewReport, Reason
from bcper.domain.model.progress import Progress
from bcper.domain.model.targets import LeaveOut
from bcper.domain.policy.roots import name_roots_of_vault
from bcper.domain.usecases.preview import SAMPLES, Preview, PreviewRequest
from helpers.engine import Engine
from helpers.parts import names, read, write
from helpers.sources import contents

ALL = LeaveOut(caches=True, larger_than=1000, other_file_systems=True, ignore_files=True)
SIGNATURE = b"Signature: 8a477f597d28d172789f06886806bc55"


def preview(*paths: Path, **more: object) -> PreviewReport:
    request = PreviewRequest(tuple(map(str, paths)), **more)  # type: ignore[arg-type]
    return Preview(FsSourceTree())(request, RecordingProgress())


def by_reason(report: PreviewReport) -> dict[str, LeftOut]:
    return {str(found.reason): found for found in report.left_out}


@pytest.fixture
def tree(tmp_path: Path) -> Path:
    tree = tmp_path / "tree"
    sizes = {
        "a.log": 10, "b/c.log": 20, "b/keep": 1, "big": 1001, "node/x/y": 300, "node/z.log": 40, "fits": 1000,
        "cache/1": 5, "cache/in/2": 6, "sub/.bcpignore": 4, "sub/t1": 7, "sub/x/t1/deep": 8, "sub/t2": 9,
    }  # fmt: skip
    for name, size in sizes.items():
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_bytes(os.urandom(size))
    (tree / "cache/CACHEDIR.TAG").write_bytes(SIGNATURE)
    (tree / "sub/.bcpignore").write_bytes(b"t1\n")
    return tree


def test_every_reason_is_counted_with_the_bytes_that_it_saves(tree: Path) -> None:
    report = preview(
        tree, vault_ignore=("*.log", "!x"), ignore=("node/", "# no pattern", "nothing/"), leave_out=ALL
    )
    assert report.left_out == (
        LeftOut(Reason("pattern", "*.log", "vault", 1), 2, 30, (b"tree/a.log", b"tree/b/c.log")),
        LeftOut(Reason("pattern", "node/", "item", 1), 1, 340, (b"tree/node",)),
        LeftOut(Reason("pattern", "nothing/", "item", 3), 0, 0, ()),
        LeftOut(Reason("cache"), 1, 11, (b"tree/cache",)),
        LeftOut(Reason("size", limit=1000), 1, 1001, (b"tree/big",)),
        LeftOut(Reason("file-system"), 0, None, ()),
        LeftOut(Reason("ignore-file", folder=b"tree/sub"), 2, 15, (b"tree/sub/t1", b"tree/sub/x/t1")),
    )
    # tree, b, b/keep, cache, its tag, fits, sub, .bcpignore, t2, x
    assert (report.kept, report.kept_bytes) == (10, 1 + 43 + 1000 + 3 + 9)
    assert not report.problems


@pytest.mark.parametrize("leave_out", [LeaveOut(), ALL], ids=["patterns", "all"])
def test_a_backup_stores_what_was_counted(tree: Path, tmp_path: Path, leave_out: LeaveOut) -> None:
    os.link(tree / "b/keep", tree / "sub/linked")
    os.link(tree / "fits", tree / "node/linked")
    ignore = ("node/", "!*.log")
    report = preview(tree, ignore=ignore, leave_out=leave_out)
    with Engine(tmp_path / "home", tmp_path / "store") as engine:
        run = engine.back_up(tree, ignore=ignore, leave_out=leave_out)
        engine.restore(run.run_id, tmp_path / "out")
    assert (run.entries, run.source_bytes) == (report.kept, report.kept_bytes)
    assert (tmp_path / "out/tree/big").exists() == (leave_out == LeaveOut())
    assert (tmp_path / "out/tree/cache/1").exists() == (leave_out == LeaveOut())
    assert (tmp_path / "out/tree/cache/CACHEDIR.TAG").exists()
    assert not (tmp_path / "out/tree/node").exists()


def test_a_run_of_which_leave_outs_leave_nothing_warns_and_is_held(tmp_path: Path) -> None:
    (tmp_path / "tree").mkdir()
    (tmp_path / "tree/big").write_bytes(b"x" * 100)
    with Engine(tmp_path / "home", tmp_path / "store") as engine:
        run = engine.back_up(tmp_path / "tree", leave_out=LeaveOut(larger_than=10))
    assert run.hold == "everything was left out by leave-out settings"
    assert run.warnings == ("Nothing was stored: every file was left out by the leave-out settings.",)


def test_ignore_files_of_two_roots_are_told_apart(tmp_path: Path) -> None:
    for folder in ("one/t", "two/t"):
        (tmp_path / folder / "x").mkdir(parents=True)
        (tmp_path / folder / ".bcpignore").write_text("x")
    (tmp_path / "two/.bcpignore").write_text("x")
    report = preview(tmp_path / "two", tmp_path / "one/t", leave_out=LeaveOut(ignore_files=True))
    assert {reason: found.matches for reason, found in by_reason(report).items()} == {
        ".bcpignore in t": 1,
        ".bcpignore in two/t": 1,
    }


def test_only_the_first_matches_are_named(tmp_path: Path) -> None:
    for number in range(SAMPLES + 3):
        (tmp_path / f"{number}.o").write_bytes(b"xx")
    found = by_reason(preview(tmp_path, ignore=("*.o",)))["*.o"]
    assert (found.matches, found.saved) == (SAMPLES + 3, 2 * (SAMPLES + 3))
    assert [path.rpartition(b"/")[2] for path in found.samples] == [b"%d.o" % n for n in range(SAMPLES)]


def test_what_cannot_be_found_is_a_problem(tmp_path: Path) -> None:
    report = preview(tmp_path / "gone", ignore=("*",))
    assert (report.kept, report.kept_bytes) == (0, 0)
    assert [(problem.path, problem.incomplete) for problem in report.problems] == [(b"gone", True)]


@attrs.define
class Stopping:
    """A sink that cancels at the third step."""

    steps: list[Progress] = attrs.field(factory=list)

    def step(self, progress: Progress) -> None:
        self.steps.append(progress)
        if len(self.steps) == 3:
            raise Cancelled


def test_a_preview_tells_its_progress_and_can_be_cancelled(tmp_path: Path) -> None:
    for number in range(500):
        (tmp_path / f"{number:03}").write_bytes(b"x")
    before = len(os.listdir("/proc/self/fd"))
    sink = Stopping()
    with pytest.raises(Cancelled):
        Preview(FsSourceTree())(PreviewRequest((str(tmp_path),)), sink)
    assert len(os.listdir("/proc/self/fd")) == before
    assert [step.entries for step in sink.steps] == [1, 65, 129]
    assert sink.steps[2].estimated and (sink.steps[2].total or 0) >= sink.steps[2].done == 128


def test_items_of_a_vault_go_into_one_part_and_any_tar_unpacks_them(tmp_path: Path) -> None:
    for folder, text in (("1/docs", "first"), ("2/docs", "second"), ("3/docs", "third")):
        (tmp_path / folder).mkdir(parents=True)
        (tmp_path / folder / "file").write_text(text)
    one, two, three = (os.fsencode(tmp_path / folder / "docs") for folder in "123")
    # By its bytes the name "a.b/docs" comes before "a/docs", by its components after it.
    named = name_roots_of_vault([("a.b", [one]), ("a", [two, three])])
    found, problems = contents([root for roots in named.values() for root in roots])
    assert not problems
    store = MemoryBlobStore()
    part = write(store, None, [(entry, data) for entry, data, _ in found.values()])
    files = {entry.path: data for entry, data in read(store, part, None) if entry.type == "f"}
    assert files == {b"a/docs/file": b"second", b"a/docs~2/file": b"third", b"a.b/docs/file": b"first"}
    (archive,) = (name for name in names(store) if name.endswith(".tar.gz"))
    (tmp_path / "out").mkdir()
    subprocess.run(
        ["tar", "-xzf", "-", "-C", tmp_path / "out"], input=store.get(archive, 1 << 20), check=True
    )
    assert {
        os.fsencode(path.relative_to(tmp_path / "out")): path.read_bytes()
        for path in (tmp_path / "out").rglob("file")
    } == files
