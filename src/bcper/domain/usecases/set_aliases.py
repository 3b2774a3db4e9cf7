"""Aliases for BCPER's programs in the profiles of a person's shells (``shell aliases``)."""

from collections.abc import Callable, Sequence
from functools import partial

import attrs

from bcper.domain.errors import UsageError
from bcper.domain.model.shell import Outcome, ProfileChange, Programs, Shell, ShellProfile
from bcper.domain.policy.profile_block import alias_lines, holds_block, installed, removed
from bcper.ports.shell_profile import ShellProfiles


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
        chosen = self._chosen(shells, make=programs is not None)
        edits = [(profile, self._edit(profile, programs)) for profile in chosen]
        for profile, edit in edits:
            edit(self.profiles.read(profile))
        done: Outcome = "removed" if programs is None else "added"
        return tuple(self._changed(profile, edit, done) for profile, edit in edits)

    def present(self) -> tuple[ShellProfile, ...]:
        """The profiles that have aliases of BCPER in them, whatever they stand for."""
        return tuple(
            profile
            for profile in self.profiles.profiles()
            if profile.exists and holds_block(self.profiles.read(profile), profile.path)
        )

    def _chosen(self, shells: Sequence[Shell], *, make: bool) -> list[ShellProfile]:
        chosen = [
            profile
            for profile in self.profiles.profiles()
            if (profile.shell in shells if shells else profile.exists or (profile.used and make))
        ]
        if make and not chosen:
            raise UsageError("Your shell is none that BCPER knows.", "Name one: --shell bash, zsh or fish.")
        return chosen

    @staticmethod
    def _edit(profile: ShellProfile, programs: Programs | None) -> Callable[[bytes], bytes]:
        if programs is None:
            return partial(removed, where=profile.path)
        return partial(installed, lines=alias_lines(profile.shell, programs), where=profile.path)

    def _changed(self, profile: ShellProfile, edit: Callable[[bytes], bytes], done: Outcome) -> ProfileChange:
        outcome: Outcome = done

        def noted(text: bytes) -> bytes:
            nonlocal outcome
            outcome = "changed" if done == "added" and holds_block(text, profile.path) else done
            return edit(text)

        if not self.profiles.change(profile, noted):
            outcome = "unchanged"
        return ProfileChange(profile.shell, profile.path, outcome)
