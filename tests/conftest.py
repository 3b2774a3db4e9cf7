"""Fixtures of all suites."""

from collections.abc import Iterator

import pytest

from helpers.examples import register
from helpers.remotes import Remotes
from helpers.remotes import remotes as started

register()


@pytest.fixture(scope="session")
def remotes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Remotes]:
    """Servers for all the tests of a process: each test has a place of its own there."""
    with started(tmp_path_factory.mktemp("remotes")) as made:
        yield made
