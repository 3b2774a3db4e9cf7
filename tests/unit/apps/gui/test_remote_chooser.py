"""Remotes to choose from, and rclone's own configuration in a terminal."""

import threading

import attrs
import trio

from bcper.adapters.memory.rclone import MemoryRcloneFinder, MemoryRemotes
from bcper.adapters.memory.terminal import MemoryTerminal
from bcper.apps.gui.presenters.first_start import FirstStart, FirstStartView
from bcper.apps.gui.presenters.remote_chooser import RemoteChooser, RemoteChooserView
from bcper.apps.gui.presenters.store_editor import StoreEditor, StoreEditorView
from bcper.domain.errors import ConfigurationError, StoreError
from bcper.domain.model.progress import Progress
from bcper.domain.model.remotes import Remote
from bcper.ports.progress import ProgressSink
from helpers.desk import Desk, Shown, run


class Stage:
    def __init__(self, desk: Desk, finder: MemoryRcloneFinder | None = None) -> None:
        self.shown: Shown[RemoteChooserView] = Shown()
        self.terminal = MemoryTerminal()
        self.remotes = MemoryRemotes(finder=finder or MemoryRcloneFinder())
        self.chooser = RemoteChooser(desk.tools, self.shown, self.remotes, self.terminal)

    @property
    def view(self) -> RemoteChooserView:
        return self.shown.last


def test_remotes_are_listed_and_one_is_chosen(desk: Desk) -> None:
    desk.replies["ListRemotes"] = (Remote("box", "s3"), Remote("gdrive", "drive"))

    async def test() -> None:
        stage = Stage(desk)
        await stage.chooser.refresh()
        assert [(row.name, row.kind) for row in stage.view.rows] == [("box", "s3"), ("gdrive", "drive")]
        assert (stage.view.remote, stage.view.can_choose, stage.view.location) == ("", False, "")
        stage.chooser.choose("gdrive")
        stage.chooser.set_path("a/../b")
        assert stage.view.path_error is not None
        assert not stage.view.can_choose
        stage.chooser.set_path("backups")
        assert (stage.view.can_choose, stage.view.location) == (True, "gdrive:backups")
        desk.replies["ListRemotes"] = (Remote("box", "s3"),)
        await stage.chooser.refresh()
        assert stage.view.remote == "box"  # gdrive is gone, and there is no choice left

    run(test)


def test_why_there_are_none_is_said_with_a_way_out(desk: Desk) -> None:
    async def test() -> None:
        stage = Stage(desk)
        desk.errors["ListRemotes"] = StoreError(
            "rclone is not on this machine yet.", "bcper-cli store rclone-config fetches it."
        )
        await stage.chooser.refresh()
        assert stage.view.problem is not None
        assert "not on this machine" in stage.view.problem.message
        assert "Open rclone's configuration" in stage.view.problem.hint
        desk.errors["ListRemotes"] = StoreError(
            "rclone's configuration is encrypted.", "Set RCLONE_CONFIG_PASS."
        )
        await stage.chooser.refresh()
        assert stage.view.problem.hint == "Set RCLONE_CONFIG_PASS."
        desk.errors["ListRemotes"] = ConfigurationError("No.")
        await stage.chooser.refresh()
        assert stage.view.trouble is not None
        desk.errors.clear()
        desk.replies["ListRemotes"] = ()
        await stage.chooser.refresh()
        assert stage.view.problem is None
        assert stage.view.empty

    run(test)


def test_the_configuration_is_opened_in_a_terminal_and_the_list_is_new_afterwards(desk: Desk) -> None:
    desk.replies["ListRemotes"] = ()

    async def test() -> None:
        stage = Stage(desk)
        async with trio.open_nursery() as nursery:
            nursery.start_soon(stage.chooser.configure)
            await trio.sleep(5)
            (window,) = stage.terminal.windows
            assert window.command == ("/usr/bin/rclone", "config")
            assert stage.view.configuring == "open"
            assert desk.names() == []
            await stage.chooser.configure()  # it is open already
            desk.replies["ListRemotes"] = (Remote("new", "sftp"),)
            window.close()
        assert len(stage.terminal.windows) == 1
        assert (stage.view.configuring, stage.view.status) == ("no", "")
        assert [row.name for row in stage.view.rows] == ["new"]
        assert stage.view.remote == "new"

    run(test)


