"""A word to the person, on the desktop."""

from typing import Protocol


class Notifier(Protocol):
    """Shows a short notice to whoever sits in front of the machine, if anybody does."""

    def notify(self, title: str, body: str, *, urgent: bool = False) -> bool:
        """Show a notice; whether the desktop took it. Never raises, and returns within seconds.

        Both are plain text: nothing in them is markup, what cannot be printed is shown escaped, and what is
        too long is cut. Lines of ``body`` end with ``"\\n"``. An ``urgent`` notice stays until it is closed.
        Notices are kept by the desktop and read by others: hand over the sentence of an expected error or a
        name, never a password and never what a program wrote.
        """
        ...
