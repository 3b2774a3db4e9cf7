"""A desktop that is as dark as one likes."""

import threading


class MemoryAppearance:
    """The fake of :class:`~bcper.ports.appearance.Appearance`."""

    def __init__(self, dark: bool | None = None) -> None:
        self._dark = dark
        self._changed = threading.Condition()

    def set(self, dark: bool | None) -> None:
        """Somebody changes the setting."""
        with self._changed:
            self._dark = dark
            self._changed.notify_all()

    def dark(self) -> bool | None:
        """See the port."""
        return self._dark

    def after(self, known: bool | None, seconds: float) -> bool | None:
        """See the port."""
        with self._changed:
            self._changed.wait_for(lambda: self._dark != known, seconds)
            return self._dark
