"""Which rclone would be used, looked at: nothing is fetched or remembered."""

import os

import attrs

from bcper.adapters.rclone.locator import on_path
from bcper.adapters.rclone.program import SECONDS, examined, ours_alone
from bcper.domain.model.checkup import RcloneSeen


@attrs.frozen
class SystemRcloneLook:
    """See :class:`~bcper.ports.looks.RcloneLook`; ``own`` is the path of BCPER's own copy."""

    own: str
    seconds: float = SECONDS

    def look(self) -> RcloneSeen:
        """See the port."""
        refused: list[tuple[str, str]] = []
        for path in on_path():
            version, why = examined(path, self.seconds)
            if not why:
                return RcloneSeen(path, version, refused=tuple(refused))
            refused.append((path, why))
        if not os.path.lexists(self.own):
            return RcloneSeen("", refused=tuple(refused))
        version, why = self._own()
        if not why:
            return RcloneSeen(self.own, version, own=True, refused=tuple(refused))
        return RcloneSeen("", refused=(*refused, (self.own, why)))

    def _own(self) -> tuple[str, str]:
        try:
            if not (ours_alone(self.own) and ours_alone(os.path.dirname(self.own))):
                return "", "others could change it"
        except OSError as error:
            return "", f"it cannot be looked at ({error.strerror})"
        return examined(self.own, self.seconds)
