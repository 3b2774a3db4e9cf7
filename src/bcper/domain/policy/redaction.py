"""What strangers need not know: for reports of bugs."""

import re
from collections.abc import Callable

_ADDRESS = re.compile(r"\b[A-Za-z][A-Za-z0-9+.-]*://[^\s'\"<>]*")
_ACCOUNT = re.compile(r"[^\s/'\"=,:(]+@[^\s/'\",;)]+")
_NAMED = re.compile(
    r"\b(host|server|share|user|domain|username|password|pass|token|key)=[^\s,;&/'\")]+", re.IGNORECASE
)
_PERSONS = re.compile(r"(?<=/home/)[^/\s'\"]+|(?<=/media/)[^/\s'\"]+(?=/)")
"""Folders that are called like a person: others' homes, as root sees them, and where desktops mount disks."""


def redactor(home: str, user: str) -> Callable[[str], str]:
    """Takes addresses, accounts, the home folder and the user's name in paths out of a text."""
    folder = home.rstrip("/")
    within = re.compile(rf"{re.escape(folder)}(?![\w.-])") if folder else None
    named = re.compile(rf"(?<=/){re.escape(user)}(?=/|\.?$|\.?[\s'\":;,)])") if user else None

    def redacted(text: str) -> str:
        text = _ADDRESS.sub("(an address)", text)
        text = _NAMED.sub(r"\1=(hidden)", text)
        text = _ACCOUNT.sub("(an account)", text)
        if within is not None:
            text = within.sub("~", text)
        text = _PERSONS.sub("(user)", text)
        return named.sub("(user)", text) if named is not None else text

    return redacted
