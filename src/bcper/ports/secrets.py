"""Where passwords are kept."""

from collections.abc import Sequence
from typing import Protocol

from bcper.domain.model.owners import Owner
from bcper.domain.model.passwords import Kept


class Secrets(Protocol):
    """The passwords of items and vaults, and those that they had before.

    A change is whole and durable when its method returns, or has not happened; changes of several processes
    do not undo each other. Unicode forms of one password are the same password, given back as NFC (FAULTS.md
    row 78). No password is ever in an error, a ``repr`` or a pickle (row 75).

    Every method may raise SecretsUnavailable (the place does not answer, or is locked), ConfigurationError
    (what is kept there is damaged, and is left as it is), Locked (another process keeps it busy) and
    NoSpace.
    """

    @property
    def place(self) -> str:
        """For a person, on one line: where they are kept. Never raises."""
        ...

    def get(self, owner: Owner) -> str | None:
        """The password; ``None`` without one.

        Whoever knows that there is one (``has_password``) must take ``None`` for a failure: the place may
        have changed.
        """
        ...

    def earlier(self, owner: Owner) -> Sequence[str]:
        """Those that were set before, newest first: old runs stay readable with them."""
        ...

    def set(self, owner: Owner, password: str) -> None:
        """Set the password; the one before moves to the front of the earlier ones.

        The same one again is no change. Raises UsageError for an empty one and one that is not text.
        """
        ...

    def forget(self, owner: Owner, *, earlier: bool = False) -> None:
        """Have no password any more: it moves to the earlier ones. With ``earlier`` all of them go."""
        ...

    def copy(self, owner: Owner, new_owner: Owner) -> None:
        """Give everything of ``owner`` to ``new_owner`` too; if there is nothing, that is no change.

        Nothing is lost: what ``new_owner`` had before joins the earlier ones, behind the others.
        """
        ...

    def read(self, owner: Owner) -> Kept:
        """Everything of ``owner``, for :meth:`restore`; an empty Kept if there is nothing."""
        ...

    def restore(self, owner: Owner, kept: Kept) -> None:
        """Have just what :meth:`read` gave: a change is undone, and what was set since is gone."""
        ...
