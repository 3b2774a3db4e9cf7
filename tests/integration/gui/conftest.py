"""One screen for all tests of a process. Without Xvfb they fail."""

from collections.abc import Iterator

import pytest

from helpers.display import Display, screen


@pytest.fixture(scope="session")
def display(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Display]:
    folder = tmp_path_factory.mktemp("screen")
    with screen(folder) as name:
        yield Display(name, folder)
