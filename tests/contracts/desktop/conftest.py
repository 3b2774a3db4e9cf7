"""A message bus for these suites."""

from collections.abc import Iterator

import pytest

from helpers.bus import private_bus


@pytest.fixture(scope="session")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    with private_bus(tmp_path_factory.mktemp("bus")) as found:
        yield found
