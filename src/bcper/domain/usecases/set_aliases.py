"""BCPER's lines in the profiles of a person's shells: aliases (``shell aliases``), and completion."""

from collections.abc import Callable, Sequence
from functools import partial

import attrs

from bcper.domain.errors import UsageError
from bcper.domain.model.shell import Lines, Outcome, ProfileChange, Programs, Shell, ShellProfile
from bcper.domain.policy.profile_block import alias_lines, completion_lines, holds_block, installed, removed
from bcper.ports.shell_profile import ShellProfiles

_LinesOf = Callable[[Shell], Sequence[str]]


@attrs.frozen
class SetAliases:
    """Puts them in, renews them, takes them out."""

    profiles: ShellProfiles

    def __call__(self, programs: Programs | None, shells: Sequence[Shell] = ()) -> tuple[ProfileChange, ...]:
        """Have aliases for ``programs``; without any, have none.

        In the profiles of ``shells``; if none is named, in those that exist and in the login shell's. Either
        all profiles can be changed as far as their texts go, or none is. Raises UsageError where that is no
        profile at all, ConfigurationError for one that a person must look at, and what the port raises.
        """
        lines = None if programs is None else partial(alias_lines, programs=programs)
        return _set(self.profiles, "aliases", lines, shells)

    def present(self) -> tuple[ShellProfile, ...]:
        """The profiles that have aliases of BCPER in them, whatever they stand for."""
        return _present(self.profiles, "aliases")


@attrs.frozen
class SetCompletion:
    """The same for completion: of programs that are installed."""

    profiles: ShellProfiles

    def __call__(self, shells: Sequence[Shell] = (), *, wanted: bool) -> tuple[ProfileChange, ...]:
        """Have it, or not. See :meth:`SetAliases.__call__`."""
        return _set(self.profiles, "completion", completion_lines if wanted else None, shells)

    def present(self) -> tuple[ShellProfile, ...]:
        """The profiles that have it."""
        return _present(self.profiles, "completion")


def _set(
    profiles: ShellProfiles, kind: Lines, lines: _LinesOf | None, shells: Sequence[Shell]
) -> tuple[ProfileChange, ...]:
    chosen = _chosen(profiles, shells, make=lines is not None)
    edits = [(profile, _edit(profile, kind, lines)) for profile in chosen]
    for profile, edit in edits:
        edit(profiles.read(profile))
    done: Outcome = "removed" if lines is None else "added"
    return tuple(_changed(profiles, profile, kind, edit, done) for profile, edit in edits)


def _present(profiles: ShellProfiles, kind: Lines) -> tuple[ShellProfile, ...]:
    return tuple(
        profile
        for profile in profiles.profiles()
        if profile.exists and holds_block(profiles.read(profile), profile.path, kind)
    )


def _chosen(profiles: ShellProfiles, shells: Sequence[Shell], *, make: bool) -> list[ShellProfile]:
    chosen = [
        profile
        for profile in profiles.profiles()
        if (profile.shell in shells if shells else profile.exists or (profile.used and make))
    ]
    if make and not chosen:
        raise UsageError("Your shell is none that BCPER knows.", "Name one: --shell bash, zsh or fish.")
    return chosen


def _edit(profile: ShellProfile, kind: Lines, lines: _LinesOf | None) -> Callable[[bytes], bytes]:
    if lines is None:
        return partial(removed, where=profile.path, kind=kind)
    return partial(installed, lines=lines(profile.shell), where=profile.path, kind=kind)


def _changed(
    profiles: ShellProfiles,
    profile: ShellProfile,
    kind: Lines,
    edit: Callable[[bytes], bytes],
    done: Outcome,
) -> ProfileChange:
    outcome: Outcome = done

    def noted(text: bytes) -> bytes:
        nonlocal outcome
        outcome = "changed" if done == "added" and holds_block(text, profile.path, kind) else done
        return edit(text)

    if not profiles.change(profile, noted):
        outcome = "unchanged"
    return ProfileChange(profile.shell, profile.path, outcome)
