"""The configuration, looked at."""

import os
from collections.abc import Callable
from typing import NoReturn

from bcper.adapters.config_json.repository import JsonCatalogRepository
from bcper.domain.errors import ConfigurationError
from bcper.domain.model.catalog import Catalog


class JsonCatalogLook(JsonCatalogRepository):
    """See :class:`~bcper.ports.looks.CatalogLook`; and it can be used where only loading is done."""

    def __init__(self, path: str) -> None:
        super().__init__(path, adopt=_adopt_nothing, home=os.path.expanduser("~"))

    def load(self) -> Catalog:
        """See the port."""
        from bcper.adapters.config_json.migrate import migrated
        from bcper.adapters.config_json.problem import Problem
        from bcper.adapters.config_json.text import parse

        data = self._read()
        if data is None:
            return Catalog()
        catalog = self._understood(data)
        if catalog is not None:
            return catalog
        try:
            return migrated(parse(data), self._home or "").catalog
        except Problem as problem:
            raise self._explained(problem) from problem

    def version(self) -> int | None:
        """See the port."""
        from bcper.adapters.config_json.text import parse

        self.load()
        data = self._read()
        return None if data is None else int(parse(data).get("version", 0))

    def change(self, edit: Callable[[Catalog], Catalog]) -> NoReturn:  # noqa: ARG002
        """See CatalogRepository: nothing is changed here. Raises ConfigurationError."""
        raise ConfigurationError("The configuration is only looked at.")


def _adopt_nothing(_: object) -> None:
    raise ConfigurationError("The configuration is only looked at.")
