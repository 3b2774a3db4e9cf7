"""Somebody outside who watches that backups happen."""

from typing import Literal, Protocol

Event = Literal["start", "success", "failure"]
"""What happened to a run."""


class Pinger(Protocol):
    """Calls addresses as https://healthchecks.io/docs/http_api/ has them."""

    def ping(self, url: str, event: Event, body: str = "") -> str:
        """Tell ``url`` of ``event``, with ``body`` for a person: the first 10,000 bytes of it.

        Returns nothing once it was received, and otherwise why it was not, as a clause that does not hold
        the address: who knows that can call it. Tries several times and takes some 40 seconds at most; never
        raises.
        """
        ...
