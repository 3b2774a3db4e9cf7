"""A run's files: the tree, the search, the choice, the look, the versions."""

import os
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import attrs
import pytest
import trio
from hypothesis import given
from hypothesis import strategies as st

from bcper.apps.gui.presenters.browser import BrowserView, RunBrowser
from bcper.apps.gui.presenters.look import FileLook, FileVersions, LookView, VersionsView, as_text
from bcper.apps.gui.presenters.restore import RestoreFlow, RestoreView
from bcper.apps.gui.presenters.run_tree import TOP, RunTree
from bcper.apps.gui.scratch import TemporaryFolders
from bcper.domain.errors import BcperError
from bcper.domain.model.entries import Entry
from bcper.domain.model.requests.jobs import RunJob
from bcper.domain.model.requests.runs import BackUpNow
from bcper.domain.model.requests.targets import AddVault
from bcper.domain.model.runs import Run
from bcper.domain.policy.diff import index_order
from bcper.domain.policy.homes import Home, all_homes, homes
from helpers.desk import Desk, Shown, run
from helpers.runs import a_run
from helpers.service import PASSWORDS, Kit

NAMES = st.sampled_from([b"a", b"b", b"Cc", b"bad\xff", b"new\nline", b"-x", b"ab"])
PATHS = st.lists(NAMES, min_size=1, max_size=4).map(b"/".join)


def tree_of(paths: dict[bytes, int]) -> RunTree:
    """Files with sizes, without entries for folders."""
    tree = RunTree()
    for path in sorted(paths, key=index_order):
        tree.add(Entry(path, "f", size=paths[path]))
    tree.finish()
    return tree


@given(st.dictionaries(PATHS, st.integers(0, 1 << 40), max_size=20))
def test_a_tree_is_what_it_was_fed_with(paths: dict[bytes, int]) -> None:
    # A file is no folder.
    paths = {
        path: size
        for path, size in paths.items()
        if not any(other.startswith(path + b"/") for other in paths)
    }
    tree = tree_of(paths)

    def walk(node: int) -> Iterator[int]:
        for child in tree.children(node):
            assert tree.parent(child) == node
            yield child
            yield from walk(child)

    nodes = list(walk(TOP))
    assert nodes == list(range(len(tree)))
    found = {tree.path(node): tree.size(node) for node in nodes if tree.type(node) == "f"}
    assert found == paths
    for node in nodes:
        below = tree.path(node) + b"/"
        if tree.type(node) == "d":
            assert tree.size(node) == sum(size for path, size in paths.items() if path.startswith(below))
    for needle in (b"a", b"CC", b"\xff", b"\n", b"b", b"zz"):
        hits, more = tree.find(needle, 1000)
        assert hits == [node for node in nodes if needle.lower() in tree.name(node).lower()]
        assert not more
    assert tree.find(b"", 10) == ([], False)


def test_a_tree_that_still_grows_shows_what_is_there() -> None:
    tree = RunTree()
    for path, kind in ((b"a", "d"), (b"a/b", "d"), (b"a/b/c", "f")):
        tree.add(Entry(path, kind))  # type: ignore[arg-type]
    assert [tree.path(node) for node in tree.children(0)] == [b"a/b"]
    assert [tree.path(node) for node in tree.children(1)] == [b"a/b/c"]
    tree.add(Entry(b"z", "f"))
    assert [tree.path(node) for node in tree.children(TOP)] == [b"a", b"z"]
    assert tree.find(b"c", 1) == ([2], False)


def backup(kit: Kit, *, password: str | None = None, text: str = "content") -> Run:
    folder = Path(kit.source("docs", text))
    (folder / "deep").mkdir(exist_ok=True)
    (folder / "deep" / "*[x].txt").write_text("special")
    (folder / "deep" / "x.txt").write_text("plain")
    kit.later()
    return kit.ask(BackUpNow((str(folder),), kit.place(), "docs", password=password))


async def browser(desk: Desk, made: Run) -> tuple[RunBrowser, Shown[BrowserView]]:
    shown: Shown[BrowserView] = Shown()
    found = RunBrowser(desk.tools, shown, made)
    await found.open()
    return found, shown


def test_a_run_is_read_listed_folders_first_and_searched(kit: Kit, desk: Desk) -> None:
    made = backup(kit)

    async def test() -> None:
        found, shown = await browser(desk, made)
        assert (shown.last.loaded, shown.last.reading, shown.last.entries) == (True, False, 5)
        (root,) = (await found.children()).rows
        assert (root.name, root.kind, root.size) == ("docs", "folder", "19 B")
        page = await found.children(root.id)
        assert [row.name for row in page.rows] == ["deep", "docs.txt"]
        page = await found.children(page.rows[0].id, start=1, count=1)
        assert ([row.name for row in page.rows], page.total) == (["x.txt"], 2)
        await found.search("X.TXT")
        assert [(row.name, row.place) for row in shown.last.found] == [("x.txt", "docs/deep")]
        assert shown.last.found_text == "1 found"
        await found.search("")
        assert shown.last.found == ()

    run(test)


