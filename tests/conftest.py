"""Fixtures of all suites."""

import signal
from collections.abc import Iterator

import pytest

from helpers.examples import register
from helpers.remotes import Remotes
from helpers.remotes import remotes as started

register()

# Whoever starts the tests may ignore signals, as nohup(1) and background jobs do: children would, too.
for _number in (signal.SIGHUP, signal.SIGQUIT):
    signal.signal(_number, signal.SIG_DFL)
if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
    signal.signal(signal.SIGINT, signal.default_int_handler)


@pytest.fixture(scope="session")
def remotes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Remotes]:
    """Servers for all the tests of a process: each test has a place of its own there."""
    with started(tmp_path_factory.mktemp("remotes")) as made:
        yield made
