"""The page Status."""

import tkinter
from typing import TYPE_CHECKING, Any, ClassVar

from bcper.apps.gui.presenters.shell import PageName
from bcper.apps.gui.presenters.status import StatusPresenter, StatusView
from bcper.apps.gui.views.page import House, Page
from bcper.apps.gui.views.status_parts import ChartCard, DaysCard, LinesCard, Tiles, VerdictCard
from bcper.apps.gui.widgets.base import Frame, theme_of
from bcper.apps.gui.widgets.layout import Action, EmptyState, PageHeader, ScrollFrame
from bcper.apps.gui.widgets.notes import Message
from bcper.domain.model.events import Topic

if TYPE_CHECKING:
    from bcper.apps.gui.views.log import LogDialog

_NARROW = 760
"""Below that width, at 96 dots per inch, what comes next stands under the charts."""


class StatusPage(Page):
    """A verdict, four figures, two charts, what comes and what was; where there is nothing, how to begin."""

    name: ClassVar[PageName] = "Status"
    topics: ClassVar[tuple[Topic, ...]] = ("catalog", "runs", "daemon")

    def __init__(self, parent: tkinter.Misc, house: House) -> None:
        super().__init__(parent, house)
        px = theme_of(self).px
        self.header = PageHeader(
            self,
            "Status",
            " ",
            (
                Action("Restart daemon", house.restart_daemon, icon="refresh"),
                Action("View log", lambda: house.start(self._ask_log)),
                Action("Shell integration", lambda: house.start(self._ask_shell)),
            ),
        )
        self.message = Message(self, pady=(0, px(12)))
        self._empty: EmptyState | None = None
        self._refreshing = self._space_asked = self._running = False
        self._shown = StatusView()
        self._log: LogDialog | None = None
        self.scroll = ScrollFrame(self)
        self.scroll.pack(fill="both", expand=True)
        inside = self.scroll.inside
        self.verdict = VerdictCard(inside, self._details, self._run_attention)
        self.verdict.pack(fill="x", pady=(0, px(12)))
        self.tiles = Tiles(inside)
        self.tiles.pack(fill="x")
        self._below = Frame(inside)
        self._below.pack(fill="both", expand=True)
        self._left = Frame(self._below)
        self.chart, self.days = ChartCard(self._left), DaysCard(self._left)
        self.chart.pack(fill="x", pady=(0, px(12)))
        self.days.pack(fill="both", expand=True)
        self.lines = LinesCard(self._below, self._coming, self._recent)
        self._narrow: bool | None = None
        self._below.bind("<Configure>", self._arrange)
        self.presenter = StatusPresenter(house.tools, self._show, house.control)

    async def refresh(self) -> None:
        """See Page."""
        self._refreshing = True
        try:
            await self.presenter.refresh()
        finally:
            self._refreshing = False
        if not self._space_asked and self.presenter.state.loaded:
            self._space_asked = True
            self.house.start(self.presenter.look_at_space)
        await self._see_whether_empty()

    def arrived(self) -> None:
        """See Page."""
        self.verdict.focus_deed()

    def new(self) -> None:
        """Ctrl+N: the three steps, where nothing is configured yet."""
        if self._empty is not None:
            self._first_start()

    async def _see_whether_empty(self) -> None:
        empty = False
        if self.presenter.state.loaded and self.presenter.state.level == "none":
            from bcper.apps.gui.presenters.first_start import needed

            empty = await needed(self.house.tools)
        if empty and self._empty is None:
            self.scroll.pack_forget()
            self._empty = EmptyState(
                self,
                "shield",
                "Nothing is backed up yet",
                "Three steps make your first backup: what to back up, where to, and when.",
                Action("Set up your first backup", self._first_start, "primary"),
            )
            self._empty.pack(fill="both", expand=True)
            if self._empty.button is not None:
                self._empty.button.focus_set()
        elif not empty and self._empty is not None:
            self._empty.destroy()
            self._empty = None
            self.scroll.pack(fill="both", expand=True)

    def _show(self, view: StatusView) -> None:
        last, self._shown = self._shown, view
        if view.date != last.date:
            self.header.say(view.date)
        trouble = view.trouble
        if self._log is not None:
            self._log.show(view)
        elif trouble is None or not self._refreshing:  # else the window says it, for every page
            self.message.say("" if trouble is None else f"{trouble.message} {trouble.hint}".strip())
        self.verdict.show(view, running=self._running)
        self.tiles.show(view.tiles)
        if view.chart is not None and view.chart.sizes != getattr(last.chart, "sizes", None):
            self.chart.show(view.chart)
        if view.days != last.days:
            self.days.show(view.days)
        if (view.coming, view.recent) != (last.coming, last.recent):
            self.lines.show(view.coming, view.recent)

    def _details(self) -> None:
        self.house.go("Jobs", self._shown.attention[0] if self._shown.attention else "")

    def _run_attention(self) -> None:
        self.house.start(self._run_them)

    async def _run_them(self) -> None:
        self._running = True
        self.verdict.show(self._shown, running=True)
        try:
            await self.presenter.run_attention()
        finally:
            self._running = False
            self.verdict.show(self._shown, running=False)

    def _coming(self, index: int) -> None:
        self.house.go("Jobs", self._shown.coming[index].job_id)

    def _recent(self, index: int) -> None:
        self.house.go("Backups", self._shown.recent[index].run_id)

    def _first_start(self) -> None:
        self.house.start(self._ask_first_start)

    async def _ask_first_start(self) -> None:
        from bcper.apps.gui.views.first_start import FirstStartDialog

        await FirstStartDialog(self, self.house).result()
        self._space_asked = False  # there was no store yet
        await self.refresh()

    async def _ask_log(self) -> None:
        from bcper.apps.gui.views.log import LogDialog

        self._log = LogDialog(self, self.presenter, self.house)
        try:
            await self._log.result()
        finally:
            self._log = None

    async def _ask_shell(self) -> None:
        from bcper.apps.gui.views.shell_integration import ShellDialog

        await ShellDialog(self, self.house).result()

    def _arrange(self, event: "tkinter.Event[Any]") -> None:
        px = theme_of(self).px
        narrow = event.width < px(_NARROW)
        if narrow == self._narrow:
            return
        self._narrow = narrow
        below, gap = self._below, px(12)
        below.columnconfigure(0, weight=3, uniform="" if narrow else "half")
        below.columnconfigure(1, weight=0 if narrow else 2, uniform="" if narrow else "half")
        below.rowconfigure(0, weight=0 if narrow else 1)
        self._left.grid(row=0, column=0, sticky="nsew")
        self.lines.grid(
            row=1 if narrow else 0,
            column=0 if narrow else 1,
            sticky="nsew",
            padx=0 if narrow else (gap, 0),
            pady=(gap, 0) if narrow else 0,
        )
