"""The page Frequencies."""

import attrs

from bcper.apps.gui.presenters.base import Presenter, Show, Tools, Trouble
from bcper.apps.words import coming
from bcper.domain.model.frequency import Cron
from bcper.domain.model.names import printable
from bcper.domain.model.requests.jobs import ListFrequencies

SHOWN = 5
"""Firings shown of each."""


@attrs.frozen
class FrequencyRow:
    """One frequency. ``cron`` is empty where cron cannot say it; ``next`` are the next five firings."""

    id: str
    name: str
    words: str
    cron: str
    next: tuple[str, ...]
    jobs: tuple[str, ...]


@attrs.frozen
class FrequenciesView:
    """The rows, by id."""

    loaded: bool = False
    rows: tuple[FrequencyRow, ...] = ()
    trouble: Trouble | None = None


class FrequenciesPresenter(Presenter[FrequenciesView]):
    """``refresh`` when ``catalog`` changed. Editing is an editor's, deleting a removal's."""

    def __init__(self, tools: Tools, show: Show[FrequenciesView]) -> None:
        super().__init__(tools, show, FrequenciesView())

    async def refresh(self) -> None:
        """Ask anew."""
        now, zone = self._tools.clock.now(), self._tools.clock.local_zone()
        with self._telling():
            views = await self._tools.ask(ListFrequencies(SHOWN))
            rows = tuple(
                FrequencyRow(
                    view.frequency.id,
                    printable(view.frequency.name),
                    view.words,
                    view.frequency.schedule.expression if isinstance(view.frequency.schedule, Cron) else "",
                    tuple(coming(when, now, zone) for when in view.next),
                    tuple(map(printable, view.jobs)),
                )
                for view in views
            )
            self._set(rows=rows, loaded=True)
