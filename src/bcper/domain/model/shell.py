"""Shells and their profiles: the files that a shell reads when a person opens a terminal."""

from collections.abc import Mapping, Sequence
from typing import Literal, TypeAlias

import attrs

Shell: TypeAlias = Literal["bash", "zsh", "fish"]

SHELLS: tuple[Shell, ...] = ("bash", "zsh", "fish")

Programs: TypeAlias = Mapping[str, Sequence[str]]
"""The name that is typed, and the command with its arguments that it stands for."""

Lines: TypeAlias = Literal["aliases", "completion"]
"""What BCPER may have in a profile: aliases for its programs; completion where they are installed."""

Outcome: TypeAlias = Literal["added", "changed", "removed", "unchanged"]


@attrs.frozen
class ShellProfile:
    """Where a shell looks. ``used``: it is the login shell. ``ours``: nobody else writes the file."""

    shell: Shell
    path: str
    exists: bool
    used: bool
    ours: bool = False


@attrs.frozen
class ProfileChange:
    """What became of a profile."""

    shell: Shell
    path: str
    outcome: Outcome
