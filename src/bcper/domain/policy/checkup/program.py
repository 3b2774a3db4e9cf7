"""Python and what it brings, and the window."""

from collections.abc import Iterator

from bcper.domain.model.checkup import Finding, Interpreter, State, WindowKit
from bcper.domain.model.names import printable

PYTHON, WINDOW = "Python", "Window"

_BEST = "Inter"
_INSTEAD = {
    "isal": "the quick compression is done by zlib, at a part of the speed",
    "zlib-ng": "the thorough compression is done by zlib, at a part of the speed",
}
_TK = "On Debian and Ubuntu: sudo apt install python3-tk"


def python_findings(found: Interpreter) -> Iterator[Finding]:
    """Which one it is, and whether its compiled modules work."""
    yield Finding(
        PYTHON, State.OK, f"Python {found.version}, {printable(found.executable or 'of no known path')}."
    )
    works = [f"{module.name} {module.version}".rstrip() for module in found.modules if not module.problem]
    if works:
        yield Finding(PYTHON, State.OK, f"Compiled modules work: {', '.join(works)}.")
    for module in found.modules:
        if not module.problem:
            continue
        if module.name in _INSTEAD:
            what = f"{module.name} is not used, because {module.problem}: {_INSTEAD[module.name]}."
            yield Finding(PYTHON, State.HINT, what, f"Install it for this Python: pip install {module.name}")
        else:
            what = f"{module.name} cannot be used, because {module.problem}: no backup with a password works."
            yield Finding(
                PYTHON, State.PROBLEM, what, f"Install it for this Python: pip install {module.name}"
            )


def window_findings(found: WindowKit) -> Iterator[Finding]:
    """Whether the window can be shown, and how it looks. The command line does without."""
    why = printable(found.problem)
    if not found.version:
        yield Finding(WINDOW, State.HINT, f"The window cannot be shown: {why}.", f"{_TK}.")
        return
    if not found.screen:
        what = f"Tk {found.version} is there, and no screen to show a window on: {why}."
        yield Finding(WINDOW, State.UNCHECKED, what)
        return
    yield Finding(WINDOW, State.OK, f"Tk {found.version} and a screen are there.")
    if not found.smooth:
        what = "Tk was made without Xft: letters in the window look coarse."
        yield Finding(WINDOW, State.HINT, what, f"Use the system's Python with its own Tk. {_TK}.")
    family = printable(found.family)
    if found.family == _BEST:
        yield Finding(WINDOW, State.OK, f"The window's font is {family}.")
    else:
        what = f"The font {_BEST} is not installed: the window takes {family}."
        yield Finding(WINDOW, State.HINT, what, "On Debian and Ubuntu: sudo apt install fonts-inter.")
