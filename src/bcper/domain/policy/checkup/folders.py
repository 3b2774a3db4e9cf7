"""Permissions and room: of the settings, of BCPER's other folders, of what is temporary."""

import shlex
from collections.abc import Iterator, Mapping

from bcper.domain.model.checkup import Finding, KeptPlaces, Seen, Space, State
from bcper.domain.model.names import printable

FOLDERS, DISK = "Permissions", "Disk"

_OTHERS = 0o077
MIB, GIB = 1 << 20, 1 << 30
_NEEDED, _SPOOL, _STORE, _SCARCE = 16 * MIB, 512 * MIB, 64 * MIB, GIB
_UNITS = ("B", "KiB", "MiB", "GiB", "TiB", "PiB")


def folder_findings(places: KeptPlaces, seen: Mapping[str, Seen | None], user: int) -> Iterator[Finding]:
    """``seen`` are the places, their parents included, as they are there or not."""
    wrong = list(_wrong(places, seen, user))
    yield from wrong
    config = _shown(places.config_dir)
    if seen.get(places.config_dir) is None:
        parent = next((each for each in above(places.config_dir) if seen.get(each) is not None), "/")
        there = seen.get(parent)
        if there is not None and not (there.folder and there.writable):
            why = "not writable" if there.folder else "no folder"
            what = f"The folder of settings {config} cannot be seen or made: {_shown(parent)} is {why}."
            yield Finding(FOLDERS, State.PROBLEM, what, "Make it writable, or use --config-dir DIR.")
        else:
            what = f"There is no folder of settings yet: {config} is made when it is needed."
            yield Finding(FOLDERS, State.OK, what)
    elif not wrong:
        what = f"{_shown(places.config_dir)} and what is in it are yours alone."
        yield Finding(FOLDERS, State.OK, what)


def above(path: str) -> Iterator[str]:
    """The folders that ``path`` is in, the nearest first."""
    while (path := path.rpartition("/")[0]) != "":
        yield path
    yield "/"


def _wrong(places: KeptPlaces, seen: Mapping[str, Seen | None], user: int) -> Iterator[Finding]:
    for path in (places.config_dir, *places.files, places.data_dir, places.cache_dir):
        found = seen.get(path)
        if found is None:
            continue
        shown, typed = _shown(path), _shown(shlex.quote(path))
        if path == places.config_dir and not found.folder:
            yield Finding(FOLDERS, State.PROBLEM, f"{shown} is no folder.", "Move it away.")
            continue
        if found.owner != user:
            what = f"{shown} belongs to another user (number {found.owner}; you are {user})."
            advice = f"Was BCPER run with sudo? sudo chown -R {user} {typed}"
            yield Finding(FOLDERS, State.PROBLEM, what, advice)
            if path == places.config_dir:
                return  # what is in it will be his, too
        elif not found.writable:
            yield Finding(FOLDERS, State.PROBLEM, f"{shown} is not writable.", f"chmod u+w {typed}")
        if found.mode & _OTHERS and (path == places.config_dir or path in places.files):
            what = f"Others can look into {shown} (mode {found.mode:04o})."
            yield Finding(FOLDERS, State.PROBLEM, what, f"chmod go= {typed}")
        elif found.mode & 0o022:
            what = f"Others can change what is in {shown} (mode {found.mode:04o})."
            yield Finding(FOLDERS, State.PROBLEM, what, f"chmod go-w {typed}")


def disk_findings(
    places: KeptPlaces, spaces: Mapping[str, Space | None], *, remotes: bool
) -> Iterator[Finding]:
    """Whether what BCPER keeps for itself has room; ``remotes``: there are stores on remotes."""
    wanted = [
        (places.config_dir, "settings", _NEEDED, State.PROBLEM),
        (places.temporary, "temporary files", _NEEDED, State.HINT),
    ]
    if remotes:
        wanted.insert(1, (places.cache_dir, "what is being sent to remotes", _SPOOL, State.HINT))
    good = []
    for path, what, least, state in wanted:
        space = spaces.get(path)
        if not path or space is None:
            said = f"It is not told how much room there is for {what}."
            yield Finding(DISK, State.UNCHECKED, said)
        elif space.free < least or not space.files_left:
            left = size(space.free) if space.files_left else "no file"
            yield Finding(DISK, state, f"{left} more fits at {_shown(path)}, for {what}.", "Make room there.")
        else:
            good.append(f"{size(space.free)} for {what}")
    if good:
        yield Finding(DISK, State.OK, f"There is room: {', '.join(good)}.")


def store_space(name: str, free: int | None, group: str) -> Finding | None:
    """What is to be said of the room in a store; None where that is none of our business to say."""
    if free is None or free >= _SCARCE:
        return None
    state = State.PROBLEM if free < _STORE else State.HINT
    what = f"In the store {name} only {size(free)} are free."
    return Finding(
        group, state, what, "Make room there, or keep fewer runs: bcper-cli job edit NAME --keep-last N"
    )


def size(count: int) -> str:
    """Bytes in IEC units."""
    step = min(max(0, count.bit_length() - 1) // 10, len(_UNITS) - 1)
    return f"{count / (1 << 10 * step):.1f} {_UNITS[step]}" if step else f"{count} B"


def _shown(path: str) -> str:
    return printable(path)
