"""Where the files of a run were, as far as the list of runs can tell."""

import re
from collections.abc import Iterable

import attrs

from bcper.domain.model.names import printable
from bcper.domain.model.runs import Run
from bcper.domain.policy.selection import pattern_of

_NUMBERED = re.compile(r"~\d+$")


@attrs.frozen
class Home:
    """A restore of ``include`` into ``target_dir`` brings what it names to where it was."""

    target_dir: str
    include: tuple[str, ...]


def homes(run: Run, paths: Iterable[bytes]) -> tuple[Home, ...] | str:
    """Restores that bring the entries ``paths`` of ``run`` to where they were, or why that cannot be.

    The list keeps the sources of a run as text; a root is called by the last component of its source, as long
    as no two are alike (``policy.roots``). What is in doubt is not guessed.
    """
    if run.target_type == "vault":
        return "The files of a vault can only be restored into a folder of your choice."
    names = [source.rstrip("/").rpartition("/")[2] for source in run.roots]
    if not names or not all(source.startswith("/") and source != "/" for source in run.roots):
        return "The list of backups does not say where these files were."
    if len(set(names)) < len(names) or any(map(_NUMBERED.search, names)):
        return "Two sources of this backup have the same name."
    places = dict(zip(names, run.roots, strict=True))
    found: dict[str, list[str]] = {}
    for path in paths:
        root = path.partition(b"/")[0].decode("utf-8", "surrogateescape")
        # Escaped text may be the name of something else.
        if root not in places or printable(places[root]) != places[root] or "\\" in places[root]:
            return "The list of backups does not say where these files were."
        above = places[root].rstrip("/").rpartition("/")[0] or "/"
        found.setdefault(above, []).append(pattern_of(path))
    return tuple(Home(target, tuple(include)) for target, include in found.items())
