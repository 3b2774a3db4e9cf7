"""One screen for all tests of a process. Without Xvfb they fail."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers.desk import Desk
from helpers.display import Display, screen
from helpers.service import Kit


@pytest.fixture(scope="session")
def display(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Display]:
    folder = tmp_path_factory.mktemp("screen")
    with screen(folder) as name:
        yield Display(name, folder)


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    made = Kit(tmp_path, "fakes")
    yield made
    made.close()


@pytest.fixture
def desk(kit: Kit) -> Desk:
    return Desk(kit)