def test_chosen_files_are_restored_and_nothing_else(kit: Kit, desk: Desk, tmp_path: Path) -> None:
    made = backup(kit)

    async def test() -> None:
        found, shown = await browser(desk, made)
        await found.search("*[x]")
        found.select([row.id for row in shown.last.found])
        assert shown.last.selection == "1 entry selected · 7 B"
        restored: Shown[RestoreView] = Shown()
        flow = RestoreFlow(desk.tools, restored, [made], found.patterns(), str(tmp_path / "back"))
        assert restored.last.title.startswith("Restore 1 file or folder from docs")
        await flow.start()
        assert restored.last.step == "done"
        found.select([0, 1, 2])  # a folder has what is below it
        assert found.patterns() == ("/docs",)

    run(test)
    files = [path.relative_to(tmp_path / "back") for path in (tmp_path / "back").rglob("*") if path.is_file()]
    assert files == [Path("docs/deep/*[x].txt")]


def test_files_go_back_to_where_they_were(kit: Kit, desk: Desk) -> None:
    made = backup(kit)
    lost = kit.base / "sources" / "docs" / "docs.txt"
    lost.unlink()

    async def test() -> None:
        found, shown = await browser(desk, made)
        await found.search("docs.txt")
        found.select([row.id for row in shown.last.found])
        assert shown.last.homeless == ""
        restored: Shown[RestoreView] = Shown()
        flow = RestoreFlow(desk.tools, restored, [made], found.patterns(), homes=found.homes())
        assert not restored.last.can_start
        flow.set_in_place(in_place=True)
        assert restored.last.places == (str(lost.parent.parent),)
        await flow.start()
        assert restored.last.step == "done"

    run(test)
    assert lost.read_text() == "content"


def a_vault(kit: Kit, *names: str, password: str | None = None) -> Run:
    for name in names:
        kit.item(name)
    kit.ask(AddVault("all", names, password=password))
    kit.job("all", "vault")
    return kit.ask(RunJob("nightly"))


def test_files_of_a_vault_go_back_to_where_they_were(kit: Kit, desk: Desk) -> None:
    made = a_vault(kit, "docs", "music", "photos")
    lost = [kit.base / "sources" / name / f"{name}.txt" for name in ("docs", "music", "photos")]
    for path in lost:
        path.unlink()

    async def test() -> None:
        found, shown = await browser(desk, made)
        tops = {row.name: row.id for row in (await found.children()).rows}
        found.select([tops["docs"]])  # the item's folder, that no disk has
        (home,) = found.homes()
        assert (home.target_dir, home.strip) == (str(kit.base / "sources"), 1)
        await found.search("music.txt")
        found.select([tops["docs"], *(row.id for row in shown.last.found)])
        assert shown.last.homeless == ""
        flow = RestoreFlow(desk.tools, Shown(), [made], found.patterns(), homes=found.homes())
        flow.set_in_place(in_place=True)
        await flow.start()

    run(test)
    assert [path.exists() for path in lost] == [True, True, False]
    assert sorted(each.name for each in (kit.base / "sources").iterdir()) == ["docs", "music", "photos"]


@pytest.mark.parametrize("kind", ["item", "vault"])
def test_a_whole_run_goes_back_and_what_is_there_stays_unless_that_is_meant(
    kit: Kit, desk: Desk, kind: str
) -> None:
    if kind == "vault":
        made = a_vault(kit, "docs", "music")
    else:
        kit.item("docs")
        kit.job("docs")
        made = kit.ask(RunJob("nightly"))
    lost = kit.base / "sources" / "docs" / "docs.txt"
    lost.write_text("changed")

    async def test() -> None:
        shown: Shown[RestoreView] = Shown()
        flow = RestoreFlow(desk.tools, shown, [made])
        flow.set_in_place(in_place=True)
        assert shown.last.warning == "Only files that are missing come back."
        await flow.start()
        assert lost.read_text() == "changed"
        flow = RestoreFlow(desk.tools, shown, [made])
        flow.set_in_place(in_place=True)
        flow.set_overwrite("always")
        assert shown.last.warning.startswith("What was changed")
        await flow.start()
        assert (shown.last.step, shown.last.problems) == ("done", ())
        again: Shown[RestoreView] = Shown()
        RestoreFlow(desk.tools, again, [made, made])
        assert "choose one" in again.last.homeless
        RestoreFlow(desk.tools, again, [attrs.evolve(made, roots=())])
        assert again.last.homeless.startswith("This backup was found in its store")
        assert not again.last.can_start

    run(test)
    assert lost.read_text() == "content"


