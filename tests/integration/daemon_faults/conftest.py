"""A home for a daemon; it ends with its test."""

from collections.abc import Iterator

import pytest

from helpers.daemon import Home


@pytest.fixture
def home() -> Iterator[Home]:
    made = Home()
    try:
        yield made
    finally:
        made.close()
