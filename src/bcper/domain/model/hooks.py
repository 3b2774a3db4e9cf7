"""What a job does around its runs: commands, and an address to call (docs/guide/hooks.md)."""

import re

from bcper.domain.errors import UsageError
from bcper.domain.model.names import printable
from bcper.domain.model.paths import check_text

MOST_SECONDS = 86_400
"""Seconds that a command may be given."""

_URL = re.compile(r"https?://(?P<host>[^/?#]+)(?P<path>/[^?#]*)?(?P<query>\?[^#]*)?", re.IGNORECASE)


def split_command(line: str) -> tuple[str, ...]:
    """The program and its arguments that a command line means, quoted as in a shell (shlex, POSIX rules).

    There is no shell behind it: ``|``, ``>``, ``~`` and ``$HOME`` mean nothing; whoever wants them writes
    ``sh -c '...'``. Raises :class:`UsageError` for what names no program, NUL, and a quote without its end.
    """
    import shlex  # few commands have hooks, and all read jobs

    try:
        check_text(line)
    except UsageError as error:
        raise UsageError(f"{printable(line)!r} cannot be a command: no program can be given that.") from error
    try:
        words = tuple(shlex.split(line))
    except ValueError as error:
        raise UsageError(
            f"The command {printable(line)!r} is not complete: {str(error).lower()}.",
            "Close every quote; a backslash stands before something.",
        ) from error
    if not words or not words[0]:
        raise UsageError("A command of blanks names no program.", "Leave it empty for no command.")
    return words


def check_hook_seconds(seconds: int) -> int:
    """``seconds`` themselves, a command's time-out. Raises :class:`UsageError`."""
    if not 1 <= seconds <= MOST_SECONDS:
        raise UsageError(
            f"A time-out of {seconds} s (hook_seconds) makes no sense.", f"Give 1 to {MOST_SECONDS} seconds."
        )
    return seconds


def check_ping_url(url: str) -> str:
    """``url`` itself: http or https, a host, no password, nothing that is not ASCII. Raises
    :class:`UsageError`, which never shows the address: who knows it can call it."""
    match = _URL.fullmatch(url)
    if match is None or not url.isascii() or not url.isprintable() or " " in url:
        raise UsageError(
            "That cannot be an address to call (ping_url).",
            "Write it as https://hc-ping.com/your-uuid-here, without '#', blanks and letters beyond ASCII.",
        )
    if "@" in match["host"]:
        raise UsageError(
            "An address to call (ping_url) holds no name and password.",
            "The configuration is no place for passwords: use an address that needs none.",
        )
    return url


def ping_address(url: str, suffix: str) -> str:
    """``url`` with ``suffix`` (such as ``/start``) at the end of its path, before a query."""
    base, mark, query = url.partition("?")
    return base.rstrip("/") + suffix + mark + query if suffix else url
