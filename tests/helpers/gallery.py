"""All widgets in one window: ``python -m helpers.gallery FOLDER`` puts pictures of them there."""

import sys
import tempfile
import tkinter
from pathlib import Path

from bcper.apps.gui.widgets.base import Button, Card, Frame, Label, Rule, theme_of
from bcper.apps.gui.widgets.charts import Bar, BarChart, Cell, DayGrid, MiniStrip
from bcper.apps.gui.widgets.choices import Check, ChipBar, Choice, Options, Switch
from bcper.apps.gui.widgets.columns import Column
from bcper.apps.gui.widgets.dialog import ConfirmDialog
from bcper.apps.gui.widgets.entries import NumberEntry, PasswordEntry, SearchField, TextEntry
from bcper.apps.gui.widgets.fields import Field
from bcper.apps.gui.widgets.layout import Action, EmptyState, PageHeader
from bcper.apps.gui.widgets.menu import Entry, MenuButton
from bcper.apps.gui.widgets.notes import Banner, Lines, Message, Note, StatusLine
from bcper.apps.gui.widgets.paths import PathListEditor
from bcper.apps.gui.widgets.progress import ProgressRow
from bcper.apps.gui.widgets.rows import Row
from bcper.apps.gui.widgets.sidebar import Sidebar
from bcper.apps.gui.widgets.table import Table
from bcper.apps.gui.widgets.text import TextPane

PAGES = [
    (name.lower(), name) for name in ("Items", "Vaults", "Stores", "Backups", "Frequencies", "Jobs", "Status")
]
COLUMNS = (
    Column("job", "Job", 170, stretch=True),
    Column("started", "Started", 120),
    Column("store", "Store", 80),
    Column("status", "Status", 80),
    Column("size", "Size", 70, "right"),
)
TONES = ("running", "good", "good", "bad", "warning", "none")


def rows(count: int) -> list[Row]:
    """Rows of a table of backups."""
    return [
        Row(
            f"{index:032x}",
            (
                f"job-{index % 7}",
                f"2026-11-{index % 28 + 1:02} 14:{index % 60:02}",
                "gdrive",
                "success",
                f"{index} MiB",
            ),
            TONES[index % 6],
            "bad" if TONES[index % 6] == "bad" else "",
        )
        for index in range(count)
    ]


def gallery(root: tkinter.Misc) -> "tkinter.Misc":
    """Fill the window."""
    px = theme_of(root).px
    side = Sidebar(root, "BCPER", PAGES, lambda _: None, Action("Run all due now", lambda: None, icon="play"))
    side.pack(side="left", fill="y")
    side.show("status")
    main = Frame(root)
    main.pack(side="left", fill="both", expand=True)
    status = StatusLine(main)
    status.pack(side="bottom", fill="x")
    status.show("good", "Daemon running · pid 48213 · up 6 days", "Next: mail-hourly in 28 min")
    page = Frame(main, padding=(24, 20, 24, 12))
    banner = Banner(main, lambda shown: banner.pack(fill="x", before=page) if shown else banner.pack_forget())
    page.pack(fill="both", expand=True)
    banner.show(
        "blue", "Backing up nightly-documents", "Uploading to gdrive · 62 %", fraction=0.62, action="Cancel"
    )
    PageHeader(
        page,
        "Gallery",
        "Every widget once.",
        [Action("View log", lambda: None), Action("New job", lambda: None, "primary", "plus")],
    )
    message = Message(page, pady=(0, px(12)))
    message.say("The store “nas” does not answer since yesterday 12:30.")
    left, right = Frame(page), Frame(page)
    left.pack(side="left", fill="both", expand=True, padx=(0, px(12)))
    right.pack(side="left", fill="both", expand=True)
    _controls(left)
    _lists(right)
    return main


def _controls(parent: Frame) -> None:
    px = theme_of(parent).px
    card = Card(parent)
    card.pack(fill="x", pady=(0, px(12)))
    bar = Frame(card)
    bar.pack(fill="x", pady=(0, px(8)))
    for text, kind, icon in (
        ("Plain", "plain", ""),
        ("Primary", "primary", "restore"),
        ("Danger…", "danger", "trash"),
    ):
        Button(bar, text, lambda: None, kind, icon=icon).pack(side="left", padx=(0, px(8)))  # type: ignore[arg-type]
    Button(bar, "", lambda: None, "ghost", icon="edit", tip="Edit").pack(side="left")
    MenuButton(bar, "", lambda: [Entry("Edit", None, "Enter"), Entry(), Entry("Delete", None, "Del")]).pack(
        side="left"
    )
    off = Button(bar, "Save", lambda: None, "primary")
    off.show(enabled=False)
    off.pack(side="right")
    name = Field(card, "Name")
    name.hold(TextEntry(name))
    name.control.put("nightly documents")  # type: ignore[union-attr]
    name.say("Use letters, digits, “-” and “_” only.", "nightly-documents")
    name.pack(fill="x")
    target = Field(card, "Back up", hint="4 items · 2.1 GB at the last run · encrypted")
    choice = Choice(target, [("a", "Vault: documents"), ("b", "Item: dotfiles")])
    choice.put("a")
    target.hold(choice)
    target.pack(fill="x")
    when = Field(card, "When")
    options = Options(when, [(each.lower(), each) for each in ("Hourly", "Daily", "Weekly", "Monthly")])
    options.put("daily")
    when.hold(options, fill=False)
    when.pack(fill="x")
    keep = Field(card, "Keep")
    number = NumberEntry(keep)
    number.put("14")
    keep.hold(number, fill=False)
    keep.pack(fill="x")
    secret = Field(card, "Password")
    secret.hold(PasswordEntry(secret))
    secret.control.put("secret")  # type: ignore[union-attr]
    secret.pack(fill="x", pady=px(4))
    boxes = Frame(card)
    boxes.pack(fill="x")
    for made, on in (
        (Switch(boxes, "Enabled"), True),
        (Switch(boxes), False),
        (Check(boxes, "Compress"), True),
        (Check(boxes, "No"), False),
    ):
        made.put(on)
        made.pack(side="left", padx=(0, px(12)))
    radio = Options(boxes, [("x", "Never"), ("y", "Always")], look="radio")
    radio.put("x")
    radio.pack(side="left")
    Note(card, "Next runs: today 22:00 · Tue 24 Nov 22:00").pack(fill="x", pady=(px(8), 0))
    paths = PathListEditor(card, lambda _: None, choose_folder=lambda: None)
    paths.put(["/home/ada/documents", "/etc"])
    paths.mark(["", "This is not yours to read."])
    paths.pack(fill="x", pady=(px(8), 0))
    progress = ProgressRow(card, lambda: None)
    progress.show(
        "Restoring 5c1f88aa",
        0.4,
        "40 %",
        "Uploading archive to gdrive · 1.3 of 2.1 GB · 11.4 MB/s · about 1 min left",
    )
    progress.pack(fill="x", pady=(px(8), 0))


