"""What is around the pages, on the screen at once: nothing here needs trio, nor anything of backups."""

import tkinter
from collections.abc import Callable
from tkinter import ttk

from bcper.apps.gui.theme.palette import mix
from bcper.apps.gui.views.pages import PAGES
from bcper.apps.gui.widgets.base import Frame, dress, theme_of
from bcper.apps.gui.widgets.layout import Action
from bcper.apps.gui.widgets.menu import Entry, MenuButton
from bcper.apps.gui.widgets.notes import Banner, Message, StatusLine
from bcper.apps.gui.widgets.sidebar import Sidebar

_SAID = 4000
_PER_LETTER = 50
_MOST = 600


class WindowFrame(Frame):
    """Sidebar, banner, status line, a sentence for some seconds, and a notebook with a tab for each page.

    It is shown before anybody hears it: ``on_page(name)``, ``on_run_due`` and ``menu`` are set later.
    """

    def __init__(self, root: tkinter.Tk) -> None:
        super().__init__(root)
        px = theme_of(root).px
        self.on_page: Callable[[str], object] | None = None
        self.on_run_due: Callable[[], object] | None = None
        self.menu: Callable[[], list[Entry]] = list
        self._names = {name.lower(): name for name in PAGES}
        self.sidebar = Sidebar(
            self,
            "BCPER",
            list(self._names.items()),
            self._choose,
            Action("Run all due now", self._run_due, icon="play"),
        )
        self.more = MenuButton(self.sidebar.head, "", lambda: self.menu(), icon="more", tip="Menu")
        self.more.pack(side="right")
        self.sidebar.pack(side="left", fill="y")
        main = Frame(self)
        main.pack(side="left", fill="both", expand=True)
        self.status = StatusLine(main)
        self.status.pack(side="bottom", fill="x")
        # The tabs are turned by the sidebar: Tab goes past the notebook itself.
        self.book = ttk.Notebook(main, style="Pages.TNotebook", takefocus=False)
        self.banner = Banner(main, self._banner_shown)
        self._place_of_message = Frame(main)
        self.message = Message(self._place_of_message)
        # A frame whose last child is gone keeps its size: this one takes its place away with it.
        self.message.bind("<Unmap>", lambda _: self._place_of_message.pack_forget())
        self.book.pack(fill="both", expand=True)
        self.tabs: dict[str, Frame] = {}
        for name in PAGES:
            self.tabs[name] = Frame(self.book)
            self.book.add(self.tabs[name], text=name)
        self._toast = _Toast(main, px(44))
        self.turn("Status")
        self.status.show("none", "Looking for the daemon", "")
        self.pack(fill="both", expand=True)

    def turn(self, name: str) -> None:
        """Show that tab."""
        self.sidebar.show(name.lower())
        self.book.select(str(self.tabs[name]))  # type: ignore[no-untyped-call]

    def say(self, text: str) -> None:
        """One sentence for some seconds; nothing takes it away."""
        self._toast.say(text)

    @property
    def said(self) -> str:
        """The sentence that is shown."""
        return self._toast.text

    def trouble(self, text: str) -> None:
        """A sentence that stays until it is put away, or is nothing."""
        if text and not self._place_of_message.winfo_manager():
            self._place_of_message.pack(fill="x", before=self.book)
        self.message.say(text)

    def _banner_shown(self, shown: bool) -> None:
        if not shown:
            self.banner.pack_forget()
            return
        below = self._place_of_message if self._place_of_message.winfo_manager() else self.book
        self.banner.pack(fill="x", before=below)

    def _choose(self, key: str) -> None:
        if self.on_page is not None:
            self.on_page(self._names[key])

    def _run_due(self) -> None:
        if self.on_run_due is not None:
            self.on_run_due()


class _Toast(tkinter.Label):
    """It lies over the page, and is gone by itself."""

    def __init__(self, parent: tkinter.Misc, above: int) -> None:
        self._theme = theme_of(parent)
        super().__init__(parent, font="Body", justify="left")
        self._above = above
        self._due: str | None = None
        self.text = ""
        self.bind("<Button-1>", lambda _: self.say(""))
        dress(self, self._dress)

    def say(self, text: str) -> None:
        """Show it, in the place of what was said before."""
        if self._due is not None:
            self.after_cancel(self._due)
            self._due = None
        self.text = text
        if not text:
            self.place_forget()
            return
        self.configure(text=text)
        self.place(relx=0.5, rely=1.0, y=-self._above, anchor="s")
        self.lift()
        self._due = self.after(_SAID + _PER_LETTER * len(text), lambda: self.say(""))

    def _dress(self) -> None:
        colours, px = self._theme.palette, self._theme.px
        self.configure(
            background=mix(colours.text, colours.window, 0.08),
            foreground=colours.window,
            padx=px(16),
            pady=px(10),
            wraplength=px(_MOST),
        )
