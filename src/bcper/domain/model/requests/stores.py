"""Stores."""

from typing import Literal

import attrs

from bcper.domain.model.remotes import Remote
from bcper.domain.model.requests.base import Request
from bcper.domain.model.requests.targets import Removed
from bcper.domain.model.stores import Store


@attrs.frozen
class StoreView:
    """A store as it is shown; ``jobs`` (names) use it."""

    store: Store
    jobs: tuple[str, ...]


@attrs.frozen
class StoreTest:
    """What trying a store showed: bytes free if the store says so, its id, how many runs are in it."""

    store: Store
    store_id: str
    free_bytes: int | None
    runs: int


@attrs.frozen
class Imported:
    """Runs that a store showed: ``added`` are new in the list, ``unreadable`` are manifests with reasons.

    ``marked``: it was a folder of the original BCPER's, and is a store of ours from now on.
    """

    location: str
    runs: int
    added: int
    unreadable: tuple[str, ...] = ()
    marked: bool = False


@attrs.frozen
class ListStores(Request[tuple[StoreView, ...]]):
    """Every store, by name."""


@attrs.frozen
class ListRemotes(Request[tuple[Remote, ...]]):
    """Every remote that rclone's configuration has, by name; nothing is fetched for that."""


@attrs.frozen
class AddStore(Request[StoreView]):
    """Add a store, and make its folder and marker if it is a local one. A local ``path`` is absolute."""

    name: str
    kind: Literal["local", "rclone"]
    path: str = ""
    remote: str = ""
    volume_bytes: int | None = None
    bandwidth: int | None = None


@attrs.frozen
class EditStore(Request[StoreView]):
    """Change what is given (not ``None``) of the store ``name``."""

    name: str
    new_name: str | None = None
    path: str | None = None
    remote: str | None = None
    volume_bytes: int | None = None
    bandwidth: int | None = None


@attrs.frozen
class DeleteStore(Request[Removed]):
    """Forget a store; with ``cascade`` the jobs that use it too. Nothing in the store itself is touched."""

    name: str
    cascade: bool = False


@attrs.frozen
class TestStore(Request[StoreTest]):
    """Write, read and delete in a store, and say how much is free."""

    __test__ = False  # no test of pytest's

    name: str


@attrs.frozen
class ImportStore(Request[Imported]):
    """List every run that a store holds, without a password. ``name`` is a store's name or a location."""

    name: str