def _lists(parent: Frame) -> None:
    px = theme_of(parent).px
    bar = Frame(parent)
    bar.pack(fill="x", pady=(0, px(12)))
    SearchField(bar, lambda _: None, width=20).pack(side="left")
    chips = ChipBar(bar)
    chips.show([("all", "All", 10_000), ("failed", "Failed", 271)], "all")
    chips.pack(side="right")
    table = Table(parent, COLUMNS, height=6)
    table.pack(fill="x", pady=(0, px(12)))
    table.show(rows(50))
    table.sorted_by("started", descending=True)
    table.select([f"{index:032x}" for index in (2, 3)])
    card = Card(parent)
    card.pack(fill="x", pady=(0, px(12)))
    Label(card, "Stored size, last 90 days", "strong").pack(anchor="w")
    chart = BarChart(card, lambda value: f"{value:.0f} GB")
    chart.pack(fill="x", pady=px(4))
    chart.show([Bar(90 + index * 0.7, f"{index}", "Sep" if index == 9 else "") for index in range(90)])
    days = DayGrid(card)
    days.pack(fill="x", pady=px(4))
    cells = [
        Cell("bad" if at % 71 == 5 else "warning" if at % 97 == 9 else "good", "a day", at % 4 + 1)
        for at in range(366)
    ]
    days.show(cells, [(0, "Dec"), (20, "May")])
    strip = MiniStrip(card)
    strip.pack(anchor="w")
    strip.show([Cell("bad" if at == 12 else "warning" if at == 15 else "good") for at in range(20)])
    Rule(card).pack(fill="x", pady=px(8))
    lines = Lines(card, lambda _: None)
    lines.pack(fill="x")
    lines.show(
        [
            ("good", "mail-hourly", "in 1 h 28 min → nas", "16:00"),
            ("bad", "projects", "Failed · could not reach nas (timed out)", "12:30"),
        ]
    )
    pane = TextPane(parent, height=3, width=30)
    pane.pack(fill="both", expand=True)
    pane.put("12:30 ERROR could not reach nas\n12:31 INFO looking again\n" * 3)


def main(folder: str) -> None:
    """Take the pictures."""
    from helpers.display import Display, Window, screen

    out = Path(folder)
    with tempfile.TemporaryDirectory() as kept, screen(Path(kept)) as name:
        display = Display(name, Path(kept))

        async def all_looks(window: Window) -> None:
            gallery(window.root)
            await window.settle(5)
            window.screenshot(out / "light.png")
            window.root.theme.change(mode="dark")
            await window.settle(5)
            window.screenshot(out / "dark.png")
            window.root.geometry("1600x1200+0+0")
            window.root.theme.change(scale=1.5)
            await window.settle(5)
            window.screenshot(out / "dark-150.png")
            window.root.theme.change(mode="light", scale=1.0)
            await window.settle(5)
            window.screenshot(out / "light-again.png")

        async def dialog(window: Window) -> None:
            EmptyState(
                window.root,
                "vaults",
                "No vaults yet",
                "A vault is a group of items.",
                Action("Create", lambda: None, "primary"),
            ).pack(fill="both", expand=True)
            import trio

            things = [
                (f"24ede6a{index}  mail-hourly", "588 MB · 2026-11-23 13:35 on nas") for index in range(7)
            ]
            async with trio.open_nursery() as nursery:
                asked = ConfirmDialog(
                    window.root,
                    "Delete 7 backups for good?",
                    "Delete 7 backups",
                    text="They are removed from the store and cannot be brought back.",
                    things=things,
                    warning="This includes the newest good backup of “photos-weekly”.",
                )
                nursery.start_soon(asked.result)
                await window.settle(20)
                window.screenshot(out / "dialog.png")
                asked.close("cancel")

        display.run(all_looks, size=(1250, 1150))
        display.run(dialog, size=(900, 700), scale=100)


if __name__ == "__main__":
    main(sys.argv[1])
