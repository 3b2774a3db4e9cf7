"""Shell integration: aliases or completion in a person's profiles; what would be written is shown before."""

from collections.abc import Callable, Collection, Sequence

import attrs

from bcper.apps.gui.presenters.base import Presenter, Show, Tools, Trouble
from bcper.apps.words import listed
from bcper.domain.model.names import printable
from bcper.domain.model.shell import Lines, ProfileChange, Programs, Shell
from bcper.domain.policy.profile_block import alias_lines, block, completion_lines
from bcper.domain.usecases.set_aliases import SetAliases, SetCompletion
from bcper.ports.shell_profile import ShellProfiles


@attrs.frozen
class ProfileRow:
    """A shell's profile. ``chosen`` by whoever looks; ``present``: what is offered is in it already.

    ``text`` is what would be written, between its two markers; ``removable``: there is something of BCPER's.
    """

    shell: Shell
    path: str
    chosen: bool
    present: bool
    text: str
    removable: bool = False


@attrs.frozen
class AliasesView:
    """``offer`` is what can be added: aliases, or completion where BCPER is installed; ``why`` says so.

    ``done`` says what was done.
    """

    loaded: bool = False
    offer: Lines = "aliases"
    why: str = ""
    rows: tuple[ProfileRow, ...] = ()
    working: bool = False
    done: str = ""
    trouble: Trouble | None = None

    @property
    def can_add(self) -> bool:
        """Whether a profile is chosen."""
        return not self.working and any(row.chosen for row in self.rows)

    @property
    def can_remove(self) -> bool:
        """Whether there is something to take out of what is chosen."""
        return not self.working and any(row.chosen and row.removable for row in self.rows)


class AliasesPresenter(Presenter[AliasesView]):
    """``open``, then ``choose``, ``add`` or ``remove``. Profiles are the person's, and not the daemon's."""

    def __init__(
        self,
        tools: Tools,
        show: Show[AliasesView],
        profiles: ShellProfiles,
        programs: Callable[[], Programs],
        on_path: Callable[[], Programs | None],
    ) -> None:
        """``programs`` are BCPER's commands, ``on_path`` those on PATH already (``apps.programs``)."""
        self._profiles = profiles
        self._aliases = SetAliases(profiles)
        self._completion = SetCompletion(profiles)
        self._programs = programs
        self._on_path = on_path
        super().__init__(tools, show, AliasesView())

    async def open(self) -> None:
        """Look at the profiles: those that exist, the login shell's and those with BCPER's are chosen."""
        with self._telling():
            self._put(await self._tools.in_thread(self._look))

    def choose(self, shells: Collection[Shell]) -> None:
        """These profiles are meant."""
        rows = (attrs.evolve(row, chosen=row.shell in shells) for row in self._state.rows)
        self._set(rows=tuple(rows))

    async def add(self) -> None:
        """Write what is shown into the chosen profiles, in the place of what was there of it."""
        if self._state.can_add:
            await self._change(self._write)

    async def remove(self) -> None:
        """Take everything of BCPER's out of the chosen profiles."""
        if self._state.can_remove:
            await self._change(self._take_out)

    async def _change(self, do: Callable[[list[Shell]], Sequence[ProfileChange]]) -> None:
        shells = [row.shell for row in self._state.rows if row.chosen]
        self._set(working=True, done="")
        try:
            with self._telling():
                changes = await self._tools.in_thread(do, shells)
                rows = (await self._tools.in_thread(self._look)).rows
                rows = tuple(attrs.evolve(row, chosen=row.shell in shells) for row in rows)
                self._set(rows=rows, done=self._said(changes))
        finally:
            self._set(working=False)

    def _write(self, shells: list[Shell]) -> Sequence[ProfileChange]:
        if self._state.offer == "completion":
            return self._completion(shells, wanted=True)
        return self._aliases(self._programs(), shells)

    def _take_out(self, shells: list[Shell]) -> Sequence[ProfileChange]:
        # What was put in last goes first: then a profile is what it was, to its last line end.
        return (*self._completion(shells, wanted=False), *self._aliases(None, shells))

    def _said(self, changes: Sequence[ProfileChange]) -> str:
        changed = [each for each in changes if each.outcome != "unchanged"]
        if not changed:
            return "Nothing was to be changed."
        paths = listed(list(dict.fromkeys(printable(each.path) for each in changed)))
        if changed[0].outcome == "removed":
            return f"Removed BCPER's lines from {paths}. Terminals that are open keep what they have."
        what = "the aliases" if self._state.offer == "aliases" else "the completion"
        did = f"Added {what} to" if any(each.outcome == "added" for each in changed) else f"Renewed {what} in"
        return f"{did} {paths}. New terminals have {'them' if what == 'the aliases' else 'it'}."

    def _look(self) -> AliasesView:
        there = self._on_path()
        offer: Lines = "aliases" if there is None else "completion"
        programs = self._programs() if there is None else {}
        aliases = {profile.shell for profile in self._aliases.present()}
        completion = {profile.shell for profile in self._completion.present()}
        offered = aliases if offer == "aliases" else completion
        rows = []
        for profile in self._profiles.profiles():
            shell, any_there = profile.shell, profile.shell in aliases | completion
            lines = alias_lines(shell, programs) if offer == "aliases" else completion_lines(shell)
            chosen = profile.exists or profile.used or any_there
            text = "\n".join(printable(line) for line in _texts(lines, offer))
            rows.append(ProfileRow(shell, printable(profile.path), chosen, shell in offered, text, any_there))
        why = "BCPER runs from its source: aliases make its programs known to your shell."
        if there is not None:
            verb = "are" if len(there) > 1 else "is"
            why = f"{listed(list(there))} {verb} on your PATH already: completion fills in names with Tab."
        return AliasesView(True, offer, why, tuple(rows))


def _texts(lines: Sequence[str], kind: Lines) -> list[str]:
    return block(lines, kind).decode("utf-8", "surrogateescape").rstrip("\n").split("\n")
