"""How fast a step goes (apps/pace.py), and what is said of an upload."""

import json

import pytest

from bcper.apps.cli.progress import CliProgress
from bcper.apps.gui.presenters.work import progress_words
from bcper.apps.pace import Pace
from bcper.domain.model.progress import Progress

MIB = 1 << 20


def test_a_step_that_begins_in_the_middle_is_as_fast_as_it_is_from_there_on() -> None:
    pace = Pace()
    assert pace.report(Progress("Backing up", 0, 1000), 5.0)
    assert not pace.report(Progress("Backing up", 1000, 1000), 15.0)
    assert (pace.speed, pace.left) == (100.0, 0.0)
    assert pace.report(Progress("Uploading to gdrive", 900, 1000), 15.0)
    assert (pace.speed, pace.left) == (0.0, None)
    pace.report(Progress("Uploading to gdrive", 950, 1000), 25.0)
    assert (pace.speed, pace.left) == (5.0, 10.0)


def test_what_is_sent_anew_has_no_speed_below_nothing() -> None:
    pace = Pace()
    pace.report(Progress("Uploading to gdrive", 900, 1000), 0.0)
    pace.report(Progress("Uploading to gdrive", 100, 1000), 10.0)
    assert (pace.speed, pace.left) == (0.0, None)


@pytest.mark.parametrize(
    ("progress", "said"),
    [
        (
            Progress("Backing up", 50 * MIB, 100 * MIB, sent=20 * MIB, to_send=40 * MIB),
            "Backing up · 50 % · 50.0 MiB of 100.0 MiB · 20.0 MiB uploaded · 1.0 MiB/s · about 50 s left",
        ),
        (
            Progress("Uploading to gdrive", 30 * MIB, 40 * MIB, sent=30 * MIB, to_send=40 * MIB),
            "Uploading to gdrive · 75 % · 30.0 MiB of 40.0 MiB · 1.0 MiB/s · about 50 s left",
        ),
        (
            Progress("Backing up", 50 * MIB, 100 * MIB),
            "Backing up · 50 % · 50.0 MiB of 100.0 MiB · 1.0 MiB/s · about 50 s left",
        ),
    ],
)
def test_what_was_uploaded_is_said_once(progress: Progress, said: str) -> None:
    assert progress_words(progress, MIB, 50) == said


def test_lines_of_json_tell_what_was_sent(capsys: pytest.CaptureFixture[str]) -> None:
    with CliProgress(as_json=True, quiet=False) as sink:
        sink.step(Progress("Backing up", 5, 10, sent=3, to_send=4))
        sink.step(Progress("Finishing", 10, 10))
    first, second = map(json.loads, capsys.readouterr().out.splitlines())
    assert (first["bytes_sent"], first["bytes_to_send"]) == (3, 4)
    assert (second["bytes_sent"], second["bytes_to_send"]) == (None, None)