@pytest.mark.parametrize(
    ("roots", "path", "target"),
    [
        (("/home/me/docs",), b"docs/x", "/home/me"),
        (("/docs",), b"docs", "/"),
        (("/a/docs", "/b/docs"), b"docs/x", None),
        (("/a/docs", "/b/docs~2"), b"docs/x", None),
        (("/a/b\\xff",), b"b\\xff/x", None),
        (("/a/docs",), b"other/x", None),
        ((), b"docs/x", None),
        (("/",), b"root/x", None),
    ],
)
def test_a_home_that_is_in_doubt_is_not_guessed(
    roots: tuple[str, ...], path: bytes, target: str | None
) -> None:
    found = homes(a_run("r", datetime(2025, 1, 1, tzinfo=UTC), roots=roots), [path])
    assert (None if isinstance(found, str) else found[0].target_dir) == target


@pytest.mark.parametrize(
    ("roots", "path", "targets"),
    [
        (("/home/me/docs", "/srv/www"), b"item/docs/x", ["/home/me"]),
        (("/a/docs", "/b/docs", "/c/mail"), b"item/mail", ["/c"]),  # what is not in doubt is known
        (("/a/docs", "/b/docs", "/c/mail"), b"item/docs/x", None),
        (("/a/docs", "/a/docs"), b"other/docs", ["/a"]),  # two items have it
        (("/a/docs~2",), b"item/docs~2", None),
        (("/a/docs",), b"item", None),
        (("/a/docs",), b"docs/other/x", None),
        ((), b"item/docs", None),
    ],
)
def test_homes_of_a_vault_are_found_below_its_items(
    roots: tuple[str, ...], path: bytes, targets: list[str] | None
) -> None:
    made = a_run("r", datetime(2025, 1, 1, tzinfo=UTC), roots=roots)
    found = homes(attrs.evolve(made, target_type="vault"), [path])
    assert (None if isinstance(found, str) else [home.target_dir for home in found]) == targets


def test_all_homes_name_every_source_once() -> None:
    made = a_run("r", datetime(2025, 1, 1, tzinfo=UTC), roots=("/a/docs", "/a/mail", "/b/x*"))
    assert all_homes(made) == (Home("/a", ("/docs", "/mail")), Home("/b", ("/x\\*",)))
    vault = attrs.evolve(made, target_type="vault")
    assert all_homes(vault) == (Home("/a", ("/*/docs", "/*/mail"), 1), Home("/b", ("/*/x\\*",), 1))
    assert isinstance(all_homes(attrs.evolve(made, roots=())), str)
    assert isinstance(all_homes(attrs.evolve(vault, roots=("/a/docs", "/b/docs"))), str)


def test_an_encrypted_run_asks_before_it_is_read(kit: Kit, desk: Desk) -> None:
    made = backup(kit, password=PASSWORDS.item)

    async def test() -> None:
        found, shown = await browser(desk, made)
        assert shown.last.prompt is not None
        assert shown.last.entries == 0
        await found.give_password("no")
        assert shown.last.prompt is not None
        assert shown.last.prompt.again
        await found.give_password(PASSWORDS.item)
        assert (shown.last.prompt, shown.last.loaded) == (None, True)
        look: Shown[LookView] = Shown()
        file = FileLook(desk.tools, look, TemporaryFolders(), made, b"docs/docs.txt", found.passwords)
        await file.open("f", 7)
        assert look.last.text == "content"
        assert PASSWORDS.item not in repr([*shown, *look, found, vars(found)["_unlocking"]])

    run(test)


