"""Where the catalogue is kept."""

from collections.abc import Callable
from typing import Protocol

from bcper.domain.model.catalog import Catalog


class CatalogRepository(Protocol):
    """One catalogue, shared by every process of a user. What is returned is durable and never changes."""

    def load(self) -> Catalog:
        """The catalogue as it was saved last, whole, also while another process saves a newer one.

        Where there is none yet it is empty, of revision 0, and nothing is created. References to what is
        gone are no error (policy/orphans.py). Raises ConfigurationError when what is kept cannot be read or
        understood; it is then left as it is. Raises Locked when a configuration of the original has to be
        taken over first and another process does not let go of it.
        """
        ...

    def change(self, edit: Callable[[Catalog], Catalog]) -> Catalog:
        """Load, ``edit``, save; returns what is then kept. One caller at a time, among all processes.

        ``edit`` is called once, with the newest catalogue, and must not call :meth:`change` itself. What it
        raises comes out and nothing is saved; nothing is saved either when it changes nothing. Otherwise the
        revision is the old one plus 1, whatever ``edit`` says: no change is lost to another (row 38). Killed
        at any moment, the old catalogue is kept or the new one, never a mixture (row 37).

        Raises ConfigurationError as :meth:`load`, and when it cannot be saved; UsageError for a catalogue
        that policy.whole.check_catalog refuses; Locked when others do not let go within some seconds.
        """
        ...
