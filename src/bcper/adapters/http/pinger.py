"""Pings as healthchecks.io has them (https://healthchecks.io/docs/http_api/)."""

import threading

from bcper.domain.errors import UsageError
from bcper.domain.model.hooks import check_ping_url, ping_address
from bcper.ports.pinger import Event

BODY = 10_000
"""Bytes of a body; healthchecks.io keeps 100,000."""

_SUFFIX: dict[Event, str] = {"start": "/start", "success": "", "failure": "/fail"}


class HttpPinger:
    """See :class:`~bcper.ports.pinger.Pinger`.

    A try has ``seconds`` as a whole, however slowly the other side answers; only looking up its name takes
    what the system's resolver takes. Between ``tries`` there are ``pause`` seconds. Proxies are those of the
    environment; ``tool`` is the name we go by.
    """

    def __init__(self, tool: str, seconds: float = 10.0, tries: int = 3, pause: float = 1.0) -> None:
        self._tool = tool
        self._seconds = seconds
        self._tries = tries
        self._pause = pause

    def ping(self, url: str, event: Event, body: str = "") -> str:
        """See the port."""
        from bcper.adapters.http.calls import post

        try:
            address = ping_address(check_ping_url(url), _SUFFIX[event])
        except UsageError:
            return "it is no address of the web"
        data = body.encode("utf-8", "replace")[:BODY].decode("utf-8", "ignore").encode()
        waiting = threading.Event()
        for last in (*(False,) * (self._tries - 1), True):
            reason, again = post(address, data, self._tool, self._seconds)
            if last or not again:
                break
            waiting.wait(self._pause)
        return reason
