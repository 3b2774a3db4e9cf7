"""Light or dark: the desktop's wish, followed while the window is open."""

from collections.abc import Callable

import trio

from bcper.apps.gui.preferences import Appearance as Preference
from bcper.apps.gui.theme.palette import Mode
from bcper.ports.appearance import Appearance

_WAIT = 20.0
_PAUSE = 5.0


def mode_of(preference: Preference, dark: bool | None) -> Mode:
    """What a person chose, or else the desktop's setting; light where nobody has said."""
    if preference == "system":
        return "dark" if dark else "light"
    return preference


async def follow(desktop: Appearance, tell: Callable[[bool | None], object]) -> None:
    """``tell`` the desktop's setting, and each change of it: for ever, a task of its own.

    Threads that wait are left behind when it is cancelled: none waits longer than 20 seconds.
    """
    known = await trio.to_thread.run_sync(desktop.dark, abandon_on_cancel=True)
    tell(known)
    while True:
        found = await trio.to_thread.run_sync(desktop.after, known, _WAIT, abandon_on_cancel=True)
        if found == known:
            await trio.sleep(_PAUSE)  # nobody may be there who would tell
            continue
        known = found
        tell(known)