def test_a_million_entries_are_read_in_pieces_and_the_reading_can_be_stopped(kit: Kit, desk: Desk) -> None:
    made = backup(kit)
    closed: list[bool] = []

    def entries() -> Iterator[Entry]:
        try:
            for number in range(1_000_000):
                yield Entry(b"%03d/%07d" % (number // 5000, number), "f", size=1)
        finally:
            closed.append(True)

    desk.replies["ListEntries"] = entries()

    async def test() -> None:
        shown: Shown[BrowserView] = Shown()
        found = RunBrowser(desk.tools, shown, made)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(found.open)
            while shown.last.entries < 20_000:
                await trio.lowlevel.checkpoint()
            page = await found.children()
            assert page.total > 0
            found.close()
        assert not shown.last.loaded
        assert shown.last.entries < 1_000_000

    run(test)
    assert closed == [True]


class Folders(TemporaryFolders):
    """Says which folders were made and dropped."""

    def __init__(self) -> None:
        self.made: list[str] = []

    def make(self) -> str:
        self.made.append(super().make())
        return self.made[-1]


def test_a_look_leaves_nothing_behind(kit: Kit, desk: Desk) -> None:
    made = backup(kit, text="eins\r\nzw\x1b[31mei\n")
    folders = Folders()

    async def look(path: bytes, kind: str = "f", length: int = 10) -> LookView:
        shown: Shown[LookView] = Shown()
        await FileLook(desk.tools, shown, folders, made, path).open(kind, length)
        return shown.last

    async def test() -> None:
        assert (await look(b"docs/docs.txt")).text == "eins\nzw\\x1b[31mei\n"
        assert (await look(b"docs/deep/*[x].txt")).text == "special"
        assert (await look(b"docs", "d")).note.startswith("Only files")
        assert (await look(b"docs/docs.txt", length=1 << 30)).note.startswith("It is larger")
        assert (await look(b"docs/none")).trouble is not None
        desk.errors["RestoreRun"] = BcperError("No.")
        assert (await look(b"docs/docs.txt")).trouble is not None

    run(test)
    assert len(folders.made) == 4
    assert not any(Path(folder).exists() for folder in folders.made)


def test_a_long_text_is_cut_and_bytes_are_none(kit: Kit, desk: Desk) -> None:
    made = backup(kit, text="ä" * (40 << 10))

    async def test() -> None:
        shown: Shown[LookView] = Shown()
        await FileLook(desk.tools, shown, TemporaryFolders(), made, b"docs/docs.txt").open("f", 80 << 10)
        assert shown.last.text == "ä" * (32 << 10)
        assert shown.last.note == "The first 64.0 KiB of it."

    run(test)
    assert as_text(b"a\tb") == "a       b"
    assert as_text(b"a\0b") is None
    assert as_text(b"\xff\xfe long enough") is None
    assert as_text("ä".encode()[:1]) == ""


def test_versions_of_a_file_come_newest_first_and_say_what_is_the_same(kit: Kit, desk: Desk) -> None:
    kit.item("docs")
    kit.job("docs", last=9)
    made = []
    for text in ("one", "two", "two"):
        kit.source("docs", text)
        made.append(kit.ask(RunJob("nightly")))
        kit.later()

    async def test() -> None:
        shown: Shown[VersionsView] = Shown()
        versions = FileVersions(desk.tools, shown, made[0], b"docs/docs.txt")
        await versions.open()
        assert [(row.run, row.same) for row in shown.last.rows] == [
            (made[2], False),
            (made[1], True),
            (made[0], False),
        ]
        assert not shown.last.loading
        lost = kit.base / "sources" / "docs" / "docs.txt"
        lost.unlink()
        oldest = shown.last.rows[-1]
        homes_of = versions.homes(oldest)
        flow = RestoreFlow(desk.tools, Shown(), [oldest.run], versions.patterns(), homes=homes_of)
        flow.set_in_place(in_place=True)
        await flow.start()
        assert lost.read_text() == "one"

    run(test)


def test_row_13_names_are_escaped_on_screen_and_exact_in_a_restore(
    kit: Kit, desk: Desk, tmp_path: Path
) -> None:
    names = (b"bad\xff", b"new\nline\n", b"-x", b"esc\x1b[31m")
    folder = kit.source("docs")
    for name in names:
        Path(os.fsdecode(os.fsencode(folder) + b"/" + name)).write_text("x")
    made = kit.ask(BackUpNow((folder,), kit.place(), "docs"))

    async def test() -> None:
        found, _shown = await browser(desk, made)
        page = await found.children((await found.children()).rows[0].id)
        assert [row.name for row in page.rows] == [
            "-x",
            "bad\\xff",
            "docs.txt",
            "esc\\x1b[31m",
            "new\\nline\\n",
        ]
        found.select([row.id for row in page.rows if row.name != "docs.txt"])
        restored: Shown[RestoreView] = Shown()
        flow = RestoreFlow(desk.tools, restored, [made], found.patterns(), str(tmp_path / "back"))
        await flow.start()
        assert restored.last.step == "done"
        look: Shown[LookView] = Shown()
        await FileLook(desk.tools, look, TemporaryFolders(), made, b"docs/new\nline\n").open("f", 1)
        assert (look.last.text, look.last.title) == ("x", f"docs/new\\nline\\n in {made.run_id[:8]}")

    run(test)
    assert sorted(os.listdir(os.fsencode(tmp_path / "back" / "docs"))) == sorted(names)
