"""Passwords that are still needed: asked for part after part, and only where nothing at hand opens it."""

from collections.abc import Sequence

import attrs

from bcper.apps.gui.presenters.backups import short
from bcper.apps.gui.presenters.base import Tools
from bcper.domain.model.names import printable
from bcper.domain.model.passwords import check_password
from bcper.domain.model.requests.runs import FindLocked, LockedPart, Which


@attrs.frozen
class Prompt:
    """A password is asked for. ``again`` says that the last one did not open it."""

    part: str
    run: str
    again: bool = False

    @property
    def text(self) -> str:
        """The question."""
        return f"Password of {self.part} in backup {self.run}"


class Unlocking:
    """Which passwords are at hand for some runs, and which part needs one next. Nothing of it is shown."""

    def __init__(self, tools: Tools, runs: Sequence[Which], passwords: tuple[str, ...] = ()) -> None:
        self._tools = tools
        self._runs = tuple(runs)
        self._asked: LockedPart | None = None
        self.passwords = passwords

    async def next(self) -> Prompt | None:
        """What to ask for, or ``None`` when everything opens. Raises BcperError."""
        locked = await self._tools.ask(FindLocked(self._runs, self.passwords))
        if not locked:
            self._asked = None
            return None
        first = locked[0]
        again = self._asked is not None and self._asked in locked
        if again and self._asked is not None:
            first = self._asked
        self._asked = first
        return Prompt(printable(first.part), short(first.run), again)

    def give(self, password: str) -> None:
        """Try this one too, before the others. Raises UsageError for one that cannot be."""
        self.passwords = (check_password(password), *self.passwords)

    def __repr__(self) -> str:
        return "<Unlocking>"
