"""Time and identity come from outside (DESIGN.md, habit 3)."""

from datetime import datetime, tzinfo
from typing import Protocol


class Clock(Protocol):
    """The wall clock, a monotonic one, and fresh run ids."""

    def now(self) -> datetime:
        """The time, aware and in UTC."""
        ...

    def monotonic(self) -> float:
        """Seconds from some fixed point; never goes back."""
        ...

    def timezone(self) -> str:
        """The IANA name of the local zone, or its abbreviation where the machine does not say."""
        ...

    def local_zone(self) -> tzinfo:
        """The local zone itself, as :meth:`timezone` names it; what the machine does where it has no name."""
        ...

    def new_id(self) -> str:
        """A fresh random UUID in its canonical form."""
        ...

    def host(self) -> str:
        """This machine's name."""
        ...
