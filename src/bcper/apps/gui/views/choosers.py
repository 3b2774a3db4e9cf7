"""Tk's windows in which folders and files are chosen: they begin at home."""

import os
import tkinter
from functools import partial

from bcper.apps.gui.guest import outside


async def choose_folder(parent: tkinter.Misc, title: str, start: str = "", *, exists: bool = False) -> str:
    """The folder that a person chooses, empty for none; with ``exists`` it must be there."""
    from tkinter import filedialog

    ask = partial(
        filedialog.askdirectory, parent=parent, title=title, initialdir=start or _home(), mustexist=exists
    )
    return str(await outside(parent, ask) or "")


async def choose_files(parent: tkinter.Misc, title: str) -> list[str]:
    """The files that a person chooses."""
    from tkinter import filedialog

    ask = partial(filedialog.askopenfilenames, parent=parent, title=title, initialdir=_home())
    return [str(path) for path in await outside(parent, ask) or ()]


def _home() -> str:
    return os.path.expanduser("~")
