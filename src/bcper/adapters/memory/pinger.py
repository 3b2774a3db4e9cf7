"""Calls that nobody hears."""

import attrs

from bcper.ports.pinger import Event


@attrs.define
class MemoryPinger:
    """The fake of :class:`~bcper.ports.pinger.Pinger`: keeps what was told in ``heard``, oldest first.

    ``deaf`` is why nothing is received any more, if a test says so.
    """

    heard: list[tuple[str, Event, str]] = attrs.field(factory=list, init=False)
    deaf: str = ""

    def ping(self, url: str, event: Event, body: str = "") -> str:
        """See the port."""
        if self.deaf:
            return self.deaf
        if not url.startswith(("http://", "https://")):
            return "it is no address of the web"
        cut = body.encode("utf-8", "replace")[:10_000].decode("utf-8", "ignore")
        self.heard.append((url, event, cut))
        return ""
