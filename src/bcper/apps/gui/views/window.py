"""The window around the pages: what is shown, when pages are made and asked anew, keys, and the end."""

from collections.abc import Callable
from functools import partial
from typing import TYPE_CHECKING, Literal, cast

import attrs
import trio

from bcper.apps.gui.presenters.banner import PAUSES
from bcper.apps.gui.presenters.preferences import PreferencesPresenter, PreferencesView
from bcper.apps.gui.presenters.shell import PAGES as NAMES
from bcper.apps.gui.presenters.shell import Feed, PageName, ShellPresenter, ShellView
from bcper.apps.gui.root import Root
from bcper.apps.gui.views.frame import WindowFrame
from bcper.apps.gui.views.page import House, Page
from bcper.apps.gui.views.pages import PAGES, Pages
from bcper.apps.gui.widgets.dialog import confirm
from bcper.apps.gui.widgets.menu import Entry
from bcper.domain.model.events import Activity, Topic

if TYPE_CHECKING:
    from bcper.apps.gui.views.preferences import PreferencesDialog

_PAUSE = 0.3
"""Seconds at least between two refreshes of a page: what happens meanwhile is told by one."""

_FRESH = 60.0
"""Seconds after which somebody who comes back to the window sees it anew: times in it are relative."""


class MainWindow:
    """Fills a WindowFrame. ``run`` is a task of its own; ``closed`` is set when the window is to go.

    A page is made when it is first shown. One that is shown is refreshed when its topics change; others when
    they are shown again.
    """

    def __init__(
        self,
        root: Root,
        frame: WindowFrame,
        house: House,
        feed: Feed,
        look: Callable[[PreferencesView], object],
        pages: Pages = PAGES,
    ) -> None:
        """``house`` is everybody's, but for what the window itself does: ``say``, ``go``,
        ``restart_daemon``.

        ``look`` puts on how the window is to look.
        """
        self.root, self.frame = root, frame
        self.house = attrs.evolve(house, say=frame.say, go=self.go, restart_daemon=self._restart_daemon)
        self.closed = trio.Event()
        self.pages: dict[PageName, Page] = {}
        self._classes = pages
        self._going: tuple[Activity, ...] = ()
        self._stale: set[PageName] = set()
        self._refreshing: set[PageName] = set()
        self._seen = 0.0
        self._asking = False
        self._view = ShellView()
        self._look = look
        self._preferring: PreferencesDialog | None = None
        self.preferences = PreferencesPresenter(house.tools, self._prefer, house.preferences)
        self.shell = ShellPresenter(house.tools, self._show, feed, house.control)
        self.shell.heard.append(self._heard)
        self.shell.worked.append(self._worked)
        frame.on_page = lambda name: self.go(cast("PageName", name))
        frame.on_run_due = lambda: self.house.start(self._run_due)
        frame.menu = self._menu
        root.protocol("WM_DELETE_WINDOW", self._close)
        self._bind_keys()

    async def run(self, page: PageName = "Status") -> None:
        """Show ``page``, and watch, for ever."""
        self.go(page)
        await self.shell.run()

    def go(self, page: PageName, select: str = "") -> None:
        """See the protocol ``Go``."""
        self.shell.go(page)
        self.frame.turn(page)
        made = self.pages.get(page) or self._make(page)
        made.works(self._going)
        if page in self._stale:
            self._refresh(page)
        if select:
            made.choose(select)
        made.arrived()

    @property
    def page(self) -> Page | None:
        """The one that is shown."""
        return self.pages.get(self._view.page)

    def refresh(self) -> None:
        """F5: the page that is shown, now; the others when they are shown."""
        self._stale.update(self.pages)
        self._refresh(self._view.page)

    def _make(self, page: PageName) -> Page:
        made = self._classes[page]()(self.frame.tabs[page], self.house)
        made.pack(fill="both", expand=True)
        self.pages[page] = made
        self._stale.add(page)
        return made

    def _refresh(self, page: PageName) -> None:
        self._stale.add(page)
        if page not in self._refreshing and page in self.pages:
            self._refreshing.add(page)
            self.house.start(self._refresh_while_stale, page)

    async def _refresh_while_stale(self, page: PageName) -> None:
        try:
            while page in self._stale and page == self._view.page:
                self._stale.discard(page)
                self._seen = self.house.tools.clock.monotonic()
                await self.pages[page].refresh()
                await trio.sleep(_PAUSE)
        finally:
            self._refreshing.discard(page)

    def _heard(self, topic: Topic) -> None:
        if topic == "daemon":
            self.house.start(self.shell.look)  # it came or went: not in 3 seconds, but now
        for name, page in self.pages.items():
            if topic in page.topics:
                self._stale.add(name)
        if self._view.page in self._stale:
            self._refresh(self._view.page)

    def _worked(self, activities: tuple[Activity, ...]) -> None:
        self._going = activities
        if self.page is not None:
            self.page.works(activities)

    def _show(self, view: ShellView) -> None:
        last, self._view = self._view, view
        frame, banner = self.frame, view.banner
        if (view.level, view.daemon, view.next) != (last.level, last.daemon, last.next):
            frame.status.show("none" if view.level == "unknown" else view.level, view.daemon, view.next)
        if banner is None:
            frame.banner.hide()
        elif banner != last.banner:
            command = self._cancel if banner.action == "Cancel" else self._start_daemon
            frame.banner.show(
                banner.colour,
                banner.title,
                banner.text,
                fraction=banner.fraction,
                action=banner.action,
                command=command,
                enabled=not banner.busy,
            )
        if view.trouble != last.trouble:
            trouble = view.trouble
            frame.trouble("" if trouble is None else f"{trouble.message} {trouble.hint}".strip())
        if view.closing and not self._asking:
            self._asking = True
            self.house.start(self._ask_to_close, view.closing)

    def _prefer(self, view: PreferencesView) -> None:
        self._look(view)
        if self._preferring is not None:
            self._preferring.show(view)

    def _cancel(self) -> None:
        self.house.start(self.shell.cancel)

    def _start_daemon(self) -> None:
        self.house.start(self.shell.start_daemon)

    def _restart_daemon(self) -> None:
        self.house.start(self.shell.restart_daemon)

    async def _run_due(self) -> None:
        self.frame.say("Running what is due.")
        await self.shell.run_due()

    def _close(self) -> None:
        if self.shell.close():
            self.closed.set()

    async def _ask_to_close(self, work: tuple[str, ...]) -> None:
        try:
            deed = "Stop it and close" if len(work) == 1 else f"Stop these {len(work)} and close"
            sure = await confirm(
                self.root,
                "Work goes on in this window",
                deed,
                text="This window does it, not the daemon: closing the window stops it.",
                things=[(each, "") for each in work],
            )
        finally:
            self._asking = False
        if sure and self.shell.close(anyway=True):
            self.closed.set()
        else:
            self.shell.stay()

    def _menu(self) -> list[Entry]:
        paused = self._view.paused
        if paused:
            pauses = [Entry("Resume jobs", lambda: self.house.start(self.shell.resume))]
        else:
            pauses = [
                Entry(
                    f"Pause jobs {label[0].lower()}{label[1:]}",
                    partial(self.house.start, self.shell.pause, length),
                )
                for length, label in PAUSES
            ]
        return [
            *pauses,
            Entry(),
            Entry("Refresh", self.refresh, "F5"),
            Entry("Preferences…", lambda: self.house.start(self._ask_preferences)),
            Entry(),
            Entry("Quit", self._close, "Ctrl+Q"),
        ]

    async def _ask_preferences(self) -> None:
        from bcper.apps.gui.views.preferences import PreferencesDialog

        self._preferring = PreferencesDialog(self.root, self.preferences, self.house)
        try:
            await self._preferring.result()
        finally:
            self._preferring = None

    def _bind_keys(self) -> None:
        # Dialogs are windows of their own, and hear nothing of these.
        bind = self.root.bind
        for number, name in enumerate(NAMES, 1):
            for key in (f"<Control-Key-{number}>", f"<Control-KP_{number}>"):
                bind(key, self._goer(name))
        bind("<F5>", lambda _: self.refresh())
        bind("<Control-f>", lambda _: self._of_page("search"))
        bind("<Control-n>", lambda _: self._of_page("new"))
        bind("<Control-q>", lambda _: self._close())
        bind("<Escape>", lambda _: self._put_away())
        bind("<FocusIn>", lambda event: self._back() if event.widget is self.root else None, add=True)

    def _goer(self, page: PageName) -> Callable[[object], None]:
        return lambda _: self.go(page)

    def _of_page(self, wish: Literal["search", "new"]) -> None:
        if self.page is not None:
            getattr(self.page, wish)()

    def _put_away(self) -> None:
        if self.frame.said:
            self.frame.say("")
        else:
            self.frame.trouble("")

    def _back(self) -> None:
        page, now = self.page, self.house.tools.clock.monotonic()
        # The last focus comes when all is over.
        if page is not None and now - self._seen > _FRESH and not self.closed.is_set():
            self.refresh()
