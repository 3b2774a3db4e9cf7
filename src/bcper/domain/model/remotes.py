"""Remotes as rclone has them, and where rclone itself is fetched from."""

import re

import attrs

from bcper.domain.errors import UsageError

_URL = re.compile(
    r"(?P<scheme>https?)://(?P<host>\[[0-9a-f:.]+\]|[a-z0-9][a-z0-9.-]*)(:[0-9]{1,5})?(/[^?#\s@]*)?",
    re.IGNORECASE,
)
_LOOPBACK = re.compile(r"localhost|\[::1\]|127(\.[0-9]{1,3}){3}", re.IGNORECASE)


@attrs.frozen
class Remote:
    """One that rclone's configuration has: ``name``, and its ``kind`` in rclone's words ("drive", "s3")."""

    name: str
    kind: str


def check_rclone_url(url: str) -> str:
    """``url`` itself, below which the files of rclone's releases lie; empty for rclone's own place.

    https alone, but for this machine itself, which http may reach too. Raises :class:`UsageError`.
    """
    match = _URL.fullmatch(url)
    if not url or (match and (match["scheme"].lower() == "https" or _LOOPBACK.fullmatch(match["host"]))):
        return url
    # The address is not shown: it may be one with a password in it.
    raise UsageError(
        "That cannot be an address to fetch rclone from (rclone_url, BCPER_RCLONE_URL).",
        "Write it as https://mirror.example.org/rclone, without a name, a password, '?' and '#'. "
        "http is for this machine alone.",
    )


def is_loopback(url: str) -> bool:
    """Whether ``url``, which :func:`check_rclone_url` has taken, is of this machine itself."""
    match = _URL.fullmatch(url)
    return match is not None and _LOOPBACK.fullmatch(match["host"]) is not None
