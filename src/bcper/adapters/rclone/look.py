"""Which rclone would be used, looked at: nothing is fetched or remembered."""

import os
import threading

from bcper.adapters.rclone.locator import on_path
from bcper.adapters.rclone.program import SECONDS, examined, ours_alone
from bcper.domain.model.checkup import RcloneSeen


class SystemRcloneLook:
    """See :class:`~bcper.ports.looks.RcloneLook`; ``own`` is the path of BCPER's own copy.

    It is looked for once, whoever asks.
    """

    def __init__(self, own: str, seconds: float = SECONDS) -> None:
        self._path = own
        self._seconds = seconds
        self._turn = threading.Lock()
        self._seen: RcloneSeen | None = None

    def look(self) -> RcloneSeen:
        """See the port."""
        with self._turn:
            if self._seen is None:
                self._seen = self._looked()
            return self._seen

    def _looked(self) -> RcloneSeen:
        refused: list[tuple[str, str]] = []
        for path in on_path():
            version, why = examined(path, self._seconds)
            if not why:
                return RcloneSeen(path, version, refused=tuple(refused))
            refused.append((path, why))
        if not os.path.lexists(self._path):
            return RcloneSeen("", refused=tuple(refused))
        version, why = self._own()
        if not why:
            return RcloneSeen(self._path, version, own=True, refused=tuple(refused))
        return RcloneSeen("", refused=(*refused, (self._path, why)))

    def _own(self) -> tuple[str, str]:
        try:
            if not (ours_alone(self._path) and ours_alone(os.path.dirname(self._path))):
                return "", "others could change it"
        except OSError as error:
            return "", f"it cannot be looked at ({error.strerror})"
        return examined(self._path, self._seconds)
