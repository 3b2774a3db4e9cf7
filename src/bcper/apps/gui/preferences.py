"""How the window looks for this person: ``gui.json`` in the folder of settings."""

import json
from collections.abc import Callable
from typing import Any, Literal, get_args

import attrs

Appearance = Literal["system", "light", "dark"]
APPEARANCES: tuple[Appearance, ...] = get_args(Appearance)

SCALES = (100, 125, 150, 175, 200)
"""Percent; ``None`` is as the screen says."""


@attrs.frozen
class Preferences:
    """``geometry`` is the window's, as Tk says it (``1000x700+20+30``), empty for Tk's own choice.

    ``dark`` is what the desktop said last: the window begins with that, for it is painted before the desktop
    can answer.
    """

    appearance: Appearance = "system"
    scale: int | None = None
    geometry: str = ""
    dark: bool = False


class PreferencesFile:
    """Kept by ``read`` and ``write`` of the whole file; both may raise OSError."""

    def __init__(self, read: Callable[[], bytes | None], write: Callable[[bytes], None]) -> None:
        self._read = read
        self._write = write

    def load(self) -> Preferences:
        """What is kept; of what cannot be read or makes no sense, the defaults: no window fails for it."""
        try:
            data = self._read()
            raw = json.loads(data) if data is not None else {}
        except (OSError, ValueError, RecursionError):
            raw = {}
        return _read(raw if isinstance(raw, dict) else {})

    def save(self, preferences: Preferences) -> None:
        """Keep them. Raises OSError."""
        self._write(json.dumps(attrs.asdict(preferences), indent=2).encode() + b"\n")


def _read(raw: dict[str, Any]) -> Preferences:
    appearance, scale, geometry = (raw.get(name) for name in ("appearance", "scale", "geometry"))
    return Preferences(
        next((each for each in APPEARANCES if each == appearance), "system"),
        scale if type(scale) is int and scale in SCALES else None,
        geometry if isinstance(geometry, str) and len(geometry) < 64 and geometry.isascii() else "",
        raw.get("dark") is True,
    )
