"""Paths as they are typed, made such that whoever answers understands them: it may be in another folder."""

import os
from typing import overload

from bcper.domain.model.stores import looks_remote
from bcper.ports.service import BackupService


def absolute(path: str) -> str:
    """A path as typed, ``~`` expanded, relative to the current folder; symlinks stay what they are."""
    return os.path.abspath(os.path.expanduser(path))


@overload
def place(service: BackupService, text: str) -> str: ...
@overload
def place(service: BackupService, text: None) -> None: ...
def place(service: BackupService, text: str | None) -> str | None:
    """A store's name, ``remote:path``, or an absolute folder.

    A folder that is there is one, whatever its name looks like; one that shall be made is written ``./a:b``.
    """
    if text is None:
        return None
    if os.sep not in text and not text.startswith((".", "~")):
        from bcper.domain.model.requests.stores import ListStores

        if any(view.store.name == text for view in service(ListStores())):
            return text
    if looks_remote(text) and not os.path.lexists(text):
        return text
    return absolute(text)
