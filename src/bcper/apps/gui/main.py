"""The window's process: first something to see, and then all that is behind it."""

import logging
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from bcper import __version__
from bcper.apps.failures import explain
from bcper.apps.gui.views.pages import PAGES
from bcper.apps.paths import Places, places
from bcper.domain.errors import BcperError, ConfigurationError
from bcper.domain.model.names import printable

if TYPE_CHECKING:
    import argparse

    from bcper.apps.gui.preferences import Preferences
    from bcper.apps.gui.presenters.shell import PageName
    from bcper.apps.gui.root import Root
    from bcper.apps.gui.theme.palette import Mode
    from bcper.apps.gui.views.frame import WindowFrame

_COMMAND_LINE = "The command line needs no screen: bcper-cli --help"
_PACKAGE = (
    "On Debian and Ubuntu: sudo apt install python3-tk. The command line does without: bcper-cli --help"
)


def main(arguments: Sequence[str]) -> int:
    """Show the window until it is closed; returns DESIGN.md's exit status."""
    config_dir, page = _parsed(arguments) if arguments else (None, "Status")
    try:
        _run(places(config_dir), page)
    except (Exception, KeyboardInterrupt) as error:
        failure = explain(error)
        print(f"Error: {printable(failure.message)}", file=sys.stderr)  # noqa: T201
        if failure.bug:
            logging.getLogger("bcper").error("A bug ended the window.", exc_info=error)
        elif failure.hint:
            print(f"Hint: {printable(failure.hint)}", file=sys.stderr)  # noqa: T201
        return failure.exit_status
    return 0


def parser() -> "argparse.ArgumentParser":
    """Of the window's arguments."""
    # Seldom are there any: the first sight does not wait for it.
    import argparse

    made = argparse.ArgumentParser(
        "bcper",
        description="BCPER's window: what is backed up, where, when and how that went. It starts the"
        " daemon if you like, and works without it; closing the window leaves the daemon's work"
        " alone.",
        epilog="example: bcper --page Backups",
    )
    made.add_argument("--version", action="version", version=f"bcper {__version__}")
    made.add_argument("--config-dir", metavar="DIR", help="settings (default ~/.config/bcper)")
    made.add_argument(
        "--page", metavar="NAME", type=str.capitalize, choices=tuple(PAGES), default="Status",
        help=f"the page to begin with: {', '.join(PAGES)} (default %(default)s)",
    )  # fmt: skip
    return made


def _parsed(arguments: Sequence[str]) -> "tuple[str | None, PageName]":
    args = parser().parse_args(arguments)
    return args.config_dir, args.page


def _run(where: Places, page: "PageName") -> None:
    from bcper.apps.bindings import gui_file
    from bcper.apps.gui.preferences import PreferencesFile

    kept = PreferencesFile(*gui_file(where)).load()
    root, frame = _first_sight(kept, page)
    try:
        # What takes its time to import comes after the window is to be seen.
        from bcper.apps.gui.live import live

        _log_to(where)
        live(root, frame, where, page)
    finally:
        root.destroy()


def _first_sight(kept: "Preferences", page: str) -> "tuple[Root, WindowFrame]":
    try:
        from tkinter import TclError

        from bcper.apps.gui.root import Root
        from bcper.apps.gui.views.frame import WindowFrame
    except ModuleNotFoundError as error:
        if (error.name or "").rpartition(".")[2] not in ("tkinter", "_tkinter"):
            raise
        raise BcperError("The window needs Tk for Python, which is not installed.", _PACKAGE) from error
    dark = kept.dark if kept.appearance == "system" else kept.appearance == "dark"
    mode: Mode = "dark" if dark else "light"
    try:
        root = Root(logging.getLogger("bcper"), mode, kept.scale)
    except TclError as error:
        raise BcperError(f"There is no screen for the window: {error}.", _COMMAND_LINE) from error
    root.place(kept.geometry)
    frame = WindowFrame(root)
    frame.turn(page)
    root.deiconify()
    root.update()  # there is no loop yet that could draw it
    return root, frame


def _log_to(where: Places) -> None:
    import os

    from bcper.apps.bindings import make_settings_folder
    from bcper.apps.logs import log_to

    try:
        make_settings_folder(where)
        log_to(where.gui_log, screen=False)
    except OSError as error:
        reason = os.strerror(error.errno or 0)
        raise ConfigurationError(
            f"The folder of settings {where.config_dir} cannot be used: {reason}.",
            "Make it writable, or choose another: bcper --config-dir DIR",
        ) from error
