"""What every DaemonControl promises (ports.daemon_control): the process, and the fake."""

import shutil
import tempfile
from collections.abc import Iterator

import pytest

from bcper.adapters.memory.daemon_control import MemoryDaemonControl
from bcper.apps.container import Container
from bcper.apps.paths import places
from bcper.domain.errors import DaemonError
from bcper.ports.daemon_control import DaemonControl
from helpers.daemon import until


@pytest.fixture(params=["process", "memory"])
def control(request: pytest.FixtureRequest) -> Iterator[DaemonControl]:
    if request.param == "memory":
        yield MemoryDaemonControl()
        return
    folder = tempfile.mkdtemp(prefix="bcper-")  # pytest's are too deep for a socket
    made: DaemonControl = Container(places=places(f"{folder}/config")).daemon_control()
    yield made
    if (process := made.process()) is not None:
        made.terminate(process, force=True)
        assert made.ended(20)
    shutil.rmtree(folder)


# A daemon outlives whoever started it: subprocess warns of that.
@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_daemon_lives_from_its_start_until_it_is_told_to_end(control: DaemonControl) -> None:
    assert control.process() is None
    assert control.ended(0)
    with pytest.raises(DaemonError):
        next(control.log_lines(5, follow=False))
    process = control.start()
    assert control.process() == process
    assert not control.ended(0)
    until(lambda: list(control.log_lines(1, follow=False)) != [])  # its first words come a little later
    assert list(control.log_lines(0, follow=False)) == []
    control.terminate(process)
    assert control.ended(20)
    assert control.process() is None
    control.terminate(1 << 22)  # nobody
    assert control.start() != process
