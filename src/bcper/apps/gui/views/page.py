"""What every page is given, and what it is asked for."""

import tkinter
from collections.abc import Awaitable, Callable
from typing import ClassVar, Protocol

import attrs

from bcper.apps.gui.preferences import PreferencesFile
from bcper.apps.gui.presenters.base import Tools
from bcper.apps.gui.presenters.shell import PageName
from bcper.apps.gui.scratch import Scratch
from bcper.apps.gui.tasks import Starter
from bcper.apps.gui.widgets.base import Frame
from bcper.domain.model.events import Activity, Topic
from bcper.domain.model.shell import Programs
from bcper.ports.daemon_control import DaemonControl
from bcper.ports.rclone import Remotes
from bcper.ports.shell_profile import ShellProfiles
from bcper.ports.terminal import Terminal


class Go(Protocol):
    """Shows a page."""

    def __call__(self, page: PageName, select: str = "") -> None:
        """``select`` is the id of the row to select there, empty for none."""
        ...


@attrs.frozen
class House:
    """What pages and dialogs share. ``say`` shows one sentence at the foot of the window for some seconds."""

    tools: Tools
    tasks: Starter
    say: Callable[[str], None]
    go: Go
    control: DaemonControl
    scratch: Scratch
    remotes: Remotes
    terminal: Terminal
    profiles: ShellProfiles
    programs: Callable[[], Programs]
    on_path: Callable[[], Programs | None]
    preferences: PreferencesFile

    def start(self, function: Callable[..., Awaitable[object]], *args: object) -> None:
        """Run ``function(*args)`` as a task: what buttons do."""
        self.tasks.start(function, *args)


class Page(Frame):
    """One of the seven. It is made when it is first shown, and refreshed then and when ``topics`` change."""

    name: ClassVar[PageName]
    topics: ClassVar[tuple[Topic, ...]] = ("catalog", "runs")

    def __init__(self, parent: tkinter.Misc, house: House) -> None:
        super().__init__(parent, padding=24)
        self.house = house

    async def refresh(self) -> None:
        """Ask for everything anew (F5, too)."""

    def works(self, activities: tuple[Activity, ...]) -> None:
        """What goes on has changed."""

    def arrived(self) -> None:
        """The page has come to the front: give the focus to what is used first."""

    def choose(self, id_: str) -> None:
        """Select that row, once it is there."""

    def search(self) -> None:
        """Ctrl+F."""

    def new(self) -> None:
        """Ctrl+N."""
