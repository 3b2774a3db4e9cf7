"""Fixtures of the window's tests."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers.desk import Desk
from helpers.service import Kit


@pytest.fixture
def kit(tmp_path: Path) -> Iterator[Kit]:
    made = Kit(tmp_path, "fakes")
    yield made
    made.close()


@pytest.fixture
def desk(kit: Kit) -> Desk:
    return Desk(kit)
