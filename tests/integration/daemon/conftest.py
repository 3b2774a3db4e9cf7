"""A home, and a daemon in it; both end with their test."""

from collections.abc import Iterator

import pytest

from helpers.daemon import Daemon, Home


@pytest.fixture
def home() -> Iterator[Home]:
    made = Home()
    try:
        yield made
    finally:
        made.close()


@pytest.fixture
def daemon(home: Home) -> Iterator[Daemon]:
    with Daemon(home) as running:
        yield running
