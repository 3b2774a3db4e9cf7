"""A login that starts nothing."""

from collections.abc import Sequence

import attrs

from bcper.domain.errors import ConfigurationError
from bcper.ports.autostart import AutostartState


@attrs.define
class MemoryAutostart:
    """The fake of :class:`~bcper.ports.autostart.Autostart`; ``argv`` is what was installed, or ``None``."""

    argv: tuple[str, ...] | None = None

    def install(self, argv: Sequence[str]) -> AutostartState:
        """See the port."""
        if not argv or not argv[0].startswith("/"):
            raise ConfigurationError("Only a program with an absolute path can be started at login.")
        self.argv = tuple(argv)
        return _STATE

    def uninstall(self) -> bool:
        """See the port."""
        was, self.argv = self.argv, None
        return was is not None

    def state(self) -> AutostartState | None:
        """See the port."""
        return None if self.argv is None else _STATE


_STATE = AutostartState("memory", "the memory of this process", enabled=True, running=None)