def test_what_goes_wrong_is_said_and_it_can_be_tried_again(desk: Desk) -> None:
    desk.replies["ListRemotes"] = ()

    async def test() -> None:
        stage = Stage(desk, MemoryRcloneFinder(here=False, problem="Offline."))
        await stage.chooser.configure()
        assert stage.view.trouble is not None
        assert stage.view.trouble.message == "Offline."
        assert stage.terminal.windows == []
        stage = Stage(desk)
        stage.terminal.problem = "No terminal."
        await stage.chooser.configure()
        assert stage.view.trouble is not None
        assert (stage.view.trouble.message, stage.view.configuring) == ("No terminal.", "no")
        stage.terminal.problem = ""
        async with trio.open_nursery() as nursery:
            nursery.start_soon(stage.chooser.configure)
            await trio.sleep(1)
            stage.chooser.stop()
        assert (stage.view.configuring, stage.view.trouble) == ("no", None)

    run(test)


@attrs.define
class Fetching(MemoryRemotes):
    """Fetches until it is told to stop."""

    begun: threading.Event = attrs.field(factory=threading.Event)

    def configuration(self, sink: ProgressSink | None = None) -> tuple[str, ...]:
        assert sink is not None
        while True:
            sink.step(Progress("Fetching rclone", 1 << 20, 4 << 20))
            self.begun.set()


def test_a_fetch_is_shown_and_can_be_stopped(desk: Desk) -> None:
    desk.replies["ListRemotes"] = ()
    tools = attrs.evolve(desk.tools, in_thread=trio.to_thread.run_sync)

    async def test() -> None:
        shown: Shown[RemoteChooserView] = Shown()
        chooser = RemoteChooser(tools, shown, Fetching(), MemoryTerminal())
        async with trio.open_nursery() as nursery:
            nursery.start_soon(chooser.configure)
            while "25 %" not in shown.last.status:
                await trio.sleep(0.02)
            assert shown.last.configuring == "fetching"
            chooser.stop()
        assert (shown.last.configuring, shown.last.trouble) == ("no", None)

    trio.run(test)


def test_what_was_chosen_goes_into_the_editor_of_a_store(desk: Desk) -> None:
    async def test() -> None:
        shown: Shown[StoreEditorView] = Shown()
        editor = StoreEditor(desk.tools, shown)
        await editor.open()
        editor.choose_remote("gdrive", "backups")
        view = shown.last
        assert (view.kind, view.remote, view.path, view.name) == ("rclone", "gdrive", "backups", "gdrive")
        assert view.can_save
        editor.change(name="cloud")
        editor.choose_remote("box", "")
        assert (shown.last.name, shown.last.remote) == ("cloud", "box")  # what a person typed stays

    run(test)


def test_a_first_start_may_go_to_a_remote(desk: Desk) -> None:
    async def test() -> None:
        shown: Shown[FirstStartView] = Shown()
        start = FirstStart(desk.tools, shown)
        await start.open()
        start.set_paths(desk.kit.source("docs"))
        await start.next()
        for wrong in ("backups", "-x:y", "gdrive:../b"):
            start.set_store(wrong)
            assert shown.last.store_error is not None, wrong
            assert not shown.last.can_go_on
        start.set_store("gdrive:my/backups")
        assert (shown.last.store_error, shown.last.warning) == (None, "")
        await start.next()
        await start.next()
        assert shown.last.step == "done"

    run(test)
    (store,) = desk.kit.catalog.stores.values()
    assert (store.name, store.kind, store.remote, store.path) == ("gdrive", "rclone", "gdrive", "my/backups")
