"""The original's stores."""

import os

import attrs


@attrs.frozen
class LocalStore:
    """A folder that backups go to. Made by the first backup, not before."""

    path: str = attrs.field(converter=os.path.abspath)
