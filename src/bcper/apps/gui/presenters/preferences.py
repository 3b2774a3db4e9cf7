"""How the window looks: light or dark, how large, and where it was."""

import attrs
import trio

from bcper.apps.gui.preferences import APPEARANCES, SCALES, Appearance, Preferences, PreferencesFile
from bcper.apps.gui.presenters.base import Presenter, Show, Tools, Trouble

APPEARANCE_LABELS: tuple[tuple[Appearance, str], ...] = tuple(
    zip(APPEARANCES, ("As the desktop says", "Light", "Dark"), strict=True)
)
SCALE_LABELS: tuple[tuple[int | None, str], ...] = (
    (None, "As the screen says"),
    *((scale, f"{scale} %") for scale in SCALES),
)


@attrs.frozen
class PreferencesView:
    """What holds, at once. With ``trouble`` it could not be kept, and holds until the window closes."""

    appearance: Appearance = "system"
    scale: int | None = None
    geometry: str = ""
    dark: bool = False
    trouble: Trouble | None = None


class PreferencesPresenter(Presenter[PreferencesView]):
    """Made before there is a window, and so it reads its small file at once: ``state`` has what was kept."""

    def __init__(self, tools: Tools, show: Show[PreferencesView], file: PreferencesFile) -> None:
        self._file = file
        self._saving = trio.Lock()
        self._kept = kept = file.load()
        super().__init__(tools, show, PreferencesView(kept.appearance, kept.scale, kept.geometry, kept.dark))

    async def set_appearance(self, appearance: Appearance) -> None:
        """Light, dark, or what the desktop says: shown first, then kept."""
        self._set(appearance=appearance)
        await self._save()

    async def set_scale(self, scale: int | None) -> None:
        """Percent, ``None`` for what the screen says: shown first, then kept. Raises ValueError."""
        if scale is not None and scale not in SCALES:
            raise ValueError(scale)
        self._set(scale=scale)
        await self._save()

    def desktop(self, dark: bool | None) -> None:
        """What the desktop says; ``None`` if nothing."""
        self._set(dark=bool(dark))

    async def close(self, geometry: str) -> None:
        """The window closes, and is to come again as it was. What goes wrong then is nobody's concern."""
        if (geometry, self._state.dark) != (self._kept.geometry, self._kept.dark):
            self._set(geometry=geometry)
            await self._save()

    async def _save(self) -> None:
        async with self._saving:
            # What holds by now: of two changes in a row the last one is kept.
            state = self._state
            wanted = Preferences(state.appearance, state.scale, state.geometry, state.dark)
            try:
                await self._tools.in_thread(self._file.save, wanted)
            except OSError as error:
                why = error.strerror or str(error)
                self._set(trouble=Trouble(f"How the window looks cannot be kept: {why}."))
            else:
                self._kept = wanted
                self._set(trouble=None)
