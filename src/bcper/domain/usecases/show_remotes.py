"""The remotes that rclone knows."""

import attrs

from bcper.domain.model.remotes import Remote
from bcper.domain.model.requests.stores import ListRemotes
from bcper.ports.rclone import Remotes


@attrs.frozen
class ShowRemotes:
    """See the request."""

    remotes: Remotes

    def __call__(self, _: ListRemotes) -> tuple[Remote, ...]:
        """By name. Raises StoreError."""
        return self.remotes.list()
