"""Whether this person likes their windows dark."""

from typing import Protocol


class Appearance(Protocol):
    """The desktop's setting: ``True`` for dark, ``False`` for light, ``None`` where nobody has said.

    Never raises; any thread may call.
    """

    def dark(self) -> bool | None:
        """The setting now. Takes seconds at most."""
        ...

    def after(self, known: bool | None, seconds: float) -> bool | None:
        """The setting as soon as it is not ``known`` any more; ``known`` after ``seconds``.

        At once ``known`` where nobody would tell of a change.
        """
        ...
