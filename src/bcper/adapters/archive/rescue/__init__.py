"""The rescue script and its README, which lie in every store's root (FORMAT.md sections 1 and 7).

``restore.py`` is no module of BCPER: a Python of its own runs it, 3.8 or newer, where BCPER is not installed.
"""

from collections.abc import Mapping, Sequence

EDITION = 1
"""Goes up with every change to one of the two files, and stands in both of them."""

_FILLED = b"@SHA256@"


def rescue_files() -> Mapping[str, bytes]:
    """The blobs of a store's root by name, ``README.txt`` (with the script's SHA-256) and ``restore.py``.

    Read from the package each time, about 50 KB: it works from a wheel, and importing this costs nothing.
    """
    import hashlib
    from importlib.resources import files

    here = files(__name__)
    script = here.joinpath("restore.py").read_bytes()
    readme = here.joinpath("readme.txt").read_bytes()
    digest = hashlib.sha256(script).hexdigest().encode("ascii")
    return {"README.txt": readme.replace(_FILLED, digest), "restore.py": script}


class PackagedRescueFiles:
    """See :class:`~bcper.ports.rescue.RescueFiles`."""

    edition = EDITION
    names: Sequence[str] = ("README.txt", "restore.py")

    def read(self) -> Mapping[str, bytes]:
        """See the port."""
        return rescue_files()
