"""Fixtures of several suites."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from helpers.service import KINDS, Kit


@pytest.fixture(params=KINDS)
def kit(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Kit]:
    monkeypatch.setenv("BCPER_SECRETS", "file")
    made = Kit(tmp_path, request.param)
    yield made
    made.close()
