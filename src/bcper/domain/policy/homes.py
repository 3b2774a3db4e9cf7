"""Where the files of a run were, as far as the list of runs can tell."""

import re
from collections.abc import Iterable, Sequence

import attrs

from bcper.domain.model.names import printable
from bcper.domain.model.runs import Run
from bcper.domain.policy.selection import pattern_of

_NUMBERED = re.compile(r"~\d+$")
_UNKNOWN = "The list of backups does not say where these files were."
_ALIKE = "Two sources of this backup have the same name."


@attrs.frozen
class Home:
    """A restore of ``include`` into ``target_dir``, with ``strip``, brings what it names to where it was."""

    target_dir: str
    include: tuple[str, ...]
    strip: int = 0


def homes(run: Run, paths: Iterable[bytes]) -> tuple[Home, ...] | str:
    """Restores that bring the entries ``paths`` of ``run`` to where they were, or why that cannot be.

    The list keeps the sources of a run as text; a root is called by the last component of its source, as long
    as no two are alike (``policy.roots``), and in a run of a vault it is in the folder of its item; that
    folder itself was nowhere. What is in doubt is not guessed.
    """
    known = _known(run)
    if isinstance(known, str):
        return known
    strip = _strip(run)
    found: dict[str, list[str]] = {}
    for path in paths:
        root = b"".join(path.split(b"/")[strip : strip + 1])
        sources = known.get(root.decode("utf-8", "surrogateescape"), ())
        above = _above(sources)
        if above is None:
            return _ALIKE if len(sources) > 1 else _UNKNOWN
        found.setdefault(above, []).append(pattern_of(path))
    return _together(found, strip)


def all_homes(run: Run) -> tuple[Home, ...] | str:
    """The same of all that is in ``run``."""
    known = _known(run)
    if isinstance(known, str):
        return known
    strip = _strip(run)
    found: dict[str, list[str]] = {}
    for name, sources in known.items():
        above = _above(sources)
        if above is None:
            return _ALIKE if len(sources) > 1 else _UNKNOWN
        found.setdefault(above, []).append("/*" * strip + pattern_of(name.encode("utf-8", "surrogateescape")))
    return _together(found, strip)


def _known(run: Run) -> dict[str, list[str]] | str:
    """The sources by the names of their roots, or why they are not known."""
    if not run.roots:
        return "This backup was found in its store, and that does not say where its files were."
    if not all(source.startswith("/") and source != "/" for source in run.roots):
        return _UNKNOWN
    known: dict[str, list[str]] = {}
    for source in dict.fromkeys(run.roots):
        name = source.rstrip("/").rpartition("/")[2]
        if _NUMBERED.search(name):
            return _ALIKE
        known.setdefault(name, []).append(source)
    if _strip(run) == 0 and any(len(sources) > 1 for sources in known.values()):
        return _ALIKE
    return known


def _above(sources: Sequence[str]) -> str | None:
    """The folder that the only one of ``sources`` is in; ``None`` where there is a doubt."""
    # Escaped text may be the name of something else.
    if len(sources) != 1 or printable(sources[0]) != sources[0] or "\\" in sources[0]:
        return None
    return sources[0].rstrip("/").rpartition("/")[0] or "/"


def _strip(run: Run) -> int:
    return 1 if run.target_type == "vault" else 0


def _together(found: dict[str, list[str]], strip: int) -> tuple[Home, ...]:
    return tuple(Home(target, tuple(dict.fromkeys(include)), strip) for target, include in found.items())
