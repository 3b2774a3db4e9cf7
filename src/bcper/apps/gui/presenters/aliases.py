"""Aliases for a person's shells: what would be written is shown before it is."""

from collections.abc import Callable, Collection

import attrs

from bcper.apps.gui.presenters.base import Presenter, Show, Tools, Trouble
from bcper.apps.words import listed
from bcper.domain.model.names import printable
from bcper.domain.model.shell import Programs, Shell
from bcper.domain.policy.profile_block import alias_lines, block
from bcper.domain.usecases.set_aliases import SetAliases


@attrs.frozen
class ProfileRow:
    """A shell's profile. ``chosen`` by whoever looks; ``present``: the aliases are in it."""

    shell: Shell
    path: str
    chosen: bool
    present: bool
    text: str


@attrs.frozen
class AliasesView:
    """``text`` of each row is what is written, line by line. ``on_path`` says that no alias is needed.

    ``done`` says what was done; ``can_remove`` that there is something to take out.
    """

    loaded: bool = False
    on_path: str = ""
    rows: tuple[ProfileRow, ...] = ()
    can_remove: bool = False
    working: bool = False
    done: str = ""
    trouble: Trouble | None = None


class AliasesPresenter(Presenter[AliasesView]):
    """``open``, then ``choose``, ``add`` or ``remove``. Profiles are the person's, and not the daemon's."""

    def __init__(
        self,
        tools: Tools,
        show: Show[AliasesView],
        set_aliases: SetAliases,
        programs: Callable[[], Programs],
        on_path: Callable[[], Programs | None],
    ) -> None:
        """``programs`` are BCPER's commands, ``on_path`` those on PATH already (``apps.programs``)."""
        self._set_aliases = set_aliases
        self._programs = programs
        self._on_path = on_path
        super().__init__(tools, show, AliasesView())

    async def open(self) -> None:
        """Look at the profiles: those that exist and the login shell's are chosen."""
        with self._telling():
            rows, there = await self._tools.in_thread(self._look)
            self._set(rows=rows, on_path=there, loaded=True, can_remove=any(row.present for row in rows))

    def choose(self, shells: Collection[Shell]) -> None:
        """These profiles are meant."""
        rows = (attrs.evolve(row, chosen=row.shell in shells) for row in self._state.rows)
        self._set(rows=tuple(rows))

    async def add(self) -> None:
        """Put the aliases into the chosen profiles, or renew them there."""
        await self._change(self._programs, [row.shell for row in self._state.rows if row.chosen])

    async def remove(self) -> None:
        """Take them out of every profile that has them."""
        await self._change(lambda: None, [row.shell for row in self._state.rows if row.present])

    async def _change(self, programs: Callable[[], Programs | None], shells: list[Shell]) -> None:
        if not shells or self._state.working:
            return
        self._set(working=True)
        try:
            with self._telling():
                changes = await self._tools.in_thread(lambda: self._set_aliases(programs(), shells))
                changed = [printable(each.path) for each in changes if each.outcome != "unchanged"]
                outcome = next((each.outcome for each in changes if each.outcome != "unchanged"), "unchanged")
                words = {
                    "added": "Added the aliases to {}. New terminals have them.",
                    "changed": "Renewed the aliases in {}. New terminals have them.",
                    "removed": "Removed the aliases from {}. Terminals that are open keep them.",
                    "unchanged": "Nothing was to be changed.",
                }
                await self.open()
                self._set(done=words[outcome].format(listed(changed)))
        finally:
            self._set(working=False)

    def _look(self) -> tuple[tuple[ProfileRow, ...], str]:
        programs = self._programs()
        present = {profile.shell for profile in self._set_aliases.present()}
        rows = tuple(
            ProfileRow(
                profile.shell,
                printable(profile.path),
                profile.exists or profile.used,
                profile.shell in present,
                "\n".join(printable(line) for line in _lines(profile.shell, programs)),
            )
            for profile in self._set_aliases.profiles.profiles()
        )
        there = self._on_path()
        names = listed(list(there)) if there is not None else ""
        return rows, f"{names} are on your PATH already: no alias is needed." if names else ""


def _lines(shell: Shell, programs: Programs) -> list[str]:
    text = block(alias_lines(shell, programs)).decode("utf-8", "surrogateescape")
    return text.rstrip("\n").split("\n")
