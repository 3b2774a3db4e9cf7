"""A page's surroundings in a test: a user's service without a daemon, and where the page's wishes go."""

from pathlib import Path

import attrs
import trio

from bcper.adapters.memory.daemon_control import MemoryDaemonControl
from bcper.adapters.memory.rclone import MemoryRemotes
from bcper.adapters.memory.shell_profile import MemoryShellProfiles
from bcper.adapters.memory.terminal import MemoryTerminal
from bcper.apps.gui.preferences import PreferencesFile
from bcper.apps.gui.presenters.shell import PageName
from bcper.apps.gui.scratch import TemporaryFolders
from bcper.apps.gui.tasks import Tasks
from bcper.apps.gui.views.page import House
from bcper.apps.programs import programs
from helpers.desk import Desk
from helpers.display import Window


@attrs.define
class Wishes:
    """What was said, and where a page wanted to go: (page, row)."""

    said: list[str] = attrs.field(factory=list)
    gone: list[tuple[PageName, str]] = attrs.field(factory=list)

    def go(self, page: PageName, select: str = "") -> None:
        self.gone.append((page, select))


def house(window: Window, desk: Desk, nursery: trio.Nursery, folder: Path) -> tuple[House, Wishes]:
    """A house for one page; everything outside of ``desk`` is a fake."""
    wishes, file = Wishes(), folder / "gui.json"

    def read() -> bytes | None:
        return file.read_bytes() if file.exists() else None

    def write(data: bytes) -> None:
        file.write_bytes(data)

    made = House(
        tools=desk.tools,
        tasks=Tasks(nursery, wishes.said.append, window.log),
        say=wishes.said.append,
        go=wishes.go,
        control=MemoryDaemonControl(),
        scratch=TemporaryFolders(),
        remotes=MemoryRemotes(),
        terminal=MemoryTerminal(),
        profiles=MemoryShellProfiles(),
        programs=programs,
        on_path=lambda: None,
        preferences=PreferencesFile(read, write),
    )
    return made, wishes
