"""``bcper-cli shell aliases``: local to the command, for a profile is the person's and not the daemon's."""

import argparse
import os
import shlex
import sys
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from bcper.apps.cli.commands.common import raw, tell
from bcper.apps.programs import on_path, programs
from bcper.domain.model.names import printable
from bcper.domain.policy.profile_block import alias_lines, block

if TYPE_CHECKING:
    from bcper.domain.model.shell import ProfileChange, Programs, Shell, ShellProfile
    from bcper.domain.usecases.set_aliases import SetAliases


def aliases(args: argparse.Namespace, make: "Callable[[], SetAliases]") -> int:
    """Set them up, print them or take them out; returns the exit status."""
    set_aliases = make()
    if args.remove:
        return _tell_removed(args, set_aliases(None, args.shell))
    if args.print:
        return _print(args, programs(), args.shell or _login_shell(set_aliases))
    there = None if args.force else on_path()
    if there is not None:
        return _tell_on_path(args, there, set_aliases.present())
    wanted = programs()
    return _tell_set(args, wanted, set_aliases(wanted, args.shell))


def _login_shell(set_aliases: "SetAliases") -> "Sequence[Shell]":
    return [profile.shell for profile in set_aliases.profiles.profiles() if profile.used] or ["bash"]


def _print(args: argparse.Namespace, wanted: "Programs", shells: "Sequence[Shell]") -> int:
    lines = {shell: alias_lines(shell, wanted) for shell in shells}
    if args.json:
        return tell(args, {"lines": lines}, "")
    for each in lines.values():
        # The bytes of a path are printed as they are, whatever the locale: they are to be pasted.
        sys.stdout.flush()
        sys.stdout.buffer.write(block(each))
    return 0


def _tell_on_path(args: argparse.Namespace, there: "Programs", present: "Sequence[ShellProfile]") -> int:
    folders = dict.fromkeys(os.path.dirname(command[0]) for command in there.values())
    where = ", ".join(map(printable, folders))
    lines = [
        f"{_listed(list(there))} are on your PATH already: {where}",
        "Nothing is changed; --force sets aliases up all the same.",
    ]
    lines += [
        f"{_shown(profile.path)} has aliases, which come first; --remove takes them out."
        for profile in present
    ]
    return tell(args, {"on_path": True, "aliases": there, "profiles": []}, "\n".join(lines))


def _tell_set(args: argparse.Namespace, wanted: "Programs", changes: "Sequence[ProfileChange]") -> int:
    words = {
        "added": "Added the aliases {names} to {path}.",
        "changed": "Renewed the aliases {names} in {path}.",
        "unchanged": "{path} has the aliases {names} already.",
    }
    lines = []
    for change in changes:
        path = _shown(change.path)
        lines.append(words[change.outcome].format(names=_listed(list(wanted)), path=path))
        if change.outcome != "unchanged":
            load = "source" if change.shell == "fish" else "."
            lines.append(f"New terminals have them. In one that is open ({change.shell}): {load} {path}")
    return tell(args, {"on_path": False, "aliases": wanted, "profiles": raw(changes)}, "\n".join(lines))


def _tell_removed(args: argparse.Namespace, changes: "Sequence[ProfileChange]") -> int:
    lines = [
        f"Removed the aliases from {_shown(change.path)}. Terminals that are open keep them until they end."
        for change in changes
        if change.outcome == "removed"
    ]
    said = "\n".join(lines) or "There are no aliases to remove."
    return tell(args, {"profiles": raw(changes)}, said)


def _shown(path: str) -> str:
    """A path fit for a command line, and short where it can be."""
    home = os.path.expanduser("~").rstrip("/") + "/"
    short = path.removeprefix(home)
    return printable(f"~/{shlex.quote(short)}" if short != path else shlex.quote(path))


def _listed(names: Sequence[str]) -> str:
    return f"{', '.join(names[:-1])} and {names[-1]}"
