"""Settings: shown, changed; jobs paused and resumed."""

from datetime import datetime, timedelta
from typing import Any

import attrs

from bcper.domain.errors import UsageError
from bcper.domain.model.catalog import Catalog
from bcper.domain.model.requests.settings import EditSettings, Pause, Resume, ShowSettings
from bcper.domain.model.settings import FOREVER, Settings, check_settings
from bcper.ports.catalog_repository import CatalogRepository
from bcper.ports.clock import Clock

_MOST_HOURS = 24 * 365


@attrs.frozen
class ChangeSettings:
    """See the requests."""

    catalogs: CatalogRepository
    clock: Clock

    def show(self, _: ShowSettings) -> Settings:
        """Raises ConfigurationError."""
        return self.catalogs.load().settings

    def edit(self, request: EditSettings) -> Settings:
        """Raises UsageError, ConfigurationError."""
        given: dict[str, Any] = {
            field.name: value
            for field in attrs.fields(EditSettings)
            if (value := getattr(request, field.name)) is not None
        }
        if request.battery_min == 0:
            given["battery_min"] = None
        return self._change(**given)

    def pause(self, request: Pause) -> Settings:
        """Raises UsageError for a time that is none, ConfigurationError."""
        return self._change(paused_until=self._end(request.hours))

    def resume(self, _: Resume) -> Settings:
        """Raises ConfigurationError."""
        return self._change(paused_until=None)

    def _end(self, hours: float | None) -> datetime:
        if hours is None:
            return FOREVER
        if not 0 < hours <= _MOST_HOURS:  # so it is no NaN either
            raise UsageError(
                f"A pause of {hours:g} hours makes no sense.",
                f"Give up to {_MOST_HOURS} hours, or none for a pause until you resume.",
            )
        return self.clock.now() + timedelta(hours=hours)

    def _change(self, **given: Any) -> Settings:
        def edit(catalog: Catalog) -> Catalog:
            return attrs.evolve(catalog, settings=check_settings(attrs.evolve(catalog.settings, **given)))

        return self.catalogs.change(edit).settings
