"""One call over http or https, with an end in time; heavy to import, so only when one is made."""

import http.client
import socket
import threading
import urllib.error
import urllib.request
from urllib.parse import urlsplit

from bcper.adapters.web import Connections
from bcper.domain.errors import UsageError
from bcper.domain.model.hooks import check_ping_url

_LATE = "there was no answer in time"
_AGAIN = frozenset((408, 425, 429, *range(500, 600)))
"""Answers that may be another one next time."""


def post(address: str, data: bytes, agent: str, seconds: float) -> tuple[str, bool]:
    """Why ``data`` was not received at ``address`` (http or https), if so, and whether to try again."""
    headers = {"User-Agent": agent, "Content-Type": "text/plain; charset=utf-8"}
    connections = Connections()
    deadline = threading.Timer(seconds, connections.cut)
    deadline.start()
    try:
        request = urllib.request.Request(address, data, headers, method="POST")  # noqa: S310
        connections.opener(_may_follow).open(request, timeout=seconds).close()
    except urllib.error.HTTPError as error:
        error.close()
        return f"the answer was {error.code}", error.code in _AGAIN
    except (OSError, http.client.HTTPException, ValueError) as error:
        return _reason(error, late=connections.cut_off), True
    finally:
        deadline.cancel()
        deadline.join()
    # Headers that the deadline has cut look as if they were whole.
    return (_LATE, True) if connections.cut_off else ("", False)


def _reason(error: Exception, *, late: bool) -> str:
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    if late or isinstance(cause, TimeoutError):
        return _LATE
    if isinstance(cause, socket.gaierror):
        return "its host is not known"
    if isinstance(cause, OSError) and cause.strerror:
        return f"it cannot be reached ({cause.strerror})"
    return f"the answer makes no sense ({type(cause).__name__})"


def _may_follow(before: str, after: str) -> bool:
    """To an address that could have been given itself, and from https never to http."""
    try:
        check_ping_url(after)
    except UsageError:
        return False
    return urlsplit(before).scheme != "https" or urlsplit(after).scheme == "https"
