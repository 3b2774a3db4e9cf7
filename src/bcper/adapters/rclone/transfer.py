"""One file over https, into a file, with limits and somebody who may stop it. Heavy to import."""

import hashlib
import http.client
import socket
import threading
import time
import urllib.error
import urllib.request
from collections.abc import Callable
from typing import BinaryIO
from urllib.parse import urlsplit

from bcper.adapters.rclone.limits import Patience
from bcper.adapters.web import Connections, redirected
from bcper.domain.model.names import printable
from bcper.domain.model.remotes import is_loopback

_PIECE = 1 << 18
_POLL = 0.1


class TransferFailed(Exception):
    """Why nothing came, or not all of it, as a clause."""


def transfer(
    url: str,
    into: BinaryIO,
    *,
    limit: int,
    agent: str,
    report: Callable[[int, int | None], None],
    patience: Patience,
) -> str:
    """Write what is at ``url`` (checked by ``check_rclone_url``) to ``into``; returns its SHA-256 in hex.

    ``report`` gets the bytes that have come and how many there are; it is called from this thread ten times
    a second, whatever the other side does, and what it raises ends the transfer: at once, but for looking up
    a name and connecting, which take what they take. Redirects are followed on
    the same host alone, by the same scheme. Raises TransferFailed, also for more than ``limit`` bytes, and
    OSError when ``into`` takes no more.
    """
    work = _Work(url, into, limit, agent, patience.idle)
    thread = threading.Thread(target=work.run)
    thread.start()
    begun = marked = time.monotonic()
    mark, late = 0, ""
    try:
        while thread.is_alive():
            thread.join(_POLL)
            report(work.done, work.total)
            now = time.monotonic()
            if now - marked >= patience.window:
                late = "it comes too slowly" if work.done - mark < patience.least else ""
                mark, marked = work.done, now
            if now - begun >= patience.whole:
                late = "it takes too long"
            if late:
                break
    finally:
        work.connections.cut()
        thread.join()
    if late and not work.complete:
        raise TransferFailed(late)
    if work.error is not None:
        raise work.error
    report(work.done, work.total)
    return work.sum.hexdigest()


class _Work:
    """What the thread does. Its numbers are read while it runs."""

    def __init__(self, url: str, into: BinaryIO, limit: int, agent: str, idle: float) -> None:
        self.connections = Connections()
        self.done = 0
        self.total: int | None = None
        self.sum = hashlib.sha256()
        self.complete = False
        self.error: Exception | None = None
        self._url = url
        self._into = into
        self._limit = limit
        self._agent = agent
        self._idle = idle

    def run(self) -> None:
        try:
            self._get()
            self.complete = True
        except Exception as error:
            self.error = error

    def _get(self) -> None:
        with self._opened() as response:
            if response.status != 200:
                raise TransferFailed(f"the answer was {response.status}")
            self.total = response.length
            if self.total is not None and self.total > self._limit:
                raise TransferFailed(f"it is larger than {self._limit >> 20} MiB")
            while data := _read(response):
                self.done += len(data)
                if self.done > self._limit:
                    raise TransferFailed(f"it is larger than {self._limit >> 20} MiB")
                self.sum.update(data)
                self._into.write(data)
        if self.connections.cut_off or (self.total is not None and self.done != self.total):
            raise TransferFailed(f"it ended after {self.done} bytes")

    def _opened(self) -> http.client.HTTPResponse:
        request = urllib.request.Request(self._url, headers={"User-Agent": self._agent})  # noqa: S310
        # What is for this machine does not go out of it.
        opener = self.connections.opener(_may_follow, proxies=not is_loopback(self._url))
        try:
            response: http.client.HTTPResponse = opener.open(request, timeout=self._idle)
        except urllib.error.HTTPError as error:
            error.close()
            raise TransferFailed(_refusal(self._url, error)) from error
        except (OSError, http.client.HTTPException, ValueError) as error:
            raise TransferFailed(_reason(error)) from error
        return response


def _read(response: http.client.HTTPResponse) -> bytes:
    """What is there, as it comes: so that somebody who sends byte by byte is seen to do so."""
    try:
        return response.read1(_PIECE)
    except (OSError, http.client.HTTPException, ValueError) as error:
        raise TransferFailed(_reason(error)) from error


def _refusal(url: str, error: urllib.error.HTTPError) -> str:
    if 300 <= error.code < 400:
        place = redirected(url, error.headers)
        # Only so much of it: the rest of an address may be a secret.
        shown = "/".join(place.split("/")[:3]).rpartition("@")[2]
        return f"it sends us elsewhere ({printable(shown)}), and that is not followed"
    return f"the answer was {error.code}"


def _reason(error: Exception) -> str:
    cause = error.reason if isinstance(error, urllib.error.URLError) else error
    if isinstance(cause, TimeoutError):
        return "there was no answer in time"
    if isinstance(cause, socket.gaierror):
        return "its host is not known (is this machine offline?)"
    if isinstance(cause, OSError) and (text := getattr(cause, "verify_message", "") or cause.strerror):
        return f"it cannot be reached ({text})"
    return f"the answer makes no sense ({type(cause).__name__})"


def _may_follow(before: str, after: str) -> bool:
    try:
        from_, to = urlsplit(before), urlsplit(after)
        return (from_.scheme, from_.hostname, from_.port) == (to.scheme, to.hostname, to.port)
    except ValueError:
        return False
